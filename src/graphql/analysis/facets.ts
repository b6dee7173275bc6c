import type { EnumRef } from '@pothos/core'
import * as store from '../../store/search/facets.ts'
import { PAGE_SIZE_MAX } from '../../store/queries/keyset.ts'
import { readActors } from '../../store/queries/reference-records.ts'
import { Actor } from '../types/actor.ts'
import { builder } from '../core/builder.ts'
import { gather, one } from '../core/batch-loader.ts'
import type { Types } from '../core/connection.ts'
import { DevelopmentConnection } from '../types/development.ts'
import { Credibility, DevelopmentKind, EvidentialStatus, PloverType } from '../core/enums.ts'
import { WHOLE } from '../core/query-cost.ts'

const COUNT = 'How many developments of the list.'

/** The type of a facet whose values are those of an enum. */
function facetType<Value extends string>(
  name: string,
  { type, description }: { readonly type: EnumRef<Types, Value>; readonly description: string },
) {
  return builder.objectRef<store.ValueCount<Value>>(name).implement({
    description,
    fields: (t) => ({
      value: t.field({
        type,
        description: 'The value.',
        // The store counts values of this very enum, which the type of a field cannot say of a type parameter.
        resolve: ({ value }) => value as never,
      }),
      count: t.exposeInt('count', { description: COUNT }),
    }),
  })
}

const KindFacet = facetType('KindFacet', { type: DevelopmentKind, description: 'How many are of a kind.' })
const PloverTypeFacet = facetType('PloverTypeFacet', {
  type: PloverType,
  description: 'How many have a coding of a type.',
})
const EvidentialStatusFacet = facetType('EvidentialStatusFacet', {
  type: EvidentialStatus,
  description: 'How many stand on a footing.',
})
const CredibilityFacet = facetType('CredibilityFacet', {
  type: Credibility,
  description: 'How many have a grade. CANNOT_BE_JUDGED means unknown: a value of its own, and no worst grade.',
})

const ActorFacet = builder.objectRef<store.ActorCount>('ActorFacet').implement({
  description: 'How many an actor is in.',
  fields: (t) => ({
    value: t.field({
      type: Actor,
      description: 'The actor.',
      resolve: (facet, _, { reader }) =>
        one(facet, 'actor', {
          to: ({ actorId, asOf }) => [actorId, asOf],
          read: (asked) => readActors(reader, asked),
        }),
    }),
    count: t.exposeInt('count', { description: COUNT }),
  }),
})

const MonthFacet = builder.objectRef<store.ValueCount<string>>('MonthFacet').implement({
  description: 'How many happened in a month for certain.',
  fields: (t) => ({
    value: t.exposeString('value', { description: 'The month, such as 2025-02.' }),
    count: t.exposeInt('count', { description: COUNT }),
  }),
})

interface Facets extends store.FacetedList {
  readonly pinned: boolean
}

/** Looking up one thing of each development of a list, and several. */
const COUNTING = { field: 1_000, multiplier: 10 }
const COUNTING_MANY = 3_000

const ACTORS_SHOWN = 20

const first = builder.args((t) => ({
  first: t.int({
    required: true,
    defaultValue: ACTORS_SHOWN,
    description: `How many of the most frequent, 0 to ${PAGE_SIZE_MAX}: others are refused with BAD_PAGING.`,
  }),
}))

const countingActors = (args: { readonly first: number }) => ({
  field: COUNTING_MANY,
  multiplier: Math.min(Math.max(args.first, 1), PAGE_SIZE_MAX),
})

const DevelopmentFacets = builder.objectRef<Facets>('DevelopmentFacets').implement({
  description:
    'What the developments of a list have in common: of the whole list, whatever page of it, under its filter and as of its position. Each facet is counted only where it is asked for. Values that none of them has are absent; equals stand in the order of their vocabulary, actors in that of their names.',
  fields: (t) => ({
    kinds: t.field({
      type: [KindFacet],
      complexity: COUNTING,
      description: 'By kind, the most frequent first.',
      resolve: store.countKinds,
    }),
    actors: t.field({
      type: [ActorFacet],
      args: first,
      complexity: countingActors,
      description: 'By who takes part in them in any role, the most frequent first.',
      resolve: (list, args) => gathered(list, store.countActors(list, args.first)),
    }),
    outlets: t.field({
      type: [ActorFacet],
      args: first,
      complexity: countingActors,
      description: 'By whose sources they cite, the most frequent first; sources without an outlet count for none.',
      resolve: (list, args) => gathered(list, store.countOutlets(list, args.first)),
    }),
    ploverTypes: t.field({
      type: [PloverTypeFacet],
      complexity: COUNTING,
      description: 'By the types of their codings, the most frequent first; those without a coding count for none.',
      resolve: store.countPloverTypes,
    }),
    evidentialStatuses: t.field({
      type: [EvidentialStatusFacet],
      complexity: COUNTING,
      description: 'By the footing they stand on, the most frequent first.',
      resolve: store.countEvidentialStatuses,
    }),
    credibility: t.field({
      type: [CredibilityFacet],
      complexity: COUNTING,
      description:
        'By the grade of the best-graded citation, the most frequent first; CANNOT_BE_JUDGED, which is unknown, is a value of its own.',
      resolve: store.countCredibility,
    }),
    months: t.field({
      type: [MonthFacet],
      complexity: COUNTING,
      description:
        'By the month in which both bounds of their date lie, oldest first; those whose bounds do not share a month are in none. Months without any are absent.',
      resolve: store.countMonths,
    }),
  }),
})

builder.objectField(DevelopmentConnection, 'facets', (t) =>
  t.field({
    type: DevelopmentFacets,
    nullable: true,
    complexity: 0,
    extensions: { [WHOLE]: 2 },
    description: `What the developments of the list have in common, counted. Null, with the error FACETS_TOO_MANY, for a list of more than ${store.FACETED_MAX.toLocaleString('en')}: narrow its filter. The page is answered all the same.`,
    resolve: ({ list, pinned }, _, { reader, once }) => ({
      ...once(`faceted ${JSON.stringify(list)}`, () => store.facetedList(reader, list)),
      pinned,
    }),
  }),
)

function gathered({ pinned }: Facets, counts: readonly store.ActorCount[]): readonly store.ActorCount[] {
  return gather(counts, { pinned })
}
