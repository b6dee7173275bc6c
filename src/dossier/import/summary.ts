import type { StagedRecord } from '../../store/sqlite/staging.ts'
import type { PlannedRecord } from './plan.ts'

/** Of records; one that is brought and retracted at once counts as both. */
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
}

const CHANGES_SHOWN = 1_000

/** Counts what becomes of records, and keeps the first thousand changes and, apart, of those that amend what was there. */
export class Tally {
  readonly counts: Counts = { recorded: 0, revised: 0, corrected: 0, retracted: 0, unchanged: 0 }
  readonly shown: ImportedChange[] = []
  readonly amended: ImportedChange[] = []
  /** Of the log. */
  changes = 0
  /** Records of which something changes. */
  changed = 0
  /** Records looked at. */
  records = 0

  add({ record, key }: StagedRecord, planned: PlannedRecord): void {
    this.records++
    if (planned.outcome === 'UNCHANGED') this.counts.unchanged++
    if (!('changes' in planned)) return
    this.changed++
    for (const { kind } of planned.changes) {
      this.changes++
      this.counts[COUNTED[kind]]++
      if (this.shown.length < CHANGES_SHOWN) this.shown.push({ outcome: kind, record, key })
      if (kind !== 'RECORDED' && this.amended.length < CHANGES_SHOWN) this.amended.push({ outcome: kind, record, key })
    }
  }

  merge(other: Tally): void {
    for (const outcome of Object.values(COUNTED)) this.counts[outcome] += other.counts[outcome]
    this.unchanged(other.counts.unchanged)
    this.shown.push(...other.shown.slice(0, CHANGES_SHOWN - this.shown.length))
    this.amended.push(...other.amended.slice(0, CHANGES_SHOWN - this.amended.length))
    this.changes += other.changes
    this.changed += other.changed
    this.records += other.records - other.counts.unchanged
  }

  unchanged(count: number): void {
    this.counts.unchanged += count
    this.records += count
  }
}

const COUNTED = { RECORDED: 'recorded', REVISED: 'revised', CORRECTED: 'corrected', RETRACTED: 'retracted' } as const
