import { html, type Html } from '../parts/html.ts'
import { drawMark, placeDate, rareSymbols } from './date-mark.ts'
import { dayNumber, percentAt, type AxisLabel, type ChartDate, type TimeScale } from './time-scale.ts'

/** The symbols that depend on the page: its grid, and a dotted line at each day of a report (`reports`, YYYY-MM-DD). */
export function axisSymbols(scale: TimeScale, reports: readonly string[] = []): Html {
  const days = [...new Set(reports.map((day) => percentAt(scale, dayNumber(day) + 0.5)))]
  return [
    rareSymbols(),
    html`<symbol id="g" overflow="visible">${[...scale.ticks, 100].map(verticalLine)}</symbol>`,
    days.length > 0 && html`<symbol id="rg" overflow="visible">${days.map(verticalLine)}</symbol>`,
  ]
}

function verticalLine(percent: number): Html {
  return html`<line x1="${percent}%" x2="${percent}%" y2="100%" />`
}

/** The labels of the axis, in one row or two. */
export function timeAxis({ labels }: TimeScale): Html {
  return strip(labels.some(({ row }) => row === 2) ? 30 : 16, labels.map(drawLabel), 'ax')
}

function drawLabel({ at, row, wide, narrow, strong }: AxisLabel): Html {
  const width = narrow === null ? 'lg' : wide === null ? 'sm' : undefined
  const className = [strong && 'b', width].filter(Boolean).join(' ')
  const words =
    width !== undefined || wide === narrow
      ? (wide ?? narrow)
      : html`<tspan class="lg">${wide}</tspan><tspan class="sm">${narrow}</tspan>`
  return html`<text x="${at}%" y="${row === 1 ? 12 : 26}" dx="3" class="${className || undefined}">${words}</text>`
}

/** A chart as wide as its place. What it shows must also stand in words beside it. */
export function strip(height: number, content: Html, className?: string): Html {
  const classes = className === undefined ? 's' : `s ${className}`
  return html`<svg class="${classes}" width="100%" height="${height}" aria-hidden="true" focusable="false">${content}</svg>`
}

/** The lines of the axis, behind a strip. */
export const GRID = html`<use href="#g" class="g" width="100%" height="100%" />`

/** The lines of the axis behind several strips, which stand in the same element of class `gd`. */
export function gridBehind(hasReports = false): Html {
  return html`<svg class="s grid" width="100%" height="100%" aria-hidden="true" focusable="false">${GRID}${
    hasReports && html`<use href="#rg" class="rg" width="100%" height="100%" />`
  }</svg>`
}

/** Rows of strips under one axis. `isHidden` leaves it out for screen readers: the page says the same in words beside it. */
export function chartOf(
  scale: TimeScale,
  rows: Html,
  { isHidden, hasReports }: { readonly isHidden?: boolean; readonly hasReports?: boolean } = {},
): Html {
  return html`<div class="story" aria-hidden="${isHidden ? 'true' : undefined}">
    <div class="axr"><span></span>${timeAxis(scale)}</div>
    <div class="gd">${gridBehind(hasReports)}${rows}</div>
  </div>`
}

/** One date on the axis, as beside a heading of the timeline. */
export function dateStrip(scale: TimeScale, date: ChartDate): Html {
  const mark = placeDate(scale, date)
  return strip(24, [GRID, mark && drawMark(mark, 16)])
}

/** The time of a dispute: solid up to the last report, dotted after it if the dispute has no reported end. */
export function periodStrip(
  scale: TimeScale,
  { period, lastReportedOn }: { readonly period: ChartDate; readonly lastReportedOn: string | null },
): Html {
  const isOpen = period.latest === null && period.earliest !== null && lastReportedOn !== null
  const shown =
    isOpen && lastReportedOn >= (period.earliest ?? '')
      ? { ...period, latest: lastReportedOn, reading: 'SPAN' }
      : period
  const mark = placeDate(scale, shown)
  return strip(18, [GRID, mark && drawMark(mark, 9), isOpen && mark && dotted(mark.to, 9)])
}

/** From there to the end of the axis: nothing is reported. */
export function dotted(from: number, y: number): Html {
  return from < 100 && html`<line x1="${from}%" x2="100%" y1="${y}" y2="${y}" class="dots" />`
}
