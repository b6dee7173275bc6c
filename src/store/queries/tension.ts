import type { Range } from '../../model/analysis/tension.ts'
import { DemarcheError } from '../../model/errors.ts'
import { Dimension } from '../projections/postings.ts'
import { eq, type SQL, type SQLiteColumn, sql } from '../schema/drizzle.ts'
import { codingActors, codings, postings, revisions } from '../schema/developments.ts'
import type { Reader } from '../sqlite/prepared.ts'
import { batch, type BatchKey, type RowsOf, selectBatch, standing, batchRead } from './batch.ts'
import { boundsOf, latestOf, startsBy } from './date-sql.ts'
import { keysetPages } from './keyset.ts'
import type { List } from './pages.ts'
import { nameOf, parameter, pick, select } from './select.ts'

/** The most codings that series are made of at once. */
export const CODINGS_MAX = 100_000

/** A coding that counts towards a dispute's tension, with the bounds of its development's date; null where one is open or unknown. */
export type ScoredCoding = RowsOf<typeof readCodings>

export interface TensionFilter extends Range {
  /** The ids of the actors; null for any. */
  readonly initiatorId: number | null
  readonly recipientId: number | null
}

/**
 * The codings without an auxiliary in standing developments that are part of each dispute and share a day with the range, oldest first.
 * Throws `TENSION_TOO_LARGE` beyond {@link CODINGS_MAX} in all.
 */
export function readScoredCodings(
  reader: Reader,
  keys: readonly BatchKey[],
  { initiatorId, recipientId, from, to }: TensionFilter,
): ScoredCoding[] {
  const found = readCodings(reader, keys, { initiatorId, recipientId, from, to, limit: CODINGS_MAX + 1 })
  if (found.length <= CODINGS_MAX) return found
  const message = `The disputes have more than ${CODINGS_MAX} codings to add up. Request a shorter date range, or one dispute at a time.`
  throw new DemarcheError('TENSION_TOO_LARGE', message)
}

const sort = nameOf(postings.sort)
const bounds = boundsOf(sort)

const TABLES = sql`${postings} cross join ${codings}`

/** The conditions of a coding that counts. */
const COUNTS = sql`${eq(postings.dimension, Dimension.DISPUTE)} and ${eq(postings.target, batch.id)} and ${standing(postings)}
  and ${eq(codings.revisionId, postings.revisionId)} and ${eq(codings.auxiliaries, '')}
  and (@from is null or ${sql.raw(latestOf(sort))} >= @from) and (@to is null or ${sql.raw(startsBy(sort, '@to'))})
  and (@initiatorId is null or ${hasActor('INITIATOR', 'initiatorId')})
  and (@recipientId is null or ${hasActor('RECIPIENT', 'recipientId')})`

const readCodings = batchRead(
  selectBatch(
    {
      developmentId: postings.developmentId,
      earliest: sql<string | null>`${sql.raw(bounds.earliest)}`,
      latest: sql<string | null>`${sql.raw(bounds.latest)}`,
      score: codings.score,
    },
    sql`from ${batch} cross join ${TABLES} where ${COUNTS}
      order by ${batch.parent}, ${postings.sort}, ${postings.developmentId}, ${codings.ordinal} limit @limit`,
  ),
)

/** A coding that counts, with the date of its development. Identified by its revision and its ordinal. */
export type MarkRow = RowsOf<typeof readMarks.forward>

const MARK = {
  ...pick(codings, 'revisionId', 'ordinal', 'type', 'modes', 'score'),
  ...pick(revisions, 'developmentId', 'sort', 'edtf', 'dateNote'),
}

const readMarks = { forward: marksReader(sql`>`, sql`asc`), backward: marksReader(sql`<`, sql`desc`) }

function marksReader(beyond: SQL, direction: SQL) {
  const inOrder = (...key: readonly SQLiteColumn[]) =>
    sql.join(
      key.map((column) => sql`${column} ${direction}`),
      sql`, `,
    )
  const { revisionId, ordinal } = codings
  const page = sql`select ${revisionId}, ${ordinal} from ${TABLES} where ${COUNTS}
    and (${postings.sort}, ${postings.developmentId}, ${postings.revisionId}, ${ordinal}) ${beyond} (@key0, @key1, @key2, @key3)
    order by ${inOrder(postings.sort, postings.developmentId, postings.revisionId, ordinal)} limit @limit`
  return batchRead(
    selectBatch(
      MARK,
      sql`from ${batch} cross join ${codings} on (${revisionId}, ${ordinal}) in (${page})
        cross join ${revisions} on ${eq(revisions.id, revisionId)}
        order by ${batch.parent}, ${inOrder(revisions.sort, revisions.developmentId, revisions.id, ordinal)}`,
    ),
  )
}

const countMarks = batchRead(
  select(
    { count: sql<number>`(select count(*) from ${TABLES} where ${COUNTS})` },
    sql`from ${batch} order by ${batch.parent}`,
  ),
)

/** The codings of {@link readScoredCodings} page by page, in the same order; has the parameters of a {@link TensionFilter}. */
export const MARKS: List<MarkRow> = {
  name: 'tension-marks',
  pages: (reader, { keys, request, parameters }) =>
    keysetPages<MarkRow>(
      {
        name: MARKS.name,
        shape: ['TEXT', 'NUMBER', 'NUMBER', 'NUMBER'],
        keyOf: (mark) => [mark.sort, mark.developmentId, mark.revisionId, mark.ordinal],
        read: ({ from, inclusive, backward, limit }) => {
          const [sortKey, developmentId, revisionId, ordinal] = from ?? (backward ? AFTER_ALL : BEFORE_ALL)
          const included = inclusive ? (backward ? 1 : -1) : 0
          const bound = { key0: sortKey, key1: developmentId, key2: revisionId, key3: Number(ordinal) + included }
          const marks: MarkRow[][] = keys.map(() => [])
          const readPage = backward ? readMarks.backward : readMarks.forward
          for (const mark of readPage(reader, keys, { ...parameters, ...bound, limit })) marks[mark.parent]?.push(mark)
          return marks
        },
      },
      request,
    ),
  counts: (reader, { keys, parameters }) => countMarks(reader, keys, parameters).map(({ count }) => count),
}

const BEFORE_ALL = ['', 0, 0, 0] as const
const AFTER_ALL = ['\u{10FFFF}', 0, 0, 0] as const

function hasActor(side: 'INITIATOR' | 'RECIPIENT', id: string): SQL {
  return sql`exists (select 1 from ${codingActors} where ${eq(codingActors.revisionId, codings.revisionId)}
    and ${eq(codingActors.coding, codings.ordinal)} and ${eq(codingActors.side, side)}
    and ${eq(codingActors.actorId, parameter(id))})`
}
