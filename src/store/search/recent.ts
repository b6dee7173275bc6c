import type { Entry, Search } from './lists.ts'
import { readSourceByEntry } from './sorted.ts'
import { everythingByEntry, isPosted, smallestSource, sourceOf } from './candidates.ts'
import { isFew, walkChronology } from './scan.ts'

/*
 * How a filter's developments are found by order of first entry. Lists are in chronological order, so a rare condition's postings are
 * gathered and sorted. Otherwise the newest developments themselves are walked, 2,000 of them, and whatever is not rare fills a page from
 * these; where it does not, the postings of the rarest condition are gathered after all.
 *
 * What it costs: at most 2,000 look-ups, then the number of the rarest condition's postings; with a range of dates that lets at most 20,000
 * through, these.
 */

export interface EntryWalk {
  /** The seq to start at, itself not included; null for the end of the list. */
  readonly from: number | null
  /** From the oldest on, against the list's order. */
  readonly backward: boolean
  readonly limit: number
}

/** At most `limit` entries, what entered last coming first unless walked backward. */
export function walkEntries(search: Search, { from, backward, limit }: EntryWalk): Entry[] {
  const { conditions, reader } = search
  const down = !backward
  const [least, greatest] = boundsOf(search)
  const start = down ? Math.min(from ?? Infinity, greatest + 1) : Math.max(from ?? 0, least)
  const stop = down ? least : greatest + 1
  const way: Way = { down, start, stop, limit }
  const few = conditions.find((condition) => isFew(search, condition))
  const listed = few === undefined ? null : sourceOf(few, conditions)
  if (listed !== null) return readSourceByEntry(search, listed, way)
  const rarest = smallestSource(search, conditions.filter(isPosted), RARE)
  if (rarest !== null && rarest.size <= RARE) return readSourceByEntry(search, rarest.source, way)

  const all = everythingByEntry(conditions)
  const near = down
    ? reader.get<{ id: number }>(
        'select id from developments where id < ? and id > ? order by id desc limit 1 offset ?',
        start,
        stop,
        WALKED,
      )
    : reader.get<{ id: number }>(
        'select id from developments where id > ? and id < ? order by id limit 1 offset ?',
        start,
        stop,
        WALKED,
      )
  if (near === undefined) return readSourceByEntry(search, all, way)
  const first = readSourceByEntry(search, all, { ...way, stop: near.id })
  if (first.length === limit) return first
  const beyond = { ...way, start: down ? near.id + 1 : near.id - 1, limit: limit - first.length }
  return [...first, ...readBeyond(search, beyond)]
}

function readBeyond(search: Search, way: Way): Entry[] {
  const { conditions } = search
  if (conditions.some(({ is }) => is === 'OVERLAPPING' || is === 'WITHIN')) {
    const walk = { from: null, newestFirst: true, backward: false, limit: DATED + 1 }
    const dated = walkChronology(search, walk)
    if (dated.length <= DATED) return byEntry(dated, way)
  }
  const rarest = smallestSource(search, conditions.filter(isPosted), COUNTED)
  return readSourceByEntry(search, rarest?.source ?? everythingByEntry(conditions), way)
}

function byEntry(entries: readonly Entry[], { down, start, stop, limit }: Way): Entry[] {
  const [after, before] = down ? [stop, start] : [start, stop]
  return entries
    .filter(({ developmentId }) => developmentId > after && developmentId < before)
    .toSorted((a, b) => (down ? b.developmentId - a.developmentId : a.developmentId - b.developmentId))
    .slice(0, limit)
}

interface Way {
  readonly down: boolean
  /** Seqs, neither included. */
  readonly start: number
  readonly stop: number
  readonly limit: number
}

/** The most developments of a range of dates that are gathered. */
const DATED = 20_000

/** A condition with no more postings than this is gathered at once. */
const RARE = 256

/** How far the postings of conditions are counted to find the rarest. */
const COUNTED = 20_000

/** How many developments are walked before anything is gathered. */
const WALKED = 2_000

/** The seqs after which and up to which what is meant entered. */
function boundsOf({ conditions, asOf }: Search): [after: number, upTo: number] {
  let [after, upTo] = [0, asOf]
  for (const condition of conditions) {
    if (condition.is !== 'ENTERED') continue
    after = Math.max(after, condition.after)
    upTo = Math.min(upTo, condition.upTo)
  }
  return [after, upTo]
}
