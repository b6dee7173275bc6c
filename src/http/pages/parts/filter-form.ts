import { isInputObjectType } from 'graphql'
import { readParameters } from '../../graphql/query-parameters.ts'
import { schema } from '../../../graphql/schema.ts'
import { isCalendarDay } from '../../../model/dates/edtf.ts'
import { DemarcheError, StoreError, UnknownKeyError } from '../../../model/errors.ts'
import { capital, lower, phrase } from './chips.ts'
import { day } from './dates.ts'
import { hiddenFields, inputField, selectField } from './form-field.ts'
import { html, type Html } from './html.ts'
import { MOMENTS, readOnce } from './moments.ts'
import { readCursor } from './paging.ts'
import { choiceProblem, nameOf, unknownProblem, valueProblem } from './problems.ts'

/** A filter of developments, as the address of a page has it. */
export interface Filter {
  /** A `DevelopmentFilter`, without what cannot be read. */
  readonly input: Readonly<Record<string, unknown>>
  readonly order: string
  readonly after: string | null
  readonly before: string | null
  /** The conditions that are set, each with the address that drops it. */
  readonly active: readonly Condition[]
  /** The values as they were given, for the form. */
  readonly parameters: URLSearchParams
  /** What is wrong with each parameter that cannot be read. */
  readonly problems: ReadonlyMap<string, string>
  readonly path: string
  /** The address of another page of the list. */
  readonly page: (cursor: Readonly<Record<string, string | null>>) => string
}

interface Condition {
  readonly label: string
  readonly without: string
}

const ORDERS: Readonly<Record<string, string>> = {
  NEWEST_FIRST: 'Newest first',
  OLDEST_FIRST: 'Oldest first',
  RECENTLY_RECORDED: 'Recorded last first',
  RECENTLY_CHANGED: 'Changed last first',
  RELEVANCE: 'Best match first',
}

/** Parameters of the address that are no conditions. */
const OTHERS: ReadonlySet<string> = new Set([...MOMENTS, 'order', 'after', 'before', 'live'])

/** Reads a filter from the address of a page: the names of `DevelopmentFilter`, and `from`, `to`, `order`. Empty fields count as not given. */
export function readFilter(path: string, given: URLSearchParams, fragment = ''): Filter {
  const parameters = new URLSearchParams([...given].filter(([, value]) => value.trim() !== ''))
  const problems = new Map<string, string>()
  const conditions = [...parameters].filter(([name]) => !OTHERS.has(name))
  const read: [string, string][] = []
  for (const [name, values] of Map.groupBy(conditions, ([each]) => each)) {
    const problem = problemOf(name, values, conditions)
    if (problem === null) read.push(...values.map(([, value]): [string, string] => [RANGE[name] ?? name, value]))
    else problems.set(name, problem)
  }
  const order = readOnce(parameters, 'order', problems) ?? 'NEWEST_FIRST'
  const { after, before } = readCursor(parameters, problems)
  const orderProblem = choiceProblem(order, Object.keys(ORDERS))
  if (orderProblem !== null) problems.set('order', orderProblem)
  if (order === 'RELEVANCE' && !parameters.has('text'))
    problems.set('order', 'The best match needs a text to search for.')
  const to = (next: URLSearchParams) => `${path}${next.size > 0 ? `?${next}` : ''}${fragment}`
  const active = conditions.map(([name, value]): Condition => {
    const rest = [...parameters].filter(
      ([other, text]) =>
        other !== 'after' &&
        other !== 'before' &&
        !(other === name && text === value) &&
        // Without a text, nothing is more relevant than another.
        !(name === 'text' && other === 'order' && text === 'RELEVANCE'),
    )
    return { label: labelOf(name, value), without: to(new URLSearchParams(rest)) }
  })
  return {
    input: problems.size > 0 ? {} : inputOf(read, problems),
    // Without a text in the filter, no order is by relevance.
    order: problems.size > 0 ? 'NEWEST_FIRST' : order,
    after: problems.size > 0 ? null : after,
    before: problems.size > 0 ? null : before,
    active,
    parameters,
    problems,
    path,
    page: (cursor) => {
      const rest = [...parameters].filter(([name]) => name !== 'after' && name !== 'before')
      const added = Object.entries(cursor).filter((entry): entry is [string, string] => entry[1] !== null)
      return to(new URLSearchParams([...rest, ...added]))
    },
  }
}

/** The same filter, once the API has refused it. Throws what is not the fault of a condition. */
export function refuse(filter: Filter, error: unknown): Filter {
  if (!(error instanceof DemarcheError) || error instanceof StoreError) throw error
  const isNamed = ([, value]: [string, string]) => error instanceof UnknownKeyError && value === error.key
  if (filter.active.length === 0 && filter.after === null && filter.before === null) throw error
  const [name] = [...filter.parameters].find(isNamed) ?? [filter.active.length > 0 ? 'text' : '']
  const cursor = filter.after === null ? 'before' : 'after'
  const [field, problem] =
    error.code === 'BAD_CURSOR'
      ? [cursor, 'The address names no page of this list. Start from its first page.']
      : [name, `${capital(error.message)}${/[.?!]$/.test(error.message) ? '' : '.'}`]
  return {
    ...filter,
    input: {},
    order: 'NEWEST_FIRST',
    after: null,
    before: null,
    problems: new Map([[field, problem]]),
  }
}

