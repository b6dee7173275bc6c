import type { DisputeTensionData } from '../../../../schema/page-data.d.ts'
import { readQuery, type Visit } from '../page.ts'
import { counted } from '../parts/chips.ts'
import { html, recorded, type Html } from '../parts/html.ts'
import { isShown, type AsOf } from './as-of.ts'
import { drawMark, round } from './date-mark.ts'
import { drawLabel, laneCount, LABELLED, packLanes, placeLabel, shorten } from './lanes.ts'
import {
  grainOf,
  lanesOf,
  panelsOf,
  rowsOf,
  type Coding,
  type CodingMark,
  type Codings,
  type Panel,
  type Row,
} from './tension-panels.ts'
import { describeTable } from './tension-table.ts'
import { gridBehind, strip, timeAxis } from './time-axis.ts'
import type { TimeScale } from './time-scale.ts'
import { scoreWords } from './verbs.ts'

/** The tension of a dispute as its codings. */
export interface Tension extends Codings {
  /** The key of the dispute. */
  readonly key: string
  /** The name of the scale of the scores. */
  readonly scale: string
  /** The codings whose dates fit no month. */
  readonly straddling: number
  /** The number of all codings; `marks` may hold fewer. */
  readonly totalCount: number
}

const QUERY = readQuery('dispute/tension')

/** Codings that are drawn at most. */
const MOST_CODINGS = 2_000

/** All codings of a dispute, page by page. Null if there is no such dispute. */
export async function readTension(
  ask: Visit['ask'],
  variables: { readonly key: string; readonly known: string | null; readonly on: string | null },
): Promise<Tension | null> {
  const read = async (after: string | null) => (await ask<DisputeTensionData>(QUERY, { ...variables, after })).dispute
  const first = await read(null)
  if (first === null) return null
  const { parties, tension } = first
  if (tension === null) return { key: variables.key, parties, scale: '', straddling: 0, totalCount: 0, marks: [] }
  const { scale, straddling } = tension
  const marks = [...tension.marks.nodes]
  let next = tension.marks.pageInfo
  while (next.hasNextPage && marks.length < MOST_CODINGS) {
    const page = (await read(next.endCursor))?.tension?.marks
    if (page === undefined) break
    marks.push(...page.nodes)
    next = page.pageInfo
  }
  return { key: variables.key, parties, scale, straddling, totalCount: tension.marks.totalCount ?? marks.length, marks }
}

/** The keys of the developments that the codings are of. */
export function developmentsOfTension({ marks }: Tension): readonly string[] {
  return marks.map(({ development }) => development.key)
}

/** The codings of the past that a page shows. */
export function tensionAt(tension: Tension, asOf: AsOf): Tension {
  if (asOf.on === null && asOf.reported === null) return tension
  const marks = tension.marks.filter(({ date, development }) => isShown(asOf, date, development.key))
  const straddling = marks.filter(({ date }) => !isWithinMonth(date)).length
  return { ...tension, marks, straddling, totalCount: tension.totalCount - tension.marks.length + marks.length }
}

function isWithinMonth({ earliest, latest }: Coding['date']): boolean {
  return earliest !== null && latest !== null && earliest.slice(0, 7) === latest.slice(0, 7)
}

/** The section, with what leads to its query (`tools`). */
export function tensionSection(scale: TimeScale, tension: Tension, tools: Html, isPast = false): Html {
  const { marks } = tension
  if (marks.length === 0) {
    return html`<section id="tension">
      <h2>Conflict and cooperation</h2>
      <p class="find">No act or saying in this dispute is scored${isPast && ', of those on record by then'}.</p>
      ${tools}
    </section>`
  }
  const panels = panelsOf(tension)
  const grain = grainOf(marks.length)
  const directions = panels.filter(({ direction }) => direction !== null)
  const folded = directions.slice(MOST_PANELS)
  const shown = panels.filter((panel) => !folded.includes(panel))
  const draw = (drawn: readonly Panel[]) =>
    html`<div aria-hidden="true"><div class="axr l"><span></span>${timeAxis(scale)}</div>${drawn.map((panel) => drawPanel(scale, panel, { grain, isOnly: panels.length === 1 }))}</div>`
  return html`<section id="tension">
    <h2>Conflict and cooperation</h2>
    <figure class="lad">
      <figcaption><p class="find">${findingOf(panels)}</p><p>${howToRead(tension, grain)}</p></figcaption>
      ${draw(shown)}
    </figure>
    ${
      folded.length > 0 &&
      html`<details class="more"><summary>${counted(folded.length, 'further direction')}, ${actsAndWords(folded.flatMap(({ codings }) => codings).length)}</summary><figure class="lad">${draw(folded)}</figure></details>`
    }
    ${describeTable(tension.key, marks)}
    ${tools}
  </section>`
}

/** Directions that are drawn at once. */
const MOST_PANELS = 4

function findingOf(panels: readonly Panel[]): Html {
  const directions = panels.filter(({ direction }) => direction !== null)
  const others =
    directions.length > 0 &&
    directions.length < panels.length &&
    ' What was done by or towards others stands apart, below.'
  const [first, second, third] = directions
  if (first === undefined) {
    const all = panels.flatMap(({ codings }) => codings)
    return html`Of ${counted(all.length, 'act and saying', 'acts and sayings')}, <b>${areConflict(all)}</b> and ${cooperative(all)} cooperation.`
  }
  if (third !== undefined) {
    const all = directions.flatMap(({ codings }) => codings)
    return html`Of ${all.length} acts and sayings between the parties, <b>${areConflict(all)}</b> and ${cooperative(all)} cooperation. The most are those of ${towards(first)}: ${first.codings.length}, of which ${areConflict(first.codings)}.${others}`
  }
  return html`Of ${counted(first.codings.length, 'act or saying', 'acts and sayings')} of ${towards(first)}, <b>${areConflict(first.codings)}</b>${
    second !== undefined &&
    html`; of the ${second.codings.length} of ${towards(second)}, <b>${isOrAre(conflicts(second.codings))}</b>`
  }.${others}`
}

