import assert from 'node:assert/strict'
import { Random } from '../../../bench/synthetic/random.ts'
import { ask } from '../../_support/app.ts'
import { temporaryFile } from '../../_support/temporary-store.ts'
import type { Proof } from '../proof.ts'
import { Cluster } from './cluster.ts'
import { raiseDisasters } from './disasters.ts'
import { Hoppers } from './hoppers.ts'
import { logOf } from './logged.ts'
import { record, Recorders } from './recorders.ts'

export const hops: Proof = {
  name: 'nodes-hops',
  promise: 'A follower goes on at any node by its cursor, over every transport, and misses and repeats nothing.',
  async prove({ long, seed = 1 }) {
    const random = new Random(seed, 'hops')
    using place = temporaryFile()
    await using cluster = await Cluster.open()
    const { cursor = '' } = await record(cluster.node(0), cluster.token, 'ferry/first')
    await using hoppers = await Hoppers.follow(cluster, random, cursor, place.folder)
    await using recorders = new Recorders(cluster, { count: 4, seed, pause: 100 })
    const milliseconds = long ? 600_000 : 5_000
    const hopping = hoppers.hopUntil(performance.now() + milliseconds, 60)
    const happened = long ? await raiseDisasters(cluster, new Random(seed, 'disasters'), milliseconds) : 'nothing else'
    await hopping
    await recorders.finish()
    await cluster.level()
    recorders.check(await logOf(cluster))
    const followed = await hoppers.finish(cluster.node(0).file)
    await hopToOneBehind(cluster)
    return `${happened}; ${followed}; a node that was behind sent no client back`
  },
}

const PAGE = `query ($after: FeedCursor!) { feedPage(after: $after) { cursor } }`

/** A node that does not hold what a cursor names, and cannot ask for it, must not say that there is no such change. */
async function hopToOneBehind(cluster: Cluster): Promise<void> {
  const behind = cluster.node(1)
  behind.proxy.mode = 'deaf'
  const { cursor: after = '' } = await record(cluster.node(0), cluster.token, 'ferry/ahead')
  const page = async () => (await ask(behind.url, { query: PAGE, variables: { after } })).body
  const later = async () => (await ask(behind.url, { query: '{ __typename }' }, { 'demarche-after': after })).body
  for (const read of [page, later]) {
    const [refusal] = (await read()).errors ?? []
    assert.match(String(refusal?.extensions?.['code']), /^(NODE_BEHIND|LOG_UNREACHABLE)$/)
  }
  behind.proxy.mode = 'pass'
  await cluster.level()
  assert.deepEqual((await page()).data, { feedPage: { cursor: after } })
}
