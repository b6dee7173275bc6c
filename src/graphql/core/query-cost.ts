import {
  getArgumentValues,
  getNamedType,
  getNullableType,
  GraphQLError,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValidatedExecutionArgs,
} from 'graphql'
import type { ErrorCode } from '../../model/error-codes.ts'
import { DemarcheError } from '../../model/errors.ts'
import type { Limits } from '../../model/limits.ts'
import { parseSearch, TERMS_MAX } from '../../model/text/search-query.ts'
import { PAGE_SIZE, PAGE_SIZE_MAX, type PageRequest } from '../../store/queries/keyset.ts'
import type { Spend } from '../../store/search/candidates.ts'
import { argumentsOf } from './argument-defaults.ts'
import type { Context } from './context.ts'

/*
 * The cost of an operation, computed before it runs from the costs that fields declare in their extensions. The cost of a field is its own
 * cost plus the cost of its selections, times the number of items it may return. Fields about a list as a whole, such as its total count,
 * cost once per list instead of once per item, and scan the list as many times as they declare. In a store of 100,000 developments, the
 * default limit lets through at most about 400 ms of processor time (counts of texts), and otherwise about 250 ms.
 */

/** The cost of a field. */
export interface Cost {
  /** The cost of the field itself. Default: 1. */
  readonly field?: number
  /** The expected number of items. Default: 3 for lists, else 1. */
  readonly items?: number
  /** For a list: the cost of one scan over the whole list. Default: 10, for a list counted by an index. */
  readonly scan?: number
  /** For a field about a list as a whole: how many times it scans the list. */
  readonly scans?: number
}

/** The extensions of a field with this cost, which may depend on the arguments of the field. */
export function costs<Args extends object>(cost: Cost | ((args: Args) => Cost)) {
  return { cost }
}

export interface OperationCost {
  /** The depth of the deepest field. */
  readonly depth: number
  readonly rootFields: number
  readonly aliases: number
  /** The longest page that a field requests, and its path. */
  readonly page: { readonly path: string; readonly size: number }
  readonly cost: number
  /** The field that costs most by itself, in all of its occurrences, with its path. */
  readonly costliest: { readonly path: string; readonly cost: number }
}

export type CostLimits = Pick<Limits, 'depth' | 'rootFields' | 'aliases' | 'pageSize' | 'complexity'>

/** The refusal of an operation that is too deep, has too many fields or too long a page, or costs too much. */
export function checkCost(
  operation: OperationDefinitionNode,
  counted: OperationCost,
  limits: CostLimits,
): GraphQLError | undefined {
  const { depth, rootFields, aliases, page, cost, costliest } = counted
  const refuse = (code: ErrorCode, message: string, extensions?: object) =>
    new GraphQLError(message, { nodes: operation, extensions: { code, ...extensions } })
  const remedy = 'Split it into several operations.'
  if (depth > limits.depth) {
    return refuse('QUERY_TOO_DEEP', `The operation is ${depth} fields deep; the limit is ${limits.depth}. ${remedy}`)
  }
  if (rootFields > limits.rootFields) {
    const problem = `The operation has ${rootFields} root fields; the limit is ${limits.rootFields}.`
    return refuse('TOO_MANY_ROOT_FIELDS', `${problem} ${remedy}`)
  }
  if (aliases > limits.aliases) {
    return refuse('TOO_MANY_ALIASES', `The operation has ${aliases} aliases; the limit is ${limits.aliases}. ${remedy}`)
  }
  // Resolvers refuse what is longer than any page can be, each for its own field.
  if (page.size > limits.pageSize && limits.pageSize < PAGE_SIZE_MAX) {
    const problem = `\`${page.path}\` requests a page of ${page.size} items; the limit is ${limits.pageSize}.`
    return refuse('BAD_PAGING', `${problem} Request shorter pages.`)
  }
  if (cost > limits.complexity) {
    const problem = `The operation costs ${cost}; the limit is ${limits.complexity}.`
    const where = `The costliest field is \`${costliest.path}\` (${costliest.cost}).`
    const message = `${problem} ${where} Request shorter pages, fewer fields or counts, or simpler filters.`
    return refuse('QUERY_TOO_COMPLEX', message, { cost, limit: limits.complexity, costliest })
  }
  return undefined
}

type CostedOperation = Pick<ValidatedExecutionArgs, 'schema' | 'document' | 'operation' | 'variableValues'>

