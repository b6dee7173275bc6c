import type { NewlyRecordedData } from '../../../schema/page-data.d.ts'
import { DemarcheError, StoreError } from '../../model/errors.ts'
import type { Executor } from '../graphql/executor.ts'
import { readFilter, refusalOfFilter } from '../exports/parameters.ts'
import { HttpError } from '../http-error.ts'
import { readQuery } from '../pages/page.ts'
import { send, sendCached, type RequestContext } from '../request-context.ts'
import type { ResponseCache } from '../response-cache.ts'
import { printAtom } from './atom.ts'
import { describeFeed, withoutAfter } from './feed-document.ts'
import { printJsonFeed } from './json-feed.ts'

export type FeedName = 'feed.atom' | 'feed.json'

interface FeedSite {
  readonly executor: Executor
  readonly responseCache: ResponseCache
  /** Without a trailing slash. */
  readonly publicUrl: string
}

const FORMATS = {
  'feed.atom': { type: 'application/atom+xml; charset=utf-8', print: printAtom },
  'feed.json': { type: 'application/feed+json; charset=utf-8', print: printJsonFeed },
}

const QUERY = readQuery('newly-recorded')

/** Serves newly recorded developments to feed readers, filtered by the query string as lists are. `after` asks for a later page. */
export async function serveFeed(site: FeedSite, context: RequestContext, name: FeedName): Promise<Response> {
  const { executor, responseCache } = site
  const { running, outgoing } = context.env
  const parameters = new URL(context.req.url).searchParams
  const reading = executor.read({ client: running?.client, hasLeft: () => outgoing.destroyed })
  const variables = variablesOf(executor, parameters)
  const data = await reading.ask<NewlyRecordedData>(QUERY, variables).catch((error: unknown) => {
    if (!(error instanceof DemarcheError) || error instanceof StoreError) throw error
    throw refusalOfFilter(error, parameters)
  })
  const { type, print } = FORMATS[name]
  const reply = { type, body: print(describeFeed(data, { publicUrl: site.publicUrl, name, parameters })) }
  if (reading.isTimeDependent()) return send(context, { ...reply, headers: { 'cache-control': 'no-store' } })
  return sendCached(context, responseCache, reply)
}

function variablesOf({ schema }: Executor, parameters: URLSearchParams): Record<string, unknown> {
  const [after, another] = parameters.getAll('after')
  if (another !== undefined) {
    throw new HttpError(400, 'REQUEST_INVALID', 'Parameter "after": It is given twice. Give it once.')
  }
  if (parameters.has('includeRetracted')) {
    const message = 'Parameter "includeRetracted": A feed has no retracted developments. Leave it out.'
    throw new HttpError(400, 'REQUEST_INVALID', message)
  }
  return { after, filter: readFilter(schema, withoutAfter(parameters)) }
}
