import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { asSentence, DemarcheError } from '../../model/errors.ts'
import { CONTENT_FORMAT } from '../../model/records/canonical-record.ts'
import { spaceOf } from '../../model/records/definitions.ts'
import { type Append, type Appended, Appender, batchesOf, RecordedUnseenError, type WrittenChange } from '../append.ts'
import type { Projection } from '../projections/project.ts'
import { PATIENCE } from '../sqlite/busy.ts'
import { assertInPlace, recognise, type Connection } from '../sqlite/connection.ts'
import { begin, commitBegun, rollBack, transact } from '../sqlite/transaction.ts'
import { appendId, type Log, type Logged, type Offer, type OfferedChange } from './log.ts'
import { HaltedError, type Replica } from './replica.ts'

/*
 * An append is projected first, in a transaction that stays open, at the seqs that it would get. Then the log is asked, which compares
 * revisions only: that keys exist and what earlier revisions say holds for good once it holds in a prefix of the log. If the log assigned
 * those seqs, the transaction is committed, with the date that the log gave; if others came first, or an earlier offer with its id was taken,
 * it is rolled back and projected behind theirs. So nothing that its writer cannot project enters the log. Once the log has said yes, the
 * append succeeds or fails as RECORDED_UNSEEN: any other error would read as a refusal.
 */

interface LogAppenderOptions {
  readonly connection: Connection
  readonly projection: Projection
  readonly log: Log
  readonly replica: Replica
  /** Why the node has stopped. */
  readonly halted: () => HaltedError | undefined
  /** The time by the clock of the log, as estimated. Throws `CLOCK_AHEAD`. */
  readonly now: () => number
  readonly patience: number | undefined
  readonly closing: AbortSignal
}

/** Appends to the log of a node, and keeps its file level with that. */
export class LogAppender {
  readonly counts = {
    kept: 0,
    redone: 0,
    refused: 0,
    unreachable: 0,
    uncertain: 0,
    unseen: 0,
    secondsInLog: 0,
    secondsProjecting: 0,
  }
  readonly #options: LogAppenderOptions
  readonly #connection: Connection
  readonly #log: Log
  readonly #replica: Replica
  readonly #patience: number
  readonly #closing: AbortSignal
  readonly #writer: Appender
  /** Whether what an append has projected may have to be undone. */
  #isTrying = false

  constructor(options: LogAppenderOptions) {
    const { connection, projection, log, replica, now, patience = PATIENCE, closing } = options
    this.#options = options
    this.#connection = connection
    this.#log = log
    this.#replica = replica
    this.#patience = patience
    this.#closing = closing
    this.#writer = new Appender(connection, projection, { clock: { read: now }, patience })
  }

  /** The caller keeps others from using the connection. Throws what `Log.append` and `Appender.append` throw, and `RECORDED_UNSEEN`. */
  async append(append: Append): Promise<Appended> {
    try {
      return await this.#append(append)
    } catch (thrown) {
      const error = thrown instanceof HaltedError ? stopped(thrown) : thrown
      this.counts[OUTCOMES.get(error instanceof DemarcheError ? error.code : '') ?? 'refused']++
      throw error
    }
  }

