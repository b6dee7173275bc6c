import { DemarcheError } from '../../model/errors.ts'
import { RevisionMovedError, type PlannedChange } from '../../store/append.ts'
import { existingKeys, spaceOf, type Space } from '../../store/log/entries.ts'
import type { StagedRecord, Staging } from '../../store/sqlite/staging.ts'
import type { Store } from '../../store/store.ts'
import { closedBatches } from './batches.ts'
import { heldRecord } from './stored-record.ts'
import { Mark } from './dependencies.ts'
import {
  hashOf,
  planRecord,
  type HeldRecord,
  type IncomingRecord,
  type PlannedRecord,
  type PlanOptions,
} from './plan.ts'
import { ProblemList } from '../format/problems.ts'
import { Tally } from './summary.ts'
import { turnTaker } from './yield.ts'

export interface RunOptions extends PlanOptions {
  /** Plans and appends nothing. */
  readonly dryRun?: boolean
  /** One transaction, however big. */
  readonly atomic?: boolean
  /** Leaves alone what is in conflict, instead of refusing all. */
  readonly keepConflicts?: boolean
  /** How many records go into one transaction where not all can; 5,000 unless told otherwise. */
  readonly batchSize?: number
  /** Hears how many records there are to append, and how many have been. */
  readonly onAppend?: (done: number, total: number) => void
}

const BATCH_SIZE = 5_000
/** What a batch may grow to for the sake of the order, in batches. */
const WIDEST = 4
const ATTEMPTS = 5

/** One planning and appending of what is staged. */
export class ImportRun {
  readonly conflicts = new ProblemList()
  /** Whether it ended without appending all. */
  refused = false
  /** How long one big transaction kept others from writing, in milliseconds. */
  lockedFor: number | undefined
  readonly #staging: Staging
  readonly #store: Store | undefined
  readonly #options: RunOptions
  readonly #problems: ProblemList
  #planned = new Tally()
  #appended = new Tally()

  /** Problems that only the plan tells are added to the list. Without a store, plans as if into an empty one. */
  constructor(run: { staging: Staging; store: Store | undefined; options: RunOptions; problems: ProblemList }) {
    this.#staging = run.staging
    this.#store = run.store
    this.#options = run.options
    this.#problems = run.problems
  }

  /** What has been changed or, where nothing was to be appended, what would be. */
  get tally(): Tally {
    return this.#appended.records > 0 ? this.#appended : this.#planned
  }

  get hasWritten(): boolean {
    return this.#appended.changes > 0
  }

  async execute(): Promise<void> {
    const { dryRun, atomic, batchSize = BATCH_SIZE } = this.#options
    for (let attempt = 1; ; attempt++) {
      this.#plan()
      this.refused = this.#isBlocked()
      if (this.refused || dryRun === true || this.#store === undefined) return
      if (this.#planned.changes > batchSize && atomic !== true) return await this.#appendInBatches(batchSize)
      const began = performance.now()
      const appended = await this.#append([...this.#waiting()], this.#store, this.#planAsMarked)
      if (appended === 'DONE') {
        if (atomic === true) this.lockedFor = performance.now() - began
        this.#appended.unchanged(this.#planned.counts.unchanged)
        return await this.#refreshBaselines()
      }
      if (attempt === ATTEMPTS) throw appended
    }
  }

  /** Plans every record, and marks those of which something is to be appended. */
  #plan(): void {
    this.#planned = new Tally()
    this.conflicts.clear()
    for (const { space, records } of this.#staging.pages()) {
      const keys = records.map(({ key }) => key)
      const there = this.#store === undefined ? NONE_THERE : existingKeys(this.#store.reader, space, keys)
      for (const record of records) {
        const isNew = !there.has(record.key)
        const planned = isNew ? planNew(record) : this.#planAnew(record)
        this.#planned.add(record, planned)
        if (planned.outcome === 'REFUSED')
          this.#problems.add({ ...placeOf(record), code: planned.code, message: planned.message })
        if (planned.outcome === 'CONFLICT')
          this.conflicts.add({ ...placeOf(record), code: 'CONFLICT', message: planned.message })
        this.#staging.mark(record.id, !('changes' in planned) ? Mark.NONE : isNew ? Mark.NEW : Mark.CHANGED)
      }
    }
  }

  /** As the store's state of this moment asks for it. */
  readonly #planAnew: Planning = (record) => planRecord(validOf(record), this.#heldOf(record), this.#options)

  /** What was new to the store when it was marked is taken to be so still: the append itself tells otherwise. */
  readonly #planAsMarked: Planning = (record) =>
    this.#staging.markOf(record.id) === Mark.NEW ? planNew(record) : this.#planAnew(record)

  #heldOf({ record, key }: StagedRecord): HeldRecord | undefined {
    return this.#store === undefined ? undefined : heldRecord(this.#store.reader, spaceOf(record), key)
  }