const RANGE: Readonly<Record<string, string>> = { from: 'dateOverlaps.from', to: 'dateOverlaps.to' }

/** A field is read with all its values, and a field of an object with the other fields of the object. */
function problemOf(name: string, own: readonly [string, string][], all: readonly [string, string][]): string | null {
  const field = RANGE[name] ?? name
  const type = schema.getType('DevelopmentFilter')
  const ofType = isInputObjectType(type) ? type : undefined
  const problem = [unknownProblem(ofType, field), ...own.map(([, value]) => valueProblem(ofType, field, value))].find(
    Boolean,
  )
  if (problem) return problem
  const problems = new Map<string, string>()
  const whole = name.replace(/\..*/, '.')
  const read = own.map(([, value]): [string, string] => [field, value])
  inputOf(name.includes('.') ? all.filter(([other]) => other.startsWith(whole)) : read, problems)
  const message = problems.get('')
  return message === undefined ? null : `${capital(message)}${/[.?!]$/.test(message) ? '' : '.'}`
}

/** Sets the problem of no name if the parameters cannot be read. */
function inputOf(
  parameters: readonly [string, string][],
  problems: Map<string, string>,
): Readonly<Record<string, unknown>> {
  const type = schema.getType('DevelopmentFilter')
  if (!isInputObjectType(type)) throw new Error('the schema has no DevelopmentFilter')
  try {
    return readParameters(type, parameters)
  } catch (error) {
    if (!(error instanceof DemarcheError)) throw error
    problems.set('', error.message.replace(/^Parameter "[^"]*": /, ''))
    return {}
  }
}

function labelOf(name: string, value: string): string {
  if (name === 'text') return `“${value}”`
  if (name in RANGE) return isCalendarDay(value) ? `${name} ${day(value)}` : `${name} ${value}`
  const words = lower(name.replace(/[A-Z]/g, (letter) => `_${letter}`))
  return /^[A-Z_]+$/.test(value) ? phrase(value) : `${words}: ${value}`
}

interface FormOptions {
  /** The id of the part of the page that shows what is found. */
  readonly fragment?: string
  readonly label: string
  readonly kinds: readonly { readonly value: string; readonly count: number }[]
  readonly actors: readonly {
    readonly value: { readonly key: string; readonly name: string }
    readonly count: number
  }[]
}

const KINDS: Readonly<Record<string, string>> = { STATEMENT: 'Statements', EVENT: 'Events', MEASURE: 'Measures' }

/** A form with a button, which works without a script, and the conditions that are set. */
export function filterForm(
  { parameters, active, order, problems, path }: Filter,
  { fragment, label, kinds, actors }: FormOptions,
): Html {
  const action = fragment === undefined ? path : `${path}#${fragment}`
  const shown = new Set(['text', 'kinds', 'actors', 'from', 'to', 'order'])
  const kept = [...parameters].filter(([name]) => !shown.has(name) && name !== 'after' && name !== 'before')
  const all = kinds.reduce((sum, { count }) => sum + count, 0)
  const field = (name: string, words: string) => ({
    name,
    label: words,
    value: parameters.get(name) ?? '',
    problem: problems.get(name),
  })
  const kind = field('kinds', 'Kind')
  // The only kind that is asked for, of which there is none.
  const isAbsent = kind.value in KINDS && !kinds.some(({ value }) => value === kind.value)
  const others = [...problems].filter(([name]) => !shown.has(name) && !MOMENTS.some((moment) => moment === name))
  return html`<form class="filter" method="get" action="${action}" role="search" aria-label="${label}">
      ${inputField(field('text', 'Search'), 'search')}
      ${selectField(kind, [['', kinds.length > 0 ? `All ${all}` : 'All'], ...[...kinds, ...(isAbsent ? [{ value: kind.value, count: 0 }] : [])].map(({ value, count }) => [value, `${KINDS[value] ?? phrase(value)} ${count}`] as const)])}
      ${selectField(field('actors', 'Who'), [['', 'Anyone'], ...actors.map(({ value: actor, count }) => [actor.key, `${actor.name} ${count}`] as const)])}
      ${inputField(field('from', 'From'), 'date')}
      ${inputField(field('to', 'To'), 'date')}
      ${selectField(
        field('order', 'Order'),
        Object.entries(ORDERS).filter(([name]) => name !== 'RELEVANCE' || order === name || parameters.has('text')),
      )}
      ${hiddenFields(kept)}
      <button>Find</button>
    </form>
    ${others.length > 0 && html`<div id="f-others">${others.map(([name, problem]) => html`<p class="err"><b>${nameOf(name)}</b>: ${problem}</p>`)}</div>`}
    ${active.length > 0 && html`<p class="tools only">Only ${active.map(({ label: words, without }) => html`<a href="${without}">${words} <span aria-hidden="true">×</span><span class="vh">: drop this condition</span></a>`)}</p>`}`
}
