import { bucketsOf, type Bucket } from '../../model/analysis/tension.ts'
import { PLOVER_SCALE } from '../../model/vocabulary/plover.ts'
import type { BatchRow } from '../../store/queries/batch.ts'
import { type DevelopmentRow, readDevelopments } from '../../store/queries/developments.ts'
import { checkPaging, PAGE_SIZE_MAX } from '../../store/queries/keyset.ts'
import { CODINGS_MAX, readScoredCodings, type ScoredCoding } from '../../store/queries/tension.ts'
import { checkRange } from '../../store/search/filter.ts'
import { asBatchBelow, groupByParent, load, loadMany } from '../core/batch-loader.ts'
import { builder } from '../core/builder.ts'
import { firstArgument } from '../core/connection.ts'
import type { Context } from '../core/context.ts'
import { TensionBucketSize } from '../core/enums.ts'
import { costs, perPage } from '../core/query-cost.ts'
import { idOfKey, recordKey } from '../core/relation.ts'
import { DateRange } from '../types/development-filter.ts'
import { Development } from '../types/development.ts'
import { Dispute } from '../types/dispute.ts'

type TensionBucket = Bucket<ScoredCoding>

interface TensionSeries {
  readonly buckets: readonly TensionBucket[]
  readonly straddling: readonly ScoredCoding[]
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

const TensionSeries = builder.objectRef<TensionSeries>('TensionSeries').implement({
  description:
    'PLOVER scores over time. Empty buckets are absent, never zero. Codings with an auxiliary, of background developments and of retracted developments are not included.',
  fields: (t) => ({
    scale: t.string({ description: 'The name of the scale of the scores.', resolve: () => PLOVER_SCALE }),
    buckets: t.field({
      type: [TensionBucket],
      extensions: costs({ field: 0, items: 1 }),
      description: 'The buckets with at least one coding, oldest first.',
      resolve: ({ buckets }) => buckets,
    }),
    straddling: t.int({
      description:
        'The number of codings left out because their dates do not fit in one bucket: they span several buckets, have an open or unknown end, or extend beyond `date`.',
      resolve: ({ straddling }) => straddling.length,
    }),
    straddlers: t.field({
      type: [Development],
      extensions: costs(perPage),
      description: 'The developments of these codings, each once, oldest first, with unknown starts last.',
      args: first,
      resolve: developmentsOf(({ straddling }) => straddling),
    }),
  }),
})

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
        const ids = new Set(codingsOf(each).map(({ developmentId }) => developmentId))
        return [...ids].slice(0, size).map((id) => ({ index, key: [id, asOf] as const }))
      })
      const rows: (DevelopmentRow & BatchRow)[] = []
      const keys = wanted.map(({ key }) => key)
      for (const row of readDevelopments(reader, keys)) rows[row.parent] = row
      return rows.flatMap((row, at) => ({ ...row, parent: wanted[at]?.index ?? -1 }))
    })
  }
}

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
    description: `Conflict and cooperation over time, by bucket. To recompute a bucket: take the standing developments that are part of the dispute (\`developments\`, without its background) whose first and last day are both in the bucket. Take their \`codings\` without auxiliaries; with \`initiator\` or \`recipient\`, those that name the actor there. Add up their \`score\`, counting each coding once however many actors it names. An approximate or uncertain date counts as written. A coding whose date does not fit in one bucket is never spread over several, but counted in \`straddling\`. More than ${CODINGS_MAX} codings for the disputes of one list are refused with TENSION_TOO_LARGE.`,
    args: {
      bucket: t.arg({
        type: TensionBucketSize,
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
        const range = checkRange('date', date)
        const wanted = {
          initiatorId: idOfKey(reader, 'actor', initiator),
          recipientId: idOfKey(reader, 'actor', recipient),
          range,
        }
        const codings = groupByParent(disputes.length, readScoredCodings(reader, disputes.map(recordKey), wanted))
        const series = codings.map((each): TensionSeries => bucketsOf(each, bucket, range))
        asBatchBelow(
          dispute,
          series.flatMap(({ buckets }) => buckets),
        )
        return asBatchBelow(dispute, series)
      }),
  }),
)
