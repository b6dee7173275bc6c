import { inspect } from 'node:util'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import Database from 'better-sqlite3'
import type { Random } from '../../../bench/synthetic/random.ts'
import { Line } from '../../delivery/line.ts'
import { expectedSeqs, loggedIn } from '../../delivery/log.ts'
import { type Item, PATIENCE, Remarks, WAYS, type Way } from '../../delivery/ways.ts'
import type { Cluster } from './cluster.ts'
import { until } from './cluster.ts'
import { seqOf } from './recorders.ts'

interface Hopper {
  readonly way: Way
  readonly line: Line
  readonly items: Item[]
  readonly remarks: Remarks
  failure: unknown
  readonly stop: () => Promise<void>
}

/** One client of each way to follow. Each connects to a node drawn at random, and to another one whenever its connection is cut. */
export class Hoppers implements AsyncDisposable {
  readonly #hoppers: readonly Hopper[]
  readonly #random: Random
  readonly #start: number

  private constructor(hoppers: readonly Hopper[], random: Random, start: number) {
    this.#hoppers = hoppers
    this.#random = random
    this.#start = start
  }

  /** `after` is the cursor of `start`. */
  static async follow(cluster: Cluster, random: Random, after: string, folder: string): Promise<Hoppers> {
    const anyPort = () => Number(new URL(cluster.node(random.below(cluster.nodes.length)).url).port)
    const hoppers = await Promise.all(
      WAYS.map(async (way, number) => {
        const line = await Line.to(anyPort)
        const remarks = new Remarks()
        const hopper: Hopper = { way, line, items: [], remarks, failure: undefined, stop: async () => {} }
        const stop = way.start({
          url: line.url,
          after,
          filter: {},
          state: join(folder, `hopper-${number}`),
          next: (item) => hopper.items.push(item),
          fail: (error) => (hopper.failure ??= error),
          remark: remarks.note,
        })
        return Object.assign(hopper, { stop })
      }),
    )
    return new Hoppers(hoppers, random, seqOf(after))
  }

  get #connections(): number {
    return this.#hoppers.reduce((sum, { line }) => sum + line.connections, 0)
  }

  /** Until then, lets one client after the other hop. `pause` is the longest between two, in milliseconds. */
  async hopUntil(end: number, pause: number): Promise<void> {
    while (performance.now() < end) {
      await wait(this.#random.below(pause))
      this.hop()
    }
  }

  /** Cuts the connections of one client, which goes on at another node. */
  hop(): void {
    this.#random.pick(this.#hoppers).line.cut(this.#random.chance(0.5) ? 0 : this.#random.below(2_000))
  }

  /** Waits until each has what the log says, and says so. Throws if one has missed, repeated or invented anything, or if a cursor went back. */
  async finish(file: string): Promise<string> {
    const start = performance.now()
    const connection = new Database(file, { readonly: true })
    const all = (text: string) => connection.prepare(text).all()
    const log = loggedIn({ reader: { all: all as never } }) // the statement has no parameters
    connection.close()
    const expectedOf = ({ way: { mode }, items }: Hopper) =>
      expectedSeqs(log, { mode }, { start: this.#start, had: new Set(seqsOf(items)) })
    const isDone = (hopper: Hopper) => (seqsOf(hopper.items).at(-1) ?? 0) >= (expectedOf(hopper).at(-1) ?? 0)
    await until(
      'each client has the last change',
      async () => this.#hoppers.every((hopper) => hopper.failure !== undefined || isDone(hopper)),
      PATIENCE,
    ).catch(() => {})
    const faults = this.#hoppers.flatMap((hopper) => faultOf(hopper, expectedOf(hopper)) ?? [])
    if (faults.length > 0) throw new Error(faults.join('\n'))
    const seconds = Math.round((performance.now() - start) / 1_000)
    return `${this.#hoppers.length} followers connected ${this.#connections} times and got ${log.length} changes, the slowest ${seconds} s after the end: 0 missed, 0 repeated, 0 cursors that went back`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#hoppers.map(({ stop }) => stop()))
    for (const { line } of this.#hoppers) line[Symbol.dispose]()
  }
}

function seqsOf(items: readonly Item[]): number[] {
  return items.filter(({ key }) => key !== undefined).map(({ cursor }) => seqOf(cursor))
}

function faultOf({ way, items, failure, remarks }: Hopper, expected: readonly number[]): string | undefined {
  if (failure !== undefined) return `${way.name} gave up: ${inspect(failure)}`
  const had = seqsOf(items)
  const all = items.map(({ cursor }) => seqOf(cursor))
  const back = all.findIndex((seq, index) => seq < (all[index - 1] ?? 0))
  if (back >= 0) return `${way.name}: its cursor went back from ${all[back - 1]} to ${all[back]}`
  const at = expected.findIndex((seq, index) => seq !== had[index])
  if (at < 0 && had.length === expected.length) return undefined
  return `${way.name}: item ${at} is ${had[at] ?? 'missing'}, not ${expected[at]}; ${had.length} of ${expected.length}${remarks.tell()}`
}
