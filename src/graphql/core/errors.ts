import { GraphQLError } from 'graphql'
import { DemarcheError, UnknownKeyError } from '../../model/errors.ts'

/**
 * An error of an operation as clients see it: with a stable `extensions.code`, the path of the field that failed, and a message that
 * names the remedy. Undefined where it is a defect of ours, of which a client is told nothing.
 */
export function presentError(error: unknown): GraphQLError | undefined {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error
  if (cause instanceof DemarcheError) return presentDemarcheError(cause, error)
  // What GraphQL refuses by itself, or a scalar did, names nothing internal.
  return cause instanceof GraphQLError && error instanceof GraphQLError ? error : undefined
}

function presentDemarcheError(cause: DemarcheError, error: unknown): GraphQLError {
  const located = error instanceof GraphQLError ? error : undefined
  const more = cause instanceof UnknownKeyError ? { key: cause.key, nearest: cause.nearest } : {}
  return new GraphQLError(cause.message, {
    nodes: located?.nodes ?? null,
    source: located?.source ?? null,
    positions: located?.positions ?? null,
    path: located?.path ?? null,
    extensions: { code: cause.code, ...more },
  })
}
