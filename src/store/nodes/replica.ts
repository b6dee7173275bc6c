import type { ErrorCode } from '../../model/error-codes.ts'
import { DemarcheError, StoreError } from '../../model/errors.ts'
import { READABLE_FORMAT } from '../../model/records/canonical-record.ts'
import { cleanLeft, isUncleaned, rewrite } from '../log/redaction.ts'
import type { Projection } from '../projections/project.ts'
import { versionGuard } from '../rebuild.ts'
import { changes, type LoggedChange } from '../schema/log.ts'
import { recognise, type Connection, type SqlStatement } from '../sqlite/connection.ts'
import { transact } from '../sqlite/transaction.ts'
import { inserter, type Insert } from '../sqlite/write-buffer.ts'
import { type ChangeText, type Log, PLACE, type Place, placeOf, START } from './log.ts'

/*
 * Keeps a store level with a log: reads what comes after the last change of the store, and writes it with all that is projected from it, whole
 * batches only, one transaction a page. Each page proves that the log still has that last change. The next page is on its way while one is
 * projected. Another process may keep the same file level: each transaction looks at the head again and leaves out what is there by then.
 */

/** The least pause after the file was cleaned, in milliseconds. What is redacted meanwhile is cleaned together, and readers may end. */
const CLEANED_EVERY = 10_000

/** The same as a multiple of the time that cleaning took, in which nothing could be recorded. */
const CLEANED_SHARE = 10

/** Why a store goes no further. */
export class HaltedError extends DemarcheError {}

export interface ReplicaOptions {
  readonly connection: Connection
  readonly projection: Projection
  readonly log: Log
  /** Called after every transaction, with the number of changes. */
  readonly onFollowed: (count: number) => void
  /** Called between two pages. The connection is free meanwhile. Never throws. */
  readonly betweenPages: () => Promise<void>
  /** Called before and after the file is written anew. */
  readonly onCleaning: () => void
}

export class Replica {
  /** Set once the store cannot go on. Cleared once it has gone on after all. */
  halted: HaltedError | undefined
  /** Whether it is tried again, and up to which redaction that counts. */
  #triesAgain = false
  #triesUpTo = 0
  /** No redaction up to this seq lets the store go on. */
  #redactedInVain = 0
  /** Throws `STORE_NEWER` if another version has taken the file over. In a transaction, it holds until its end. */
  readonly assertOurs: () => void
  /** Whether the file is written anew. Nothing can be recorded meanwhile. */
  isCleaning = false
  /** Seconds spent in projecting what others appended. */
  secondsProjecting = 0
  readonly #options: ReplicaOptions
  /** By the steady clock. Appends wait while it is tried. */
  #cleansAgainAt = 0
  readonly #insert: Insert<typeof changes>
  readonly #selectPlace: SqlStatement
  readonly #selectEpoch: SqlStatement
  #epoch: unknown
  readonly #deleteBaseline: SqlStatement

  constructor(options: ReplicaOptions) {
    this.#options = options
    this.assertOurs = versionGuard(options.connection)
    this.#insert = inserter(options.connection, changes)
    this.#selectPlace = options.connection.prepare(`select ${PLACE} from changes order by seq desc limit 1`)
    this.#selectEpoch = options.connection.prepare('select epoch from epochs where honoured_up_to is null').pluck()
    this.#epoch = this.#selectEpoch.get()
    this.#deleteBaseline = options.connection.prepare('delete from baselines where space = ? and key = ?')
  }

