import { type GraphQLError, type GraphQLSchema, parse } from 'graphql'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { DemarcheError, UnknownKeyError } from '../../../model/errors.ts'
import { readFilter } from '../../exports/parameters.ts'
import { HttpError } from '../../http-error.ts'
import { send, type RequestContext } from '../../request-context.ts'
import { costRefusal, type CheckedLimits } from '../cost-limit.ts'
import type { StreamFormat, OperationState } from '../operation.ts'
import { sendStream, type StreamService } from '../over-sse.ts'
import { SERVER_SENT_EVENTS } from './streams.ts'

/** What `/feed` sends of each new development. The README lists it. */
const FEED = parse(/* GraphQL */ `
  subscription Feed($after: FeedCursor, $filter: FeedFilter) {
    developmentAdded(after: $after, filter: $filter) {
      development {
        key
        kind
        headline
        summary
        date {
          edtf
          label
          earliest
          latest
        }
        evidentialStatus
        credibility
        independentSources
        disputes {
          key
          title
        }
        participations {
          role
          actor {
            key
            name
          }
        }
        recordedAt
        permalink
      }
    }
  }
`)

interface Sent {
  readonly data?: { readonly developmentAdded: { readonly development: unknown } } | null
  readonly errors?: unknown
}

/** Messages without a name, which `EventSource` passes to `onmessage`. A result that is refused is an event `refused`. */
const PLAIN_EVENTS: StreamFormat = {
  ...SERVER_SENT_EVENTS,
  result: (text, cursor) => {
    // The next connection is refused with a status.
    if (cursor === undefined) return ''
    const { data, errors } = JSON.parse(text) as Sent
    const development = data?.developmentAdded.development
    return development === undefined
      ? `id: ${cursor}\nevent: refused\ndata: ${JSON.stringify(errors)}\n\n`
      : `id: ${cursor}\ndata: ${JSON.stringify(development)}\n\n`
  },
  complete: '',
}

export interface PlainFeed extends Pick<StreamService, 'openStreams' | 'executor'> {
  readonly limits: CheckedLimits
}

/**
 * Serves new developments to `EventSource`, filtered by the query string. Whatever is refused, is refused with a status before the stream
 * starts.
 */
export async function servePlainFeed(site: PlainFeed, context: RequestContext): Promise<Response> {
  const { executor, limits } = site
  const { incoming, outgoing, isForeign, viewer, running, access } = context.env
  if (isForeign) {
    const message = 'A page of another site opened the feed. Allow its origin with DEMARCHE_ORIGINS.'
    throw new HttpError(403, 'FORGERY_REFUSED', message)
  }
  const { url = '' } = incoming
  const operation: OperationState = {
    client: running?.client,
    viewer,
    bytes: url.length,
    hasLeft: () => outgoing.destroyed,
    lastEventId: incoming.headers['last-event-id']?.toString() || undefined,
  }
  access.operation = operation
  const { schema } = executor
  const variableValues = variablesOf(schema, context)
  const args = { schema, document: FEED, variableValues, contextValue: { operation } }
  // The selection is the service's own: only the filter can cost too much.
  const refusal = costRefusal(args, executor, { ...limits, depth: Infinity })
  if (refusal !== undefined) throw refusalOf(refusal)
  const result = await executor.subscribe(args)
  if (operation.member !== undefined) {
    if (incoming.method === 'HEAD') {
      operation.member.end()
      return send(context, { body: null, headers: PLAIN_EVENTS.headers })
    }
    sendStream(site, context.env, { member: operation.member, format: PLAIN_EVENTS, headers: {} })
    return RESPONSE_ALREADY_SENT
  }
  throw named(refusalOf('errors' in result ? result.errors?.[0] : undefined), context)
}

/** An error of a key with the parameter that has it. */
function named(refusal: unknown, { req }: RequestContext): unknown {
  if (!(refusal instanceof UnknownKeyError)) return refusal
  const [parameter] = [...new URL(req.url).searchParams].find(([, value]) => value === refusal.key) ?? []
  if (parameter !== undefined) refusal.message = `Parameter ${JSON.stringify(parameter)}: ${refusal.message}`
  return refusal
}

function variablesOf(schema: GraphQLSchema, { req }: RequestContext): Record<string, unknown> {
  const parameters = new URL(req.url).searchParams
  const [after, another] = parameters.getAll('after')
  if (another !== undefined)
    throw new HttpError(400, 'REQUEST_INVALID', 'Parameter "after": It is given twice. Give it once.')
  parameters.delete('after')
  return { after, filter: readFilter(schema, parameters, { filter: 'FeedFilter' }) }
}

function refusalOf(error: GraphQLError | undefined): unknown {
  const cause = error?.originalError
  if (cause instanceof DemarcheError) return cause
  const code = error?.extensions.code
  if (error === undefined || code === undefined)
    return cause ?? error ?? new Error('a feed is refused without a reason')
  if (code === 'SUBSCRIPTIONS_EXHAUSTED') return new HttpError(429, code, error.message, { 'retry-after': '5' })
  return new HttpError(400, code, error.message)
}
