import { bucketsOf, type Bucket } from '../../model/analysis/tension.ts'
import { PLOVER_SCALE, PloverMode } from '../../model/vocabulary/plover.ts'
import type { TensionBucketSize } from '../../model/vocabulary/service.ts'
import type { BatchRow } from '../../store/queries/batch.ts'
import { type DevelopmentRow, readDevelopments } from '../../store/queries/developments.ts'
import { checkPaging, PAGE_SIZE_MAX, type PageRequest } from '../../store/queries/keyset.ts'
import {
  CODINGS_MAX,
  MARKS,
  type MarkRow,
  readScoredCodings,
  type ScoredCoding,
  type TensionFilter,
} from '../../store/queries/tension.ts'
import { checkRange } from '../../store/search/filter.ts'
import { asBatchBelow, groupByParent, load, loadMany } from '../core/batch-loader.ts'
import { builder } from '../core/builder.ts'
import { connectionBelow, connectionType, firstArgument, paging } from '../core/connection.ts'
import type { Context } from '../core/context.ts'
import * as enums from '../core/enums.ts'
import { costs } from '../cost/query-cost.ts'
import { perPage } from '../cost/list-cost.ts'
import { idOfKey, recordKey, toDevelopment } from '../core/relation.ts'
import { dateOf, UncertainDate } from '../core/uncertain-date.ts'
import { Actor } from '../types/actor.ts'
import { DateRange } from '../types/development-filter.ts'
import { initiatorsOf, recipientsOf, valuesIn } from '../types/development-parts.ts'
import { Development } from '../types/development.ts'
import { Dispute } from '../types/dispute.ts'

type TensionBucket = Bucket<ScoredCoding>

/** The series of a dispute, which is read when its fields are. */
interface TensionSeries {
  /** The id of the dispute. */
  readonly id: number
  readonly asOf: number
  readonly bucket: TensionBucketSize
  readonly filter: TensionFilter
}

interface BucketedSeries {
  readonly buckets: readonly TensionBucket[]
  readonly straddling: readonly ScoredCoding[]
}

function bucketed(series: TensionSeries, { reader }: Pick<Context, 'reader'>): BucketedSeries {
  return load(series, 'buckets', (all: readonly TensionSeries[]) => {
    const codings = groupByParent(all.length, readScoredCodings(reader, all.map(recordKey), series.filter))
    const found = codings.map((each) => bucketsOf(each, series.bucket, series.filter))
    asBatchBelow(
      series,
      found.flatMap(({ buckets }) => buckets),
    )
    return asBatchBelow(series, found)
  })
}

const first = firstArgument(PAGE_SIZE_MAX)

const TensionBucket = builder.objectRef<TensionBucket>('TensionBucket').implement({
  description: 'The codings of a span of days, with the sums of their scores.',
  fields: (t) => ({
    from: t.expose('from', {
      type: 'Date',
      description: 'The first day: that of the day, week, month, quarter or year, or of `date` if that starts later.',
    }),
    to: t.expose('to', { type: 'Date', description: 'The last day, included: that of `date` if that ends earlier.' }),
    count: t.int({
      description: 'The number of codings, at least 1. A development with two codings counts twice.',
      resolve: ({ items }) => items.length,
    }),
    mean: t.float({ description: '`sum` divided by `count`.', resolve: ({ sum, items }) => sum / items.length }),
    sum: t.exposeFloat('sum', { description: 'The sum of the scores: `cooperation` plus `conflict`.' }),
    cooperation: t.exposeFloat('cooperation', { description: 'The sum of the positive scores. 0 if there are none.' }),
    conflict: t.exposeFloat('conflict', {
      description: 'The sum of the negative scores, zero or less. 0 if there are none.',
    }),
    developmentCount: t.int({
      description:
        'The number of developments whose codings are in the bucket. `developments` lists at most `first` of them.',
      resolve: ({ items }) => idsOf(items).length,
    }),
    developments: t.field({
      type: [Development],
      extensions: costs(perPage),
      description:
        'The developments whose codings are in the bucket, each once, oldest first. To find more than `first`, use the filters `disputes` and `dateWithin`.',
      args: first,
      resolve: developmentsOf(({ items }) => items),
    }),
  }),
})

const TensionMark = builder.objectRef<MarkRow>('TensionMark').implement({
  description:
    'A coding of a series with the time span in which it happened. A chart of marks shows what buckets leave out: codings whose dates do not fit in one bucket.',
  fields: (t) => ({
    development: t.field({
      type: Development,
      description: 'The development with this coding. A development with several codings has several marks.',
      resolve: toDevelopment('developmentId'),
    }),
    type: t.expose('type', { type: enums.PloverType, description: 'What was done.' }),
    modes: t.field({
      type: [enums.PloverMode],
      description: 'How it was done. Empty if the type has no modes or none applies.',
      resolve: ({ modes }) => valuesIn(modes, PloverMode),
    }),
    score: t.exposeFloat('score', {
      description: 'The score of the coding, from −10, the most conflictual, to 10, the most cooperative.',
    }),
    date: t.field({
      type: UncertainDate,
      description: 'The date of the development. Its `reading` says whether it covers the span or is one moment in it.',
      resolve: (mark) => dateOf(mark.edtf, mark.dateNote, mark),
    }),
    initiators: t.field({ type: [Actor], description: 'Who did it.', resolve: initiatorsOf }),
    recipients: t.field({
      type: [Actor],
      description: 'To whom it was done. Empty if the type needs no recipient.',
      resolve: recipientsOf,
    }),
  }),
})

/** The cost of a list that a series has once, however many buckets it has. */
function oncePerSeries(request: PageRequest) {
  return { ...perPage(request), scans: 1 }
}

