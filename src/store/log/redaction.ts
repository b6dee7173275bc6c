import { DemarcheError, StoreError, UnknownKeyError } from '../../model/errors.ts'
import { contentOf, REDACTED_FORMAT } from '../../model/records/canonical-record.ts'
import type { RecordKind, Space } from '../../model/records/definitions.ts'
import { nearestKeys } from '../../model/records/key.ts'
import { REDACTED_TEXT, redactedContent } from '../../model/records/redaction.ts'
import { rebuild, type RebuildProgress } from '../rebuild.ts'
import { changes, type LoggedChange } from '../schema/log.ts'
import { isBusy, untilFree } from '../sqlite/busy.ts'
import { recognise, type Connection } from '../sqlite/connection.ts'
import { transact } from '../sqlite/transaction.ts'
import { inserter } from '../sqlite/write-buffer.ts'

/*
 * Redacts a record: the only change to what the log holds. One transaction replaces the content and the notes of all its revisions
 * (`redactedContent`), forgets the hashes by which imports and repeated mutations compare it, appends a change of kind REDACTED, and
 * projects every table anew. Seqs and cursors stay. Then the file is written anew without the old pages, and the write-ahead log, which
 * holds them until then, is emptied. The transaction leaves a mark, and cleaning removes it: if the process ends in between, the next one that
 * opens the file to write cleans it, and backups are cleaned by themselves.
 */

export interface Redaction {
  readonly key: string
  /** Needed if records of several kinds have the key. */
  readonly record?: RecordKind | undefined
  /** Why, for everybody who reads or follows the record. */
  readonly reason: string
  /** Milliseconds since 1970. */
  readonly now: number
  /** How long to wait for other processes that write, and then for those that read, in milliseconds. */
  readonly patience?: number
  readonly onProgress?: RebuildProgress
}

export interface Redacted {
  readonly record: RecordKind
  /** How many revisions were blanked; 0 if the record had been redacted before. */
  readonly revisions: number
  /** The change that says so. */
  readonly seq: number
  /** The records that refer to it, in the order of the log. */
  readonly referring: readonly { readonly record: RecordKind; readonly key: string }[]
}

/** Throws `UNKNOWN_KEY`, `KEY_AMBIGUOUS`, `STORE_BUSY`, `STORE_FULL`. */
export async function redact(connection: Connection, redaction: Redaction): Promise<Redacted> {
  const { patience = PATIENCE, onProgress } = redaction
  connection.pragma('secure_delete = ON')
  let redacted: Redacted | undefined
  await rebuild(connection, onProgress, () => {
    redacted = blank(connection, redaction)
    return redacted.revisions > 0
  })
  if (redacted === undefined) throw new Error('nothing was redacted')
  await clean(connection, patience)
  return redacted
}

const PATIENCE = 30_000

function blank(connection: Connection, { key, record, reason, now }: Redaction): Redacted {
  const { space, last } = findRecord(connection, key, record)
  const referring = connection
    .prepare(
      `select distinct record, key from changes where instr(content, json_quote(@key)) > 0 and not (space = @space and key = @key)
       order by seq`,
    )
    .all({ key, space }) as Redacted['referring']
  if (last.kind === 'REDACTED') return { record: last.record, revisions: 0, seq: last.seq, referring }
  const content = redactedContent(last.record, contentOf(last))
  connection
    .prepare(
      `update changes set content = @content, format = ${REDACTED_FORMAT}, note = case when note is not null then @text end
       where space = @space and key = @key`,
    )
    .run({ content, text: REDACTED_TEXT, space, key })
  forgetBeside(connection, { space, key })
  markUncleaned(connection)
  const head = connection.prepare('select seq, at from changes order by seq desc limit 1').get() as LoggedChange
  const seq = head.seq + 1
  inserter(
    connection,
    changes,
  )({
    ...last,
    seq,
    batch: seq,
    revision: last.revision + 1,
    kind: 'REDACTED',
    note: reason,
    at: Math.max(now, head.at),
    by: null,
    origin: 'REDACT',
    format: REDACTED_FORMAT,
    content,
  })
  return { record: last.record, revisions: last.revision, seq, referring }
}

