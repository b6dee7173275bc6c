import { SNIPPET_WORDS, type SnippetPart as Part } from '../../model/text/snippet.ts'
import {
  CITING_DEVELOPMENTS,
  type DevelopmentRow,
  readDevelopmentByKey,
  readFirstRecordings,
  readOriginCounts,
} from '../../store/queries/developments.ts'
import type { Page, PageRequest } from '../../store/queries/keyset.ts'
import {
  countDevelopments,
  type DevelopmentList,
  developmentPage,
  type DevelopmentPageRequest,
  type ListOrder,
} from '../../store/search/development-pages.ts'
import type { DevelopmentFilter as Filter, ListConditions } from '../../store/search/filter.ts'
import { RANKED_MAX } from '../../store/search/ranking.ts'
import { readSnippets } from '../../store/search/snippets.ts'
import type { Steps } from '../../store/search/steps.ts'
import { asKnownAt, readAsOf, resolveAsOf } from '../core/as-of.ts'
import { asBatchBelow, isPinned, load, loadMany } from '../core/batch-loader.ts'
import { builder } from '../core/builder.ts'
import {
  type Connection,
  connectionBelow,
  connectionType,
  connectionTypes,
  paging,
  rootConnection,
} from '../core/connection.ts'
import type { Context } from '../core/context.ts'
import { Credibility, DevelopmentKind, DevelopmentOrder, EventKind, EvidentialStatus } from '../core/enums.ts'
import { Node, TYPE_NAMES } from '../core/node.ts'
import { costs } from '../cost/query-cost.ts'
import { perDevelopments, perPage } from '../cost/list-cost.ts'
import { countInTurns, inTurns, whenDone } from '../cost/work.ts'
import { recordKey, revisionKey } from '../core/relation.ts'
import { nodesSelectOnly, type Selected } from '../core/selection.ts'
import { dateOf, UncertainDate } from '../core/uncertain-date.ts'
import { Actor } from './actor.ts'
import { DevelopmentFilter } from './development-filter.ts'
import { Dispute } from './dispute.ts'
import { Source } from './source.ts'

export const Development = builder.interfaceRef<DevelopmentRow>('Development')

Development.implement({
  description:
    'Anything that happened, was said or was done. Its content is that of the state of the record that is read; names of actors and titles of sources are current. A development stands unless it has been retracted. Implementations may be added: clients must tolerate unknown types.',
  interfaces: [Node],
  resolveType: ({ kind }) => TYPE_NAMES[kind],
  fields: (t) => ({
    key: t.expose('key', { type: 'Key', description: 'The key, unique among developments of all kinds.' }),
    kind: t.expose('kind', {
      type: DevelopmentKind,
      description: 'The kind of development, which its type also gives.',
    }),
    headline: t.exposeString('headline', { description: 'What happened, as a neutral headline.' }),
    summary: t.exposeString('summary', {
      description: 'What happened, in a few sentences, attributed to the sources.',
    }),
    date: t.field({
      type: UncertainDate,
      description: 'When it happened, as precisely as the sources say.',
      resolve: (development) => dateOf(development.edtf, development.dateNote, development),
    }),
    evidentialStatus: t.expose('evidentialStatus', {
      type: EvidentialStatus,
      description: 'How well it is established that it occurred. This does not say whether what was said is true.',
    }),
    credibility: t.expose('credibility', {
      type: Credibility,
      description: 'The best grade of its citations. CANNOT_BE_JUDGED only if no citation has another grade.',
    }),
    independentSources: t.int({
      extensions: costs({ field: 2 }),
      description:
        'The number of distinct origins of its citations. The origin of a citation is the last actor in `via`, else the outlet of the source, else the source.',
      resolve: (development, _, { reader }) =>
        loadMany(development, 'origins', (all) => readOriginCounts(reader, all.map(revisionKey)))[0]?.count ?? 0,
    }),
    recordedAt: t.field({
      type: 'DateTime',
      description: 'When it was first recorded in this store.',
      resolve: (development, _, { reader }) =>
        loadMany(development, 'recorded', (all) => readFirstRecordings(reader, all.map(recordKey)))[0]?.at ??
        development.recordedAt,
    }),
    amendedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was last revised, corrected or retracted. Null if it is as first recorded.',
      resolve: ({ revision, recordedAt }) => (revision === 1 ? null : recordedAt),
    }),
    revision: t.exposeInt('revision', { description: 'The number of the revision that is read, starting at 1.' }),
    entryCursor: t.field({
      type: 'FeedCursor',
      description: 'The cursor of its first entry, not of a later change. As `after`, it returns what followed.',
      resolve: ({ id }, _, { cursorAt }) => cursorAt(id),
    }),
    permalink: t.field({
      type: 'URL',
      description: 'The permanent address of the development, for people and machines.',
      resolve: ({ key }, _, { publicUrl }) => `${publicUrl}/developments/${key}`,
    }),
  }),
})

