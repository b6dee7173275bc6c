import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { Random } from '../../../bench/synthetic/random.ts'
import type { Proof } from '../proof.ts'
import { Cluster, until } from './cluster.ts'
import { compareNodes, logOf } from './logged.ts'
import { record } from './recorders.ts'

export const killedAppend: Proof = {
  name: 'nodes-killed-append',
  promise:
    'A node that is killed between the commit of PostgreSQL and its own loses nothing, and the mutation sent again is recorded once.',
  async prove({ long, seed }) {
    const seeds = seed === undefined ? Array.from({ length: long ? 10 : 1 }, (_, index) => index + 1) : [seed]
    const figures: string[] = []
    for (const one of seeds) figures.push(await kill(one, long ? 100 : 12))
    return figures.join('\n  ')
  },
}

async function kill(seed: number, kills: number): Promise<string> {
  const random = new Random(seed, 'killed-append')
  await using cluster = await Cluster.open()
  const { token } = cluster
  const answers = new Map<string, string | undefined>()
  let committed = 0
  for (let round = 0; round < kills; round++) {
    const node = cluster.node(round)
    const other = cluster.node(round + 1)
    for (const one of [node, other]) await one.ready()
    const key = `ferry/killed-${round}`
    const before = await cluster.head()
    // Half of the kills come when the log has the change and the node does not know it, a quarter while the change is on its way to the log,
    // and the others at any moment of the request.
    const { proxy } = node
    const lost = proxy.swallowed + proxy.withheld
    const [isAnswerLost, isWithheld] = [round % 4 < 2, round % 4 === 2]
    if (isAnswerLost) proxy.swallow = 1
    if (isWithheld) proxy.withhold = 1
    const sent = record(node, token, key, { once: key })
    if (isAnswerLost || isWithheld)
      await until('the append or its answer is lost', async () => proxy.swallowed + proxy.withheld > lost)
    else await wait(random.next() * 50)
    await node.end('SIGKILL')
    await sent
    if ((await cluster.head()) > before) committed++
    const again = await record(other, token, key, { once: key })
    assert.equal(again.code, 'RECORDED')
    answers.set(key, again.cursor)
    node.start()
  }
  await cluster.level()
  for (const [key, cursor] of answers) {
    const answer = await record(cluster.node(answers.size), token, key, { once: key })
    assert.equal(answer.cursor, cursor, `another answer for ${key}`)
  }
  const recorded = (await logOf(cluster)).filter(({ key }) => key.startsWith('ferry/killed-'))
  assert.equal(recorded.length, kills)
  const tables = await compareNodes(cluster)
  return `seed ${seed}: ${kills} kills within an append, ${committed} of them after its commit: 0 lost, 0 recorded twice; ${tables} tables equal`
}
