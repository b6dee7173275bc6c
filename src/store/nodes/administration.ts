import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { DemarcheError, listFirst, StoreError, UnknownKeyError } from '../../model/errors.ts'
import { READABLE_FORMAT, REDACTED_FORMAT } from '../../model/records/canonical-record.ts'
import type { RecordKind } from '../../model/records/definitions.ts'
import { nearestKeys } from '../../model/records/key.ts'
import { REDACTED_TEXT } from '../../model/records/redaction.ts'
import { pagesOf } from '../log/pages.ts'
import { ambiguousKey, blankOf, type Redacted, type Redaction } from '../log/redaction.ts'
import type { LoggedChange } from '../schema/log.ts'
import { connect, type Connection } from '../sqlite/connection.ts'
import { assertMigrated } from '../sqlite/migrate.ts'
import type { Epoch } from '../store.ts'
import { Tokens, tokensOf } from '../tokens.ts'
import { appendId, mistakeBehind, type NodeReport, PLACE, type Standing } from './log.ts'
import { inTransaction, type PostgresClient, withClient } from './postgres-client.ts'
import { assertFit } from './postgres-connection.ts'
import { assertVersion, PostgresLog, STANDING } from './postgres-log.ts'
import { COLUMNS, columnsOf, type Head, headIn, headOf } from './recovery.ts'

/*
 * What operators do with a log of PostgreSQL: create and migrate it, move a store into it, look at it, and redact records
 * in it. Each function opens a connection of its own, and what it changes, it changes in one transaction.
 */

const MIGRATIONS = fileURLToPath(new URL('../../../migrations-log', import.meta.url))

export { putBack, recoverLog } from './recovery.ts'

export interface Created {
  readonly id: string
  readonly head: number
  /** Whether the file was moved in before, and only became a node now. */
  readonly isResumed: boolean
  /** The date of its last change, if the clock of PostgreSQL has yet to reach it. */
  readonly aheadTo?: number | undefined
}

/**
 * Creates the tables, functions and roles of a log. With a store, moves its changes, epochs, tokens and answers in, and makes its file the first
 * node. Throws `LOG_EXISTS`, `STORE_IN_USE`.
 */
export async function createLog(url: string, from?: string): Promise<Created> {
  const store = from === undefined ? undefined : await connect(from, { readonly: false, alone: true })
  try {
    if (store !== undefined && from !== undefined) assertMigrated(store, from)
    return await withClient(url, async (client) => {
      await assertFit(client)
      const isNew = (await versionOf(client)) === undefined
      if (isNew) await migrate(client, 0, MIGRATIONS)
      if (store === undefined) {
        if (!isNew) throw logExists('to see it, run `demarche log status`')
        return { ...(await headOf(client)), isResumed: false }
      }
      return await moveIn(client, store)
    })
  } finally {
    store?.close()
  }
}

async function moveIn(client: PostgresClient, store: Connection): Promise<Created> {
  const mark = store.prepare('select log from node').pluck().get()
  const moved = await inTransaction(client, async () => {
    await client.query('set local role demarche_owner')
    const [first] = await client.query<Head>('select id, seq, at from demarche.log for update')
    const head = headIn(first)
    if (head.seq > 0) {
      const isCopy = await holdsSame(client, store)
      if (isCopy) return { id: head.id, head: head.seq, isResumed: true }
      throw logExists('a store can only be moved into a new log')
    }
    if (mark !== undefined && mark !== head.id) {
      const message = 'the file of a node of another log; make it a store of its own first, with `demarche log leave`'
      throw new StoreError('STORE_FOREIGN', message, { file: store.name })
    }
    const pageAfter = pagesOf(store)
    for (let seq = 0; ;) {
      const page = pageAfter(seq)
      const last = page.at(-1)
      if (last === undefined) break
      seq = last.seq
      await client.query(INSERT_CHANGES, columnsOf(page))
      await client.query('update demarche.log set seq = $1, at = $2', [last.seq, last.at])
    }
    await client.query('delete from demarche.epochs')
    for (const { epoch, bornAt, honouredUpTo } of store.prepare(EPOCHS).all() as Epoch[]) {
      const values = [epoch, bornAt, honouredUpTo]
      await client.query('insert into demarche.epochs (epoch, born_at, honoured_up_to) values ($1, $2, $3)', values)
    }
    for (const token of tokensOf(store)) {
      const { name, hash, scope, createdAt, expiresAt, revokedAt, lastUsedAt } = token
      await client.query(INSERT_TOKEN, [name, hash, scope, createdAt, expiresAt, revokedAt, lastUsedAt])
    }
    for (const { by, key, hash, at, seq, plan } of store.prepare('select * from answers').all() as AnswerRow[]) {
      await client.query(INSERT_ANSWER, [appendId(by, key), hash, seq, plan, at])
    }
    const [row] = await client.query<Head & { now: number }>(
      'select id, seq, at, demarche.now_ms() as now from demarche.log',
    )
    const { id, seq, at, now } = headIn(row)
    return { id, head: seq, isResumed: false, aheadTo: at > now ? at : undefined }
  })
  // The log first: a file that says it is a node of a log without its changes would be worse than one that does not say it yet.
  store.prepare('insert into node (id, log) values (1, ?) on conflict (id) do nothing').run(moved.id)
  return moved
}

