import { isSettled } from '../../graphql/core/as-of.ts'
import {
  coerceInputValue,
  GraphQLInputObjectType,
  type GraphQLInputFieldConfig,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql'
import type { ExportJob, ExportName } from '../../dossier/export/export.ts'
import { DemarcheError, StoreError, UnknownKeyError } from '../../model/errors.ts'
import type { DevelopmentOrder } from '../../model/vocabulary/service.ts'
import { seqAt } from '../../store/queries/changes.ts'
import { searchOf, type DevelopmentList } from '../../store/search/development-pages.ts'
import type { DevelopmentFilter } from '../../store/search/filter.ts'
import type { Store } from '../../store/store.ts'
import { readParameters } from '../graphql/query-parameters.ts'
import { HttpError } from '../http-error.ts'

/** The parameters of an export: those of the filter, and how to show the developments. */
interface Parameters extends DevelopmentFilter {
  readonly order?: DevelopmentOrder
  /** Milliseconds since 1970. */
  readonly known?: number
  /** The key of a dispute. */
  readonly claimsOf?: string
}

/** What the rows of a table that is not of developments can be selected by. */
const OF_DEMANDS = ['disputes', 'demands']

/**
 * Reads an export from the query string. `isFinal` says that its content depends on the store only, not on the time. Throws
 * `REQUEST_INVALID`, and what a filter is refused for, with the name of the parameter.
 */
export function readExport(
  name: ExportName,
  { parameters, schema, store }: { parameters: URLSearchParams; schema: GraphQLSchema; store: Store },
): { readonly job: ExportJob; readonly isFinal: boolean; readonly known: number | undefined } {
  const { order, known, claimsOf, ...given } = read(parameters, schema)
  const named = new Set([...parameters.keys()].map((parameter) => parameter.split('.')[0] ?? ''))
  for (const parameter of ['order', 'known', 'claimsOf']) named.delete(parameter)
  if (name === 'demands.csv') {
    const other = [...named].find((parameter) => !OF_DEMANDS.includes(parameter))
    if (other !== undefined) throw invalid(other, 'Demands can be selected by `disputes` and `demands` only.')
  }
  if (claimsOf !== undefined && name !== 'positions.csv')
    throw invalid('claimsOf', 'Only positions.csv can be selected by the dispute of the claims. Leave it out.')
  const filter = named.size === 0 ? null : given
  const head = store.head()
  const recorded = known === undefined ? head : seqAt(store.reader, known)
  const asOf = Math.min(recorded, head)
  const also = claimsOf === undefined ? {} : { claimsOf: [claimsOf] }
  check({ filter, also, asOf }, { store, parameters })
  const isFinal = known === undefined || recorded < head || isSettled(store, known)
  const job = { name, filter, asOf, ...orderOf(name, order), ...(claimsOf !== undefined && { claimsOf }) }
  return { job, isFinal, known }
}

function read(parameters: URLSearchParams, schema: GraphQLSchema): Parameters {
  const others = { order: 'DevelopmentOrder', known: 'DateTime', claimsOf: 'Key' }
  const type = withFields(schema, 'DevelopmentFilter', others)
  return coerceInputValue(readFilter(schema, parameters, { others }), type) as Parameters // valid by the fields of the schema
}

/**
 * Reads a filter from the query string, as variables have it: a `DevelopmentFilter`, or another input type (`filter`). `from` and `to` are short
 * names of the days of `dateOverlaps`. `others` are the names and types of further parameters. Throws `REQUEST_INVALID` with the name of the
 * parameter.
 */
export function readFilter(
  schema: GraphQLSchema,
  parameters: Iterable<[string, string]>,
  {
    filter = 'DevelopmentFilter',
    others = {},
  }: { readonly filter?: 'DevelopmentFilter' | 'FeedFilter'; readonly others?: Readonly<Record<string, string>> } = {},
): Record<string, unknown> {
  const type = withFields(schema, filter, { from: 'Date', to: 'Date', ...others })
  const { from, to, ...given } = readParameters(type, parameters)
  if (from === undefined && to === undefined) return given
  if (given['dateOverlaps'] !== undefined) {
    const problem = 'It is a short name of `dateOverlaps`, which is given too. Give one.'
    throw invalid(from === undefined ? 'to' : 'from', problem)
  }
  return { ...given, dateOverlaps: { from, to } }
}

/** A filter with further fields, by the names of their types. */
function withFields(
  schema: GraphQLSchema,
  filter: string,
  types: Readonly<Record<string, string>>,
): GraphQLInputObjectType {
  const { fields } = inputType(schema, filter).toConfig()
  const further: Record<string, GraphQLInputFieldConfig> = {}
  for (const [name, type] of Object.entries(types)) further[name] = { type: schema.getType(type) as GraphQLInputType } // of the schema
  return new GraphQLInputObjectType({ name: 'Parameters', fields: { ...fields, ...further } })
}

function inputType(schema: GraphQLSchema, name: string): GraphQLInputObjectType {
  const type = schema.getType(name)
  if (type instanceof GraphQLInputObjectType) return type
  throw new Error(`the schema has no input ${name}`)
}

function orderOf(name: ExportName, order: DevelopmentOrder | undefined): Pick<ExportJob, 'orderBy'> {
  if (order === undefined) return {}
  if (!name.endsWith('.csv') || name === 'demands.csv') {
    throw invalid('order', 'This file is always in the order of recording. Leave it out.')
  }
  if (order !== 'RELEVANCE' && order !== 'RECENTLY_CHANGED') return { orderBy: order }
  throw invalid('order', 'An export is not ranked. Use OLDEST_FIRST, NEWEST_FIRST or RECENTLY_RECORDED.')
}

/** Throws what the search would throw. */
function check(list: DevelopmentList, { store, parameters }: { store: Store; parameters: URLSearchParams }): void {
  try {
    searchOf(store.reader, list)
  } catch (error) {
    if (!(error instanceof DemarcheError) || error instanceof StoreError) throw error
    throw refusalOfFilter(error, parameters)
  }
}

/** What a filter in the query string is refused with: the error, with the name of the parameter. */
export function refusalOfFilter(error: DemarcheError, parameters: URLSearchParams): HttpError {
  const name = parameterOf(error, parameters)
  return new HttpError(400, error.code, name === undefined ? error.message : located(name, error.message))
}

/** The parameter that an error of a filter is about: the one with the unknown key, or the one that the message names. */
function parameterOf(error: DemarcheError, parameters: URLSearchParams): string | undefined {
  if (error instanceof UnknownKeyError) return [...parameters].find(([, value]) => value === error.key)?.[0]
  if (error.code === 'TEXT_NOT_SEARCHABLE') return 'text'
  if (error.code === 'BAD_CURSOR') return 'after'
  const [, named = ''] = /`(\w+)`/.exec(error.message) ?? []
  const isShort = (parameter: string) => named === 'dateOverlaps' && (parameter === 'from' || parameter === 'to')
  return [...parameters.keys()].find((parameter) => parameter.split('.')[0] === named || isShort(parameter))
}

function located(name: string, problem: string): string {
  return `Parameter ${JSON.stringify(name)}: ${problem}`
}

function invalid(name: string, problem: string): HttpError {
  return new HttpError(400, 'REQUEST_INVALID', located(name, problem))
}
