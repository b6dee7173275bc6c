import type { Range } from '../../model/analysis/tension.ts'
import { DemarcheError } from '../../model/errors.ts'
import { Dimension } from '../projections/postings.ts'
import { eq, type SQL, sql } from '../schema/drizzle.ts'
import { codingActors, codings, postings } from '../schema/developments.ts'
import type { Reader } from '../sqlite/prepared.ts'
import { batch, type BatchKey, type RowsOf, selectBatch, standing, batchRead } from './batch.ts'
import { boundsOf, latestOf, startsBy } from './date-sql.ts'
import { nameOf, parameter } from './select.ts'

/** The most codings that series are made of at once. */
export const CODINGS_MAX = 100_000

/** A coding that counts towards a dispute's tension, with the bounds of its development's date; null where one is open or unknown. */
export type ScoredCoding = RowsOf<typeof readCodings>

interface TensionFilter {
  /** The ids of the actors; null for any. */
  readonly initiatorId: number | null
  readonly recipientId: number | null
  readonly range: Range
}

/**
 * The codings without an auxiliary in standing developments that are part of each dispute and share a day with the range, oldest first.
 * Throws `TENSION_TOO_LARGE` beyond {@link CODINGS_MAX} in all.
 */
export function readScoredCodings(
  reader: Reader,
  keys: readonly BatchKey[],
  { initiatorId, recipientId, range: { from, to } }: TensionFilter,
): ScoredCoding[] {
  const found = readCodings(reader, keys, { initiatorId, recipientId, from, to, limit: CODINGS_MAX + 1 })
  if (found.length <= CODINGS_MAX) return found
  const message = `The disputes have more than ${CODINGS_MAX} codings to add up. Request a shorter date range, or one dispute at a time.`
  throw new DemarcheError('TENSION_TOO_LARGE', message)
}

const sort = nameOf(postings.sort)
const bounds = boundsOf(sort)

const readCodings = batchRead(
  selectBatch(
    {
      developmentId: postings.developmentId,
      earliest: sql<string | null>`${sql.raw(bounds.earliest)}`,
      latest: sql<string | null>`${sql.raw(bounds.latest)}`,
      score: codings.score,
    },
    sql`from ${batch} cross join ${postings} on ${eq(postings.dimension, Dimension.DISPUTE)}
        and ${eq(postings.target, batch.id)} and ${standing(postings)}
      cross join ${codings} on ${eq(codings.revisionId, postings.revisionId)} and ${eq(codings.auxiliaries, '')}
      where (@from is null or ${sql.raw(latestOf(sort))} >= @from) and (@to is null or ${sql.raw(startsBy(sort, '@to'))})
        and (@initiatorId is null or ${hasActor('INITIATOR', 'initiatorId')})
        and (@recipientId is null or ${hasActor('RECIPIENT', 'recipientId')})
      order by ${batch.parent}, ${postings.sort}, ${postings.developmentId}, ${codings.ordinal} limit @limit`,
  ),
)

function hasActor(side: 'INITIATOR' | 'RECIPIENT', id: string): SQL {
  return sql`exists (select 1 from ${codingActors} where ${eq(codingActors.revisionId, codings.revisionId)}
    and ${eq(codingActors.coding, codings.ordinal)} and ${eq(codingActors.side, side)}
    and ${eq(codingActors.actorId, parameter(id))})`
}