  async #append(append: Append): Promise<Appended> {
    const halted = this.#options.halted()
    if (halted !== undefined && !FOUND_BY_APPENDS.has(halted.code)) throw halted
    const batches = batchesOf(append)
    const offer = this.#offerOf(append, batches)
    if (batches.length === 0) return await this.#keepBeside(append, offer)
    const { answer: _, ...written } = append
    if (this.#log.knownHead > this.#replica.place().seq) await this.#replica.follow()
    for (let attempt = 1; ; attempt++) {
      let known = this.#replica.place()
      try {
        await begin(this.#connection, this.#patience)
        this.#isTrying = true
        known = this.#replica.place()
        const began = performance.now()
        const expected = this.#writer.write(batches, written)
        this.counts.secondsProjecting += (performance.now() - began) / 1_000
        assertInPlace(this.#connection)
        const given = await this.#ask(() => this.#log.append({ ...offer, known, at: expected.at }))
        return await this.#settle(expected, given, written)
      } catch (error) {
        if (error instanceof RecordedUnseenError) throw error
        const isOld = attempt === 1 && isOldNews(error) && (await this.#isBehind(known.seq))
        if (!isOld) throw recognise(error, this.#connection.name)
        await this.#replica.follow()
      } finally {
        this.#rollBack()
      }
    }
  }

  /** Makes the file hold what the log has recorded. */
  async #settle(expected: Logged, given: Logged, written: Append): Promise<Appended> {
    const isInPlace = given.isEarlier !== true && given.first === expected.first && given.last === expected.last
    const deadline = performance.now() + this.#patience
    const { first, last } = given
    try {
      if (isInPlace) {
        if (given.at !== expected.at) this.#writer.redate(first, given.at)
        commitBegun(this.#connection)
        this.#isTrying = false
        this.counts.kept++
        return { first, last }
      }
    } catch {
      // What is not committed is followed like a change of another node.
    }
    this.#rollBack()
    for (;;) {
      try {
        if (this.#replica.place().seq < last) await this.#replica.follow(last)
        if (this.#replica.place().seq < last) throw new Error(`the log no longer has change ${last}`)
        await this.#writeBeside(written)
        this.counts.redone++
        return { first, last }
      } catch (cause) {
        if (cause instanceof HaltedError || performance.now() >= deadline || this.#closing.aborted) {
          throw new RecordedUnseenError(last, { cause })
        }
        await wait(RETRY_AFTER)
      }
    }
  }

  /** An append without changes: what an import notes stays in the file, an answer goes to the log. */
  async #keepBeside(append: Append, offer: Omit<Offer, 'known' | 'at'>): Promise<Appended> {
    const known = this.#replica.place()
    await this.#writeBeside(append)
    if (append.answer !== undefined)
      await this.#ask(() => this.#log.append({ ...offer, known, at: Math.max(this.#options.now(), known.at) }))
    return { first: known.seq + 1, last: known.seq }
  }

  async #writeBeside({ baselines = [], loads = [], origin }: Append): Promise<void> {
    if (baselines.length + loads.length === 0) return
    await transact(
      this.#connection,
      () => this.#writer.write([], { batches: [], origin, baselines, loads }),
      this.#patience,
    )
  }

  #offerOf(append: Append, batches: readonly (readonly WrittenChange[])[]): Omit<Offer, 'known' | 'at'> {
    const { answer, by = null, origin } = append
    return {
      id: answer === undefined ? randomUUID() : appendId(answer.by, answer.key),
      hash: answer?.hash ?? null,
      answer: answer === undefined ? null : { seq: answer.seq ?? null, plan: answer.plan ?? null },
      by,
      origin,
      format: CONTENT_FORMAT,
      changes: offered(batches),
    }
  }

  async #ask<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const began = performance.now()
    try {
      return await ask()
    } finally {
      this.counts.secondsInLog += (performance.now() - began) / 1_000
    }
  }

  async #isBehind(seq: number): Promise<boolean> {
    this.#rollBack()
    return (await this.#log.standing()).seq > seq
  }

  /** SQLite may have rolled back by itself, as on a full disk. */
  #rollBack(): void {
    if (!this.#isTrying) return
    this.#isTrying = false
    rollBack(this.#connection)
    this.#options.projection.reset()
  }
}

/** The pause between two attempts to follow what the log has recorded, in milliseconds. */
const RETRY_AFTER = 100

const OUTCOMES: ReadonlyMap<string, 'unreachable' | 'uncertain' | 'unseen'> = new Map([
  ['LOG_UNREACHABLE', 'unreachable'],
  ['LOG_UNCERTAIN', 'uncertain'],
  ['RECORDED_UNSEEN', 'unseen'],
])

/** Why a node goes no further, though an append may find that it can again, and says why if it cannot. */
const FOUND_BY_APPENDS: ReadonlySet<string> = new Set(['STORE_FULL', 'STORE_MOVED'])

/** Errors that may come from not having seen all of the log. */
const OLD_NEWS: ReadonlySet<string> = new Set([
  'REFERENCE_UNKNOWN',
  'REVISION_MOVED',
  'KIND_CHANGED',
  'ALREADY_RETRACTED',
  'REDACTED',
])

function isOldNews(error: unknown): boolean {
  return error instanceof DemarcheError && OLD_NEWS.has(error.code)
}

/** Why a node that has stopped records nothing. A log that has diverged is no fault of the node. */
function stopped(halted: HaltedError): DemarcheError {
  const { code, message } = halted
  if (code === 'LOG_DIVERGED') return halted
  return new DemarcheError(
    'NODE_BEHIND',
    `This node has stopped. ${asSentence(message)} Nothing was recorded. Ask another node.`,
  )
}

function offered(batches: readonly (readonly WrittenChange[])[]): OfferedChange[] {
  let batchEnd = 0
  return batches.flatMap((batch) => {
    batchEnd += batch.length
    const end = batchEnd
    return batch.map(({ record, key, revision, kind, note = null, text: content }) => {
      return { space: spaceOf(record), record, key, revision, kind, note, content, batchEnd: end }
    })
  })
}
