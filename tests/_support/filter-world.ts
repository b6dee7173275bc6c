import fc from 'fast-check'
import { PloverContext } from '../../src/model/vocabulary/plover.ts'
import type { DevelopmentRecord } from '../../src/model/records/definitions.ts'
import { DevelopmentKind, EvidentialStatus, type ParticipantRole } from '../../src/model/vocabulary/development.ts'
import { Credibility, Reliability } from '../../src/model/vocabulary/source.ts'
import { fromKebab } from '../../src/model/vocabulary/vocabulary.ts'
import type { PlannedChange } from '../../src/store/append.ts'
import type { DevelopmentFilter } from '../../src/store/search/filter.ts'
import { event, measure, planned, statement } from './planned-changes.ts'

/** The values of random developments: few of each, so that filters match. */
const ACTORS = Array.from({ length: 8 }, (_, at) => `actor-${at}`)
const OUTLETS = ['outlet-0', 'outlet-1', 'outlet-2']
const SOURCES = Array.from({ length: 6 }, (_, at) => `source-${at}`)
const PLACES = ['place-0', 'place-1']
const DISPUTES = ['dispute-0', 'dispute-1', 'dispute-2']
const CLAIMS = ['claim-0', 'claim-1']
const DEMANDS = ['demand-0', 'demand-1']
const ROLES = ['subject', 'host', 'mediator', 'affected'] as const
const EVENT_KINDS = ['incident', 'meeting', 'closure'] as const
const ACTS = ['assert', 'accuse', 'deny'] as const
const MEASURE_KINDS = ['ambassador-recalled', 'aid'] as const
const CONTEXTS = ['military', 'economic', 'diplomatic'] as const
const TYPES = ['accuse', 'agree', 'protest'] as const

/** Words of texts and names, each with its folded form. */
export const WORDS: readonly (readonly [written: string, plain: string])[] = [
  ['Bakıda', 'bakida'],
  ['Əliyev', 'aliyev'],
  ['Azərbaycan', 'azarbaycan'],
  ['AZER', 'azer'],
  ['外交部', '外 交 部'],
  ['ประเทศ', 'ประเทศ'],
  ['Москва́', 'москва'],
  ['Air', 'air'],
  ['defence', 'defence'],
]

/** Search texts, each with its terms: plain words, or prefixes that end in `*`. */
export const TEXTS: readonly (readonly [typed: string, terms: readonly string[]])[] = [
  ['BAKIDA', ['bakida']],
  ['əliyev', ['aliyev']],
  ['Aliyev bakıda', ['aliyev', 'bakida']],
  ['az*', ['az*']],
  ['azer', ['azer']],
  ['外交', ['外 交']],
  ['部', ['部']],
  ['ประเทศ москва', ['ประเทศ', 'москва']],
  ['"air defence"', ['air defence']],
  ['air-def*', ['air def*']],
  ['defence air', ['defence', 'air']],
  ['nowhere', ['nowhere']],
  ['nowhere* air', ['nowhere*', 'air']],
]

const words = fc
  .array(fc.constantFrom(...WORDS.map(([written]) => written)), { maxLength: 4 })
  .map((all) => all.join(' '))

const day = fc
  .integer({ min: 0, max: 40 * 365 })
  .map((days) => new Date(Date.UTC(1990, 0, 1) + days * 86_400_000).toISOString().slice(0, 10))

const date = fc.oneof(
  { weight: 6, arbitrary: day },
  { weight: 1, arbitrary: day.map((text) => text.slice(0, 7)) },
  { weight: 1, arbitrary: day.map((text) => `${text.slice(0, 4)}~`) },
  { weight: 1, arbitrary: day.map((text) => `${text}T06:28:00+04:00`) },
  { weight: 1, arbitrary: day.map((text) => `${text}/..`) },
  { weight: 1, arbitrary: day.map((text) => `../${text}`) },
  { weight: 3, arbitrary: fc.tuple(day, day).map((days) => days.toSorted().join('/')) },
  { weight: 1, arbitrary: fc.tuple(day, day).map((days) => `[${days.toSorted().join('..')}]`) },
)

const affiliation = fc.record(
  {
    to: fc.constantFrom(...ACTORS, ...OUTLETS),
    relation: fc.constantFrom('organ-of', 'office-holder', 'subsidiary-of', 'member-of'),
    date: fc.constantFrom('2000/2009', '2005/..', '../2012', '1995-03-05/1998-07-01', '2015'),
  },
  { requiredKeys: ['to', 'relation'] },
)

