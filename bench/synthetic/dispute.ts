import type { AnyRecord, RecordOf } from '../../src/model/records/definitions.ts'
import { LongTail, Random } from './random.ts'
import { makeDevelopment } from './development.ts'
import { sentence, title } from './words.ts'
import type { Outline, World } from './world.ts'

/** The records to which the developments of one dispute may refer. */
export interface Cast {
  readonly world: World
  readonly outline: Outline
  readonly parties: readonly [string, string]
  /** Actors that occur in this dispute only. */
  readonly locals: LongTail<string>
  readonly places: LongTail<string>
  readonly sources: LongTail<string>
  readonly claims: LongTail<string>
  readonly demands: readonly string[]
  /** Another dispute, to which developments may be background. */
  readonly neighbour: string
  /** Days since 1970-01-01. */
  readonly firstDay: number
  readonly lastDay: number
}

/** One line of NDJSON: a record under the singular name of its section. */
export type Line = Readonly<Record<string, AnyRecord>>

export interface Making {
  readonly world: World
  readonly seed: number
  readonly outlines: readonly Outline[]
}

const FIRST_YEAR = 2000
const YEARS = 25

/** The records of one dispute, in the usual order of a dossier. Deterministic for a seed and outlines. */
export function* makeDispute({ world, seed, outlines }: Making, outline: Outline): IterableIterator<Line> {
  const { key, size, index } = outline
  const random = new Random(seed, key)
  const first = world.states.draw(random)
  let second = world.states.draw(random)
  while (second === first) second = world.states.draw(random)
  const start = Date.UTC(FIRST_YEAR, 0, 1) / DAY + random.below(YEARS * 365 - 730)
  const named = (name: string, count: number) => Array.from({ length: count }, (_, at) => `${key}/${name}-${at + 1}`)
  const locals = named('actor', 4 + Math.ceil(size / 10))
  const places = named('place', 2 + Math.ceil(size / 40))
  const sources = named('source', 3 + Math.ceil(size / 12))
  const claims = named('claim', Math.min(60, 3 + Math.ceil(size / 3)))
  const demands = named('demand', Math.min(12, 2 + Math.ceil(size / 20)))
  const cast: Cast = {
    world,
    outline,
    parties: [first, second],
    locals: new LongTail(locals, 0.8),
    places: new LongTail(places, 0.8),
    sources: new LongTail(sources, 0.8),
    claims: new LongTail(claims, 0.9),
    demands,
    neighbour: outlines[(index + 1) % outlines.length]?.key ?? key,
    firstDay: start,
    lastDay: start + 90 + random.below(640),
  }
  yield { dispute: makeHead(cast, random) }
  for (const local of locals) {
    const kind = random.pick(['person', 'group', 'company', 'organisation', 'unnamed'] as const)
    yield { actor: { key: local, name: title(random, 2), kind } }
  }
  for (const place of places) yield { place: { key: place, name: title(random, 1) } }
  for (const source of sources) yield { source: makeSource(source, cast, random) }
  for (const claim of claims) yield { claim: { key: claim, dispute: key, proposition: sentence(random, 9) } }
  for (const demand of demands) yield { demand: makeDemand(demand, cast, random) }
  const made: RecordOf<'event' | 'statement' | 'measure'>[] = []
  for (let number = 1; number <= size; number++) {
    const development = makeDevelopment({ cast, random, number, before: made.slice(-RECENT) })
    made.push(development)
    if (made.length > 2 * RECENT) made.splice(0, RECENT)
    yield { development }
  }
}

const DAY = 86_400_000

/** How many developments back a link may point. */
const RECENT = 40

/** YYYY-MM-DD from the number of days since 1970-01-01. */
export function dayOf(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10)
}

function makeHead({ outline: { key }, parties, firstDay, lastDay }: Cast, random: Random): RecordOf<'dispute'> {
  const middle = dayOf(Math.floor((firstDay + lastDay) / 2))
  const [from, to] = [dayOf(firstDay), dayOf(lastDay)]
  return {
    key,
    title: title(random, 6),
    summary: sentence(random, 30),
    period: `${from}/..`,
    parties: [...parties],
    phases: [
      { label: title(random, 2), date: `${from}/${middle}`, summary: sentence(random, 12) },
      { label: title(random, 2), date: `${middle}/${to}`, summary: sentence(random, 12) },
    ],
  }
}

function makeSource(key: string, { world, firstDay, lastDay }: Cast, random: Random): RecordOf<'source'> {
  return {
    key,
    title: title(random, 8),
    language: random.pick(['en', 'en', 'ru', 'az']),
    reliability: random.chance(0.02) ? random.pick(['A', 'E']) : random.pick(['B', 'B', 'C', 'C', 'D', 'F']),
    genre: random.pick(['news', 'news', 'commentary', 'official', 'aggregation']),
    published: dayOf(firstDay + random.below(lastDay - firstDay)),
    ...(random.chance(0.8) ? { outlet: world.outlets.draw(random) } : {}),
  }
}

function makeDemand(key: string, { outline, parties: [first, second] }: Cast, random: Random): RecordOf<'demand'> {
  return {
    key,
    dispute: outline.key,
    text: sentence(random, 10),
    remedy: random.pick(['acknowledgement', 'compensation', 'formal-apology', 'prosecution', 'investigation']),
    'made-by': [first],
    addressees: [second],
  }
}
