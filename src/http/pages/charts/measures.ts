import type { ChartMeasure, DisputeMeasuresData } from '../../../../schema/page-data.d.ts'
import { readQuery, type Visit } from '../page.ts'
import { counted, enumerate, lower, onRecord, phrase } from '../parts/chips.ts'
import { day, inOrderOfCurrency } from '../parts/dates.ts'
import { html, joined, recorded, type Html } from '../parts/html.ts'
import { actorLink, developmentLink } from '../parts/links.ts'
import { isShown, type AsOf } from './as-of.ts'
import { drawMark, placeDate, round } from './date-mark.ts'
import { dotted, GRID, strip, timeAxis } from './time-axis.ts'
import { dayNumber, percentAt, type ChartDate, type TimeScale } from './time-scale.ts'

/** The measures of a dispute that are shown. */
export interface Measures {
  /** The key of the dispute. */
  readonly key: string
  readonly parties: readonly Imposer[]
  readonly inForce: readonly ShownMeasure[]
  readonly inForceCount: number
  /** Whether others may have been in force, because not all that had been reported were read. */
  readonly isLeast?: boolean
  /** Newest first; those in force may be among them. */
  readonly newest: readonly ShownMeasure[]
  readonly totalCount: number
}

/** `hasLaterReports`: of a page of the past, there are reports after its day. */
export type ShownMeasure = ChartMeasure & { readonly hasLaterReports?: true }

type Imposer = ChartMeasure['imposedBy'][number]
type WordedDate = ChartMeasure['date']

const QUERY = readQuery('dispute/measures')

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
  // Those in force on the day of the reports are read even if a hundred newer ones are on record.
  const { dispute, measures } = await ask<DisputeMeasuresData>(QUERY, { key, known, on: on ?? reported, filter })
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
export function developmentsOfMeasures({ inForce, newest }: Pick<Measures, 'inForce' | 'newest'>): readonly string[] {
  return [...inForce, ...newest].flatMap(({ key, statusHistory }) => [
    key,
    ...statusHistory.map(({ development }) => development.key),
  ])
}

/** The measures, read for the same days, as they were in the past that a page shows: each with the status that had been reported. */
export function measuresAt(measures: Measures, asOf: AsOf): Measures {
  if (asOf.on === null && asOf.reported === null) return measures
  const all = new Map([...measures.inForce, ...measures.newest].map((measure) => [measure.key, measure]))
  const shown = listAt([...all.values()], asOf)
  const inForce = shown.filter(({ status }) => status === 'IN_FORCE')
  const reported = [...all.values()].filter(({ key }) => asOf.isReported(key)).length
  const unread = Math.max(measures.totalCount - reported, 0)
  // The count on a day is that of the record; what was reported of it only follows from what was read.
  const inForceCount = asOf.reported === null ? measures.inForceCount : inForce.length
  const isLeast = asOf.reported !== null && unread > 0
  return { ...measures, inForce, inForceCount, isLeast, newest: shown, totalCount: shown.length + unread }
}

/** Those of a list that belong to the past that a page shows, as they were then. */
export function listAt(measures: readonly ChartMeasure[], asOf: AsOf): readonly ShownMeasure[] {
  if (asOf.on === null && asOf.reported === null) return measures
  return measures.flatMap((measure) => {
    const then = measureAt(measure, asOf)
    return asOf.isReported(measure.key) && then.statusHistory.length > 0 ? [then] : []
  })
}

function measureAt(measure: ChartMeasure, asOf: AsOf): ShownMeasure {
  const statusHistory = measure.statusHistory.filter(({ date, development }) => isShown(asOf, date, development.key))
  const { lastReportedOn: last } = measure
  // The record says what its status was on a day, not what of it had been reported.
  const status = asOf.reported === null ? measure.status : (inOrderOfCurrency(statusHistory).at(-1)?.status ?? null)
  const isLater = (than: string | null) => than !== null && last !== null && last > than
  // Its last report up to a past day is not known. That it was reported later says that it was still in force on the day.
  if (isLater(asOf.reported)) return { ...measure, statusHistory, status, lastReportedOn: null, hasLaterReports: true }
  if (isLater(asOf.on)) return { ...measure, statusHistory, status, lastReportedOn: asOf.on, hasLaterReports: true }
  return { ...measure, statusHistory, status }
}

