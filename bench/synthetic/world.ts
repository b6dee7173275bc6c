import type { RecordOf } from '../../src/model/records/definitions.ts'
import { capital, title, wordAt } from './words.ts'
import { LongTail, Random, splitLongTail } from './random.ts'

/*
 * Actors and places that all synthetic disputes share: states with their organs and officials, outlets, cities. A few take part in almost
 * everything and most in little, as in the bundled record, where one state takes part in two developments of five.
 */

type Actor = RecordOf<'actor'>
type Place = RecordOf<'place'>

export interface World {
  readonly actors: readonly Actor[]
  readonly places: readonly Place[]
  readonly states: LongTail<string>
  readonly outlets: LongTail<string>
  readonly cities: LongTail<string>
  /** Organs and officials by the key of their state. */
  readonly officials: ReadonlyMap<string, LongTail<string>>
}

/** A dispute to generate: its index, its key and its number of developments. */
export interface Outline {
  readonly index: number
  readonly key: string
  readonly size: number
}

const STATES = 30
const ORGANS = 5
const OFFICIALS = 25
const OUTLETS = 60
const CITIES = 120

export function makeWorld(seed: number): World {
  const random = new Random(seed, 'world')
  const actors: Actor[] = []
  const officials = new Map<string, LongTail<string>>()
  const states = Array.from({ length: STATES }, (_, index) => `state-${index + 1}`)
  for (const [index, state] of states.entries()) {
    actors.push({ key: state, name: capital(wordAt(20_000 + index)), kind: 'state', aliases: [title(random, 1)] })
    const speakers: string[] = []
    for (let number = 1; number <= ORGANS; number++) {
      const key = `${state}-organ-${number}`
      speakers.push(key)
      actors.push({ key, name: title(random, 3), kind: 'organ', affiliations: [{ to: state, relation: 'organ-of' }] })
    }
    for (let number = 1; number <= OFFICIALS; number++) {
      const key = `${state}-official-${number}`
      const to = number <= 5 ? state : `${state}-organ-${1 + random.below(ORGANS)}`
      const date = `${2000 + random.below(10)}/..`
      const affiliations = [{ to, relation: 'office-holder' as const, office: title(random, 2), date }]
      speakers.push(key)
      actors.push({ key, name: title(random, 2), kind: 'person', affiliations })
    }
    officials.set(state, new LongTail(speakers.toReversed(), 1))
  }
  const outlets = Array.from({ length: OUTLETS }, (_, index) => `outlet-${index + 1}`)
  for (const key of outlets) actors.push({ key, name: title(random, 2), kind: 'outlet' })
  const cities = Array.from({ length: CITIES }, (_, index) => `city-${index + 1}`)
  return {
    actors,
    places: cities.map((key, index) => ({ key, name: capital(wordAt(30_000 + index)) })),
    states: new LongTail(states, 1),
    outlets: new LongTail(outlets, 1),
    cities: new LongTail(cities, 1),
    officials,
  }
}

/**
 * The disputes that `rows` developments belong to. The first has 1,000 developments, or a tenth of all if there are less than 10,000. The sizes
 * of the others have a long tail.
 */
export function outlineDisputes(rows: number): Outline[] {
  const thousand = Math.min(1_000, Math.ceil(rows / 10))
  const others = splitLongTail(rows - thousand, Math.max(2, Math.round(rows / 400)), 0.7)
  return [thousand, ...others].map((size, index) => ({ index, key: `dispute-${index + 1}`, size }))
}
