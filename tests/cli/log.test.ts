import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import SqliteFile from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { openStore } from '../../src/store/open.ts'
import { createLog, redactInLog, withLogTokens } from '../../src/store/nodes/administration.ts'
import { appendId } from '../../src/store/nodes/log.ts'
import type { Store } from '../../src/store/store.ts'
import { demarche, type Outcome } from '../_support/command.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { type Database, query } from '../_support/postgres.ts'
import { temporaryFile } from '../_support/temporary-store.ts'
import { usePostgres } from '../_support/use-postgres.ts'

const { postgres, empty } = await usePostgres()

describe('demarche log create', () => {
  test('makes an empty log, once', async () => {
    const database = await postgres.database()
    expect(await log(database.owner, 'create')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^created the log [0-9a-f-]{36}\nGive the roles passwords/),
    })
    expect(await log(database.owner, 'create')).toEqual(
      refused('holds a log already; to see it, run `npm run --silent demarche -- log status`'),
    )
    expect((await status(database)).head).toBe(0)
  })

  test('needs an address, and a role that may', async () => {
    const database = await postgres.database()
    expect(await demarche(['log', 'create'])).toEqual(
      misused('DEMARCHE_LOG is not set; set it to the address of a log in PostgreSQL'),
    )
    const wrong = await log('mysql://desk:geheim@db/demarche', 'create')
    expect(wrong).toEqual(misused('expected the address of a log in PostgreSQL'))
    expect(await log(database.node, 'create')).toEqual(misused('the role of DEMARCHE_LOG may not do this'))
    expect(await log(database.node, 'status')).toEqual(
      misused('create one with `npm run --silent demarche -- log create`'),
    )
    const away = await log('postgres://desk:geheim@127.0.0.1:1/demarche', 'status')
    expect(away).toEqual(refused('PostgreSQL cannot be reached (connect ECONNREFUSED 127.0.0.1:1)'))
    expect([wrong, away].map(({ stderr }) => stderr).join()).not.toContain('geheim')
  })

  test('moves a store in: changes, epochs, tokens and answers; its file is the first node', async () => {
    using place = temporaryFile()
    const database = await postgres.database()
    const before = await fill(place.file)
    const moved = await log(database.owner, 'create', '--from', place.file)
    expect([moved.status, moved.stdout]).toEqual([
      0,
      expect.stringMatching(/: 9 changes moved into the log .* is a node now\n/),
    ])
    await using node = await openNode(place.file, database)
    expect([node.store.head(), node.store.epoch(), node.store.epochs()]).toEqual([9, before.epoch, before.epochs])
    expect(node.store.tokens.list()).toEqual(before.tokens)
    const [answer] = await query(
      database.admin,
      `select hash, answer_seq from demarche.appends where id = '${appendId('desk', 'k')}'`,
    )
    expect(answer).toEqual({ hash: 'h', answer_seq: '9' })
    expect(await node.store.answerTo('desk', 'k')).toMatchObject({ hash: 'h', seq: 9 })
    using other = temporaryFile()
    await using second = await openNode(other.file, database)
    await second.store.reach(9)
    expect(changesOf(second.store)).toEqual(before.changes)
  })

  test('makes the file a node that was moved in before, and refuses any other', async () => {
    using place = temporaryFile()
    using other = temporaryFile()
    const database = await postgres.database()
    await fill(place.file)
    const file = new SqliteFile(place.file)
    const ahead = Date.now() + 3_600_000
    file.prepare('update changes set at = ? where seq = 9').run(ahead)
    file.close()
    copyFileSync(place.file, join(place.folder, 'copy.db'))
    expect((await log(database.owner, 'create', '--from', place.file)).stdout).toContain(
      `warning: its last change is dated ${new Date(ahead).toISOString()}`,
    )
    // As if the command had been killed before it marked the file.
    const again = await log(database.owner, 'create', '--from', join(place.folder, 'copy.db'))
    expect(again).toMatchObject({ status: 0, stdout: expect.stringContaining('had been moved into the log') })
    await fill(other.file)
    expect(await log(database.owner, 'create', '--from', other.file)).toEqual(
      refused('a store can only be moved into a new log'),
    )
  })

  test('refuses a store that is in use, and one that does not exist', async () => {
    using place = temporaryFile()
    const database = await postgres.database()
    expect(await log(database.owner, 'create', '--from', place.file)).toEqual(refused('does not exist'))
    expect(existsSync(place.file)).toBe(false)
    await fill(place.file)
    const store = await openStore({ file: place.file })
    expect(await log(database.owner, 'create', '--from', place.file)).toEqual(
      refused('another process has the store open'),
    )
    store.close()
    expect(await log(database.node, 'status')).toEqual(misused('holds no log'))
  })
})

