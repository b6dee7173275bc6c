import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { inspect } from 'node:util'
import { decodeFeedCursor, encodeFeedCursor } from '../../src/feed/cursor.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { ask } from '../_support/app.ts'
import { type Serving, startServing } from '../_support/command.ts'
import { temporaryFile } from '../_support/temporary-store.ts'
import { BEGINNING, type Filter, type Logged, expectedSeqs, loggedIn, Writer } from './log.ts'
import { Line } from './line.ts'
import type { Step } from './schedule.ts'
import { type Item, PATIENCE, Remarks, WAYS, type Way } from './ways.ts'

/** Members of a world beside one of each way. */
const JOINS_MAX = 12

/** More than the buffers of a connection hold, if it is sent a few times. */
const LONG = 'x'.repeat(17_000)

const FILTERS: readonly Filter[] = [{}, {}, { kinds: ['EVENT'] }, { kinds: ['MEASURE'] }]
const ALL_FILTERS: readonly Filter[] = [...FILTERS, { evidentialStatuses: ['CONTESTED'] }]

const RECORD = `mutation ($key: Key!, $once: String!) {
  recordEvent(idempotencyKey: $once, input: {
    key: $key, headline: "The ferry sinks", summary: "It sank.", date: "2024-12-31", evidentialStatus: ESTABLISHED, eventKind: INCIDENT,
    citations: [{ source: "gazette", credibility: PROBABLY_TRUE, basis: OWN_REPORTING }]
  }) { __typename } }`

/** One client, over all its connections. */
class Member {
  readonly items: Item[] = []
  readonly start: number
  readonly way: Way
  readonly filter: Filter
  readonly line: Line
  readonly remarks = new Remarks()
  failure: unknown
  readonly #after: string
  readonly #state: string
  #stop: (() => Promise<void>) | undefined
  #follows = 0

  constructor({ way, filter, line, start, after, state }: MemberOptions) {
    this.way = way
    this.filter = filter
    this.line = line
    this.start = start
    this.#after = after
    this.#state = state
  }

  /** Follows from its last message on, if it does not follow. */
  follow(): void {
    if (this.#stop !== undefined) return
    const follows = ++this.#follows
    this.#stop = this.way.start({
      url: this.line.url,
      after: this.items.at(-1)?.cursor ?? this.#after,
      filter: this.filter,
      state: this.#state,
      next: (item) => {
        if (follows === this.#follows) this.items.push(item)
      },
      fail: (error) => {
        if (follows === this.#follows) this.failure ??= error
      },
      remark: this.remarks.note,
    })
  }

  async leave(): Promise<void> {
    await this.#stop?.()
    // What comes later is not counted: it resumes from the last message that is.
    this.#follows++
    this.#stop = undefined
    this.line.cut(0)
  }
}

interface MemberOptions {
  readonly way: Way
  readonly filter: Filter
  readonly line: Line
  readonly start: number
  readonly after: string
  readonly state: string
}

/** What has happened, for the report. */
export interface Happened {
  readonly members: number
  readonly connections: number
  readonly changes: number
}

/**
 * A service in a process of its own, clients over each way, and this process, which writes to the same store. Whatever happens to the service
 * and to the connections, each client must have exactly what the log says.
 */
export class World implements AsyncDisposable {
  readonly #place: ReturnType<typeof temporaryFile>
  readonly #store: Store
  readonly #writer: Writer
  readonly #members: Member[] = []
  readonly #recording: Promise<unknown>[] = []
  readonly #authorization: string
  #serving: Serving | undefined
  #port = 0
  #recorded = 0

  private constructor(place: ReturnType<typeof temporaryFile>, store: Store, secret: string) {
    this.#place = place
    this.#store = store
    this.#writer = new Writer(store)
    this.#authorization = `Bearer ${secret}`
  }

  static async open(): Promise<World> {
    const place = temporaryFile()
    const store = await openStore({ file: place.file })
    for (const batch of BEGINNING) await store.append({ batches: [batch], origin: 'IMPORT' })
    const { secret } = await store.tokens.create({ scope: 'RECORD', lifetime: undefined })
    const world = new World(place, store, secret)
    await world.#serve()
    for (const [number, way] of WAYS.entries()) await world.#join(way, number, 0)
    return world
  }

