import { crc32 } from 'node:zlib'
import { DemarcheError } from '../../model/errors.ts'
import type { DevelopmentOrder } from '../../model/vocabulary/service.ts'
import { type DevelopmentRow, readRevisionRows } from '../queries/developments.ts'
import { conditionsOf, type DevelopmentFilter, type ListConditions } from './filter.ts'
import type { Condition } from './conditions.ts'
import type { Entry, Search } from './lists.ts'
import { walkEntries } from './recent.ts'
import { countSource, everything, isPosted, smallestSource } from './candidates.ts'
import { walkChronology } from './scan.ts'
import { keysetPage, type Page, type PageRequest, type KeysetRange } from '../queries/keyset.ts'
import type { Reader } from '../sqlite/prepared.ts'
import type { Store } from '../store.ts'
import { type Ranked, readByRelevance } from './ranking.ts'

export type ListOrder = DevelopmentOrder

export interface DevelopmentList {
  readonly filter?: DevelopmentFilter | null | undefined
  /** What must hold besides the filter; its actors are meant with those affiliated where the filter's are. */
  readonly also?: ListConditions
  /** The seq as of which it is read. */
  readonly asOf: number
}

export interface DevelopmentPageRequest extends DevelopmentList {
  /** NEWEST_FIRST where it is not said. */
  readonly orderBy?: ListOrder
  readonly page: PageRequest
}

/**
 * A page of the developments that a filter lets through, as they were known at `asOf`. Cursors hold for any filter in the same
 * order, those by relevance for one filter alone: what else passes changes the scores. Throws `BAD_PAGING`, `BAD_CURSOR`, `RELEVANCE_WITHOUT_TEXT` and what `conditionsOf` throws.
 */
export function developmentPage(store: Pick<Store, 'reader'>, request: DevelopmentPageRequest): Page<DevelopmentRow> {
  const { orderBy = 'NEWEST_FIRST', page } = request
  const search = searchOf(store.reader, request)
  const entries = orderBy === 'RELEVANCE' ? relevancePage(search, request) : orderedPage(search, orderBy, page)
  const revisions = entries.rows.map(({ revisionId }) => revisionId)
  return { ...entries, rows: readRevisionRows(store.reader, revisions, () => request.asOf) }
}

function orderedPage(search: Search, orderBy: Exclude<ListOrder, 'RELEVANCE'>, page: PageRequest): Page<Entry> {
  const name = `developments ${orderBy}`
  if (orderBy === 'RECENTLY_RECORDED') {
    return keysetPage<Entry>(
      {
        name,
        shape: ['NUMBER'],
        positionOf: ({ developmentId }) => [developmentId],
        read: (walk) => byEntry(search, walk),
      },
      page,
    )
  }
  return keysetPage<Entry>(
    {
      name,
      shape: ['TEXT', 'NUMBER'],
      positionOf: ({ sort, developmentId }) => [sort, developmentId],
      read: (walk) => byDate(search, orderBy, walk),
    },
    page,
  )
}

function relevancePage(search: Search, { filter, also, page }: DevelopmentPageRequest): Page<Entry> {
  if (filter?.text == null) {
    const message = 'developments have relevance to a text only; give one as text of the filter, or another order'
    throw new DemarcheError('RELEVANCE_WITHOUT_TEXT', message)
  }
  return keysetPage<Ranked>(
    {
      // A score means something among those of one filter.
      name: `developments RELEVANCE ${crc32(JSON.stringify([filter, also]))}`,
      shape: ['NUMBER', 'NUMBER', 'NUMBER'],
      positionOf: ({ position, score, developmentId }) => [position, score, developmentId],
      read: readByRelevance(search, filter.text),
    },
    page,
  )
}

/** How many developments the list holds, all its pages together. Reads every one of its rarest condition. */
export function countDevelopments(store: Pick<Store, 'reader'>, list: DevelopmentList): number {
  const search = searchOf(store.reader, list)
  const gatherable = search.conditions.filter((condition) => isPosted(condition) || condition.is === 'ONE_OF')
  const rarest = smallestSource(search, gatherable, COUNTED)
  return countSource(search, rarest?.source ?? everything(search.conditions))
}

/** How far the postings of conditions are counted to find the rarest. */
const COUNTED = 20_000

/** A list's filter and what else must hold, keys turned to ids. Throws what `conditionsOf` throws. */
export function searchOf(reader: Reader, { filter, also, asOf }: DevelopmentList): Search {
  const includeAffiliated = also?.includeAffiliated ?? filter?.includeAffiliated ?? false
  const conditions = [
    ...conditionsOf(reader, filter ?? {}),
    ...(also === undefined ? [] : conditionsOf(reader, { ...also, includeAffiliated })),
  ]
  return {
    reader,
    conditions: conditions.map((condition) => amongKnown(condition, asOf)),
    asOf,
    includeRetracted: filter?.includeRetracted === true,
  }
}

/** Sources are as they are now, and may name an outlet that was unknown then: it published nothing that was known. */
function amongKnown(condition: Condition, asOf: number): Condition {
  if (condition.is !== 'FROM_OUTLET') return condition
  const { ids, terms } = condition.targets
  return {
    ...condition,
    targets: { ids: ids.filter((id) => id <= asOf), terms: terms.filter(({ actor }) => actor <= asOf) },
  }
}

function byDate(
  search: Search,
  orderBy: 'NEWEST_FIRST' | 'OLDEST_FIRST',
  { from, inclusive, ...walk }: KeysetRange,
): Entry[] {
  const newestFirst = orderBy === 'NEWEST_FIRST'
  if (from === null) return walkChronology(search, { ...walk, newestFirst, from })
  const [sort, id] = from
  const down = newestFirst !== walk.backward
  const place = { sort: String(sort), developmentId: included(Number(id), { inclusive, down }) }
  return walkChronology(search, { ...walk, newestFirst, from: place })
}

function byEntry(search: Search, { from, inclusive, ...walk }: KeysetRange): Entry[] {
  const id = from === null ? null : included(Number(from[0]), { inclusive, down: !walk.backward })
  return walkEntries(search, { ...walk, from: id })
}

/** The place before an id, in the direction of the walk, so that the id itself is walked too. */
function included(id: number, { inclusive, down }: { inclusive: boolean; down: boolean }): number {
  if (!inclusive) return id
  return down ? id + 1 : id - 1
}