  place(): Place {
    return (this.#selectPlace.get() as Place | undefined) ?? START
  }

  /**
   * Follows the log to its end, and at least up to a seq that it is known to hold. The caller keeps others from using the connection. Throws
   * `HaltedError`, `LOG_UNREACHABLE`, `STORE_BUSY`, `STORE_FULL`, `STORE_MOVED`, `STORE_NEWER`.
   */
  async follow(upTo = 0): Promise<void> {
    if (this.halted !== undefined && this.halted.code !== 'LOG_DIVERGED' && !this.#triesAgain) throw this.halted
    let from = await this.#placeToFollow()
    // Others may append as fast as this one follows.
    const goal = Math.max(upTo, this.#options.log.knownHead)
    let rest: readonly LoggedChange[] = []
    let next = this.#read(from)
    for (;;) {
      const page = await next
      const last = page.at(-1)
      if (last !== undefined) from = placeOf(last)
      this.#redactedInVain = Math.max(this.#redactedInVain, from.seq, this.#triesAgain ? this.#triesUpTo : 0)
      this.#triesAgain = false
      const isLast = last === undefined || from.seq >= Math.max(goal, last.batch)
      if (!isLast) {
        next = this.#read(from)
        next.catch(() => {})
      }
      rest = await this.#take([...rest, ...page])
      this.halted = undefined
      if (isLast) break
      await this.#options.betweenPages()
    }
    await this.clean()
  }

  /**
   * Tries again what the store has halted at, when it next follows: since the log was put back, or if a redaction up to `head` may have
   * replaced it.
   */
  async tryAgain(head: number): Promise<void> {
    // It may be another process that has cut the file back.
    const epoch = this.#selectEpoch.get()
    const isPutBack = epoch !== this.#epoch
    this.#epoch = epoch
    // The seqs of what the log lost are used again.
    if (isPutBack) this.#redactedInVain = 0
    if (this.halted === undefined || this.halted.code === 'LOG_DIVERGED') return
    // It counts as tried once a page has been read.
    if (!this.#triesAgain && !isPutBack && !(await this.#options.log.hasRedacted(this.#redactedInVain))) {
      this.#redactedInVain = Math.max(this.#redactedInVain, head)
      return
    }
    this.#triesAgain = true
    this.#triesUpTo = head
  }

  /** If there is more to follow, another process that keeps the file may be about to commit just that: waits until it has. */
  async #placeToFollow(): Promise<Place> {
    const { connection, log } = this.#options
    const place = this.place()
    if (log.knownHead <= place.seq) return place
    return await transact(connection, () => this.place())
  }

  /**
   * Writes the file anew after a redaction, unless that was tried just now, or another node is at it: nodes take turns, so that others can
   * record. While the log is away, none can.
   */
  async clean(): Promise<void> {
    const { connection, log } = this.#options
    if (performance.now() < this.#cleansAgainAt || !isUncleaned(connection)) return
    const hasTurn = log.reachable.is ? await log.beginCleaning().catch(() => undefined) : undefined
    if (hasTurn === false) return
    try {
      await this.cleanNow()
    } finally {
      if (hasTurn) await log.endCleaning().catch(() => {})
    }
  }

  /** Writes the file anew if an earlier process has not done so after a redaction, or this one has not yet. */
  async cleanNow(): Promise<void> {
    const { connection, onCleaning } = this.#options
    if (!isUncleaned(connection)) return
    const began = performance.now()
    try {
      this.isCleaning = true
      onCleaning()
      await cleanLeft(connection)
    } catch (error) {
      throw this.#recognise(error)
    } finally {
      const ended = performance.now()
      this.#cleansAgainAt = ended + Math.max(CLEANED_EVERY, CLEANED_SHARE * (ended - began))
      this.isCleaning = false
      onCleaning()
    }
  }

  async #read(from: Place): Promise<readonly LoggedChange[]> {
    try {
      return await this.#options.log.read(from)
    } catch (error) {
      if (error instanceof DemarcheError && error.code === 'LOG_DIVERGED')
        throw this.#halt(error.code, error.message, error)
      throw error
    }
  }

  /** Writes whole batches. Returns the changes of a batch whose end has not been read. */
  async #take(read: readonly LoggedChange[]): Promise<readonly LoggedChange[]> {
    const began = performance.now()
    const { connection, projection, onFollowed } = this.#options
    const whole = read.findLastIndex(({ seq, batch }) => seq === batch) + 1
    const newer = read.slice(0, whole).find(({ format }) => format > READABLE_FORMAT)
    const readable = newer === undefined ? whole : read.findIndex(({ batch }) => batch === newer.batch)
    let left = read.slice(0, readable)
    while (left.length > 0) {
      const redaction = left.findIndex(({ kind }) => kind === 'REDACTED')
      const plain =
        redaction < 0
          ? left
          : left.slice(
              0,
              left.findIndex(({ batch }) => batch === left[redaction]?.batch),
            )
      const taken = plain.length > 0 ? plain : left.filter(({ batch }) => batch === left[0]?.batch)
      try {
        if (plain.length > 0) await transact(connection, () => this.#write(plain))
        else await this.#redact(taken)
      } catch (error) {
        projection.reset()
        throw this.#recognise(error)
      }
      onFollowed(taken.length)
      left = left.slice(taken.length)
    }
    this.secondsProjecting += (performance.now() - began) / 1_000
    if (newer !== undefined) {
      throw this.#halt(
        'LOG_NEWER',
        `Change ${newer.seq} has the format ${newer.format}, and this version reads up to ${READABLE_FORMAT}. Upgrade this node.`,
      )
    }
    return read.slice(whole)
  }

  /** The caller holds the transaction. */
  #write(read: readonly LoggedChange[], texts?: ReadonlyMap<number, ChangeText>): void {
    const { connection, projection } = this.#options
    this.assertOurs()
    const head = this.place().seq
    const fresh = read.filter(({ seq }) => seq > head)
    const hole = fresh.findIndex(({ seq }, index) => seq !== head + 1 + index)
    if (hole >= 0) {
      const message = `The log has lost change ${head + 1 + hole} from its middle. Restore PostgreSQL from a backup.`
      throw this.#halt('LOG_DIVERGED', message)
    }
    for (const batch of batchesOf(fresh)) {
      try {
        for (const change of batch) {
          if (change.kind === 'REDACTED')
            rewrite(connection, projection, change, ({ seq, ...held }) => texts?.get(seq) ?? held)
          this.#insert(change)
          // An import of another node: what it imported is in the log.
          if (change.origin === 'IMPORT') this.#deleteBaseline.run(change.space, change.key)
        }
        projection.project(batch)
      } catch (error) {
        if (recognise(error, '') instanceof StoreError) throw error
        const [first] = batch
        const message = `This version cannot project change ${first?.seq}. Start a version that can.`
        throw this.#halt('INTERNAL', message, error)
      }
    }
  }

  /** Takes over what the log has blanked. */
  async #redact(batch: readonly LoggedChange[]): Promise<void> {
    const { connection, log } = this.#options
    const earlier = connection.prepare('select seq from changes where space = ? and key = ?').pluck()
    const redacted = batch.filter(({ kind }) => kind === 'REDACTED')
    const texts = await log.contents(redacted.flatMap(({ space, key }) => earlier.all(space, key) as number[]))
    await transact(connection, () => this.#write(batch, new Map(texts.map((text) => [text.seq, text]))))
  }

  #recognise(error: unknown): unknown {
    return recognise(error, this.#options.connection.name)
  }

  #halt(code: ErrorCode, message: string, cause?: unknown): HaltedError {
    return (this.halted = new HaltedError(code, message, { cause }))
  }
}

function batchesOf(read: readonly LoggedChange[]): Iterable<readonly LoggedChange[]> {
  return Map.groupBy(read, ({ batch }) => batch).values()
}