test('demarche log status shows the head, and how far each node is', async () => {
  const database = await postgres.database(empty)
  await query(
    database.owner,
    "select demarche.append(gen_random_uuid(), null, null, null, 0, 0, '', demarche.now_ms(), 'desk', 'API', 1, '{1}', '{actor}', '{actor}', '{b}', '{1}', '{RECORDED}', '{null}', '{\"{}\"}')",
  )
  const [{ at } = { at: '0' }] = await query<{ at: string }>(database.owner, 'select at from demarche.log')
  const change = '1 actor b 1 RECORDED'
  for (const [name, seq, ...held] of [
    ['ahead', 3, at, change],
    ['behind', 0, 0, ''],
    ['level', 1, at, change],
    ['other', 1, Number(at) - 1, change],
    ['other-too', 1, at, '1 actor c 1 RECORDED'],
  ] as const) {
    const values = ['0.1.0', 'x', 1, seq, ...held]
    await query(database.node, 'select demarche.seen($1, gen_random_uuid(), $2, $3, $4, $5, $6, $7)', [name, ...values])
  }
  const { stdout } = await log(database.node, 'status')
  expect(stdout).toMatch(/^head +change 1, of 20/m)
  expect(stdout).toMatch(/^ahead .* 3 +ahead of the log by 2: see `demarche log recover` +\d+ s ago$/m)
  expect(stdout).toMatch(/^behind .* 0 +1 behind/m)
  expect(stdout).toMatch(/^level .* 1 +level/m)
  expect(stdout).toMatch(/^other .* 1 +has other changes: see `demarche log put-back`/m)
  expect(stdout).toMatch(/^other-too .* 1 +has other changes/m)
  expect((await status(database)).nodes.map(({ name, head }) => [name, head])).toEqual([
    ['ahead', 3],
    ['behind', 0],
    ['level', 1],
    ['other', 1],
    ['other-too', 1],
  ])
})

test('demarche log migrate says that there is nothing to do, or no log', async () => {
  const database = await postgres.database(empty)
  expect(await log(database.owner, 'migrate')).toMatchObject({ status: 0, stdout: 'the log has version 1 already\n' })
  expect(await log((await postgres.database()).owner, 'migrate')).toEqual(misused('holds no log'))
})

test('demarche log allow-format waits for nodes that do not read the format', async () => {
  const database = await postgres.database(empty)
  await query(
    database.node,
    `select demarche.seen('old', gen_random_uuid(), '0.0.9', 'x', 0, 0, 0, ''),
       demarche.seen('new', gen_random_uuid(), '0.1.0', 'x', 1, 0, 0, '')`,
  )
  expect(await log(database.admin, 'allow-format', '1')).toEqual(
    refused('do not read format 1: old. Upgrade them first.'),
  )
  await query(database.superuser, "update demarche.nodes set seen_at = demarche.now_ms() - 86400001 where name = 'old'")
  expect(await log(database.admin, 'allow-format', '1')).toMatchObject({
    status: 0,
    stdout: 'nodes may write formats up to 1\n',
  })
  expect(await log(database.admin, 'allow-format', '2')).toEqual(
    refused('This version of Demarche reads formats up to 1'),
  )
  expect(await log(database.admin, 'allow-format', '1.5')).toMatchObject({ status: 2 })
  expect(await log(database.node, 'allow-format', '1')).toEqual(misused('may not do this'))
})

test('two nodes of one name are shown, and both have to read a format', async () => {
  const database = await postgres.database(empty)
  const seen = (process: string, format: number) =>
    query(database.node, "select demarche.seen('a', md5($1)::uuid, '0.1.0', 'x', $2, 0, 0, '')", [process, format])
  await seen('first', 0)
  await seen('second', 1)
  await seen('second', 1)
  expect(await status(database)).toMatchObject({ nodes: [{ format: 0 }, { format: 1 }] })
  expect((await log(database.node, 'status')).stdout).toContain('warning: several nodes are called a, unless')
  expect(await log(database.admin, 'allow-format', '1')).toEqual(
    refused('do not read format 1: a. Upgrade them first.'),
  )
  // The first one has been silent since: it was restarted, as the second one.
  await query(database.superuser, 'update demarche.nodes set seen_at = demarche.now_ms() - 30001 where format = 0')
  await seen('second', 1)
  expect((await log(database.node, 'status')).stdout).not.toContain('several nodes')
  expect(await log(database.admin, 'allow-format', '1')).toMatchObject({ status: 0 })
})

