import type { DisputeStoryData, StoryPosition } from '../../../../schema/page-data.d.ts'
import { readQuery, type Visit } from '../page.ts'
import { capital } from '../parts/chips.ts'
import { html, recorded, type Html } from '../parts/html.ts'
import { hasAppeared, hasBegun, isShown, type AsOf } from './as-of.ts'
import { dateKey, drawMark, placeDate, round } from './date-mark.ts'
import { drawLabel, LABELLED, laneCount, packLanes, placeLabel, shorten } from './lanes.ts'
import { holderName, positionRows, type PositionRow } from './positions.ts'
import { chartOf, strip } from './time-axis.ts'
import { percentAt, dayNumber, type ChartDate, type TimeScale } from './time-scale.ts'

/** What the story of a dispute is told from. */
export type Story = NonNullable<DisputeStoryData['dispute']>

type Phase = Story['phases'][number]
type Report = Story['sources']['nodes'][number]

const QUERY = readQuery('dispute/story')

/** Null if there is no such dispute. */
export async function readStory(
  ask: Visit['ask'],
  variables: { readonly key: string; readonly known: string | null },
): Promise<Story | null> {
  return (await ask<DisputeStoryData>(QUERY, variables)).dispute
}

/** The story as it could be told in the past that a page shows. */
export function storyAt(story: Story, asOf: AsOf): Story {
  const { phases, centralClaim, sources } = story
  const shown = (positions: readonly StoryPosition[]) =>
    positions.filter(({ date, statement, citations }) => isShown(asOf, date, statement.key, citations))
  const reports = sources.nodes.filter(({ publishedOn }) => hasAppeared(asOf, publishedOn))
  return {
    ...story,
    phases: phases.filter((phase) => isPhaseShown(phase, asOf)),
    centralClaim: centralClaim && {
      ...centralClaim,
      early: { ...centralClaim.early, nodes: shown(centralClaim.early.nodes) },
      late: { nodes: shown(centralClaim.late.nodes) },
    },
    sources: { nodes: reports, totalCount: (sources.totalCount ?? 0) - sources.nodes.length + reports.length },
  }
}

/** Whether a phase had begun by then, and a document that it rests on had appeared. A phase may name no documents. */
function isPhaseShown({ date, sources }: Phase, { on, reported, isReported }: AsOf): boolean {
  const hasStarted = [on, reported].every((day) => day === null || hasBegun(date, day))
  const isTold = ({ publishedOn }: Phase['sources'][number]) =>
    hasAppeared({ on: null, reported, isReported }, publishedOn)
  return hasStarted && (sources.length === 0 || sources.some(isTold))
}

/** The keys of the developments that the story rests on. */
export function developmentsOfStory({ centralClaim }: Story): readonly string[] {
  return [...(centralClaim?.early.nodes ?? []), ...(centralClaim?.late.nodes ?? [])].map(
    ({ statement }) => statement.key,
  )
}

/**
 * The section, with what leads to its query (`tools`). Null if nothing of it is on record. Its legend explains the marks of the other dates
 * (`drawn`) on the page too.
 */
export function storySection(scale: TimeScale, story: Story, tools: Html, drawn: readonly ChartDate[] = []): Html {
  const { phases, sources } = story
  const rows = partyRows(story)
  const reports = sources.nodes.flatMap((report) =>
    report.publishedOn === null ? [] : [{ ...report, on: report.publishedOn }],
  )
  if (phases.length === 0 && rows.length === 0 && reports.length === 0) return null
  const held = rows.flatMap(({ positions }) => positions.map(({ date }) => date))
  const shown = [
    phases.length > 0 && html`<div class="r"><span>Phases</span>${drawPhases(scale, phases)}</div>`,
    positionRows(scale, rows),
    reports.length > 0 &&
      html`<div class="r"><span>${sources.nodes.length < (sources.totalCount ?? 0) ? `The last ${sources.nodes.length} reports` : 'Reports this rests on'}</span>${drawReports(scale, reports)}</div>`,
  ]
  return html`<section id="story">
    <h2>${titleOf(phases.length)}</h2>
    ${chartOf(scale, shown, { isHidden: true, hasReports: reportDays(story).length > 0 })}
    ${dateKey(scale, [...held, ...reports.map(({ on }) => on), ...drawn])}
    ${phases.length > 0 && html`<ol class="phases">${phases.map(describePhase)}</ol>`}
    ${tools}
  </section>`
}

