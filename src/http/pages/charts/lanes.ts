import { html, type Html } from '../parts/html.ts'

/* Marks and their labels beside each other, in as few lanes as they need. */

/** What a drawn thing takes of the axis, in percent. */
export interface Extent {
  readonly from: number
  readonly to: number
}

/** The lane of each extent, from 0: the first in which it keeps a distance of `gap` from those before it. */
export function packLanes(extents: readonly Extent[], gap: number): readonly number[] {
  const lanes: Extent[][] = []
  return extents.map((extent) => {
    const isFree = (taken: readonly Extent[]) =>
      taken.every(({ from, to }) => extent.from >= to + gap || extent.to <= from - gap)
    const found = lanes.findIndex(isFree)
    const lane = found === -1 ? lanes.length : found
    const taken = lanes[lane] ?? (lanes[lane] = [])
    taken.push(extent)
    return lane
  })
}

export function laneCount(lanes: readonly number[]): number {
  return lanes.reduce((count, lane) => Math.max(count, lane + 1), 0)
}

/** A label, where it stands, and what it takes of the axis together with its mark. */
export interface Label extends Extent {
  readonly words: string
  readonly x: number
  readonly dx: number
  readonly anchor: 'start' | 'middle' | 'end'
}

/** The narrowest chart in pixels that shows labels of the class `rt`. */
export const LABELLED = 760

/** Pixels of a character, on average and in a wide font, and between a mark and its label. */
const CHARACTER = 6
const WIDE_CHARACTER = 9
const GAP = 9

/** Pixels by which a label may leave the chart on the right, into the margin of the page. */
const MARGIN = 15

/** The narrowest chart in pixels that shows what has the class `lg`, as the second part of a label. */
const TWO_PARTS = 472

/**
 * A label right of its mark, or left of it, or on it, by where there is room in a chart of `smallest` pixels; with a second part of so many
 * characters (`more`) also where that is shown.
 */
export function placeLabel({ from, to }: Extent, words: string, smallest: number, more = 0): Label {
  const charts = [{ pixels: smallest, characters: words.length }]
  if (more > 0) charts.push({ pixels: TWO_PARTS, characters: words.length + more })
  const width = Math.max(...charts.map(({ pixels, characters }) => ((characters * CHARACTER + GAP) / pixels) * 100))
  // What leaves the page is cut off.
  const endOf = ({ pixels, characters }: (typeof charts)[number]) =>
    (to * pixels) / 100 + characters * WIDE_CHARACTER + GAP
  if (charts.every((chart) => endOf(chart) <= chart.pixels + MARGIN)) {
    return { words, x: to, dx: GAP, anchor: 'start', from, to: to + width }
  }
  if (from - width >= 0) return { words, x: from, dx: -GAP, anchor: 'end', from: from - width, to }
  const middle = Math.round((from + to) * 5) / 10
  if (to - from >= width) return { words, x: middle, dx: 0, anchor: 'middle', from, to }
  return middle < 50
    ? { words, x: 0, dx: 0, anchor: 'start', from: 0, to: Math.max(to, width) }
    : { words, x: 100, dx: 0, anchor: 'end', from: Math.min(from, 100 - width), to: 100 }
}

/** `y` is the base line. */
export function drawLabel({ words, x, dx, anchor }: Label, y: number, className: string, more?: Html): Html {
  return html`<text x="${x}%" y="${y}" dx="${dx || undefined}" text-anchor="${anchor === 'start' ? undefined : anchor}" class="${className}">${words}${more}</text>`
}

/** The longest label in characters. */
const LONGEST = 48

/** A label that fits beside its mark. */
export function shorten(words: string): string {
  const characters = [...new Intl.Segmenter('en').segment(words)].map(({ segment }) => segment)
  return characters.length <= LONGEST
    ? words
    : `${characters
        .slice(0, LONGEST - 1)
        .join('')
        .trimEnd()}…`
}