  #isBlocked(): boolean {
    return this.#problems.count > 0 || (this.conflicts.count > 0 && this.#options.keepConflicts !== true)
  }

  *#waiting(): IterableIterator<StagedRecord> {
    for (const record of this.#staging.records()) {
      if (this.#staging.markOf(record.id) !== Mark.NONE) yield record
    }
  }

  async #appendInBatches(size: number): Promise<void> {
    const store = this.#store
    if (store === undefined) return
    const total = this.#planned.changed
    const inTurn = turnTaker()
    for (const batch of closedBatches({ staging: this.#staging, size, widest: size * WIDEST })) {
      await inTurn(() => this.#appendBatch(batch, store))
      if (this.refused) return
      for (const { id } of batch) this.#staging.mark(id, Mark.DONE)
      this.#options.onAppend?.(this.#appended.changed, total)
    }
    this.#appended.unchanged(this.#planned.counts.unchanged)
    await this.#refreshBaselines()
  }

  /** Plans anew and tries again where records have moved, until none has or it is refused. */
  async #appendBatch(batch: readonly StagedRecord[], store: Store): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const appended = await this.#appendPart(batch, store, attempt === 1 ? this.#planAsMarked : this.#planAnew)
      if (appended === 'DONE') return
      this.refused = this.#isBlocked()
      if (this.refused) return
      if (attempt === ATTEMPTS) throw appended
    }
  }

  async #appendPart(
    batch: readonly StagedRecord[],
    store: Store,
    plan: Planning,
  ): Promise<'DONE' | RevisionMovedError> {
    try {
      return await this.#append(batch, store, plan)
    } catch (error) {
      if (!(error instanceof DemarcheError)) throw error
      const { changed } = this.#appended
      throw new DemarcheError(
        error.code,
        `${error.message}; ${changed} records are in, and importing again goes on from there`,
        { cause: error },
      )
    }
  }

  /** Appends what the plan makes of records. Returns what went wrong where some have moved since. */
  async #append(records: readonly StagedRecord[], store: Store, plan: Planning): Promise<'DONE' | RevisionMovedError> {
    const first: PlannedChange[] = []
    const second: PlannedChange[] = []
    const baselines: { space: Space; key: string; hash: string }[] = []
    const tally = new Tally()
    for (const record of records) {
      const planned = plan(record)
      if (planned.outcome === 'REFUSED' || planned.outcome === 'CONFLICT') {
        this.conflicts.add({ ...placeOf(record), code: 'CONFLICT', message: planned.message })
        if (this.#options.keepConflicts === true) continue
        return new RevisionMovedError([{ space: spaceOf(record.record), key: record.key, currentRevision: 0 }])
      }
      tally.add(record, planned)
      baselines.push({ space: spaceOf(record.record), key: record.key, hash: hashOf(validOf(record)) })
      const [change, retraction] = 'changes' in planned ? planned.changes : []
      if (change !== undefined) first.push(change)
      if (retraction !== undefined) second.push(retraction)
    }
    try {
      if (baselines.length > 0) await store.append({ batches: [first, second], origin: 'IMPORT', baselines })
    } catch (error) {
      if (error instanceof RevisionMovedError) return error
      throw error
    }
    this.#appended.merge(tally)
    return 'DONE'
  }

  /** What an import finds as it wants it, it remembers as imported. */
  async #refreshBaselines(): Promise<void> {
    // What is in conflict may have become the same meanwhile.
    if (this.#planned.counts.unchanged === 0 && this.conflicts.count === 0) return
    let baselines: { space: Space; key: string; hash: string }[] = []
    const write = async () => {
      if (baselines.length > 0) await this.#store?.append({ batches: [], origin: 'IMPORT', baselines })
      baselines = []
    }
    for (const record of this.#staging.records()) {
      if (this.#staging.markOf(record.id) !== Mark.NONE) continue
      const hash = hashOf(validOf(record))
      const held = this.#heldOf(record)
      if (hash === held?.baseline || planRecord(validOf(record), held, this.#options).outcome !== 'UNCHANGED') continue
      baselines.push({ space: spaceOf(record.record), key: record.key, hash })
      if (baselines.length >= BATCH_SIZE) await write()
    }
    await write()
  }
}

type Planning = (record: StagedRecord) => PlannedRecord

const NONE_THERE: ReadonlySet<string> = new Set()

function planNew(record: StagedRecord): PlannedRecord {
  return planRecord(validOf(record), undefined, {})
}

function validOf(record: StagedRecord): IncomingRecord {
  const { content } = record
  if (content === null) throw new Error(`${record.key} is planned without being valid`)
  return { ...record, content }
}

function placeOf({ file, line, column, record, key }: StagedRecord) {
  return { file, line, column, record: `${record} ${key}`, path: [] }
}
