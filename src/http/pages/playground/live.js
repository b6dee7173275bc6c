// Sends the operations of the playground and shows the state of its subscriptions. Browsers run this file as it is.

const ENDPOINT = '/graphql'

/** The name under which the session keeps the token. */
const TOKEN = 'demarche:token'

/** How many messages of a subscription are shown. */
const KEPT = 100

/** Sends an operation. For a subscription it returns an async iterator, which GraphiQL ends with `return()`. */
async function fetcher({ query, variables, operationName }, { headers } = {}) {
  const ending = new AbortController()
  const request = {
    method: 'POST',
    headers: new Headers({
      ...authorization(),
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json, text/event-stream',
    }),
    // For a moment after a change of tab, GraphiQL still sends the operation name of the former tab.
    body: JSON.stringify({ query, variables, operationName: isIn(query, operationName) ? operationName : undefined }),
    signal: ending.signal,
  }
  // The header editor of GraphiQL wins over the token field.
  for (const [name, value] of Object.entries(headers ?? {})) request.headers.set(name, value)
  const response = await fetch(ENDPOINT, request).catch(() => undefined)
  if (response === undefined) return failure('The service does not answer. Check that it runs, and try again.')
  const type = response.headers.get('content-type') ?? ''
  if (type.includes('json')) {
    const result = await response.json()
    const isRefused = result.errors?.some(({ extensions }) => extensions?.code === 'OPERATION_NOT_LISTED')
    // A service that accepts only listed operations refuses introspection. GraphiQL needs the schema for its hints.
    if (!isRefused || operationName !== 'IntrospectionQuery') return result
    return (await fetch('/schema.json', { headers: { ...authorization(), ...headers } })).json()
  }
  if (!type.startsWith('text/event-stream'))
    return failure(`The response is not JSON; its status is ${response.status}.`)
  const view = { received: 0, messages: [], lastHeartbeat: undefined, ended: false }
  return stoppable(states(response.body, query, view), view, ending)
}

/** The header with the token that the user has typed, if any. Only this tab of the browser keeps it, until it is closed. */
function authorization() {
  const token = sessionStorage.getItem(TOKEN)
  return token ? { authorization: `Bearer ${token}` } : {}
}

function failure(message) {
  return { errors: [{ message }] }
}

function isIn(query, operationName) {
  return [...query.matchAll(/\b(?:query|mutation|subscription)\s+(\w+)/g)].some(([, name]) => name === operationName)
}

/** Shows a result in the pane of the active tab. */
let showResult = () => {}

function setPane(show) {
  showResult = show
}

/**
 * The `return()` of a generator waits for the next message. This one aborts the request at once and shows that the subscription was
 * stopped, because GraphiQL reads no further result.
 */
function stoppable(generator, view, ending) {
  const over = { done: true, value: undefined }
  return {
    async next() {
      const step = await generator.next()
      return ending.signal.aborted ? over : step
    },
    async return() {
      if (!ending.signal.aborted) {
        ending.abort()
        if (!view.ended) showResult(stateOf(view, `stopped at ${clock()}`))
      }
      return over
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/**
 * GraphiQL shows the last result only. Every result therefore holds the state of the connection, the last heartbeat and the newest
 * messages, newest first. A refusal is shown unchanged.
 */
async function* states(body, query, view) {
  const connected = `connected at ${clock()}`
  yield stateOf(view, `${connected}, waiting for the first change`)
  for await (const results of batches(body)) {
    for (const result of results) {
      if (result === 'complete') {
        view.ended = true
        yield stateOf(view, `ended by the service at ${clock()}`)
        return
      }
      if (result.errors && !result.data && view.received === 0) {
        view.ended = true
        yield result
        return
      }
      const heartbeat = heartbeatOf(result, query)
      if (heartbeat) view.lastHeartbeat = heartbeat
      else {
        view.received += 1
        view.messages.unshift(result.errors ? result : result.data)
        view.messages.length = Math.min(view.messages.length, KEPT)
      }
    }
    yield stateOf(view, view.received === 0 ? `${connected}, waiting for the first change` : connected)
  }
  view.ended = true
  yield stateOf(view, `connection lost at ${clock()}; press the triangle to start again`)
}

function stateOf({ lastHeartbeat, received, messages }, live) {
  return { live, lastHeartbeat, received, newestFirst: messages }
}

/** Yields the results of each chunk together, and `complete` at the end of the operation. Ends when the connection ends. */
async function* batches(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let unread = ''
  for (;;) {
    const { done, value } = await reader.read().catch(() => ({ done: true }))
    if (done) return
    unread += value
    const frames = unread.split('\n\n')
    unread = frames.pop()
    const events = frames.map(read).filter(({ event }) => event === 'next' || event === 'complete')
    if (events.length > 0) yield events.map(({ event, data }) => (event === 'next' ? JSON.parse(data) : event))
  }
}

/** The heartbeat in a message of the feed, if it is one. Without `__typename`, a message that has none of the fields of a change. */
function heartbeatOf({ data, errors }, query) {
  const [message] = Object.values(data ?? {})
  if (errors || !message) return undefined
  const { __typename: type = bareType(message, query), ...heartbeat } = message
  return type === 'Heartbeat' ? heartbeat : undefined
}

function bareType(message, query) {
  const bare = Object.keys(message).every((name) => name === 'cursor' || name === 'at')
  return bare && /\.\.\.\s*on\s+FeedChange\b/.test(query) ? 'Heartbeat' : undefined
}

function clock() {
  return `${new Date().toISOString().slice(11, 19)} UTC`
}

function read(frame) {
  const fields = { event: '', data: '' }
  for (const line of frame.split('\n')) {
    const [, name, value] = /^(\w*): ?(.*)$/.exec(line) ?? []
    if (name in fields) fields[name] += value
  }
  return fields
}

// playground.js uses these.
Object.assign(globalThis, { authorization, fetcher, setPane, TOKEN })
