import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { Random } from '../../../bench/synthetic/random.ts'
import { ask } from '../../_support/app.ts'
import type { Cluster, Node } from './cluster.ts'
import type { LoggedChange } from './logged.ts'

const RECORD = `mutation ($key: Key!, $tag: String!, $once: String) {
  recordEvent(idempotencyKey: $once, input: {
    key: $key, headline: "The ferry sinks", summary: $tag, date: "2024-12-31", evidentialStatus: ESTABLISHED, eventKind: INCIDENT,
    disputes: ["ferry"], citations: [{ source: "gazette", credibility: PROBABLY_TRUE, basis: OWN_REPORTING }]
  }) { __typename ... on EventRecorded { cursor event { revision } } ... on UserError { code } } }`

const AMEND = `mutation ($key: Key!, $tag: String!, $expected: Int!, $once: String) {
  amendEvent(key: $key, expectedRevision: $expected, note: "so", patch: { summary: $tag }, idempotencyKey: $once) {
    __typename ... on EventAmended { cursor event { revision } } ... on UserError { code } } }`

const REVISION = `query ($key: Key!) { development(key: $key) { revision } }`

/** What came of one mutation. */
export interface Outcome {
  /** `RECORDED`, the code of the refusal, or `NO_ANSWER`. */
  readonly code: string
  readonly cursor?: string
  readonly revision?: number
}

/** A mutation may have been recorded or not. */
const UNCERTAIN: ReadonlySet<string> = new Set(['NO_ANSWER', 'LOG_UNCERTAIN'])

/** The mutation was recorded. */
const RECORDED: ReadonlySet<string> = new Set(['RECORDED', 'RECORDED_UNSEEN'])

/** The mutation was refused before it was looked at. A later one may not be. */
const LATER: ReadonlySet<string> = new Set(['LOG_UNREACHABLE', 'NODE_BEHIND', 'STORE_BUSY'])

/** Others are faults of the service. */
const EXPECTED: ReadonlySet<string> = new Set([
  ...UNCERTAIN,
  ...RECORDED,
  ...LATER,
  'KEY_TAKEN',
  'REVISION_CONFLICT',
  'REVISION_MOVED',
  'UNKNOWN_KEY',
])

/** Records an event; its summary is the tag. */
export function record(
  node: Node,
  token: string,
  key: string,
  options: { tag?: string; once?: string } = {},
): Promise<Outcome> {
  return mutate(node, token, RECORD, { key, tag: options.tag ?? key, once: options.once })
}

/** Records an event, as soon as the node is not behind. */
export async function recordOnceLevel(node: Node, token: string, key: string): Promise<Outcome> {
  for (;;) {
    const outcome = await record(node, token, key)
    if (!LATER.has(outcome.code)) return outcome
    await wait(100)
  }
}

export interface Amendment {
  readonly key: string
  readonly expected: number
  readonly tag: string
  readonly once?: string | undefined
}

/** Amends an event; its summary becomes the tag. */
export function amend(node: Node, token: string, amendment: Amendment): Promise<Outcome> {
  return mutate(node, token, AMEND, { ...amendment })
}

async function mutate(node: Node, token: string, query: string, variables: Record<string, unknown>): Promise<Outcome> {
  const answer = await ask(node.url, { query, variables }, { authorization: `Bearer ${token}` }).catch(() => undefined)
  if (answer === undefined) return { code: 'NO_ANSWER' }
  const [error] = answer.body.errors ?? []
  if (error !== undefined) return { code: String(error.extensions?.['code']) }
  // The one field of the mutations above.
  const [field] = Object.values(answer.body.data ?? {}) as {
    code?: string
    cursor?: string
    event?: { revision: number }
  }[]
  if (field?.cursor === undefined) return { code: field?.code ?? 'NO_ANSWER' }
  return { code: 'RECORDED', cursor: field.cursor, revision: field.event?.revision ?? 0 }
}

/** The current revision as a node knows it; undefined if it knows none, or does not answer. */
async function revisionOf(node: Node, key: string): Promise<number | undefined> {
  const answer = await ask(node.url, { query: REVISION, variables: { key } }).catch(() => undefined)
  return (answer?.body.data?.['development'] as { readonly revision: number } | null | undefined)?.revision
}

