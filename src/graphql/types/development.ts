import type { GraphQLResolveInfo } from 'graphql'
import {
  countDevelopments,
  developmentPage,
  type DevelopmentList,
  type ListOrder,
} from '../../store/search/development-pages.ts'
import type { DevelopmentRow } from '../../store/queries/developments.ts'
import type { DevelopmentFilter as Filter, ListConditions } from '../../store/search/filter.ts'
import type { PageRequest } from '../../store/queries/keyset.ts'
import type { BatchKey, BatchRow } from '../../store/queries/batch.ts'
import {
  CITING_DEVELOPMENTS,
  readDevelopmentByKey,
  readFirstRecordings,
  readOriginCounts,
} from '../../store/queries/developments.ts'
import { RANKED_MAX } from '../../store/search/ranking.ts'
import { Actor } from './actor.ts'
import { builder } from '../core/builder.ts'
import { askedOf, gatherBelow, isPinned, many, share } from '../core/batch-loader.ts'
import {
  type Connection,
  connectionOf,
  edgeType,
  paging,
  rootConnection,
  sharedConnection,
  perPage,
} from '../core/connection.ts'
import type { Context } from '../core/context.ts'
import { dateOf, UncertainDate } from '../core/uncertain-date.ts'
import { DevelopmentFilter } from './development-filter.ts'
import { Dispute } from './dispute.ts'
import { Credibility, DevelopmentKind, DevelopmentOrder, EvidentialStatus } from '../core/enums.ts'
import { asKnownAt, readingAt, readKnown } from '../core/as-of.ts'
import { perDevelopments } from '../core/list-cost.ts'
import { Node } from '../core/node.ts'
import { nodesSelectOnly } from '../core/selection.ts'
import { Source } from './source.ts'

export const Development = builder.interfaceRef<DevelopmentRow>('Development')

Development.implement({
  description:
    'Anything that happened, was said or was done. What it says is as of the position read; names of actors and titles of sources below it are as they are now. Implementations may be added: clients must tolerate types they do not know.',
  interfaces: [Node],
  resolveType: ({ kind }) => TYPE_NAMES[kind],
  fields: (t) => ({
    key: t.expose('key', { type: 'Key', description: 'Its handle among developments, whatever their kind.' }),
    kind: t.expose('kind', {
      type: DevelopmentKind,
      description: 'Which of the three kinds it is, as its type says too.',
    }),
    headline: t.exposeString('headline', { description: 'What happened, as a headline in neutral words.' }),
    summary: t.exposeString('summary', {
      description: 'What happened, in a few sentences, attributed to whoever says so.',
    }),
    date: t.field({
      type: UncertainDate,
      description: 'When it happened, as precisely as its sources say.',
      resolve: ({ edtf, dateNote }) => dateOf(edtf, dateNote),
    }),
    evidentialStatus: t.expose('evidentialStatus', {
      type: EvidentialStatus,
      description: 'On what footing it stands that it occurred; not whether what was said in it is true.',
    }),
    credibility: t.expose('credibility', {
      type: Credibility,
      description: 'The grade of its best-graded citation; CANNOT_BE_JUDGED only where no citation has another.',
    }),
    independentSources: t.int({
      complexity: 2,
      description:
        'How many distinct origins its citations have. The origin of a citation is the last it came through (`via`), else the outlet of its source, else the source.',
      resolve: (development, _, { reader }) =>
        many(development, 'origins', (all) => readOriginCounts(reader, all.map(askedOfRevision)))[0]?.count ?? 0,
    }),
    recordedAt: t.field({
      type: 'DateTime',
      description: 'When it first entered this store.',
      resolve: (development, _, { reader }) =>
        many(development, 'recorded', (all) => readFirstRecordings(reader, all.map(askedOf)))[0]?.at ??
        development.recordedAt,
    }),
    amendedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was last revised, corrected or retracted; null where it stands as first recorded.',
      resolve: ({ revision, recordedAt }) => (revision === 1 ? null : recordedAt),
    }),
    revision: t.exposeInt('revision', { description: 'The number of the revision read here, 1 for the first.' }),
    entryCursor: t.field({
      type: 'FeedCursor',
      description:
        'Where it first entered the feed, which is not where its later changes stand: as `after`, it leads to what came behind it.',
      resolve: ({ id }, _, { cursorAt }) => cursorAt(id),
    }),
    permalink: t.field({
      type: 'URL',
      description: 'Where people can read it and machines fetch it, for good.',
      resolve: ({ key }, _, { publicUrl }) => `${publicUrl}/developments/${key}`,
    }),
  }),
})

const TYPE_NAMES = { EVENT: 'Event', STATEMENT: 'Statement', MEASURE: 'Measure' } as const

/** What hangs off a development's revision is asked by that. */
export function askedOfRevision({
  revisionId,
  asOf,
}: {
  readonly revisionId: number
  readonly asOf: number
}): BatchKey {
  return [revisionId, asOf]
}

/** A page of developments of all kinds, which knows of what list it is. */
export interface DevelopmentPage extends Connection<DevelopmentRow> {
  readonly list: DevelopmentList
  /** Whether the client named the position that it is read at. */
  readonly pinned: boolean
}

const naming = { name: 'Development', of: 'developments' }
export const DevelopmentEdge = edgeType<DevelopmentRow, DevelopmentPage>(Development, naming)
export const DevelopmentConnection = connectionOf<DevelopmentRow, DevelopmentPage>(Development, DevelopmentEdge, naming)

