import type { DevelopmentRow } from '../store/queries/developments.ts'
import type { DevelopmentChangeRow } from '../store/search/feed-reading.ts'

interface Placed {
  /** The position of the log that whoever was handed this has come to. */
  readonly seq: number
  /** The same for clients. */
  readonly cursor: string
}

/** A change as it was; what hangs off it is read as of its development's own position. */
interface ChangeItem extends Placed {
  readonly type: 'CHANGE'
  readonly change: DevelopmentChangeRow
}

/** A development newly added, as it stands when it is handed out. */
export interface AddedItem extends Placed {
  readonly type: 'ADDED'
  readonly development: DevelopmentRow
}

/** Says that the feed is alive and how far it has looked, also where the filter let nothing through. */
interface HeartbeatItem extends Placed {
  readonly type: 'HEARTBEAT'
  /** Milliseconds since 1970. */
  readonly at: number
}

export type FeedItem = ChangeItem | AddedItem | HeartbeatItem
