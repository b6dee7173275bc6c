import {
  getNullableType,
  GraphQLBoolean,
  GraphQLInt,
  isInputObjectType,
  isListType,
  validateInputValue,
  type GraphQLInputObjectType,
  type GraphQLInputType,
} from 'graphql'
import { listFirst } from '../../model/errors.ts'
import { nearestKeys } from '../../model/records/key.ts'
import { HttpError } from '../http-error.ts'

/** A parameter and what is left of its name: `dateOverlaps.from` is `from` within `dateOverlaps`. */
interface Parameter {
  readonly name: string
  readonly path: readonly string[]
  readonly value: string
}

/**
 * Reads an input object of the schema from the query string of an address. A parameter is named as its field. The values of a list repeat
 * the name, a field of an object follows a dot, and the objects of a list are numbered: `kinds=EVENT&kinds=MEASURE`,
 * `dateOverlaps.from=2024-01-01`, `participants.0.actors=russia`. Throws `REQUEST_INVALID` with the name of the parameter.
 */
export function readParameters(
  type: GraphQLInputObjectType,
  parameters: Iterable<[string, string]>,
): Record<string, unknown> {
  const all = [...parameters].map(([name, value]): Parameter => ({ name, path: name.split('.'), value }))
  const input = readObject(type, all)
  validateInputValue(input, type, ({ message }, path) => {
    const isInList = typeof path.at(-1) === 'number'
    throw invalid(path.slice(0, isInList ? -1 : undefined).join('.'), message)
  })
  return input
}

/** The parameters that {@link readParameters} reads as this input. What is null or undefined is left out. */
export function writeParameters(input: object): [string, string][] {
  return Object.entries(input).flatMap(([field, value]: [string, unknown]) => written(field, value))
}

function written(name: string, value: unknown): [string, string][] {
  if (value === null || value === undefined) return []
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) {
    return value.flatMap((item) => written(name, item))
  }
  if (typeof value !== 'object') return [[name, typeof value === 'string' ? value : JSON.stringify(value)]]
  return Object.entries(value).flatMap(([field, part]) => written(`${name}.${field}`, part))
}

function readObject(type: GraphQLInputObjectType, parameters: readonly Parameter[]): Record<string, unknown> {
  const fields = type.getFields()
  return Object.fromEntries(
    [...grouped(parameters)].map(([name, inField]) => {
      const field = fields[name]
      if (field === undefined) throw unknown(inField, name, Object.keys(fields))
      return [name, readValue(field.type, inField)]
    }),
  )
}

function readValue(type: GraphQLInputType, parameters: readonly Parameter[]): unknown {
  const nullable = getNullableType(type)
  if (isInputObjectType(nullable)) return readObject(nullable, parameters)
  if (!isListType(nullable)) {
    const [first, second] = parameters
    if (second !== undefined) throw invalid(second.name, 'It is given twice. Give it once.')
    return first && readLeaf(nullable, first)
  }
  const item = getNullableType(nullable.ofType)
  if (!isInputObjectType(item)) return parameters.map((parameter) => readLeaf(item, parameter))
  const numbered = [...grouped(parameters)].map(([number, inItem]) => {
    if (!/^\d{1,3}$/.test(number)) throw invalid(inItem[0]?.name ?? '', 'Number the objects of a list: NAME.0.FIELD.')
    return [Number(number), readObject(item, inItem)] as const
  })
  return numbered.toSorted(([a], [b]) => a - b).map(([, object]) => object)
}

function readLeaf(type: GraphQLInputType, { name, path, value }: Parameter): unknown {
  if (path.length > 0) throw invalid(name, 'It has no fields.')
  if (type === GraphQLBoolean && /^(true|false)$/.test(value)) return value === 'true'
  return type === GraphQLInt && /^-?\d{1,9}$/.test(value) ? Number(value) : value
}

/** By the first part of their path, which is taken off. */
function grouped(parameters: readonly Parameter[]): Map<string, Parameter[]> {
  return Map.groupBy(
    parameters.map(({ name, path, value }) => ({ head: path[0] ?? '', name, path: path.slice(1), value })),
    ({ head }) => head,
  )
}

function unknown(parameters: readonly Parameter[], part: string, known: readonly string[]): HttpError {
  const near = nearestKeys(part, known)
  const remedy = near.length > 0 ? `Did you mean ${near.join(', ')}?` : `There are ${listFirst(known)}.`
  return invalid(parameters[0]?.name ?? part, `It does not exist. ${remedy}`)
}

function invalid(name: string, problem: string): HttpError {
  return new HttpError(400, 'REQUEST_INVALID', `Parameter ${JSON.stringify(name)}: ${problem}`)
}