/** Records that developments refer to. `crowd` is the number of additional actors that are organs of actor-0. */
export function references({ crowd = 0 } = {}): fc.Arbitrary<readonly PlannedChange[]> {
  const actors = [...ACTORS, ...OUTLETS]
  return fc
    .record({
      affiliations: fc.array(fc.array(affiliation, { maxLength: 2 }), {
        minLength: actors.length,
        maxLength: actors.length,
      }),
      outlets: fc.array(fc.option(fc.constantFrom(...OUTLETS)), {
        minLength: SOURCES.length,
        maxLength: SOURCES.length,
      }),
      names: fc.array(fc.array(words, { minLength: 1, maxLength: 3 }), {
        minLength: actors.length,
        maxLength: actors.length,
      }),
      published: fc.array(fc.option(date), { minLength: SOURCES.length, maxLength: SOURCES.length }),
    })
    .map(({ affiliations, outlets, names, published }) => [
      ...actors.map((key, at) => {
        const [name = '', ...aliases] = names[at] ?? []
        const own = { name: `${key}: ${name}`, aliases: aliases.map((alias) => `${alias}!`) }
        return planned('actor', { key, ...own, kind: 'state', affiliations: affiliations[at] ?? [] })
      }),
      ...Array.from({ length: crowd }, (_, at) =>
        planned('actor', {
          key: `organ-${at}`,
          name: `organ-${at}`,
          kind: 'organ',
          affiliations: [{ to: 'actor-0', relation: 'organ-of', ...(at % 3 === 0 ? { date: '2000/2015' } : {}) }],
        }),
      ),
      ...PLACES.map((key) => planned('place', { key, name: key })),
      ...SOURCES.map((key, at) => {
        const outlet = outlets[at] ?? null
        const publishedOn = published[at] ?? null
        const reliability = 'ABCDEF'.charAt(at % 6)
        return planned('source', {
          key,
          title: key,
          language: 'en',
          reliability,
          ...(outlet === null ? {} : { outlet }),
          ...(publishedOn === null ? {} : { published: publishedOn }),
        })
      }),
      ...DISPUTES.map((key) =>
        planned('dispute', { key, title: key, summary: key, period: '2000/..', parties: ['actor-0'] }),
      ),
      ...CLAIMS.map((key) => planned('claim', { key, dispute: 'dispute-0', proposition: key })),
      ...DEMANDS.map((key) =>
        planned('demand', { key, dispute: 'dispute-0', text: key, remedy: 'meeting', 'made-by': ['actor-0'] }),
      ),
    ])
}

const some = <Value>(...values: readonly Value[]) => fc.subarray([...values], { maxLength: Math.min(2, values.length) })
const any = <Value>(...values: readonly Value[]) =>
  fc.subarray([...values], { minLength: 1, maxLength: Math.min(2, values.length) })

/** The content of a development without its key. */
export type Content = (key: string) => DevelopmentRecord

/** `crowd` as in `references`. */
export function contents({ crowd = 0 } = {}): fc.Arbitrary<Content> {
  const organs = Array.from({ length: crowd }, (_, at) => `organ-${at}`)
  const actor = fc.constantFrom(...ACTORS, ...organs)
  const coding = fc.record({
    type: fc.constantFrom(...TYPES),
    contexts: some(...CONTEXTS),
    initiators: any(...ACTORS),
    recipients: some(...ACTORS),
  })
  const shared = fc.record({
    date,
    headline: words,
    summary: words,
    'evidential-status': fc.constantFrom('reported', 'alleged', 'contested'),
    disputes: some(...DISPUTES),
    'context-of': some(...DISPUTES),
    places: some(...PLACES),
    participants: fc.array(fc.record({ actor, role: fc.constantFrom(...ROLES) }), { maxLength: 3 }),
    codings: fc.array(coding, { maxLength: 1 }),
    citations: any(...SOURCES).chain((sources) =>
      fc.tuple(
        ...sources.map((source) => fc.integer({ min: 1, max: 6 }).map((credibility) => cited(source, credibility))),
      ),
    ),
  })
  const own = fc.record({
    bearing: fc.option(fc.constantFrom(...CLAIMS)),
    demand: fc.option(fc.constantFrom(...DEMANDS)),
    speaker: actor,
    target: fc.option(actor),
    quotes: fc.array(words, { maxLength: 2 }),
    kind: fc.constantFrom('event', 'statement', 'measure'),
    eventKind: fc.constantFrom(...EVENT_KINDS),
    acts: any(...ACTS),
    measureKind: fc.constantFrom(...MEASURE_KINDS),
  })
  return fc.tuple(shared, own).map(([fields, picks]) => (key: string) => {
    const citation = fields.citations[0]?.source ?? 'source-0'
    const { bearing, demand, target } = picks
    const common = {
      ...fields,
      headline: `${key}: ${fields.headline}`,
      summary: `Summary: ${fields.summary}`,
      links: [],
      figures: [],
      bearings: bearing === null ? [] : [{ claim: bearing, bearing: 'supports' as const, citation }],
      assessments: demand === null ? [] : [{ demand, response: 'rejected' as const, date: '2020' }],
    }
    if (picks.kind === 'event') return event({ ...common, event: key, 'event-kind': picks.eventKind })
    if (picks.kind === 'measure') {
      const targets = target === null ? [] : [target]
      const kind = { 'measure-kind': picks.measureKind, 'imposed-by': [picks.speaker], targets }
      return measure({ ...common, measure: key, ...kind })
    }
    return statement({
      ...common,
      statement: key,
      acts: picks.acts,
      speakers: [picks.speaker],
      'on-behalf-of': [],
      addressees: target === null ? [] : [target],
      quotes: picks.quotes.map((text) => ({ text: `“${text}”`, language: 'en', citation })),
      positions: bearing === null ? [] : [{ claim: bearing, stance: 'asserts' }],
      demands: demand === null ? [] : [demand],
    })
  })
}

