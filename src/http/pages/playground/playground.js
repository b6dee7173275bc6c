/* global GraphiQL, React, ReactDOM */
// Starts GraphiQL on the worked queries. Plain JavaScript that browsers run as it is.

const ENDPOINT = '/graphql'

/** How many messages of a subscription stay in sight. */
const KEPT = 100

/** Sends an operation. A subscription is answered with an async iterator that GraphiQL ends with `return()`. */
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

/** For a moment after a change of tab, GraphiQL still names the operation of the other. */
function isIn(query, name) {
  return new RegExp(`\\b(query|mutation|subscription)\\s+${name}\\b`).test(query)
}

/** A generator's own `return()` would wait for the next message; this one ends the request at once, and shows nothing more. */
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
 * GraphiQL shows the last result only, so each that it is given holds all that came before: how the connection stands, the last heartbeat,
 * and the newest messages, the last of them first. A refusal is shown as it is.
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
  yield state(`connection lost at ${clock()}; the triangle starts anew`)
}

/** Results as they come, those that come together at once; `complete` where the operation is over. Ends where the connection does. */
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

/** A message of the feed that is no change. Where no `__typename` says so, one that has nothing of what is asked of changes. */
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
  // GraphiQL opens `query` in a tab of its own where it remembers tabs; where it does not, it opens the first of these.
  const asked = query === undefined ? {} : { query }
  const defaultTabs = query === undefined ? worked : [{ query }, ...worked]
  ReactDOM.createRoot(place).render(
    React.createElement(GraphiQL, { fetcher, defaultTabs, ...asked, shouldPersistHeaders: false }),
  )
}

/** The query that a link to `#dispute=KEY` asks. */
function entriesOf(dispute) {
  if (!/^[a-z0-9][a-z0-9/-]*$/.test(dispute)) return undefined
  return `# All entries of one dispute, page by page: give
# \`endCursor\` as \`after\` to go on.
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
