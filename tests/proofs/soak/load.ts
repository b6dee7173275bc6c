import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { Random } from '../../../bench/synthetic/random.ts'
import { readWorkedQueries } from '../../../src/http/pages/assets.ts'
import { ask } from '../../_support/app.ts'
import { EventStream } from '../../_support/event-stream.ts'
import { event } from '../../_support/planned-changes.ts'
import { Socket } from '../../_support/socket.ts'

/**
 * What a busy public service of this kind gets on a normal day: a hundred thousand queries and pages, a few thousand visitors who follow the feed,
 * a desk that records all day, and those who guess, mistype and never hang up.
 */
const NORMAL_DAY = {
  reads: 100_000,
  feeds: 4_000,
  recordings: 2_000,
  imports: 100,
  refusals: 4_000,
  'wrong tokens': 1_000,
  'slow clients': 500,
} as const

type Activity = keyof typeof NORMAL_DAY

const ACTIVITIES = Object.keys(NORMAL_DAY) as readonly Activity[] // of a literal

/** How much more than on a normal day happens. */
export const TIMES = 50
const DAY = 86_400_000

/** Milliseconds that a feed is followed, and that a slow client stays. */
const STAY = 10_000
/** So many may be under way at once. On a machine that is too slow for the load, the others are left out. */
const AT_ONCE = 150

const FEED = `subscription { feed(heartbeat: 5) { __typename cursor ... on FeedChange { development { key headline } } } }`
const RECORD = `mutation ($key: Key!) { recordEvent(input: {
  key: $key, headline: "The ferry sinks", summary: "It sank at the ford.", date: "2024-12-31", evidentialStatus: ESTABLISHED,
  eventKind: INCIDENT, disputes: ["ferry"], citations: [{ source: "gazette", credibility: PROBABLY_TRUE, basis: OWN_REPORTING }]
} ) { __typename } }`
const IMPORT = `mutation ($dossier: String!) { importDossier(dossier: $dossier) { __typename } }`
const SEARCH = `query ($text: String!, $first: Int) { developments(filter: { text: $text }, first: $first) { totalCount nodes { key headline date { label } } } }`

const WORDS = ['aircraft', 'apology', 'fog', 'ferry', 'Grozny', 'compensation', 'пилот', 'GPS', 'court', 'gazette']
const PAGES = ['/', '/developments/j2-8243/crash', '/graphql', '/schema.graphql', '/docs/scalars', '/health/ready']

/** Each is answered with this status. */
const REFUSED: readonly (readonly [status: number, path: string, init: Init])[] = [
  [400, '/graphql', post('{')],
  [400, '/graphql', post(JSON.stringify({ query: '{ nothing }' }))],
  [400, '/graphql', post(JSON.stringify({ query: '{ a' }))],
  [413, '/graphql', post('x'.repeat(1_100_000))],
  [415, '/graphql', { method: 'POST', body: 'query={__typename}', headers: { 'content-type': 'text/plain' } }],
  [404, '/developments/none', {}],
  [404, '/nothing', {}],
  [405, '/', { method: 'DELETE' }],
]

/** Clients of all kinds at once, each kind at its rate, until they are stopped. */
export class Load {
  readonly done: Record<Activity, number>
  /** How many were left out, because too many were under way. */
  leftOut = 0
  /** The first answers that were not as they should be. */
  readonly unexpected: string[] = []
  readonly #url: string
  readonly #authorization: { readonly authorization: string }
  readonly #random = new Random(Date.now(), 'soak')
  readonly #queries = readWorkedQueries().filter(({ query }) => /^query/m.test(query))
  readonly #under = new Set<Promise<void>>()
  #timer: NodeJS.Timeout | undefined
  readonly #stopping = new AbortController()
  #recorded = 0

  constructor(url: string, token: string) {
    this.#url = url
    this.#authorization = { authorization: `Bearer ${token}` }
    this.done = Object.fromEntries(ACTIVITIES.map((name) => [name, 0])) as Record<Activity, number> // all of them
  }

  /** Imports once: SQLite keeps the file of another connection open as long as this process reads, and uses it again. */
  async prepare(): Promise<void> {
    await this.#import()
  }

