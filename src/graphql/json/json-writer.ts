import { Kind, visit, type DocumentNode, type OperationDefinitionNode, type ValidatedExecutionArgs } from 'graphql'
import { LRUCache } from 'lru-cache'
import { ResultRefusedError, UNLIMITED } from '../cost/result-limits.ts'
import { Compiler, CONDITIONS } from './compiler.ts'
import { assertWithinLimits, textOf, writePending, type Run, type Writer } from './values.ts'

/*
 * Executes queries straight to JSON text, without the result object in between. An operation is compiled once to a tree of functions, each of
 * which resolves a field and writes its value. The text is byte for byte what `JSON.stringify` makes of the data that graphql-js returns.
 *
 * Only the path on which nothing goes wrong is compiled. Values that are not there yet are written last, each in its place. On an error, a null in a non-null field, or a feature that is not supported
 * here, the writer gives up, and the caller executes the operation with graphql-js. A query only reads, so executing it twice is safe. The next
 * executions of the same operation go to graphql-js at once, so that an error that comes back is not paid for twice each time. Mutations are
 * never compiled; of a subscription, the part that is executed for each event is. A result that outgrows its limits is not left to graphql-js,
 * where it would cost more: the writer throws.
 */

/** Executions that are left to graphql-js after the writer gave up on an operation. */
const PAUSE = 50
/** Roughly the bytes that a compiled field takes, and a parsed document for each character of its text. */
const FIELD_BYTES = 1_000
const CHARACTER_BYTES = 50

interface Operation {
  readonly id: number
  /** The variables of its `@skip` and `@include`. */
  readonly conditions: readonly string[]
  /** How many more executions are left to graphql-js. */
  pause: number
}

interface Compiled {
  readonly compiler: Compiler
  /** Undefined if the operation cannot be compiled. */
  readonly write: Writer | undefined
  readonly bytes: number
}

export class JsonWriter {
  readonly #operations = new WeakMap<OperationDefinitionNode, Operation>()
  /** By operation and the values of its conditions. */
  readonly #compiled: LRUCache<string, Compiled>
  #nextId = 0

  /** `bytes` bounds the memory that compiled operations take. */
  constructor({ bytes = 33_554_432 }: { readonly bytes?: number } = {}) {
    this.#compiled = new LRUCache({ maxSize: bytes, sizeCalculation: (compiled) => compiled.bytes })
  }

  /**
   * Returns the JSON of `data`, or undefined if graphql-js must execute the operation. Throws {@link ResultRefusedError} as soon as the data has
   * more fields or bytes than allowed.
   */
  async write(prepared: ValidatedExecutionArgs, context: unknown, limits = UNLIMITED): Promise<string | undefined> {
    const operation = this.#operationOf(prepared)
    if (operation.pause > 0) {
      operation.pause--
      return undefined
    }
    const { coerced } = prepared.variableValues
    const key = `${operation.id} ${operation.conditions.map((name) => String(coerced[name])).join(' ')}`
    const compiled = this.#compiled.get(key) ?? compile(prepared, operation.conditions)
    const data = compiled.write && (await attempt(compiled.write, { prepared, context, limits }))
    if (data === undefined && compiled.write !== undefined) operation.pause = PAUSE
    // Running an operation may have compiled more of it.
    const bytes = bytesOf(compiled.compiler, prepared)
    if (bytes !== compiled.bytes) this.#compiled.set(key, { ...compiled, bytes })
    return data
  }

  #operationOf({ operation, document }: ValidatedExecutionArgs): Operation {
    const known = this.#operations.get(operation)
    if (known !== undefined) return known
    const made = { id: this.#nextId++, conditions: conditionsOf(document), pause: 0 }
    this.#operations.set(operation, made)
    return made
  }
}

async function attempt(
  write: Writer,
  given: Pick<Run, 'prepared' | 'context' | 'limits'>,
): Promise<string | undefined> {
  const run: Run = { parts: [], pending: [], characters: 0, fields: 0, startedAt: performance.now(), ...given }
  const { parts, limits } = run
  try {
    write(given.prepared.rootValue, run)
    assertWithinLimits(run)
    if (run.pending.length > 0) await writePending(run)
  } catch (error) {
    if (error instanceof ResultRefusedError) throw error
    return undefined
  }
  const text = textOf(parts)
  // No character takes more than three bytes.
  if (text.length * 3 > limits.bytes && Buffer.byteLength(text) > limits.bytes) throw ResultRefusedError.ofBytes(limits)
  return text
}

function conditionsOf(document: DocumentNode): string[] {
  const names = new Set<string>()
  visit(document, {
    Directive({ name, arguments: [argument] = [] }) {
      const isCondition = CONDITIONS.some((condition) => condition.name === name.value)
      if (isCondition && argument?.value.kind === Kind.VARIABLE) names.add(argument.value.name.value)
    },
  })
  return [...names]
}

function compile(prepared: ValidatedExecutionArgs, conditions: readonly string[]): Compiled {
  const compiler = new Compiler(prepared, conditions)
  return { compiler, write: compiler.operation(prepared), bytes: 0 }
}

function bytesOf({ fields }: Compiler, { document }: ValidatedExecutionArgs): number {
  // Compiled fields keep the whole document alive.
  return FIELD_BYTES * (fields + 1) + CHARACTER_BYTES * (document.loc?.source.body.length ?? 0)
}
