import { developmentKeyOf } from '../../src/model/records/derived-fields.ts'
import type { AnyRecord, RecordKind, RecordOf } from '../../src/model/records/definitions.ts'
import type { PlannedChange } from '../../src/store/append.ts'

/** A change as an import plans it; by default a new record. */
export function planned<Kind extends RecordKind>(
  record: Kind,
  content: RecordOf<Kind>,
  change: Partial<Pick<PlannedChange, 'kind' | 'revision' | 'note'>> = {},
): PlannedChange {
  return { record, key: keyOf(content), kind: 'RECORDED', revision: 1, content, ...change }
}

function keyOf(content: AnyRecord): string {
  return 'key' in content ? content.key : developmentKeyOf(content)
}

/** Two states, a source, a dispute, a claim and a demand: the reference records of a small story. */
export const setting: readonly PlannedChange[] = [
  planned('actor', { key: 'north', name: 'Northland', kind: 'state', aliases: ['The North'] }),
  planned('actor', { key: 'south', name: 'Southland', kind: 'state' }),
  planned('actor', {
    key: 'north-minister',
    name: 'Ada North',
    kind: 'person',
    affiliations: [
      { to: 'north', relation: 'office-holder', office: 'Minister', date: '2024/..', sources: ['gazette'] },
    ],
  }),
  planned('source', {
    key: 'gazette',
    title: 'The Gazette',
    language: 'en',
    reliability: 'B',
    published: '2025-01-02',
  }),
  planned('place', { key: 'ford', name: 'The Ford' }),
  planned('dispute', {
    key: 'ferry',
    title: 'The ferry',
    summary: 'Who sank it.',
    period: '2024/..',
    parties: ['north', 'south'],
  }),
  planned('claim', { key: 'ferry/sunk', dispute: 'ferry', proposition: 'The South sank the ferry.' }),
  planned('demand', { key: 'ferry/pay', dispute: 'ferry', text: 'Pay.', remedy: 'compensation', 'made-by': ['north'] }),
]

/** A state and a dispute that enter after those of `setting`. */
export const later: readonly PlannedChange[] = [
  planned('actor', { key: 'west', name: 'Westland', kind: 'state' }),
  planned('dispute', { key: 'canal', title: 'The canal', summary: 'Who dug it.', period: '2025', parties: ['west'] }),
]

/** The dispute, the claim and the demand of `setting`, which come to refer to them. */
export const moved: readonly PlannedChange[] = [
  planned('dispute', {
    key: 'ferry',
    title: 'The ferry',
    summary: 'Who.',
    period: '2024/..',
    parties: ['north', 'west'],
  }),
  planned('claim', { key: 'ferry/sunk', dispute: 'canal', proposition: 'The West sank the ferry.' }),
  planned('demand', {
    key: 'ferry/pay',
    dispute: 'canal',
    text: 'Pay us.',
    remedy: 'compensation',
    'made-by': ['west'],
  }),
].map((change) => ({ ...change, kind: 'REVISED', revision: 2 }))

export function statement(fields: Partial<RecordOf<'statement'>> = {}): RecordOf<'statement'> {
  return {
    statement: 'ferry/accusation',
    headline: 'The North accuses the South',
    summary: 'Its minister said that the South sank the ferry.',
    date: '2025-01-01',
    'evidential-status': 'reported',
    disputes: ['ferry'],
    speakers: ['north-minister'],
    'on-behalf-of': ['north'],
    addressees: ['south'],
    acts: ['accuse', 'demand'],
    channel: 'speech',
    citations: [{ source: 'gazette', credibility: 2, basis: 'own-reporting', via: ['north'] }],
    quotes: [{ text: 'They sank it.', language: 'en', citation: 'gazette' }],
    positions: [{ claim: 'ferry/sunk', stance: 'asserts', attribution: 'quoted', citation: 'gazette' }],
    demands: ['ferry/pay'],
    codings: [{ type: 'accuse', modes: ['allege'], initiators: ['north'], recipients: ['south'] }],
    places: ['ford'],
    ...fields,
  }
}

export function event(fields: Partial<RecordOf<'event'>> = {}): RecordOf<'event'> {
  return {
    event: 'ferry/sinking',
    headline: 'The ferry sinks',
    summary: 'It sank at the ford.',
    date: '2024-12-31',
    'evidential-status': 'established',
    'event-kind': 'incident',
    disputes: ['ferry'],
    citations: [{ source: 'gazette', credibility: 2, basis: 'own-reporting' }],
    figures: [{ quantity: 'killed', value: 3, unit: 'people', citation: 'gazette' }],
    bearings: [{ claim: 'ferry/sunk', bearing: 'leaves-open', by: ['north'], citation: 'gazette' }],
    ...fields,
  }
}

export function measure(fields: Partial<RecordOf<'measure'>> = {}): RecordOf<'measure'> {
  return {
    measure: 'ferry/recall',
    headline: 'The North recalls its ambassador',
    summary: 'It did so at once.',
    date: '2025-01-03',
    'evidential-status': 'reported',
    'measure-kind': 'ambassador-recalled',
    'legal-character': 'retorsion',
    disputes: ['ferry'],
    'imposed-by': ['north'],
    targets: ['south'],
    status: 'announced',
    citations: [{ source: 'gazette', credibility: 2, basis: 'own-reporting' }],
    links: [{ relation: 'in-response-to', development: 'ferry/sinking' }],
    ...fields,
  }
}