function cited(source: string, credibility: number) {
  // The arbitrary draws from 1 to 6, the grades of credibility.
  return { source, credibility: credibility as 1, basis: 'own-reporting' as const }
}

const range = fc
  .record({ from: fc.option(day), to: fc.option(day) })
  .map(({ from, to }) => (from !== null && to !== null && from > to ? { from: to, to: from } : { from, to }))

const upper = <Value extends string>(values: readonly Value[]) => values.map(fromKebab)

/** Filters of up to three fields. `keys` and `instants` are the values to choose from. */
export function filters(ask: {
  readonly keys: readonly string[]
  readonly instants: readonly number[]
}): fc.Arbitrary<DevelopmentFilter> {
  const roles = any(...ROLES).map((list) => upper(list) as ParticipantRole[])
  const participant = fc.oneof(
    fc.record({ actors: any(...ACTORS) }),
    fc.record({ actors: any(...ACTORS), roles }),
    fc.record({ actors: any(...ACTORS), roles: fc.constant<ParticipantRole[]>(['SPEAKER', 'IMPOSED_BY']) }),
  )
  const instant = fc.constantFrom(...ask.instants)
  const fields = {
    keys: some(...ask.keys),
    kinds: some(...DevelopmentKind.values),
    eventKinds: some(...upper(EVENT_KINDS)),
    acts: some(...upper(ACTS)),
    measureKinds: some(...upper(MEASURE_KINDS)),
    disputes: some(...DISPUTES),
    inAnyDispute: fc.boolean(),
    contextOf: some(...DISPUTES),
    actors: some(...ACTORS),
    participants: fc.array(participant, { maxLength: 2 }),
    initiators: some(...ACTORS),
    recipients: some(...ACTORS),
    places: some(...PLACES),
    dateOverlaps: range,
    dateWithin: range,
    begunBy: day,
    ploverTypes: some(...upper(TYPES)),
    quadClasses: some('VERBAL_CONFLICT', 'VERBAL_COOPERATION'),
    contexts: some(...PloverContext.values.slice(0, 5), ...upper(CONTEXTS)),
    evidentialStatuses: some(...EvidentialStatus.values),
    credibility: some(...Credibility.values),
    sources: some(...SOURCES),
    outlets: some(...OUTLETS),
    reliability: some(...Reliability.values),
    claims: some(...CLAIMS),
    demands: some(...DEMANDS),
    text: fc.constantFrom(...TEXTS.map(([typed]) => typed)),
    reportedBy: day,
    reportedAfter: day,
    recordedAfter: instant,
    recordedBefore: instant,
    changedAfter: instant,
    changedBefore: instant,
    includeRetracted: fc.boolean(),
  }
  const names = fc.uniqueArray(fc.constantFrom(...Object.keys(fields)), { maxLength: 3 })
  return fc.tuple(fc.record(fields), names, fc.boolean()).map(([drawn, kept, includeAffiliated]) => {
    const filter = Object.fromEntries(Object.entries(drawn).filter(([name]) => kept.includes(name)))
    // The fields are drawn by name above; selecting some of them keeps their types.
    return inOrder({ ...filter, includeAffiliated })
  })
}

function inOrder(filter: DevelopmentFilter): DevelopmentFilter {
  const ordered = { ...filter }
  for (const [after, before] of [
    ['recordedAfter', 'recordedBefore'],
    ['changedAfter', 'changedBefore'],
    ['reportedAfter', 'reportedBy'],
  ] as const) {
    const [from, to] = [filter[after], filter[before]]
    if (from != null && to != null && from > to) Object.assign(ordered, { [after]: to, [before]: from })
  }
  return ordered
}
