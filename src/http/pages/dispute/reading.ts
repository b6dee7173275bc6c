import type { GraphQLError } from 'graphql'
import type {
  Demanded,
  DisputeBasisData,
  DisputeData,
  DisputeEvidenceData,
  DisputeFacetsData,
  DisputePartyData,
  DisputePositionsData,
  DisputeSourcesData,
  DisputeTimelineData,
} from '../../../../schema/page-data.d.ts'
import { isPublishedBy, isTold, judge, scopeOf, type AsOf, type IsNew } from '../charts/as-of.ts'
import { developmentsOfMeasures, measuresAt, readMeasures, type Measures } from '../charts/measures.ts'
import { developmentsOfStory, readStory, storyAt, type Story } from '../charts/story.ts'
import { developmentsOfTension, readTension, tensionAt, type Tension } from '../charts/tension.ts'
import { DemarcheError } from '../../../model/errors.ts'
import { readQuery, type Visit } from '../page.ts'
import { readFilter, refuse, type Filter } from '../parts/filter-form.ts'
import { readNews, type News } from '../parts/news.ts'
import { pagingOf } from '../parts/paging.ts'
import { readMoments, type Moments } from '../parts/moments.ts'
import { Sections } from '../parts/sections.ts'
import { demandsAt, developmentsOfDemands } from './demands.ts'
import { heldAt, READ_CLAIMS, readHeld } from './held.ts'
import type { Cell, Claim } from './matrix.ts'
import { basisOf, entryAt, type Basis, type SourceList, type Supported } from './sources.ts'
import { pageSizeOf } from './timeline.ts'

type Dispute = NonNullable<DisputeData['dispute']>

/** What the page of a dispute shows. */
export interface DisputePage {
  readonly dispute: Dispute
  readonly moments: Moments
  readonly filter: Filter
  /** What the queries of the sections were asked with. */
  readonly variables: SectionVariables
  readonly parties: readonly { readonly party: Dispute['parties'][number]; readonly data: DisputePartyData }[]
  readonly claims: readonly Claim[]
  readonly cells: readonly Cell[]
  /** Cells of which all that is known was reported later. */
  readonly later: readonly Cell[]
  /** Whether the dispute has too many positions for a matrix, so that the cells know only of the last changes. */
  readonly isPartial: boolean
  readonly story: Story | null
  readonly measures: Measures | null
  readonly tension: Tension | null
  readonly demands: readonly Demanded[]
  /** Developments on one page of the timeline. */
  readonly pageSize: number
  readonly timeline: NonNullable<DisputeTimelineData['dispute']>['developments']
  readonly facets: NonNullable<DisputeFacetsData['dispute']>['developments']['facets']
  readonly sources: SourceList
  /** Null if they are too many to count. */
  readonly basis: Basis | null
  /** Where a holder's current positions cannot all be right. Not known of what was reported by a day. */
  readonly contradictions: NonNullable<NonNullable<DisputePositionsData['dispute']>['contradictions']>
  /** Why a section cannot be shown, by its id. */
  readonly failures: ReadonlyMap<PartName, GraphQLError>
  readonly news: (News & { readonly isNew: IsNew }) | null
}

export type SectionName =
  | 'story'
  | 'positions'
  | 'demands'
  | 'measures'
  | 'tension'
  | 'timeline'
  | 'evidence'
  | 'sources'

/** A section, the table of the parties, or what is new. */
type PartName = SectionName | 'now' | 'news'

/** The variables of the queries, by what these are limited to. */
export interface SectionVariables {
  readonly whole: object
  readonly day: object
  readonly head: object
  readonly measures: object
  readonly timeline: { readonly filter: object; readonly order: string }
}

const QUERIES = {
  dispute: readQuery('dispute/head'),
  party: readQuery('dispute/party'),
  positions: readQuery('dispute/positions'),
  evidence: readQuery('dispute/evidence'),
  timeline: readQuery('dispute/timeline'),
  facets: readQuery('dispute/facets'),
  basis: readQuery('dispute/basis'),
  sources: readQuery('dispute/sources'),
}

/** Developments whose documents are counted. Of more, nothing is said of what they rest on. */
const COUNTED = 500

