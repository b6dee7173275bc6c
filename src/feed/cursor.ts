import { crc32 } from 'node:zlib'
import { DemarcheError } from '../model/errors.ts'
import type { Store } from '../store/store.ts'

/*
 * A cursor means one position in one store: everything up to a seq of the log, in one epoch. The epoch is born with the store. A store
 * that was put back from a copy has a new one and remembers up to which seq the cursors of the earlier ones stay true; those are
 * honoured and all others refused, so that a client is never silently moved to a place where it has not been. A checksum catches what
 * was shortened or mistyped. A cursor is no secret and proves nothing.
 */

const VERSION = '1'

/** What of a store says where its feed stands. */
export type FeedStore = Pick<Store, 'epoch' | 'epochs' | 'head'>

/** The cursor that says: everything up to `seq` has been seen. */
export function encodeFeedCursor(store: Pick<Store, 'epoch'>, seq: number): string {
  const text = `${VERSION}.${store.epoch()}.${seq}`
  return Buffer.from(`${text}.${checksum(text)}`).toString('base64url')
}

/**
 * The seq that a cursor stands for. Throws `CURSOR_INVALID` for what is no cursor, `CURSOR_FOREIGN` for one of another store and
 * `CURSOR_AHEAD` for a position that this store's feed does not have.
 */
export function decodeFeedCursor(store: FeedStore, cursor: string): number {
  const { epoch, seq } = parse(cursor)
  const known = store.epochs().find((candidate) => candidate.epoch === epoch)
  if (known === undefined) {
    throw new DemarcheError(
      'CURSOR_FOREIGN',
      'the cursor is of another store; start without one, or ask the store it came from',
    )
  }
  if (seq > (known.honouredUpTo ?? store.head())) {
    throw new DemarcheError(
      'CURSOR_AHEAD',
      'the cursor is ahead of this store, which was put back to an earlier state; load the record anew and start from there',
    )
  }
  return seq
}

function parse(cursor: string): { epoch: string; seq: number } {
  const decoded = Buffer.from(cursor, 'base64url')
  // Base64 has several spellings of the same bytes; a cursor has one.
  if (decoded.toString('base64url') === cursor) {
    const text = decoded.toString()
    const found = /^((\d+)\.([\w-]+)\.(\d{1,16}))\.([0-9a-z]+)$/.exec(text)
    const [, signed = '', version, epoch = '', digits, sum] = found ?? []
    const seq = Number(digits)
    if (version === VERSION && sum === checksum(signed) && Number.isSafeInteger(seq)) return { epoch, seq }
  }
  throw new DemarcheError(
    'CURSOR_INVALID',
    'this is no feed cursor; pass one unchanged as an answer or a message gave it, or none',
  )
}

function checksum(text: string): string {
  return crc32(text).toString(36)
}
