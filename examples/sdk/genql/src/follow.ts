import { follow } from 'demarche/client'
import { createClient, generateSubscriptionOp } from './genql'
import type { FieldsSelection, Subscription, SubscriptionGenqlSelection } from './genql'

const url = process.env['SERVICE_URL'] ?? 'http://localhost:4000/graphql'
const disputes = [process.argv[2] ?? 'j2-8243']

async function main(): Promise<void> {
  const { service, developments } = await createClient({ url }).query({
    service: { head: true },
    developments: {
      __args: { first: 3, filter: { disputes } },
      nodes: { headline: true, date: { edtf: true }, permalink: true },
    },
  })
  for (const { date, headline, permalink } of developments?.nodes ?? []) console.log(date.edtf, headline, permalink)

  // From the state that the query has read: nothing is missed in between.
  const feed = subscribe(
    {
      feed: {
        __args: { filter: { disputes } },
        __typename: true,
        on_FeedChange: { kind: true, development: { headline: true } },
      },
    },
    service.head,
  )
  for await (const { data } of feed) {
    if (data.feed.__typename === 'FeedChange') console.log(data.feed.kind, data.feed.development.headline)
  }
}

/** genql has queries and mutations only. It writes the document of a subscription, and the type of its result follows from the selection. */
function subscribe<Selection extends SubscriptionGenqlSelection>(selection: Selection, after: string) {
  return follow<FieldsSelection<Subscription, Selection>>({ url, ...generateSubscriptionOp(selection), after })
}

void main()
