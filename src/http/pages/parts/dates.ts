import { compareDays, parseEdtf } from '../../../model/dates/edtf.ts'
import { labelEdtf } from '../../../model/dates/label.ts'
import { html, type Html } from './html.ts'

/** A date of the record: what `<time>` needs, and its words. */
export interface Labelled {
  readonly edtf: string
  readonly label: string
}

/** The same, with its words in short. */
export interface InShort {
  readonly edtf: string
  readonly shortLabel: string
}

/** A date in words, for headings and texts. A day, a month and a year are marked up for programs; other dates have no machine form. */
export function dated({ edtf, label }: Labelled): Html {
  return timed(edtf, label)
}

/** The same in short, for tables and lists. */
export function shortDated({ edtf, shortLabel }: InShort): Html {
  return timed(edtf, shortLabel)
}

function timed(edtf: string, words: string): Html {
  return /^\d{4}(-\d{2}){0,2}$/.test(edtf) ? html`<time datetime="${edtf}">${words}</time>` : words
}

/** A calendar day in words: `9 October 2025`. Takes an instant as well, and shows its day in UTC. */
export function day(date: string): string {
  return labelEdtf(parseEdtf(date.slice(0, 10)))
}

/** An instant, to the minute: `26 November 2026, 12:20 UTC`. */
export function instant(at: string): Html {
  return html`<time datetime="${at}">${minute(at)}</time>`
}

/** The words of an instant, to the minute, for where no element can stand. */
export function minute(at: string): string {
  return `${day(at)}, ${at.slice(11, 16)} UTC`
}

/** In order of the day by which each had begun: a span by its first day, everything else by its last. Unknown dates come last. */
export function sortByBeginning<Dated extends { readonly date: Bounds }>(
  entries: readonly Dated[],
  order: string,
): readonly Dated[] {
  const sign = order === 'OLDEST_FIRST' ? 1 : -1
  const begun = ({ date: { earliest, latest, reading } }: Dated) =>
    reading === 'SPAN' ? (earliest ?? latest) : (latest ?? earliest)
  return entries.toSorted((a, b) => {
    const [one, other] = [begun(a), begun(b)]
    if (one === null || other === null) return Number(one === null) - Number(other === null)
    return sign * (compare(one, other) || compare(a.date.earliest ?? '', b.date.earliest ?? ''))
  })
}

/**
 * In the order in which the API takes one position, answer or status of a history as more current than another: by first day, then by last
 * day, unknown starts first. Entries of equal days keep their order, in which the API has them by the time of day and by entry.
 */
export function inOrderOfCurrency<Dated extends { readonly date: Omit<Bounds, 'reading'> }>(
  entries: readonly Dated[],
): readonly Dated[] {
  return entries.toSorted((a, b) => compareDays(a.date, b.date))
}

interface Bounds {
  readonly earliest: string | null
  readonly latest: string | null
  readonly reading: string
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
