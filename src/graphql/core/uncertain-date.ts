import { parseEdtf, type UncertainDate as Parsed } from '../../model/dates/edtf.ts'
import { labelEdtf, shortLabelEdtf } from '../../model/dates/label.ts'
import { readDisputePeriods } from '../../store/queries/development-parts.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import { costs } from '../cost/query-cost.ts'
import { loadMany } from './batch-loader.ts'
import { builder } from './builder.ts'
import { DatePrecision, DateReading } from './enums.ts'
import { type OfRevision, revisionKey } from './relation.ts'

/** A date as stored. Parsed only if more than its text is selected. */
interface DateValue {
  readonly edtf: string
  readonly note: string | null
  /** The row that holds it, if that is a development or a part of one. */
  readonly of: OfRevision | undefined
}

export function dateOf(edtf: string, note: string | null = null, of?: OfRevision): DateValue {
  return { edtf, note, of }
}

/** The periods of the disputes of the development, where the label of the date depends on them. */
function periodsFor({ edtf, of }: DateValue, reader: Reader): readonly string[] {
  const { precision, reading, earliest, latest } = parseEdtf(edtf)
  const isRange = precision === 'INTERVAL' && reading === 'WITHIN' && earliest !== null && latest !== null
  if (of === undefined || !isRange) return []
  return loadMany(of, 'periods of disputes', (rows: readonly OfRevision[]) =>
    readDisputePeriods(reader, rows.map(revisionKey)),
  ).map(({ period }) => period)
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
    shortLabel: t.string({
      extensions: costs({ field: 2 }), // for the disputes
      description:
        'The date in short English, for tables and charts, such as “about Feb 2025”, “by 20 Jul 2025”, “9 to 11 Oct 2025”, “between 2014 and 20 Jul 2025”, “Jun 2025?”. Each bound is as exact as it is written. In developments, a lower bound that is only the day on which a dispute of the development begins is left out, as in “by 20 Jul 2025”; background counts here too.',
      resolve: (date, _, { reader }) => shortLabelEdtf(date, periodsFor(date, reader)),
    }),
  }),
})
