import { monthName } from '../../../model/dates/calendar.ts'

/*
 * The time axis of a page. It is in percent, so that one drawing fits every width. The unit of its ticks follows from its span: days, weeks,
 * months, quarters, years, or round numbers of years. Labels never collide: each label names the widths at which it has room.
 */

/** What a date needs to be drawn. Days are YYYY-MM-DD, both included. */
export interface ChartDate {
  readonly earliest: string | null
  readonly latest: string | null
  readonly reading: string
  readonly approximate: boolean
  readonly uncertain: boolean
  readonly ongoing: boolean
  readonly instant?: string | null
}

export interface TimeScale {
  /** Days since 1970: the first day of the axis, and the day after its last. */
  readonly first: number
  readonly end: number
  /** Percentages, ascending. */
  readonly ticks: readonly number[]
  readonly labels: readonly AxisLabel[]
}

/** A text under a tick. `wide` is for charts of {@link WIDE} pixels and more, `narrow` for those of {@link NARROW}; null has no room. */
export interface AxisLabel {
  readonly at: number
  readonly row: 1 | 2
  readonly wide: string | null
  readonly narrow: string | null
  /** Whether the second row says something here. */
  readonly strong: boolean
}

/** The smallest charts in pixels: with wide labels, and on a phone of 320 pixels. */
const WIDE = 384
const NARROW = 144

/** Pixels of a character at the size of chart labels, and the room around a label. */
const CHARACTER = 7
const ROOM = 3

/** Pixels by which a label may leave the chart on the right, into the margin of the page. */
const MARGIN = 10

/**
 * The axis of a dispute: its period, what is reported of it, and the days on which something surely had begun or ended. A bound of a date
 * that lies outside is drawn as an open end, so that one date with a distant bound does not press the others together.
 */
export function timeScale({
  period,
  lastReportedOn,
  dates,
}: {
  readonly period: ChartDate | null
  readonly lastReportedOn: string | null
  readonly dates: readonly ChartDate[]
}): TimeScale {
  const from = [
    period?.earliest ?? null,
    ...dates.map(({ earliest, latest }) => (period?.earliest ? latest : earliest)),
  ]
  const to = [lastReportedOn, period?.latest ?? null, ...dates.map(({ earliest }) => earliest)]
  const given = (days: readonly (string | null)[]) => days.filter((day) => day !== null).map(dayNumber)
  const starts = given(from)
  const ends = given(to)
  const all = [...starts, ...ends, ...given(dates.flatMap(({ earliest, latest }) => [earliest, latest]))]
  if (all.length === 0) return { first: 0, end: 1, ticks: [], labels: [] }
  const first = least(starts.length > 0 ? starts : all)
  return scaleOver(first, Math.max(first, greatest(ends.length > 0 ? ends : all)))
}

/** The percentage at which a day starts, within the axis. `day` may have a fraction. */
export function percentAt({ first, end }: TimeScale, day: number): number {
  const percent = ((day - first) / (end - first)) * 100
  return Math.round(Math.min(Math.max(percent, 0), 100) * 10) / 10
}

/** Days since 1970 of a day YYYY-MM-DD. */
export function dayNumber(day: string): number {
  return Date.parse(day) / DAY
}

/** The axis from one day to another, both included, widened to whole units. */
function scaleOver(firstDay: number, lastDay: number): TimeScale {
  const unit = UNITS.find((candidate) => unitsIn(candidate, firstDay, lastDay) <= candidate.most) ?? LONGEST
  const finer = unit.edge ?? unit
  const first = startOf(finer, firstDay)
  const end = next(finer, startOf(finer, lastDay))
  const scale = { first, end, ticks: [], labels: [] }
  const days: number[] = []
  for (let day = startOf(unit, first); day < end; day = next(unit, day)) if (day >= first) days.push(day)
  const ticks = days.map((day) => percentAt(scale, day))
  return { first, end, ticks, labels: labelsOf(unit, days, ticks) }
}

interface Unit {
  readonly days: number
  /** Months, if not days. */
  readonly months: number
  /** The greatest number of ticks. */
  readonly most: number
  /** The unit at which the axis starts and ends. */
  readonly edge?: Unit
}

const ONE_DAY: Unit = { days: 1, months: 0, most: 21 }
const MONTH: Unit = { days: 0, months: 1, most: 13 }
const QUARTER: Unit = { days: 0, months: 3, most: 13, edge: MONTH }
const YEAR: Unit = { days: 0, months: 12, most: 13, edge: QUARTER }
const YEARS = [2, 5, 10, 20, 50, 100, 200, 500].map((years): Unit => ({
  days: 0,
  months: 12 * years,
  most: 13,
  edge: YEAR,
}))
const LONGEST: Unit = { days: 0, months: 12_000, most: 13, edge: YEAR }
const UNITS: readonly Unit[] = [
  ONE_DAY,
  { days: 7, months: 0, most: 13, edge: ONE_DAY },
  MONTH,
  QUARTER,
  YEAR,
  ...YEARS,
]

