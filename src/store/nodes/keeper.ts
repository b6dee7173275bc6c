import { Worker } from 'node:worker_threads'
import { DemarcheError, StoreError } from '../../model/errors.ts'
import { type Append, received, type SentError } from '../append.ts'
import type { RebuildProgress } from '../rebuild.ts'
import { uncertainKey } from './log.ts'
import type { NodeCalls, NodeOptions } from './node.ts'
import { type LogOptions, type NodeState, PATIENCE, POLL } from './node-state.ts'

/*
 * The serving thread's side of a node: everything that writes the file is a message to the keeper's thread. If that thread ends, what was
 * asked of it fails as uncertain, and the thread is started again; if it ends three times in a minute, the process ends. What the log says to
 * a thread that is started again ends nothing: it is what any look at the log finds, and readers are served meanwhile.
 */

export interface KeeperData extends Pick<NodeOptions, 'file' | 'isReopened'> {
  readonly log: LogOptions
}

export interface KeeperOptions extends Omit<KeeperData, 'isReopened'> {
  readonly onRebuild?: RebuildProgress | undefined
  /** Called after every commit of the thread. */
  readonly onCommit: () => void
}

export interface Asked {
  readonly id: number
  /** Shared by both threads: `WAITING`, until one of them has its way. */
  readonly turn: Int32Array
  readonly call: keyof NodeCalls | 'look' | 'close'
  readonly args: readonly unknown[]
}

export type Answered =
  | { readonly rebuilt: readonly [done: number, total: number] }
  | { readonly state: NodeState; readonly committed: boolean; readonly opened?: true }
  | { readonly id: number; readonly value: unknown }
  | { readonly id?: number; readonly failed: SentError }

/** What becomes of a call that waits: the thread begins it, or the caller withdraws it, and it has no effect. */
const [WAITING, BEGUN, WITHDRAWN] = [0, 1, 2]

/** Begins a call. False if it was withdrawn. */
export function beginTurn(turn: Int32Array): boolean {
  return Atomics.compareExchange(turn, 0, WAITING, BEGUN) === WAITING
}

/** Withdraws a call. False if the thread has begun it. */
function withdraw(turn: Int32Array): boolean {
  return Atomics.compareExchange(turn, 0, WAITING, WITHDRAWN) === WAITING
}

const UNHEARD = { resolve: () => {}, reject: () => {} }

interface Pending {
  readonly call: Asked['call']
  readonly turn: Int32Array
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
  /** Gives it up. */
  timer?: NodeJS.Timeout
}

