import { LRUCache } from 'lru-cache'
import { parseEdtf } from '../../model/dates/edtf.ts'
import type { Path } from '../../model/records/references.ts'
import type { RecordOf } from '../../model/records/definitions.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import type { Staging } from '../../store/sqlite/staging.ts'
import { knownContent } from '../import/resolved-record.ts'
import type { Place, ProblemList } from '../format/problems.ts'

/*
 * Whoever belongs to another as an organ, an office-holder or a subsidiary acts for it. Going round in a circle, on days that all its
 * affiliations have in common, each would act for the other: as a rule one of them was written the wrong way round.
 */

const RESPONSIBLE: ReadonlySet<string> = new Set(['organ-of', 'office-holder', 'subsidiary-of'])

/** How many steps are looked up from one affiliation: nobody stands below so many. */
const LOOKED_UP = 200

/** Notes for whom an actor acts. */
export function noteSuperiors(staging: Staging, actor: RecordOf<'actor'>, placeOf: (path: Path) => Place): void {
  for (const [index, affiliation] of (actor.affiliations ?? []).entries()) {
    if (!RESPONSIBLE.has(affiliation.relation)) continue
    const noted: Noted = { ...stepOf(affiliation), ...placeOf(['affiliations', index, 'to']) }
    staging.note('superior', actor.key, affiliation.to, noted)
  }
}

/** Each circle once, at one of its affiliations that the dossiers hold. */
export function warnOfCircles(staging: Staging, reader: Reader | undefined, warnings: ProblemList): void {
  const superiors = new Superiors(staging, reader)
  const told = new Set<string>()
  for (const { first: actor, data } of staging.notes('superior')) {
    const { to, relation, since, till, ...place } = data as Noted // as noted above
    const circle = superiors.circle(actor, { to, relation, since, till })
    if (circle === undefined) continue
    const members = circle
      .map((step) => step.to)
      .toSorted()
      .join(' ')
    if (told.has(members)) continue
    told.add(members)
    const way = circle.map((step) => `${step.relation} ${step.to}`).join(' ')
    const message = `goes round in a circle, ${actor} ${way}: each would act for the others; take one of these affiliations out, or give them dates that have no day in common`
    warnings.add({ ...place, code: 'AFFILIATIONS_IN_CIRCLE', message })
  }
}

/** An affiliation, with its first and last day; null where it has no bound. */
interface Step {
  readonly to: string
  readonly relation: string
  readonly since: string | null
  readonly till: string | null
}

type Noted = Step & Place

/** A way upwards, with the days on which all of it holds. */
interface Way {
  readonly last: Step
  readonly before?: Way
  readonly since: string | null
  readonly till: string | null
}

class Superiors {
  readonly #staging: Staging
  readonly #reader: Reader | undefined
  readonly #known = new LRUCache<string, readonly Step[]>({ max: 10_000 })

  constructor(staging: Staging, reader: Reader | undefined) {
    this.#staging = staging
    this.#reader = reader
  }

  /** The shortest way from an actor over a first step back to it, where all of it holds on some day. */
  circle(actor: string, first: Step): Step[] | undefined {
    const ways: Way[] = [{ last: first, since: first.since, till: first.till }]
    const met = new Set<string>()
    for (const before of ways) {
      for (const last of this.#of(before.last.to)) {
        const since = later(before.since, last.since)
        const till = earlier(before.till, last.till)
        if (since !== null && till !== null && since > till) continue
        const way: Way = { last, before, since, till }
        if (last.to === actor) return stepsOf(way)
        const state = `${last.to} ${since} ${till}`
        if (met.has(state) || ways.length >= LOOKED_UP) continue
        met.add(state)
        ways.push(way)
      }
    }
    return undefined
  }

  #of(actor: string): readonly Step[] {
    const known = this.#known.get(actor)
    if (known !== undefined) return known
    const content = knownContent(this.#staging, this.#reader, 'actor', actor) as RecordOf<'actor'> | undefined // its space holds nothing else
    const steps = (content?.affiliations ?? []).filter(({ relation }) => RESPONSIBLE.has(relation)).map(stepOf)
    this.#known.set(actor, steps)
    return steps
  }
}

function stepOf({ to, relation, date }: { to: string; relation: string; date?: string | undefined }): Step {
  const { earliest, latest } = date === undefined ? { earliest: null, latest: null } : parseEdtf(date)
  return { to, relation, since: earliest, till: latest }
}

function stepsOf(way: Way): Step[] {
  const steps: Step[] = []
  for (let part: Way | undefined = way; part !== undefined; part = part.before) steps.unshift(part.last)
  return steps
}

/** The later day; null counts as no bound. */
function later(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b
  return a > b ? a : b
}

function earlier(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b
  return a < b ? a : b
}
