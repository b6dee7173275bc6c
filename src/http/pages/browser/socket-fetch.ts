/*
 * Fetches a subscription over a WebSocket. A browser opens six connections to a host that speaks HTTP/1.1: with an event stream in each tab, the
 * seventh tab would not load. WebSockets do not count among the six. The response is an event stream, as the client of the feed reads it.
 *
 * Where no socket can be opened, the request is sent as it is. Its answer then also says why.
 */

/** The subprotocol. */
const PROTOCOL = 'graphql-transport-ws'

interface Message {
  readonly type: string
  readonly payload?: unknown
}

export const socketFetch: typeof fetch = async (input, init = {}) => {
  const address = new URL(input instanceof Request ? input.url : input, location.href)
  address.protocol = address.protocol.replace('http', 'ws')
  const stream = await subscribe(new WebSocket(address, PROTOCOL), init)
  if (stream === undefined) return fetch(input, init)
  return new Response(stream, { headers: { 'content-type': 'text/event-stream' } })
}

/** The events of the subscription. Undefined if the service does not acknowledge the connection. */
function subscribe(
  socket: WebSocket,
  { headers, body, signal }: RequestInit,
): Promise<ReadableStream<Uint8Array> | undefined> {
  const sent = new Headers(headers)
  const send = (message: object) => socket.send(JSON.stringify(message))
  const encoder = new TextEncoder()
  let events: ReadableStreamDefaultController<Uint8Array> | undefined
  const write = (event: string, data: unknown) =>
    events?.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`))
  return new Promise((resolve, reject) => {
    const abort = () => {
      socket.close()
      events?.error(signal?.reason)
      reject(signal?.reason)
    }
    const start = (controller: typeof events) => {
      events = controller
      const { query, variables } = JSON.parse(body as string) as { query: string; variables?: object }
      const payload = { query, variables: { ...variables, after: sent.get('last-event-id') } }
      send({ id: '1', type: 'subscribe', payload })
    }
    socket.addEventListener('open', () => {
      send({ type: 'connection_init', payload: { authorization: sent.get('authorization') } })
    })
    socket.addEventListener('message', ({ data }) => {
      const { type, payload } = JSON.parse(String(data)) as Message
      if (type === 'connection_ack') resolve(new ReadableStream({ start, cancel: () => socket.close() }))
      else if (type === 'ping') send({ type: 'pong' })
      else if (type === 'error') write('next', { errors: payload })
      else if (type === 'next' || type === 'complete') write(type, payload ?? null)
    })
    socket.addEventListener('close', () => {
      signal?.removeEventListener('abort', abort)
      if (!signal?.aborted) events?.close()
      resolve(undefined)
    })
    if (signal?.aborted) abort()
    else signal?.addEventListener('abort', abort)
  })
}
