/*
 * The dates that the parser accepts, as regular expressions for the JSON Schema. They tell everything but two things, for which the parser
 * is needed: whether an interval ends before it starts, and whether an instant lies outside the years 0000 to 9999 in UTC.
 */

const YEAR = '[0-9]{4}'
const MONTH = '(?:0[1-9]|1[0-2])'
const DAYS = [
  '(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])',
  '(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)',
  '02-(?:0[1-9]|1[0-9]|2[0-8])',
].join('|')
const LEAP_YEAR = '(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)'
const DAY = `(?:${YEAR}-(?:${DAYS})|${LEAP_YEAR}-02-29)`
const DATE = `(?:${YEAR}(?:-${MONTH})?|${DAY})`
const QUALIFIED = `${DATE}[~?%]?`
const TIME = '(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]'
const ZONE = '(?:Z|(?!-00:00)[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))'

/** A calendar day, YYYY-MM-DD. */
export const DAY_PATTERN = `^${DAY}$`

export const EDTF_PATTERN = `^(?:${[
  QUALIFIED,
  '[0-9]{2}(?:[0-9]X|XX)',
  `${YEAR}-(?:XX(?:-XX)?|${MONTH}-XX)`,
  `${DAY}T${TIME}${ZONE}`,
  `${QUALIFIED}/(?:${QUALIFIED}|\\.\\.)?`,
  `(?:\\.\\.)?/${QUALIFIED}`,
  `\\[${DATE}\\.\\.${DATE}?\\]`,
  `\\[\\.\\.${DATE}\\]`,
].join('|')})$`
