import type { SyntaxTree } from './document.ts'
import { follow, type FollowOptions, type GraphqlError } from './follow.ts'

/** The service that a client of GraphQL follows, without what its operations say. */
export type Service = Pick<
  FollowOptions<unknown, unknown>,
  'url' | 'headers' | 'onOpen' | 'onRetry' | 'silence' | 'delay' | 'fetch'
>

interface Request {
  readonly query: string | SyntaxTree
  readonly variables?: unknown
}

interface Sink {
  next(result: SinkResult): void
  error(error: unknown): void
  complete(): void
}

interface SinkResult {
  readonly data: Record<string, unknown>
  readonly errors?: readonly GraphqlError[]
  readonly extensions: { readonly cursor: string }
}

/** Follows a subscription into a sink, and resumes it by itself. The feed ends when the returned function is called. */
export function followInto(service: Service, { query, variables }: Request, sink: Sink): () => void {
  const feed = follow({ ...service, query, variables })
  const deliver = async () => {
    for await (const { cursor, ...result } of feed) sink.next({ ...result, extensions: { cursor } })
    sink.complete()
  }
  deliver().catch((error: unknown) => sink.error(error))
  return () => void feed.return()
}
