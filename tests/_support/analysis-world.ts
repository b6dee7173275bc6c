import fc from 'fast-check'
import { toKebab } from '../../src/model/vocabulary/vocabulary.ts'
import { ClaimRelationKind, Stance } from '../../src/model/vocabulary/claim.ts'
import { DemandResponse } from '../../src/model/vocabulary/demand.ts'
import { MeasureStatus } from '../../src/model/vocabulary/measure.ts'
import type { PlannedChange } from '../../src/store/append.ts'
import { event, measure, planned, statement } from './planned-changes.ts'

/*
 * A small world for random developments: a few actors, claims and weeks, so that positions, responses and statuses overlap and replace each
 * other.
 */

export const ACTORS = ['actor-0', 'actor-1', 'actor-2', 'actor-3']
export const DISPUTES = ['dispute-0', 'dispute-1'] as const
const CLAIMS = ['claim-0', 'claim-1', 'claim-2', 'claim-3']
const DEMANDS = ['demand-0', 'demand-1', 'demand-2']
const MEASURES = ['measure-0', 'measure-1', 'measure-2']
/** Each with its date of publication, or without one. */
const SOURCES = {
  gazette: '2025-02-10',
  herald: '2025-03',
  open: '2025-03-20/..',
  letter: undefined,
  blog: '2025-02-01',
}

interface Relation {
  readonly from: string
  readonly relation: 'contradicts'
  readonly to: string
}

const world = (relations: readonly Relation[]): readonly PlannedChange[] => [
  ...ACTORS.map((key) => planned('actor', { key, name: key, kind: 'state' })),
  planned('actor', {
    key: 'minister',
    name: 'Minister',
    kind: 'person',
    affiliations: [{ to: 'actor-0', relation: 'office-holder' }],
  }),
  ...Object.entries(SOURCES).map(([key, published]) =>
    planned('source', {
      key,
      title: key,
      language: 'en',
      reliability: 'B',
      ...(published === undefined ? {} : { published }),
    }),
  ),
  ...DISPUTES.map((key, at) =>
    planned('dispute', {
      key,
      title: key,
      summary: key,
      period: '2025',
      parties: at === 0 ? ['actor-2', 'actor-0'] : ['actor-3'],
    }),
  ),
  ...CLAIMS.map((key, at) =>
    planned('claim', {
      key,
      dispute: at < 3 ? 'dispute-0' : 'dispute-1',
      proposition: `${key}.`,
      relations: relations
        .filter(({ from, to }) => from === key && to !== key)
        .map(({ relation, to }) => ({ relation, claim: to })),
    }),
  ),
  ...DEMANDS.map((key, at) =>
    planned('demand', {
      key,
      dispute: at < 2 ? 'dispute-0' : 'dispute-1',
      text: key,
      remedy: 'meeting',
      'made-by': ['actor-0'],
    }),
  ),
]

const day = fc
  .integer({ min: 0, max: 80 })
  .map((days) => new Date(Date.UTC(2025, 0, 10) + days * 86_400_000).toISOString().slice(0, 10))

/** A day of the weeks of this world, or shortly before or after. */
export const someDay = fc.oneof(
  { weight: 8, arbitrary: day },
  { weight: 1, arbitrary: fc.constantFrom('2024-12-31', '2026-06-01') },
)

const date = fc.oneof(
  { weight: 6, arbitrary: day },
  { weight: 2, arbitrary: fc.constantFrom('2025-02-01', '2025-02-02') },
  { weight: 2, arbitrary: day.map((text) => text.slice(0, 7)) },
  { weight: 1, arbitrary: fc.constantFrom('2025', '2025~', '202X', '2025-XX-XX') },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.oneof(day, fc.constant('2025-02-01')), fc.constantFrom('23:30:00-05:00', '06:00:00Z'))
      .map((at) => at.join('T')),
  },
  { weight: 1, arbitrary: day.map((text) => `${text}/..`) },
  { weight: 1, arbitrary: day.map((text) => `../${text}`) },
  { weight: 1, arbitrary: day.map((text) => `[${text}..]`) },
  { weight: 2, arbitrary: fc.tuple(day, day).map((days) => days.toSorted().join('/')) },
  { weight: 2, arbitrary: fc.tuple(day, day).map((days) => `[${days.toSorted().join('..')}]`) },
)

const kebabs = (values: readonly string[]) => fc.constantFrom(...values.map(toKebab)) as fc.Arbitrary<never> // one of the vocabulary
const any = (values: readonly string[], most: number) => fc.subarray([...values], { minLength: 1, maxLength: most })
const few = <Value>(value: fc.Arbitrary<Value>, most = 2) => fc.array(value, { maxLength: most })

/** Disputes of a development, and disputes to which it is background. */
const part = (disputes: string[], context: string[] = []) => ({ disputes, 'context-of': context })

