import { vocabulary, type ValueOf } from './vocabulary.ts'

export const DevelopmentOrder = vocabulary(
  'DevelopmentOrder',
  'The order of a list of developments. Every order is total: equal dates are ordered by first entry.',
  {
    NEWEST_FIRST: 'By date of occurrence, latest first, with unknown starts last.',
    OLDEST_FIRST: 'By date of occurrence, earliest first, with unknown starts last.',
    RECENTLY_RECORDED: 'By first entry into this store, latest first, regardless of the date of occurrence.',
    RECENTLY_CHANGED:
      'By the latest change (first entry, revision, correction or retraction), latest first, regardless of the date of occurrence.',
    RELEVANCE:
      'By how well they match the search text, best first, among the 2,000 newest matches only, and refused without a text.',
  },
)
export type DevelopmentOrder = ValueOf<typeof DevelopmentOrder>

export const TensionBucketSize = vocabulary('TensionBucketSize', 'The time span of one bucket of a tension series.', {
  DAY: 'A calendar day.',
  WEEK: 'Monday to Sunday, as in ISO 8601.',
  MONTH: 'A calendar month.',
  QUARTER: 'Three calendar months, starting in January, April, July or October.',
  YEAR: 'A calendar year.',
})
export type TensionBucketSize = ValueOf<typeof TensionBucketSize>

export const TokenScope = vocabulary('TokenScope', 'What the bearer of a token may do.', {
  READ: 'Query the record and follow its feed.',
  RECORD: 'Record, amend and retract, and see who recorded what.',
})
export type TokenScope = ValueOf<typeof TokenScope>
