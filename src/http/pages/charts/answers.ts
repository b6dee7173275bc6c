import { DemandResponse } from '../../../model/vocabulary/demand.ts'
import { lower } from '../parts/chips.ts'
import { inOrderOfCurrency } from '../parts/dates.ts'
import { html, type Html } from '../parts/html.ts'
import { drawMark, placeDate, type Mark } from './date-mark.ts'
import { drawLabel, laneCount, packLanes, placeLabel } from './lanes.ts'
import { GRID, strip } from './time-axis.ts'
import type { ChartDate, TimeScale } from './time-scale.ts'

/** One answer to a demand, as an assessment has it. */
export interface ChartAnswer {
  readonly response: string
  readonly date: ChartDate
}

/**
 * How the answer to a demand changed: each on its date, as a filled circle with its word. The same in words for screen readers. Of more than
 * `most` changes, the latest are drawn.
 */
export function answerStrip(scale: TimeScale, answers: readonly ChartAnswer[], most = Infinity): Html {
  const all = runsOf(inOrderOfCurrency(answers))
  if (all.length === 0) return null
  const runs = all.slice(-most)
  const earlier = all.length - runs.length
  const sequence = runs
    .map(({ response, times }) => answerWords(response) + (times > 1 ? ` (${times}×)` : ''))
    .join(' → ')
  return [
    drawAnswers(scale, earlier > 0 ? runs : answers),
    html`<span class="vh">${sequence}</span>`,
    earlier > 0 &&
      html`<span class="m">The latest ${runs.length} changes of the answer, without ${earlier} before.</span>`,
  ]
}

/** The circle of an answer, filled as far as the demand is met. Its word must stand beside it. */
export function answerBall(response: string): Html {
  return html`<svg class="ball" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><use href="#${answerSymbol(response)}" /></svg>`
}

/** An answer in a word or two. */
export function answerWords(response: string): string {
  return DemandResponse.has(response) ? ANSWERS[response].words : lower(response)
}

function answerSymbol(response: string): string {
  return DemandResponse.has(response) ? ANSWERS[response].symbol : 'r0'
}

const ANSWERS: Readonly<Record<DemandResponse, { readonly symbol: string; readonly words: string }>> = {
  NO_RESPONSE: { symbol: 'r0', words: 'no answer' },
  REJECTED: { symbol: 'r1', words: 'refused' },
  EVADED: { symbol: 'r1', words: 'evaded' },
  DEFERRED: { symbol: 'r1', words: 'put off' },
  ACCEPTED_IN_PRINCIPLE: { symbol: 'r2', words: 'accepted in principle' },
  PROMISED: { symbol: 'r3', words: 'promised' },
  MET_IN_PART: { symbol: 'r4', words: 'met in part' },
  MET: { symbol: 'r5', words: 'met' },
  CONTESTED: { symbol: 'r6', words: 'contested' },
  WITHDRAWN: { symbol: 'r7', words: 'withdrawn' },
  SUPERSEDED: { symbol: 'r7', words: 'replaced' },
}

/** Answers that are drawn. Of more, only those that differ from the one before. */
const MOST = 12

/** The narrowest chart of answers: the third column of the table, at the width at which it has columns. */
const SMALLEST = 256

function drawAnswers(scale: TimeScale, answers: readonly Counted[]): Html {
  const sorted = inOrderOfCurrency(answers)
  const merged = mergeEqual(scale, sorted)
  const marks = merged.length > MOST ? mergeEqual(scale, runsOf(sorted)) : merged
  const placed = marks.map((item) => {
    // The circle stands at the last day by which the answer was given.
    const ball = { from: item.mark.to, to: item.mark.to }
    const label = placeLabel(ball, wordsOf(item), SMALLEST)
    return { ...item, label, from: Math.min(item.mark.from, label.from), to: Math.max(item.mark.to, label.to) }
  })
  const lanes = packLanes(placed, 2)
  return strip(19 * Math.max(laneCount(lanes), 1) + 2, [
    GRID,
    placed.map((item, index) => {
      const top = 1 + 19 * (lanes[index] ?? 0)
      const { mark, label, response } = item
      // The circle is wider than the end of a mark.
      const beside = { ...label, dx: label.dx + 4 * Math.sign(label.dx) }
      return [
        mark.from !== mark.to && drawMark(mark, top + 8, 'th'),
        html`<use href="#${answerSymbol(response)}" x="${mark.to}%" y="${top}" width="16" height="16" class="bm" />`,
        drawLabel(beside, top + 12, 'pl'),
      ]
    }),
  ])
}

/** `times`: of equal answers that stand together. */
type Counted = ChartAnswer & { readonly times?: number }

interface Answered {
  readonly response: string
  readonly mark: Mark
  readonly times: number
}

function mergeEqual(scale: TimeScale, answers: readonly Counted[]): readonly Answered[] {
  const merged = new Map<string, Answered>()
  for (const { response, date, times = 1 } of answers) {
    const mark = placeDate(scale, date)
    if (mark === null) continue
    const name = JSON.stringify([response, mark])
    merged.set(name, { response, mark, times: (merged.get(name)?.times ?? 0) + times })
  }
  return [...merged.values()]
}

/** Consecutive equal answers as one, on the date of the first. */
function runsOf(answers: readonly Counted[]): readonly (ChartAnswer & { readonly times: number })[] {
  const runs: (ChartAnswer & { times: number })[] = []
  for (const { response, date, times = 1 } of answers) {
    const last = runs.at(-1)
    if (last?.response === response) last.times += times
    else runs.push({ response, date, times })
  }
  return runs
}

function wordsOf({ response, times }: Answered): string {
  return times > 1 ? `${answerWords(response)} ${times}×` : answerWords(response)
}
