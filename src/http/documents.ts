import {
  GraphQLError,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type ValidatedExecutionArgs,
} from 'graphql'
import type { Limits } from '../config.ts'
import { weigh } from '../graphql/weight.ts'

/** Documents that are kept parsed and validated, and the longest that is worth it, in characters. */
const KEPT = 500
const KEPT_LENGTH = 20_000
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
    if (text.length > KEPT_LENGTH) return
    const [oldest] = this.#kept.keys()
    if (this.#kept.size >= KEPT && oldest !== undefined) this.#kept.delete(oldest)
    this.#kept.set(text, document)
  }
}

/** Gives an error the code of what it was found by, unless it has one of its own. */
export function coded(error: GraphQLError, code: string): GraphQLError {
  error.extensions['code'] ??= code
  return error
}
