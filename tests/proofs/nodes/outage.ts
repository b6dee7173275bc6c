import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { ask } from '../../_support/app.ts'
import { EventStream } from '../../_support/event-stream.ts'
import type { Proof } from '../proof.ts'
import { Cluster, until } from './cluster.ts'
import { compareNodes } from './logged.ts'
import { record } from './recorders.ts'

const READ = `{ developments(first: 5) { totalCount nodes { key revision headline } } }`
const FEED = `subscription { feed(heartbeat: 5) { __typename cursor ... on FeedChange { development { key } } } }`

export const outage: Proof = {
  name: 'nodes-outage',
  promise:
    'While PostgreSQL is away, reading and following go on, mutations are refused as unwritten, and all goes on by itself afterwards.',
  async prove({ long }) {
    await using cluster = await Cluster.open({ env: { DEMARCHE_LOG_PATIENCE: '1000' } })
    const { token, nodes } = cluster
    await record(cluster.node(0), token, 'ferry/before')
    await cluster.level()
    const followers = await Promise.all(
      Array.from({ length: long ? 1_000 : 30 }, (_, number) => Follower.open(cluster.node(number).url)),
    )
    await cluster.postgres.crash()
    const end = performance.now() + (long ? 60_000 : 10_000)
    let [reads, refusals] = [0, 0]
    const read = async () => {
      while (performance.now() < end) {
        const { status, body } = await ask(cluster.node(reads++).url, { query: READ })
        assert.deepEqual([status, body.errors], [200, undefined])
        await wait(20)
      }
    }
    const write = async () => {
      while (performance.now() < end) {
        const { code } = await record(cluster.node(refusals), token, `ferry/refused-${refusals++}`)
        // One that was sent before the crash was noticed is uncertain.
        assert.ok(['LOG_UNREACHABLE', 'LOG_UNCERTAIN'].includes(code), code)
      }
    }
    await Promise.all([read(), write()])
    for (const node of nodes) {
      const readiness = await node.readiness()
      assert.deepEqual([readiness?.status, readiness?.body.writes, readiness?.body.log?.reachable], [200, false, false])
      assert.equal((await node.readiness('?for=writes'))?.status, 503)
    }
    assert.deepEqual(followers.filter(({ isCut }) => isCut).length, 0, 'followers were cut')
    await cluster.postgres.start()
    const back = performance.now()
    await until(
      'a mutation is recorded',
      async () => (await record(cluster.node(1), token, 'ferry/after', { once: 'after' })).code === 'RECORDED',
    )
    const first = performance.now() - back
    await until('each follower has it', async () => followers.every(({ keys }) => keys.includes('ferry/after')))
    const all = performance.now() - back
    for (const follower of followers) {
      assert.deepEqual(follower.keys, ['ferry/after'])
      follower.close()
    }
    const tables = await compareNodes(cluster)
    return `${reads} reads: 0 errors; ${followers.length} followers: 0 cut; ${refusals} mutations refused; first change ${Math.round(first)} ms after PostgreSQL was back, at all followers after ${Math.round(all)} ms; ${tables} tables equal`
  },
}

/** A follower of one node that does not connect again. */
class Follower {
  readonly keys: string[] = []
  isCut = false
  readonly #stream: EventStream

  private constructor(stream: EventStream) {
    this.#stream = stream
    void this.#read()
  }

  /** Resolves when it follows. */
  static async open(url: string): Promise<Follower> {
    const stream = await EventStream.open(url, { query: FEED })
    await stream.event()
    return new Follower(stream)
  }

  close(): void {
    this.#stream.close()
  }

  async #read(): Promise<void> {
    for (;;) {
      const event = await this.#stream.event()
      if (event?.event !== 'next') break
      const { data } = JSON.parse(event.data) as { data: { feed: { development?: { key: string } } } }
      if (data.feed.development !== undefined) this.keys.push(data.feed.development.key)
    }
    this.isCut = true
  }
}