describe('after PostgreSQL lost changes', () => {
  for (const lost of [1, 5]) {
    test(`demarche log recover puts ${lost} back from a node, with redactions and tokens`, async () => {
      await using world = await lossyWorld(lost)
      const { database, file, before } = world
      expect(await log(database.admin, 'recover', file)).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(
          new RegExp(
            `^put changes ${13 - lost} to 12 back into the log; 1 token created or revoked again\nTheir idempotency keys are lost`,
          ),
        ),
      })
      expect(await query(database.admin, CHANGES)).toEqual(before)
      expect((await log(database.admin, 'recover', file)).stdout).toBe(
        'the log lacks no change of the file; 0 tokens created or revoked again\n',
      )
      expect(await query(database.node, 'select name from demarche.tokens where revoked_at > 0')).toEqual([
        { name: 'desk' },
      ])
      const [epochs] = await query<{ count: string }>(database.admin, 'select count(*) from demarche.epochs')
      expect(epochs?.count).toBe('1')
      // Nodes go on, the one that has the changes and a new one.
      await using node = await openNode(file, database)
      await node.store.append({ batches: [[planned('place', { key: 'after', name: 'After' })]], origin: 'API' })
      using other = temporaryFile()
      await using second = await openNode(other.file, database)
      await second.store.reach(13)
      expect(changesOf(second.store)).toEqual(changesOf(node.store))
    })
  }

  test('demarche log recover refuses a log that went on otherwise, and put-back goes on with that', async () => {
    await using world = await lossyWorld(2)
    const { database, file } = world
    using other = temporaryFile()
    {
      await using second = await openNode(other.file, database)
      await second.store.append({
        batches: [[planned('place', { key: 'elsewhere', name: 'Elsewhere' })]],
        origin: 'API',
      })
    }
    const recovered = await log(database.admin, 'recover', file)
    expect(recovered).toEqual(refused('differ after change 10, so nothing can be put back'))
    expect(recovered.stderr).toContain(`run \`npm run --silent demarche -- log put-back ${file}\``)
    const { stdout } = await log(database.admin, 'put-back', file, other.file)
    expect(stdout).toContain('the log ends at change 11\ncursors: valid up to change 10;')
    // The node would keep what the log has with its content again.
    expect(stdout).toContain('back with their content: ferry/sinking; redact them again')
    await redactInLog(database.admin, { key: 'ferry/sinking', reason: 'Order of a court' })
    await using node = await openNode(file, database)
    await node.store.reach(12)
    await using second = await openNode(other.file, database)
    await second.store.reach(12)
    expect(changesOf(node.store)).toEqual(changesOf(second.store))
    expect(node.store.epochs().map(({ honouredUpTo }) => honouredUpTo)).toEqual([10, null])
  })

  test('put-back without a file honours cursors up to the end of the log', async () => {
    const database = await postgres.database(empty)
    expect((await log(database.admin, 'put-back')).stdout).toContain('cursors: valid up to change 0;')
    expect((await status(database)).epochs.map(({ honouredUpTo }) => honouredUpTo)).toEqual([0, null])
  })

  test('files of other logs are refused', async () => {
    using place = temporaryFile()
    await fill(place.file)
    const database = await postgres.database(empty)
    for (const command of ['recover', 'put-back']) {
      expect(await log(database.admin, command, place.file)).toEqual(refused('not the file of a node of this log'))
      expect(await log(database.admin, command, join(place.folder, 'none.db'))).toEqual(refused('does not exist'))
    }
    expect((await status(database)).epochs).toHaveLength(1)
  })
})

