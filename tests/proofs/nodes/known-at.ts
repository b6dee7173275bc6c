import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { Random } from '../../../bench/synthetic/random.ts'
import { ask } from '../../_support/app.ts'
import type { Proof } from '../proof.ts'
import { Cluster } from './cluster.ts'
import { record, Recorders } from './recorders.ts'

const KNOWN = `query ($at: DateTime!) {
  plain: development(key: "ferry/first") { id } known: development(key: "ferry/first", asKnownAt: $at) { id }
  developments(asKnownAt: $at, first: 1) { totalCount } }`

interface Known {
  readonly plain: { readonly id: string }
  readonly known: { readonly id: string } | null
  readonly developments: { readonly totalCount: number }
}

export const knownAt: Proof = {
  name: 'nodes-known-at',
  promise: 'What was known at an instant has one answer: nodes that lag give the same, or say that theirs may change.',
  async prove({ long, seed = 1 }) {
    const random = new Random(seed, 'known-at')
    await using cluster = await Cluster.open()
    await record(cluster.node(0), cluster.token, 'ferry/first')
    // All instants are later than that.
    await wait(3_000)
    await using recorders = new Recorders(cluster, { count: 4, seed, pause: 40 })
    const answers: { readonly at: string; readonly node: number; readonly said: string }[] = []
    let passing = 0
    const rounds = long ? 5_000 : 50
    for (let round = 0; answers.length < rounds; round++) {
      const victim = cluster.node(round % 3)
      if (round % 5 === 0) {
        victim.proxy.mode = random.pick(['stall', 'deaf'] as const)
        await wait(50)
      }
      const at = new Date(Date.now() - random.below(3_000)).toISOString()
      for (let number = 0; number < cluster.nodes.length; number++) {
        const said = await knownIn(cluster, number, at)
        if (said === undefined) passing++
        else answers.push({ at, node: number, said })
      }
      if (round % 5 === 4) for (const { proxy } of cluster.nodes) proxy.mode = 'pass'
    }
    for (const { proxy } of cluster.nodes) proxy.mode = 'pass'
    await recorders.finish()
    await cluster.level()
    // Past what is not settled yet.
    await wait(2_500)
    for (const { at, node, said } of answers) {
      for (let number = 0; number < cluster.nodes.length; number++) {
        const now = await knownIn(cluster, number, at)
        assert.equal(now, said, `node ${node} said of ${at} what node ${number} does not say`)
      }
    }
    return `${answers.length} answers about past instants from nodes that lag, asked again of all nodes: 0 others; ${passing} that said that they may change`
  },
}

/** Undefined if the answer may change: the id of what it found does not name the state then. */
async function knownIn(cluster: Cluster, number: number, at: string): Promise<string | undefined> {
  const { body } = await ask(cluster.node(number).url, { query: KNOWN, variables: { at } })
  assert.equal(body.errors, undefined)
  // What the query selects.
  const { plain, known, developments } = body.data as unknown as Known
  return known?.id === plain.id ? undefined : JSON.stringify({ known, developments })
}
