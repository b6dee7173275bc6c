import { Client, fetchExchange } from '@urql/core'
import { followExchange } from 'demarche/client/urql'
import { graphql } from './graphql.ts'

const url = process.env['SERVICE_URL'] ?? 'http://localhost:4000/graphql'
const dispute = process.argv[2] ?? 'j2-8243'

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
  subscription Changes($dispute: Key!, $after: FeedCursor) {
    feed(after: $after, filter: { disputes: [$dispute] }) {
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

const client = new Client({ url, exchanges: [followExchange({ url }), fetchExchange] })

const { data, error } = await client.query(LATEST, { dispute })
if (!data) throw error
for (const { date, headline, permalink } of data.developments?.nodes ?? []) console.log(date.edtf, headline, permalink)

// From the state that the query has read: nothing is missed in between.
client.subscription(CHANGES, { dispute, after: data.service.head }).subscribe(({ data, error }) => {
  if (error) console.error(error.message)
  if (data?.feed.__typename === 'FeedChange') console.log(data.feed.kind, data.feed.development.headline)
})
