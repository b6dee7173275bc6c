import { isScalarType } from 'graphql'
import { schema } from '../../../graphql/schema.ts'
import { isCalendarDay, parseEdtf } from '../../../model/dates/edtf.ts'
import { DemarcheError } from '../../../model/errors.ts'
import { capital } from './chips.ts'

/** The times that a page is asked for in its address. */
export interface Moments {
  /** The day at whose end the page shows what held. */
  readonly on: string | null
  /** The day by which something had to be reported to be on the page. */
  readonly reported: string | null
  /** The instant at which the page shows what this store held. */
  readonly known: string | null
  /** What is new since then is marked. */
  readonly since: Since | null
  /** What is wrong with each parameter that cannot be read. It counts as not given. */
  readonly problems: ReadonlyMap<string, string>
}

export interface Since {
  /** As it was given: a day or an instant. */
  readonly text: string
  /** Whether the day of the report counts, or the instant of recording and amending here. */
  readonly by: 'reports' | 'record'
  readonly day: string
  /** A day counts to its end, in UTC. */
  readonly instant: string
}

/** The parameters that {@link readMoments} reads. */
export const MOMENTS = ['since', 'by', 'on', 'reported', 'known'] as const

/** Those of them that make a page one of the past. */
export const PAST = ['on', 'reported', 'known'] as const

export type Moment = (typeof MOMENTS)[number]

export function readMoments(parameters: URLSearchParams): Moments {
  const problems = new Map<string, string>()
  const read = (name: string, problemOf: (text: string) => string | null) => {
    const text = readOnce(parameters, name, problems)
    const problem = text === null ? null : problemOf(text)
    if (problem !== null) problems.set(name, problem)
    return problem === null ? text : null
  }
  const on = read('on', dayProblem)
  const reported = read('reported', dayProblem)
  const known = read('known', instantProblem)
  const text = read('since', (value) => (/^\S{10}T/i.test(value) ? instantProblem(value) : dayProblem(value)))
  const by = read('by', (value) => (/^(reports|record)$/.test(value) ? null : 'Give "reports" or "record".'))
  return { on, reported, known, since: text === null ? null : sinceOf(text, by), problems }
}

/** Those that an address gives and that can be read, as parameters. What is marked is marked by something. */
export function momentsIn(parameters: URLSearchParams): readonly (readonly [Moment, string])[] {
  const { problems, since } = readMoments(parameters)
  return MOMENTS.flatMap((name) => {
    const value = parameters.get(name)
    return value && !problems.has(name) && (name !== 'by' || since !== null) ? [[name, value] as const] : []
  })
}

/** The value of a parameter that has one only. Null if it is empty or not given, and if it is given more than once, which is a problem. */
export function readOnce(parameters: URLSearchParams, name: string, problems: Map<string, string>): string | null {
  const [text, another] = parameters.getAll(name)
  if (another !== undefined) problems.set(name, GIVEN_TWICE)
  return another === undefined ? text?.trim() || null : null
}

/** As the API says it of an input that is not a list. */
const GIVEN_TWICE = 'It is given twice. Give it once.'

/** The instant that a page shows the record at. After the last change, nothing is known of yet. */
export function instantShown(known: string | null, headAt: string | null): string | null {
  if (known === null || headAt === null) return headAt
  const instant = new Date(known).toISOString()
  return instant < headAt ? instant : headAt
}

function sinceOf(text: string, by: string | null): Since {
  const isDay = isCalendarDay(text)
  const instant = isDay ? `${text}T23:59:59.999Z` : new Date(text).toISOString()
  const isByReports = by === null ? isDay : by === 'reports'
  return { text, by: isByReports ? 'reports' : 'record', day: instant.slice(0, 10), instant }
}

/** What is wrong with a text that should be one calendar day. */
export function dayProblem(text: string): string | null {
  if (isCalendarDay(text)) return null
  try {
    parseEdtf(text)
  } catch (error) {
    if (!(error instanceof DemarcheError)) throw error
    // What follows the semicolon proposes other dates of EDTF, which are no days.
    if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return `${capital(error.message.replace(/;.*/, ''))}.`
  }
  return 'Give one day, such as 2025-08-01.'
}

function instantProblem(text: string): string | null {
  const type = schema.getType('DateTime')
  if (!isScalarType(type)) throw new Error('the schema has no DateTime')
  try {
    type.coerceInputValue(text)
    return null
  } catch (error) {
    return `${capital(error instanceof Error ? error.message : String(error))}.`
  }
}
