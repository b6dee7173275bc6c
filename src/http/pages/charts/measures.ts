import type { ChartMeasure, DisputeMeasuresData } from '../../../../schema/page-data.d.ts'
import { compareCurrent } from '../../../model/dates/edtf.ts'
import { readQuery, type Visit } from '../page.ts'
import { counted, lower, phrase } from '../parts/chips.ts'
import { day } from '../parts/dates.ts'
import { html, joined, recorded, type Html } from '../parts/html.ts'
import { developmentLink } from '../parts/links.ts'
import { isShown, type AsOf } from './as-of.ts'
import { drawMark, placeDate, round } from './date-mark.ts'
import { dotted, GRID, strip, timeAxis } from './time-axis.ts'
import { dayNumber, percentAt, type ChartDate, type TimeScale } from './time-scale.ts'

/** The measures of a dispute that are shown. */
export interface Measures {
  /** The key of the dispute. */
  readonly key: string
  readonly parties: readonly Imposer[]
  readonly inForce: readonly ChartMeasure[]
  readonly inForceCount: number
  /** Newest first; those in force may be among them. */
  readonly newest: readonly ChartMeasure[]
  readonly totalCount: number
}

type Imposer = ChartMeasure['imposedBy'][number]
type WordedDate = ChartMeasure['date']

const QUERY = readQuery('dispute-measures')

/** Null if there is no such dispute. */
export async function readMeasures(
  ask: Visit['ask'],
  {
    key,
    known,
    on,
    reported,
  }: {
    readonly key: string
    readonly known: string | null
    readonly on: string | null
    readonly reported: string | null
  },
): Promise<Measures | null> {
  const filter = { disputes: [key], ...(reported !== null && { reportedBy: reported }) }
  const { dispute, measures } = await ask<DisputeMeasuresData>(QUERY, { key, known, on, filter })
  if (dispute === null) return null
  return {
    key,
    parties: dispute.parties,
    inForce: dispute.measuresInForce ?? [],
    inForceCount: dispute.measuresInForceCount ?? 0,
    newest: measures?.nodes ?? [],
    totalCount: measures?.totalCount ?? 0,
  }
}

/** The keys of the developments that the measures rest on. */
export function developmentsOfMeasures({ inForce, newest }: Measures): readonly string[] {
  return [...inForce, ...newest].flatMap(({ key, statusHistory }) => [
    key,
    ...statusHistory.map(({ development }) => development.key),
  ])
}

/** The measures as they were reported in the past that a page shows. Their status then follows from what had been reported of it. */
export function measuresAt(measures: Measures, asOf: AsOf): Measures {
  if (asOf.on === null && asOf.reported === null) return measures
  const all = new Map([...measures.inForce, ...measures.newest].map((measure) => [measure.key, measure]))
  const shown = [...all.values()]
    .filter(({ key, date }) => isShown(asOf, date, key))
    .map((measure) => measureAt(measure, asOf))
  const inForce = shown.filter(({ status }) => status === 'IN_FORCE')
  const unread = Math.max(measures.totalCount - all.size, 0)
  return { ...measures, inForce, inForceCount: inForce.length, newest: shown, totalCount: shown.length + unread }
}

function measureAt(measure: ChartMeasure, asOf: AsOf): ChartMeasure {
  const statusHistory = measure.statusHistory.filter(({ date, development }) => isShown(asOf, date, development.key))
  const current = statusHistory.toSorted((a, b) => compareCurrent(a.date, b.date)).at(-1)
  const bounds = [asOf.on, asOf.reported].filter((bound) => bound !== null)
  const { lastReportedOn: last } = measure
  const lastReportedOn = last && bounds.reduce((least, bound) => (bound < least ? bound : least), last)
  return { ...measure, statusHistory, status: current?.status ?? null, lastReportedOn }
}

/** The section, with what leads to its query (`tools`). */
export function measuresSection(scale: TimeScale, measures: Measures, tools: Html): Html {
  const { inForce, newest, inForceCount, totalCount } = measures
  const all = [...new Map([...inForce, ...newest].map((measure) => [measure.key, measure])).values()]
  const groups = groupByImposer(measures.parties, all)
  const most = groups.length > 2 ? FEW : MANY
  const columns =
    groups.length > 1
      ? html`<div class="two">${groups.map((group) => describeGroup(scale, group, most))}</div>`
      : groups.map((group) => describeGroup(scale, group, most))
  return html`<section id="measures">
    <h2>Measures</h2>
    <p class="find">${findingOf(groups, { inForceCount, totalCount, isWhole: inForce.length >= inForceCount })}</p>
    ${inForce.length > 0 && html`<p class="how2">Solid as far as a document says that it was in force; dotted after the last one that does.</p>`}
    ${columns}
    ${all.length < totalCount && html`<p class="m">The other ${totalCount - all.length} are <a href="/disputes/${measures.key}?kinds=MEASURE#timeline">in the timeline</a>.</p>`}
    ${tools}
  </section>`
}

