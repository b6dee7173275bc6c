import type { StagedRecord } from '../../store/sqlite/staging.ts'
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
}

const CHANGES_KEPT = 1_000

/** Counts outcomes, and keeps the first thousand changes and the first thousand that amend a stored record. */
export class Summary {
  readonly counts: Counts = { recorded: 0, revised: 0, corrected: 0, retracted: 0, unchanged: 0 }
  readonly shown: ImportedChange[] = []
  readonly amended: ImportedChange[] = []
  /** Changes of the log. */
  changes = 0
  /** Records that change. */
  changed = 0
  /** Records that a load leaves as the store has them. */
  kept = 0
  /** Records seen. */
  records = 0

  add({ record, key }: StagedRecord, planned: PlannedRecord): void {
    this.records++
    if (planned.outcome === 'UNCHANGED') this.counts.unchanged++
    if (planned.outcome === 'KEPT') this.kept++
    if (!('changes' in planned)) return
    this.changed++
    for (const { kind } of planned.changes) {
      this.changes++
      this.counts[COUNTED[kind]]++
      if (this.shown.length < CHANGES_KEPT) this.shown.push({ outcome: kind, record, key })
      if (kind !== 'RECORDED' && this.amended.length < CHANGES_KEPT) this.amended.push({ outcome: kind, record, key })
    }
  }

  addUnchanged(count: number): void {
    this.counts.unchanged += count
    this.records += count
  }
}

const COUNTED = { RECORDED: 'recorded', REVISED: 'revised', CORRECTED: 'corrected', RETRACTED: 'retracted' } as const