/** The section, with what leads to its query (`tools`). */
export function measuresSection(scale: TimeScale, measures: Measures, tools: Html, isPast = false): Html {
  const { inForce, newest, totalCount } = measures
  const all = [...new Map([...inForce, ...newest].map((measure) => [measure.key, measure])).values()]
  const groups = groupByImposer(measures.parties, all)
  const limits = groups.length > 2 ? FEW : totalCount > WHOLE ? { ...MANY, all: FEW.all } : MANY
  const shown = groups.reduce((sum, group) => sum + countShown(group, limits), 0)
  const columns = groups.map((group) =>
    describeGroup(scale, group, { limits, title: html`By ${recorded(group.name)}` }),
  )
  return html`<section id="measures">
    <h2>Measures</h2>
    <p class="find">${totalCount === 0 ? `No measure is ${onRecord(isPast)}.` : findingOf(groups, measures, all.length >= totalCount)}</p>
    ${inForce.length > 0 && html`<p class="how2">Solid as far as a document says that it was in force; dotted after the last one that does.</p>`}
    ${groups.length > 1 ? html`<div class="two">${columns}</div>` : columns}
    ${shown < totalCount && html`<p class="m">${counted(totalCount - shown, 'other is', 'others are')} <a href="/disputes/${measures.key}?kinds=MEASURE#timeline">in the timeline</a>.</p>`}
    ${tools}
  </section>`
}

interface Group {
  readonly name: string
  /** Whether its measures are of several authors, so that each says its own. */
  readonly isMixed: boolean
  /** The key of the actor that the title names: a measure of it alone does not name it again. */
  readonly titled?: string | undefined
  readonly inForce: readonly ShownMeasure[]
  readonly others: readonly ShownMeasure[]
}

/** Columns beside those of the parties. */
const MOST_OTHERS = 2

/** A group a party, in their order, then the authors or sets of authors with the most, and one for all others. Oldest first within each. */
function groupByImposer(parties: readonly Imposer[], measures: readonly ShownMeasure[]): readonly Group[] {
  const keysOf = ({ imposedBy }: ShownMeasure) => imposedBy.map(({ key }) => key).toSorted()
  const byKeys = Map.groupBy(measures, (measure) => keysOf(measure).join(' '))
  const ofParties = parties.flatMap(({ key }) => byKeys.get(key) ?? [])
  const others = [...byKeys.values()].filter(([first]) => first !== undefined && !ofParties.includes(first))
  const several = others.filter(({ length }) => length > 1).toSorted((a, b) => b.length - a.length)
  const own = [...parties.map(({ key }) => byKeys.get(key) ?? []), ...several.slice(0, MOST_OTHERS)].filter(
    (group) => group.length > 0,
  )
  const rest = others.filter((group) => !own.includes(group)).flat()
  const groups = own.map((group) =>
    splitByForce(group, andList(group[0]?.imposedBy.map(({ name }) => name) ?? []), false),
  )
  return rest.length === 0 ? groups : [...groups, splitByForce(rest, 'others', true)]
}

function splitByForce(measures: readonly ShownMeasure[], name: string, isMixed: boolean): Group {
  const sorted = measures.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
  return {
    name,
    isMixed,
    inForce: sorted.filter(({ status }) => status === 'IN_FORCE'),
    others: sorted.filter(({ status }) => status !== 'IN_FORCE'),
  }
}

function sortKey(measure: ShownMeasure): string {
  const { earliest, latest } = measure.status === 'IN_FORCE' ? sinceOf(measure) : measure.date
  return `${earliest ?? latest ?? '~'} ${latest ?? '~'}`
}

function findingOf(
  groups: readonly Group[],
  { inForce, inForceCount, isLeast, totalCount }: Measures,
  isWhole: boolean,
): Html {
  if (inForceCount === 0 && isLeast)
    return `None of those looked at here, of ${totalCount} measures, is in force, as last reported.`
  if (inForceCount === 0) {
    const none = totalCount === 1 ? 'The only measure is not' : `None of the ${totalCount} measures is`
    return `${none} in force, as last reported.`
  }
  const shares = groups
    .filter((group) => group.inForce.length > 0)
    .map((group) => [group.inForce.length, ' by ', recorded(group.name)])
  const ended = groups.flatMap(({ others }) => others).filter(hasEnded).length
  const resumed = inForce.filter(hasEnded).length
  return [
    html`${isLeast && 'At least '}<b>${inForceCount}</b> in force when last reported${inForce.length >= inForceCount && html`: ${joined(shares)}`}.`,
    isWhole && ended + resumed === 0 && ' No document reports an end.',
    isWhole && ended > 0 && ` ${counted(ended, 'other has', 'others have')} ended.`,
    isWhole && resumed > 0 && ` ${resumed} of those in force had ended before.`,
  ]
}

const ENDED: ReadonlySet<string> = new Set(['LIFTED', 'SUSPENDED'])

/** Whether a document says that it ended, though it may have begun again. */
function hasEnded({ status, statusHistory }: ShownMeasure): boolean {
  return ENDED.has(status ?? '') || statusHistory.some((change) => ENDED.has(change.status))
}

/** Measures of one group and state that are shown at once, and with the closed list: of one or two groups, and of more. */
const MANY = { open: 8, all: 40 }
const FEW = { open: 3, all: 12 }
type Limits = typeof MANY

/** Measures of one dispute up to which the longer lists are shown. */
const WHOLE = 60

function countShown({ inForce, others }: Group, { all }: Limits): number {
  return Math.min(inForce.length, all) + Math.min(others.length, all)
}