interface AnswerRow {
  readonly by: string
  readonly key: string
  readonly hash: string
  readonly at: number
  readonly seq: number | null
  readonly plan: string | null
}

async function holdsSame(client: PostgresClient, store: Connection): Promise<boolean> {
  const [row] = await client.query<{ epoch: string }>('select epoch from demarche.epochs where honoured_up_to is null')
  const current = (store.prepare(EPOCHS).all() as Epoch[]).find(({ honouredUpTo }) => honouredUpTo === null)
  const [logged] = await client.query(`select ${PLACE} from demarche.changes order by seq desc limit 1`)
  const last = store.prepare(`select ${PLACE} from changes order by seq desc limit 1`).get()
  return row?.epoch === current?.epoch && isDeepStrictEqual(logged, last)
}

/** Applies the numbered files that the log lacks, each in a transaction of its own. Returns the versions before and after. */
export async function migrateLog(
  url: string,
  folder = MIGRATIONS,
): Promise<{ readonly from: number; readonly to: number }> {
  return await withClient(url, async (client) => {
    const version = await versionOf(client)
    if (version === undefined) {
      const message = 'the database of DEMARCHE_LOG holds no log; create one with `demarche log create`'
      throw new DemarcheError('MISCONFIGURED', message)
    }
    return { from: version, to: await migrate(client, version, folder) }
  })
}

async function migrate(client: PostgresClient, version: number, folder: string): Promise<number> {
  const files = readdirSync(folder)
    .filter((name) => /^\d{4}_.*\.sql$/.test(name))
    .toSorted()
  let reached = version
  for (const file of files.filter((name) => Number.parseInt(name, 10) > version)) {
    reached = Number.parseInt(file, 10)
    await inTransaction(client, async () => {
      await client.query("select pg_advisory_xact_lock(hashtextextended('demarche migrate', 0))")
      // Another command may have been faster.
      if (((await versionOf(client)) ?? 0) < reached) await client.query(readFileSync(join(folder, file), 'utf8'))
    })
  }
  return reached
}

/** The version of the log's tables; undefined if there are none. */
async function versionOf(client: PostgresClient): Promise<number | undefined> {
  const [found] = await client.query<{ isThere: boolean }>(
    `select to_regclass('demarche.log') is not null as "isThere"`,
  )
  if (found?.isThere !== true) return undefined
  const [row] = await client.query<{ version: number }>('select version from demarche.log')
  return row?.version
}

export interface LogStatus extends Standing {
  readonly nodes: readonly SeenNode[]
  /** Of the table of changes, with its indexes, in bytes. */
  readonly bytes: number
  readonly tokens: number
  readonly settings: {
    readonly synchronousCommit: string
    readonly fsync: string
    /** The standbys that a commit waits for; empty if it waits for none. */
    readonly synchronousStandbys: string
  }
}

interface SeenNode extends NodeReport {
  readonly seenAt: number
  /** Whether the log has the last change of the node. */
  readonly isPlace: boolean
}

export async function readLogStatus(url: string): Promise<LogStatus> {
  return await withClient(url, async (client) => {
    const [standing] = await client.query<Standing & { serves: number }>(STANDING)
    const [more] = await client.query<Pick<LogStatus, 'bytes' | 'tokens' | 'settings'>>(STATUS)
    if (standing === undefined || more === undefined) throw new Error('the log has no head')
    assertVersion(standing)
    return { ...standing, ...more, nodes: await nodesOf(client) }
  })
}

const STATUS = `select pg_total_relation_size('demarche.changes') as bytes,
  (select count(*) from demarche.tokens where revoked_at is null) as tokens,
  json_build_object('synchronousCommit', current_setting('synchronous_commit'), 'fsync', current_setting('fsync'),
    'synchronousStandbys', current_setting('synchronous_standby_names')) as settings`

async function nodesOf(client: PostgresClient): Promise<SeenNode[]> {
  return await client.query<SeenNode>(
    `select name, version, projected_with as "projectedWith", format, seq, at, change, seen_at as "seenAt",
       seq = 0 or exists (select 1 from (select ${PLACE} from demarche.changes) c 
         where (c.seq, c.at, c.change) = (n.seq, n.at, n.change)) as "isPlace"
     from demarche.nodes n order by name, seen_at`,
  )
}

