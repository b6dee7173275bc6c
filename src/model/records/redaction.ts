import { type AnyRecord, type RecordKind, type RecordOf } from './definitions.ts'
import { developmentKeyOf } from './derived-fields.ts'

/*
 * What a redaction leaves of a record. A development keeps its key and its kind only: it stands in no state of the record, so nothing needs
 * more. Other records refer to a reference record, so it stays a valid one: it keeps the codes and references that its definition requires,
 * and every text is replaced. Each revision keeps those of its own: what a later one refers to may have been recorded after it.
 */

/** What stands in place of a text. */
export const REDACTED_TEXT = '[redacted]'

/** Unknown start: last in every list. */
const REDACTED_DATE = '[..9999]'

/** As JSON. Unlike other contents it has empty lists, because every list that a definition requires is expected to be there. */
export function redactedContent(record: RecordKind, content: AnyRecord): string {
  const blank = BLANK[record] as (content: AnyRecord) => AnyRecord // the log holds a record under its kind
  const fields = Object.entries(blank(content)).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(Object.fromEntries(fields))
}

/** Whether an actor, of this store or imported from another, is what a redaction leaves: one with anything more is not. */
export function isRedacted(actor: RecordOf<'actor'>): boolean {
  return actor.name === REDACTED_TEXT && Object.keys(actor).every((field) => field in BLANK.actor(actor))
}

/** A content without what refers to redacted developments. Links and changes of status are all that refers to developments. */
export function withoutRedacted(content: AnyRecord, redacted: ReadonlySet<string>): AnyRecord {
  if (redacted.size === 0 || !('headline' in content)) return content
  const { links, 'status-changes': statusChanges, ...rest } = content
  const keptLinks = links?.filter(({ development }) => !redacted.has(development)) ?? []
  const keptChanges = statusChanges?.filter((change) => !redacted.has(change.measure)) ?? []
  return {
    ...rest,
    ...(keptLinks.length > 0 ? { links: keptLinks } : {}),
    ...(keptChanges.length > 0 ? { 'status-changes': keptChanges } : {}),
  }
}

const BLANK: { readonly [Kind in RecordKind]: (content: RecordOf<Kind>) => RecordOf<Kind> } = {
  actor: ({ key, kind }) => ({ key, kind, name: REDACTED_TEXT }),
  place: ({ key }) => ({ key, name: REDACTED_TEXT }),
  source: ({ key }) => ({ key, title: REDACTED_TEXT, language: 'und', reliability: 'F' }),
  dispute: ({ key, parties }) => ({
    key,
    parties,
    title: REDACTED_TEXT,
    summary: REDACTED_TEXT,
    period: REDACTED_DATE,
  }),
  claim: ({ key, dispute }) => ({ key, dispute, proposition: REDACTED_TEXT }),
  demand: ({ key, dispute, remedy, 'made-by': madeBy }) => ({
    key,
    dispute,
    remedy,
    'made-by': madeBy,
    text: REDACTED_TEXT,
  }),
  event: (content) => ({ event: developmentKeyOf(content), ...BLANK_DEVELOPMENT, 'event-kind': 'other' }),
  statement: (content) => ({
    statement: developmentKeyOf(content),
    ...BLANK_DEVELOPMENT,
    speakers: [],
    acts: [],
    channel: 'unspecified',
  }),
  measure: (content) => ({
    measure: developmentKeyOf(content),
    ...BLANK_DEVELOPMENT,
    'measure-kind': 'other',
    'legal-character': 'unknown',
    'imposed-by': [],
    status: 'announced',
  }),
}

const BLANK_DEVELOPMENT = {
  headline: REDACTED_TEXT,
  summary: REDACTED_TEXT,
  date: REDACTED_DATE,
  'evidential-status': 'unverified',
  citations: [],
} satisfies Partial<RecordOf<'event'>>
