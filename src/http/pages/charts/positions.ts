import { Stance } from '../../../model/vocabulary/claim.ts'
import { groupOf, lower } from '../parts/chips.ts'
import { inOrderOfCurrency } from '../parts/dates.ts'
import { html, recorded, type Html } from '../parts/html.ts'
import { dateKey, drawMark, placeDate, type Mark } from './date-mark.ts'
import { drawLabel, laneCount, packLanes, placeLabel } from './lanes.ts'
import { chartOf, strip } from './time-axis.ts'
import type { ChartDate, TimeScale } from './time-scale.ts'

/** One position of a holder on a claim. */
interface ChartPosition {
  readonly stance: string
  readonly attribution: string
  readonly date: ChartDate
}

export interface PositionRow {
  /** What stands beside the row, as the name of the holder. */
  readonly name: Html
  readonly positions: readonly ChartPosition[]
}

/** What each holder held and when, a row a holder, for `chartOf`. */
export function positionRows(scale: TimeScale, rows: readonly PositionRow[]): Html {
  return rows.map(
    ({ name, positions }) => html`<div class="r"><span>${name}</span>${drawPositions(scale, positions)}</div>`,
  )
}

/** The same as a chart of its own, with what its marks mean. */
export function positionChart(scale: TimeScale, rows: readonly PositionRow[], isHidden = false): Html {
  const dates = rows.flatMap(({ positions }) => positions.map(({ date }) => date))
  return [chartOf(scale, positionRows(scale, rows), { isHidden }), dateKey(scale, dates)]
}

/** Marks of a row that keep their labels. */
const MOST = 12

function drawPositions(scale: TimeScale, positions: readonly ChartPosition[]): Html {
  const marks = mergeEqual(scale, inOrderOfCurrency(positions))
  const shown = marks.length > MOST ? turningPoints(marks) : marks
  const placed = shown.map((item) => ({
    ...item,
    label: placeLabel(item.mark, wordsOf(item), SMALLEST, item.isInferred ? INFERRED.length : 0),
  }))
  const lanes = packLanes(
    placed.map(({ label }) => label),
    DISTANCE,
  )
  return strip(
    19 * Math.max(laneCount(lanes), 1) + 6,
    placed.map(({ mark, stance, isInferred, label }, index) => {
      const y = 12 + 19 * (lanes[index] ?? 0)
      const group = classOf(stance)
      const more = isInferred && html`<tspan class="lg">${INFERRED}</tspan>`
      return [drawMark(mark, y, `p ${group}`), drawLabel(label, y + 4, `pl ${group}`, more)]
    }),
  )
}

const INFERRED = ' (inferred)'

/** The distance between marks of one lane, in percent, with the half of a dot. */
const DISTANCE = 3

/** The narrowest chart of positions, on a phone of 320 pixels. */
const SMALLEST = 288

interface Held {
  readonly mark: Mark
  readonly stance: string
  readonly isInferred: boolean
  readonly times: number
}

/** Equal stances that look the same become one mark that counts them. */
function mergeEqual(scale: TimeScale, positions: readonly ChartPosition[]): readonly Held[] {
  const merged = new Map<string, Held>()
  for (const { stance, attribution, date } of positions) {
    const mark = placeDate(scale, date)
    if (mark === null) continue
    const isInferred = attribution === 'INFERRED'
    const name = JSON.stringify([stance, isInferred, mark])
    merged.set(name, { mark, stance, isInferred, times: (merged.get(name)?.times ?? 0) + 1 })
  }
  return [...merged.values()]
}

/** Of each run of one stance, the first and the last. The last one counts those between. */
function turningPoints(items: readonly Held[]): readonly Held[] {
  const runs: Held[][] = []
  for (const item of items) {
    const run = runs.at(-1)
    if (run?.[0]?.stance === item.stance) run.push(item)
    else runs.push([item])
  }
  return runs.flatMap(([first, ...rest]) => {
    const last = rest.at(-1)
    if (first === undefined) return []
    return last === undefined ? [first] : [first, { ...last, times: rest.reduce((sum, { times }) => sum + times, 0) }]
  })
}

function wordsOf({ stance, times }: Held): string {
  return times > 1 ? `${stanceWords(stance)} ${times}×` : stanceWords(stance)
}

/** A stance beside a mark, as short as it can be. */
function stanceWords(stance: string): string {
  return Stance.has(stance) ? STANCES[stance] : lower(stance)
}

const STANCES: Readonly<Record<Stance, string>> = {
  ASSERTS: 'asserts',
  AFFIRMS: 'affirms',
  PARTIALLY_ACCEPTS: 'accepts in part',
  AWAITS_INVESTIGATION: 'awaits inquiry',
  DOES_NOT_ADDRESS: 'not addressed',
  QUESTIONS: 'doubts',
  DENIES: 'denies',
  OFFERS_ALTERNATIVE: 'other account',
  REPORTS_WITHOUT_ENDORSING: 'reports only',
  RETRACTS: 'withdraws',
}

function classOf(stance: string): string {
  const group = groupOf(stance)
  return group === 'gone' ? 'open' : group
}

/** The name of a holder, in the row of its positions. */
export function holderName(name: string): Html {
  return html`<b>${recorded(name)}</b>`
}
