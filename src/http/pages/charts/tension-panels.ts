import type { DisputeTensionData } from '../../../../schema/page-data.d.ts'
import { placeDate, type Mark } from './date-mark.ts'
import { packLanes } from './lanes.ts'
import type { TimeScale } from './time-scale.ts'
import { verbsOf } from './verbs.ts'

/*
 * The codings of a dispute in panels and rows, before they are drawn. Every coding is in exactly one panel: that of its direction if one
 * party acts towards one other party, and else that of all others. A row is a score. Nothing is added up.
 */

export interface Codings {
  readonly parties: readonly Party[]
  readonly marks: readonly Coding[]
}

type Party = Coding['initiators'][number]

type Series = NonNullable<NonNullable<DisputeTensionData['dispute']>['tension']>

/** A coding that counts, with the date of its development. */
export type Coding = Series['marks']['nodes'][number]

export interface Panel {
  /** Null for those of all other directions. */
  readonly direction: { readonly from: Party; readonly to: Party } | null
  readonly codings: readonly Coding[]
}

/** The directions with codings, those with the most first, and then the panel of all others. */
export function panelsOf({ parties, marks }: Codings): readonly Panel[] {
  const isParty = new Set(parties.map(({ key }) => key))
  const groups = Map.groupBy(marks, ({ initiators, recipients }) => {
    const [from, ...otherFrom] = initiators
    const [to, ...otherTo] = recipients
    if (from === undefined || to === undefined || otherFrom.length + otherTo.length > 0) return OTHERS
    return from.key !== to.key && isParty.has(from.key) && isParty.has(to.key) ? `${from.key} ${to.key}` : OTHERS
  })
  const panels = [...groups].map(([group, codings]): Panel => {
    const { initiators, recipients } = codings[0] ?? { initiators: [], recipients: [] }
    const [from] = initiators
    const [to] = recipients
    return { direction: group === OTHERS || !from || !to ? null : { from, to }, codings }
  })
  return panels.toSorted(
    (a, b) => Number(a.direction === null) - Number(b.direction === null) || b.codings.length - a.codings.length,
  )
}

const OTHERS = ''

/** Percents of the axis that are drawn as one place, by the number of codings beyond which they are. */
const GRAINS = [
  { beyond: 1_500, grain: 8 },
  { beyond: 500, grain: 4 },
  { beyond: 200, grain: 0.5 },
]

/** How many percent of the axis are drawn as one place where there are so many codings: equal spans become one mark. 0: each has its own. */
export function grainOf(codings: number): number {
  return GRAINS.find(({ beyond }) => codings > beyond)?.grain ?? 0
}

export interface Row {
  readonly score: number
  /** The verbs of its codings, the most frequent first. */
  readonly verbs: readonly string[]
  readonly marks: readonly CodingMark[]
  /** Codings whose marks are left out. */
  readonly left: number
}

/** One coding, or several whose spans look the same. */
export interface CodingMark {
  readonly mark: Mark
  readonly codings: readonly Coding[]
}

/** The rows of a panel, the most cooperative score first; in each, the earliest mark first. Codings without any date are not drawn. */
export function rowsOf(scale: TimeScale, codings: readonly Coding[], grain: number): readonly Row[] {
  const byScore = Map.groupBy(codings, ({ score }) => score)
  return [...byScore]
    .toSorted(([a], [b]) => b - a)
    .map(([score, ofScore]) => {
      const all = marksOf(scale, ofScore, grain)
      const marks = grain > 0 && all.length > MOST_MARKS ? mostFrequent(all) : all
      const left = countOf(all) - countOf(marks)
      return { score, verbs: rankedVerbs(ofScore), marks, left }
    })
}

/** Marks of a row where equal spans are one mark. Of more, those of the most codings are drawn. */
const MOST_MARKS = 16

function mostFrequent(marks: readonly CodingMark[]): readonly CodingMark[] {
  const kept = new Set(marks.toSorted((a, b) => b.codings.length - a.codings.length).slice(0, MOST_MARKS))
  return marks.filter((mark) => kept.has(mark))
}

function countOf(marks: readonly CodingMark[]): number {
  return marks.reduce((sum, { codings }) => sum + codings.length, 0)
}

function rankedVerbs(codings: readonly Coding[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { type, modes } of codings) {
    for (const verb of verbsOf(type, modes)) counts.set(verb, (counts.get(verb) ?? 0) + 1)
  }
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([verb]) => verb)
}

function marksOf(scale: TimeScale, codings: readonly Coding[], grain: number): readonly CodingMark[] {
  const placed = codings.flatMap((coding, index) => {
    const mark = placeDate(scale, coding.date)
    return mark === null ? [] : [{ mark: grain > 0 ? snap(mark, grain) : mark, coding, index }]
  })
  const groups = Map.groupBy(placed, ({ mark, index }) => (grain > 0 ? JSON.stringify(mark) : index))
  return [...groups.values()]
    .flatMap((group) => (group[0] ? [{ mark: group[0].mark, codings: group.map(({ coding }) => coding) }] : []))
    .toSorted((a, b) => a.mark.from - b.mark.from || a.mark.to - b.mark.to)
}

/** What is nearer than the grain is drawn on the same place. */
function snap(mark: Mark, grain: number): Mark {
  const round = (percent: number) => Math.round(percent / grain) * grain
  return { ...mark, from: round(mark.from), to: round(mark.to) }
}

/** The lanes of marks without labels. A dot takes the room of its width. */
export function lanesOf(marks: readonly CodingMark[], dotWidth: number): readonly number[] {
  const extents = marks.map(({ mark: { from, to } }) =>
    from === to ? { from: from - dotWidth / 2, to: to + dotWidth / 2 } : { from, to },
  )
  return packLanes(extents, 1)
}
