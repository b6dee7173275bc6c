import type { Row } from './row.ts'
import { analyses } from './rows/analyses.ts'
import { cachedPage } from './rows/cached-page.ts'
import { depth } from './rows/depth.ts'
import { backlog } from './rows/fan-out/backlog.ts'
import { groups } from './rows/fan-out/groups.ts'
import { reconnect } from './rows/fan-out/reconnect.ts'
import { stalled } from './rows/fan-out/stalled.ts'
import { subscribers } from './rows/fan-out/subscribers.ts'
import { feeds } from './rows/feeds.ts'
import { filters } from './rows/filters.ts'
import { heaviest } from './rows/heaviest.ts'
import { importing } from './rows/import.ts'
import { knownAt } from './rows/known-at.ts'
import { memory } from './rows/memory.ts'
import { following } from './rows/nodes/following.ts'
import { outage } from './rows/nodes/outage.ts'
import { recording as nodesRecording } from './rows/nodes/recording.ts'
import { redaction } from './rows/nodes/redaction.ts'
import { page } from './rows/page.ts'
import { pages } from './rows/pages.ts'
import { recording } from './rows/recording.ts'
import { search } from './rows/search.ts'
import { start } from './rows/start.ts'
import { statements } from './rows/statements.ts'
import { table } from './rows/table.ts'

/** All rows in the order of the table. To add one, add a file in `rows/` and its name here. */
export const ROWS: readonly Row[] = [
  page,
  cachedPage,
  pages,
  depth,
  filters,
  search,
  analyses,
  heaviest,
  knownAt,
  table,
  importing,
  feeds,
  subscribers,
  groups,
  reconnect,
  stalled,
  backlog,
  recording,
  statements,
  start,
  memory,
  nodesRecording,
  following,
  outage,
  redaction,
]