/** Seq of a cursor. */
export function seqOf(cursor: string): number {
  return Number(Buffer.from(cursor, 'base64url').toString().split('.')[2])
}

/**
 * Clients that record events and amend a few shared ones, each time at a node drawn at random. Each change has a tag, so that the log says
 * whether it was recorded, and how often. Half of them have an idempotency key: what is uncertain is then sent again, to any node.
 */
export class Recorders implements AsyncDisposable {
  readonly acknowledged = new Map<string, Outcome>()
  readonly refused = new Set<string>()
  readonly codes: Record<string, number> = {}
  readonly #cluster: Cluster
  readonly #random: Random
  readonly #pause: number
  readonly #done: Promise<unknown>
  #isEnding = false
  #isAbandoned = false

  constructor(cluster: Cluster, { count, seed, pause }: { count: number; seed: number; pause: number }) {
    this.#cluster = cluster
    this.#random = new Random(seed, 'recorders')
    this.#pause = pause
    this.#done = Promise.all(Array.from({ length: count }, (_, number) => this.#write(number)))
    // `finish` throws it.
    this.#done.catch(() => {})
  }

  /** Ends when every mutation has an outcome. */
  async finish(): Promise<void> {
    this.#isEnding = true
    await this.#done
  }

  /** Ends it also where outcomes are uncertain. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isAbandoned = true
    await this.finish().catch(() => {})
  }

  /** Throws if a change was lost, recorded twice, or recorded although it was refused. */
  check(log: readonly LoggedChange[]): void {
    const byTag = Map.groupBy(
      log.filter(({ space }) => space === 'development'),
      ({ content }) => (JSON.parse(content) as { readonly summary: string }).summary,
    )
    for (const [tag, { cursor, revision }] of this.acknowledged) {
      const [change, ...more] = byTag.get(tag) ?? []
      assert.ok(change !== undefined, `${tag} was acknowledged and is lost`)
      assert.equal(more.length, 0, `${tag} was recorded twice`)
      if (cursor === undefined) continue
      assert.deepEqual({ tag, revision: change.revision, seq: change.seq }, { tag, revision, seq: seqOf(cursor) })
    }
    for (const [tag, changes] of byTag) assert.equal(changes.length, 1, `${tag} was recorded ${changes.length} times`)
    for (const tag of this.refused) assert.ok(!byTag.has(tag), `${tag} was refused and is in the log`)
    const strange = Object.keys(this.codes).filter((code) => !EXPECTED.has(code))
    assert.deepEqual(strange, [], 'refusals that should not be')
  }

  async #write(writer: number): Promise<void> {
    const random = this.#random
    for (let number = 0; !this.#isEnding; number++) {
      await wait(random.next() * this.#pause)
      const tag = `by ${writer}, ${number}`
      const once = random.chance(0.5) ? tag : undefined
      const key = random.chance(0.5) ? `ferry/by-${writer}-${number}` : `ferry/shared-${random.below(5)}`
      const revision = key.includes('shared') ? await revisionOf(this.#anyNode(), key) : undefined
      const send = () =>
        revision === undefined
          ? mutate(this.#anyNode(), this.#cluster.token, RECORD, { key, tag, once })
          : amend(this.#anyNode(), this.#cluster.token, { key, expected: revision, tag, once })
      await this.#settle(tag, send, once !== undefined)
    }
  }

  /** Sends a mutation until it is certain what came of it. Without an idempotency key, it is sent once. */
  async #settle(tag: string, send: () => Promise<Outcome>, canRepeat: boolean): Promise<void> {
    for (let wasUncertain = false; ; await wait(100)) {
      const outcome = await send()
      const { code } = outcome
      this.codes[code] = (this.codes[code] ?? 0) + 1
      if (RECORDED.has(code)) {
        this.acknowledged.set(tag, outcome)
        return
      }
      wasUncertain ||= UNCERTAIN.has(code)
      // What came of it the first time is as uncertain as before if it is refused for later.
      if (!wasUncertain || (!UNCERTAIN.has(code) && !LATER.has(code))) {
        this.refused.add(tag)
        return
      }
      if (!canRepeat || this.#isAbandoned) return
    }
  }

  #anyNode(): Node {
    return this.#cluster.node(this.#random.below(this.#cluster.nodes.length))
  }
}
