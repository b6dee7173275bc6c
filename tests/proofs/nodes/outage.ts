import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { inspect } from 'node:util'
import { ask } from '../../_support/app.ts'
import { EventStream } from '../../_support/event-stream.ts'
import type { Proof } from '../proof.ts'
import { Cluster, type Node, until } from './cluster.ts'
import { compareNodes } from './logged.ts'
import { record } from './recorders.ts'

const READ = `{ developments(first: 5) { totalCount nodes { key revision headline } } }`
const FEED = `subscription { feed(heartbeat: 5) { __typename cursor ... on FeedChange { development { key } } } }`

export const outage: Proof = {
  name: 'nodes-outage',
  promise:
    'While PostgreSQL is away, reading and following go on, mutations are refused as unwritten, and all goes on by itself afterwards.',
  async prove({ long }) {
    await using cluster = await Cluster.open({
      env: { DEMARCHE_LOG_PATIENCE: '1000', DEMARCHE_LIMIT_CONNECTIONS_PER_CLIENT: '1000' },
    })
    const { token, nodes } = cluster
    await record(cluster.node(0), token, 'ferry/before')
    await cluster.level()
    const followers: Follower[] = []
    // A few at a time: one client may have so many requests that wait.
    while (followers.length < (long ? 1_000 : 30)) {
      const next = Array.from({ length: 10 }, (_, number) => Follower.open(cluster.node(number).url))
      followers.push(...(await Promise.all(next)))
    }
    await cluster.postgres.crash()
    const end = performance.now() + (long ? 60_000 : 10_000)
    const start = performance.now()
    const reads: ReturnType<typeof readFrom>[] = []
    // 50 a second, however long each takes.
    const read = async () => {
      for (; performance.now() < end; await wait(5))
        while (reads.length < (performance.now() - start) / 20) reads.push(readFrom(cluster.node(reads.length)))
    }
    let refusals = 0
    const write = async () => {
      while (performance.now() < end) {
        const { code } = await record(cluster.node(refusals), token, `ferry/refused-${refusals++}`)
        // One that was sent before the crash was noticed is uncertain.
        assert.ok(['LOG_UNREACHABLE', 'LOG_UNCERTAIN'].includes(code), code)
      }
    }
    await Promise.all([read(), write()])
    const answers = await Promise.all(reads)
    assert.deepEqual(
      answers.flatMap(({ fault }) => fault ?? []),
      [],
    )
    const longest = Math.max(...answers.map(({ took }) => took))
    for (const node of nodes) {
      const readiness = await node.readiness()
      assert.deepEqual([readiness?.status, readiness?.body.writes, readiness?.body.log?.reachable], [200, false, false])
      assert.equal((await node.readiness('?for=writes'))?.status, 503)
    }
    assert.deepEqual(
      followers.flatMap((follower) => follower.end ?? []),
      [],
      'followers were cut',
    )
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
    return `${answers.length} reads: 0 errors, the longest ${Math.round(longest)} ms; ${followers.length} followers: 0 cut; ${refusals} mutations refused; first change ${Math.round(first)} ms after PostgreSQL was back, at all followers after ${Math.round(all)} ms; ${tables} tables equal`
  },
}

/** What was wrong with the answer, and how many milliseconds it took. */
async function readFrom({ name, url }: Node): Promise<{ readonly fault?: string; readonly took: number }> {
  const start = performance.now()
  const answer = await ask(url, { query: READ }).catch((error: unknown) => String(error))
  const took = performance.now() - start
  if (typeof answer === 'string') return { fault: `${name}: ${answer}`, took }
  const { status, body } = answer
  return status === 200 && body.errors === undefined ? { took } : { fault: `${name}: ${status} ${inspect(body)}`, took }
}

/** A follower of one node that does not connect again. */
class Follower {
  readonly keys: string[] = []
  /** How it was cut. */
  end: string | undefined
  readonly #stream: EventStream

  private constructor(stream: EventStream) {
    this.#stream = stream
    void this.#read()
  }

  /** Resolves when it follows. */
  static async open(url: string): Promise<Follower> {
    const stream = await EventStream.open(url, { query: FEED })
    assert.equal((await stream.event())?.event, 'next')
    return new Follower(stream)
  }

  close(): void {
    this.#stream.close()
  }

  async #read(): Promise<void> {
    for (;;) {
      const event = await this.#stream.event()
      if (event?.event !== 'next') {
        this.end = event === undefined ? 'its connection ended' : `${event.event} ${event.data}`
        return
      }
      const { data } = JSON.parse(event.data) as { data: { feed: { development?: { key: string } } } }
      if (data.feed.development !== undefined) this.keys.push(data.feed.development.key)
    }
  }
}
