import { setTimeout as wait } from 'node:timers/promises'
import { DemarcheError } from '../../model/errors.ts'
import {
  type Baseline,
  type Load,
  type PlannedChange,
  RecordedUnseenError,
  RevisionMovedError,
  YIELD_TIME,
} from '../../store/append.ts'
import { existingKeys, lastLoad } from '../../store/queries/changes.ts'
import { spaceOf } from '../../model/records/definitions.ts'
import type { StagedRecord, Staging } from '../../store/sqlite/staging.ts'
import type { Store } from '../../store/store.ts'
import type { FieldAddress, ProblemList } from '../format/problems.ts'
import { addressOf } from '../format/sections.ts'
import { closedBatches } from './batches.ts'
import { Mark } from './dependency-order.ts'
import { hashOf, type PlannedRecord, planRecord, type StoredRecord } from './plan.ts'
import { planStaged, readStored, type StagedPlanOptions, validRecord } from './plan-staged.ts'
import { Summary } from './summary.ts'

export interface RunOptions extends StagedPlanOptions {
  /** Plans, and appends nothing. */
  readonly dryRun?: boolean
  /** Who imports, for the log. */
  readonly by?: string
  /** Appends everything in one transaction, however large. */
  readonly atomic?: boolean
  /** How many records a transaction takes if there are too many for one; 5,000 by default. */
  readonly batchSize?: number
  /** Called with the number of records appended so far and of all records to append. */
  readonly onAppend?: (done: number, total: number) => void
}

const BATCH_SIZE = 5_000
/** How many times its normal size a batch may grow to in order to keep the order of recording. */
const WIDEST = 4
const ATTEMPTS = 5

export interface ImportContext {
  readonly staging: Staging
  /** Without a store, the run plans as for an empty one. */
  readonly store: Store | undefined
  /** Creates the store when the run is not refused. */
  readonly createStore?: (() => Promise<Store>) | undefined
  readonly options: RunOptions
  /** The run adds what only planning shows. */
  readonly problems: ProblemList
  readonly conflicts: ProblemList
}

/** Plans the staged records and appends the changes. */
export class ImportRun {
  /** Whether the run ended before everything was appended. */
  refused = false
  /** With `atomic`, how long others could not write, in milliseconds. */
  lockedFor: number | undefined
  /** The last seq that was appended; null if none was. */
  lastAppended: number | null = null
  readonly #context: ImportContext
  #store: Store | undefined
  readonly #planned = new Summary()
  readonly #appended = new Summary()

  constructor(context: ImportContext) {
    this.#context = context
    this.#store = context.store
  }

  /** The last seq of the log. */
  get head(): number {
    return this.#store?.head() ?? 0
  }

  /** The changes that were appended or, if none were, those that were planned. */
  get summary(): Summary {
    return this.#appended.records > 0 ? this.#appended : this.#planned
  }

  /** Records that a load leaves as the store has them. */
  get kept(): number {
    return this.#planned.kept
  }

  /** The kinds and keys of the first ten of them. */
  get keptFirst(): readonly string[] {
    return this.#planned.keptFirst
  }

  get hasWritten(): boolean {
    return this.#appended.changes > 0
  }

  /** Between two batches, the run yields to other writers for as long as the last batch took. */
  async execute(): Promise<void> {
    const { staging, createStore, options } = this.#context
    const { atomic = false, batchSize = BATCH_SIZE } = options
    this.#plan()
    this.refused = this.#isBlocked()
    if (this.refused || options.dryRun === true) return
    const store = (this.#store ??= await createStore?.())
    if (store === undefined) return
    const isSingle = atomic || this.#planned.changes <= batchSize
    const batches = isSingle
      ? [[...this.#waiting()]]
      : closedBatches({ staging, size: batchSize, widest: batchSize * WIDEST })
    let othersUntil = 0
    for (const batch of batches) {
      // Finding the next batch usually takes that long.
      const left = othersUntil - performance.now()
      if (left >= 1) await wait(left)
      const began = performance.now()
      await this.#appendBatch(batch, store)
      const ended = performance.now()
      if (this.refused) return
      othersUntil = ended + Math.min(YIELD_TIME, ended - began)
      if (atomic) this.lockedFor = ended - began
      for (const { id } of batch) staging.mark(id, Mark.DONE)
      if (!isSingle) options.onAppend?.(this.#appended.changed, this.#planned.changed)
    }
    await this.#finish(store)
  }

  /** Plans every record, and marks those that change. */
  #plan(): void {
    const { staging, problems } = this.#context
    const store = this.#store
    for (const { space, records } of staging.pages()) {
      const keys = records.map(({ key }) => key)
      const stored = store && existingKeys(store.reader, space, keys)
      for (const record of records) {
        const isNew = stored?.has(record.key) !== true
        const planned = isNew ? planNew(record) : this.#planAgain(record)
        this.#planned.add(record, planned)
        if (planned.outcome === 'REFUSED')
          problems.add({ at: wholeRecord(record), code: planned.code, message: planned.message })
        else if (planned.outcome === 'CONFLICT' || planned.outcome === 'KEPT')
          this.#addConflict(record, planned.message)
        staging.mark(record.id, !('changes' in planned) ? Mark.NONE : isNew ? Mark.NEW : Mark.CHANGED)
      }
    }
  }

  /** Plans a record against the current state of the store. */
  readonly #planAgain: Planning = (record) => this.#planStored(record, this.#storedRecord(record))

  /** Takes a record that was new when it was marked for new still. If it is not, the append fails. */
  readonly #planAsMarked: Planning = (record) =>
    this.#context.staging.markOf(record.id) === Mark.NEW ? planNew(record) : this.#planAgain(record)

  #planStored(record: StagedRecord, stored: StoredRecord | undefined): PlannedRecord {
    return planStaged(record, stored, { reader: this.#store?.reader, options: this.#context.options })
  }

  #storedRecord(record: StagedRecord): StoredRecord | undefined {
    return this.#store && readStored(this.#store.reader, record)
  }

  #addConflict(record: StagedRecord, message: string | null): void {
    if (message !== null) this.#context.conflicts.add({ at: wholeRecord(record), code: 'CONFLICT', message })
  }

  #isBlocked(): boolean {
    const { problems, conflicts, options } = this.#context
    return problems.count > 0 || (conflicts.count > 0 && options.isLoad !== true)
  }

  *#waiting(): IterableIterator<StagedRecord> {
    const { staging } = this.#context
    for (const record of staging.records()) if (staging.markOf(record.id) !== Mark.NONE) yield record
  }

