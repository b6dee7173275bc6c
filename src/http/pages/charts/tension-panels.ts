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

/** Codings beyond which equal spans become one mark. */
const MERGED_BEYOND = 200

/** Whether equal spans of so many codings are drawn as one mark each. */
export function areMerged(codings: number): boolean {
  return codings > MERGED_BEYOND
}

export interface Row {
  readonly score: number
  /** The verbs of its codings, the most frequent first. */
  readonly verbs: readonly string[]
  readonly marks: readonly CodingMark[]
}

/** One coding, or several whose spans look the same. */
export interface CodingMark {
  readonly mark: Mark
  readonly codings: readonly Coding[]
}

/** The rows of a panel, the most cooperative score first; in each, the earliest mark first. Codings without any date are not drawn. */
export function rowsOf(scale: TimeScale, codings: readonly Coding[], merges: boolean): readonly Row[] {
  const byScore = Map.groupBy(codings, ({ score }) => score)
  return [...byScore]
    .toSorted(([a], [b]) => b - a)
    .map(([score, ofScore]) => ({ score, verbs: rankedVerbs(ofScore), marks: marksOf(scale, ofScore, merges) }))
}

function rankedVerbs(codings: readonly Coding[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { type, modes } of codings) {
    for (const verb of verbsOf(type, modes)) counts.set(verb, (counts.get(verb) ?? 0) + 1)
  }
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([verb]) => verb)
}

function marksOf(scale: TimeScale, codings: readonly Coding[], merges: boolean): readonly CodingMark[] {
  const placed = codings.flatMap((coding, index) => {
    const mark = placeDate(scale, coding.date)
    return mark === null ? [] : [{ mark: merges ? snap(mark) : mark, coding, index }]
  })
  const groups = Map.groupBy(placed, ({ mark, index }) => (merges ? JSON.stringify(mark) : index))
  return [...groups.values()]
    .flatMap((group) => (group[0] ? [{ mark: group[0].mark, codings: group.map(({ coding }) => coding) }] : []))
    .toSorted((a, b) => a.mark.from - b.mark.from || a.mark.to - b.mark.to)
}

/** To half a percent: what is nearer than that is drawn on the same place. */
function snap(mark: Mark): Mark {
  const half = (percent: number) => Math.round(percent * 2) / 2
  return { ...mark, from: half(mark.from), to: half(mark.to) }
}

/** The lanes of marks without labels. A dot takes the room of its width. */
export function lanesOf(marks: readonly CodingMark[], dotWidth: number): readonly number[] {
  const extents = marks.map(({ mark: { from, to } }) =>
    from === to ? { from: from - dotWidth / 2, to: to + dotWidth / 2 } : { from, to },
  )
  return packLanes(extents, 1)
}
