import { PLOVER_SCALE } from '../../model/vocabulary/plover.ts'
import { bucketsOf, type Bucket } from '../../model/analysis/tension.ts'
import type { DevelopmentRow } from '../../store/queries/developments.ts'
import { idsOfKeys } from '../../store/search/keys.ts'
import { checkRange } from '../../store/search/filter.ts'
import { checkPaging, PAGE_SIZE_MAX } from '../../store/queries/keyset.ts'
import type { BatchRow } from '../../store/queries/batch.ts'
import { readDevelopments } from '../../store/queries/developments.ts'
import { CODINGS_MAX, readScoredCodings, type ScoredCoding } from '../../store/queries/tension.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import { builder } from '../core/builder.ts'
import { askedOf, gatherBelow, many, share } from '../core/batch-loader.ts'
import { perPage } from '../core/connection.ts'
import { Development } from '../types/development.ts'
import { DateRange } from '../types/development-filter.ts'
import { Dispute } from '../types/dispute.ts'
import { TensionBucketSize } from '../core/enums.ts'

type TensionBucket = Bucket<ScoredCoding>

interface TensionSeries {
  readonly buckets: readonly TensionBucket[]
  readonly straddling: readonly ScoredCoding[]
}

const first = builder.args((t) => ({
  first: t.int({
    required: true,
    defaultValue: PAGE_SIZE_MAX,
    description: `How many, 0 to ${PAGE_SIZE_MAX}; more are refused with BAD_PAGING.`,
  }),
}))

const TensionBucket = builder.objectRef<TensionBucket>('TensionBucket').implement({
  description: 'The codings of a stretch of days, added up.',
  fields: (t) => ({
    from: t.expose('from', {
      type: 'Date',
      description:
        'Its first day: that of its day, week, month, quarter or year, or of `date` where that begins later.',
    }),
    to: t.expose('to', {
      type: 'Date',
      description: 'Its last day, included; that of `date` where that ends earlier.',
    }),
    count: t.int({
      description: 'How many codings are in it, at least 1; a development with two codings counts twice.',
      resolve: ({ items }) => items.length,
    }),
    mean: t.float({ description: '`sum` divided by `count`.', resolve: ({ sum, items }) => sum / items.length }),
    sum: t.exposeFloat('sum', { description: 'The sum of their scores: `cooperation` plus `conflict`.' }),
    cooperation: t.exposeFloat('cooperation', { description: 'The sum of the scores above 0; 0 where none is.' }),
    conflict: t.exposeFloat('conflict', {
      description: 'The sum of the scores below 0, itself below 0; 0 where none is.',
    }),
    developments: t.field({
      type: [Development],
      complexity: perPage,
      description:
        'The developments whose codings were added up, each once, oldest first. Further ones are found by the filters `disputes` and `dateWithin`.',
      args: first,
      resolve: (bucket, args, { reader }) => developmentsOf(bucket, ({ items }) => items, { ...args, reader }),
    }),
  }),
})

const TensionSeries = builder.objectRef<TensionSeries>('TensionSeries').implement({
  description:
    'PLOVER scores over time. Empty buckets are absent, never zero; codings with an auxiliary, of background and of retracted developments are not in it.',
  fields: (t) => ({
    scale: t.string({ description: 'The name of the scale of the scores.', resolve: () => PLOVER_SCALE }),
    buckets: t.field({
      type: [TensionBucket],
      complexity: { field: 0, multiplier: 1 },
      description: 'The buckets that hold a coding, oldest first.',
      resolve: ({ buckets }) => buckets,
    }),
    straddling: t.int({
      description:
        'How many codings were left out because their dates do not fit one bucket: they span several, have an open or unknown end, or reach beyond `date`.',
      resolve: ({ straddling }) => straddling.length,
    }),
    straddlers: t.field({
      type: [Development],
      complexity: perPage,
      description: 'The developments of these codings, each once, oldest first; those of unknown beginning come last.',
      args: first,
      resolve: (series, args, { reader }) =>
        developmentsOf(series, ({ straddling }) => straddling, { ...args, reader }),
    }),
  }),
})