/** A page of developments of all kinds, with the list that it is a page of. */
interface DevelopmentPage extends Connection<DevelopmentRow> {
  readonly list: DevelopmentList
  /** Whether the client named the state of the record that is read. */
  readonly pinned: boolean
}

const { connection: DevelopmentConnection, edge: DevelopmentEdge } = connectionTypes<DevelopmentRow, DevelopmentPage>(
  Development,
  'Development',
  'developments',
)
export { DevelopmentConnection }

const SnippetPart = builder.objectRef<Part>('SnippetPart').implement({
  description: 'A part of a snippet: plain text as it was written, never markup.',
  fields: (t) => ({
    text: t.exposeString('text', { description: 'The text. `…` at an end stands for text that was cut off.' }),
    match: t.exposeBoolean('match', { description: 'Whether this part matches the search.' }),
  }),
})

builder.objectField(DevelopmentEdge, 'snippet', (t) =>
  t.field({
    type: [SnippetPart],
    nullable: true,
    extensions: costs({ field: 5, items: 1 }),
    description: `Where the text of the filter matches, in about ${SNIPPET_WORDS} words around the first match. Taken from the headline, summary or quote with the most matching terms, or from the name or alias of a participant if none of them matches. Null if the filter has no text.`,
    resolve: ({ node, page: { list } }, _, { reader }) => {
      const text = list.filter?.text
      if (text == null) return null
      return load(node, `snippet for ${text}`, (developments) => readSnippets(reader, developments, text))
    },
  }),
)

const listArguments = builder.args((t) => ({
  filter: t.field({ type: DevelopmentFilter, description: 'Which developments to list. All that stand by default.' }),
  orderBy: t.field({
    type: DevelopmentOrder,
    required: true,
    defaultValue: 'NEWEST_FIRST',
    description: `The order. A cursor belongs to one order and is refused in another. The cursors of RECENTLY_CHANGED keep the order of their first page. While developments change, each one that still matches is returned once, in its current state; a new first page has the later changes. RELEVANCE ranks only the ${RANKED_MAX.toLocaleString('en')} newest matches by date; a match in the headline counts most, and equal matches are in reverse order of entry. Its cursors belong to one filter and keep the ranking of their page. Later matches are not added, and developments that no longer match are left out. Without a text in the filter, RELEVANCE is refused with RELEVANCE_WITHOUT_TEXT.`,
  }),
  ...paging,
}))

interface ListArguments extends PageRequest {
  readonly filter?: Filter | null | undefined
  readonly orderBy: ListOrder
}

/** The arguments of a root field that lists developments. */
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
  readonly info: Selected
  readonly also?: ListConditions
}

/** Lists the developments that match both the filter and `also`, in the state of the operation or of `asKnownAt`. */
export function listDevelopments(
  { filter, orderBy, asKnownAt: instant, ...page }: RootListArguments,
  { context, info, also = {} }: RootList,
): DevelopmentPage | Promise<DevelopmentPage> {
  const { asOf, pinned } = resolveAsOf(context, instant)
  const list = { filter, also, asOf }
  const request = { ...list, orderBy, page, listed: nodesSelectOnly(info, LISTED_FIELDS) }
  return whenDone(inTurns(context, developmentPage(context.store, request)), (read) => {
    return { ...rootConnection(read, () => countOnce(context, list), { pinned }), list, pinned }
  })
}

/** Counts equal lists of an operation once. */
export function countOnce(context: Context, list: DevelopmentList): number | Promise<number> {
  const { once, store } = context
  return once(`count ${JSON.stringify(list)}`, () => countInTurns(context, countDevelopments(store, list)))
}

/**
 * Reads a page of developments for each of the parents that were read together with this one. The developments of all pages are one batch. The
 * name must include everything that the requests depend on.
 */