  /** Appends a batch. If records of it have changed meanwhile, plans it again and retries, until a conflict refuses it. */
  async #appendBatch(batch: readonly StagedRecord[], store: Store): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const plan = attempt === 1 ? this.#planAsMarked : this.#planAgain
      const appended = await this.#append(batch, store, plan).catch((error: unknown) => {
        if (error instanceof RecordedUnseenError) {
          error.message = `Changes up to ${error.seq} are recorded, but this node cannot show them yet. Import again once it has change ${error.seq}, to continue after them.`
          throw error
        }
        if (!(error instanceof DemarcheError) || !this.hasWritten) throw error
        error.message += `; ${this.#appended.changed} records were imported; import again to continue after them`
        throw error
      })
      if (appended === 'DONE') return
      this.refused = this.#isBlocked()
      if (this.refused) return
      if (attempt === ATTEMPTS) throw appended
    }
  }

  /** Plans records and appends their changes in one transaction. Returns the error if records have changed since they were planned. */
  async #append(records: readonly StagedRecord[], store: Store, plan: Planning): Promise<'DONE' | RevisionMovedError> {
    const first: PlannedChange[] = []
    const second: PlannedChange[] = []
    const baselines: Baseline[] = []
    const loads: Load[] = []
    const appended: [StagedRecord, PlannedRecord][] = []
    for (const record of records) {
      const planned = plan(record)
      if ('message' in planned) {
        this.#addConflict(record, planned.message)
        if (this.#context.options.isLoad === true) continue
        return new RevisionMovedError([{ space: spaceOf(record.record), key: record.key, currentRevision: 0 }])
      }
      appended.push([record, planned])
      const baseline = baselineFor(record)
      baselines.push(baseline)
      const [change, retraction] = 'changes' in planned ? planned.changes : []
      const revision = (retraction ?? change)?.revision
      if (this.#context.options.isLoad === true && revision !== undefined) loads.push({ ...baseline, revision })
      if (change !== undefined) first.push(change)
      if (retraction !== undefined) second.push(retraction)
    }
    try {
      if (baselines.length > 0) {
        const { by } = this.#context.options
        const append = { batches: [first, second], baselines, loads, ...(by !== undefined && { by }) }
        const { last } = await store.append({ ...append, origin: 'IMPORT' })
        if (first.length > 0) this.lastAppended = last
      }
    } catch (error) {
      if (error instanceof RevisionMovedError) return error
      throw error
    }
    for (const [record, planned] of appended) this.#appended.add(record, planned)
    return 'DONE'
  }

  /** Counts unchanged records, and remembers as imported those that the store already held as the dossiers have them. */
  async #finish(store: Store): Promise<void> {
    const { staging, options, conflicts } = this.#context
    const { unchanged } = this.#planned.counts
    this.#appended.addUnchanged(unchanged)
    // A record in conflict may be equal by now.
    if (unchanged === 0 && conflicts.count === 0) return
    let baselines: Baseline[] = []
    let loads: Load[] = []
    const write = async () => {
      if (baselines.length + loads.length > 0) await store.append({ batches: [], origin: 'IMPORT', baselines, loads })
      baselines = []
      loads = []
    }
    for (const record of staging.records()) {
      if (staging.markOf(record.id) !== Mark.NONE) continue
      const baseline = baselineFor(record)
      const stored = this.#storedRecord(record)
      const { outcome } = this.#planStored(record, stored)
      if (stored === undefined || (outcome !== 'UNCHANGED' && outcome !== 'KEPT')) continue
      // Not even a hash remains of what was redacted.
      if (stored.redacted !== null) continue
      if (outcome === 'UNCHANGED' && baseline.hash !== stored.baseline) baselines.push(baseline)
      if (options.isLoad === true && !this.#isLoaded(baseline, stored))
        loads.push({ ...baseline, revision: stored.revision })
      if (baselines.length + loads.length >= BATCH_SIZE) await write()
    }
    await write()
  }

  #isLoaded({ space, key, hash }: Baseline, { revision }: StoredRecord): boolean {
    const store = this.#store
    const loaded = store && lastLoad(store.reader, space, key)
    return loaded?.hash === hash && loaded.revision === revision
  }
}

type Planning = (record: StagedRecord) => PlannedRecord

function planNew(record: StagedRecord): PlannedRecord {
  return planRecord(validRecord(record), undefined, {})
}

function baselineFor(record: StagedRecord): Baseline {
  return { space: spaceOf(record.record), key: record.key, hash: hashOf(validRecord(record)) }
}

function wholeRecord(record: StagedRecord): FieldAddress {
  return { ...addressOf(record), record: `${record.record} ${record.key}`, path: [] }
}
