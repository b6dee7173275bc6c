import assert from 'node:assert/strict'
import { query } from '../../_support/postgres.ts'
import type { Proof } from '../proof.ts'
import { Cluster, run, until } from './cluster.ts'
import { compareNodes, logOf } from './logged.ts'
import { record, recordOnceLevel } from './recorders.ts'

/** As a failover or a restore that has lost the last changes. */
async function loseLast({ database }: Cluster, count: number): Promise<void> {
  const text = `delete from demarche.changes where seq > (select seq from demarche.log) - ${count};
    delete from demarche.appends where last > (select seq from demarche.log) - ${count};
    update demarche.log set (seq, at) = (select seq, at from demarche.changes order by seq desc limit 1)`
  await query(database.superuser, text)
}

export const putBack: Proof = {
  name: 'nodes-put-back',
  promise:
    'When PostgreSQL has lost changes, the nodes say so and refuse mutations; what a node holds is given back, or the nodes are cut back.',
  async prove({ long, seed }) {
    // In the long form, 1 to 50 changes are lost, each time with and without going on. A seed is a tenth of them.
    const [first, count] = seed === undefined ? [1, 50] : [5 * seed - 4, 5]
    const losses = long ? Array.from({ length: count }, (_, index) => first + index) : [1, 5]
    let rounds = 0
    let [recovered, cut] = [0, 0]
    for (const lost of losses) {
      for (const goesOn of long ? [false, true] : [lost === 5]) {
        await lose(lost, goesOn)
        rounds++
        if (goesOn) cut += lost
        else recovered += lost
      }
    }
    return `${rounds} rounds: ${recovered} lost changes given back by a node, ${cut} given up: 0 nodes differ`
  },
}

/** `goesOn`: the log has gone on before anybody gives anything back. */
async function lose(lost: number, goesOn: boolean): Promise<void> {
  await using cluster = await Cluster.open({ nodes: 2 })
  const { token, nodes, database } = cluster
  for (let number = 0; number < lost + 2; number++)
    assert.equal((await recordOnceLevel(cluster.node(0), token, `ferry/kept-${number}`)).code, 'RECORDED')
  const head = await cluster.level()
  await loseLast(cluster, lost)
  await refusing(cluster)
  if (goesOn) {
    // A node that holds none of what was lost goes on from the common end.
    const other = await cluster.add('other')
    assert.equal((await record(other, token, 'ferry/other')).code, 'RECORDED')
    await other.end('SIGTERM')
    await run(['log', 'put-back', ...nodes.map(({ file }) => file)], database.admin)
  } else {
    await run(['log', 'recover', cluster.node(0).file], database.admin)
    assert.equal(await cluster.head(), head)
  }
  for (const node of nodes) await node.ready('?for=writes')
  assert.equal((await record(cluster.node(1), token, 'ferry/after')).code, 'RECORDED')
  await cluster.level()
  const keys = (await logOf(cluster)).map(({ key }) => key)
  assert.equal(keys.includes(`ferry/kept-${lost + 1}`), !goesOn)
  await compareNodes(cluster)
}

/** Each node holds more than the log. */
async function refusing(cluster: Cluster): Promise<void> {
  for (const node of cluster.nodes) {
    await until(`${node.name} is not ready`, async () => (await node.readiness())?.status === 503)
    assert.equal((await record(node, cluster.token, `ferry/refused-${node.name}`)).code, 'LOG_DIVERGED')
  }
}
