import type { NewlyRecordedData } from '../../../schema/page-data.d.ts'
import { DemarcheError, StoreError } from '../../model/errors.ts'
import type { Executor } from '../graphql/executor.ts'
import { readFilter, refusalOfFilter } from '../exports/parameters.ts'
import { HttpError } from '../http-error.ts'
import { readQuery } from '../pages/page.ts'
import { findWithdrawn } from '../pages/parts/news.ts'
import { send, sendCached, type RequestContext } from '../request-context.ts'
import type { ResponseCache } from '../response-cache.ts'
import { printAtom } from './atom.ts'
import { describeFeed, withoutAfter, type FeedDevelopment } from './feed-document.ts'
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

/**
 * Serves newly recorded developments, and those that were withdrawn since, to feed readers, filtered by the query string as lists are. `after`
 * asks for a later page.
 */
export async function serveFeed(site: FeedSite, context: RequestContext, name: FeedName): Promise<Response> {
  const { executor, responseCache } = site
  const { running, outgoing } = context.env
  const parameters = new URL(context.req.url).searchParams
  const reading = executor.read({ client: running?.client, hasLeft: () => outgoing.destroyed })
  const { filter, after = null } = variablesOf(executor, parameters)
  const read = async (variables: Readonly<Record<string, unknown>>) =>
    (await reading.ask<NewlyRecordedData>(QUERY, variables)).developments
  const all = { filter: { ...filter, includeRetracted: true }, after }
  const data = await reading.ask<NewlyRecordedData>(QUERY, all).catch((error: unknown) => {
    if (!(error instanceof DemarcheError) || error instanceof StoreError) throw error
    throw refusalOfFilter(error, parameters)
  })
  const withdrawn = after === null ? await readWithdrawn(read, filter, data) : []
  const { type, print } = FORMATS[name]
  const reply = { type, body: print(describeFeed(data, withdrawn, { publicUrl: site.publicUrl, name, parameters })) }
  if (reading.isTimeDependent()) return send(context, { ...reply, headers: { 'cache-control': 'no-store' } })
  return sendCached(context, responseCache, reply)
}

/** What was withdrawn since the last development of the first page was recorded: a reader of the feed may have it from an earlier page. */
async function readWithdrawn(
  read: (variables: Readonly<Record<string, unknown>>) => Promise<NewlyRecordedData['developments']>,
  filter: object,
  { developments }: NewlyRecordedData,
): Promise<readonly FeedDevelopment[]> {
  const last = developments?.nodes.at(-1)
  // What was withdrawn at the instant itself counts.
  const before = last && new Date(Date.parse(last.recordedAt) - 1).toISOString()
  const changed = developments?.pageInfo.hasNextPage ? { changedAfter: before } : {}
  const { entries } = await findWithdrawn(
    (variables) => read({ ...variables, order: 'RECENTLY_CHANGED' }),
    { ...changed, ...filter },
    changed,
  )
  return entries.slice(0, WITHDRAWN)
}

/** Withdrawn developments on the first page, beside those that were recorded last. */
const WITHDRAWN = 50

function variablesOf(
  { schema }: Executor,
  parameters: URLSearchParams,
): { readonly filter: object; readonly after: string | undefined } {
  const [after, another] = parameters.getAll('after')
  if (another !== undefined) {
    throw new HttpError(400, 'REQUEST_INVALID', 'Parameter "after": It is given twice. Give it once.')
  }
  if (parameters.has('includeRetracted')) {
    const message = 'Parameter "includeRetracted": A feed tells of retractions by itself. Leave it out.'
    throw new HttpError(400, 'REQUEST_INVALID', message)
  }
  return { after, filter: readFilter(schema, withoutAfter(parameters)) }
}
