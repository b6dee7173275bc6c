import { crc32 } from 'node:zlib'
import { DemarcheError } from '../../model/errors.ts'
import type { DevelopmentOrder } from '../../model/vocabulary/service.ts'
import { type DevelopmentRow, readRevisionRows } from '../queries/developments.ts'
import { conditionsOf, type DevelopmentFilter, type ListConditions } from './filter.ts'
import type { Condition } from './conditions.ts'
import type { Entry, Search } from './lists.ts'
import { count } from './counting/count.ts'
import { finish, type Steps } from './steps.ts'
import { heldNow, type KeptEntry, scanByDate, scanByLog } from './scan.ts'
import {
  pagesOf,
  rangeOf,
  type Key,
  type KeysetLists,
  type KeysetRange,
  type Page,
  type PageRequest,
} from '../queries/keyset.ts'
import type { Reader } from '../sqlite/prepared.ts'
import type { Store } from '../store.ts'
import { type Ranked, readByRelevance } from './ranking.ts'

export type ListOrder = DevelopmentOrder

export interface DevelopmentList {
  readonly filter?: DevelopmentFilter | null | undefined
  /** What must hold besides the filter. `includeAffiliated` of the filter applies here too. */
  readonly also?: ListConditions
  /** The seq as of which the list is read. */
  readonly asOf: number
}

export interface DevelopmentPageRequest extends DevelopmentList {
  /** Default: NEWEST_FIRST. */
  readonly orderBy?: ListOrder
  readonly page: PageRequest
  /** Whether the caller uses only the fields that most lists show: see `readRevisionRows`. */
  readonly listed?: boolean
}

/**
 * A page of the developments that pass a filter, as they were known at `asOf`. A cursor is valid for any filter in the same order; a cursor
 * by relevance only for the same filter, because scores depend on what else passes. Throws `BAD_PAGING`, `BAD_CURSOR`,
 * `RELEVANCE_WITHOUT_TEXT` and what `conditionsOf` throws.
 */
export function* developmentPage(
  store: Pick<Store, 'reader'>,
  request: DevelopmentPageRequest,
): Steps<Page<DevelopmentRow>> {
  const { orderBy = 'NEWEST_FIRST', listed = false } = request
  const search = searchOf(store.reader, request)
  const entries = yield* entryPage(search, orderBy, request)
  const revisions = entries.rows.map(({ revisionId }) => revisionId)
  return { ...entries, rows: readRevisionRows(store.reader, revisions, { asOf: () => request.asOf, listed }) }
}

function entryPage(search: Search, orderBy: ListOrder, request: DevelopmentPageRequest): Steps<Page<Entry>> {
  if (orderBy === 'RELEVANCE') return relevancePage(search, request)
  if (orderBy === 'RECENTLY_CHANGED') return changedPage(search, request.page)
  return orderedPage(search, orderBy, request.page)
}

interface ListInSteps<Row> extends Omit<KeysetLists<Row>, 'read'> {
  read(range: KeysetRange): Steps<Row[]>
}

/** Reads the page in steps. What is behind its cursor is read at once, if it is requested: nearly always the row of the cursor itself. */
function* pageInSteps<Row>(list: ListInSteps<Row>, request: PageRequest): Steps<Page<Row>> {
  const range = rangeOf(list, request)
  const found = yield* list.read(range)
  const [page] = pagesOf({ ...list, read: (behind) => [finish(list.read(behind))] }, range, [found])
  return page as Page<Row> // one list was read
}

interface Changed extends KeptEntry {
  /** The seq of its latest change up to `orderedAt`. */
  readonly changedAt: number
}

/**
 * By latest change. New changes rearrange this order between two pages, so its cursors name the seq at which the first page was read, and
 * later pages keep the order as of that seq. Each development that matched then and still matches is returned once, in its current state. A
 * development that no longer matches is left out; one that matches only since then is on a new first page.
 */
function changedPage(search: Search, page: PageRequest): Steps<Page<Changed>> {
  return pageInSteps<Changed>(
    {
      name: 'developments RECENTLY_CHANGED',
      shape: ['NUMBER', 'NUMBER'],
      keyOf: ({ orderedAt, changedAt }) => [orderedAt, changedAt],
      read: readByLatestChange(search),
    },
    page,
  )
}

