import type { DevelopmentKind, EvidentialStatus, RevisionKind } from '../../model/vocabulary/development.ts'
import type { EventKind } from '../../model/vocabulary/event.ts'
import type { Credibility } from '../../model/vocabulary/grading.ts'
import type { LegalCharacter, MeasureKind } from '../../model/vocabulary/measure.ts'
import type { StatementChannel } from '../../model/vocabulary/statement.ts'

/** A development as it was known at one position of the log. */
export interface DevelopmentRow {
  /** The seq at which it entered. */
  readonly id: number
  readonly key: string
  readonly kind: DevelopmentKind
  /** The seq from which what this row says holds. */
  readonly revisionId: number
  /** The position at which it was read; everything derived from developments below it is read there too. */
  readonly asOf: number
  readonly revision: number
  readonly revisionKind: RevisionKind
  readonly retracted: 0 | 1
  readonly note: string | null
  readonly recordedAt: number
  readonly recordedBy: string | null
  readonly headline: string
  readonly summary: string
  readonly edtf: string
  readonly dateNote: string | null
  readonly evidentialStatus: EvidentialStatus
  readonly credibility: Credibility
  readonly eventKind: EventKind | null
  readonly channel: StatementChannel | null
  /** Speech acts, separated by spaces. */
  readonly acts: string | null
  readonly measureKind: MeasureKind | null
  readonly legalCharacter: LegalCharacter | null
  readonly legalBasis: string | null
}

/** The columns of a row but for `asOf`, from `developments d join revisions r on r.development_id = d.id`. */
export const DEVELOPMENT_COLUMNS = `d.id, d.key, d.kind, r.id as revisionId, r.number as revision, r.revision_kind as revisionKind,
  r.retracted, r.note, r.recorded_at as recordedAt, r.recorded_by as recordedBy, r.headline, r.summary, r.edtf, r.date_note as dateNote,
  r.evidential_status as evidentialStatus, r.credibility, r.event_kind as eventKind, r.channel, r.acts, r.measure_kind as measureKind,
  r.legal_character as legalCharacter, r.legal_basis as legalBasis`
