import type { Row } from './row.ts'
import { depth } from './rows/depth.ts'
import { filters } from './rows/filters.ts'
import { importing } from './rows/import.ts'
import { page } from './rows/page.ts'

/** All that is measured, in the order of the table. */
export const ROWS: readonly Row[] = [page, depth, filters, importing]