test('demarche log leave makes the file of a node a store of its own, with every cursor', async () => {
  using place = temporaryFile()
  const database = await postgres.database()
  const { epoch } = await fill(place.file)
  expect(await demarche(['log', 'leave', place.file])).toEqual(misused('is not the file of a node'))
  await createLog(database.owner, place.file)
  await expect(openStore({ file: place.file })).rejects.toMatchObject({ code: 'MISCONFIGURED' })
  {
    await using _node = await openNode(place.file, database)
    expect(await demarche(['log', 'leave', place.file])).toEqual(refused('another process has the store open'))
  }
  expect(await demarche(['log', 'leave', place.file])).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/ is a store of its own with 9 changes; .*\nIt has no idempotency keys of before/),
  })
  const store = await openStore({ file: place.file })
  expect(store.epochs()).toContainEqual(expect.objectContaining({ epoch, honouredUpTo: 9 }))
  await store.append({ batches: [[planned('place', { key: 'own', name: 'Own' })]], origin: 'API' })
  expect([store.head(), store.tokens.list().map(({ name }) => name)]).toEqual([10, ['desk']])
  store.close()
})

describe('with DEMARCHE_LOG', () => {
  test('demarche token creates, lists and revokes the tokens of all nodes', async () => {
    const database = await postgres.database(empty)
    const admin = { env: { DEMARCHE_LOG: database.admin } }
    const created = await demarche(['token', 'create', '--scope', 'record', '--expires', '90d'], admin)
    expect(created).toMatchObject({ status: 0, stdout: expect.stringMatching(/^demarche_[0-9a-f]{64}\n$/) })
    expect((await demarche(['token', 'create', '--scope', 'record'], admin)).stderr).toContain('"record-2"')
    using place = temporaryFile()
    await using node = await openNode(place.file, database)
    await expect
      .poll(() => node.store.tokens.find(created.stdout.trim()))
      .toMatchObject({ name: 'record-1', scope: 'RECORD' })
    expect((await demarche(['token', 'revoke', created.stdout.trim()], admin)).stderr).toBe(
      'the token "record-1" is revoked\n',
    )
    await expect.poll(() => node.store.tokens.get('record-1')?.revokedAt).toBeGreaterThan(0)
    expect((await demarche(['token', 'revoke', 'record-1'], admin)).stderr).toContain('was revoked already')
    const taken = await demarche(['token', 'create', '--scope', 'read', '--name', 'record-1'], admin)
    expect(taken).toEqual(refused('there is a token "record-1" already'))
    const listed = await demarche(['token', 'list'], { env: { DEMARCHE_LOG: database.node } })
    expect(listed.stdout.split('\n').map((line) => line.split(' ')[0])).toEqual(['NAME', 'record-1', 'record-2', ''])
    const byNode = await demarche(['token', 'create', '--scope', 'read'], { env: { DEMARCHE_LOG: database.node } })
    expect(byNode).toEqual(
      misused('the role of DEMARCHE_LOG may not do this; see `npm run --silent demarche -- log --help`'),
    )
    const unknown = { env: { DEMARCHE_LOG: database.node.replace('demarche_node', 'nobody') } }
    expect(await demarche(['token', 'list'], unknown)).toEqual(misused('PostgreSQL refuses the user or the password'))
    const both = await demarche(['token', 'list', '--store', place.file], admin)
    expect(both).toEqual(misused('leave out --store, or unset DEMARCHE_LOG'))
  })

  test('demarche redact removes a record from the log, and from the file of each node', async () => {
    using place = temporaryFile()
    using other = temporaryFile()
    const database = await postgres.database()
    await fill(place.file)
    await createLog(database.owner, place.file)
    const admin = { env: { DEMARCHE_LOG: database.admin } }
    {
      await using node = await openNode(place.file, database)
      const redacted = await demarche(['redact', 'ferry/sinking', '--reason', 'Order of a court'], admin)
      expect(redacted).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/^event ferry\/sinking: redacted, with 1 revision; change 10 tells followers\n/),
      })
      const [, vacuum = ''] = /run `([^`]+)` as demarche_owner/.exec(redacted.stdout) ?? []
      expect(vacuum).toContain('demarche.appends')
      await query(database.owner, vacuum)
      await node.store.reach(10)
      await using second = await openNode(other.file, database)
      await second.store.reach(10)
      expect(changesOf(node.store)).toEqual(changesOf(second.store))
      expect(JSON.stringify(changesOf(node.store))).not.toContain('sank at the ford')
    }
    for (const { file } of [place, other]) expect(readFileSync(file).includes('sank at the ford')).toBe(false)
    expect(JSON.stringify(await query(database.admin, CHANGES))).not.toContain('sank at the ford')
    expect(await query(database.admin, 'select hash, plan from demarche.appends')).toEqual([{ hash: null, plan: null }])
    expect((await demarche(['redact', 'ferry/sinking', '--reason', 'Again'], admin)).stdout).toContain(
      'was redacted before; change 10',
    )
    expect(await demarche(['redact', 'ferry/sinkin', '--reason', 'x'], admin)).toEqual(
      refused('did you mean ferry, ferry/sinking, ferry/sunk?'),
    )
    const byNode = await demarche(['redact', 'gazette', '--reason', 'x'], { env: { DEMARCHE_LOG: database.node } })
    expect(byNode).toEqual(misused('may not do this'))
  })
})

const CHANGES = 'select * from demarche.changes order by seq'

/** A store with nine changes, a token and an answer. */
async function fill(file: string) {
  const store = await openStore({ file })
  await store.tokens.create({ scope: 'RECORD', name: 'desk' })
  await store.append({ batches: [setting], origin: 'IMPORT' })
  await store.append({
    batches: [[planned('event', event())]],
    origin: 'API',
    by: 'desk',
    answer: { by: 'desk', key: 'k', hash: 'h' },
  })
  const filled = {
    epoch: store.epoch(),
    epochs: store.epochs(),
    tokens: store.tokens.list(),
    changes: changesOf(store),
  }
  store.close()
  return filled
}

/** A log of twelve changes that then lost the last ones, with a token, and the closed file of a node that has all. */
async function lossyWorld(lost: number) {
  const place = temporaryFile()
  const database = await postgres.database()
  const store = await openStore({ file: place.file })
  await store.append({ batches: [setting], origin: 'IMPORT' })
  await store.append({ batches: [[planned('event', event())]], origin: 'API' })
  store.close()
  await createLog(database.owner, place.file)
  const contents = await query<{ content: string }>(
    database.superuser,
    'select content from demarche.changes where seq = 9',
  )
  {
    await using node = await openNode(place.file, database)
    for (const key of ['one', 'two']) {
      await node.store.append({ batches: [[planned('place', { key, name: key })]], origin: 'API' })
    }
    await redactInLog(database.admin, { key: 'ferry/sinking', reason: 'Order of a court' })
    await withLogTokens(database.admin, async (tokens) => {
      await tokens.create({ scope: 'READ', name: 'desk' })
      await tokens.revoke('desk')
    })
    await node.store.reach(12)
    await expect.poll(() => node.store.tokens.get('desk')?.revokedAt).toBeGreaterThan(0)
  }
  const before = await query(database.admin, CHANGES)
  await query(
    database.superuser,
    `delete from demarche.tokens; delete from demarche.changes where seq > ${12 - lost};
     update demarche.log set (seq, at) = (select seq, at from demarche.changes order by seq desc limit 1)`,
  )
  // The content that was redacted is back, if its redaction is lost and it was recorded before.
  if (lost < 4)
    await query(database.superuser, 'update demarche.changes set content = $1, format = 1 where seq = 9', [
      contents[0]?.content,
    ])
  return { database, file: place.file, before, [Symbol.asyncDispose]: async () => place[Symbol.dispose]() }
}

async function openNode(file: string, { node }: Database) {
  const store = await openStore({ file, pollEvery: 20, log: { url: node, poll: 50 } })
  return {
    store,
    [Symbol.asyncDispose]: async () => {
      const closed = store.node?.closed()
      store.close()
      await closed
    },
  }
}

function changesOf(store: Store) {
  return store.reader.all('select * from changes order by seq')
}

async function log(url: string, ...args: readonly string[]): Promise<Outcome> {
  return await demarche(['log', ...args], { env: { DEMARCHE_LOG: url } })
}

async function status({ node }: Database) {
  return JSON.parse((await log(node, 'status', '--json')).stdout) as {
    readonly head: number
    readonly epochs: readonly { readonly honouredUpTo: number | null }[]
    readonly nodes: readonly { readonly name: string; readonly head: number }[]
  }
}

function refused(message: string) {
  return expect.objectContaining({ status: 1, stdout: '', stderr: expect.stringContaining(message) })
}

function misused(message: string) {
  return expect.objectContaining({ status: 2, stdout: '', stderr: expect.stringContaining(message) })
}