/** Lets nodes write a format of contents. Throws `FORMAT_AHEAD` if a node of the last day does not read it, or this version does not. */
export async function allowFormat(url: string, format: number): Promise<void> {
  if (format > READABLE_FORMAT) {
    const message = `This version of Demarche reads formats up to ${READABLE_FORMAT}. Run the command with a version that reads ${format}.`
    throw new DemarcheError('FORMAT_AHEAD', message)
  }
  await withClient(url, async (client) => {
    const [row] = await client.query<{ behind: string[] }>('select demarche.allow_format($1) as behind', [format])
    const behind = row?.behind ?? []
    if (behind.length === 0) return
    const message = `These nodes were seen within a day and do not read format ${format}: ${listFirst(behind)}. Upgrade them first.`
    throw new DemarcheError('FORMAT_AHEAD', message)
  })
}

/** The tokens of a log, for the time of `work`. */
export async function withLogTokens<Result>(
  url: string,
  work: (tokens: Tokens, now: number) => Promise<Result>,
): Promise<Result> {
  const log = new PostgresLog({ url })
  try {
    const { now } = await log.standing().catch((error: unknown) => {
      throw mistakeBehind(error) ?? error
    })
    let [all, version] = [await log.tokens(), 0]
    const refreshed = async <Change>(change: Promise<Change>): Promise<Change> => {
      try {
        return await change
      } finally {
        // What became of the change is not what became of this.
        ;[all, version] = [await log.tokens().catch(() => all), version + 1]
      }
    }
    const tokens = new Tokens({
      reader: { dataVersion: () => version, all: () => all },
      writer: {
        createToken: (token) => refreshed(log.createToken(token)),
        revokeToken: (name, at) => refreshed(log.revokeToken(name, at)),
        recordUse: (uses) => refreshed(log.recordUse(uses)),
      },
      now: () => now,
    })
    return await work(tokens, now)
  } finally {
    await log.close()
  }
}

/**
 * Redacts a record in the log. Each node does the same in its file when it reaches the change. Throws `UNKNOWN_KEY`, `KEY_AMBIGUOUS`, and
 * `LOG_NEWER` if this version cannot read a revision.
 */
export async function redactInLog(
  url: string,
  { key, record, reason }: Pick<Redaction, 'key' | 'record' | 'reason'>,
): Promise<Redacted> {
  return await withClient(url, async (client) => {
    for (;;) {
      const { last, revisions } = await findRecord(client, key, record)
      const referring = await client.query<Redacted['referring'][number]>(REFERRING, [key, last.space])
      if (last.kind === 'REDACTED') return { record: last.record, revisions: 0, seq: last.seq, referring }
      const values = [last.space, key, revisions.map(blankOf), REDACTED_FORMAT, REDACTED_TEXT, reason]
      const [row] = await client.query<{ seq: number | null }>(REDACT, values)
      // If the record changed meanwhile, it is looked up again.
      if (typeof row?.seq === 'number')
        return { record: last.record, revisions: revisions.length, seq: row.seq, referring }
    }
  })
}

const REDACT = 'select demarche.redact($1, $2, $3, $4, $5, $6) as seq'

const REFERRING = `select record, key from demarche.changes where position(to_json($1::text)::text in content) > 0 and not (key = $1 and space = $2)
  group by record, key order by min(seq)`

async function findRecord(
  client: PostgresClient,
  key: string,
  record: RecordKind | undefined,
): Promise<{ readonly last: LoggedChange; readonly revisions: readonly LoggedChange[] }> {
  const text = 'select * from demarche.changes where key = $1 and ($2::text is null or record = $2) order by revision'
  const revisions = await client.query<LoggedChange>(text, [key, record ?? null])
  const last = revisions.at(-1)
  if (last === undefined) {
    const rows = await client.query<{ key: string }>('select distinct key from demarche.changes where revision = 1')
    const keys = rows.map((row) => row.key)
    throw new UnknownKeyError(record ?? 'record', key, nearestKeys(key, keys))
  }
  const records = revisions.filter(({ revision }) => revision === 1)
  if (records.length > 1) throw ambiguousKey(key, records)
  return { last, revisions }
}

const INSERT_CHANGES = `insert into demarche.changes (${COLUMNS.join(', ')})
  select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[], $8::text[], $9::bigint[], $10::text[],
    $11::text[], $12::int[], $13::text[])`

const INSERT_TOKEN = `insert into demarche.tokens (name, hash, scope, created_at, expires_at, revoked_at, last_used_at)
  values ($1, $2, $3, $4, $5, $6, $7)`

const INSERT_ANSWER = `insert into demarche.appends (id, hash, answer_seq, plan, first, last, at)
  values ($1, $2, $3::bigint, $4, coalesce($3::bigint, 0), coalesce($3::bigint, 0), $5)`

const EPOCHS = 'select epoch, born_at as bornAt, honoured_up_to as honouredUpTo from epochs order by born_at'

function logExists(remedy: string): DemarcheError {
  return new DemarcheError('LOG_EXISTS', `the database of DEMARCHE_LOG holds a log already; ${remedy}`)
}
