const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const MONTH_NAMES = 'January February March April May June July August September October November December'.split(' ')

/** The number of days in a month (1 to 12) of the proleptic Gregorian calendar (ISO 8601); 0 if there is no such month. */
export function daysInMonth(year: number, month: number): number {
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month === 2 && isLeapYear ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0)
}

/** The English name of a month (1 to 12). */
export function monthName(month: number): string {
  const name = MONTH_NAMES[month - 1]
  if (name === undefined) throw new RangeError(`month ${month} does not exist`)
  return name
}

/** Whether the text is an existing day, written YYYY-MM-DD. */
export function isCalendarDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []
  return Number(day) >= 1 && Number(day) <= daysInMonth(Number(year), Number(month))
}