export async function readDispute({ key, parameters, ask, present }: Visit): Promise<DisputePage | null> {
  const moments = readMoments(parameters)
  const { on, reported, known } = moments
  const asked = { key, known, on }
  const reportedBy = scopeOf({ on: null, reported })
  const scope = scopeOf(moments)
  const head = { ...asked, filter: scope }
  const { dispute } = await ask<DisputeData>(QUERIES.dispute, head)
  if (dispute === null) return null

  const sections = new Sections<PartName>(present)
  const held = await sections.read(['positions'], readMatrix(asked, ask))
  // Its claims are the rows of the positions, too.
  const evidence = await sections.read(['evidence', 'positions'], ask<DisputeEvidenceData>(QUERIES.evidence, asked))
  const pageSize = pageSizeOf(dispute.all.totalCount ?? 0)
  const given = readFilter(`/disputes/${key}`, parameters, '#timeline')
  const variablesOf = (filter: Filter) => {
    const { order, input } = filter
    return { key, known, order, filter: scopeOf(moments, input), ...pagingOf(filter, pageSize) }
  }
  const readTimeline = async (filter: Filter) => {
    const { dispute: of } = await ask<DisputeTimelineData>(QUERIES.timeline, variablesOf(filter))
    return { filter, timeline: of?.developments }
  }
  const { filter: shown, timeline } = (await sections.read(
    ['timeline'],
    readTimeline(given).catch((error: unknown) => readTimeline(refuse(given, error))),
  )) ?? { filter: given }
  const facets = await sections.read(
    ['timeline'],
    ask<DisputeFacetsData>(QUERIES.facets, { key, known, filter: scope }),
  )
  const sources = (await sections.read(['sources'], ask<DisputeSourcesData>(QUERIES.sources, { key, known })))?.dispute
    ?.sources
  const story = await sections.read(['story'], readStory(ask, { key, known }))
  const measures = await sections.read(['measures'], readMeasures(ask, { key, known, on, reported }))
  const tension = await sections.read(['tension'], readTension(ask, asked))
  const total = dispute.developments.totalCount ?? 0
  const all = total > COUNTED ? null : await sections.read(['sources'], readAll({ key, known, filter: scope }, ask))
  const basis = all && basisOf(all, reported)

  const claims = evidence?.dispute?.claims ?? []
  const isPartial = held === 'too large'
  const matrix = isPartial ? null : (held?.dispute ?? null)
  const cells = isPartial
    ? ((await sections.read(['positions'], readHeld(firstClaims(claims, dispute), { ask, known, on, reported }))) ?? [])
    : (matrix?.positions?.cells ?? [])
  const named = new Set([
    ...(story ? developmentsOfStory(story) : []),
    ...(measures ? developmentsOfMeasures(measures) : []),
    ...(tension ? developmentsOfTension(tension) : []),
    ...(timeline?.nodes ?? []).map((entry) => entry.key),
    ...cells.flatMap(({ history }) => history.map(({ statement }) => statement.key)),
    ...developmentsOfDemands(dispute.demands),
    ...claims.flatMap(({ bearings }) => bearings.nodes.map(({ development }) => development.key)),
  ])
  const judged = await sections.read(reported === null ? ['news'] : JUDGED, judge(ask, moments, named))
  const { asOf, isNew } = judged ?? {
    asOf: { on, reported, isReported: () => reported === null },
    isNew: () => false,
  }
  const news = await sections.read(['news'], readNews(ask, moments, { disputes: [key] }))
  const measuresThen = measures && measuresAt(measures, asOf)
  const parties = await sections.read(['now'], readParties(dispute, { moments, ask, measures: measuresThen }))
  const shownCells = heldAt(cells, asOf)
  return {
    dispute,
    moments,
    filter: shown,
    variables: {
      whole: { key, known },
      day: asked,
      head,
      measures: { ...asked, filter: { ...reportedBy, disputes: [key] } },
      timeline: variablesOf(shown),
    },
    parties: parties ?? [],
    claims: claimsAt(claims, shownCells.cells, asOf),
    ...shownCells,
    isPartial,
    demands: demandsAt(dispute.demands, asOf),
    story: story && storyAt(story, asOf),
    measures: measuresThen,
    tension: tension && tensionAt(tension, asOf),
    pageSize,
    timeline: timeline
      ? { ...timeline, nodes: timeline.nodes.map((entry) => entryAt(entry, reported)) }
      : NO_DEVELOPMENTS,
    facets: facets?.dispute?.developments.facets ?? null,
    sources: sourcesAt(sources ?? { totalCount: 0, nodes: [] }, asOf, basis),
    basis,
    contradictions: reported === null ? (matrix?.contradictions ?? []) : [],
    failures: sections.failures,
    news: news && { ...news, isNew },
  }
}

