import { actorPage } from './actor-page.ts'
import { claimPage } from './claim-page.ts'
import { developmentPage } from './development/development-page.ts'
import { disputePage } from './dispute/dispute-page.ts'
import { homePage } from './home-page.ts'
import { searchPage } from './search-page.ts'
import { sourcePage } from './source-page.ts'
import type { Page } from './page.ts'

/** All pages that show the record. */
export const PAGES: readonly Page[] = [
  homePage,
  disputePage,
  developmentPage,
  actorPage,
  claimPage,
  sourcePage,
  searchPage,
]
