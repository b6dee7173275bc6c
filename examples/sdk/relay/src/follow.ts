import { follow } from 'demarche/client'
import { Environment, fetchQuery, Network, Observable, RecordSource, requestSubscription, Store } from 'relay-runtime'
import type { FetchFunction, GraphQLResponse, SubscribeFunction } from 'relay-runtime'
import CHANGES, { type documentsChangesSubscription } from './__generated__/documentsChangesSubscription.graphql'
import LATEST, { type documentsLatestQuery } from './__generated__/documentsLatestQuery.graphql'

const url = process.env['SERVICE_URL'] ?? 'http://localhost:4000/graphql'
const dispute = process.argv[2] ?? 'j2-8243'

const ask: FetchFunction = async ({ text }, variables) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: text, variables }),
  })
  return (await response.json()) as GraphQLResponse
}

const subscribe: SubscribeFunction = ({ text }, variables) =>
  Observable.create<GraphQLResponse>((sink) => {
    const feed = follow({ url, query: text ?? '', variables })
    const deliver = async () => {
      for await (const { data } of feed) sink.next({ data })
      sink.complete()
    }
    deliver().catch((error: Error) => sink.error(error))
    return () => feed.return()
  })

const environment = new Environment({
  network: Network.create(ask, subscribe),
  store: new Store(new RecordSource()),
})

fetchQuery<documentsLatestQuery>(environment, LATEST, { dispute }).subscribe({
  next({ service, developments }) {
    for (const { date, headline, permalink } of developments?.nodes ?? []) console.log(date.edtf, headline, permalink)

    // From the state that the query has read: nothing is missed in between.
    requestSubscription<documentsChangesSubscription>(environment, {
      subscription: CHANGES,
      variables: { dispute, after: service.head },
      onNext(data) {
        if (data?.feed.__typename === 'FeedChange') console.log(data.feed.kind, data.feed.current?.headline)
      },
      onError: console.error,
    })
  },
  error: console.error,
})
