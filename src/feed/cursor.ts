import { crc32 } from 'node:zlib'
import { DemarcheError } from '../model/errors.ts'
import type { Store } from '../store/store.ts'

/*
 * A feed cursor names a seq of the log of one store, in one epoch: everything up to there has been read. A store gets its epoch when it is
 * created. A store that was restored from a backup gets a new epoch, and remembers up to which seq it shares the log of each earlier one.
 * It accepts earlier cursors up to there and refuses all others, so a client never resumes at a seq that it has not reached. A checksum
 * detects cursors that were cut or mistyped. A cursor is neither secret nor a proof of anything.
 */

const VERSION = '1'

/** What cursors need to know of a store. */
export type FeedStore = Pick<Store, 'epoch' | 'epochs' | 'furthest'>

/** The cursor of a client that has seen everything up to `seq`. */
export function encodeFeedCursor(store: Pick<Store, 'epoch'>, seq: number): string {
  const text = `${VERSION}.${store.epoch()}.${seq}`
  return Buffer.from(`${text}.${checksum(text)}`).toString('base64url')
}

/**
 * The seq of a cursor. `reached` is a seq that the store has reached. Throws `CURSOR_INVALID` if it is not a cursor, `CURSOR_FOREIGN` if it
 * belongs to another store, and `CURSOR_AHEAD` if the log of this store does not go that far.
 */
export function decodeFeedCursor(store: FeedStore, cursor: string, reached = 0): number {
  const { epoch, seq } = parse(cursor)
  const known = store.epochs().find((candidate) => candidate.epoch === epoch)
  if (known === undefined) {
    throw new DemarcheError('CURSOR_FOREIGN', 'The cursor belongs to another store. Use it there, or omit `after`.')
  }
  if (seq > (known.honouredUpTo ?? reached) && seq > (known.honouredUpTo ?? store.furthest())) {
    throw new DemarcheError(
      'CURSOR_AHEAD',
      'The cursor is ahead of this store, which was restored to an earlier state. Read the record again and start from its cursor.',
    )
  }
  return seq
}

/** More characters than any cursor has. */
const CURSOR_MAX = 200

/** The last cursor that was parsed. Thousands of clients resume after the same one when the service has restarted. */
let last: { readonly cursor: string; readonly epoch: string; readonly seq: number } | undefined

function parse(cursor: string): { readonly epoch: string; readonly seq: number } {
  if (last?.cursor === cursor) return last
  const decoded = Buffer.from(cursor.slice(0, CURSOR_MAX), 'base64url')
  // Base64 can encode the same bytes in several ways; only one is a cursor.
  if (decoded.toString('base64url') === cursor) {
    const text = decoded.toString()
    const found = /^((\d+)\.([\w-]+)\.(\d{1,16}))\.([0-9a-z]+)$/.exec(text)
    const [, signed = '', version, epoch = '', digits, sum] = found ?? []
    const seq = Number(digits)
    if (version === VERSION && sum === checksum(signed) && Number.isSafeInteger(seq)) {
      last = { cursor, epoch, seq }
      return last
    }
  }
  throw new DemarcheError('CURSOR_INVALID', 'Not a feed cursor. Pass one back exactly as received, or omit `after`.')
}

function checksum(text: string): string {
  return crc32(text).toString(36)
}
