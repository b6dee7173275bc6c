import type {
  ActorData,
  ActorDemandsData,
  ActorMeasuresData,
  ActorPartiesData,
  ActorPositionsData,
  Demanded,
} from '../../../../schema/page-data.d.ts'
import { DemarcheError } from '../../../model/errors.ts'
import { hasBegun, judge, scopeOf, type IsNew } from '../charts/as-of.ts'
import { developmentsOfMeasures, listAt, type ShownMeasure } from '../charts/measures.ts'
import { demandsAt, developmentsOfDemands } from '../dispute/demands.ts'
import { reportedCell } from '../dispute/matrix.ts'
import { readQuery, type Visit } from '../page.ts'
import { readMoments, type Moments } from '../parts/moments.ts'
import { readNews, type News } from '../parts/news.ts'
import { Sections } from '../parts/sections.ts'
import { isFor } from './members.ts'

const QUERIES = {
  actor: readQuery('actor/head'),
  parties: readQuery('actor/parties'),
  positions: readQuery('actor/positions'),
  demands: readQuery('actor/demands'),
  measures: readQuery('actor/measures'),
}

export type Actor = NonNullable<ActorData['actor']>
export type Cell = NonNullable<NonNullable<ActorPositionsData['actor']>['currentPositions']>[number]
export type Dispute = NonNullable<ActorDemandsData['dispute']>
export type SectionName = 'disputes' | 'changed' | 'demands' | 'measures' | 'news'

export interface ActorPage {
  readonly actor: Actor
  readonly moments: Moments
  readonly cells: readonly Cell[]
  /** Those in which it occurs most, and those whose party it is. */
  readonly disputes: readonly Dispute[]
  /** Whether the parties of all disputes were looked at. */
  readonly areAllKnown: boolean
  readonly demands: readonly (Demanded & { readonly dispute: string })[]
  readonly measures: { readonly by: MeasureList; readonly against: MeasureList }
  /** What is new. Null where nothing is marked. */
  readonly news: News | null
  readonly isNew: IsNew
  /** What the queries for it and its affiliates are asked with. */
  readonly asked: Asked
  readonly failures: Sections<SectionName>['failures']
}

interface MeasureList {
  readonly total: number
  readonly shown: readonly ShownMeasure[]
}

export interface Asked {
  readonly key: string
  readonly known: string | null
  readonly on: string | null
  readonly filter: Readonly<Record<string, unknown>>
}

/** The API refuses to find the affiliates of an actor that has too many: its own developments are shown then. */
export async function readActor(visit: Visit): Promise<ActorPage | null> {
  return readWith(visit, { includeAffiliated: true }).catch((error: unknown) => {
    if (error instanceof DemarcheError && error.code === 'AFFILIATED_TOO_MANY') return readWith(visit, {})
    throw error
  })
}

