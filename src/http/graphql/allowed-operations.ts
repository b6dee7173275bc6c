import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { GraphQLError, Kind, parse, stripIgnoredCharacters, validate, type GraphQLSchema } from 'graphql'
import { createGraphQLError } from 'graphql-yoga'
import { clip, DemarcheError, listFirst, MESSAGE_MAX } from '../../model/errors.ts'
import { isMap } from '../../model/records/canonical-json.ts'

/** An operation of the list. */
export interface ListedOperation {
  readonly id: string
  /** Undefined if the operation has no name. */
  readonly name: string | undefined
  readonly query: string
}

/** How a client names an operation: by its text, or by an id in the form of Apollo, urql or Relay. */
export interface NamedOperation {
  readonly query?: unknown
  readonly extensions?: unknown
  readonly documentId?: unknown
  readonly doc_id?: unknown
  readonly id?: unknown
}

/**
 * The only operations that a service accepts. A client sends the id of an operation, the SHA-256 of its text, or the text itself, in which
 * white space and comments do not matter.
 */
export class AllowedOperations {
  readonly list: readonly ListedOperation[]
  readonly #queries = new Map<string, string>()
  readonly #texts: ReadonlySet<string>
  readonly #longest: number

  private constructor(list: readonly ListedOperation[]) {
    this.list = list
    for (const { query } of list) this.#queries.set(createHash('sha256').update(query).digest('hex'), query)
    for (const { id, query } of list) this.#queries.set(id, query)
    this.#texts = new Set(list.map(({ query }) => stripIgnoredCharacters(query)))
    this.#longest = Math.max(...list.map(({ query }) => query.length))
  }

  /**
   * Reads a file of JSON: a map of ids to texts, as Relay and GraphQL Code Generator write it, a manifest of Apollo, or a list of texts.
   * Throws `OPERATIONS_INVALID`, with a line for each operation that the schema does not have.
   */
  static read(file: string, schema: GraphQLSchema): AllowedOperations {
    const invalid = (message: string) => new DemarcheError('OPERATIONS_INVALID', message)
    let entries
    try {
      entries = entriesOf(JSON.parse(readFileSync(file, 'utf8')))
    } catch (error) {
      throw invalid(`${file} cannot be read: ${error instanceof Error ? error.message : 'unknown'}`)
    }
    if (entries === undefined || entries.length === 0) {
      throw invalid(
        `${file} lists no operations; expected a JSON map of ids to operations, a list of operations, or a manifest of Apollo`,
      )
    }
    const list: ListedOperation[] = []
    const problems: string[] = []
    for (const { id, query } of entries) {
      try {
        const document = parse(query)
        const [error] = validate(schema, document)
        if (error !== undefined) throw error
        const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION)
        if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new GraphQLError('It has no operation.')
        list.push({ id, name: operation.name?.value, query })
      } catch (error) {
        if (!(error instanceof GraphQLError)) throw error
        problems.push(`operation ${clip(id)}: ${clip(error.message, MESSAGE_MAX)}`)
      }
    }
    if (problems.length > 0) throw invalid(`${file}: ${listFirst(problems)}`)
    return new AllowedOperations(list)
  }

  /** The text of the operation that a client names. Throws `OPERATION_NOT_LISTED`. */
  find(named: NamedOperation): string {
    const { query } = named
    const found = typeof query === 'string' && query !== '' ? this.#listed(query) : this.#queries.get(idOf(named) ?? '')
    if (found !== undefined) return found
    const message =
      'This service accepts only the operations of its list. Send one of them, by its text or its id, or ask the operator to add this one.'
    const http = { spec: true, status: 400 }
    throw createGraphQLError(message, { extensions: { code: 'OPERATION_NOT_LISTED', http } })
  }

  #listed(query: string): string | undefined {
    if (query.length > this.#longest * 4 + 1_000) return undefined
    try {
      return this.#texts.has(stripIgnoredCharacters(query)) ? query : undefined
    } catch {
      return undefined
    }
  }
}

/** The id by which a client names an operation without its text. */
export function idOf({ extensions, documentId, doc_id: relayId, id }: NamedOperation): string | undefined {
  const apollo = isMap(extensions) && isMap(extensions['persistedQuery']) ? extensions['persistedQuery'] : {}
  return [apollo['sha256Hash'], documentId, relayId, id].find((each) => typeof each === 'string' && each !== '') as
    | string
    | undefined // as `find` says
}

interface Entry {
  readonly id: string
  readonly query: string
}

function entriesOf(content: unknown): readonly Entry[] | undefined {
  const isEntry = (entry: { id: unknown; query: unknown }): entry is Entry =>
    typeof entry.id === 'string' && typeof entry.query === 'string'
  const all = Array.isArray(content)
    ? content.map((query: unknown, index) => ({ id: `${index + 1}`, query }))
    : isMap(content) && content['format'] === 'apollo-persisted-query-manifest' && Array.isArray(content['operations'])
      ? content['operations'].map((each: unknown) => (isMap(each) ? { id: each['id'], query: each['body'] } : {}))
      : isMap(content)
        ? Object.entries(content).map(([id, query]) => ({ id, query }))
        : []
  const entries = all.map((entry) => ({ id: undefined, query: undefined, ...entry })).filter(isEntry)
  return entries.length === all.length ? entries : undefined
}
