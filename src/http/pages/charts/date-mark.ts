import { html, type Html } from '../parts/html.ts'
import { dayNumber, percentAt, type ChartDate, type TimeScale } from './time-scale.ts'

/*
 * How dates are drawn. A dot is a day, and a ring about a day. A bracket is once within its bounds, and a bar all the time between them. The
 * ends say what is known: a stroke is a bound, an arrow an open or unknown one, or one outside the axis. Dashes are rough bounds.
 */

/** Where a date stands on the axis, in percent, and the symbol that draws it. */
export interface Mark {
  readonly symbol: string
  readonly from: number
  readonly to: number
  readonly uncertain: boolean
}

/** Null if the date has no bound at all. */
export function placeDate(scale: TimeScale, date: ChartDate): Mark | null {
  const { earliest, latest, approximate, uncertain } = date
  if (earliest === null && latest === null) return null
  const start = earliest === null ? -Infinity : dayNumber(earliest)
  const end = latest === null ? Infinity : dayNumber(latest) + 1
  const within = start >= scale.first && end <= scale.end
  if (end - start === 1 && within) {
    const at = percentAt(scale, start + timeOfDay(date))
    return { symbol: approximate ? 'da' : 'd', from: at, to: at, uncertain }
  }
  const ends = (start < scale.first ? 'l' : '') + (end > scale.end ? 'r' : '')
  return {
    symbol: nameOf(date.reading === 'SPAN' && end - start > 1 ? spanEnd(date) : 'w', ends, approximate),
    from: percentAt(scale, start),
    to: percentAt(scale, end),
    uncertain,
  }
}

/** A mark at the height of its middle, with a `?` if it is uncertain. */
export function drawMark({ symbol, from, to, uncertain }: Mark, y: number, className?: string): Html {
  const isPoint = symbol.startsWith('d')
  return [
    isPoint
      ? html`<use href="#${symbol}" x="${from}%" y="${y}" class="${className}" />`
      : html`<use href="#${symbol}" x="${from}%" y="${y - 4}" width="${round(to - from)}%" height="8" class="${className}" />`,
    uncertain && html`<text x="${to}%" y="${y + 4}" dx="${isPoint ? 6 : 3}" class="b">?</text>`,
  ]
}

/** The difference of two percentages, without the noise of binary fractions. */
export function round(percent: number): number {
  return Math.round(percent * 10) / 10
}

/** The symbols of the marks beside those that every page has. */
export function rareSymbols(): Html {
  const lines = ['v', 'x'].flatMap((name) => [name, `${name}a`]).concat('ua')
  const bars = ['p', 'q', 'ba', 'oa', 'pa', 'qa', 'n']
  return [...lines, ...bars].map((name) => html`<symbol id="${name}" overflow="visible">${shapeOf(name)}</symbol>`)
}

/** What the marks of a chart mean, for those that occur in it. */
export function dateKey(scale: TimeScale, dates: readonly (ChartDate | null)[]): Html {
  const marks = dates.map((date) => date && placeDate(scale, date)).filter((mark) => mark !== null)
  const symbols = new Set(marks.map(({ symbol }) => symbol))
  const known = MEANINGS.filter(({ names }) => names.some((name) => symbols.has(name)))
  if (known.length === 0) return null
  return html`<div class="key" aria-hidden="true"><b>Dates</b>${known.map(
    ({ names, words }) => html`${' '}<span>${sample(names.find((name) => symbols.has(name)) ?? '')} ${words}</span>`,
  )}${marks.some(({ uncertain }) => uncertain) && html`${' '}<span><b>?</b> uncertain</span>`}</div>`
}

const MEANINGS: readonly { readonly names: readonly string[]; readonly words: string }[] = [
  { names: ['d'], words: 'on that day' },
  { names: ['da'], words: 'about that day' },
  { names: ['w'], words: 'once, on a day not known in between' },
  { names: ['wa'], words: 'once, between rough bounds' },
  { names: ['u', 'ua'], words: 'once, the earliest day not known, or before the axis' },
  { names: ['v', 'va'], words: 'once, the latest day not known, or after the axis' },
  { names: ['x', 'xa'], words: 'once, both days outside the axis' },
  { names: ['b'], words: 'all that time' },
  { names: ['ba', 'oa', 'pa', 'qa'], words: 'all that time, the bounds rough' },
  { names: ['o'], words: 'since then, no end reported' },
  { names: ['p', 'q'], words: 'all that time, the start not known, or before the axis' },
  { names: ['n'], words: 'since then, the end not known' },
]

function sample(symbol: string): Html {
  if (symbol.startsWith('d')) {
    return html`<svg width="14" height="12" aria-hidden="true"><use href="#${symbol}" x="7" y="6" /></svg>`
  }
  return html`<svg width="40" height="12" aria-hidden="true"><use href="#${symbol}" x="4" y="2" width="28" height="8" /></svg>`
}

/** The fraction of its day at which a date with a time happened, in the place’s own time, and else the middle of the day. */
function timeOfDay({ instant }: ChartDate): number {
  const [, hours, minutes] = /T(\d{2}):(\d{2})/.exec(instant ?? '') ?? []
  return hours === undefined ? 0.5 : (Number(hours) * 60 + Number(minutes)) / 1440
}

/** The end of a span is reported, still to come, or not known. */
function spanEnd({ latest, ongoing }: ChartDate): string {
  return latest === null && !ongoing ? 'n' : 'b'
}

/** The name of the symbol of a bracket (`w`) or a bar (`b`) with these open ends. */
function nameOf(shape: string, ends: string, approximate: boolean): string {
  if (shape === 'n') return ends === 'r' ? 'n' : 'q'
  const names: Readonly<Record<string, string>> =
    shape === 'w' ? { '': 'w', l: 'u', r: 'v', lr: 'x' } : { '': 'b', l: 'p', r: 'o', lr: 'q' }
  return `${names[ends] ?? shape}${approximate ? 'a' : ''}`
}

const LEFT = html`<path d="M-1 4l6-4v8z" />`
const RIGHT = html`<svg x="100%" overflow="visible"><path d="M1 4l-6-4v8z" /></svg>`
const START = html`<line y2="8" />`
const END = html`<line x1="100%" x2="100%" y2="8" />`

function shapeOf(name: string): Html {
  const shape = name.charAt(0)
  const isRough = name.endsWith('a')
  if (name === 'n') return [START, html`<line x2="100%" y1="4" y2="4" stroke-dasharray="1.5 4" />`]
  if ('uvx'.includes(shape)) {
    return [
      html`<line x2="100%" y1="4" y2="4" class="${isRough ? 'da' : undefined}" />`,
      shape === 'v' ? START : LEFT,
      shape === 'u' ? END : RIGHT,
    ]
  }
  return [
    html`<rect width="100%" height="8" class="${isRough ? 'h da' : undefined}" />`,
    'pq'.includes(shape) && html`<path d="M1-1l-8 5 8 5z" />`,
    'oq'.includes(shape) && html`<svg x="100%" overflow="visible"><path d="M-1-1l8 5-8 5z" /></svg>`,
  ]
}