/** The arguments of a list of developments. */
const listArguments = builder.args((t) => ({
  filter: t.field({
    type: DevelopmentFilter,
    description: 'Which of them to list; all that stand where it is left out.',
  }),
  orderBy: t.field({
    type: DevelopmentOrder,
    required: true,
    defaultValue: 'NEWEST_FIRST',
    description: `In which order. A cursor belongs to one order and is refused in another. By RELEVANCE, a match in the headline counts most and equals stand in reverse order of entry; only the ${RANKED_MAX.toLocaleString('en')} newest matches by date are ranked, and a cursor belongs to one filter and keeps to the ranking of the page that it is from: what has been recorded since is not in it, what passes no longer is left out. Without a text in the filter that order is refused with RELEVANCE_WITHOUT_TEXT.`,
  }),
  ...paging,
}))

interface ListArguments extends PageRequest {
  readonly filter?: Filter | null | undefined
  readonly orderBy: ListOrder
}

/** The arguments of a list of developments that hangs off nothing, and so says itself as of when it is read. */
export const rootListArguments = { ...listArguments, ...asKnownAt }

interface RootListArguments extends ListArguments {
  /** Milliseconds since 1970. */
  readonly asKnownAt?: number | null | undefined
}

/** The fields that need no more than the columns that `developmentPage` reads of listed developments. */
export const LISTED_FIELDS: ReadonlySet<string> = new Set(
  `__typename id key kind headline date evidentialStatus credibility revision permalink entryCursor disputes contextOf participations places
   codings figures citations independentSources`.split(/\s+/),
)

interface RootList {
  readonly context: Context
  readonly info: GraphQLResolveInfo
  readonly also?: ListConditions
}

/** The developments that pass the filter and `also`, at the operation's position or as they were known before it. */
export function listDevelopments(
  { filter, orderBy, asKnownAt: instant, ...page }: RootListArguments,
  { context, info, also = {} }: RootList,
): DevelopmentPage {
  const { asOf, pinned } = readingAt(context, instant)
  const list = { filter, also, asOf }
  const count = () => countOnce(context, list)
  const read = developmentPage(context.store, { ...list, orderBy, page, listed: nodesSelectOnly(info, LISTED_FIELDS) })
  return { ...rootConnection(read, count, { pinned }), list, pinned }
}

/** Equal lists of an operation are counted once. */
function countOnce({ once, store }: Context, list: DevelopmentList): number {
  return once(`count ${JSON.stringify(list)}`, () => countDevelopments(store, list))
}

interface ParentList<Parent> {
  readonly context: Context
  readonly info: GraphQLResolveInfo
  readonly also: (parent: Parent) => ListConditions
}

/** The developments of each parent that pass the filter, a statement a parent; what lies below them is read for all. */
function listDevelopmentsOf<Parent extends { readonly asOf: number }>(
  parent: Parent,
  { filter, orderBy, first, after, last, before }: ListArguments,
  { context, info, also }: ParentList<Parent>,
): DevelopmentPage {
  const listOf = (each: Parent) => ({ filter, also: also(each), asOf: each.asOf })
  const page = { first, after, last, before }
  const listed = nodesSelectOnly(info, LISTED_FIELDS)
  const wanted = JSON.stringify([filter, orderBy, page, listed])
  const pages = share(parent, `developments ${wanted}`, (parents) => {
    const found = parents.map((each) => developmentPage(context.store, { ...listOf(each), orderBy, page, listed }))
    gatherBelow(
      parent,
      found.flatMap(({ rows }) => rows),
    )
    return found
  })
  const list = listOf(parent)
  return { ...pages, count: () => countOnce(context, list), list, pinned: isPinned(parent) }
}

builder.objectField(Actor, 'developments', (t) =>
  t.field({
    type: DevelopmentConnection,
    complexity: perDevelopments,
    description:
      'The developments in which it has any role, those that stand; with the filter’s `includeAffiliated`, also those of its organs, office-holders and subsidiaries.',
    args: listArguments,
    resolve: (actor, args, context, info) =>
      listDevelopmentsOf(actor, args, { context, info, also: ({ key }) => ({ actors: [key] }) }),
  }),
)

builder.objectField(Dispute, 'developments', (t) =>
  t.field({
    type: DevelopmentConnection,
    complexity: perDevelopments,
    description:
      'The developments that are part of it, those that stand. Background to it is found by the filter `contextOf`.',
    args: listArguments,
    resolve: (dispute, args, context, info) =>
      listDevelopmentsOf(dispute, args, { context, info, also: ({ key }) => ({ disputes: [key] }) }),
  }),
)

builder.objectField(Source, 'citedBy', (t) =>
  t.field({
    type: DevelopmentConnection,
    complexity: perPage,
    description: 'The standing developments that cite it, newest first; those of unknown beginning come last.',
    args: paging,
    resolve: (source, request, { reader }) => ({
      ...sharedConnection<typeof source, DevelopmentRow & BatchRow>(source, CITING_DEVELOPMENTS, {
        reader,
        to: askedOf,
        request,
      }),
      list: { also: { sources: [source.key] }, asOf: source.asOf },
      pinned: isPinned(source),
    }),
  }),
)

builder.queryFields((t) => ({
  development: t.field({
    type: Development,
    nullable: true,
    description:
      'The development of a key, of any kind, a retracted one too; null where there is none, or was none yet.',
    args: {
      key: t.arg({ type: 'Key', required: true, description: 'The key of a development, such as j2-8243/crash.' }),
      ...asKnownAt,
    },
    resolve: (_, args, context) =>
      readKnown(context, args.asKnownAt, (asOf) => readDevelopmentByKey(context.reader, args.key, asOf)),
  }),
  developments: t.field({
    type: DevelopmentConnection,
    complexity: perDevelopments,
    description: 'Developments of all kinds.',
    args: rootListArguments,
    resolve: (_, args, context, info) => listDevelopments(args, { context, info }),
  }),
}))
