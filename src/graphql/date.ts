import { labelEdtf } from '../model/edtf-label.ts'
import { parseEdtf, type UncertainDate as ParsedDate } from '../model/edtf.ts'
import { builder } from './builder.ts'
import { DatePrecision, DateReading } from './enums.ts'

interface DateValue extends ParsedDate {
  readonly note: string | null
}

/** A date as the store keeps it. */
export function dateOf(edtf: string, note: string | null = null): DateValue {
  return { ...readOnce(edtf), note }
}

/** Many developments share a day, and reading it costs as much as five of its fields. */
function readOnce(edtf: string): ParsedDate {
  const known = read.get(edtf)
  if (known !== undefined) return known
  if (read.size >= READ_KEPT) read.clear()
  const parsed = parseEdtf(edtf)
  read.set(edtf, parsed)
  return parsed
}

const READ_KEPT = 10_000
const read = new Map<string, ParsedDate>()

export const UncertainDate = builder.objectRef<DateValue>('UncertainDate').implement({
  description:
    'A date as precise as its source and no more, read from EDTF (ISO 8601-2). A day stays the day of the place where it was observed and is never turned into a UTC instant.',
  fields: (t) => ({
    edtf: t.expose('edtf', { type: 'EDTF', description: 'As it was written.' }),
    earliest: t.expose('earliest', {
      type: 'Date',
      nullable: true,
      description:
        'The first day it may mean; null where its start is open or unknown. That it is approximate or uncertain does not widen it.',
    }),
    latest: t.expose('latest', {
      type: 'Date',
      nullable: true,
      description:
        'The last day it may mean; null where its end is open or unknown. That it is approximate or uncertain does not widen it.',
    }),
    precision: t.expose('precision', { type: DatePrecision, description: 'How finely it is written.' }),
    approximate: t.exposeBoolean('approximate', { description: 'Whether it is marked as about right (~ or %).' }),
    uncertain: t.exposeBoolean('uncertain', { description: 'Whether it is marked as doubtful (? or %).' }),
    ongoing: t.exposeBoolean('ongoing', {
      description: 'Whether it is still so, as in 2025-07-05/... An unknown end does not say that.',
    }),
    reading: t.expose('reading', {
      type: DateReading,
      description: 'Whether all the time between its bounds is meant, or one moment somewhere in it.',
    }),
    note: t.exposeString('note', {
      nullable: true,
      description: 'Where the date comes from, where the document does not simply say it.',
    }),
    instant: t.expose('instant', {
      type: 'DateTime',
      nullable: true,
      description: 'The moment with its offset as written, where the date has a time of day; else null.',
    }),
    label: t.string({
      description:
        'For people, in English, fit to stand alone: “about June 2025”, “25 December 2024”, “since 5 July 2025”.',
      resolve: labelEdtf,
    }),
  }),
})
