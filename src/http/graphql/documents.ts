import {
  GraphQLError,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type ValidatedExecutionArgs,
} from 'graphql'
import type { Limits } from '../../config.ts'
import { weigh } from '../../graphql/core/query-cost.ts'

/**
 * How much text documents may have that are kept parsed and validated, all together and one, in characters. Parsed, it takes up some fifty
 * times as much; and a short one takes up as much as one of that length at least.
 */
const KEPT_LENGTH = 1_048_576
const LONGEST = 20_000
const SHORTEST = 200
/** Validation stops after this many errors. */
const ERRORS = 20

/**
 * Parses and validates documents, and remembers those that were sound: the least recently asked for goes first. What it refuses is a list
 * of errors, each with `extensions.code`; how long that takes is bounded by the number of tokens.
 */
export class Documents {
  readonly #schema: GraphQLSchema
  readonly #limits: Limits
  readonly #kept = new Map<string, DocumentNode>()
  #length = 0

  constructor(schema: GraphQLSchema, limits: Limits) {
    this.#schema = schema
    this.#limits = limits
  }

  read(text: string): DocumentNode | readonly GraphQLError[] {
    const kept = this.#kept.get(text)
    if (kept !== undefined) {
      this.#kept.delete(text)
      this.#kept.set(text, kept)
      return kept
    }
    const document = this.#parse(text)
    if (document instanceof GraphQLError) return [document]
    const errors = validate(this.#schema, document, specifiedRules, { maxErrors: ERRORS })
    if (errors.length > 0) return errors.map((error) => coded(error, 'QUERY_INVALID'))
    this.#keep(text, document)
    return document
  }

  /** Refuses an operation that stands too deep or may cost too much. */
  weigh(prepared: ValidatedExecutionArgs): GraphQLError | undefined {
    const { operation } = prepared
    const { depth, complexity } = weigh(prepared)
    const { depth: depthLimit, complexity: complexityLimit } = this.#limits
    if (depth > depthLimit) {
      const message = `The operation is ${depth} fields deep, at most ${depthLimit} are allowed; ask in several steps.`
      return new GraphQLError(message, { nodes: operation, extensions: { code: 'QUERY_TOO_DEEP' } })
    }
    if (complexity > complexityLimit) {
      const message = `The operation weighs ${complexity}, at most ${complexityLimit} is allowed; ask for shorter pages, fewer fields, fewer counts, or by simpler filters.`
      return new GraphQLError(message, { nodes: operation, extensions: { code: 'QUERY_TOO_COMPLEX' } })
    }
    return undefined
  }

  #parse(text: string): DocumentNode | GraphQLError {
    try {
      return parse(text, { maxTokens: this.#limits.tokens })
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error
      return coded(error, /more than \d+ tokens/.test(error.message) ? 'QUERY_TOO_LONG' : 'QUERY_MALFORMED')
    }
  }

  #keep(text: string, document: DocumentNode): void {
    if (text.length > LONGEST) return
    this.#kept.set(text, document)
    this.#length += lengthOf(text)
    for (const oldest of this.#kept.keys()) {
      if (this.#length <= KEPT_LENGTH) break
      this.#kept.delete(oldest)
      this.#length -= lengthOf(oldest)
    }
  }
}

function lengthOf(text: string): number {
  return Math.max(text.length, SHORTEST)
}

/** Gives an error the code of what it was found by, unless it has one of its own. */
export function coded(error: GraphQLError, code: string): GraphQLError {
  error.extensions['code'] ??= code
  return error
}