  async do(step: Step): Promise<void> {
    switch (step.do) {
      case 'record':
        if (step.by === 'process') await this.#writer.record(step)
        else this.#recordByService(step.events)
        return
      case 'burst':
        await this.#writer.record({ events: 100, measures: 0, places: 0, summary: LONG })
        return
      case 'ring':
        // A commit of which the service hears, but with nothing to send.
        await this.#store.tokens.create({ scope: 'READ', lifetime: undefined })
        return
      case 'revise':
      case 'retract':
        await this.#writer.change(step.do, step.which)
        return
      case 'join':
        // Each run of `tail` is a process: there is one.
        if (this.#members.length < WAYS.length + JOINS_MAX)
          await this.#join(WAYS[step.which % (WAYS.length - 1)] ?? WAYS[0], step.filter, step.behind)
        return
      case 'leave':
        await this.#pick(step.which)?.leave()
        return
      case 'return':
        this.#pick(step.which)?.follow()
        return
      case 'stall':
        this.#pick(step.which)?.line.stall()
        return
      case 'read':
        this.#pick(step.which)?.line.resume()
        return
      case 'cut':
        this.#pick(step.which)?.line.cut(step.bytes)
        return
      case 'stop':
      case 'kill':
        await this.#restart(step.do)
        return
      case 'pause':
        await wait(step.milliseconds)
    }
  }

  /** Waits until each member has what it must have. Throws if one has anything else, or if the service keeps anything of those that left. */
  async finish(): Promise<Happened> {
    await Promise.all(this.#recording)
    for (const member of this.#members) {
      member.line.resume()
      member.follow()
    }
    const log = loggedIn(this.#store)
    const last = this.#members.map((member) => ({ member, seq: this.#expected(member, log).at(-1) }))
    const isDone = () =>
      last.every(({ member, seq }) => member.failure !== undefined || seq === undefined || this.#has(member, seq))
    const end = performance.now() + PATIENCE
    while (!isDone() && performance.now() < end) await wait(20)
    for (const member of this.#members) await member.leave()
    const faults = this.#members.flatMap((member) => this.#faultOf(member, log) ?? [])
    if (faults.length > 0) throw new Error(faults.join('\n'))
    await this.#checkNothingIsLeft()
    const connections = this.#members.reduce((sum, { line }) => sum + line.connections, 0)
    return { members: this.#members.length, connections, changes: log.length }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#members.map((member) => member.leave()))
    for (const { line } of this.#members) line[Symbol.dispose]()
    await this.#serving?.[Symbol.asyncDispose]()
    await Promise.all(this.#recording)
    this.#store.close()
    this.#place[Symbol.dispose]()
  }

  async #serve(): Promise<void> {
    const args = ['--store', this.#place.file, '--admin-port', '0']
    // A client that is stalled for long is closed.
    this.#serving = await startServing(args, { env: { DEMARCHE_LIMIT_STALLED_MILLISECONDS: '3000' } })
    this.#port = Number(new URL(this.#serving.url).port)
  }

  async #restart(how: 'stop' | 'kill'): Promise<void> {
    this.#serving?.child.kill(how === 'stop' ? 'SIGTERM' : 'SIGKILL')
    const outcome = await this.#serving?.outcome
    if (how === 'stop' && outcome?.status !== 0) throw new Error(`the service stopped as ${JSON.stringify(outcome)}`)
    await this.#serve()
  }

  async #join(way: Way, filter: number, behind: number): Promise<void> {
    const filters = way.filters === 'ALL' ? ALL_FILTERS : FILTERS
    const start = Math.max(0, this.#store.head() - behind)
    const member = new Member({
      way,
      filter: filters[filter % filters.length] ?? {},
      line: await Line.to(() => this.#port),
      start,
      after: encodeFeedCursor(this.#store, start),
      state: join(this.#place.folder, `${this.#members.length}.cursor`),
    })
    this.#members.push(member)
    member.follow()
  }

  /** Starts mutations. One that the service does not answer may be recorded or not: the log says. */
  #recordByService(events: number): void {
    const { url = '' } = this.#serving ?? {}
    for (let number = 0; number < events; number++) {
      const key = `ferry/sent-${++this.#recorded}`
      const body = { query: RECORD, variables: { key, once: key } }
      this.#recording.push(ask(url, body, { authorization: this.#authorization }).catch(() => {}))
    }
  }

  #pick(which: number): Member | undefined {
    return this.#members[which % this.#members.length]
  }

  #seqOf({ cursor }: Item): number {
    return decodeFeedCursor(this.#store, cursor)
  }

  #has({ items }: Member, seq: number): boolean {
    const last = items.findLast(({ key }) => key !== undefined)
    return last !== undefined && this.#seqOf(last) >= seq
  }

  #expected({ way: { mode }, filter, start, items }: Member, log: readonly Logged[]): number[] {
    const had = new Set(items.filter(({ key }) => key !== undefined).map((item) => this.#seqOf(item)))
    return expectedSeqs(log, { mode, filter }, { start, had })
  }

  /** What a member has missed, repeated or invented, in words. */
  #faultOf(member: Member, log: readonly Logged[]): string | undefined {
    const { way, filter, start, items, failure, remarks } = member
    const keys = new Map(log.map(({ seq, key }) => [seq, key]))
    const had = items.filter(({ key }) => key !== undefined).map((item) => this.#seqOf(item))
    const expected = this.#expected(member, log)
    const all = items.map((item) => this.#seqOf(item))
    const backward = all.findIndex((seq, index) => seq < (all[index - 1] ?? 0))
    const other = items.find((item) => item.key !== undefined && keys.get(this.#seqOf(item)) !== item.key)
    const at = expected.findIndex((seq, index) => seq !== had[index])
    const faults = [
      ...(failure === undefined ? [] : [`gave up: ${inspect(failure)}`]),
      ...(at < 0 ? [] : [`item ${at} is ${had[at] ?? 'missing'}, not ${expected[at]}`]),
      ...(had.length <= expected.length ? [] : [`has ${had.length} items, not ${expected.length}`]),
      ...(backward < 0 ? [] : [`its cursor went back from ${all[backward - 1]} to ${all[backward]}`]),
      ...(other === undefined ? [] : [`${other.key} is not the development of its cursor`]),
    ]
    const missed = expected.filter((seq) => !had.includes(seq)).length
    if (faults.length === 0) return undefined
    return `${way.name} ${JSON.stringify(filter)} after ${start}: ${faults.join('; ')} (${missed} of ${expected.length} missed)${remarks.tell()}`
  }

  async #checkNothingIsLeft(): Promise<void> {
    const metrics = /http:\S+\/metrics/.exec(this.#serving?.printed ?? '')?.[0] ?? ''
    const end = performance.now() + PATIENCE
    for (;;) {
      const text = await (await fetch(metrics)).text()
      const left = text.match(/^demarche_(subscribers|event_streams|websockets) [1-9]\d*$/gm) ?? []
      if (left.length === 0) return
      if (performance.now() > end) throw new Error(`the service still has ${left.join(', ')}`)
      await wait(50)
    }
  }
}
