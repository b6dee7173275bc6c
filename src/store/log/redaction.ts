import { isDeepStrictEqual } from 'node:util'
import { DemarcheError, StoreError, UnknownKeyError } from '../../model/errors.ts'
import { contentOf, REDACTED_FORMAT } from '../../model/records/canonical-record.ts'
import type { RecordKind, Space } from '../../model/records/definitions.ts'
import { nearestKeys } from '../../model/records/key.ts'
import { REDACTED_TEXT, redactedContent } from '../../model/records/redaction.ts'
import { type Projection, projection } from '../projections/project.ts'
import { FULL_TEXT, isCurrent, rebuild, type RebuildProgress } from '../rebuild.ts'
import { changes, type LoggedChange } from '../schema/log.ts'
import { isBusy, untilFree } from '../sqlite/busy.ts'
import { recognise, type Connection } from '../sqlite/connection.ts'
import { transact } from '../sqlite/transaction.ts'
import { inserter } from '../sqlite/write-buffer.ts'

/*
 * Redacts a record: the only change to what the log holds. One transaction replaces the content and the notes of all its revisions
 * (`redactedContent`), projects them anew, forgets the hashes by which imports and repeated mutations compare the record, and appends a change
 * of kind REDACTED. Seqs and cursors stay, and no answer has the content from then on. Its bytes are still in the file: in old pages, and in the
 * full-text indexes, which only mark what was deleted. So the indexes are merged, the file is written anew, and the write-ahead log is
 * emptied. The transaction leaves a mark, and cleaning removes it: if the process ends in between, the next one that opens the file to write
 * cleans it, and backups are cleaned by themselves.
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
  if (!isCurrent(connection)) await rebuild(connection, onProgress)
  const projecting = projection(connection)
  const redacted = await transact(connection, () => blank(connection, projecting, redaction))
  await clean(connection, patience)
  return redacted
}

const PATIENCE = 30_000

function blank(connection: Connection, projecting: Projection, { key, record, reason, now }: Redaction): Redacted {
  const { space, last } = findRecord(connection, key, record)
  const referring = connection
    .prepare(
      `select distinct record, key from changes where instr(content, json_quote(@key)) > 0 and not (space = @space and key = @key)
       order by seq`,
    )
    .all({ key, space }) as Redacted['referring']
  if (last.kind === 'REDACTED') return { record: last.record, revisions: 0, seq: last.seq, referring }
  const head = connection.prepare('select seq, at from changes order by seq desc limit 1').get() as LoggedChange
  const seq = head.seq + 1
  const redaction: LoggedChange = {
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
    content: blankOf(last),
  }
  rewrite(connection, projecting, redaction, (change) => {
    return { format: REDACTED_FORMAT, note: change.note === null ? null : REDACTED_TEXT, content: blankOf(change) }
  })
  inserter(connection, changes)(redaction)
  projecting.project([redaction])
  return { record: last.record, revisions: last.revision, seq, referring }
}

/** The content that a redaction leaves in a change. */
export function blankOf(change: LoggedChange): string {
  return redactedContent(change.record, contentOf(change))
}

/** What a redaction replaces in a change. */
export type Rewritten = Pick<LoggedChange, 'format' | 'note' | 'content'>

/**
 * Replaces what the log holds of the record that a change redacts, and all that follows from it. That change is appended behind it. The caller
 * holds the transaction.
 */
export function rewrite(
  connection: Connection,
  projecting: Projection,
  { space, key, seq: mark }: LoggedChange,
  rewritten: (change: LoggedChange) => Rewritten,
): void {
  const select = connection.prepare('select * from changes where space = ? and key = ? order by revision')
  const held = select.all(space, key) as LoggedChange[]
  const changed = held.map((change): LoggedChange => ({ ...change, ...rewritten(change) }))
  if (isDeepStrictEqual(changed, held)) return
  // Cleaning needs room for a second file. Until there is some, most of the bytes are gone at least.
  connection.pragma('secure_delete = ON')
  const update = connection.prepare(
    'update changes set format = @format, note = @note, content = @content where seq = @seq',
  )
  projecting.reproject(held, () => {
    for (const { seq, format, note, content } of changed) update.run({ seq, format, note, content })
    return changed
  })
  forgetBeside(connection, { space, key })
  connection.prepare('insert or replace into uncleaned (id) values (?)').run(mark)
}

/** Deletes what is kept of a record beside the log. The caller holds the transaction. */
function forgetBeside(connection: Connection, { space, key }: Pick<LoggedChange, 'space' | 'key'>): void {
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
 * Writes the file anew if a mark says so, and empties the write-ahead log. Readers in between see the same rows. Throws `STORE_BUSY` while
 * others use the old pages: once the file is written anew, only the write-ahead log is left for the next time.
 */
async function clean(connection: Connection, patience: number): Promise<void> {
  // The new file takes as much space as the old one.
  connection.pragma('temp_store = FILE')
  const message =
    'the record is redacted, but another process keeps the old pages of the file in use; run the command again, or stop that process first'
  const inUse = (cause?: unknown) => new StoreError('STORE_BUSY', message, { file: connection.name, cause })
  // Marks of later redactions stay: each is the seq of its redaction.
  const lastMark = (isRewritten: 0 | 1) =>
    connection.prepare('select max(id) from uncleaned where is_rewritten = ?').pluck().get(isRewritten) as number | null
  try {
    const marked = lastMark(0)
    if (marked !== null) {
      await transact(connection, () => FULL_TEXT.forEach((index) => mergeIndex(connection, index)), patience)
      await untilFree(() => connection.exec('vacuum'), patience)
      const note = connection.prepare('update uncleaned set is_rewritten = 1 where id <= ?')
      await transact(connection, () => note.run(marked), patience)
    }
    const rewritten = lastMark(1)
    if (rewritten === null) return
    await untilFree(() => {
      const [checkpoint] = connection.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
      if (checkpoint?.busy !== 0) throw inUse()
    }, patience)
    const forget = connection.prepare('delete from uncleaned where is_rewritten = 1 and id <= ?')
    await transact(connection, () => forget.run(rewritten), patience)
  } catch (error) {
    throw isBusy(error) ? inUse(error) : error
  }
}

/** Removes the words of deleted rows from a full-text index. */
function mergeIndex(connection: Connection, index: string): void {
  connection.exec(`insert into ${index} (${index}) values ('optimize')`)
}

/** How long cleaning what an earlier process left waits for others, in milliseconds. Then it is left to the next one. */
const LEFT_PATIENCE = 1_000

/** Whether a redaction of the file was not ended. False for a store of an earlier version, which has no marks. */
export function isUncleaned(connection: Connection): boolean {
  const isMarkable = connection.prepare("select 1 from sqlite_schema where name = 'uncleaned'").get() !== undefined
  return isMarkable && connection.prepare('select 1 from uncleaned').get() !== undefined
}

/** Cleans a file whose redaction was not ended. */
export async function cleanLeft(connection: Connection): Promise<void> {
  if (!isUncleaned(connection)) return
  try {
    await clean(connection, LEFT_PATIENCE)
  } catch (error) {
    const recognised = recognise(error, connection.name)
    // A copy of the file needs room that reading and recording do not.
    const isFull = recognised instanceof StoreError && recognised.code === 'STORE_FULL'
    if (!isBusy(error) && !isFull) throw error
  }
}
