/** A client of graphql-sse or graphql-ws. */
interface StockClient {
  subscribe(request: Request, sink: Sink, ...more: unknown[]): () => void
}

interface Request {
  readonly query: string
  readonly variables?: Record<string, unknown> | null | undefined
}

interface Sink {
  next(result: { readonly extensions?: unknown }): void
  error(error: unknown): void
  complete(): void
}

/**
 * A client of graphql-sse or graphql-ws that resumes where it was interrupted. By itself, such a client subscribes again with its first
 * variables. This one sets `variables.after` to the cursor of each message, so the document must take `$after` and pass it on. Without `after`,
 * it first asks the service for the cursor of now, with the query `{ __typename }`, so that it also resumes if it is interrupted before its
 * first message; a service that refuses this query is followed without. Queries and mutations pass unchanged. Create the client with
 * `retryForever`.
 */
export function resuming<Client extends { subscribe(...args: never[]): () => void }>(client: Client): Client {
  // The methods of both clients have this form.
  const stock = client as StockClient
  const resumed: StockClient = {
    subscribe(request, sink, ...more) {
      if (!/\bsubscription\b/.test(request.query)) return stock.subscribe(request, sink, ...more)
      if (!/\$after\b/.test(request.query))
        throw new TypeError('The document cannot resume: declare `$after: FeedCursor` and pass `after: $after`.')
      const variables = { ...request.variables }
      const moveAfter: Sink['next'] = ({ extensions }) => {
        const { cursor = variables['after'] } = (extensions ?? {}) as { cursor?: unknown }
        variables['after'] = cursor
      }
      let isOver = false
      let stop: () => void
      const follow = () => {
        if (isOver) return sink.complete()
        const next: Sink['next'] = (result) => {
          moveAfter(result)
          sink.next(result)
        }
        const rest = { error: (error: unknown) => sink.error(error), complete: () => sink.complete() }
        stop = stock.subscribe({ ...request, variables }, { next, ...rest }, ...more)
      }
      if (variables['after'] == null) {
        stop = stock.subscribe({ query: '{ __typename }' }, { next: moveAfter, error: follow, complete: follow })
      } else follow()
      return () => {
        isOver = true
        stop()
      }
    },
  }
  const iterate = () => {
    throw new TypeError(
      '`iterate` reads ahead of its caller and cannot resume exactly. Use `subscribe`, or `follow` of demarche/client.',
    )
  }
  return { ...client, ...resumed, ...('iterate' in client && { iterate }) }
}

/** Options for `createClient` of graphql-sse and graphql-ws. By themselves, the clients give up after five attempts. */
export const retryForever = {
  retryAttempts: Infinity,
  retry: backOff,
  retryWait: backOff,
  shouldRetry: () => true,
}

/** Full jitter: clients that lost one service come back spread over the time. */
function backOff(failures: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(2_000 * 2 ** failures, 30_000)))
}
