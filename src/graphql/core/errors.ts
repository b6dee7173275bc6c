import { GraphQLError } from 'graphql'
import { DemarcheError, UnknownKeyError } from '../../model/errors.ts'

/**
 * The error that clients see: with a stable `extensions.code`, the path of the field that failed, and a message that names the remedy. Undefined
 * for an internal error, which clients must not see.
 */
export function presentError(error: unknown): GraphQLError | undefined {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error
  if (cause instanceof DemarcheError) return presentDemarcheError(cause, error)
  // Errors of GraphQL itself, and of scalars, name nothing internal.
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