interface Group {
  /** Undefined for those of nobody who is named. */
  readonly name: string | undefined
  readonly isParty: boolean
  readonly inForce: readonly ChartMeasure[]
  readonly others: readonly ChartMeasure[]
}

/** A group a party, in their order, then one for each other author or set of authors. Oldest first within each. */
function groupByImposer(parties: readonly Imposer[], measures: readonly ChartMeasure[]): readonly Group[] {
  const rank = new Map(parties.map(({ key }, index) => [key, index]))
  const byImposers = Map.groupBy(measures, ({ imposedBy }) =>
    imposedBy
      .map(({ key }) => key)
      .toSorted()
      .join(' '),
  )
  const named = [...byImposers].map(([keys, taken]) => {
    const names = taken[0]?.imposedBy.map(({ name }) => name) ?? []
    return {
      keys,
      taken,
      name: names.length === 0 ? undefined : andList(names),
      rank: rank.get(keys) ?? parties.length,
    }
  })
  // Those that are neither a party nor several measures' author share one group, so that there is no column for each of many.
  const own = named.filter(({ rank: at, taken }) => at < parties.length || taken.length > 1)
  const rest = named.filter((group) => !own.includes(group)).flatMap(({ taken }) => taken)
  const groups = own
    .toSorted((a, b) => a.rank - b.rank || b.taken.length - a.taken.length)
    .map(({ name, taken, rank: at }) => splitByForce(taken, { name, isParty: at < parties.length }))
  return rest.length === 0
    ? groups
    : [...groups, splitByForce(rest, { name: groups.length > 0 ? 'others' : undefined, isParty: false })]
}

function splitByForce(measures: readonly ChartMeasure[], of: Pick<Group, 'name' | 'isParty'>): Group {
  const sorted = measures.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
  return {
    ...of,
    inForce: sorted.filter(({ status }) => status === 'IN_FORCE'),
    others: sorted.filter(({ status }) => status !== 'IN_FORCE'),
  }
}

function sortKey(measure: ChartMeasure): string {
  const { earliest, latest } = measure.status === 'IN_FORCE' ? startOf(measure) : measure.date
  return `${earliest ?? latest ?? '~'} ${latest ?? '~'}`
}

function findingOf(
  groups: readonly Group[],
  {
    inForceCount,
    totalCount,
    isWhole,
  }: { readonly inForceCount: number; readonly totalCount: number; readonly isWhole: boolean },
): Html {
  if (totalCount === 0) return 'No measure is on record.'
  if (inForceCount === 0) return `None of ${counted(totalCount, 'measure')} is in force, as last reported.`
  const shares = groups
    .filter(({ inForce }) => inForce.length > 0)
    .map(({ name, inForce }) => [inForce.length, ' by ', name === undefined ? 'authors not named' : recorded(name)])
  const ended = groups.flatMap(({ others }) => others).filter(({ status }) => ENDED.has(status ?? '')).length
  return html`<b>${inForceCount}</b> in force when last reported${isWhole && shares.length > 0 && html`: ${joined(shares)}`}.${' '}${
    ended === 0 ? 'No document reports an end.' : `${counted(ended, 'other has', 'others have')} ended.`
  }`
}

const ENDED: ReadonlySet<string> = new Set(['LIFTED', 'SUSPENDED'])

/** Measures of one group and state that are shown at once: of one or two groups, and of more. */
const MANY = 8
const FEW = 3

function describeGroup(scale: TimeScale, { name, inForce, others }: Group, most: number): Html {
  return html`<div>
    <h3>${name === undefined ? 'Measures' : html`By ${recorded(name)}`}${' '}<span class="n">${inForce.length} in force</span></h3>
    ${timeAxis(scale)}
    ${list(scale, inForce, most)}
    ${others.length > 0 && html`<h4>${othersTitle(others)}${' '}<span class="n">${others.length}</span></h4>${list(scale, others, most)}`}
  </div>`
}

