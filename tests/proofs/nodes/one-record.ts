import assert from 'node:assert/strict'
import type { Proof } from '../proof.ts'
import { Cluster } from './cluster.ts'
import { compareNodes, logOf } from './logged.ts'
import { amend, record } from './recorders.ts'

const KEY = 'ferry/contested'

export const oneRecord: Proof = {
  name: 'nodes-one-record',
  promise: 'When several nodes amend one revision of a record at once, exactly one of them does.',
  async prove({ long }) {
    await using cluster = await Cluster.open()
    const { token } = cluster
    await record(cluster.node(0), token, KEY)
    let revision = 1
    const rounds = long ? 10_000 : 100
    const figures: string[] = []
    for (const writers of [2, 8]) {
      for (let round = 0; round < rounds / 2; round++) {
        const outcomes = await Promise.all(
          Array.from({ length: writers }, (_, writer) =>
            amend(cluster.node(writer + round), token, {
              key: KEY,
              expected: revision,
              tag: `${writers} ${round} ${writer}`,
            }),
          ),
        )
        const codes = outcomes.map(({ code }) => code)
        const recorded = outcomes.filter(({ code }) => code === 'RECORDED')
        assert.equal(recorded.length, 1, `round ${round}: ${codes.join(', ')}`)
        // A node may not know the revision yet that the round started from.
        const refused = codes.filter((code) => code !== 'RECORDED')
        assert.deepEqual(
          refused.filter((code) => !['REVISION_CONFLICT', 'REVISION_MOVED'].includes(code)),
          [],
        )
        assert.equal(recorded[0]?.revision, ++revision)
        // All of them start from what was recorded.
        await cluster.level()
      }
      figures.push(`${rounds / 2} rounds of ${writers}`)
    }
    const revisions = (await logOf(cluster)).filter(({ key }) => key === KEY).map((change) => change.revision)
    assert.deepEqual(
      revisions,
      Array.from({ length: revision }, (_, index) => index + 1),
    )
    const tables = await compareNodes(cluster)
    return `${figures.join(', ')}: one winner each; ${tables} tables of all nodes equal`
  },
}
