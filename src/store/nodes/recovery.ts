import { isDeepStrictEqual } from 'node:util'
import { DemarcheError, StoreError } from '../../model/errors.ts'
import { pagesOf } from '../log/pages.ts'
import { changeAt, sharedUpTo } from '../log/restore.ts'
import type { LoggedChange } from '../schema/log.ts'
import type { Connection } from '../sqlite/connection.ts'
import { assertMigrated } from '../sqlite/migrate.ts'
import { connectToRead } from '../sqlite/reading.ts'
import { type Token, tokensOf } from '../tokens.ts'
import type { Place } from './log.ts'
import { inTransaction, type PostgresClient, withClient } from './postgres-client.ts'
import { assertVersion } from './postgres-log.ts'

/*
 * Mends a log of PostgreSQL that lost changes, from the files of nodes that still have them. A log that is a beginning of a node's gets the
 * rest back at their own seqs, and everything goes on as before. If it went on otherwise, it begins an epoch, and nodes follow it.
 */

export interface PutBack {
  /** Cursors are valid up to this seq. */
  readonly upTo: number
  readonly head: number
  /** The keys of records that were redacted in the files, and that the log has with their content. */
  readonly redactionsUndone: readonly string[]
}

/**
 * Begins an epoch after PostgreSQL lost changes for good. Cursors stay valid up to the last change that the log and each of the files have in
 * common. Nodes cut their files back to it.
 */
export async function putBack(url: string, files: readonly string[]): Promise<PutBack> {
  return await withClient(url, async (client) => {
    const { id, head } = await headOf(client)
    let upTo = head
    const redacted = new Set<string>()
    for (const file of files) {
      await withNode(file, id, async (node) => {
        const shared = await sharedWith(client, node, head)
        for (const key of node.prepare(REDACTED).pluck().all(shared)) redacted.add(String(key))
        upTo = Math.min(upTo, shared)
      })
    }
    await client.query('select demarche.put_back($1)', [upTo])
    return { upTo, head, redactionsUndone: [...redacted] }
  })
}

const REDACTED = "select key from changes where kind = 'REDACTED' and seq > ? order by seq"

export interface Recovered {
  readonly first: number
  readonly last: number
  readonly tokens: number
}

/**
 * Puts the changes that the log lost, and a node still has, back at their own seqs, with the tokens and revocations that it lost. Throws
 * `LOG_DIVERGED` if the log is not a beginning of the node's; `FILE_BEHIND` if the file has nothing that the log lacks.
 */
export async function recoverLog(url: string, file: string): Promise<Recovered> {
  return await withClient(url, async (client) => {
    const { id, head } = await headOf(client)
    return await withNode(file, id, async (node) => {
      const last = node.prepare('select coalesce(max(seq), 0) from changes').pluck().get() as number
      const shared = await sharedWith(client, node, Math.min(head, last))
      if (shared < Math.min(head, last)) {
        const message = `The log and the file differ after change ${shared}, so nothing can be put back. To go on with what the log has, run \`demarche log put-back ${file}\`.`
        throw new DemarcheError('LOG_DIVERGED', message)
      }
      const tokens = await inTransaction(client, async () => {
        await recoverChanges(client, node, head)
        return await recoverTokens(client, tokensOf(node))
      })
      return { first: head + 1, last: Math.max(last, head), tokens }
    })
  })
}

async function recoverChanges(client: PostgresClient, node: Connection, head: number): Promise<void> {
  const page = pagesOf(node, { toBatchEnd: true })
  const selectBlanks = node.prepare('select * from changes where space = ? and key = ? and seq <= ?')
  for (let from = head; ;) {
    const changes = page(from)
    const last = changes.at(-1)
    if (last === undefined) return
    const redactions = changes.filter(({ kind }) => kind === 'REDACTED')
    const blanks = redactions.flatMap(({ space, key }) => selectBlanks.all(space, key, from) as LoggedChange[])
    const values = [from, ...columnsOf(changes), ...columnsOf(blanks, ['seq', 'format', 'note', 'content'])]
    const [row] = await client.query<{ isDone: boolean }>(RECOVER, values)
    if (row?.isDone !== true) {
      const message =
        'A node recorded changes meanwhile. Nothing was put back. Stop the nodes, and run the command again.'
      throw new DemarcheError('LOG_DIVERGED', message)
    }
    from = last.seq
  }
}

/** Returns how many tokens were created or revoked again. */
async function recoverTokens(client: PostgresClient, held: readonly Token[]): Promise<number> {
  let count = 0
  for (const { name, hash, scope, createdAt, expiresAt, revokedAt } of held) {
    const values = [name, hash, scope, createdAt, expiresAt]
    const [created] = await client.query<{ is: boolean }>(
      'select demarche.create_token($1, $2, $3, $4, $5) as is',
      values,
    )
    const [revoked] =
      revokedAt === null
        ? []
        : await client.query<{ is: boolean }>('select demarche.revoke_token($1, $2) as is', [name, revokedAt])
    if (created?.is === true || revoked?.is === true) count++
  }
  return count
}

/** The last seq up to which a log and the file of a node have the same changes. */
async function sharedWith(client: PostgresClient, node: Connection, head: number): Promise<number> {
  return await sharedUpTo(head, async (seq) => {
    const text = 'select batch, space, key, revision, kind, at from demarche.changes where seq = $1'
    const [logged] = await client.query(text, [seq])
    return logged !== undefined && isDeepStrictEqual(logged, changeAt(node, seq))
  })
}

/** Opens the file of a node for reading. Throws `STORE_FOREIGN` unless it is of this log. */
async function withNode<Result>(
  file: string,
  id: string,
  work: (node: Connection) => Promise<Result>,
): Promise<Result> {
  const node = await connectToRead(file)
  try {
    assertMigrated(node, file)
    if (node.prepare('select log from node').pluck().get() !== id) {
      throw new StoreError('STORE_FOREIGN', 'not the file of a node of this log', { file })
    }
    return await work(node)
  } finally {
    node.close()
  }
}

export interface Head extends Pick<Place, 'seq' | 'at'> {
  readonly id: string
}

export function headIn<Row extends Head>(row: Row | undefined): Row {
  if (row === undefined) throw new Error('the log has no head')
  return row
}

/** Throws `LOG_NEWER`, `LOG_OLDER`. */
export async function headOf(client: PostgresClient): Promise<{ readonly id: string; readonly head: number }> {
  const [row] = await client.query<Head & { version: number; serves: number }>(
    'select id, version, serves, seq, at from demarche.log',
  )
  if (row !== undefined) assertVersion(row)
  const { id, seq } = headIn(row)
  return { id, head: seq }
}

export const COLUMNS = [
  'seq',
  'batch',
  'space',
  'record',
  'key',
  'revision',
  'kind',
  'note',
  'at',
  'by',
  'origin',
  'format',
  'content',
] as const

export function columnsOf(
  changes: readonly LoggedChange[],
  columns: readonly (keyof LoggedChange)[] = COLUMNS,
): unknown[][] {
  return columns.map((column) => changes.map((change) => change[column]))
}

const RECOVER = `select demarche.recover(
  $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) as "isDone"`
