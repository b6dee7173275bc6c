import type { PlannedChange } from '../../src/store/append.ts'
import { event, measure, planned, statement } from './planned-changes.ts'

/** The source of each development of the ferry story. */
const cited = (source: string, more: object = {}) => ({
  source,
  credibility: 2,
  basis: 'own-reporting' as const,
  ...more,
})

/**
 * The ferry story, to append after `setting`. The ferry sinks on New Year's Eve. In January the North accuses the South and recalls its
 * ambassador. The South denies in February and concedes in part in "March". An inquiry leaves the claim open. The recall ends in April. Two
 * papers report it, one of them through an agency.
 */
export const story: readonly (readonly PlannedChange[])[] = [
  [
    planned('actor', { key: 'south-spokesman', name: 'Bo Əliyev', kind: 'person', aliases: ['The Voice'] }),
    planned('actor', {
      key: 'courier',
      name: 'The Courier',
      kind: 'outlet',
      identifiers: { wikidata: 'Q42', website: 'https://courier.example/' },
    }),
    planned('actor', { key: 'wire', name: 'Wire Agency', kind: 'outlet' }),
    planned('actor', {
      key: 'coast-guard',
      name: 'Coast Guard',
      kind: 'organ',
      country: 'NO',
      affiliations: [{ to: 'north', relation: 'organ-of' }],
    }),
    planned('source', {
      key: 'courier-1',
      title: 'Sunk!',
      outlet: 'courier',
      language: 'en',
      reliability: 'C',
      published: '[2025-01-01..2025-01-31]',
    }),
    planned('source', { key: 'courier-2', title: 'Who sank it?', outlet: 'courier', language: 'en', reliability: 'C' }),
    planned('source', { key: 'leaflet', title: '[A leaflet]', language: 'en', reliability: 'F' }),
    planned('claim', {
      key: 'ferry/mine',
      dispute: 'ferry',
      proposition: 'The ferry hit a mine.',
      relations: [{ relation: 'contradicts', claim: 'ferry/sunk', sources: ['courier-1'] }],
    }),
    planned(
      'event',
      event({
        citations: [
          cited('gazette'),
          cited('courier-1', { via: ['wire'] }),
          cited('courier-2', { via: ['coast-guard', 'wire'], credibility: 1 }),
          cited('leaflet', { credibility: 6 }),
        ],
        participants: [{ actor: 'coast-guard', role: 'investigator', note: 'From the first day.' }],
        places: ['ford'],
      }),
    ),
    planned('statement', statement()),
    planned('measure', measure()),
  ],
  [
    planned(
      'statement',
      statement({
        statement: 'ferry/denial',
        headline: 'The South denies',
        date: '2025-02-10',
        speakers: ['south-spokesman'],
        'on-behalf-of': ['south'],
        addressees: [],
        acts: ['deny'],
        demands: [],
        codings: [],
        quotes: [
          { text: 'We did not.', language: 'en', translated: true, citation: 'gazette' },
          { text: 'It was a mine.', language: 'en', citation: 'courier-1' },
        ],
        citations: [cited('gazette'), cited('courier-1')],
        positions: [
          {
            claim: 'ferry/sunk',
            stance: 'offers-alternative',
            attribution: 'quoted',
            alternative: 'ferry/mine',
            citation: 'courier-1',
          },
          { claim: 'ferry/mine', stance: 'asserts', attribution: 'quoted' },
        ],
        links: [{ relation: 'in-response-to', development: 'ferry/accusation' }],
        assessments: [{ demand: 'ferry/pay', response: 'rejected', date: '2025-02-10' }],
      }),
    ),
    planned(
      'statement',
      statement({
        statement: 'ferry/concession',
        headline: 'The South grants that a shell of its own hit the ferry',
        date: '2025-03',
        speakers: ['south-spokesman'],
        'on-behalf-of': ['south'],
        acts: ['confirm', 'promise'],
        demands: [],
        quotes: [],
        codings: [],
        positions: [{ claim: 'ferry/sunk', stance: 'partially-accepts' }],
        assessments: [{ demand: 'ferry/pay', response: 'promised', date: '2025-03' }],
        links: [{ relation: 'follows', development: 'ferry/denial' }],
      }),
    ),
    planned(
      'event',
      event({
        event: 'ferry/inquiry',
        headline: 'An inquiry ends without a finding',
        date: '2025-04-02',
        'event-kind': 'investigation-finding',
        figures: [],
        'status-changes': [{ measure: 'ferry/recall', status: 'lifted', date: '2025-04-20', note: 'As it says.' }],
        links: [{ relation: 'reports-on', development: 'ferry/sinking', note: 'In its third chapter.' }],
      }),
    ),
    planned(
      'statement',
      statement({
        statement: 'ferry/rumour',
        headline: 'A paper has it that the South now blames the tide',
        date: '2025-05-01',
        speakers: ['south-spokesman'],
        'on-behalf-of': ['south'],
        acts: ['assert'],
        demands: [],
        quotes: [],
        codings: [],
        positions: [{ claim: 'ferry/sunk', stance: 'denies', attribution: 'characterised' }],
      }),
    ),
  ],
]