export function loadPages<Parent extends object>(
  parent: Parent,
  context: Context,
  { name, requestOf }: { readonly name: string; readonly requestOf: (parent: Parent) => DevelopmentPageRequest },
): Page<DevelopmentRow> | Promise<Page<DevelopmentRow>> {
  type Read = Page<DevelopmentRow> | Promise<Page<DevelopmentRow>>
  return load(parent, name, (parents: readonly Parent[]): readonly Read[] => {
    const read = whenDone(inTurns(context, pagesOf(parents.map(requestOf))), (pages) => {
      asBatchBelow(
        parent,
        pages.flatMap(({ rows }) => rows),
      )
      return pages
    })
    if (!(read instanceof Promise)) return read
    // There is one page for each parent.
    return parents.map((_, index) => whenDone(read, (pages) => pages[index] as Page<DevelopmentRow>))
  })

  function* pagesOf(requests: readonly DevelopmentPageRequest[]): Steps<Page<DevelopmentRow>[]> {
    const pages: Page<DevelopmentRow>[] = []
    for (const request of requests) pages.push(yield* developmentPage(context.store, request))
    return pages
  }
}

/** Lists the developments of a record. */
function developmentsOf<Parent extends { readonly asOf: number }>(conditionsOf: (parent: Parent) => ListConditions) {
  return (parent: Parent, args: ListArguments, context: Context, info: Selected) => {
    const { filter, orderBy, first, after, last, before } = args
    const page = { first, after, last, before }
    const listed = nodesSelectOnly(info, LISTED_FIELDS)
    const listOf = (each: Parent) => ({ filter, also: conditionsOf(each), asOf: each.asOf })
    const found = loadPages(parent, context, {
      name: `developments ${JSON.stringify([filter, orderBy, page, listed])}`,
      requestOf: (each) => ({ ...listOf(each), orderBy, page, listed }),
    })
    const list = listOf(parent)
    return whenDone(found, (read) => {
      return { ...read, count: () => countOnce(context, list), list, pinned: isPinned(parent) }
    })
  }
}

builder.objectField(Actor, 'developments', (t) =>
  t.field({
    type: DevelopmentConnection,
    extensions: costs(perDevelopments),
    description:
      'The standing developments in which the actor has any role. With the filter `includeAffiliated`, also those of its organs, office-holders and subsidiaries.',
    args: listArguments,
    resolve: developmentsOf(({ key }) => ({ actors: [key] })),
  }),
)

builder.objectField(Dispute, 'developments', (t) =>
  t.field({
    type: DevelopmentConnection,
    extensions: costs(perDevelopments),
    description:
      'The standing developments that are part of the dispute. To list its background, use the filter `contextOf`.',
    args: listArguments,
    resolve: developmentsOf(({ key }) => ({ disputes: [key] })),
  }),
)

builder.objectField(Source, 'citedBy', (t) =>
  t.field({
    type: DevelopmentConnection,
    extensions: costs(perPage),
    description: 'The standing developments that cite the source, newest first, with unknown starts last.',
    args: paging,
    resolve: (source, request, { reader }) => ({
      ...connectionBelow(source, CITING_DEVELOPMENTS, {
        reader,
        request,
      }),
      list: { also: { sources: [source.key] }, asOf: source.asOf },
      pinned: isPinned(source),
    }),
  }),
)

export const Event = builder.objectRef<DevelopmentRow>('Event').implement({
  description: 'Something that happened or was found, other than a statement or a measure.',
  interfaces: [Node, Development],
  fields: (t) => ({
    eventKind: t.field({
      type: EventKind,
      description: 'The type of event.',
      resolve: ({ eventKind, key }) => {
        if (eventKind === null) throw new Error(`the event ${key} has no kind`)
        return eventKind
      },
    }),
  }),
})

builder.queryFields((t) => ({
  development: t.field({
    type: Development,
    nullable: true,
    description:
      'The development with this key, of any kind, even if retracted. Null if there is none, or if it was recorded after `asKnownAt`.',
    args: {
      key: t.arg({ type: 'Key', required: true, description: 'The key of a development, such as j2-8243/crash.' }),
      ...asKnownAt,
    },
    resolve: (_, args, context) =>
      readAsOf(context, args.asKnownAt, (asOf) => readDevelopmentByKey(context.reader, args.key, asOf)),
  }),
  developments: t.field({
    type: DevelopmentConnection,
    nullable: true,
    extensions: costs(perDevelopments),
    description: 'Developments of all kinds.',
    args: rootListArguments,
    resolve: (_, args, context, info) => listDevelopments(args, { context, info }),
  }),
  events: t.field({
    type: connectionType(Event, 'Event', 'events'),
    nullable: true,
    extensions: costs(perDevelopments),
    description: 'Developments that are events.',
    args: {
      ...rootListArguments,
      eventKinds: t.arg({
        type: [EventKind],
        description: 'Only events of any of these kinds, in addition to the filter. An empty list matches all.',
      }),
    },
    resolve: (_, { eventKinds, ...args }, context, info) =>
      listDevelopments(args, { context, info, also: { kinds: ['EVENT'], eventKinds } }),
  }),
}))