function unitsIn(unit: Unit, first: number, last: number): number {
  const index = ({ days, months }: Unit, day: number) =>
    months > 0 ? Math.floor(monthIndex(day) / months) : Math.floor((day + MONDAY) / days)
  return index(unit, last) - index(unit, first) + 1
}

/** Weeks start on Mondays, and day 0, 1 January 1970, was a Thursday. */
const MONDAY = 3

function startOf({ days, months }: Unit, day: number): number {
  if (months === 0) return Math.floor((day + MONDAY) / days) * days - MONDAY
  return monthStart(Math.floor(monthIndex(day) / months) * months)
}

function next({ days, months }: Unit, start: number): number {
  return months === 0 ? start + days : monthStart(monthIndex(start) + months)
}

/** Months since the year 0. */
function monthIndex(day: number): number {
  const date = new Date(day * DAY)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

function monthStart(index: number): number {
  // Date.UTC reads the years 0 to 99 as 1900 to 1999.
  return new Date(0).setUTCFullYear(Math.floor(index / 12), index % 12, 1) / DAY
}

const DAY = 86_400_000

interface Words {
  readonly wide: string
  readonly narrow: string
}

function labelsOf({ months }: Unit, days: readonly number[], ticks: readonly number[]): readonly AxisLabel[] {
  const hasCenturies = days.length > 1 && (days.at(-1) ?? 0) - (days[0] ?? 0) > 36_500
  const words = days.map((day) => wordsOf(months, day, hasCenturies))
  const contexts = days.map((day) => contextOf(months, day))
  const changes = contexts.map((context, index) => (context?.wide === contexts[index - 1]?.wide ? null : context))
  const wide = fitting(
    ticks,
    words.map((label) => label.wide),
    WIDE,
  )
  const narrow = fitting(
    ticks,
    words.map((label) => label.narrow),
    NARROW,
  )
  const second = ticks.flatMap((at, index) => {
    const context = changes[index]
    return context ? [{ at, ...context }] : []
  })
  const widths = second.map(({ at }, index) => (second[index + 1]?.at ?? 100) - at)
  const hasRoom = (text: string, index: number, width: number) =>
    text.length * CHARACTER + ROOM <= ((widths[index] ?? 0) * width) / 100 + (index === second.length - 1 ? MARGIN : 0)
  return [
    ...ticks.map((at, index): AxisLabel => {
      return { at, row: 1, wide: wide[index] ?? null, narrow: narrow[index] ?? null, strong: Boolean(changes[index]) }
    }),
    ...second.map(({ at, wide: long, narrow: short }, index): AxisLabel => {
      const texts = {
        wide: hasRoom(long, index, WIDE) ? long : null,
        narrow: hasRoom(short, index, NARROW) ? short : null,
      }
      return { at, row: 2, ...texts, strong: true }
    }),
  ].filter((label) => label.wide !== null || label.narrow !== null)
}

/** Every label, or every second, and so on: as many as have room beside each other, and within the chart. */
function fitting(ticks: readonly number[], texts: readonly string[], width: number): readonly (string | null)[] {
  const step = ticks.findIndex((_, index) => index > 0 && fitsEvery(index, ticks, texts, width))
  const every = step === -1 ? Math.max(ticks.length, 1) : step
  return texts.map((text, index) => {
    const end = ((ticks[index] ?? 0) * width) / 100 + text.length * CHARACTER
    return index % every === 0 && end <= width + MARGIN ? text : null
  })
}

function fitsEvery(step: number, ticks: readonly number[], texts: readonly string[], width: number): boolean {
  return ticks.every((at, index) => {
    const following = ticks[index + step]
    if (index % step !== 0 || following === undefined) return true
    return ((following - at) * width) / 100 >= (texts[index]?.length ?? 0) * CHARACTER + ROOM
  })
}

function wordsOf(months: number, day: number, hasCenturies: boolean): Words {
  const date = new Date(day * DAY)
  if (months === 0) return { wide: String(date.getUTCDate()), narrow: String(date.getUTCDate()) }
  if (months >= 12) return { wide: yearOf(date), narrow: hasCenturies ? yearOf(date) : yearOf(date).slice(-2) }
  const name = monthName(date.getUTCMonth() + 1)
  return { wide: name.slice(0, 3), narrow: name.slice(0, 1) }
}

/** What a day needs its month for, and a month its year. */
function contextOf(months: number, day: number): Words | null {
  const date = new Date(day * DAY)
  if (months >= 12) return null
  if (months > 0) return { wide: yearOf(date), narrow: yearOf(date) }
  const month = monthName(date.getUTCMonth() + 1).slice(0, 3)
  return { wide: `${month} ${yearOf(date)}`, narrow: month }
}

function yearOf(date: Date): string {
  return String(date.getUTCFullYear())
}

function least(numbers: readonly number[]): number {
  return numbers.reduce((found, number) => Math.min(found, number))
}

function greatest(numbers: readonly number[]): number {
  return numbers.reduce((found, number) => Math.max(found, number))
}
