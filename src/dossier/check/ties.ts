import { LRUCache } from 'lru-cache'
import type { RecordOf } from '../../model/records/definitions.ts'
import { isRedacted } from '../../model/records/redaction.ts'

/*
 * Affiliations tie actors together: in either direction, over any number of steps, and whatever their dates. What a redacted actor was
 * affiliated with is not known any more, so what leads to it may lead to any actor.
 */

/** How many affiliations are followed. Real hierarchies are far smaller; where there are more, they may lead to any actor. */
const FOLLOWED = 1_000

/** The actors that an actor is affiliated with; `ANY` if that was redacted. */
export type Superiors = readonly string[] | 'ANY'

export function superiorsOf(actor: RecordOf<'actor'> | undefined): Superiors {
  if (actor !== undefined && isRedacted(actor)) return 'ANY'
  return (actor?.affiliations ?? []).map(({ to }) => to)
}

/** Actors, and where their affiliations lead to. */
export interface Reach {
  readonly from: readonly string[]
  /** These actors included. */
  readonly actors: ReadonlySet<string>
  /** Whether they may lead to any actor. */
  readonly isOpen: boolean
}

export class Ties {
  readonly #read: (actor: string) => Superiors
  #known: LRUCache<string, Superiors> | undefined

  constructor(read: (actor: string) => Superiors) {
    this.#read = read
  }

  reach(from: readonly string[]): Reach {
    // Making it takes longer than checking most single records, which need none.
    this.#known ??= new LRUCache({ max: 10_000, memoMethod: this.#read })
    const actors = new Set(from)
    let followed = 0
    for (const one of actors) {
      const superiors = this.#known.memo(one)
      if (superiors === 'ANY' || (followed += superiors.length) > FOLLOWED) return { from, actors, isOpen: true }
      for (const superior of superiors) actors.add(superior)
    }
    return { from, actors, isOpen: false }
  }

  /** Whether the holder of a position is tied to one of the actors that the statement names. */
  isTied(holder: string, named: Reach): boolean {
    // Most holders are named, or above those who are, and their own affiliations need not be followed.
    return named.isOpen || named.actors.has(holder) || areTied(this.reach([holder]), named)
  }
}

/** Whether one of the actors of the one leads to one of the other's, or the other way round. */
export function areTied(one: Reach, other: Reach): boolean {
  if (one.isOpen || other.isOpen) return true
  return one.from.some((actor) => other.actors.has(actor)) || other.from.some((actor) => one.actors.has(actor))
}
