import type { DevelopmentRow } from '../store/queries/developments.ts'
import {
  type DevelopmentChangeRow,
  readAdded,
  readChanges,
  type ReferenceChangeRow,
} from '../store/search/feed-changes.ts'
import type { FeedFilter } from '../store/search/filter.ts'
import type { Store } from '../store/store.ts'

/** How far a client has read with an item. */
interface Progress {
  readonly seq: number
  /** The same, for clients. */
  readonly cursor: string
}

/** An item of the log. */
interface Logged extends Progress {
  /** The items that were read together with it, itself included. */
  readonly page: ItemPage
}

/** Items that were read together. */
class ItemPage {
  readonly items: LoggedItem[] = []
  #made: unknown

  /**
   * Returns what the first call made of all items. All calls for the items of one mode must make the same. A WeakMap by page would not do: V8
   * keeps its values until the next collection of the whole heap.
   */
  once<Made>(make: (items: readonly LoggedItem[]) => Made): Made {
    return (this.#made ??= make(this.items)) as Made
  }
}

/** A change as it was. Everything below it is read as of its own seq. */
interface ChangeItem extends Logged {
  readonly type: 'CHANGE'
  readonly change: DevelopmentChangeRow
}

/** A reference record was saved. Its content is read when the item is sent. */
interface ReferenceItem extends Logged {
  readonly type: 'REFERENCE'
  readonly change: ReferenceChangeRow
}

/** A new development, in its state when the item is sent. */
export interface AddedItem extends Logged {
  readonly type: 'ADDED'
  readonly development: DevelopmentRow
}

/** Says that the feed is alive and how far it has read, also past changes that the filter hides. */
interface HeartbeatItem extends Progress {
  readonly type: 'HEARTBEAT'
  /** Milliseconds since 1970. */
  readonly at: number
}

export type LoggedItem = ChangeItem | ReferenceItem | AddedItem

export type FeedItem = LoggedItem | HeartbeatItem

/**
 * ADDED: each new development, in its current state. CHANGES: every change of a development as it was. ALL_CHANGES: those of reference
 * records too.
 */
export type FeedMode = 'ADDED' | 'CHANGES' | 'ALL_CHANGES'

/** Rows of the log that one read may scan, so that a rare filter far behind the head delays nobody else. */
const ROWS_SCANNED = 5_000
/** The items of one read, by default and at most. */
export const [PAGE, PAGE_MAX] = [20, 100] as const

export interface FeedQuery {
  /** Whether the items show the record as of `upTo`, so that they are outdated after the next commit. */
  readonly showsHead: boolean
  /**
   * Reads the first items after `after` up to `upTo`, in order, at most `limit`. Up to `scannedUpTo`, the log has no other items. Throws if
   * the filter is invalid, even if the range is empty.
   */
  read(after: number, upTo: number, limit?: number): FeedRead
}

interface FeedRead {
  readonly items: readonly LoggedItem[]
  readonly scannedUpTo: number
}

/** What a feed query reads, and the cursors of what it finds. */
export interface FeedSource {
  readonly store: Store
  readonly cursorAt: (seq: number) => string
}

export function feedQuery(source: FeedSource, mode: FeedMode, filter: FeedFilter): FeedQuery {
  const shared = { filter, scanLimit: ROWS_SCANNED }
  return {
    showsHead: mode === 'ADDED',
    read: (after, upTo, limit = PAGE) =>
      mode === 'ADDED'
        ? additions(source, { ...shared, after, upTo, limit })
        : changesOf(source, { ...shared, after, upTo, limit, references: mode === 'ALL_CHANGES' }),
  }
}

type Range = Parameters<typeof readChanges>[1]

function additions({ store, cursorAt }: FeedSource, range: Range): FeedRead {
  const { added, scannedUpTo } = readAdded(store, range)
  const page = new ItemPage()
  for (const { seq, development } of added) {
    page.items.push({ type: 'ADDED', seq, cursor: cursorAt(seq), page, development })
  }
  return { items: page.items, scannedUpTo }
}

function changesOf({ store, cursorAt }: FeedSource, range: Range): FeedRead {
  const { changes, scannedUpTo } = readChanges(store, range)
  const page = new ItemPage()
  for (const change of changes) {
    const logged = { seq: change.seq, cursor: cursorAt(change.seq), page }
    page.items.push(
      change.is === 'REFERENCE' ? { type: 'REFERENCE', ...logged, change } : { type: 'CHANGE', ...logged, change },
    )
  }
  return { items: page.items, scannedUpTo }
}
