import { isEnumType, type GraphQLLeafType, type ValidatedExecutionArgs } from 'graphql'
import { assertInTime, ResultRefusedError, type ResultLimits } from '../cost/result-limits.ts'

export const GIVE_UP = new Error('graphql-js must execute this operation')

/** Joined at the end: a long string that is concatenated piece by piece outlives many garbage collections. */
export type Parts = (string | Parts)[]

/** The state of one execution. */
export interface Run {
  parts: Parts
  /** Fields whose values are not there yet, each with the parts that it will write. */
  readonly pending: Pending[]
  /** The characters in `parts`, without punctuation. A character takes at least a byte. */
  characters: number
  fields: number
  readonly limits: ResultLimits
  readonly startedAt: number
  readonly context: unknown
  readonly prepared: ValidatedExecutionArgs
}

interface Pending {
  readonly parts: Parts
  readonly value: Promise<unknown>
  readonly write: Writer
}

/** Writes the JSON of a value, or throws. */
export type Writer = (value: unknown, run: Run) => void

/** Writes what a resolver returns, now or when it is there. */
export function writeWhenDone(write: Writer, value: unknown, run: Run): void {
  if (!(value instanceof Promise)) return write(value, run)
  // It is awaited after all others, which may end the execution before.
  value.catch(() => {})
  const parts: Parts = []
  run.parts.push(parts)
  run.pending.push({ parts, value, write })
}

/** Writes the fields whose values were not there, and those of these fields in turn. */
export async function writePending(run: Run): Promise<void> {
  for (const { parts, value, write } of run.pending) {
    const done = await value
    run.parts = parts
    write(done, run)
    assertWithinLimits(run)
  }
}

export function textOf(parts: Parts): string {
  return parts.map((part) => (typeof part === 'string' ? part : textOf(part))).join('')
}

/** Called for each item of a list: between two calls, an operation adds no more than its compiled fields. */
export function assertWithinLimits(run: Run): void {
  const { fields, characters, limits } = run
  if (fields > limits.fields) throw ResultRefusedError.ofFields(limits)
  if (characters > limits.bytes) throw ResultRefusedError.ofBytes(limits)
  assertInTime(run)
}

/** A field with this text, whatever its parent is. */
export function fieldWith(text: string): Writer {
  return (_, run) => {
    run.fields++
    run.characters += text.length
    run.parts.push(text)
  }
}

export function constant(text: string): Writer {
  return (_, { parts }) => {
    parts.push(text)
  }
}

/** Gives up on a value that is not a plain object, such as a promise or an error. */
export function checked(write: Writer): Writer {
  return (value, run) => {
    if (typeof value !== 'object' || value instanceof Error || value instanceof Promise) throw GIVE_UP
    write(value, run)
  }
}

export function list(write: Writer): Writer {
  return (value, run) => {
    if (!Array.isArray(value)) throw GIVE_UP
    const { parts } = run
    parts.push('[')
    for (let index = 0; index < value.length; index++) {
      if (index > 0) parts.push(',')
      write(value[index], run)
      assertWithinLimits(run)
    }
    parts.push(']')
  }
}

export function leaf(type: GraphQLLeafType): Writer {
  if (isEnumType(type)) {
    const names = new Map<unknown, string>(type.getValues().map(({ name, value }) => [value, JSON.stringify(name)]))
    return (value, { parts }) => {
      const name = names.get(value)
      if (name === undefined) throw GIVE_UP
      parts.push(name)
    }
  }
  return (value, run) => {
    if (value instanceof Error || value instanceof Promise) throw GIVE_UP
    const output: unknown = type.coerceOutputValue(value)
    if (output == null) throw GIVE_UP
    const text = typeof output === 'string' ? quote(output) : JSON.stringify(output)
    run.characters += text.length
    run.parts.push(text)
  }
}

/* oxlint-disable-next-line no-control-regex -- what JSON escapes */
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/

function quote(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`
}
