import type { DemarcheError } from '../model/errors.ts'
import type { FeedItem } from './feed-query.ts'

/** What is sent for an item: made once, and sent to all members of a group. */
export interface Message {
  /** About how much memory it takes. */
  readonly bytes: number
}

interface Rendered<M> {
  readonly message: M
  /** Whether the message shows the record as it stands now, so that it is outdated after the next commit. */
  readonly showsHead: boolean
}

/** Makes the message of an item. The same for all members of a group. */
export type Render<M> = (item: FeedItem) => Promise<Rendered<M>>

/** Where the messages of one member are sent. */
export interface Recipient<M> {
  /**
   * Sends one message or several, the last of which is at `seq`. The array is often the same for all members of a group. Returns whether
   * more may be sent. If not, call `resume()` of the member when they may.
   */
  send(messages: readonly M[], seq: number): boolean
  /** Whether messages may be sent now: others may have filled the connection. If not, call `resume()` of the member when they may. */
  isReady?(): boolean
  /** Called whenever the member has reached the head of the log. */
  caughtUp?(): void
  /**
   * Called once if the feed cannot be read. The member has ended, and may resume elsewhere. With a reason, it cannot resume from where it
   * was: the client must be told.
   */
  fail(reason?: DemarcheError): void
}
