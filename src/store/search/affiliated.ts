import { OPEN_END } from '../../model/dates/edtf.ts'
import { DemarcheError } from '../../model/errors.ts'
import { affiliations } from '../schema/reference-records.ts'
import type { Reader } from '../sqlite/prepared.ts'
import { aliased } from './sql.ts'

/** The most actors of one filter, affiliated ones included. */
export const AFFILIATED_MAX = 2_000

/** The start of a term that has none; its end is `OPEN_END`. */
export const FIRST_DAY = '0000-01-01'

/** Days as YYYY-MM-DD, both included. */
interface Span {
  readonly since: string
  readonly till: string
}

/** An actor, and the days on which its conduct counts. */
export interface Term extends Span {
  readonly actor: number
}

/**
 * The actors and, recursively, their organs, office-holders and subsidiaries. Each counts for as long as its affiliation lasts; along a
 * chain, for the days that all affiliations of the chain have in common. An affiliation without a bound is unbounded on that side. An actor
 * with several terms is returned once for each. Affiliations are read as they are now, not as of any seq. Runs one query per level.
 * Throws `AFFILIATED_TOO_MANY` for more than {@link AFFILIATED_MAX} actors.
 */
export function affiliatedTerms(reader: Reader, actors: readonly number[]): Term[] {
  const always = { since: FIRST_DAY, till: OPEN_END }
  const spans = new Map<number, Span[]>(actors.map((actor) => [actor, [always]]))
  let frontier = new Map(spans)
  while (frontier.size > 0) {
    const next = new Map<number, Span[]>()
    for (const { actor, organisation, since, till } of edgesInto(reader, [...frontier.keys()])) {
      for (const span of frontier.get(organisation) ?? []) {
        const term = { since: later(span.since, since), till: earlier(span.till, till) }
        const known = spans.get(actor) ?? []
        // A term that adds no day is followed no further, which ends every cycle.
        if (term.since > term.till || known.some((other) => other.since <= term.since && other.till >= term.till))
          continue
        spans.set(actor, merge(known, term))
        next.set(actor, merge(next.get(actor) ?? [], term))
      }
    }
    if (spans.size > AFFILIATED_MAX) throw tooMany()
    frontier = next
  }
  return [...spans].flatMap(([actor, found]) => found.map((span) => ({ actor, ...span })))
}

interface Edge extends Term {
  readonly organisation: number
}

function edgesInto(reader: Reader, organisations: readonly number[]): Edge[] {
  const edges = reader.all<Edge>(EDGES, { organisations: JSON.stringify(organisations), limit: EDGES_MAX + 1 })
  if (edges.length > EDGES_MAX) throw tooMany()
  return edges
}

/** The most affiliations of one level: a person has several over the years. */
const EDGES_MAX = 5 * AFFILIATED_MAX

const affiliation = aliased(affiliations, 'a')
const EDGES = `select ${affiliation.actorId} as actor, ${affiliation.organisationId} as organisation,
    coalesce(${affiliation.earliest}, '${FIRST_DAY}') as since, coalesce(${affiliation.latest}, '${OPEN_END}') as till
  from json_each(@organisations) o cross join ${affiliation.from} on ${affiliation.organisationId} = o.value
  where ${affiliation.relation} in ('ORGAN_OF', 'OFFICE_HOLDER', 'SUBSIDIARY_OF') limit @limit`

function tooMany(): DemarcheError {
  return new DemarcheError(
    'AFFILIATED_TOO_MANY',
    `More than ${AFFILIATED_MAX} actors are affiliated with those of the filter. Pass fewer or smaller ones, or omit \`includeAffiliated\`.`,
  )
}

/** The known spans with one more, those that it touches merged with it. */
function merge(known: readonly Span[], span: Span): Span[] {
  const touches = ({ since, till }: Span) => since <= span.till && span.since <= till
  const { since, till } = known
    .filter(touches)
    .reduce((a, b) => ({ since: earlier(a.since, b.since), till: later(a.till, b.till) }), span)
  return [...known.filter((other) => !touches(other)), { since, till }]
}

function later(a: string, b: string): string {
  return a > b ? a : b
}

function earlier(a: string, b: string): string {
  return a < b ? a : b
}