  start(): void {
    const activities: Record<Activity, () => Promise<void>> = {
      reads: () => this.#read(),
      feeds: () => this.#follow(),
      recordings: () => this.#record(),
      imports: () => this.#import(),
      refusals: () => this.#beRefused(),
      'wrong tokens': () => this.#guess(),
      'slow clients': () => this.#stall(),
    }
    const start = performance.now()
    const begun = { ...this.done }
    this.#timer = setInterval(() => {
      const days = (performance.now() - start) / DAY
      for (const name of ACTIVITIES) {
        for (; begun[name] < Math.floor(NORMAL_DAY[name] * TIMES * days); begun[name]++) {
          this.#begin(name, activities[name])
        }
      }
    }, 10)
  }

  /** Begins nothing more. Resolves when all clients have gone. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopping.abort()
    await Promise.all(this.#under)
  }

  #begin(name: Activity, activity: () => Promise<void>): void {
    if (this.#under.size >= AT_ONCE) {
      this.leftOut++
      return
    }
    const under = activity()
      .then(
        () => void this.done[name]++,
        (error: unknown) => this.#wonder(name, error instanceof Error ? (error.stack ?? error.message) : error),
      )
      .finally(() => this.#under.delete(under))
    this.#under.add(under)
  }

  #wonder(name: Activity, what: unknown): void {
    if (this.unexpected.length < 10) this.unexpected.push(`${name}: ${String(what).slice(0, 500)}`)
  }

  /** Each client has an address of its own, which a proxy passes on. */
  #address(): { readonly 'x-forwarded-for': string } {
    const random = this.#random
    return { 'x-forwarded-for': `10.${random.below(256)}.${random.below(256)}.${random.below(256)}` }
  }

  async #stay(): Promise<void> {
    await wait(STAY * (0.5 + this.#random.next()), undefined, { signal: this.#stopping.signal }).catch(() => {})
  }

  async #read(): Promise<void> {
    const random = this.#random
    if (random.chance(0.2)) {
      const response = await fetch(this.#url + random.pick(PAGES), {
        headers: { accept: 'text/html', ...this.#address() },
      })
      await response.arrayBuffer()
      if (response.status !== 200) this.#wonder('reads', `${response.url} ${response.status}`)
      return
    }
    const { query, variables = '{}' } = random.pick(this.#queries)
    const body = random.chance(0.3)
      ? { query: SEARCH, variables: { text: random.pick(WORDS), first: 1 + random.below(100) } }
      : { query, variables: JSON.parse(variables) as unknown }
    const authorization = random.chance(0.1) ? this.#authorization : {}
    const { status, body: result } = await ask(this.#url, body, { ...authorization, ...this.#address() })
    if (status !== 200 || result.errors !== undefined) this.#wonder('reads', JSON.stringify(result))
  }

  /** Follows the feed for a while, then completes the subscription or just leaves. */
  async #follow(): Promise<void> {
    const chance = this.#random.next()
    if (chance < 0.4) {
      await using stream = await EventStream.open(this.#url, { query: FEED }, this.#address())
      await Promise.race([this.#stay(), readAll(() => stream.frame())])
    } else if (chance < 0.6) {
      const leaving = new AbortController()
      const { body } = await fetch(`${this.#url}/feed`, { headers: this.#address(), signal: leaving.signal })
      const reader = body?.getReader()
      await Promise.race([this.#stay(), readAll(async () => (await reader?.read())?.value)])
      leaving.abort()
    } else {
      await using socket = await Socket.open(this.#url, this.#address())
      socket.subscribe('feed', FEED)
      await Promise.race([this.#stay(), readAll(() => socket.message())])
      if (this.#random.chance(0.5)) socket.send({ type: 'complete', id: 'feed' })
    }
  }

  async #record(): Promise<void> {
    const variables = { key: `ferry/recorded-${this.#recorded++}` }
    const { body } = await ask(this.#url, { query: RECORD, variables }, this.#authorization)
    this.#expect('recordings', body, 'recordEvent', 'EventRecorded')
  }

  async #import(): Promise<void> {
    const first = this.#recorded
    this.#recorded += 20
    const lines = Array.from({ length: 20 }, (_, number) =>
      JSON.stringify({ development: event({ event: `ferry/recorded-${first + number}` }) }),
    )
    const variables = { dossier: lines.join('\n') }
    const { body } = await ask(this.#url, { query: IMPORT, variables }, this.#authorization)
    this.#expect('imports', body, 'importDossier', 'DossierImported')
  }

  #expect(activity: Activity, body: Awaited<ReturnType<typeof ask>>['body'], field: string, type: string): void {
    const { __typename: found } = (body.data?.[field] ?? {}) as { readonly __typename?: string }
    if (found !== type) this.#wonder(activity, JSON.stringify(body))
  }

  async #beRefused(): Promise<void> {
    const [status, path, init] = this.#random.pick(REFUSED)
    const response = await fetch(this.#url + path, { ...init, headers: { ...init.headers, ...this.#address() } })
    await response.arrayBuffer()
    if (response.status !== status) this.#wonder('refusals', `${path} ${response.status}, not ${status}`)
  }

  async #guess(): Promise<void> {
    const authorization = `Bearer demarche_${this.#random.below(2 ** 31)}`
    if (this.#random.chance(0.5)) {
      const { status } = await ask(this.#url, { query: '{ __typename }' }, { authorization, ...this.#address() })
      if (status !== 401) this.#wonder('wrong tokens', status)
      return
    }
    await using socket = new Socket(this.#url, this.#address())
    await once(socket.socket, 'open')
    socket.send({ type: 'connection_init', payload: { authorization } })
    const { code } = await socket.closed()
    if (code !== 4403) this.#wonder('wrong tokens', code)
  }

  /** Sends half a request, or asks for much and reads nothing, and is gone after a while. */
  async #stall(): Promise<void> {
    const socket = connect(Number(new URL(this.#url).port), '127.0.0.1').on('error', () => {})
    await once(socket, 'connect')
    const { query } = this.#random.pick(this.#queries)
    const body = JSON.stringify({ query: this.#random.chance(0.5) ? FEED : query })
    const head = `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: */*, text/event-stream\r\nx-forwarded-for: ${this.#address()['x-forwarded-for']}\r\n`
    socket.pause().write(`${head}content-length: ${body.length + this.#random.below(2)}\r\n\r\n${body}`)
    await this.#stay()
    socket.destroy()
  }
}

/** Until the end, or until the client leaves. */
async function readAll(next: () => Promise<unknown>): Promise<void> {
  while ((await next()) !== undefined);
}

interface Init {
  readonly method?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

function post(body: string): Init {
  return { method: 'POST', body, headers: { 'content-type': 'application/json' } }
}
