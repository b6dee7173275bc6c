import type { Condition } from './filter-conditions.ts'
import type { Entry, Search } from './filter-lists.ts'
import { everythingByEntry, readSourceByEntry, sizeOf, sourceOf, type Source } from './filter-sources.ts'
import { isFew } from './filter-walk.ts'

/*
 * How a filter's developments are found by order of first entry. Lists are in chronological order, so the newest developments themselves
 * are walked first, 2,000 of them, and whatever is not very rare fills a page from these. Where they do not, the postings of the rarest
 * condition are gathered and sorted.
 *
 * What it costs: at most 2,000 look-ups, then the number of the rarest condition's postings. A filter by dates alone has none, and walks
 * on until the page is full.
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
  const way = { down, start, stop, limit }
  const few = conditions.find(isFew)
  const listed = few === undefined ? null : sourceOf(few, conditions)
  if (listed !== null) return readSourceByEntry(search, listed, way)

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
  return [...first, ...readSourceByEntry(search, rarest(search) ?? all, beyond)]
}

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

/** The source of the condition with the fewest rows, as far as counting up to a bound tells; null where none can be gathered. */
export function rarest(search: Search): Source | null {
  let best: { source: Source; size: number } | null = null
  for (const condition of search.conditions) {
    const source = gatherable(condition) ? sourceOf(condition, search.conditions) : null
    if (source === null) continue
    const size = sizeOf(search.reader, source, best?.size ?? COUNTED)
    if (best === null || size < best.size) best = { source, size }
  }
  return best?.source ?? null
}

const COUNTED = 20_000

function gatherable({ is }: Condition): boolean {
  return is === 'ONE_OF' || is === 'POSTED' || is === 'FROM_OUTLET' || is === 'OF_RELIABILITY'
}
