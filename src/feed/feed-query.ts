import { readAdded, readChanges } from '../store/search/feed-reading.ts'
import type { FeedFilter } from '../store/search/filter.ts'
import type { Store } from '../store/store.ts'
import { encodeFeedCursor } from './cursor.ts'
import type { FeedItem } from './item.ts'

/** Rows of the log that one look goes through at most, so that a rare filter far behind holds nobody up. */
const LOOK = 20_000
/** Items that one look brings at most: short, because others have their turn between looks, and what is told as it stands is read again. */
const PAGE = 20

/** ADDED: developments newly added, as they stand when sent. CHANGES: every change as it was. */
export type FeedMode = 'ADDED' | 'CHANGES'

/** One way of reading on from a position. */
export interface FeedReading {
  /**
   * The first items after `after` up to `upTo`, in order, and how far the log was looked through for them: what lies up to `lookedUpTo`
   * and is not among the items does not belong. Throws where something is wrong with the filter, also where there is nothing to read.
   */
  read(after: number, upTo: number): { readonly items: readonly FeedItem[]; readonly lookedUpTo: number }
}

export function readingOf(store: Store, mode: FeedMode, filter: FeedFilter): FeedReading {
  return {
    read: (after, upTo) =>
      mode === 'ADDED'
        ? readAdditions(store, filter, { after, upTo })
        : readEveryChange(store, filter, { after, upTo }),
  }
}

type Stretch = { readonly after: number; readonly upTo: number }
type Read = ReturnType<FeedReading['read']>

function readAdditions(store: Store, filter: FeedFilter, stretch: Stretch): Read {
  const { added, lookedUpTo } = readAdded(store, { ...stretch, filter, limit: PAGE, look: LOOK })
  const items = added.map(({ seq, development }): FeedItem => {
    return { type: 'ADDED', seq, cursor: encodeFeedCursor(store, seq), development }
  })
  return { items, lookedUpTo }
}

function readEveryChange(store: Store, filter: FeedFilter, stretch: Stretch): Read {
  const { changes, lookedUpTo } = readChanges(store, { ...stretch, filter, limit: PAGE, look: LOOK })
  const items = changes.flatMap((change): FeedItem[] => {
    if (change.is === 'REFERENCE') return []
    return [{ type: 'CHANGE', seq: change.seq, cursor: encodeFeedCursor(store, change.seq), change }]
  })
  return { items, lookedUpTo }
}
