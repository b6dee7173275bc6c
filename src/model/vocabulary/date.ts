import { vocabulary, type ValueOf } from './vocabulary.ts'

export const DatePrecision = vocabulary('DatePrecision', 'How finely a date is written, after EDTF (ISO 8601-2).', {
  INSTANT: 'A time of day with its zone.',
  DAY: 'A calendar day, wherever on earth it was observed.',
  MONTH: 'A calendar month, the day within it being unknown or not meant.',
  YEAR: 'A calendar year, the month within it being unknown or not meant.',
  INTERVAL: 'Two bounds, either of which may be open; the reading says whether the whole between them is meant.',
})
export type DatePrecision = ValueOf<typeof DatePrecision>

export const DateReading = vocabulary(
  'DateReading',
  'Whether a date covers all of the time between its bounds, or one moment somewhere in it.',
  {
    SPAN: 'All of it, from the first day to the last, as an interval is read.',
    WITHIN: 'Once, somewhere between the bounds, as a month, a year or one day out of several is read.',
  },
)
export type DateReading = ValueOf<typeof DateReading>
