import type { EnumRef } from '@pothos/core'
import { checkPaging, PAGE_SIZE_MAX } from '../../store/queries/keyset.ts'
import { readActors, readDisputes, readSources } from '../../store/queries/reference-records.ts'
import * as store from '../../store/search/counting/facets.ts'
import { asBatch } from '../core/batch-loader.ts'
import { builder, type Types } from '../core/builder.ts'
import { firstArgument } from '../core/connection.ts'
import * as enums from '../core/enums.ts'
import type { Context } from '../core/context.ts'
import { costs } from '../cost/query-cost.ts'
import { countInTurns, whenDone } from '../cost/work.ts'
import { toOne } from '../core/relation.ts'
import { Actor } from '../types/actor.ts'
import { DevelopmentConnection } from '../types/development.ts'
import { Dispute } from '../types/dispute.ts'
import { Source } from '../types/source.ts'

const COUNT = 'The number of developments.'

/** The type of a facet whose values are those of an enum. */
function facetType<Value extends string>(name: string, type: EnumRef<Types, Value>, description: string) {
  return builder.objectRef<store.ValueCount<Value>>(name).implement({
    description,
    fields: (t) => ({
      // The store counts values of this enum, which a generic field type cannot express.
      value: t.field({ type, description: 'The value.', resolve: ({ value }) => value as never }),
      count: t.exposeInt('count', { description: COUNT }),
    }),
  })
}

const KindFacet = facetType('KindFacet', enums.DevelopmentKind, 'The number of developments of a kind.')
const EventKindFacet = facetType('EventKindFacet', enums.EventKind, 'The number of events of a kind.')
const SpeechActFacet = facetType('SpeechActFacet', enums.SpeechAct, 'The number of statements that perform an act.')
const MeasureKindFacet = facetType('MeasureKindFacet', enums.MeasureKind, 'The number of measures of a kind.')
const PloverTypeFacet = facetType(
  'PloverTypeFacet',
  enums.PloverType,
  'The number of developments with a coding of a type.',
)
const QuadClassFacet = facetType(
  'QuadClassFacet',
  enums.QuadClass,
  'The number of developments with a coding of a class.',
)
const EvidentialStatusFacet = facetType(
  'EvidentialStatusFacet',
  enums.EvidentialStatus,
  'The number of developments with an evidential status.',
)
const CredibilityFacet = facetType(
  'CredibilityFacet',
  enums.Credibility,
  'The number of developments with a grade. CANNOT_BE_JUDGED means unknown, not the worst grade.',
)

const ActorFacet = builder.objectRef<store.RecordCount>('ActorFacet').implement({
  description: 'The number of developments with an actor.',
  fields: (t) => ({
    value: t.field({ type: Actor, description: 'The actor.', resolve: toOne('id', readActors) }),
    count: t.exposeInt('count', { description: COUNT }),
  }),
})

const DisputeFacet = builder.objectRef<store.RecordCount>('DisputeFacet').implement({
  description: 'The number of developments that are part of a dispute.',
  fields: (t) => ({
    value: t.field({ type: Dispute, description: 'The dispute.', resolve: toOne('id', readDisputes) }),
    count: t.exposeInt('count', { description: COUNT }),
  }),
})

const SourceFacet = builder.objectRef<store.RecordCount>('SourceFacet').implement({
  description: 'The number of developments that cite a source.',
  fields: (t) => ({
    value: t.field({ type: Source, description: 'The source.', resolve: toOne('id', readSources) }),
    count: t.exposeInt('count', { description: COUNT }),
  }),
})

const MonthFacet = builder.objectRef<store.ValueCount<string>>('MonthFacet').implement({
  description: 'The number of developments that certainly happened in a month.',
  fields: (t) => ({
    value: t.exposeString('value', { description: 'The month, such as 2025-02.' }),
    count: t.exposeInt('count', { description: COUNT }),
  }),
})

interface Facets extends store.FacetedList {
  /** The name of the list, the same for equal lists. */
  readonly name: string
  readonly pinned: boolean
}

/**
 * A facet that looks up one value per development, and a facet of records, which looks up several. What they read is limited when they run.
 */
const ONE_VALUE = costs({ field: 500, items: 10 })
const SEVERAL_VALUES = costs(({ first }: { readonly first: number }) => ({
  field: 2_000,
  items: Math.min(Math.max(first, 1), PAGE_SIZE_MAX),
}))
const RECORDS = costs({ field: 2_000 })

const args = firstArgument(20)

/** Scans the values of equal lists once in an operation, for all of their facets. */
function valuesOf<Value>({ scan, countsIn }: store.ValueFacet<Value>) {
  return (list: Facets, _: object, context: Context) => {
    const { once } = context
    const scanned = once(`${scan} of ${list.name}`, () => countInTurns(context, store.scanValues(list, scan)))
    return whenDone(scanned, countsIn)
  }
}

function countOnce(facet: store.RecordFacet, list: Facets, context: Context) {
  return context.once(`${facet.name} of ${list.name}`, () => countInTurns(context, facet.count(list)))
}

/** The most frequent records of a facet, and all of them counted. Equal lists are counted once in an operation. */
function recordsOf(facet: store.RecordFacet) {
  return (list: Facets, { first }: { readonly first: number }, context: Context) => {
    const { size } = checkPaging({ first })
    // Each field has rows of its own: what is loaded for one of them is loaded for all.
    return whenDone(countOnce(facet, list, context), ({ counts }) =>
      asBatch(
        counts.slice(0, size).map((count) => ({ ...count })),
        list,
      ),
    )
  }
}

