import { getNamedType, isEnumType, isInputObjectType, type GraphQLNamedInputType } from 'graphql'
import { nearestKeys } from '../../../model/records/key.ts'
import { phrase } from './chips.ts'
import { html, type Html } from './html.ts'
import { dayProblem, MOMENTS } from './moments.ts'

/** The fields of the forms, by their parameters, as a page calls them. */
const FIELDS: Readonly<Record<string, string>> = {
  text: 'Search',
  kinds: 'Kind',
  actors: 'Who',
  from: 'From',
  to: 'To',
  order: 'Order',
  after: 'Page of the list',
  before: 'Page of the list',
  since: 'New since',
  by: 'By when it was',
  on: 'As it stood on',
  reported: 'As reported by',
  known: 'As recorded here by',
}

/** The end of the id of the field with a parameter. Conditions without a field, and cursors, stand below the form. */
function fieldOf(parameter: string): string {
  return parameter in FIELDS && parameter !== 'after' && parameter !== 'before' ? parameter : 'others'
}

/** A parameter in words: the label of its field, or its name. */
export function nameOf(parameter: string): string {
  return FIELDS[parameter] ?? phrase(parameter.replace(/[A-Z]/g, (letter) => `_${letter}`).replaceAll('.', ' '))
}

/** Values that are listed at most where none is near. */
const MOST_LISTED = 8

/** What is wrong with a value that its type shows, in words. Null if another check has to tell. */
export function valueProblem(type: GraphQLNamedInputType | undefined, name: string, value: string): string | null {
  const leaf = leafOf(type, name.split('.'))
  if (leaf?.name === 'Boolean') return /^(true|false)$/.test(value) ? null : 'Give “true” or “false”.'
  if (leaf?.name === 'Date') return dayProblem(value)
  return isEnumType(leaf) ? choiceProblem(value, Object.keys(leaf.toConfig().values)) : null
}

/** Why a value is none of some choices. Null if it is one. */
export function choiceProblem(value: string, choices: readonly string[]): string | null {
  if (choices.includes(value)) return null
  const near = nearestKeys(value.toUpperCase(), choices)
  if (near.length > 0) return `“${value}” is not a value of it. Did you mean ${near.join(' or ')}?`
  const listed = choices.slice(0, MOST_LISTED).map(phrase).join(', ')
  return `“${value}” is none of ${listed}${choices.length > MOST_LISTED ? ` and ${choices.length - MOST_LISTED} more` : ''}.`
}

/** Why no condition has this name. Null if one has. */
export function unknownProblem(type: GraphQLNamedInputType | undefined, name: string): string | null {
  const [head = ''] = name.split('.')
  const known = isInputObjectType(type) ? Object.keys(type.getFields()) : []
  if (known.includes(head)) return null
  const near = nearestKeys(head, [...new Set([...Object.keys(FIELDS), ...known])])
  const remedy = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Drop it, or use the fields of the form.'
  return `No condition has this name. ${remedy}`
}

/** The type of a field within others. List numbers are no fields. */
function leafOf(type: GraphQLNamedInputType | undefined, path: readonly string[]): GraphQLNamedInputType | undefined {
  let leaf = type
  for (const part of path.filter((each) => !/^\d+$/.test(each))) {
    const field = isInputObjectType(leaf) ? leaf.getFields()[part] : undefined
    leaf = field && getNamedType(field.type)
  }
  return leaf
}

/** What stands at the top of a page whose address cannot be read: every problem, with a link to its field. */
export function describeProblems({
  moments,
  filter = new Map(),
  unfiltered = 'the timeline is not filtered',
  hasFields = true,
}: {
  readonly moments: ReadonlyMap<string, string>
  readonly filter?: ReadonlyMap<string, string>
  /** What comes of a filter that cannot be read. */
  readonly unfiltered?: string
  /** Whether the page has a form with the times. */
  readonly hasFields?: boolean
}): Html {
  const problems = [...moments, ...filter]
  const isInForm = (name: string) => filter.has(name) || (hasFields && MOMENTS.some((moment) => moment === name))
  return (
    problems.length > 0 &&
    html`<div class="err" role="alert">
      ${problems.map(([name, problem]) => html`<p><b>${hasFields ? nameOf(name) : html`<code>${name}</code>`}:</b> ${problem}${isInForm(name) && html` <a href="#f-${fieldOf(name)}">Go to the field</a>`}</p>`)}
      <p>The page is shown without ${problems.length === 1 ? 'it' : 'them'}${filter.size > 0 && `, and ${unfiltered}`}.</p>
    </div>`
  )
}