/** What the rest has in common: done, ended, or only prepared. */
function othersTitle(others: readonly ChartMeasure[]): string {
  const states = new Set(others.map(({ status }) => STATES[status ?? ''] ?? 'without a reported state'))
  const words = Object.values(STATES).filter((state) => states.delete(state))
  const all = [...new Set([...words, ...states])]
  const text = andList(all, 'or')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const STATES: Readonly<Record<string, string>> = {
  COMPLETED: 'done',
  LIFTED: 'ended',
  SUSPENDED: 'suspended',
  ANNOUNCED: 'announced',
  NOTIFIED: 'notified',
  PREPARED: 'only prepared',
  NOT_IMPLEMENTED: 'never carried out',
}

function list(scale: TimeScale, measures: readonly ChartMeasure[], most: number): Html {
  if (measures.length === 0) return null
  const rest = measures.slice(most)
  return [
    html`<ul class="ms">${measures.slice(0, most).map((measure) => describeMeasure(scale, measure))}</ul>`,
    rest.length > 0 &&
      html`<details class="more"><summary>${rest.length} more</summary><ul class="ms">${rest.map((measure) => describeMeasure(scale, measure))}</ul></details>`,
  ]
}

function describeMeasure(scale: TimeScale, measure: ChartMeasure): Html {
  const { measureKind, legalCharacter } = measure
  const drawn = measure.status === 'IN_FORCE' ? drawInForce(scale, measure) : drawOther(scale, measure)
  const legal = legalCharacter === 'UNKNOWN' ? '' : lower(legalCharacter)
  return html`<li>${developmentLink(measure)}${strip(16, [GRID, drawn])}<span class="m">${joined([phrase(measureKind), legal, stateOf(measure)], ' · ')}</span></li>`
}

/** The date since which the measure is reported in force. */
function startOf({ statusHistory, date }: ChartMeasure): WordedDate {
  return statusHistory.findLast(({ status }) => status === 'IN_FORCE')?.date ?? date
}

function stateOf(measure: ChartMeasure): string {
  const { status, statusHistory, date, lastReportedOn } = measure
  if (status !== 'IN_FORCE') {
    const since = statusHistory.find((change) => change.status === status)?.date ?? date
    return `${status === null ? 'no state reported' : lower(status)}, ${since.shortLabel}`
  }
  const start = startOf(measure)
  const isLater = lastReportedOn !== null && lastReportedOn > (lastDay(start) ?? '')
  const begun = `in force ${sinceWords(start.shortLabel)}`
  return isLater ? `${begun}, last reported ${shortDay(lastReportedOn)}` : `${begun}, no later report`
}

function sinceWords(label: string): string {
  if (/^(by|since|from|until) /.test(label)) return label
  return label.startsWith('between ') ? `from a day ${label}` : `since ${label}`
}

function shortDay(date: string): string {
  return day(date).replace(/ (\p{L}{3})\p{L}* /u, ' $1 ')
}

/** The last day by which a measure was surely in force for the first time. */
function lastDay({ earliest, latest, reading }: ChartDate): string | null {
  return reading === 'SPAN' ? (earliest ?? latest) : latest
}

/** The start, then solid to the last report, then dotted. */
function drawInForce(scale: TimeScale, measure: ChartMeasure): Html {
  const start = startOf(measure)
  const begun = lastDay(start)
  const { lastReportedOn } = measure
  if (begun === null) return drawStart(scale, start)
  const solidFrom = percentAt(scale, dayNumber(begun) + (start.reading === 'WITHIN' ? 1 : 0))
  const reported =
    lastReportedOn !== null && lastReportedOn > begun ? percentAt(scale, dayNumber(lastReportedOn) + 1) : solidFrom
  return [
    start.reading === 'WITHIN' && drawStart(scale, start),
    start.reading === 'SPAN' &&
      reported === solidFrom &&
      drawStart(scale, { ...start, latest: start.earliest ?? start.latest }),
    bar(solidFrom, reported),
    dotted(reported, 8),
  ]
}

function drawStart(scale: TimeScale, date: ChartDate): Html {
  const mark = placeDate(scale, date)
  return mark && drawMark(mark, 8)
}

function bar(from: number, to: number): Html {
  return to > from && html`<use href="#b" x="${from}%" y="4" width="${round(to - from)}%" height="8" />`
}

/** What is over, from its start to its end; what never was in force, on its date. */
function drawOther(scale: TimeScale, measure: ChartMeasure): Html {
  const { status, statusHistory, date } = measure
  const end = statusHistory.find((change) => change.status === status)
  const start = statusHistory.find((change) => change.status === 'IN_FORCE')
  if (start === undefined || end === undefined || start === end) return drawStart(scale, date)
  const begun = lastDay(start.date)
  const over = end.date.earliest
  return [
    drawStart(scale, start.date.reading === 'SPAN' ? { ...start.date, latest: start.date.earliest } : start.date),
    begun !== null && over !== null && bar(percentAt(scale, dayNumber(begun) + 1), percentAt(scale, dayNumber(over))),
    drawStart(scale, end.date),
  ]
}

function andList(words: readonly string[], conjunction = 'and'): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1) ?? ''}`
}