function sizeOf(facet: store.RecordFacet) {
  return (list: Facets, _: object, context: Context) => whenDone(countOnce(facet, list, context), ({ size }) => size)
}

const DevelopmentFacets = builder.objectRef<Facets>('DevelopmentFacets').implement({
  description:
    'Counts over the whole list, not only this page. Each facet is counted only if requested. Values without developments are absent. Equal counts are in the order of the enum, or by name or title for records.',
  fields: (t) => ({
    kinds: t.field({
      type: [KindFacet],
      extensions: ONE_VALUE,
      description: 'By kind, most frequent first.',
      resolve: valuesOf(store.kindFacet),
    }),
    actors: t.field({
      type: [ActorFacet],
      args,
      extensions: SEVERAL_VALUES,
      description: 'By actor in any role, most frequent first.',
      resolve: recordsOf(store.actorFacet),
    }),
    actorCount: t.int({
      extensions: RECORDS,
      description:
        'The number of actors with a role in any of the developments. `actors` lists at most `first` of them.',
      resolve: sizeOf(store.actorFacet),
    }),
    outlets: t.field({
      type: [ActorFacet],
      args,
      extensions: SEVERAL_VALUES,
      description: 'By outlet of the cited sources, most frequent first. Sources without an outlet are not counted.',
      resolve: recordsOf(store.outletFacet),
    }),
    outletCount: t.int({
      extensions: RECORDS,
      description: 'The number of outlets of the cited sources. `outlets` lists at most `first` of them.',
      resolve: sizeOf(store.outletFacet),
    }),
    disputes: t.field({
      type: [DisputeFacet],
      args,
      extensions: SEVERAL_VALUES,
      description:
        'By dispute, most frequent first. Background is not counted: a development counts for the disputes that it is part of.',
      resolve: recordsOf(store.disputeFacet),
    }),
    disputeCount: t.int({
      extensions: RECORDS,
      description:
        'The number of disputes of which any of the developments is a part. `disputes` lists at most `first` of them.',
      resolve: sizeOf(store.disputeFacet),
    }),
    sources: t.field({
      type: [SourceFacet],
      args,
      extensions: SEVERAL_VALUES,
      description: 'By cited source, most frequent first.',
      resolve: recordsOf(store.sourceFacet),
    }),
    sourceCount: t.int({
      extensions: RECORDS,
      description: 'The number of cited sources. `sources` lists at most `first` of them.',
      resolve: sizeOf(store.sourceFacet),
    }),
    eventKinds: t.field({
      type: [EventKindFacet],
      extensions: ONE_VALUE,
      description: 'By kind of event, most frequent first. Other developments are not counted.',
      resolve: valuesOf(store.eventKindFacet),
    }),
    acts: t.field({
      type: [SpeechActFacet],
      extensions: ONE_VALUE,
      description:
        'By speech act, most frequent first. A statement counts for each of its acts; other developments are not counted.',
      resolve: valuesOf(store.actFacet),
    }),
    measureKinds: t.field({
      type: [MeasureKindFacet],
      extensions: ONE_VALUE,
      description: 'By kind of measure, most frequent first. Other developments are not counted.',
      resolve: valuesOf(store.measureKindFacet),
    }),
    ploverTypes: t.field({
      type: [PloverTypeFacet],
      extensions: ONE_VALUE,
      description: 'By type of coding, most frequent first. Developments without a coding are not counted.',
      resolve: valuesOf(store.ploverTypeFacet),
    }),
    quadClasses: t.field({
      type: [QuadClassFacet],
      extensions: ONE_VALUE,
      description: 'By class of coding, most frequent first. Developments without a coding are not counted.',
      resolve: valuesOf(store.quadClassFacet),
    }),
    evidentialStatuses: t.field({
      type: [EvidentialStatusFacet],
      extensions: ONE_VALUE,
      description: 'By evidential status, most frequent first.',
      resolve: valuesOf(store.evidentialStatusFacet),
    }),
    credibility: t.field({
      type: [CredibilityFacet],
      extensions: ONE_VALUE,
      description: 'By the best grade of the citations, most frequent first. CANNOT_BE_JUDGED means unknown.',
      resolve: valuesOf(store.credibilityFacet),
    }),
    months: t.field({
      type: [MonthFacet],
      extensions: ONE_VALUE,
      description:
        'By the month that contains both bounds of the date, oldest first. Developments whose bounds are in different months are not counted.',
      resolve: valuesOf(store.monthFacet),
    }),
  }),
})

builder.objectField(DevelopmentConnection, 'facets', (t) =>
  t.field({
    type: DevelopmentFacets,
    nullable: true,
    extensions: costs({ field: 0, scans: 2 }),
    description: `Counts over the developments of the list. For a list of more than ${store.FACETED_MAX.toLocaleString('en')} developments, null with the error FACETS_TOO_MANY; the page itself is still returned. Many facets of long lists in one operation are refused with QUERY_TOO_COMPLEX. Narrow the filter.`,
    resolve: ({ list, pinned }, _, context) => {
      const name = JSON.stringify(list)
      const faceted = context.once(`faceted ${name}`, () =>
        countInTurns(context, store.facetedList(context.reader, list)),
      )
      return whenDone(faceted, (read) => ({ ...read, name, pinned }))
    },
  }),
)
