import { DemarcheError } from '../../model/errors.ts'
import type { Reader } from '../sqlite/prepared.ts'

/** The most actors of one filter, affiliated ones included. */
export const AFFILIATED_MAX = 2_000

/** An actor, and the days on which its conduct counts: YYYY-MM-DD, both included, null for no bound. */
export interface Term {
  readonly actor: number
  readonly since: string | null
  readonly till: string | null
}

interface Edge {
  readonly actor: number
  readonly organisation: number
  readonly earliest: string | null
  readonly latest: string | null
}

type Span = Pick<Term, 'since' | 'till'>

const ALWAYS: Span = { since: null, till: null }

/**
 * The actors and, recursively, their organs, office-holders and subsidiaries. Each counts for as long as its affiliation lasts; along a
 * chain, for the days that all affiliations of the chain have in common. An affiliation without a bound is unbounded on that side. An actor
 * with several terms is returned once for each. Affiliations are read as they are now, not as of any seq. Runs one statement per level.
 * Throws `AFFILIATED_TOO_MANY` for more than {@link AFFILIATED_MAX} actors.
 */
export function affiliatedTerms(reader: Reader, actors: readonly number[]): Term[] {
  const spans = new Map<number, Span[]>()
  let frontier = new Map<number, Span[]>(actors.map((actor) => [actor, [ALWAYS]]))
  for (const [actor, found] of frontier) spans.set(actor, found)
  while (frontier.size > 0) {
    const next = new Map<number, Span[]>()
    for (const { actor, organisation, earliest, latest } of edgesInto(reader, [...frontier.keys()])) {
      for (const span of frontier.get(organisation) ?? []) {
        const term = intersect(span, { since: earliest, till: latest })
        if (term === null) continue
        const known = spans.get(actor) ?? []
        // A term that adds no day is followed no further, which ends every cycle.
        if (known.some((other) => covers(other, term))) continue
        spans.set(actor, add(known, term))
        next.set(actor, add(next.get(actor) ?? [], term))
      }
    }
    if (spans.size > AFFILIATED_MAX) throw tooMany()
    frontier = next
  }
  return [...spans].flatMap(([actor, found]) => found.map((span) => ({ actor, ...span })))
}

function edgesInto(reader: Reader, organisations: readonly number[]): Edge[] {
  const edges = reader.all<Edge>(
    `select a.actor_id as actor, a.organisation_id as organisation, a.earliest, a.latest
     from json_each(@organisations) o cross join affiliations a on a.organisation_id = o.value
     where a.relation in ('ORGAN_OF', 'OFFICE_HOLDER', 'SUBSIDIARY_OF')
     limit @limit`,
    { organisations: JSON.stringify(organisations), limit: EDGES_MAX + 1 },
  )
  if (edges.length > EDGES_MAX) throw tooMany()
  return edges
}

/** The most affiliations of one level: a person has several over the years. */
const EDGES_MAX = 5 * AFFILIATED_MAX

function tooMany(): DemarcheError {
  return new DemarcheError(
    'AFFILIATED_TOO_MANY',
    `more than ${AFFILIATED_MAX} actors are affiliated with those of the filter; name fewer or smaller ones, or leave out includeAffiliated`,
  )
}

/** Merges the span with the known ones that it touches. */
function add(known: readonly Span[], span: Span): Span[] {
  let merged = span
  const apart: Span[] = []
  for (const other of known) {
    if (intersect(other, merged) === null) apart.push(other)
    else merged = union(other, merged)
  }
  return [...apart, merged]
}

function intersect(a: Span, b: Span): Span | null {
  const since = later(a.since, b.since)
  const till = earlier(a.till, b.till)
  return since !== null && till !== null && since > till ? null : { since, till }
}

/** The union of two spans that have a day in common. */
function union(a: Span, b: Span): Span {
  return {
    since: a.since === null || b.since === null ? null : earlier(a.since, b.since),
    till: a.till === null || b.till === null ? null : later(a.till, b.till),
  }
}

function covers(outer: Span, inner: Span): boolean {
  const starts = outer.since === null || (inner.since !== null && outer.since <= inner.since)
  return starts && (outer.till === null || (inner.till !== null && inner.till <= outer.till))
}

/** The later day; null is no bound. */
function later(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b
  return a > b ? a : b
}

function earlier(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b
  return a < b ? a : b
}
