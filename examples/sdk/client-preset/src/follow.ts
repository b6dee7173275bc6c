import { follow } from 'demarche/client'
import type { TypedDocumentString } from './gql/graphql.ts'
import { graphql } from './gql/index.ts'

const url = process.env['SERVICE_URL'] ?? 'http://localhost:4000/graphql'
const variables = { dispute: process.argv[2] ?? 'j2-8243' }

const LATEST = graphql(`
  query Latest($dispute: Key!) {
    service {
      head
    }
    developments(first: 3, filter: { disputes: [$dispute] }) {
      nodes {
        headline
        date {
          edtf
        }
        permalink
      }
    }
  }
`)

const CHANGES = graphql(`
  subscription Changes($dispute: Key!) {
    feed(filter: { disputes: [$dispute] }) {
      __typename
      ... on FeedChange {
        kind
        development {
          headline
        }
      }
    }
  }
`)

const { service, developments } = await ask(LATEST, variables)
for (const { date, headline, permalink } of developments?.nodes ?? []) console.log(date.edtf, headline, permalink)

// From the state that the query has read: nothing is missed in between.
for await (const { data } of follow({ url, query: CHANGES, variables, after: service.head })) {
  if (data.feed.__typename === 'FeedChange') console.log(data.feed.kind, data.feed.development.headline)
}

async function ask<Data, Variables>(query: TypedDocumentString<Data, Variables>, variables: Variables): Promise<Data> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = (await response.json()) as { data?: Data; errors?: readonly { message: string }[] }
  if (!data) throw new Error(errors?.[0]?.message)
  return data
}
