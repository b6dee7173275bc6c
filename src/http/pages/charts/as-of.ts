import type { WhichDevelopmentsData } from '../../../../schema/page-data.d.ts'
import { hasBegunBy } from '../../../model/dates/edtf.ts'
import { readQuery, type Visit } from '../page.ts'
import type { Moments } from '../parts/moments.ts'
import type { ChartDate } from './time-scale.ts'

/** The past that a page shows. Both days are null on a page of the present. */
export interface AsOf {
  /** What had begun by this day. */
  readonly on: string | null
  /** What had been reported by this day. */
  readonly reported: string | null
  /** Whether a development, by its key, had been reported by then. */
  readonly isReported: (development: string) => boolean
}

/** Whether what a development says is new since the time that the reader asked for. */
export interface IsNew {
  (developmentKey: string): boolean
  /** What is new of it: that it was reported since, or recorded. */
  readonly words?: string
}

/** Whether a page shows a past of the record. */
export function isPast({ on, reported, known }: Pick<Moments, 'on' | 'reported' | 'known'>): boolean {
  return on !== null || reported !== null || known !== null
}

interface Conditions {
  readonly begunBy?: string
  readonly reportedBy?: string
  readonly reportedAfter?: string
  readonly recordedAfter?: string
  readonly recordedBefore?: string
  readonly changedAfter?: string
  readonly changedBefore?: string
}

/**
 * The conditions on developments of the past that a page shows: what must have begun and had been reported by its days. A filter has others
 * (`input`).
 */
export function scopeOf(
  { on, reported }: Pick<Moments, 'on' | 'reported'>,
  input: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  // The filter was read by the schema.
  const { begunBy, reportedBy } = input as Conditions
  return {
    ...input,
    ...(reported !== null && { reportedBy: earlier(reportedBy, reported) }),
    ...(on !== null && { begunBy: earlier(begunBy, on) }),
  }
}

function earlier(day: string | undefined, other: string): string {
  return day !== undefined && day < other ? day : other
}

/** The conditions on what is new of that. Null where nothing is marked. */
export function newScopeOf(
  moments: Pick<Moments, 'on' | 'reported' | 'since'>,
  input: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> | null {
  const { since } = moments
  if (since === null) return null
  const scope = scopeOf(moments, input)
  if (since.by === 'record') return { ...scope, changedAfter: changeAfter(since.instant, input) }
  const { reportedAfter = '', reportedBy } = scope as Conditions
  const day = reportedAfter > since.day ? reportedAfter : since.day
  // Nothing was reported by one day and only after a later one.
  return { ...scope, reportedAfter: earlier(reportedBy, day) }
}

/** The conditions of a filter on instants, with those on what was on record at an instant and was changed since. */
export function changedScopeOf(instant: string, input: Readonly<Record<string, unknown>>): object {
  const { recordedAfter, recordedBefore, changedBefore } = input as Conditions
  // What was recorded at the instant itself was there.
  const before = nearest(Math.min, recordedBefore, new Date(Date.parse(instant) + 1).toISOString())
  return {
    ...(recordedAfter !== undefined && { recordedAfter }),
    // Nothing was recorded after one instant and before an earlier one.
    recordedBefore: nearest(Math.max, recordedAfter, before),
    changedAfter: changeAfter(instant, input),
    ...(changedBefore !== undefined && { changedBefore }),
  }
}

/** The later of an instant and that of a filter, but none after its end: nothing was changed then. */
function changeAfter(instant: string, input: Conditions): string {
  return nearest(Math.min, input.changedBefore, nearest(Math.max, input.changedAfter, instant))
}

/** The earlier or the later of two instants. */
function nearest(choose: typeof Math.min, instant: string | undefined, other: string): string {
  return instant === undefined ? other : new Date(choose(Date.parse(instant), Date.parse(other))).toISOString()
}

/** The same as parameters of an address that has the other conditions already. */
export function newsOf(moments: Moments): Readonly<Record<string, string>> {
  const { reportedAfter, changedAfter } = (newScopeOf(moments) ?? {}) as Conditions
  return { ...(reportedAfter !== undefined && { reportedAfter }), ...(changedAfter !== undefined && { changedAfter }) }
}

const WHICH = readQuery('which-developments')

/** Which developments had been reported by the day of the page, and which are new, of those that it names (`keys`). */
export async function judge(
  ask: Visit['ask'],
  moments: Moments,
  keys: Iterable<string>,
): Promise<{ readonly asOf: AsOf; readonly isNew: IsNew }> {
  const { on, reported, known, since } = moments
  const named = [...new Set(keys)]
  const newer = newScopeOf(moments)
  const isReported =
    reported === null ? () => true : await whichOf(ask, named, { filter: { reportedBy: reported }, known })
  const isNew: IsNew = newer === null ? () => false : await whichOf(ask, named, { filter: newer, known })
  const words = since?.by === 'record' ? 'Recorded since' : 'Reported since'
  return { asOf: { on, reported, isReported }, isNew: Object.assign(isNew, { words }) }
}

/** Which of some developments match a filter. */
export async function whichOf(
  ask: Visit['ask'],
  keys: readonly string[],
  { filter, known }: { readonly filter: object; readonly known: string | null },
): Promise<(key: string) => boolean> {
  const found = new Set<string>()
  for (let index = 0; index < keys.length; index += PAGE) {
    const variables = { filter: { ...filter, keys: keys.slice(index, index + PAGE) }, known }
    const { developments } = await ask<WhichDevelopmentsData>(WHICH, variables)
    for (const { key } of developments?.nodes ?? []) found.add(key)
  }
  return (key) => found.has(key)
}

const PAGE = 100

type Bounds = Pick<ChartDate, 'earliest' | 'latest' | 'reading'>

/** Whether what a development says, of this date and by these documents, belongs to the past that is shown. */
export function isShown(
  asOf: AsOf,
  date: Bounds,
  development: string,
  citations: readonly Citing[] | null = null,
): boolean {
  return (asOf.on === null || hasBegun(date, asOf.on)) && isTold(asOf, development, citations)
}

/** Whether the development had been reported, and one of the documents by which it says something. Null: any of its documents says it. */
export function isTold(
  { reported, isReported }: AsOf,
  development: string,
  citations: readonly Citing[] | null,
): boolean {
  const hasPublished = ({ source }: Citing) => isPublishedBy(source.publishedOn, reported)
  return isReported(development) && (citations === null || citations.some(hasPublished))
}

/** A citation, with the day of its document. */
export interface Citing {
  readonly source: { readonly publishedOn: Published }
}

type Published = { readonly latest: string | null } | null

/** Whether a document was published by a day; always without one. */
export function isPublishedBy(publishedOn: Published, day: string | null): boolean {
  return day === null || (publishedOn?.latest != null && publishedOn.latest <= day)
}

/** Whether a document of this date had appeared by then. */
export function hasAppeared({ on, reported }: AsOf, published: Bounds | null): boolean {
  const days = [on, reported].filter((day) => day !== null)
  return days.every((day) => published !== null && hasBegun(published, day))
}

/** Whether a date must have begun by the end of a day. */
export function hasBegun({ earliest, latest, reading }: Bounds, day: string): boolean {
  return hasBegunBy({ earliest, latest, reading: reading === 'SPAN' ? 'SPAN' : 'WITHIN' }, day)
}