/** Measures of several authors under a title, as on the page of an actor. `titled` is the key of the author that the title names. */
export function measureColumn(
  scale: TimeScale,
  measures: readonly ShownMeasure[],
  { title, titled }: { readonly title: Html; readonly titled?: string | undefined },
): Html {
  return describeGroup(scale, { ...splitByForce(measures, '', true), titled }, { limits: MANY, title })
}

function describeGroup(
  scale: TimeScale,
  { isMixed, titled, inForce, others }: Group,
  { limits, title }: { readonly limits: Limits; readonly title: Html },
): Html {
  const list = (measures: readonly ShownMeasure[]) =>
    listMeasures(measures, limits, (measure) =>
      describeMeasure(scale, measure, isMixed && measure.imposedBy.some(({ key }) => key !== titled)),
    )
  return html`<div>
    <h3>${title}${' '}<span class="n">${inForce.length} in force</span></h3>
    ${timeAxis(scale)}
    ${list(inForce)}
    ${others.length > 0 && html`<h4>${othersTitle(others)}${' '}<span class="n">${others.length}</span></h4>${list(others)}`}
  </div>`
}

/** What the rest has in common: done, ended, or only prepared. */
function othersTitle(others: readonly ShownMeasure[]): string {
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

function listMeasures(
  measures: readonly ShownMeasure[],
  { open, all }: Limits,
  describe: (measure: ShownMeasure) => Html,
): Html {
  if (measures.length === 0) return null
  const rest = measures.slice(open, all)
  return [
    html`<ul class="ms">${measures.slice(0, open).map(describe)}</ul>`,
    rest.length > 0 &&
      html`<details class="more"><summary>${rest.length} more</summary><ul class="ms">${rest.map(describe)}</ul></details>`,
  ]
}

function describeMeasure(scale: TimeScale, measure: ShownMeasure, namesAuthors: boolean): Html {
  const { measureKind, legalCharacter, imposedBy } = measure
  const ended = drawEnded(scale, measure)
  const drawn =
    measure.status === 'IN_FORCE' ? [ended, drawInForce(scale, measure)] : (ended ?? drawStart(scale, measure.date))
  const legal = legalCharacter === 'UNKNOWN' ? '' : lower(legalCharacter)
  const authors = namesAuthors && enumerate(imposedBy.map(actorLink))
  const words = joined([authors, authors ? lower(measureKind) : phrase(measureKind), legal, stateOf(measure)], ' · ')
  return html`<li>${developmentLink(measure)}${strip(16, [GRID, drawn])}<span class="m">${words}</span></li>`
}

/** The changes of the status, in order of currency: a later report of the same status is none. */
function changesOf({ statusHistory }: ShownMeasure): ShownMeasure['statusHistory'] {
  return inOrderOfCurrency(statusHistory).filter(({ status }, index, all) => status !== all[index - 1]?.status)
}

/** The date since which the status is reported without a break. */
function sinceOf(measure: ShownMeasure): WordedDate {
  return changesOf(measure).findLast(({ status }) => status === measure.status)?.date ?? measure.date
}

function stateOf(measure: ShownMeasure): string {
  const { status, lastReportedOn } = measure
  const since = sinceOf(measure)
  if (status !== 'IN_FORCE') return `${status === null ? 'no state reported' : lower(status)}, ${since.shortLabel}`
  const isLater = lastReportedOn !== null && lastReportedOn > (lastDay(since) ?? '')
  const begun = `in force ${sinceWords(since.shortLabel)}`
  if (measure.hasLaterReports) return begun
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
function drawInForce(scale: TimeScale, measure: ShownMeasure): Html {
  const start = sinceOf(measure)
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
    !measure.hasLaterReports && dotted(reported, 8),
  ]
}

function drawStart(scale: TimeScale, date: ChartDate): Html {
  const mark = placeDate(scale, date)
  return mark && drawMark(mark, 8)
}

function bar(from: number, to: number): Html {
  return to > from && html`<use href="#b" x="${from}%" y="4" width="${round(to - from)}%" height="8" />`
}

/** Each period in force that is over, from its start to its end. Null if none is. */
function drawEnded(scale: TimeScale, measure: ShownMeasure): Html {
  const changes = changesOf(measure)
  const periods = changes.flatMap(({ status, date }, index) => {
    const over = changes[index + 1]?.date
    return status === 'IN_FORCE' && over !== undefined ? [drawPeriod(scale, date, over)] : []
  })
  return periods.length > 0 ? periods : null
}

function drawPeriod(scale: TimeScale, start: ChartDate, end: ChartDate): Html {
  const begun = lastDay(start)
  const over = end.earliest
  return [
    drawStart(scale, start.reading === 'SPAN' ? { ...start, latest: start.earliest } : start),
    begun !== null && over !== null && bar(percentAt(scale, dayNumber(begun) + 1), percentAt(scale, dayNumber(over))),
    drawStart(scale, end),
  ]
}

function andList(words: readonly string[], conjunction = 'and'): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1) ?? ''}`
}