async function readWith(
  { key, parameters, ask, present }: Visit,
  all: { readonly includeAffiliated?: true },
): Promise<ActorPage | null> {
  const moments = readMoments(parameters)
  const { on, known } = moments
  const asked = { key, known, on, filter: scopeOf(moments, all) }
  const { actor } = await ask<ActorData>(QUERIES.actor, { ...asked, all })
  if (actor === null) return null
  const sections = new Sections<SectionName>(present)
  const positions = await sections.read(['changed'], ask<ActorPositionsData>(QUERIES.positions, { key, known, on }))
  const cells = positions?.actor?.currentPositions ?? []
  const among = await sections.read(['disputes', 'demands'], readDisputes(actor, moments, ask))
  const disputes = among?.disputes ?? []
  const measures = await sections.read(['measures'], readMeasures(ask, asked, { ...moments, all }))
  const [by, against] = [measures?.by, measures?.against]
  const judged = await sections.read(
    moments.reported === null ? ['news'] : ['news', 'changed', 'demands', 'measures'],
    judge(ask, moments, [
      ...cells.flatMap(({ history }) => history.map(({ statement }) => statement.key)),
      ...disputes.flatMap((dispute) => developmentsOfDemands(dispute.demands)),
      ...developmentsOfMeasures({ inForce: by?.nodes ?? [], newest: against?.nodes ?? [] }),
      ...actor.developments.nodes.map((development) => development.key),
    ]),
  )
  const { asOf, isNew } = judged ?? {
    asOf: { ...moments, isReported: () => moments.reported === null },
    isNew: () => false,
  }
  const news = await sections.read(['news'], readNews(ask, moments, { actors: [key], ...all }))
  const listOf = (list: ActorMeasuresData['by'] | undefined): MeasureList => {
    const shown = listAt(list?.nodes ?? [], asOf)
    return { total: (list?.totalCount ?? 0) - (list?.nodes.length ?? 0) + shown.length, shown }
  }
  return {
    actor,
    moments,
    cells: cells.map((cell) => reportedCell(cell, asOf)).filter((cell) => cell !== undefined),
    disputes,
    areAllKnown: among?.areAllKnown ?? false,
    demands: disputes.flatMap((dispute) =>
      demandsAt(dispute.demands, asOf)
        .filter(({ addressees }) => addressees.some((addressee) => isFor(addressee, key)))
        .map((demand) => ({ ...demand, dispute: dispute.key })),
    ),
    measures: { by: listOf(by), against: listOf(against) },
    news,
    isNew,
    asked,
    failures: sections.failures,
  }
}

/** With a day, also those in force whose own date may begin after it: a change of their status may say that they had begun. */
async function readMeasures(
  ask: Visit['ask'],
  asked: Asked,
  { on, reported, all }: Pick<Moments, 'on' | 'reported'> & { readonly all: object },
): Promise<ActorMeasuresData> {
  const begun = await ask<ActorMeasuresData>(QUERIES.measures, { ...asked })
  if (on === null) return begun
  const filter = scopeOf({ on: null, reported }, { ...all })
  const around = await ask<ActorMeasuresData>(QUERIES.measures, { ...asked, filter, inForceOn: on })
  const join = (list: ActorMeasuresData['by'], others: ActorMeasuresData['by']): ActorMeasuresData['by'] => {
    const also = (others?.nodes ?? []).filter(({ date }) => !hasBegun(date, on))
    return list && { totalCount: (list.totalCount ?? 0) + also.length, nodes: [...also, ...list.nodes] }
  }
  return { by: join(begun.by, around.by), against: join(begun.against, around.against) }
}

/** Disputes that are listed, and pages of all disputes on which those are looked for whose party it is. */
const LISTED = 5
const PARTY_PAGES = 5

/** Those in which it occurs most. There are few of them mostly, and then those whose party it is, too. */
async function readDisputes(
  { key, developments }: Actor,
  { known, on }: Moments,
  ask: Visit['ask'],
): Promise<Pick<ActorPage, 'disputes' | 'areAllKnown'>> {
  const keys = new Set(developments.facets?.disputes.map(({ value }) => value.key))
  let after: string | null = null
  let pages = keys.size < LISTED ? PARTY_PAGES : 0
  for (; pages > 0; pages--) {
    const { disputes: listed }: ActorPartiesData = await ask<ActorPartiesData>(QUERIES.parties, { after })
    for (const { key: dispute, parties } of listed?.nodes ?? [])
      if (keys.size < LISTED && parties.some((party) => party.key === key)) keys.add(dispute)
    if (!listed?.pageInfo.hasNextPage) break
    after = listed.pageInfo.endCursor
  }
  const disputes: Dispute[] = []
  for (const dispute of keys) {
    const { dispute: read } = await ask<ActorDemandsData>(QUERIES.demands, { dispute, known, on })
    if (read !== null) disputes.push(read)
  }
  return { disputes, areAllKnown: pages > 0 }
}
