import { subscriptionExchange, type Exchange } from '@urql/core'
import { followInto, type Service } from './sink.ts'

/** An exchange of urql for subscriptions, which resumes them by itself. */
export function followExchange(service: Service): Exchange {
  return subscriptionExchange({
    forwardSubscription: ({ query = '', variables }) => ({
      subscribe: (sink) => ({ unsubscribe: followInto(service, { query, variables }, sink) }),
    }),
  })
}
