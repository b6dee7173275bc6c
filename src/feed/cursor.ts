import { crc32 } from 'node:zlib'
import { DemarcheError } from '../model/errors.ts'
import type { Epoch, Store } from '../store/store.ts'

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
  const { seq, honouredUpTo } = find(store, cursor)
  if (seq > (honouredUpTo ?? reached) && seq > (honouredUpTo ?? store.furthest())) throw ahead()
  return seq
}

/**
 * Waits until a node of a log holds what the cursor names, for five seconds at most. Undefined if there is nothing to wait for. Throws what
 * `decodeFeedCursor` does, where the log does not go that far, and also `NODE_BEHIND` and `LOG_UNREACHABLE`.
 */
export function reachCursor(
  store: Pick<Store, 'epochs' | 'furthest' | 'head' | 'node' | 'reach'>,
  cursor: string,
): Promise<void> | undefined {
  const { seq, honouredUpTo } = find(store, cursor)
  if (store.node === undefined || honouredUpTo !== null || seq <= store.head()) {
    if (seq > (honouredUpTo ?? store.furthest())) throw ahead()
    return undefined
  }
  return reachSeq(store, seq)
}

/**
 * Waits until a node of a log holds what all of these name, as far as the log goes. Leaves out what is no cursor of the log: who decodes it
 * says so. However many there are, the log is asked once. Throws `NODE_BEHIND` and `LOG_UNREACHABLE`.
 */
export async function reachCursors(
  store: Pick<Store, 'epochs' | 'furthest' | 'head' | 'node' | 'reach'>,
  cursors: readonly string[],
): Promise<void> {
  const seqs = new Set(cursors.map((cursor) => seqAhead(store, cursor)))
  let hasAsked = false
  for (const seq of [...seqs].toSorted((one, other) => other - one)) {
    if (seq <= store.head() || (hasAsked && seq > store.furthest())) continue
    hasAsked = true
    if (await store.reach(seq)) return
  }
}

/** The seq of a cursor that this node does not hold yet; 0 if it does, or if nobody can. */
function seqAhead(store: Pick<Store, 'epochs' | 'head'>, cursor: string): number {
  try {
    const { seq, honouredUpTo } = find(store, cursor)
    return honouredUpTo === null ? seq : 0
  } catch (error) {
    if (error instanceof DemarcheError && error.code.startsWith('CURSOR_')) return 0
    throw error
  }
}

async function reachSeq(store: Pick<Store, 'reach'>, seq: number): Promise<void> {
  if (!(await store.reach(seq))) throw ahead()
}

/** The seq of a cursor, and up to which seq those of its epoch are valid; null for the current one. */
function find(store: Pick<Store, 'epochs'>, cursor: string): Pick<Epoch, 'honouredUpTo'> & { readonly seq: number } {
  const { epoch, seq } = parse(cursor)
  const known = store.epochs().find((candidate) => candidate.epoch === epoch)
  if (known !== undefined) return { seq, honouredUpTo: known.honouredUpTo }
  throw new DemarcheError('CURSOR_FOREIGN', 'The cursor belongs to another store. Use it there, or omit `after`.')
}

export function ahead(): DemarcheError {
  return new DemarcheError(
    'CURSOR_AHEAD',
    'The cursor is ahead of this store, which was restored to an earlier state. Read the record again and start from its cursor.',
  )
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
