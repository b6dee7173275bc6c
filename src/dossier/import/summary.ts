import type { StagedRecord } from '../../store/sqlite/staging.ts'
import { type FieldChange, fieldChanges } from './field-changes.ts'
import type { PlannedRecord } from './plan.ts'

/** Records by outcome. A record added and retracted in one import counts twice. */
export interface Counts {
  recorded: number
  revised: number
  corrected: number
  retracted: number
  unchanged: number
}

export interface ImportedChange {
  readonly outcome: 'RECORDED' | 'REVISED' | 'CORRECTED' | 'RETRACTED'
  readonly record: string
  readonly key: string
  /** Of a revision or a correction: the fields that change, the first twenty. */
  readonly fields?: readonly FieldChange[]
}

const CHANGES_KEPT = 1_000
const KEPT_NAMED = 10

/** Counts outcomes, and keeps the first thousand changes and the first thousand that amend a stored record. */
export class Summary {
  readonly counts: Counts = { recorded: 0, revised: 0, corrected: 0, retracted: 0, unchanged: 0 }
  readonly shown: ImportedChange[] = []
  readonly amended: ImportedChange[] = []
  /** Changes of the log. */
  changes = 0
  /** Records that change. */
  changed = 0
  /** Records that a load leaves as the store has them, and the kinds and keys of the first ten. */
  kept = 0
  readonly keptFirst: string[] = []
  /** Records seen. */
  records = 0

  add({ record, key, content }: StagedRecord, planned: PlannedRecord): void {
    this.records++
    if (planned.outcome === 'UNCHANGED') this.counts.unchanged++
    if (planned.outcome === 'KEPT' && this.kept++ < KEPT_NAMED) this.keptFirst.push(`${record} ${key}`)
    if (!('changes' in planned)) return
    this.changed++
    const { changes, before } = planned
    for (const { kind } of changes) {
      this.changes++
      this.counts[COUNTED[kind]]++
      const isShown = this.shown.length < CHANGES_KEPT
      const isAmended = kind !== 'RECORDED' && this.amended.length < CHANGES_KEPT
      if (!isShown && !isAmended) continue
      const isCompared = before !== undefined && content !== null && kind !== 'RETRACTED'
      const fields = isCompared ? { fields: fieldChanges(before, content) } : {}
      const change: ImportedChange = { outcome: kind, record, key, ...fields }
      if (isShown) this.shown.push(change)
      if (isAmended) this.amended.push(change)
    }
  }

  addUnchanged(count: number): void {
    this.counts.unchanged += count
    this.records += count
  }
}

const COUNTED = { RECORDED: 'recorded', REVISED: 'revised', CORRECTED: 'corrected', RETRACTED: 'retracted' } as const