function towards({ direction }: Panel): Html {
  return direction && html`${recorded(direction.from.name)} towards ${recorded(direction.to.name)}`
}

function areConflict(codings: readonly Coding[]): string {
  return `${isOrAre(conflicts(codings))} conflict`
}

function isOrAre(count: number): string {
  return `${count} ${count === 1 ? 'is' : 'are'}`
}

function conflicts(codings: readonly Coding[]): number {
  return codings.filter(({ score }) => score < 0).length
}

function cooperative(codings: readonly Coding[]): number {
  return codings.filter(({ score }) => score > 0).length
}

function howToRead({ scale, straddling, marks, totalCount }: Tension, grain: number): Html {
  return [
    grain > 0
      ? `Each mark is drawn over the whole time in which an act or saying can have happened; where several cover ${grain > 1 ? 'about ' : ''}the same time, it is as thick as they are many, with their number. Of many in one row, the spans with the most are drawn.`
      : 'Each mark is one act or saying, drawn over the whole time in which it can have happened.',
    ` Above the line cooperation, below it conflict, ordered by ${scale} score (−10 to +10).`,
    straddling > 0
      ? ` There is no monthly curve: ${straddling} of the ${totalCount} fit no month, and reports can tell more of one side than of the other, so nothing is added up.`
      : ' Nothing is added up, since reports can tell more of one side than of the other.',
    marks.length < totalCount && ` The first ${marks.length} are drawn.`,
  ]
}

function actsAndWords(count: number): string {
  return counted(count, 'act or saying', 'acts and words')
}

function drawPanel(
  scale: TimeScale,
  panel: Panel,
  { grain, isOnly }: { readonly grain: number; readonly isOnly: boolean },
): Html {
  const { direction, codings } = panel
  const isNamed = direction === null && codings.length <= MOST_NAMED
  return html`<p class="dy"><b>${direction === null ? (isOnly ? 'All directions' : 'By or towards others') : towards(panel)}</b> ${actsAndWords(codings.length)}</p>
    <div class="gd">${gridBehind()}${rowsOf(scale, codings, isNamed ? 0 : grain).map((row) => drawRow(row, isNamed))}</div>`
}

/** Codings of a panel that each name who acted towards whom. */
const MOST_NAMED = 40

/** Verbs that stand beside a row. */
const MOST_VERBS = 3

function drawRow({ score, verbs, marks, left }: Row, isNamed: boolean): Html {
  const side = score > 0 ? 'lv up' : score < 0 ? 'lv down' : 'lv'
  const words = verbs.slice(0, MOST_VERBS).join(', ') + (verbs.length > MOST_VERBS ? ' …' : '')
  return html`<div class="${side}"><span class="sc">${scoreWords(score)}</span><span class="wd">${words}${left > 0 && `, ${left} not drawn`}</span>${drawMarks(marks, isNamed)}</div>`
}

/** The width of a dot on the narrowest chart, in percent. */
const DOT = 5

function drawMarks(marks: readonly CodingMark[], isNamed: boolean): Html {
  const labels = marks.map(({ mark, codings }) => {
    const [first] = codings
    const words = isNamed && first ? shorten(directionWords(first)) : codings.length > 1 ? `×${codings.length}` : ''
    return words === '' ? null : placeLabel(mark, words, LABELLED)
  })
  const hasLabels = labels.some((label) => label !== null)
  const lanes = hasLabels
    ? packLanes(
        marks.map(({ mark }, index) => labels[index] ?? mark),
        1,
      )
    : lanesOf(marks, DOT)
  const pitch = isNamed ? 14 : hasLabels ? 16 : 10
  const count = Math.max(laneCount(lanes), 1)
  const height = Math.max(isNamed ? 20 : 22, count * pitch + (hasLabels ? 6 : 4))
  return strip(
    height,
    marks.map(({ mark, codings }, index) => {
      const y = count === 1 ? height / 2 : (hasLabels ? 10 : 7) + pitch * (lanes[index] ?? 0)
      const label = labels[index]
      return [drawNumber(mark, codings.length, y), drawMark(mark, y), label && drawLabel(label, y + 4, 'rt')]
    }),
  )
}

/**
 * What a mark that stands for several codings has behind it: as thick as they are many, up to the height of a lane. It is pale, so that a
 * bracket stays a bracket.
 */
function drawNumber({ from, to }: CodingMark['mark'], codings: number, y: number): Html {
  if (codings === 1) return null
  const height = Math.min(4 + 2 * codings, 14)
  if (from === to) return html`<circle cx="${from}%" cy="${y}" r="${height / 2 + 2}" opacity="0.35" />`
  return html`<rect x="${from}%" y="${y - height / 2}" width="${round(to - from)}%" height="${height}" opacity="0.35" />`
}

/** Who acted, and towards whom. Each name keeps its own direction of writing. */
function directionWords({ initiators, recipients }: Coding): string {
  const names = (actors: Coding['initiators']) => actors.map(({ name }) => `\u2068${name}\u2069`).join(', ')
  return recipients.length === 0 ? names(initiators) : `${names(initiators)} → ${names(recipients)}`
}