/** The developments of the codings that belong to each parent, in their order. */
function developmentsOf<Parent extends object>(
  parent: Parent,
  codingsOf: (parent: Parent) => readonly ScoredCoding[],
  { first: size, reader }: { readonly first: number; readonly reader: Reader },
): readonly DevelopmentRow[] {
  checkPaging({ first: size })
  return many(parent, `developments ${size}`, (parents) => {
    const asked = parents.flatMap((each, at) => {
      const asOf = codingsOf(each)[0]?.asOf ?? 0
      const ids = new Set(codingsOf(each).map(({ developmentId }) => developmentId))
      return [...ids].slice(0, size).map((id) => ({ at, ask: [id, asOf] as const }))
    })
    const rows: (DevelopmentRow & BatchRow)[] = []
    for (const row of readDevelopments(
      reader,
      asked.map(({ ask }) => ask),
    ))
      rows[row.parent] = row
    return rows.flatMap((row, place) => ({ ...row, parent: asked[place]?.at ?? -1 }))
  })
}

/** How many buckets to expect: for the weight of what is asked of each. */
const EXPECTED = { DAY: 120, WEEK: 60, MONTH: 30, QUARTER: 12, YEAR: 6 } as const

builder.objectField(Dispute, 'tension', (t) =>
  t.field({
    type: TensionSeries,
    nullable: true,
    complexity: ({ bucket }) => ({ field: 200, multiplier: EXPECTED[bucket] }),
    description: `How conflict and cooperation went, bucket by bucket. To recompute one by hand: take the standing developments that are part of the dispute (\`developments\`; not its background) and whose first and last day both lie from the bucket’s \`from\` to its \`to\`; of these, the \`codings\` without auxiliaries, and where \`initiator\` or \`recipient\` is given those that name that actor there; add up their \`score\`, each coding once however many actors it names. A date that is marked as approximate or uncertain counts as it is written; one that does not fit into one bucket is never spread over several: its codings are counted as \`straddling\`. Refused with TENSION_TOO_LARGE where the disputes of one list have more than ${CODINGS_MAX} such codings together.`,
    args: {
      bucket: t.arg({
        type: TensionBucketSize,
        required: true,
        defaultValue: 'MONTH',
        description: 'How much time a bucket covers.',
      }),
      initiator: t.arg({
        type: 'Key',
        description:
          'Only codings that this actor initiates, alone or with others; itself, not whoever belongs to it. With `recipient`, what the one did to the other. A key that names nothing is refused with UNKNOWN_KEY.',
      }),
      recipient: t.arg({
        type: 'Key',
        description:
          'Only codings that this actor receives, alone or with others. A key that names nothing is refused with UNKNOWN_KEY.',
      }),
      date: t.arg({
        type: DateRange,
        description:
          'Only these days: the first and the last bucket are cut where they begin and end. A coding whose date only reaches into them straddles; one that shares no day with them is left out altogether.',
      }),
    },
    resolve: (dispute, { bucket, initiator, recipient, date }, { reader }) => {
      const relation = `tension ${JSON.stringify([bucket, initiator, recipient, date])}`
      return share(dispute, relation, (disputes) => {
        const range = checkRange('date', date)
        const wanted = { initiatorId: idOf(reader, initiator), recipientId: idOf(reader, recipient), range }
        const codings = disputes.map((): ScoredCoding[] => [])
        for (const coding of readScoredCodings(reader, disputes.map(askedOf), wanted))
          codings[coding.parent]?.push(coding)
        const series = codings.map((each): TensionSeries => bucketsOf(each, bucket, range))
        gatherBelow(
          dispute,
          series.flatMap(({ buckets }) => buckets),
        )
        return gatherBelow(dispute, series)
      })
    },
  }),
)

function idOf(reader: Reader, key: string | null | undefined): number | null {
  return key == null ? null : (idsOfKeys(reader, 'actor', [key])[0] ?? null)
}