const TensionSeries = builder.objectRef<TensionSeries>('TensionSeries').implement({
  description:
    'PLOVER scores over time. Empty buckets are absent, never zero. Codings with an auxiliary, of background developments and of retracted developments are not included.',
  fields: (t) => ({
    scale: t.string({ description: 'The name of the scale of the scores.', resolve: () => PLOVER_SCALE }),
    buckets: t.field({
      type: [TensionBucket],
      extensions: costs({ field: 0, items: 1 }),
      description: 'The buckets with at least one coding, oldest first.',
      resolve: (series, _, context) => bucketed(series, context).buckets,
    }),
    straddling: t.int({
      description:
        'The number of codings left out because their dates do not fit in one bucket: they span several buckets, have an open or unknown end, or extend beyond `date`.',
      resolve: (series, _, context) => bucketed(series, context).straddling.length,
    }),
    straddlerCount: t.int({
      description:
        'The number of developments with codings that `straddling` counts. `straddlers` lists at most `first` of them.',
      resolve: (series, _, context) => idsOf(bucketed(series, context).straddling).length,
    }),
    straddlers: t.field({
      type: [Development],
      extensions: costs(oncePerSeries),
      description:
        'The developments with codings that `straddling` counts, each once, oldest first, with unknown starts last.',
      args: first,
      resolve: (series, args, context) => straddlersOf(bucketed(series, context), args, context),
    }),
    marks: t.field({
      type: connectionType(TensionMark, 'TensionMark', 'tension marks'),
      extensions: costs((request: PageRequest) => ({ ...oncePerSeries(request), scan: 500 })),
      description:
        'Every coding of the series, in a bucket or straddling, by the date of its development: earliest first, with unknown starts last. All of them can be paged through.',
      args: paging,
      resolve: (series, request, { reader }) =>
        connectionBelow(series, MARKS, { reader, request, parameters: { ...series.filter } }),
    }),
  }),
})

/** The ids of the developments of codings, each once, in the order of the codings. */
function idsOf(codings: readonly ScoredCoding[]): number[] {
  return [...new Set(codings.map(({ developmentId }) => developmentId))]
}

/** Resolves to the developments of codings, each once, in the order of the codings. */
function developmentsOf<Parent extends object>(codingsOf: (parent: Parent) => readonly ScoredCoding[]) {
  return (
    parent: Parent,
    { first: size }: { readonly first: number },
    { reader }: Pick<Context, 'reader'>,
  ): readonly DevelopmentRow[] => {
    checkPaging({ first: size })
    return loadMany(parent, `developments ${size}`, (parents: readonly Parent[]) => {
      const wanted = parents.flatMap((each, index) => {
        const asOf = codingsOf(each)[0]?.asOf ?? 0
        return idsOf(codingsOf(each))
          .slice(0, size)
          .map((id) => ({ index, key: [id, asOf] as const }))
      })
      const rows: (DevelopmentRow & BatchRow)[] = []
      const keys = wanted.map(({ key }) => key)
      for (const row of readDevelopments(reader, keys)) rows[row.parent] = row
      return rows.flatMap((row, at) => ({ ...row, parent: wanted[at]?.index ?? -1 }))
    })
  }
}

const straddlersOf = developmentsOf(({ straddling }: BucketedSeries) => straddling)

/** The expected number of buckets, for the cost. */
const EXPECTED = { DAY: 120, WEEK: 60, MONTH: 30, QUARTER: 12, YEAR: 6 } as const

builder.objectField(Dispute, 'tension', (t) =>
  t.field({
    type: TensionSeries,
    nullable: true,
    extensions: costs(({ bucket }: { readonly bucket: keyof typeof EXPECTED }) => ({
      field: 200,
      items: EXPECTED[bucket],
    })),
    description: `Conflict and cooperation over time, by bucket. To recompute a bucket: take the standing developments that are part of the dispute (\`developments\`, without its background) whose first and last day are both in the bucket. Take their \`codings\` without auxiliaries; with \`initiator\` or \`recipient\`, those that name the actor there. Add up their \`score\`, counting each coding once however many actors it names. An approximate or uncertain date counts as written. A coding whose date does not fit in one bucket is never spread over several, but counted in \`straddling\`. \`marks\` lists every coding with its date. More than ${CODINGS_MAX} codings for the disputes of one list are not added up: everything but \`marks\` is then refused with TENSION_TOO_LARGE.`,
    args: {
      bucket: t.arg({
        type: enums.TensionBucketSize,
        required: true,
        defaultValue: 'MONTH',
        description: 'The time span of a bucket.',
      }),
      initiator: t.arg({
        type: 'Key',
        description:
          'Only codings with this actor as an initiator, without its affiliates. With `recipient`, what one actor did to the other. An unknown key is refused with UNKNOWN_KEY.',
      }),
      recipient: t.arg({
        type: 'Key',
        description:
          'Only codings with this actor as a recipient, without its affiliates. An unknown key is refused with UNKNOWN_KEY.',
      }),
      date: t.arg({
        type: DateRange,
        description:
          'Only these days. The first and the last bucket are cut at its bounds. A coding whose date only overlaps the range straddles; one outside the range is left out.',
      }),
    },
    resolve: (dispute, { bucket, initiator, recipient, date }, { reader }) =>
      load(dispute, `tension ${JSON.stringify([bucket, initiator, recipient, date])}`, (disputes) => {
        const filter = {
          initiatorId: idOfKey(reader, 'actor', initiator),
          recipientId: idOfKey(reader, 'actor', recipient),
          ...checkRange('date', date),
        }
        return asBatchBelow(
          dispute,
          disputes.map(({ id, asOf }): TensionSeries => ({ id, asOf, bucket, filter })),
        )
      }),
  }),
)