const shared = fc.record({
  date,
  belongs: fc.constantFrom(
    part(['dispute-0']),
    part(['dispute-0']),
    part(['dispute-0', 'dispute-1']),
    part(['dispute-1'], ['dispute-0']),
    part([], ['dispute-0']),
    part([]),
  ),
  codings: few(
    fc.record({
      type: fc.constantFrom('accuse', 'agree', 'request', 'aid', 'concede'),
      initiators: any(ACTORS, 2),
      recipients: any(ACTORS, 2),
      auxiliaries: fc.constantFrom<'future'[]>([], [], [], ['future']),
    }),
  ),
  assessments: few(fc.record({ demand: fc.constantFrom(...DEMANDS), response: kebabs(DemandResponse.values), date })),
  citations: fc
    .subarray(Object.keys(SOURCES), { minLength: 1, maxLength: 2 })
    .map((sources) => sources.map((source) => ({ source, credibility: 2 as const, basis: 'own-reporting' as const }))),
  'status-changes': few(
    fc.record({
      measure: fc.constantFrom(...MEASURES),
      status: fc.oneof(fc.constant('in-force' as never), kebabs(MeasureStatus.values)),
      date,
    }),
    1,
  ),
})

const position = fc.record(
  {
    claim: fc.constantFrom(...CLAIMS),
    stance: fc.oneof(fc.constantFrom('asserts' as never, 'denies' as never), kebabs(Stance.values)),
    attribution: fc.constantFrom(
      'quoted' as const,
      'paraphrased' as const,
      'characterised' as const,
      'inferred' as const,
    ),
    holder: fc.constantFrom(...ACTORS),
  },
  { requiredKeys: ['claim', 'stance'] },
)

const speech = fc.record({
  speakers: fc.constantFrom<string[]>(['minister'], ['actor-1'], ['actor-1', 'actor-3']),
  'on-behalf-of': fc.constantFrom<string[]>([], ['actor-0'], ['actor-0', 'actor-2']),
  positions: few(position, 4),
})

const link = fc.record({
  relation: fc.constantFrom(
    'in-response-to' as const,
    'reciprocates' as const,
    'reverses' as const,
    'follows' as const,
  ),
  to: fc.nat(),
})

/** The content of a development. Its kind follows from its key. */
const content = fc.record({
  shared,
  speech,
  links: few(link, 3),
  kind: fc.constantFrom('event', 'statement', 'statement'),
  status: fc.oneof(fc.constant('in-force' as never), kebabs(MeasureStatus.values)),
})
type Content = typeof content extends fc.Arbitrary<infer Value> ? Value : never

type Step = {
  readonly content: Content
  readonly pick: number
  readonly does: 'record' | 'amend' | 'retract'
}

/** Batches to append in order: the reference records, developments in random order, then their amendments and retractions. */
export const analysisHistories: fc.Arbitrary<readonly (readonly PlannedChange[])[]> = fc
  .record({
    relations: fc.array(
      fc.record({
        from: fc.constantFrom(...CLAIMS),
        relation: fc.oneof(fc.constant('contradicts' as const), kebabs(ClaimRelationKind.values)),
        to: fc.constantFrom(...CLAIMS),
      }),
      { maxLength: 8 },
    ),
    opening: fc.array(content, { minLength: 6, maxLength: 24 }),
    order: fc.array(fc.nat(), { minLength: 24, maxLength: 24 }),
    steps: fc.array(
      fc.record({ content, pick: fc.nat(), does: fc.constantFrom('record', 'amend', 'amend', 'retract') }),
      { maxLength: 10 },
    ),
  })
  .map(({ relations, opening, order, steps }) => {
    const keys = opening.map(({ kind }, at) => (at < MEASURES.length ? `measure-${at}` : `${kind}-${at}`))
    const recorded = opening.map((each, at) => ({ change: recordOf(keys[at] ?? '', each, keys), rank: order[at] ?? 0 }))
    const shuffled = recorded.toSorted((a, b) => a.rank - b.rank).map(({ change }) => change)
    return [world(relations), shuffled, ...stepsOn(shuffled, steps)]
  })

function stepsOn(opening: readonly PlannedChange[], steps: readonly Step[]): PlannedChange[][] {
  const held = new Map(opening.map((change) => [change.key, change]))
  return steps.flatMap(({ content: said, pick, does }, at) => {
    const keys = [...held.keys()]
    const last = held.get(keys[pick % keys.length] ?? '')
    if (does !== 'record' && (last === undefined || last.kind === 'RETRACTED')) return []
    const next =
      does === 'record' || last === undefined
        ? recordOf(`${said.kind}-late-${at}`, said, keys)
        : does === 'retract'
          ? { ...last, kind: 'RETRACTED' as const, revision: last.revision + 1, note: 'A mistake.' }
          : { ...recordOf(last.key, said, keys), kind: 'CORRECTED' as const, revision: last.revision + 1, note: 'So.' }
    held.set(next.key, next)
    return [[next]]
  })
}

/** The record of a development that may link to the others named. */
function recordOf(
  key: string,
  { shared: said, speech: spoken, links, status }: Content,
  others: readonly string[],
): PlannedChange {
  const { belongs, ...rest } = said
  const ties = new Map(
    links
      .map(({ relation, to }) => ({ relation, development: others[to % others.length] ?? key }))
      .filter(({ development }) => development !== key)
      .map((tie) => [`${tie.relation} ${tie.development}`, tie]),
  )
  const fields = { ...rest, ...belongs, links: [...ties.values()] }
  if (key.startsWith('measure'))
    return planned('measure', measure({ ...fields, measure: key, status, 'imposed-by': ['actor-0'], targets: [] }))
  if (key.startsWith('event')) return planned('event', event({ ...fields, event: key, figures: [], bearings: [] }))
  const silent = { addressees: [], quotes: [], places: [], demands: [] }
  return planned('statement', statement({ ...fields, ...spoken, ...silent, statement: key }))
}
