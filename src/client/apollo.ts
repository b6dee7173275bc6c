import { ApolloLink, Observable } from '@apollo/client/core'
import { followInto, type Service } from './sink.ts'

/** A link of Apollo Client for subscriptions, which resumes them by itself. It ends its chain: use it in `ApolloLink.split`. */
export function followLink(service: Service): ApolloLink {
  return new ApolloLink((operation) => new Observable((observer) => followInto(service, operation, observer)))
}
