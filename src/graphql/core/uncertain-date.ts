import { labelEdtf } from '../../model/dates/label.ts'
import { parseEdtf } from '../../model/dates/edtf.ts'
import { builder } from './builder.ts'
import { DatePrecision, DateReading } from './enums.ts'

/** A date as the store keeps it: read only where more of it is asked for than how it was written. */
interface DateValue {
  readonly edtf: string
  readonly note: string | null
}

export function dateOf(edtf: string, note: string | null = null): DateValue {
  return { edtf, note }
}

export const UncertainDate = builder.objectRef<DateValue>('UncertainDate').implement({
  description:
    'A date as precise as its source and no more, read from EDTF (ISO 8601-2). A day stays the day of the place where it was observed and is never turned into a UTC instant.',
  fields: (t) => ({
    edtf: t.expose('edtf', { type: 'EDTF', description: 'As it was written.' }),
    earliest: t.field({
      type: 'Date',
      nullable: true,
      description:
        'The first day it may mean; null where its start is open or unknown. That it is approximate or uncertain does not widen it.',
      resolve: (date) => parseEdtf(date.edtf).earliest,
    }),
    latest: t.field({
      type: 'Date',
      nullable: true,
      description:
        'The last day it may mean; null where its end is open or unknown. That it is approximate or uncertain does not widen it.',
      resolve: (date) => parseEdtf(date.edtf).latest,
    }),
    precision: t.field({
      type: DatePrecision,
      description: 'How finely it is written.',
      resolve: (date) => parseEdtf(date.edtf).precision,
    }),
    approximate: t.boolean({
      description: 'Whether it is marked as about right (~ or %).',
      resolve: (date) => parseEdtf(date.edtf).approximate,
    }),
    uncertain: t.boolean({
      description: 'Whether it is marked as doubtful (? or %).',
      resolve: (date) => parseEdtf(date.edtf).uncertain,
    }),
    ongoing: t.boolean({
      description: 'Whether it is still so, as in 2025-07-05/... An unknown end does not say that.',
      resolve: (date) => parseEdtf(date.edtf).ongoing,
    }),
    reading: t.field({
      type: DateReading,
      description: 'Whether all the time between its bounds is meant, or one moment somewhere in it.',
      resolve: (date) => parseEdtf(date.edtf).reading,
    }),
    note: t.exposeString('note', {
      nullable: true,
      description: 'Where the date comes from, where the document does not simply say it.',
    }),
    instant: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The moment with its offset as written, where the date has a time of day; else null.',
      resolve: (date) => parseEdtf(date.edtf).instant,
    }),
    label: t.string({
      description:
        'For people, in English, fit to stand alone: “about June 2025”, “25 December 2024”, “since 5 July 2025”.',
      resolve: (date) => labelEdtf(parseEdtf(date.edtf)),
    }),
  }),
})