/** The cost of a validated operation, and what else of it is limited. */
export function costOf({ schema, document, operation, variableValues }: CostedOperation): OperationCost {
  const fragments = new Map(
    document.definitions
      .filter((definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  )
  // Fragments may be spread many times over, so that the cost of each selection set is computed once per type.
  const known = new Map<SelectionSetNode, Map<GraphQLNamedType | undefined, Total>>()
  const page = { path: '', size: 0 }

  function ofSelections(set: SelectionSetNode, type: GraphQLNamedType | undefined): Total {
    const byType = known.get(set) ?? new Map<GraphQLNamedType | undefined, Total>()
    known.set(set, byType)
    const total =
      byType.get(type) ?? set.selections.map((selection) => ofSelection(selection, type)).reduce(add, NOTHING)
    byType.set(type, total)
    return total
  }

  function ofSelection(selection: SelectionNode, type: GraphQLNamedType | undefined): Total {
    if (selection.kind !== Kind.FIELD) {
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection
      if (fragment === undefined) return NOTHING
      const name = fragment.typeCondition?.name.value
      return ofSelections(fragment.selectionSet, name === undefined ? type : schema.getType(name))
    }
    const name = selection.name.value
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined
    const aliased = selection.alias === undefined ? 0 : 1
    if (field === undefined) {
      return { ...NOTHING, perItem: at(name, 1), depth: 1, fields: 1, aliases: aliased }
    }
    const values = getArgumentValues(field, selection, variableValues)
    for (const size of [values['first'], values['last']]) {
      if (typeof size === 'number' && size > page.size) Object.assign(page, { path: name, size })
    }
    const declared = declaredCost(field, () => argumentsOf(field, values))
    const { selectionSet } = selection
    const below = selectionSet === undefined ? NOTHING : ofSelections(selectionSet, getNamedType(field.type))
    const own = declared.field + declared.scan * below.scans
    const sum = [at('', own), times(declared.items, below.perItem), below.perList].reduce(plus)
    const { path, cost } = sum.costliest
    const here: Part = { cost: sum.cost, costliest: { path: path === '' ? name : `${name}.${path}`, cost } }
    const total = { scans: declared.scans, depth: below.depth + 1, fields: 1, aliases: aliased + below.aliases }
    return declared.scans === 0
      ? { perItem: here, perList: NO_COST, ...total }
      : { perItem: NO_COST, perList: here, ...total }
  }

  const { perItem, perList, depth, fields, aliases } = ofSelections(
    operation.selectionSet,
    schema.getRootType(operation.operation) ?? undefined,
  )
  const { cost, costliest } = plus(perItem, perList)
  return {
    depth,
    rootFields: fields,
    aliases,
    page,
    cost: Math.ceil(cost),
    costliest: { ...costliest, cost: Math.ceil(costliest.cost) },
  }
}

interface Part {
  readonly cost: number
  readonly costliest: OperationCost['costliest']
}

/** The cost of selections. */
interface Total {
  /** For every item of the list that they are made of. */
  readonly perItem: Part
  /** Once per list. */
  readonly perList: Part
  /** How many times they scan the whole list. */
  readonly scans: number
  readonly depth: number
  /** The number of the fields themselves, without those below them. */
  readonly fields: number
  readonly aliases: number
}

const NO_COST: Part = at('', 0)
const NOTHING: Total = { perItem: NO_COST, perList: NO_COST, scans: 0, depth: 0, fields: 0, aliases: 0 }

function at(path: string, cost: number): Part {
  return { cost, costliest: { path, cost } }
}

function times(items: number, { cost, costliest }: Part): Part {
  return { cost: items * cost, costliest: { ...costliest, cost: items * costliest.cost } }
}

function plus(a: Part, b: Part): Part {
  return { cost: a.cost + b.cost, costliest: b.costliest.cost > a.costliest.cost ? b.costliest : a.costliest }
}

function add(a: Total, b: Total): Total {
  return {
    perItem: plus(a.perItem, b.perItem),
    perList: plus(a.perList, b.perList),
    scans: a.scans + b.scans,
    depth: Math.max(a.depth, b.depth),
    fields: a.fields + b.fields,
    aliases: a.aliases + b.aliases,
  }
}

function declaredCost(field: GraphQLField<unknown, unknown>, args: () => object): Required<Cost> {
  // Only `costs` makes this extension.
  const declared = field.extensions['cost'] as Cost | ((args: object) => Cost) | undefined
  const cost = typeof declared === 'function' ? declared(args()) : declared
  return { field: 1, items: isListType(getNullableType(field.type)) ? 3 : 1, scan: 10, scans: 0, ...cost }
}

/*
 * The cost of a list of developments follows from its filter. Each condition is looked up for every development that the most selective
 * condition lets through, once per value; with `includeAffiliated`, a value that names an actor stands for all of its affiliates.
 */

/** The cost of a page: as many items as it may hold. */
export function perPage({ first, last }: PageRequest): Cost {
  return { items: Math.min(Math.max(first ?? last ?? PAGE_SIZE, 1), PAGE_SIZE_MAX) }
}

interface ListArguments extends PageRequest {
  readonly filter?: object | null | undefined
  readonly orderBy?: string | null | undefined
  readonly asKnownAt?: number | null | undefined
}

/** The cost of a list of developments. Arguments other than the page and the order are conditions like those of the filter. */
export function perDevelopments(args: ListArguments): Cost {
  const { first, last, after: _after, before: _before, asKnownAt, orderBy, filter, ...others } = args
  const factor = filterFactor({ ...others, ...filter })
  const field = READ_PAGE * factor + (orderBy === 'RELEVANCE' ? RANK : 0) + (asKnownAt == null ? 0 : READ_PAST)
  return { ...perPage({ first, last }), field, scan: SCAN_LIST * factor }
}

/** The cost of a page of the feed. */
export function perChanges({
  first,
  filter,
}: {
  readonly first: number
  readonly filter?: object | null | undefined
}): Cost {
  return { ...perPage({ first }), field: READ_CHANGES * filterFactor({ ...filter }) }
}

/** The cost of an event of the feed: a follower looks at a few changes, each with every condition of its filter. */
export function perEvent({ filter }: { readonly filter?: object | null | undefined }): Cost {
  return { field: READ_EVENT * filterFactor({ ...filter }) }
}

/** The costs of reading an event, reading a page, scanning a list, ranking its newest matches and reading a page of the log, all without a filter. */
const READ_EVENT = 10
const READ_PAGE = 100
const SCAN_LIST = 500
const RANK = 5_000
/** What a past state may add: a page of it reads all entries if nothing was known then. */
const READ_PAST = 3_500
const READ_CHANGES = 100

/** What one value adds to the cost of its condition, which is 1: an actor with its affiliates, an actor or a key, and any other value. */
const PER_AFFILIATED_ACTOR = 6
const PER_KEY = 0.1
const PER_VALUE = 0.5

/** The costs of conditions that have no list of values, where they exceed 1; `text` costs this much per term. */
const SINGLE: Readonly<Record<string, number>> = { reportedBy: 4, inForceOn: 4, text: 6 }

const NAMES_ACTORS: ReadonlySet<string> = new Set(
  'actors participants initiators recipients outlets speakers imposedBy targets'.split(' '),
)

/** How many times as much as an unfiltered list a list with these conditions costs. */
function filterFactor(conditions: object): number {
  const affiliated = 'includeAffiliated' in conditions && conditions.includeAffiliated === true
  return Object.entries(conditions).reduce((sum, [name, value]) => sum + conditionCost(name, value, affiliated), 1)
}

function conditionCost(name: string, value: unknown, affiliated: boolean): number {
  if (value == null || value === false) return 0
  const single = SINGLE[name] ?? 1
  if (name === 'text' && typeof value === 'string') {
    return single * termsIn(value)
  }
  if (!Array.isArray(value)) return single
  const perActor = affiliated ? PER_AFFILIATED_ACTOR : PER_KEY
  const perValue = NAMES_ACTORS.has(name) ? perActor : name === 'keys' ? PER_KEY : PER_VALUE
  if (name !== 'participants') return value.length === 0 ? 0 : 1 + value.length * perValue
  return value.reduce((sum: number, { actors, roles }: Participant) => {
    return sum + 1 + actors.length * Math.max(roles?.length ?? 0, 1) * perValue
  }, 0)
}

/** The number of terms that the search makes of a text. A text that it refuses costs as much as any. */
function termsIn(text: string): number {
  try {
    return parseSearch(text).length
  } catch (error) {
    if (error instanceof DemarcheError) return TERMS_MAX
    throw error
  }
}

interface Participant {
  readonly actors: readonly string[]
  readonly roles?: readonly string[] | null | undefined
}

/*
 * How much counts and facets read is known only when they run, so it is also limited then.
 */

/** The work of all counts and facets of developments in one operation, which take about 0.1 µs for each unit of work. */
const WORK_MAX = 2_500_000

/**
 * Adds up the work of an operation, and throws `QUERY_TOO_COMPLEX` before it exceeds {@link WORK_MAX}. The first scan always runs, so that a store of
 * any size can be counted, and leaves half of the work to others.
 */
export function spending({ once }: Pick<Context, 'once'>): Spend {
  const total = once('work of counts and facets', () => ({ done: 0 }))
  return (work) => {
    const added = total.done === 0 ? Math.min(work, WORK_MAX / 2) : work
    if (total.done + added > WORK_MAX) {
      const message =
        'The counts and facets of this operation read too many developments. Request fewer of them at a time, or narrow the filters.'
      throw new DemarcheError('QUERY_TOO_COMPLEX', message)
    }
    total.done += added
  }
}
