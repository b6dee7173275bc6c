/* global GraphiQL, React, ReactDOM */
// Starts GraphiQL on the worked queries. Plain JavaScript that browsers run as it is.

const ENDPOINT = '/graphql'

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
  return type.startsWith('text/event-stream') ? results(response.body, ending) : response.json()
}

/** For a moment after a change of tab, GraphiQL still names the operation of the other. */
function isIn(query, name) {
  return new RegExp(`\\b(query|mutation|subscription)\\s+${name}\\b`).test(query)
}

function results(body, ending) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  const ready = []
  let unread = ''
  const over = { done: true, value: undefined }
  return {
    async next() {
      while (ready.length === 0) {
        const { done, value } = await reader.read().catch(() => over)
        if (done) return over
        unread += value
        const frames = unread.split('\n\n')
        unread = frames.pop()
        for (const frame of frames) ready.push(frame)
      }
      const { event, data } = read(ready.shift())
      if (event === 'complete') return over
      return event === 'next' ? { done: false, value: JSON.parse(data) } : this.next()
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
  const defaultTabs = await response.json()
  ReactDOM.createRoot(place).render(
    React.createElement(GraphiQL, { fetcher, defaultTabs, shouldPersistHeaders: false }),
  )
}

start().catch((error) => {
  document.getElementById('graphiql').textContent = `The playground could not start: ${error.message}`
})
