import { actorPage } from './actor/actor-page.ts'
import { claimPage } from './claim/claim-page.ts'
import { developmentPage } from './development/development-page.ts'
import { disputePage } from './dispute/dispute-page.ts'
import { homePage } from './home-page.ts'
import { claimsPage } from './lists/claims.ts'
import { demandsPage } from './lists/demands.ts'
import { sourcesPage } from './lists/sources.ts'
import { searchPage } from './search-page.ts'
import { sourcePage } from './source-page.ts'
import type { Page } from './page.ts'

/** All pages that show the record. */
export const PAGES: readonly Page[] = [
  homePage,
  disputePage,
  developmentPage,
  // Before the pages of single records: `/claims/*` also matches `/claims`.
  claimsPage,
  sourcesPage,
  demandsPage,
  actorPage,
  claimPage,
  sourcePage,
  searchPage,
]
