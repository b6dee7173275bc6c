import assert from 'node:assert/strict'
import type { LogProxy } from '../../_support/log-proxy.ts'
import { query } from '../../_support/postgres.ts'
import type { Proof } from '../proof.ts'
import { Cluster, type Node, until } from './cluster.ts'
import { compareNodes, logOf } from './logged.ts'
import { record } from './recorders.ts'

const SESSIONS = `select pid, query from pg_stat_activity where datname = current_database() and usename = 'demarche_node'`

const DEFINITION = `select pg_get_functiondef(oid) as text from pg_proc where proname = 'append' and pronamespace = 'demarche'::regnamespace`

/** What happens to the notifications of the log. */
const WAYS: Readonly<Record<string, (cluster: Cluster, follower: Node) => Promise<void>>> = {
  // Many, and for nothing.
  doubled: async ({ database }) => {
    const text = `select pg_notify('demarche', (select seq from demarche.log)::text) from generate_series(1, 500)`
    await query(database.superuser, text)
    await query(database.superuser, `select pg_notify('demarche', 'none')`)
  },
  // The sessions of all nodes end.
  dead: async ({ database }) => {
    const sessions = await query<{ pid: number }>(database.superuser, SESSIONS)
    assert.ok(sessions.length > 0)
    await query(database.superuser, `select pg_terminate_backend(pid) from (${SESSIONS}) sessions`)
  },
  // The connections of the follower remain, and nothing comes through.
  'half-open': async (_, follower) => {
    follower.proxy.mode = 'deaf'
  },
  // The log notifies nobody.
  dropped: async ({ database }) => {
    const [append] = await query<{ text: string }>(database.superuser, DEFINITION)
    const silent = append?.text.replaceAll('pg_notify', 'concat')
    assert.notEqual(silent, append?.text)
    await query(database.superuser, silent ?? '')
  },
}

export const bell: Proof = {
  name: 'nodes-bell',
  promise:
    'A node learns of every change, also when the notifications of PostgreSQL are lost, doubled or late, and refuses none that it has recorded.',
  async prove({ long }) {
    await using cluster = await Cluster.open({ nodes: 2 })
    const [writer, follower] = [cluster.node(0), cluster.node(1)]
    let changes = 0
    for (const [name, happen] of Object.entries(WAYS)) {
      await happen(cluster, follower)
      for (let number = 0; number < 5; number++) {
        const sent = async () =>
          (await record(writer, cluster.token, `ferry/${name}-${number}`, { once: `${name}-${number}` })).code
        // A session that ends takes what was under way with it, for a moment.
        await until(`${name} ${number} is recorded`, async () => (await sent()) === 'RECORDED')
        changes++
      }
      if (name === 'half-open') {
        // As a network that has forgotten its connections: nothing says so. The node finds out, and serves all the while.
        const isReachable = async () => (await follower.readiness())?.body.log?.reachable
        await until('the node knows that it does not reach the log', async () => (await isReachable()) === false)
        const end = performance.now() + (long ? 60_000 : 0)
        await until('the connection has been half-open for long', async () => performance.now() >= end, 90_000)
        assert.equal((await follower.readiness())?.status, 200)
        follower.proxy.mode = 'pass'
      }
      await cluster.level()
    }
    await recordUnread(cluster)
    const tables = await compareNodes(cluster)
    return `${changes} changes while notifications were ${Object.keys(WAYS).join(', ')}: 0 missed; 0 refused that a node recorded and could not read, or had no answer for; ${tables} tables equal`
  },
}

/** What happens to an append that is recorded, and what the node says of it. */
const LOSSES: Readonly<Record<string, (proxy: LogProxy) => void>> = {
  // The answer is lost, and the append is offered again.
  RECORDED: (proxy) => (proxy.swallow = 1),
  // It comes behind a change of another node, and the node can read neither.
  RECORDED_UNSEEN: (proxy) => (proxy.mode = 'unread'),
}

/** The node must not say that nothing was recorded. On a busy machine, it may give up before, and then it is asked again. */
async function recordUnread(cluster: Cluster): Promise<void> {
  const { token } = cluster
  const [writer, follower] = [cluster.node(0), cluster.node(1)]
  let attempts = 0
  for (const [wanted, lose] of Object.entries(LOSSES)) {
    await until(`a change is ${wanted}`, async () => {
      follower.proxy.mode = 'pass'
      await cluster.level()
      const key = `ferry/unread-${attempts++}`
      lose(follower.proxy)
      await record(writer, token, `${key}-ahead`)
      const { code } = await record(follower, token, key)
      if (code === wanted) return true
      const keys = (await logOf(cluster)).map((change) => change.key)
      assert.ok(code === 'LOG_UNCERTAIN' || !keys.includes(key), `a change was refused as ${code} and is in the log`)
      return false
    })
  }
  follower.proxy.mode = 'pass'
}
