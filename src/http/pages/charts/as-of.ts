import { hasBegunBy } from '../../../model/dates/edtf.ts'
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

/** Whether something with this date, reported by this development, belongs to the past that is shown. */
export function isShown({ on, isReported }: AsOf, date: ChartDate, development: string): boolean {
  return (on === null || hasBegun(date, on)) && isReported(development)
}

/** Whether a document of this date had appeared by then. */
export function hasAppeared({ on, reported }: AsOf, published: ChartDate | null): boolean {
  const days = [on, reported].filter((day) => day !== null)
  return days.every((day) => published !== null && hasBegun(published, day))
}

/** Whether a date must have begun by the end of a day. */
export function hasBegun({ earliest, latest, reading }: ChartDate, day: string): boolean {
  return hasBegunBy({ earliest, latest, reading: reading === 'SPAN' ? 'SPAN' : 'WITHIN' }, day)
}
