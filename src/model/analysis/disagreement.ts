/*
 * Figures of one quantity disagree if they cannot all be right: two different values, a value outside a range, or ranges that do not
 * overlap. A source that gives several such figures describes several things (the damaged part of a flat, and the whole flat). Its own
 * figures therefore never disagree, and a figure of another source that agrees with any of them disagrees with none.
 *
 * A unit is compared only with itself, except those of persons who were aboard, killed, detained and so on. Units of everyone (people,
 * victims, passengers and crew) are one unit. A unit of some persons is compared with everyone where the other source gives no figure in
 * the same unit: 62 passengers may be among 67 people, and 70 may not. The passengers and the crew each leave out the other, so that 38
 * passengers and 38 people disagree on who is counted. Any other group (journalists, residents) may be everyone. Two groups are never
 * compared, and nothing is added up.
 *
 * Disagreements are projected: a change of these rules needs a new `PROJECTION`.
 */

export interface Figure {
  readonly quantity: string
  readonly unit: string | null
  readonly value: number | null
  readonly min: number | null
  readonly max: number | null
  readonly sourceId: number
}

/** The figures of one quantity that contradict a figure of another source. */
export interface Disagreement<Item extends Figure> extends Pick<Item, 'quantity'> {
  /** The unit of all the figures; null if their units differ or none has one. */
  readonly unit: string | null
  readonly figures: readonly Item[]
}

/** The disagreements among figures, in the order given. Figures in words only are ignored. */
export function disagreementsAmong<Item extends Figure>(figures: readonly Item[]): Disagreement<Item>[] {
  const comparable = figures
    .filter(({ value, min, max }) => value !== null || min !== null || max !== null)
    .map((figure) => ({ figure, counts: countedBy(figure) }))
  const groups = Map.groupBy(comparable, ({ figure, counts }) =>
    JSON.stringify([figure.quantity, counts.share === null ? counts.unit : PERSONS]),
  )
  return [...groups.values()].map(contradicting).flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const isOfOneUnit = group.every(({ unit }) => unit === first.unit)
    return [{ quantity: first.quantity, unit: isOfOneUnit ? first.unit : null, figures: group }]
  })
}

/** Distinguishes persons from a unit of that name. */
const PERSONS = ['persons']

interface Counted<Item extends Figure> {
  readonly figure: Item
  readonly counts: Counts
}

function contradicting<Item extends Figure>(figures: readonly Counted<Item>[]): Item[] {
  const bySource = [...Map.groupBy(figures, ({ figure }) => figure.sourceId).values()]
  const found = new Set<Counted<Item>>()
  for (const [index, ours] of bySource.entries()) {
    for (const theirs of bySource.slice(index + 1)) {
      const alone = ours.filter((one) => isContradicted(one, theirs))
      const opposed = theirs.filter((one) => isContradicted(one, ours))
      if (alone.length > 0 && opposed.length > 0) for (const figure of [...alone, ...opposed]) found.add(figure)
    }
  }
  return figures.filter((counted) => found.has(counted)).map(({ figure }) => figure)
}

function isContradicted(one: Counted<Figure>, others: readonly Counted<Figure>[]): boolean {
  const alike = others.filter(({ counts }) => counts.unit === one.counts.unit)
  if (alike.length > 0) return !alike.some(({ figure }) => overlap(one.figure, figure))
  return others.some((other) => !(other.counts.share === 'EVERYONE' ? isPartOf(one, other) : isPartOf(other, one)))
}

/** Whether the whole has room for the part. Two parts are not compared. */
function isPartOf(part: Counted<Figure>, whole: Counted<Figure>): boolean {
  if (whole.counts.share !== 'EVERYONE') return true
  const [least, most] = [lowest(part.figure), highest(whole.figure)]
  return part.counts.share === 'THOSE_ABOARD' ? least <= 0 || least < most : least <= most
}

function overlap(a: Figure, b: Figure): boolean {
  return lowest(a) <= highest(b) && lowest(b) <= highest(a)
}

/** A range takes precedence over a value, which is then only the likeliest one. */
function lowest({ value, min, max }: Figure): number {
  return min ?? (max === null ? value : null) ?? -Infinity
}

function highest({ value, min, max }: Figure): number {
  return max ?? (min === null ? value : null) ?? Infinity
}

/** Whom or what a figure counts. */
interface Counts {
  /** Equal for units that mean the same. */
  readonly unit: string | null
  /** Which of the persons: all of them, either the passengers or the crew, or another group. Null if it does not count persons. */
  readonly share: 'EVERYONE' | 'THOSE_ABOARD' | 'GROUP' | null
}

function countedBy({ quantity, unit }: Figure): Counts {
  if (!OF_PERSONS.has(quantity)) return { unit, share: null }
  const name = unit?.trim().toLowerCase().replaceAll(/\s+/g, ' ') ?? 'people'
  if (EVERYONE.has(name)) return { unit: 'people', share: 'EVERYONE' }
  if (/^passengers?$/.test(name)) return { unit: 'passengers', share: 'THOSE_ABOARD' }
  if (/^(crew|crew ?members?|members of the crew)$/.test(name)) return { unit: 'crew', share: 'THOSE_ABOARD' }
  const words = name.split(' ')
  const isGroup = [words.at(0), words.at(-1)].some((word = '') => EVERYONE.has(word) || GROUPS.has(word))
  return isGroup ? { unit: name, share: 'GROUP' } : { unit, share: null }
}

/** Quantities that count persons, also where no unit is given. */
const OF_PERSONS: ReadonlySet<string> = new Set('ABOARD KILLED INJURED SURVIVED DETAINED EVACUATED EXPELLED'.split(' '))

/** Units that count all persons of whom a source speaks. */
const EVERYONE: ReadonlySet<string> = new Set([
  ...'people person persons humans individuals souls lives victims casualties fatalities deaths dead'.split(' '),
  'passengers and crew',
  'crew and passengers',
])

/** The first or last words of units that count some persons, such as “Russian citizens” or “residents of the town”. */
const GROUPS: ReadonlySet<string> = new Set([
  ...'adults boys children citizens civilians conscripts crew deputies detainees diplomats drivers employees farmers'.split(
    ' ',
  ),
  ...'fighters firefighters girls guests hostages infants inmates journalists lawyers members men migrants militants'.split(
    ' ',
  ),
  ...'minors nationals officers officials passengers patients personnel pilots police policemen prisoners protesters'.split(
    ' ',
  ),
  ...'refugees reporters rescuers residents servicemen soldiers specialists staff students suspects teachers tourists'.split(
    ' ',
  ),
  ...'troops villagers visitors volunteers women workers'.split(' '),
])