/** The `read` of a list by latest change, the latest first. Keys are `orderedAt` and `changedAt`. */
function readByLatestChange(search: Search): (range: KeysetRange) => Steps<Changed[]> {
  return function* ({ from, inclusive, backward, limit }) {
    const orderedAt = Math.min(Number(from?.[0] ?? search.asOf), search.asOf)
    const found: Changed[] = []
    let seq = from === null ? null : included(Number(from[1]), { inclusive, down: !backward })
    // Entries drop out only by a change since then, so the first read nearly always suffices.
    for (let read = limit; ; read = Math.min(4 * read, HELD_MAX)) {
      const scan = { by: 'revision', from: seq, backward, limit: read } as const
      const entries = yield* scanByLog({ ...search, asOf: orderedAt }, scan)
      const ordered = entries.map((entry) => ({ ...entry, orderedAt, changedAt: entry.revisionId }))
      found.push(...(yield* heldNow(search, ordered)))
      if (entries.length < read || found.length >= limit) return found.slice(0, limit)
      seq = entries.at(-1)?.revisionId ?? null
    }
  }
}

/** The most entries of an earlier order that are looked up at once. */
const HELD_MAX = 2_000

function orderedPage(search: Search, orderBy: WholeListOrder, page: PageRequest): Steps<Page<Entry>> {
  const byFirstEntry = orderBy === 'RECENTLY_RECORDED'
  return pageInSteps<Entry>(
    {
      name: `developments ${orderBy}`,
      shape: byFirstEntry ? ['NUMBER'] : ['TEXT', 'NUMBER'],
      keyOf: ({ sort, developmentId }) => (byFirstEntry ? [developmentId] : [sort, developmentId]),
      read: (range) => (byFirstEntry ? byEntry(search, range) : byDate(search, orderBy, range)),
    },
    page,
  )
}

function relevancePage(search: Search, { filter, also, page }: DevelopmentPageRequest): Steps<Page<Entry>> {
  if (filter?.text == null) {
    const message = 'RELEVANCE orders the matches of a text. Pass `text` in the filter, or another order.'
    throw new DemarcheError('RELEVANCE_WITHOUT_TEXT', message)
  }
  return pageInSteps<Ranked>(
    {
      // Scores are comparable within one filter only.
      name: `developments RELEVANCE ${crc32(JSON.stringify([filter, also]))}`,
      shape: ['NUMBER', 'NUMBER', 'NUMBER'],
      keyOf: ({ orderedAt, score, developmentId }) => [orderedAt, score, developmentId],
      read: readByRelevance(search, filter.text),
    },
    page,
  )
}

/** The number of developments on all pages of the list together. Reads every row of its smallest condition. */
export function countDevelopments(store: Pick<Store, 'reader'>, list: DevelopmentList): Steps<number> {
  return count(searchOf(store.reader, list))
}

/** The orders in which a list can be read to its end. RELEVANCE ranks only so many matches, and RECENTLY_CHANGED is an order of pages. */
export type WholeListOrder = Exclude<ListOrder, 'RELEVANCE' | 'RECENTLY_CHANGED'>

/** The revisions of a whole list, `size` at a time. No read of the store stays open in between. Throws what `conditionsOf` throws. */
export function* wholeList(
  reader: Reader,
  list: DevelopmentList,
  { orderBy, size }: { readonly orderBy: WholeListOrder; readonly size: number },
): IterableIterator<readonly number[]> {
  const search = searchOf(reader, list)
  const byFirstEntry = orderBy === 'RECENTLY_RECORDED'
  for (let from: Key | null = null; ;) {
    const range: KeysetRange = { from, inclusive: false, backward: false, limit: size }
    const entries = finish(byFirstEntry ? byEntry(search, range) : byDate(search, orderBy, range))
    const last = entries.at(-1)
    if (last === undefined) return
    yield entries.map(({ revisionId }) => revisionId)
    if (entries.length < size) return
    from = byFirstEntry ? [last.developmentId] : [last.sort, last.developmentId]
  }
}

/** The search for a list. Throws what `conditionsOf` throws. */
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

/** Sources are read as they are now. They may name an outlet that was not yet known then, which published nothing that was known. */
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
  { from, inclusive, ...range }: KeysetRange,
): Steps<Entry[]> {
  const newestFirst = orderBy === 'NEWEST_FIRST'
  if (from === null) return scanByDate(search, { ...range, newestFirst, from })
  const [sort, id] = from
  const down = newestFirst !== range.backward
  const entry = { sort: String(sort), developmentId: included(Number(id), { inclusive, down }) }
  return scanByDate(search, { ...range, newestFirst, from: entry })
}

function byEntry(search: Search, { from, inclusive, ...range }: KeysetRange): Steps<Entry[]> {
  const id = from === null ? null : included(Number(from[0]), { inclusive, down: !range.backward })
  return scanByLog(search, { ...range, by: 'development', from: id })
}

/** The id from which a scan in that direction includes the id, if it is to be included. */
function included(id: number, { inclusive, down }: { inclusive: boolean; down: boolean }): number {
  if (!inclusive) return id
  return down ? id + 1 : id - 1
}