/** What rests on what had been reported by a day. The timeline is read for it. */
const JUDGED = ['news', 'now', 'story', 'positions', 'demands', 'measures', 'tension', 'evidence'] as const

/** What each party said, and which of the measures in force are its own. */
async function readParties(
  { key, parties }: Dispute,
  { moments, ask, measures }: Pick<Visit, 'ask'> & Pick<DisputePage, 'moments' | 'measures'>,
): Promise<DisputePage['parties']> {
  const { on, reported, known } = moments
  const mine = { ...scopeOf({ on: null, reported }), disputes: [key], includeAffiliated: true }
  const inForce = measures !== null && measures.inForce.length >= measures.inForceCount ? measures.inForce : null
  // Only where not all of them were read does the API find those in force, whether or not that had been reported.
  const taken = inForce
    ? { taken: { ...mine, keys: inForce.map((measure) => measure.key) }, on: null }
    : { taken: mine, on: on ?? reported ?? undefined }
  const read = []
  for (const party of parties) {
    const said = {
      ...scopeOf({ on, reported: null }, mine),
      participants: [{ actors: [party.key], roles: ['SPEAKER', 'ON_BEHALF_OF'] }],
    }
    const data = await ask<DisputePartyData>(QUERIES.party, { said, ...taken, party: party.key, known })
    // A filter without keys is of all.
    read.push({ party, data: inForce?.length === 0 ? { ...data, measures: null } : data })
  }
  return read
}

/** All positions; where the API refuses them because they are too many, that. */
async function readMatrix(
  variables: Readonly<Record<string, unknown>>,
  ask: Visit['ask'],
): Promise<DisputePositionsData | 'too large'> {
  try {
    return await ask<DisputePositionsData>(QUERIES.positions, variables)
  } catch (error) {
    if (error instanceof DemarcheError && error.code === 'MATRIX_TOO_LARGE') return 'too large'
    throw error
  }
}

/** The central claim, and those that were recorded first. */
function firstClaims(claims: readonly Claim[], { centralClaim }: Dispute): readonly Claim[] {
  const central = claims.filter(({ key }) => key === centralClaim?.key)
  return [...central, ...claims.filter(({ key }) => key !== centralClaim?.key)].slice(0, READ_CLAIMS)
}

const NO_DEVELOPMENTS: DisputePage['timeline'] = {
  totalCount: 0,
  pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
  nodes: [],
}

async function readAll(variables: object, ask: Visit['ask']): Promise<readonly Supported[]> {
  const all: Supported[] = []
  let after: string | null = null
  do {
    const { dispute }: DisputeBasisData = await ask<DisputeBasisData>(QUERIES.basis, { ...variables, after })
    all.push(...(dispute?.developments.nodes ?? []))
    after = dispute?.developments.pageInfo.hasNextPage ? dispute.developments.pageInfo.endCursor : null
  } while (after !== null)
  return all
}

/** The claims on which something was on record in the past that is shown, with what bore on them then. */
function claimsAt(claims: readonly Claim[], cells: readonly Cell[], asOf: AsOf): readonly Claim[] {
  if (asOf.on === null && asOf.reported === null) return claims
  const held = new Set(cells.map(({ claim }) => claim.key))
  return claims.flatMap((claim) => {
    const nodes = claim.bearings.nodes.filter(({ development, citation }) => isTold(asOf, development.key, [citation]))
    const totalCount = (claim.bearings.totalCount ?? 0) - claim.bearings.nodes.length + nodes.length
    return held.has(claim.key) || totalCount > 0 ? [{ ...claim, bearings: { totalCount, nodes } }] : []
  })
}

/** The documents of the past that is shown: those that had appeared by then, and that its developments cite. */
function sourcesAt(all: SourceList, { on, reported }: AsOf, basis: Basis | null): SourceList {
  if (on === null && reported === null) return all
  const nodes = all.nodes.filter(
    ({ key, publishedOn }) => isPublishedBy(publishedOn, reported) && (basis?.bySource.has(key) ?? true),
  )
  const unread = reported === null ? (all.totalCount ?? 0) - all.nodes.length : 0
  return { totalCount: basis?.bySource.size ?? nodes.length + unread, nodes }
}
