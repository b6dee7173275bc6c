import { DemarcheError } from '../../model/errors.ts'
import type { Range } from '../../model/analysis/tension.ts'
import { boundsOf, latestOf, startsBy } from './date-sql.ts'
import { Facet } from '../projections/postings.ts'
import { type Asked, asking, type BatchText, readShares, type Share } from './batch.ts'
import type { Reader } from '../sqlite/prepared.ts'

/** The most codings of which series are made at once. */
export const CODINGS_MAX = 100_000

/** A coding that counts towards a dispute's tension. */
export interface ScoredCoding extends Share {
  readonly developmentId: number
  /** The bounds of the development's date; null where one is open or unknown. */
  readonly earliest: string | null
  readonly latest: string | null
  readonly score: number
}

export interface TensionWanted {
  /** The actors' ids; null for any. */
  readonly initiatorId: number | null
  readonly recipientId: number | null
  readonly range: Range
}

/**
 * The codings without an auxiliary of standing developments that are part of each dispute and share a day with the range, oldest first.
 * Throws `TENSION_TOO_LARGE` past {@link CODINGS_MAX} in all.
 */
export function readScoredCodings(
  reader: Reader,
  asked: readonly Asked[],
  { initiatorId, recipientId, range }: TensionWanted,
): ScoredCoding[] {
  const actors = { ...(initiatorId === null ? {} : { initiatorId }), ...(recipientId === null ? {} : { recipientId }) }
  const days = { ...(range.from === null ? {} : { from: range.from }), ...(range.to === null ? {} : { to: range.to }) }
  const parameters = { ...actors, ...days, limit: CODINGS_MAX + 1 }
  const codings = readShares<ScoredCoding>(reader, textFor(parameters), asked, parameters)
  if (codings.length <= CODINGS_MAX) return codings
  const message = `there are more than ${CODINGS_MAX} codings to add up; ask for a shorter date range, or one dispute at a time`
  throw new DemarcheError('TENSION_TOO_LARGE', message)
}

/** Asks for no more than it is given: one of sixteen texts. */
function textFor(given: Readonly<Record<string, unknown>>): BatchText {
  const { earliest, latest } = boundsOf('p.sort')
  const conditions = [
    'initiatorId' in given ? hasActor('INITIATOR', '@initiatorId') : '',
    'recipientId' in given ? hasActor('RECIPIENT', '@recipientId') : '',
    'from' in given ? `and ${latestOf('p.sort')} >= @from` : '',
    'to' in given ? `and ${startsBy('p.sort', '@to')}` : '',
  ]
  return asking(
    `p.development_id as developmentId, ${earliest} as earliest, ${latest} as latest, x.score`,
    `from asked cross join postings p on p.facet = ${Facet.DISPUTE} and p.target = asked.id
       and p.revision_id <= asked.as_of and p.until_seq > asked.as_of and p.retracted = 0
     cross join codings x on x.revision_id = p.revision_id and x.auxiliaries = ''
     where true ${conditions.join(' ')}
     order by asked.parent, p.sort, p.development_id, x.ordinal limit @limit`,
  )
}

function hasActor(side: 'INITIATOR' | 'RECIPIENT', id: string): string {
  return `and exists (select 1 from coding_actors a
    where a.revision_id = x.revision_id and a.coding = x.ordinal and a.side = '${side}' and a.actor_id = ${id})`
}