/** The script of the thread: TypeScript in a checkout, JavaScript in a package. */
const SCRIPT = new URL(`./keeper-thread${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url)

const MINUTE = 60_000
const ENDS_MAX = 3

/** More milliseconds than the thread takes to answer a question, unless it is busy. */
const ANSWERED_WITHIN = 6_000

/** Milliseconds without news of the thread, beyond the interval between its looks at the log, after which what it said last is old. */
const SILENCE = 5_000

/** How long the thread has to end what it does, in milliseconds. */
const CLOSING = 3_000

export class Keeper implements NodeCalls {
  readonly #options: KeeperOptions
  readonly #pending = new Map<number, Pending>()
  #worker: Worker
  #state: NodeState | undefined
  #opening: PromiseWithResolvers<void> | undefined = Promise.withResolvers()
  #asked = 0
  #heardAt = 0
  #ends: number[] = []
  /** Why the thread that was started last has not opened the file. */
  #refusal: Error | undefined
  #restarts = 0
  #isClosed = false

  private constructor(options: KeeperOptions) {
    this.#options = options
    this.#worker = this.#start()
  }

  /** Throws what `Node.open` throws. */
  static async open(options: KeeperOptions): Promise<Keeper> {
    const keeper = new Keeper(options)
    await keeper.#opening?.promise
    return keeper
  }

  state(): NodeState {
    if (this.#state === undefined) throw new Error('the node is not open')
    const { counts, ...state } = this.#state
    const isUp = this.#opening === undefined
    const { poll = POLL } = this.#options.log
    const isSilent = performance.now() - this.#heardAt > poll + SILENCE
    return {
      ...state,
      isSilent,
      writes: state.writes && isUp && !isSilent,
      wasLevel: state.wasLevel && isUp,
      counts: { ...counts, restarts: this.#restarts },
    }
  }

  append = (append: Append) => this.#ask('append', append)
  answerTo = (by: string, key: string) => this.#ask('answerTo', by, key)
  reach = (seq: number) => this.#ask('reach', seq)
  createToken = (...args: Parameters<NodeCalls['createToken']>) => this.#ask('createToken', ...args)
  revokeToken = (...args: Parameters<NodeCalls['revokeToken']>) => this.#ask('revokeToken', ...args)
  recordUse = (...args: Parameters<NodeCalls['recordUse']>) => this.#ask('recordUse', ...args)

  /** Nobody waits for a look: the state says what it finds. */
  look(): void {
    if (!this.#isClosed) this.#post('look')
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#worker.once('exit', () => resolve())
    this.#post('close')
    const timer = setTimeout(() => void this.#worker.terminate(), CLOSING)
    await promise
    clearTimeout(timer)
  }

  #start(): Worker {
    const { file, log } = this.#options
    this.#refusal = undefined
    const isReopened = this.#state !== undefined
    const worker = new Worker(SCRIPT, { workerData: { file, log, isReopened } satisfies KeeperData })
    let cause: unknown
    worker.on('message', (answered: Answered) => this.#hear(answered))
    worker.on('error', (error) => (cause = error))
    worker.on('exit', () => this.#ended(cause ?? this.#refusal))
    return worker
  }

  #hear(answered: Answered): void {
    this.#heardAt = performance.now()
    if ('rebuilt' in answered) this.#options.onRebuild?.(...answered.rebuilt)
    else if ('state' in answered) {
      // A thread that was started again has the file as the one before left it.
      const wasLevel = answered.state.wasLevel || this.#state?.wasLevel === true
      this.#state = { ...answered.state, wasLevel }
      if (answered.opened) this.#opened()
      if (answered.committed) this.#options.onCommit()
    } else if (answered.id === undefined) {
      if ('failed' in answered) this.#opened(received(answered.failed))
    } else {
      const pending = this.#pending.get(answered.id)
      this.#pending.delete(answered.id)
      clearTimeout(pending?.timer)
      if ('failed' in answered) pending?.reject(received(answered.failed))
      else pending?.resolve(answered.value as never) // what the call returns
    }
  }

  #opened(error?: Error): void {
    this.#refusal = error
    if (error === undefined) {
      this.#opening?.resolve()
      this.#opening = undefined
    } else if (this.#state === undefined) {
      this.#isClosed = true
      this.#opening?.reject(error)
    }
  }

  #ended(cause: unknown): void {
    for (const { call, turn, reject, timer } of this.#pending.values()) {
      clearTimeout(timer)
      // What had begun to record may have been recorded, also while closing.
      const mayBeRecorded = call === 'append' && !withdraw(turn)
      reject(this.#isClosed && !mayBeRecorded ? closed() : lost(call, mayBeRecorded, cause))
    }
    this.#pending.clear()
    if (this.#isClosed) return
    const now = performance.now()
    this.#ends = [...this.#ends.filter((at) => now - at < MINUTE), now]
    if (this.#ends.length >= ENDS_MAX) {
      const error = new Error('the thread that writes the store has ended three times in a minute', { cause })
      if (this.#state === undefined) this.#opening?.reject(error)
      else
        setImmediate(() => {
          throw error
        })
      return
    }
    this.#restarts++
    this.#opening ??= Promise.withResolvers()
    this.#opening.promise.catch(() => {})
    this.#worker = this.#start()
  }

  #ask<Call extends keyof NodeCalls>(call: Call, ...args: Parameters<NodeCalls[Call]>): ReturnType<NodeCalls[Call]> {
    // The thread answers with what the call returns.
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(closed())
      const { file, log } = this.#options
      const { id, turn, pending } = this.#post(call, args, { resolve, reject })
      const isQuestion = call === 'reach' || call === 'answerTo'
      const giveUp = () => {
        // What a call that has begun does must be heard of, unless it only asks.
        if (!withdraw(turn) && !isQuestion) return
        this.#pending.delete(id)
        reject(withdrawn(call, file))
      }
      pending.timer = setTimeout(giveUp, isQuestion ? ANSWERED_WITHIN : (log.patience ?? PATIENCE))
    }) as ReturnType<NodeCalls[Call]>
  }

  /** A thread that is starting answers once it is open; one that has ended and has not been heard of fails with what is pending. */
  #post(
    call: Asked['call'],
    args: readonly unknown[] = [],
    settle: Pick<Pending, 'resolve' | 'reject'> = UNHEARD,
  ): { readonly id: number; readonly turn: Int32Array; readonly pending: Pending } {
    const turn = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
    const id = ++this.#asked
    const pending: Pending = { call, turn, ...settle }
    this.#pending.set(id, pending)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of Node has no origin
    this.#worker.postMessage({ id, turn, call, args } satisfies Asked)
    return { id, turn, pending }
  }
}

function closed(): DemarcheError {
  return new DemarcheError(
    'STOPPING',
    'The service stops. Nothing was recorded. Ask another node, or ask again once the service runs.',
  )
}

/** Why a call was withdrawn: the thread has had other work for long. */
function withdrawn(call: Asked['call'], file: string): DemarcheError {
  const busy = 'This node has been projecting other changes for long.'
  if (call === 'answerTo') return uncertainKey(undefined)
  if (call !== 'reach') return new StoreError('STORE_BUSY', `${busy} Nothing was recorded. Try again.`, { file })
  return new DemarcheError('NODE_BEHIND', `${busy} Ask again, or ask another node.`)
}

/** Why a call has no answer: the thread may have recorded before it ended. */
function lost(call: Asked['call'], mayBeRecorded: boolean, cause: unknown): DemarcheError {
  if (mayBeRecorded) {
    const message =
      'The thread that records has ended. The change may be recorded. Send the mutation again with the same idempotency key.'
    return new DemarcheError('LOG_UNCERTAIN', message, { cause })
  }
  if (call === 'answerTo') return uncertainKey(cause)
  if (call === 'append') {
    const message = 'The thread that records has ended, and starts again. Nothing was recorded. Try again.'
    return new DemarcheError('LOG_UNREACHABLE', message, { cause })
  }
  const message = 'The thread that asks the log has ended, and starts again. Ask again.'
  return new DemarcheError('LOG_UNREACHABLE', message, { cause })
}
