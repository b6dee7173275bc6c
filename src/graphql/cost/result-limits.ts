import { isIntrospectionType, isObjectType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql'
import { DemarcheError } from '../../model/errors.ts'

/*
 * Bounds results while they are made. An operation is refused beforehand for its cost, but the cost is an estimate: lists may be longer than
 * expected, texts are of any length, and one field may be selected under a thousand names.
 */

export interface ResultLimits {
  /** The number of fields in the data. */
  readonly fields: number
  /** The size of the data as JSON, in bytes. */
  readonly bytes: number
  /** The time in which it is made. */
  readonly milliseconds: number
}

export const UNLIMITED: ResultLimits = { fields: Infinity, bytes: Infinity, milliseconds: Infinity }

const REMEDY = 'Request shorter pages or fewer fields.'

/** The data of a result is larger than allowed, or takes too long to make. */
export class ResultRefusedError extends DemarcheError {
  static #tooLarge(what: string): ResultRefusedError {
    return new ResultRefusedError('RESULT_TOO_LARGE', `The result has more than ${what}, the limit. ${REMEDY}`)
  }

  static ofTime({ milliseconds }: ResultLimits): ResultRefusedError {
    const message = `The result takes more than ${milliseconds} milliseconds, the limit. ${REMEDY}`
    return new ResultRefusedError('EXECUTION_TOO_LONG', message)
  }

  /** Nobody reads it. */
  static ofAbsence(): ResultRefusedError {
    return new ResultRefusedError('EXECUTION_TOO_LONG', 'The client left before the result was made.')
  }

  static ofFields({ fields }: ResultLimits): ResultRefusedError {
    return ResultRefusedError.#tooLarge(`${fields} fields`)
  }

  static ofBytes({ bytes }: ResultLimits): ResultRefusedError {
    return ResultRefusedError.#tooLarge(`${bytes} bytes`)
  }
}

type Resolver = GraphQLFieldResolver<unknown, unknown>

/** What graphql-js counts in the context of an operation. */
export interface FieldCount {
  fields: number
  readonly limits: ResultLimits
  /** When execution began, by the clock of `performance`. */
  readonly startedAt: number
  /** Whether the client has closed its connection. */
  readonly hasLeft?: (() => boolean) | undefined
}

const originals = new WeakMap<Resolver, Resolver>()

/**
 * Makes graphql-js count every field that it resolves in this schema, because it has no limit of its own: above the limit, every field fails. The
 * caller must pass `countedProperty` as `fieldResolver`, and a context with a {@link FieldCount}.
 */
export function countFields(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue
    for (const field of Object.values(type.getFields())) {
      if (field.resolve !== undefined) field.resolve = counted(field.resolve)
    }
  }
}

/** The resolver without the count. */
export function uncounted(resolve: Resolver): Resolver {
  return originals.get(resolve) ?? resolve
}

/** Resolves a field that has no resolver. */
export const countedProperty: Resolver = (parent, _args, context, { fieldName }) => {
  count(context)
  // The values of our types are plain objects.
  return (parent as Record<string, unknown>)[fieldName]
}

function counted(resolve: Resolver): Resolver {
  if (originals.has(resolve)) return resolve
  const counting: Resolver = (parent, args, context, info) => {
    count(context)
    return resolve(parent, args, context, info)
  }
  originals.set(counting, resolve)
  return counting
}

function count(context: unknown): void {
  const { count: own } = context as { readonly count?: FieldCount }
  if (own === undefined) return
  if (++own.fields > own.limits.fields) throw ResultRefusedError.ofFields(own.limits)
  if (own.fields % FIELDS_PER_CHECK === 0) assertInTime(own)
}

/** Reading the clock for each field would take longer than many a field. */
const FIELDS_PER_CHECK = 32

/** Throws {@link ResultRefusedError} when the time is over, or when the client has left while others ran. */
export function assertInTime({
  startedAt,
  limits,
  hasLeft,
}: Pick<FieldCount, 'startedAt' | 'limits' | 'hasLeft'>): void {
  if (hasLeft?.() === true) throw ResultRefusedError.ofAbsence()
  if (performance.now() - startedAt > limits.milliseconds) throw ResultRefusedError.ofTime(limits)
}

/** Throws if the data takes more bytes as JSON than allowed. It is called before the JSON is made. */
export function assertSize(data: unknown, limits: ResultLimits): void {
  let bytes = 0
  const add = (value: unknown): void => {
    if (typeof value === 'string') bytes += Buffer.byteLength(value) + 2
    else if (typeof value !== 'object' || value === null) bytes += String(value).length
    else if (Array.isArray(value)) {
      bytes += 1 + Math.max(value.length, 1)
      for (const item of value) add(item)
    } else {
      const entries = Object.entries(value)
      bytes += 1 + Math.max(entries.length, 1)
      for (const [name, property] of entries) {
        bytes += name.length + 3
        add(property)
      }
    }
    if (bytes > limits.bytes) throw ResultRefusedError.ofBytes(limits)
  }
  add(data)
}
