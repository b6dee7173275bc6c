/* global GraphiQL, React, ReactDOM */
// Starts GraphiQL with the worked queries. Browsers run this file as it is.

const ENDPOINT = '/graphql'

/** How many messages of a subscription are shown. */
const KEPT = 100

/** Sends an operation. For a subscription it returns an async iterator, which GraphiQL ends with `return()`. */
async function fetcher({ query, variables, operationName }, { headers } = {}) {
  const ending = new AbortController()
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json, text/event-stream',
    },
    body: JSON.stringify({ query, variables, operationName: isIn(query, operationName) ? operationName : undefined }),
    signal: ending.signal,
  })
  const type = response.headers.get('content-type') ?? ''
  return type.startsWith('text/event-stream') ? endable(states(response.body, query), ending) : response.json()
}

/** For a moment after a change of tab, GraphiQL still sends the operation name of the former tab. */
function isIn(query, name) {
  return new RegExp(`\\b(query|mutation|subscription)\\s+${name}\\b`).test(query)
}

/** The `return()` of a generator waits for the next message. This one aborts the request at once, and no more is shown. */
function endable(generator, ending) {
  const over = { done: true, value: undefined }
  return {
    async next() {
      const step = await generator.next()
      return ending.signal.aborted ? over : step
    },
    async return() {
      ending.abort()
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
async function* states(body, query) {
  const connected = `connected at ${clock()}`
  const messages = []
  let received = 0
  let lastHeartbeat
  const state = (live) => ({ live, lastHeartbeat, received, newestFirst: messages })
  yield state(`${connected}, waiting for the first change`)
  for await (const results of batches(body)) {
    for (const result of results) {
      if (result === 'complete') {
        yield state(`ended by the service at ${clock()}`)
        return
      }
      if (result.errors && !result.data && received === 0) {
        yield result
        return
      }
      const heartbeat = heartbeatOf(result, query)
      if (heartbeat) lastHeartbeat = heartbeat
      else {
        received += 1
        messages.unshift(result.errors ? result : result.data)
        messages.length = Math.min(messages.length, KEPT)
      }
    }
    yield state(received === 0 ? `${connected}, waiting for the first change` : connected)
  }
  yield state(`connection lost at ${clock()}; press the triangle to start again`)
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

async function start() {
  const place = document.getElementById('graphiql')
  const response = await fetch('/assets/worked-queries.json')
  const worked = await response.json()
  const query = entriesOf(new URLSearchParams(location.hash.slice(1)).get('dispute') ?? '')
  // If GraphiQL remembers tabs, it opens `query` in a new one. If not, it opens the first of `defaultTabs`.
  const asked = query === undefined ? {} : { query }
  const defaultTabs = query === undefined ? worked : [{ query }, ...worked]
  ReactDOM.createRoot(place).render(
    React.createElement(GraphiQL, { fetcher, defaultTabs, ...asked, shouldPersistHeaders: false }),
  )
}

/** The query for a link to `#dispute=KEY`. */
function entriesOf(dispute) {
  if (!/^[a-z0-9][a-z0-9/-]*$/.test(dispute)) return undefined
  return `# All developments of one dispute, page by page. Pass
# \`endCursor\` as \`after\` for the next page.
query AllEntries($after: String) {
  developments(filter: { disputes: ["${dispute}"] }, orderBy: OLDEST_FIRST, first: 50, after: $after) {
    totalCount
    nodes {
      key
      kind
      headline
      date {
        label
      }
      permalink
    }
    pageInfo {
      endCursor
      hasNextPage
    }
  }
}
`
}

start().catch((error) => {
  document.getElementById('graphiql').textContent = `The playground could not start: ${error.message}`
})
