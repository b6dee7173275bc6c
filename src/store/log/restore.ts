import { randomUUID } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import type { ErrorCode } from '../../model/error-codes.ts'
import { StoreError } from '../../model/errors.ts'
import { type epochs, type LoggedChange, tokens } from '../schema/log.ts'
import { connect, hasMigrations, recognise, type Connection } from '../sqlite/connection.ts'
import { assertKnown, migrate } from '../sqlite/migrate.ts'
import { connectToRead } from '../sqlite/reading.ts'
import { transact } from '../sqlite/transaction.ts'
import { inserter } from '../sqlite/write-buffer.ts'
import { type Token, tokensOf } from '../tokens.ts'
import { copyStore, type CopyProgress, type Extent, isSameFile, placeNew, replaceFile } from './backup.ts'

/*
 * Puts a backup in the place of a store. The restored store begins a new epoch of cursors. It accepts the cursors of each former epoch, of the
 * backup's and of the replaced store's, up to the last change that both the epoch and the backup have, and refuses those beyond.
 *
 * The replaced store is locked from before it is compared until it is replaced, so that nothing has it open: a process that did would go on
 * with a file that has lost its name. Its write-ahead log is written into it and removed; then it is one whole file, and renaming the copy over
 * it is the one step that replaces it. A process that is killed leaves the old store or the new one.
 */

export interface Restoration {
  readonly backup: string
  /** The store. */
  readonly file: string
  /** Whether to replace a store that has changes which the backup lacks, or that cannot be read. */
  readonly replace?: boolean | undefined
  /** Milliseconds since 1970. */
  readonly now: number
  readonly onProgress: CopyProgress
}

export interface Restored extends Extent {
  /** The store that was replaced; null if there was none. */
  readonly replaced: Replaced | null
}

interface Replaced {
  /** Its changes that are gone; null if it could not be read. */
  readonly lost: number | null
  /** The keys of records that were redacted in it and have their content again. */
  readonly redactionsUndone: readonly string[]
  /** Whether the restored store has its tokens, and not those of the backup. */
  readonly tokensKept: boolean
}

/**
 * Throws `STORE_IN_USE`; `STORE_AHEAD` if the store has changes that the backup lacks, `STORE_UNRELATED` if it has another history,
 * `STORE_DAMAGED` if it cannot be read, unless `replace` is set; `STORE_FOREIGN` for a file of another program. What it throws about the backup
 * itself names that file.
 */
export async function restoreStore({ backup, file, replace = false, now, onProgress }: Restoration): Promise<Restored> {
  const source = await openBackup(backup)
  let target: Target | undefined
  try {
    // A link stays a link.
    const to = existsSync(file) ? realpathSync(file) : file
    target = await openTarget(to, backup)
    const compared = target && (await compare(source, target))
    if (compared?.refusal !== undefined && !replace) throw compared.refusal
    const extent = await copyStore(source, {
      from: backup,
      to,
      like: target?.file ?? backup,
      onProgress,
      prepare: async (copy) => {
        await migrate(copy)
        await transact(copy, () => beginEpoch(copy, compared?.kept, now))
      },
      place: (temporary) =>
        target === undefined
          ? placeNew(temporary, to, 'another process made it meanwhile; run the command again')
          : replaceStore(target, temporary),
    })
    return { ...extent, replaced: compared?.replaced ?? null }
  } finally {
    source.close()
    target?.connection?.close()
  }
}

async function openBackup(file: string): Promise<Connection> {
  if (!existsSync(file)) throw new StoreError('STORE_MISSING', 'there is no backup at this path; check it', { file })
  let source: Connection | undefined
  try {
    source = await connectToRead(file)
    assertKnown(source, file)
    return source
  } catch (error) {
    source?.close()
    if (!(error instanceof StoreError && error.code === 'STORE_DAMAGED')) throw error
    throw new StoreError('STORE_DAMAGED', 'not a backup, or damaged; use another one', { file, cause: error })
  }
}

interface Target {
  readonly file: string
  /** Locked. Undefined if the file cannot be read as a store. */
  readonly connection: Connection | undefined
}

/** Undefined if there is nothing to replace. */
async function openTarget(file: string, backup: string): Promise<Target | undefined> {
  if (!existsSync(file)) return undefined
  if (isSameFile(file, backup)) {
    throw new StoreError('STORE_IN_USE', 'the backup is the store itself; name another file', { file })
  }
  try {
    return { file, connection: await connect(file, { readonly: false, alone: true }) }
  } catch (error) {
    if (error instanceof StoreError && error.code === 'STORE_DAMAGED') return { file, connection: undefined }
    throw error
  }
}

interface Comparison {
  /** What the restored store has from the replaced one; undefined if they are unrelated. */
  readonly kept?: Kept
  /** Null if the file holds no store. */
  readonly replaced: Replaced | null
  /** Why the store must not be replaced without being asked. */
  readonly refusal?: StoreError
}

interface Kept {
  readonly epochs: readonly EpochRow[]
  readonly tokens: readonly Token[]
}

type EpochRow = typeof epochs.$inferSelect

async function compare(source: Connection, { file, connection }: Target): Promise<Comparison> {
  if (connection === undefined) return unreadable(file, 'STORE_DAMAGED', 'not a store, or damaged')
  try {
    if (!hasMigrations(connection)) return { replaced: null }
    return await compareLogs(source, connection, file)
  } catch (error) {
    const recognised = recognise(error, file)
    if (recognised instanceof StoreError) return unreadable(file, recognised.code, recognised.message)
    if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_'))) throw error
    return unreadable(file, 'STORE_DAMAGED', 'the store lacks tables and cannot be compared with the backup')
  }
}

