import { parseEdtf, type UncertainDate as Parsed } from '../../model/dates/edtf.ts'
import { labelEdtf } from '../../model/dates/label.ts'
import { builder } from './builder.ts'
import { DatePrecision, DateReading } from './enums.ts'

/** A date as stored. Parsed only if more than its text is selected. */
interface DateValue {
  readonly edtf: string
  readonly note: string | null
}

export function dateOf(edtf: string, note: string | null = null): DateValue {
  return { edtf, note }
}

/** Resolves to a field of the parsed date. */
function parsed<Name extends keyof Parsed>(name: Name) {
  return ({ edtf }: DateValue): Parsed[Name] => parseEdtf(edtf)[name]
}

export const UncertainDate = builder.objectRef<DateValue>('UncertainDate').implement({
  description:
    'A date as precise as its source, in EDTF (ISO 8601-2). A day is a day in the time zone of the place and is never converted to UTC.',
  fields: (t) => ({
    edtf: t.expose('edtf', { type: 'EDTF', description: 'The date as written.' }),
    earliest: t.field({
      type: 'Date',
      nullable: true,
      description:
        'The first day that it may mean. Null if the start is open or unknown. An approximate or uncertain date is not widened.',
      resolve: parsed('earliest'),
    }),
    latest: t.field({
      type: 'Date',
      nullable: true,
      description:
        'The last day that it may mean. Null if the end is open or unknown. An approximate or uncertain date is not widened.',
      resolve: parsed('latest'),
    }),
    precision: t.field({
      type: DatePrecision,
      description: 'How precisely it is written.',
      resolve: parsed('precision'),
    }),
    approximate: t.boolean({
      description: 'Whether it is marked as approximate (~ or %).',
      resolve: parsed('approximate'),
    }),
    uncertain: t.boolean({
      description: 'Whether it is marked as uncertain (? or %).',
      resolve: parsed('uncertain'),
    }),
    ongoing: t.boolean({
      description: 'Whether it continues, as 2025-07-05/.. does. An unknown end is not ongoing.',
      resolve: parsed('ongoing'),
    }),
    reading: t.field({
      type: DateReading,
      description: 'Whether it covers all the time between its bounds or one moment between them.',
      resolve: parsed('reading'),
    }),
    note: t.exposeString('note', {
      nullable: true,
      description: 'How the date was determined, if the document does not simply state it. Else null.',
    }),
    instant: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The instant with its offset as written, if the date has a time of day. Else null.',
      resolve: parsed('instant'),
    }),
    label: t.string({
      description:
        'The date in English, readable on its own, such as “about June 2025”, “25 December 2024”, “since 5 July 2025”.',
      resolve: ({ edtf }) => labelEdtf(parseEdtf(edtf)),
    }),
  }),
})