/** Deletes what is kept of a record beside the log. The caller holds the transaction. */
export function forgetBeside(connection: Connection, { space, key }: Pick<LoggedChange, 'space' | 'key'>): void {
  for (const table of ['baselines', 'loads']) {
    connection.prepare(`delete from ${table} where space = ? and key = ?`).run(space, key)
  }
  // What an import answered may quote it, and every answer has a hash of the input.
  connection
    .prepare(
      'delete from answers where plan is not null or seq in (select seq from changes where space = ? and key = ?)',
    )
    .run(space, key)
}

function findRecord(
  connection: Connection,
  key: string,
  record: RecordKind | undefined,
): { readonly space: Space; readonly last: LoggedChange } {
  const found = connection
    .prepare('select *, max(revision) from changes where key = ? group by space')
    .all(key) as LoggedChange[]
  const wanted = found.filter((one) => record === undefined || one.record === record)
  const [last] = wanted
  if (last === undefined) {
    const keys = connection.prepare('select distinct key from changes where revision = 1').pluck().all() as string[]
    throw new UnknownKeyError(record ?? 'record', key, nearestKeys(key, keys))
  }
  if (wanted.length > 1) throw ambiguousKey(key, wanted)
  return { space: last.space, last }
}

export function ambiguousKey(key: string, found: readonly Pick<LoggedChange, 'record'>[]): DemarcheError {
  const kinds = found.map(({ record }) => record).join(', ')
  const message = `"${key}" is the key of several records (${kinds}); pass the kind of one of them with --record`
  return new DemarcheError('KEY_AMBIGUOUS', message)
}

/**
 * Writes the file anew, and empties the write-ahead log. Readers in between see the same rows. Throws `STORE_BUSY` while others use the old
 * pages.
 */
async function clean(connection: Connection, patience: number): Promise<void> {
  // The new file takes as much space as the old one.
  connection.pragma('temp_store = FILE')
  const message =
    'the record is redacted, but another process keeps the old pages of the file in use; run the command again, or stop that process first'
  const inUse = (cause?: unknown) => new StoreError('STORE_BUSY', message, { file: connection.name, cause })
  try {
    if (!rewritten.has(connection)) await untilFree(() => connection.exec('vacuum'), patience)
    rewritten.add(connection)
    await untilFree(() => {
      const [checkpoint] = connection.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
      if (checkpoint?.busy !== 0) throw inUse()
    }, patience)
    await transact(connection, () => connection.exec('delete from uncleaned'), patience)
    rewritten.delete(connection)
  } catch (error) {
    throw isBusy(error) ? inUse(error) : error
  }
}

/** Connections whose files are written anew, while readers still keep the write-ahead log: writing them again would only make it longer. */
const rewritten = new WeakSet<Connection>()

/** Says that pages of the file may hold what was redacted. The caller holds the transaction. */
export function markUncleaned(connection: Connection): void {
  rewritten.delete(connection)
  connection.exec('insert or ignore into uncleaned (id) values (1)')
}

/** How long cleaning what an earlier process left waits for others, in milliseconds. Then it is left to the next one. */
const LEFT_PATIENCE = 1_000

/** Cleans a file whose redaction was not ended. Does nothing for a store of an earlier version, which has no mark. */
export async function cleanLeft(connection: Connection): Promise<void> {
  const isMarkable = connection.prepare("select 1 from sqlite_schema where name = 'uncleaned'").get() !== undefined
  if (!isMarkable || connection.prepare('select 1 from uncleaned').get() === undefined) return
  try {
    await clean(connection, LEFT_PATIENCE)
  } catch (error) {
    const recognised = recognise(error, connection.name)
    // A copy of the file needs room that reading and recording do not.
    const isFull = recognised instanceof StoreError && recognised.code === 'STORE_FULL'
    if (!isBusy(error) && !isFull) throw error
  }
}