function unreadable(file: string, code: ErrorCode, problem: string): Comparison {
  const replaced = { lost: null, redactionsUndone: [], tokensKept: false }
  return { replaced, refusal: refuseUnread(file, code, problem) }
}

function refuseUnread(file: string, code: ErrorCode, problem: string): StoreError {
  const message = `${problem}. To put the backup in its place anyway, and lose what it holds, pass --replace`
  return new StoreError(code, message, { file })
}

/** A store of a later version may hold what this one does not know, even if the logs are the same. */
function refusalOfVersion(target: Connection, file: string): StoreError | undefined {
  try {
    assertKnown(target, file)
    return undefined
  } catch (error) {
    if (error instanceof StoreError) return refuseUnread(file, error.code, error.message)
    throw error
  }
}

async function compareLogs(source: Connection, target: Connection, file: string): Promise<Comparison> {
  const known = new Set(epochsOf(source).map(({ epoch }) => epoch))
  const [former, head] = [epochsOf(target), headOf(target)]
  const isRelated = former.some(({ epoch }) => known.has(epoch))
  const agree = (seq: number) => isDeepStrictEqual(changeAt(source, seq), changeAt(target, seq))
  const shared = isRelated ? await sharedUpTo(Math.min(headOf(source), head), agree) : 0
  const lost = head - shared
  const redactionsUndone = target.prepare(REDACTED).pluck().all(shared) as string[]
  const replaced = { lost, redactionsUndone, tokensKept: isRelated }
  const kept = isRelated && {
    epochs: former.flatMap(({ honouredUpTo, ...epoch }) => {
      const upTo = honouredUpTo ?? head
      return known.has(epoch.epoch) && upTo <= shared ? [] : [{ ...epoch, honouredUpTo: Math.min(upTo, shared) }]
    }),
    tokens: tokensOf(target),
  }
  const refusal =
    refusalOfVersion(target, file) ?? (lost > 0 ? refusalOf({ source, target, file, shared, isRelated }) : undefined)
  return {
    ...(kept && { kept }),
    replaced,
    ...(refusal && { refusal }),
  }
}

interface Divergence {
  readonly source: Connection
  readonly target: Connection
  readonly file: string
  readonly shared: number
  readonly isRelated: boolean
}

function refusalOf({ source, target, file, shared, isRelated }: Divergence): StoreError {
  const head = headOf(target)
  const [first, last] = [shared + 1, head].map((seq) => new Date(changeAt(target, seq)?.at ?? 0).toISOString())
  const problem = !isRelated
    ? 'the backup is of another store'
    : shared === headOf(source)
      ? 'the store is ahead of the backup'
      : `the store and the backup differ after change ${shared}`
  const lost = `${head - shared} of its ${head} changes, recorded from ${first} to ${last}, would be lost`
  const message = `${problem}: ${lost}. Save them first with \`demarche backup\`, or pass --replace to lose them`
  return new StoreError(isRelated ? 'STORE_AHEAD' : 'STORE_UNRELATED', message, { file })
}

/**
 * The last seq up to which two logs of one lineage are the same, if `agree` compares them at a seq. Once they differ, they never agree again.
 */
export async function sharedUpTo(head: number, agree: (seq: number) => boolean | Promise<boolean>): Promise<number> {
  let [shared, differing] = [0, head + 1]
  while (differing - shared > 1) {
    // The last one first: it mostly agrees.
    const middle = differing === head + 1 && shared === 0 ? head : Math.floor((shared + differing) / 2)
    if (await agree(middle)) shared = middle
    else differing = middle
  }
  return shared
}

/** What never changes of a change: a redaction removes its content. */
export function changeAt(connection: Connection, seq: number) {
  return connection.prepare('select batch, space, key, revision, kind, at from changes where seq = ?').get(seq) as
    | Pick<LoggedChange, 'batch' | 'space' | 'key' | 'revision' | 'kind' | 'at'>
    | undefined
}

function headOf(connection: Connection): number {
  return connection.prepare('select coalesce(max(seq), 0) from changes').pluck().get() as number
}

function epochsOf(connection: Connection): EpochRow[] {
  const rows = connection.prepare('select epoch, born_at as bornAt, honoured_up_to as honouredUpTo from epochs')
  return rows.all() as EpochRow[]
}

const REDACTED = "select distinct key from changes where kind = 'REDACTED' and seq > ? order by seq"

/** Ends the current epoch at the head, and begins another. */
function beginEpoch(copy: Connection, kept: Kept | undefined, now: number): void {
  copy.prepare('update epochs set honoured_up_to = ? where honoured_up_to is null').run(headOf(copy))
  const former = copy.prepare(
    `insert into epochs (epoch, born_at, honoured_up_to) values (@epoch, @bornAt, @honouredUpTo)
     on conflict (epoch) do update set honoured_up_to = min(honoured_up_to, excluded.honoured_up_to)`,
  )
  for (const epoch of kept?.epochs ?? []) former.run(epoch)
  copy.prepare('insert into epochs (epoch, born_at) values (?, ?)').run(randomUUID(), now)
  if (kept === undefined) return
  // A token that was revoked after the backup stays revoked.
  copy.exec('delete from tokens')
  const insert = inserter(copy, tokens)
  for (const token of kept.tokens) insert(token)
}

function replaceStore({ file, connection }: Target, temporary: string): void {
  try {
    connection?.pragma('journal_mode = DELETE')
  } catch (error) {
    const recognised = recognise(error, file)
    if (!(recognised instanceof StoreError && recognised.code === 'STORE_DAMAGED')) throw error
  }
  replaceFile(temporary, file)
}
