import { takeCensus, type Census, type Ranking } from '../census.ts'
import { alternate } from '../comparison.ts'
import { timeOf } from '../load/timing.ts'
import type { Operation } from '../load/connection.ts'
import { listQuery, measuresQuery, type Filter } from '../operations.ts'
import type { Bench, Finding, Row } from '../row.ts'
import { Service } from '../load/service.ts'
import { Survey } from '../survey.ts'

const ROUNDS = 7
const REQUESTS = 8

/** The first page of every filter, alone and in pairs, in the big store compared with the small one. */
export const filters: Row = { name: 'filters', measure }

async function measure({ rows, fewRows, stores, effort }: Bench): Promise<Finding[]> {
  const [manyFile, fewFile] = [await stores.filled(rows), await stores.filled(fewRows)]
  const cases = [manyFile, fewFile].map((store) => {
    using survey = new Survey(store)
    return casesOf(takeCensus(survey))
  })
  await using many = await Service.start(manyFile)
  await using few = await Service.start(fewFile)
  using toMany = await many.connect()
  using toFew = await few.connect()
  const findings: Finding[] = []
  for (const [name, nextOfMany] of Object.entries(cases[0] ?? {})) {
    const nextOfFew = cases[1]?.[name]
    if (nextOfFew === undefined) throw new Error(`the small store has no value for ${name}`)
    const a = () => timeOf({ pid: many.pid, connection: toMany, next: nextOfMany, count: REQUESTS })
    const b = () => timeOf({ pid: few.pid, connection: toFew, next: nextOfFew, count: REQUESTS })
    await a()
    await b()
    const compared = await alternate({ rounds: effort.rounds(ROUNDS), a, b })
    findings.push({
      what: `filter ${name}, first page`,
      comparedWith: `at ${fewRows} rows`,
      ratio: compared.ratio,
      mark: { atMost: 3 },
      detail: `${compared.a.toFixed(2)} ms, ${compared.b.toFixed(2)} ms`,
    })
  }
  return findings
}

/** Filters that are also measured in the order RECENTLY_CHANGED; the first restricts nothing. */
const BY_CHANGE = [
  'inAnyDispute, common',
  'actors, common',
  'actors, rare',
  'text, common',
  'dateOverlaps, a month',
  'actor and actor, seldom together',
]

/** Operations by the name of their case. */
function casesOf(census: Census): Record<string, () => Operation> {
  const [, day = '', last = ''] = census.days
  const named = filtersOf(census)
  const lists = Object.entries(named).map(([name, filter]) => [name, () => listQuery({ filter })] as const)
  const changed = BY_CHANGE.map((name) => {
    const list = { filter: named[name] ?? {}, orderBy: 'RECENTLY_CHANGED' as const }
    return [`${name}, by latest change`, () => listQuery(list)] as const
  })
  const untilTheEnd = { dateOverlaps: { from: last } }
  return {
    ...Object.fromEntries([...lists, ...changed]),
    'dateOverlaps, long dates, oldest first': () => listQuery({ filter: untilTheEnd, orderBy: 'OLDEST_FIRST' }),
    'inForceOn of measures': () => measuresQuery(day),
  }
}

/** Filters by the name of their case. The rarest value is the one that occurs least in this store. */
function filtersOf({ rankings, speakers, keys, days, words, reportedBy }: Census): Record<string, Filter> {
  const alone: Record<string, Filter> = {}
  for (const [field, ranking] of Object.entries(rankings)) {
    alone[`${field}, common`] = { [field]: [common(ranking)] }
    alone[`${field}, rare`] = { [field]: [rare(ranking)] }
  }
  const { actors, disputes, kinds, sources, credibility, initiators, recipients } = rankings
  const [first = '', middle = '', last = ''] = days
  const month = { from: `${middle.slice(0, 7)}-01`, to: `${middle.slice(0, 7)}-28` }
  return {
    ...alone,
    'keys, one': { keys: keys.slice(0, 1) },
    'keys, a hundred': { keys },
    'inAnyDispute, common': { inAnyDispute: true },
    'inAnyDispute, rare': { inAnyDispute: false },
    'includeAffiliated with a common actor': { actors: [common(actors)], includeAffiliated: true },
    'includeAffiliated with a rare actor': { actors: [rare(actors)], includeAffiliated: true },
    'participants in a role, common': { participants: [{ actors: [common(speakers)], roles: ['SPEAKER'] }] },
    'participants in a role, rare': { participants: [{ actors: [rare(speakers)], roles: ['SPEAKER'] }] },
    'dateOverlaps, long': { dateOverlaps: { from: first, to: last } },
    'dateOverlaps, a month': { dateOverlaps: month },
    'dateWithin, long': { dateWithin: { from: first, to: last } },
    'dateWithin, a month': { dateWithin: month },
    'recordedAfter, everything': { recordedAfter: '2000-01-01T00:00:00Z' },
    'recordedBefore, nothing': { recordedBefore: '2000-01-01T00:00:00Z' },
    'changedAfter, everything': { changedAfter: '2000-01-01T00:00:00Z' },
    'changedBefore, nothing': { changedBefore: '2000-01-01T00:00:00Z' },
    'reportedBy, everything': { reportedBy: reportedBy[1] },
    'reportedBy, little': { reportedBy: reportedBy[0] },
    'reportedAfter, nearly everything': { reportedAfter: reportedBy[0] },
    'reportedAfter, nothing': { reportedAfter: reportedBy[1] },
    'text, common': { text: common(words) },
    'text, rare': { text: rare(words) },
    includeRetracted: { includeRetracted: true },
    'actor and actor, both common': { participants: [{ actors: [common(actors)] }, { actors: [actors[1] ?? ''] }] },
    'actor and actor, common and rare': { participants: [{ actors: [common(actors)] }, { actors: [rare(actors)] }] },
    'actor and actor, seldom together': {
      participants: [{ actors: [actors[20] ?? ''] }, { actors: [actors[25] ?? ''] }],
    },
    'actor and date, common and a month': { actors: [common(actors)], dateOverlaps: month },
    'actor and date, rare and long': { actors: [rare(actors)], dateOverlaps: { from: first, to: last } },
    'dispute and kind, both common': { disputes: [common(disputes)], kinds: [common(kinds)] },
    'dispute and kind, both rare': { disputes: [rare(disputes)], kinds: [rare(kinds)] },
    'dispute and text, both common': { disputes: [common(disputes)], text: common(words) },
    'dispute and text, common and rare': { disputes: [common(disputes)], text: rare(words) },
    'dispute and text, rare and common': { disputes: [rare(disputes)], text: common(words) },
    'source and credibility, both common': { sources: [common(sources)], credibility: [common(credibility)] },
    'source and credibility, both rare': { sources: [rare(sources)], credibility: [rare(credibility)] },
    'initiators and recipients, both common': { initiators: [common(initiators)], recipients: [common(recipients)] },
    'initiators and recipients, both rare': { initiators: [rare(initiators)], recipients: [rare(recipients)] },
  }
}

function common(ranking: Ranking): string {
  return ranking[0] ?? ''
}

function rare(ranking: Ranking): string {
  return ranking.at(-1) ?? ''
}
