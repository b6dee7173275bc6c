import { graphql } from 'relay-runtime'

// Relay makes an artifact of each document, which the program imports. Where babel-plugin-relay runs, it can import these instead.
export const LATEST = graphql`
  query documentsLatestQuery($dispute: Key!) {
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
`

export const CHANGES = graphql`
  subscription documentsChangesSubscription($dispute: Key!, $after: FeedCursor) {
    feed(after: $after, filter: { disputes: [$dispute] }) {
      __typename
      ... on FeedChange {
        kind
        current {
          id
          headline
        }
      }
    }
  }
`
