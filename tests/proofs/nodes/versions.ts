import assert from 'node:assert/strict'
import { Random } from '../../../bench/synthetic/random.ts'
import { ask } from '../../_support/app.ts'
import { laterProgram } from '../../_support/other-version.ts'
import { query } from '../../_support/postgres.ts'
import { temporaryFile } from '../../_support/temporary-store.ts'
import type { Proof } from '../proof.ts'
import { Cluster, type Node, run, until } from './cluster.ts'
import { Hoppers } from './hoppers.ts'
import { compareNodes, logOf } from './logged.ts'
import { record, recordOnceLevel, Recorders } from './recorders.ts'

/** The program of the version before: `src/demarche.mjs` in a checkout, or in the package. By default that of this version. */
const BEFORE = process.env['PROGRAM_BEFORE']

const READ = `{ developments(first: 1) { totalCount } }`

export const versions: Proof = {
  name: 'nodes-versions',
  promise:
    'Nodes of neighbouring versions share a log: nobody misses anything while they are upgraded, a format is written when all read it, and a node that does not read it stops before it.',
  async prove({ seed = 1 }) {
    const random = new Random(seed, 'versions')
    using place = temporaryFile()
    // One release reads a format, the next one writes it.
    const reading = laterProgram(place.folder, { version: '98.0.0', writes: 1, reads: 2 })
    const writing = laterProgram(place.folder, { version: '99.0.0', writes: 2, reads: 2 })
    await using cluster = await Cluster.open({ program: BEFORE })
    const { token, nodes, database } = cluster
    const { cursor = '' } = await record(cluster.node(0), token, 'ferry/first')
    await using hoppers = await Hoppers.follow(cluster, random, cursor, place.folder)
    await using recorders = new Recorders(cluster, { count: 3, seed, pause: 150 })
    const allow = (program: string) => run(['log', 'allow-format', '2'], database.admin, program)

    // It was level, and is down while the others are upgraded.
    const late = await cluster.add('late', BEFORE)
    await late.end('SIGTERM')

    // One that writes the format too early only follows.
    const early = await cluster.add('early', writing)
    assert.equal((await recordOnceLevel(early, token, 'ferry/early')).code, 'FORMAT_AHEAD')
    assert.equal((await early.readiness())?.status, 200)
    assert.equal((await early.readiness('?for=writes'))?.status, 503)

    for (const node of nodes) {
      await assert.rejects(allow(reading), /do not read format 2: /)
      await node.become(reading)
      await node.ready('?for=writes')
      assert.equal((await recordOnceLevel(node, token, `ferry/read-by-${node.name}`)).code, 'RECORDED')
      hoppers.hop()
    }
    // Half a minute later, what the nodes were before is forgotten.
    await query(database.superuser, `delete from demarche.nodes where format = 1 and name <> 'late'`)
    await assert.rejects(allow(reading), /do not read format 2: late\./)
    await query(database.superuser, `update demarche.nodes set seen_at = 0 where name = 'late'`)
    await allow(reading)
    await early.ready('?for=writes')
    assert.equal((await recordOnceLevel(early, token, 'ferry/first-of-format-2')).code, 'RECORDED')
    for (const node of nodes) {
      await node.become(writing)
      await node.ready('?for=writes')
      assert.equal((await recordOnceLevel(node, token, `ferry/written-by-${node.name}`)).code, 'RECORDED')
      hoppers.hop()
    }

    const first = await firstOfFormat(cluster, 2)
    await stopsBefore(late, first, token)
    await late.become(writing)
    await late.ready('?for=writes')

    await recorders.finish()
    await stopsAtTables(cluster)
    await cluster.level([...nodes, early, late])
    recorders.check(await logOf(cluster))
    const followed = await hoppers.finish(cluster.node(0).file)
    await hoppers[Symbol.asyncDispose]()
    const tables = await compareNodes(cluster, [...nodes, early, late], writing)
    return `${nodes.length} nodes upgraded twice under ${recorders.acknowledged.size} acknowledged changes: 0 lost, 0 twice; ${followed}; change ${first} of format 2 stopped a node that does not read it; ${tables} tables equal`
  },
}

async function firstOfFormat({ database }: Cluster, format: number): Promise<number> {
  const text = 'select min(seq)::integer as seq from demarche.changes where format = $1'
  const [row] = await query<{ seq: number }>(database.superuser, text, [format])
  return row?.seq ?? 0
}

/** A node that is started on a log with a change that it does not read. It has what comes before. */
async function stopsBefore(node: Node, seq: number, token: string): Promise<void> {
  node.start()
  await until(`${node.name} has all that it reads`, async () => node.head() === seq - 1)
  await until(`${node.name} is halted`, async () =>
    ((await node.readiness())?.body.problem ?? '').startsWith(`Change ${seq} has the format 2`),
  )
  assert.equal((await node.readiness())?.status, 503)
  assert.equal(await reads(node), true)
  assert.equal((await record(node, token, 'ferry/late')).code, 'NODE_BEHIND')
  assert.equal(node.head(), seq - 1)
}

/** The tables of the log are brought up to a next version, first so that nodes of this one can go on, then so that they cannot. */
async function stopsAtTables(cluster: Cluster): Promise<void> {
  const { database, nodes, token } = cluster
  const set = (values: string) => query(database.superuser, `update demarche.log set ${values}`)
  await set('version = version + 1')
  for (const node of nodes)
    assert.equal((await recordOnceLevel(node, token, `ferry/next-${node.name}`)).code, 'RECORDED')
  const halts = [
    ['serves = version', /which this version of Demarche does not know/],
    ['version = 0, serves = 0', /demarche log migrate/],
  ] as const
  for (const [values, problem] of halts) {
    await set(values)
    for (const node of nodes) {
      await until(`${node.name} is halted`, async () => problem.test((await node.readiness())?.body.problem ?? ''))
      assert.equal((await node.readiness())?.status, 503)
      assert.equal(await reads(node), true)
      assert.equal((await record(node, token, `ferry/halted-${node.name}`)).code, 'NODE_BEHIND')
    }
  }
  await set('version = 1, serves = 1')
  for (const node of nodes) await node.ready('?for=writes')
}

async function reads(node: Node): Promise<boolean> {
  const { status, body } = await ask(node.url, { query: READ })
  return status === 200 && body.errors === undefined
}
