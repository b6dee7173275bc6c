const QUERY = 'subscription { feed { __typename cursor ... on FeedChange { kind development { headline } } } }'

/** What somebody types into a terminal to follow the feed. */
export function subscribeLine(url: string): string {
  const body = JSON.stringify({ query: QUERY })
  return `curl -N ${url}/graphql -H 'content-type: application/json' -H 'accept: text/event-stream' -d '${body}'`
}