/** The days of the reports that have a dotted line, for {@link axisSymbols}. None if they are too many to be told apart. */
export function reportDays({ sources }: Pick<Story, 'sources'>): readonly string[] {
  const days = sources.nodes.flatMap(({ publishedOn }) => {
    const { earliest = null, latest = null } = publishedOn ?? {}
    return earliest !== null && earliest === latest ? [earliest] : []
  })
  const distinct = [...new Set(days)]
  return distinct.length > MOST_REPORTS ? [] : distinct
}

/** The width of a dot on the narrowest chart, in percent. */
const DOT = 3.2

/** Reports that are named and have a dotted line. */
const MOST_REPORTS = 12

function titleOf(phases: number): string {
  if (phases === 0) return 'The story'
  return `The story in ${phases === 1 ? 'one phase' : `${NUMBERS[phases] ?? phases} phases`}`
}

const NUMBERS = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
]

/** Positions that are read, the first and the last half of them. */
const READ_POSITIONS = 100

/** Holders that are drawn where a dispute has no parties. */
const MOST_HOLDERS = 5

/** What each party held on the central claim; without parties, those with the most positions. */
function partyRows({ parties, centralClaim }: Story): readonly PositionRow[] {
  if (centralClaim === null) return []
  const { early, late } = centralClaim
  const positions = new Map([...early.nodes, ...late.nodes].map((position) => [position.id, position]))
  const byHolder = Map.groupBy(positions.values(), ({ holder }) => holder.key)
  const holders = parties.length > 0 ? parties : mostVocal(byHolder)
  const unread = (early.totalCount ?? 0) - READ_POSITIONS
  return holders.flatMap(({ key, name }) => {
    const held = byHolder.get(key)
    const rest = unread > 0 && html`<span class="n"> without ${unread} between the first and the last</span>`
    return held === undefined ? [] : [{ name: html`${holderName(name)} on the central claim${rest}`, positions: held }]
  })
}

function mostVocal(byHolder: ReadonlyMap<string, readonly StoryPosition[]>): readonly Story['parties'][number][] {
  return [...byHolder.values()]
    .toSorted((a, b) => b.length - a.length)
    .slice(0, MOST_HOLDERS)
    .flatMap(([first]) => (first === undefined ? [] : [first.holder]))
}

function drawPhases(scale: TimeScale, phases: readonly Phase[]): Html {
  const placed = phases.flatMap(({ label, date: { earliest, latest } }, index) => {
    if (earliest === null && latest === null) return []
    const from = earliest === null ? 0 : percentAt(scale, dayNumber(earliest))
    const to = latest === null ? 100 : percentAt(scale, dayNumber(latest) + 1)
    return [{ number: index + 1, from, to, label: placeLabel({ from, to }, shorten(label), LABELLED) }]
  })
  const lanes = packLanes(
    placed.map(({ label }) => label),
    1,
  )
  return strip(
    20 * Math.max(laneCount(lanes), 1) + 4,
    placed.map(({ number, from, to, label }, index) => {
      const y = 2 + 20 * (lanes[index] ?? 0)
      return [
        html`<rect x="${from}%" y="${y}" width="${round(to - from)}%" height="17" class="ph" />`,
        html`<text x="${from}%" y="${y + 13}" dx="5" class="pt">${number}</text>`,
        drawLabel(label, y + 13, 'lg rt'),
      ]
    }),
  )
}

function drawReports(scale: TimeScale, reports: readonly (Report & { readonly on: ChartDate })[]): Html {
  const isLabelled = reports.length <= MOST_REPORTS
  const placed = reports.toReversed().flatMap(({ on, outlet, author }) => {
    const mark = placeDate(scale, on)
    if (mark === null) return []
    const label = isLabelled ? placeLabel(mark, shorten(outlet?.name ?? author ?? 'Unsigned report'), LABELLED) : null
    return [{ mark, label }]
  })
  const lanes = packLanes(
    placed.map(({ mark, label }) => label ?? mark),
    DOT,
  )
  const height = isLabelled ? 18 : 11
  return strip(
    height * laneCount(lanes) + 4,
    placed.map(({ mark, label }, index) => {
      const y = height / 2 + 1 + height * (lanes[index] ?? 0)
      return [drawMark(mark, y, 'rp'), label && drawLabel(label, y + 4, 'lg rt')]
    }),
  )
}

function describePhase({ label: title, date, summary }: Phase): Html {
  return html`<li><h3>${recorded(title)}</h3><p class="d">${capital(date.label)}</p><p dir="auto">${summary}</p></li>`
}
