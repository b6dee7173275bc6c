import { vocabulary, type ValueOf } from './vocabulary.ts'

export const DevelopmentOrder = vocabulary(
  'DevelopmentOrder',
  'In which order developments are listed. Every order is total: equal dates are settled by the order of first entry.',
  {
    NEWEST_FIRST: 'By date of occurrence, latest first; those of unknown beginning come last.',
    OLDEST_FIRST: 'By date of occurrence, earliest first; those of unknown beginning come last.',
    RECENTLY_RECORDED: 'By when they first entered this store, latest first, however long ago they happened.',
    RELEVANCE:
      'By how well the 2,000 newest of them match the text searched for, best first, with which the list ends; refused without a text.',
  },
)
export type DevelopmentOrder = ValueOf<typeof DevelopmentOrder>

export const TensionBucketSize = vocabulary(
  'TensionBucketSize',
  'How much time one bucket of a tension series covers.',
  {
    DAY: 'A calendar day.',
    WEEK: 'Monday to Sunday, as in ISO 8601.',
    MONTH: 'A calendar month.',
    QUARTER: 'Three calendar months, beginning in January, April, July or October.',
    YEAR: 'A calendar year.',
  },
)
export type TensionBucketSize = ValueOf<typeof TensionBucketSize>

export const TokenScope = vocabulary('TokenScope', 'What the bearer of a token may do.', {
  READ: 'Query the record and follow its feed.',
  RECORD: 'Add to the record, amend and retract, and see who recorded what.',
})
export type TokenScope = ValueOf<typeof TokenScope>
