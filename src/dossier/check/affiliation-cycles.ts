import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { parseEdtf } from '../../model/dates/edtf.ts'
import type { RecordOf } from '../../model/records/definitions.ts'
import type { Staging } from '../../store/sqlite/staging.ts'
import type { AddressOf, FieldAddress, ProblemList } from '../format/problems.ts'
import type { ResolvedRecords } from './resolved-records.ts'

/*
 * An organ, an office-holder or a subsidiary acts for the actor that it belongs to. If such affiliations form a cycle on any day, each of
 * its actors acts for all the others: usually one affiliation was written the wrong way round.
 */

const RESPONSIBLE: ReadonlySet<string> = new Set(['organ-of', 'office-holder', 'subsidiary-of'])

/** How many paths, and how many affiliations, are followed from one affiliation. Real hierarchies are far smaller. */
const PATHS_FOLLOWED = 200
const AFFILIATIONS_FOLLOWED = 1_000
/** How many affiliations of a cycle a warning names. */
const NAMED = 10

/** An affiliation, with its first and last day; null if it is unbounded. */
interface Step {
  readonly to: string
  readonly relation: string
  readonly since: string | null
  readonly till: string | null
}

interface NotedStep extends Step {
  readonly at: FieldAddress
}

/** Steps upwards, with the days on which all of them hold. */
interface UpwardPath {
  readonly last: Step
  readonly before?: UpwardPath
  readonly since: string | null
  readonly till: string | null
}

/** Notes the actors that an actor acts for. */
export function noteSuperiors(staging: Staging, actor: RecordOf<'actor'>, at: AddressOf): void {
  for (const [index, affiliation] of (actor.affiliations ?? []).entries()) {
    if (!RESPONSIBLE.has(affiliation.relation)) continue
    const noted: NotedStep = { ...stepOf(affiliation), at: at(['affiliations', index, 'to']) }
    staging.note('superior', actor.key, affiliation.to, noted)
  }
}

/** Warns of each cycle once, at one of its affiliations that the dossiers hold. */
export function warnOfCycles(records: ResolvedRecords, warnings: ProblemList): void {
  const superiors = new LRUCache<string, readonly Step[]>({
    max: 10_000,
    memoMethod: (actor) => {
      const { affiliations = [] } = records.find('actor', actor) ?? {}
      return affiliations.filter(({ relation }) => RESPONSIBLE.has(relation)).map(stepOf)
    },
  })
  const reported = new Set<string>()
  for (const { first: actor, data } of records.staging.notes('superior')) {
    const { at, ...step } = data as NotedStep // as noted above
    const cycle = findCycle(actor, step, (one) => superiors.memo(one))
    const actors = cycle.map(({ to }) => to).toSorted()
    const name = hash('sha256', actors.join(' '))
    if (cycle.length === 0 || reported.has(name)) continue
    reported.add(name)
    const path = cycle.map(({ relation, to }) => `${relation} ${to}`)
    const left = path.length - NAMED
    if (left > 0) path.splice(NAMED - 1, left, `(${left} more)`)
    const message = `forms a cycle, ${actor} ${path.join(' ')}: each of these actors acts for the others; remove one of the affiliations, or give them dates that share no day`
    warnings.add({ at, code: 'AFFILIATIONS_IN_CIRCLE', message })
  }
}

/** The shortest path from an actor over a first step back to the actor whose steps all hold on some day; empty if there is none. */
function findCycle(actor: string, first: Step, superiorsOf: (actor: string) => readonly Step[]): readonly Step[] {
  const paths: UpwardPath[] = [{ last: first, since: first.since, till: first.till }]
  const met = new Set<string>()
  let followed = 0
  for (const path of paths) {
    for (const last of superiorsOf(path.last.to)) {
      if (++followed > AFFILIATIONS_FOLLOWED) return []
      const since = latest(path.since, last.since)
      const till = earliest(path.till, last.till)
      if (since !== null && till !== null && since > till) continue
      if (last.to === actor) return stepsOf({ before: path, last, since, till })
      const state = `${last.to} ${since} ${till}`
      if (met.has(state) || paths.length >= PATHS_FOLLOWED) continue
      met.add(state)
      paths.push({ before: path, last, since, till })
    }
  }
  return []
}

function stepsOf(path: UpwardPath): Step[] {
  const steps: Step[] = []
  for (let one: UpwardPath | undefined = path; one !== undefined; one = one.before) steps.push(one.last)
  return steps.toReversed()
}

function stepOf({ to, relation, date }: { to: string; relation: string; date?: string | undefined }): Step {
  const dates = date === undefined ? undefined : parseEdtf(date)
  return { to, relation, since: dates?.earliest ?? null, till: dates?.latest ?? null }
}

/** The later day; null is no bound. */
function latest(a: string | null, b: string | null): string | null {
  return a === null || (b !== null && b > a) ? b : a
}

/** The earlier day; null is no bound. */
function earliest(a: string | null, b: string | null): string | null {
  return a === null || (b !== null && b < a) ? b : a
}
