import { takeCensus } from './census.ts'
import type { Operation } from './load/connection.ts'
import { Survey } from './survey.ts'

/** An operation of any length. */
export interface HeavyOperation {
  readonly what: string
  /** The operation with so many parts, each different from the others, so that nothing is read once for several. */
  readonly document: (count: number) => string
  readonly variables?: Operation['variables']
}

/** Operations that take the service long, each in its own way. */
export function heavyOperations(store: string): HeavyOperation[] {
  using survey = new Survey(store)
  const cursors = survey.cursors({ from: 0, to: 1, seed: 4 })
  const { rankings, words, speakers } = takeCensus(survey)
  const [dispute = ''] = survey.column<string>('select key from disputes order by id limit 1')
  const many = { many: rankings.actors.slice(0, 50) }
  const q = JSON.stringify
  const page = (at: number) => `first: 100, after: ${q(cursors[at])}`
  const common = (at: number) => q(words[at])
  const inDispute = (selection: string) => `dispute(key: ${q(dispute)}) { ${selection} }`
  const found = (text: string) => `filter: { text: ${text} }) { edges { snippet { text match } node { key } } }`
  return [
    parts('all facets', (at) => `developments(first: 0, filter: { begunBy: ${day(at)} }) ${FACETS}`),
    parts('all facets of the reported', (at) => `developments(first: 0, filter: { reportedBy: ${day(at)} }) ${FACETS}`),
    parts('counts', (at) => `developments(first: 1, filter: { begunBy: ${day(at)} }) { totalCount }`),
    parts(
      'counts of the reported',
      (at) => `developments(first: 1, filter: { reportedBy: ${day(at)} }) { totalCount }`,
    ),
    parts('pages with all below them', (at) => `developments(${page(at)}) { nodes ${CONTENT} }`),
    parts(
      'pages in pages',
      (at) => `developments(${page(at)}) { nodes { disputes { developments(first: 10) { nodes { summary } } } } }`,
    ),
    parts(
      'pages of many conditions',
      (at) =>
        `developments(${page(at)}, filter: { actors: $many, participants: [{ actors: $many }, { actors: $many, roles: [SPEAKER] }] }) { nodes { key } }`,
      many,
    ),
    parts(
      'counts of many conditions',
      (at) =>
        `developments(first: 1, filter: { begunBy: ${day(at)}, actors: $many, participants: [{ actors: $many }, { actors: $many, roles: [SPEAKER] }] }) { totalCount }`,
      many,
    ),
    parts(
      'counts with affiliates',
      (at) =>
        `developments(first: 1, filter: { begunBy: ${day(at)}, includeAffiliated: true, actors: ${q(rankings.actors.slice(at, at + 3))} }) { totalCount }`,
    ),
    {
      what: 'one text under many names',
      document: (count) => `{ developments(first: 100) { nodes { ${repeat(count, (at) => `a${at}: summary`)} } } }`,
    },
    parts('the claims of a dispute below each of its developments', (at) =>
      inDispute(`developments(first: ${100 - at}) { nodes { disputes { claims { proposition } parties { name } } } }`),
    ),
    parts(
      'introspection',
      () =>
        `__schema { types { fields { name description args { name description type { name ofType { name ofType { name } } } } } } }`,
    ),
    parts('common words by relevance', (at) => `developments(first: 100, orderBy: RELEVANCE, ${found(common(at))}`),
    parts(
      'nine words together',
      (at) => `developments(first: 100, ${found(q(words.slice(at * 9, at * 9 + 9).join(' ')))}`,
    ),
    parts('facets of common words', (at) => `developments(first: 0, filter: { text: ${common(at)} }) ${FACETS}`),
    parts(
      'the feed with references',
      (at) =>
        `feedPage(first: ${100 - at}, references: true) { references { cursor } changes { development ${CONTENT} current { key } } }`,
    ),
    parts('matrices', (at) =>
      inDispute(
        `positions(on: ${day(at)}) { cells { claim { key } holder { name } current ${POSITION} history { stance date { edtf } } } }`,
      ),
    ),
    parts('contradictions', (at) =>
      inDispute(`contradictions(on: ${day(at)}) { holder { name } positions ${POSITION} }`),
    ),
    parts('tension by day', (at) =>
      inDispute(
        `tension(bucket: DAY, date: { from: "1900-01-01", to: ${day(at)} }) { buckets { mean developmentCount } }`,
      ),
    ),
    parts('marks of tension', (at) =>
      inDispute(
        `tension(date: { from: "1900-01-01", to: ${day(at)} }) { marks(first: 100) { nodes { score development { headline } initiators { name } } } }`,
      ),
    ),
    parts('disagreements', (at) => `disagreements(first: ${100 - at}) { totalCount nodes { __typename } }`),
    parts(
      'current positions',
      (at) => `actor(key: ${q(speakers[at])}) { currentPositions(on: ${day(at)}) { current ${POSITION} } }`,
    ),
    parts(
      'measures in force',
      (at) => `measures(first: 100, inForceOn: ${day(at)}) { totalCount nodes { status(on: ${day(at)}) } }`,
    ),
    parts(
      'chains of responses',
      (at) => `developments(${page(at)}) { nodes { responseChain(depth: 10) { to { headline } } } }`,
    ),
  ]
}

function parts(what: string, part: (at: number) => string, variables?: Operation['variables']): HeavyOperation {
  const head = variables === undefined ? 'query' : 'query ($many: [Key!]!)'
  return {
    what,
    document: (count) => `${head} { ${repeat(count, (at) => `a${at}: ${part(at)}`)} }`,
    ...(variables && { variables }),
  }
}

function repeat(count: number, part: (at: number) => string): string {
  return Array.from({ length: count }, (_, at) => part(at)).join(' ')
}

/** A day after all that is recorded, so that all of it counts. */
function day(at: number): string {
  return JSON.stringify(new Date(Date.UTC(2100, 0, 1 + at)).toISOString().slice(0, 10))
}

const POSITION = '{ stance note date { label } statement { headline } citations { excerpt source { title } } }'

const CONTENT = `{
  key headline summary date { edtf label } disputes { key title } participations { role actor { key name } } places { name }
  codings { type score initiators { name } recipients { name } } figures { __typename } links { development { headline } }
  citations { excerpt source { title outlet { name } } via { name } }
}`

const FACETS = `{ totalCount facets {
  ${'kinds eventKinds acts measureKinds ploverTypes quadClasses evidentialStatuses credibility months'.replace(/\w+/g, '$& { value count }')}
  actors { count value { name } } actorCount outlets { count value { name } } outletCount
  disputes { count value { title } } disputeCount sources { count value { title } } sourceCount
} }`
