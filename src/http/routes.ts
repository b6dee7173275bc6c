import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { EXPORTS } from '../dossier/export/export.ts'
import { introspectionFromSchema, type IntrospectionQuery } from 'graphql'
import { Hono } from 'hono'
import { printSdl, schema } from '../graphql/schema.ts'
import type { ErrorCode } from '../model/error-codes.ts'
import { asSentence, clip, DemarcheError, MESSAGE_MAX, StoreError, UnknownKeyError } from '../model/errors.ts'
import { readRecordedAt } from '../store/queries/changes.ts'
import type { NodeState } from '../store/nodes/node-state.ts'
import type { Store } from '../store/store.ts'
import type { Authentication } from './admission/authentication.ts'
import type { AllowedOperations } from './graphql/allowed-operations.ts'
import type { ErrorMasking } from './graphql/error-masking.ts'
import type { Exports } from './exports/exports.ts'
import { isVisit, streamOfRefusal } from './graphql/negotiation.ts'
import { serveGraphql, type GraphqlOverHttp } from './graphql/over-http.ts'
import type { StreamService } from './graphql/over-sse.ts'
import { serveFeed } from './feeds/feeds.ts'
import { servePlainFeed } from './graphql/subscriptions/plain-feed.ts'
import type { Origins } from './admission/origin.ts'
import { Assets, readWorkedQueries, WORKED_QUERIES, type WorkedQuery } from './pages/assets.ts'
import { PAGES } from './pages/pages.ts'
import { describeError } from './pages/error-page.ts'
import { isFile } from './pages/parts/file-path.ts'
import { describePlayground, servePlayground } from './pages/playground.ts'
import { NOT_A_URL } from './admission/hosts.ts'
import { describeScalars } from './pages/scalars-page.ts'
import { HttpError, unavailable } from './http-error.ts'
import {
  headersOf,
  JSON_TYPE,
  jsonOf,
  send,
  sendJson,
  sendPage,
  wantsPage,
  type Bindings,
  type RequestContext,
} from './request-context.ts'

/** What the routes use. */
export interface Site extends GraphqlOverHttp, StreamService {
  readonly store: Store
  readonly exports: Exports
  readonly authentication: Authentication
  readonly origins: Origins
  /** Without a slash at its end. */
  readonly publicUrl: string
}

export type Routes = Hono<{ Bindings: Bindings }>

interface RouteHandlers {
  readonly get: Handler
  readonly post?: Handler
  /** Whether GET needs no token even where reading needs one. */
  readonly isOpen?: boolean
}

type Handler = (context: RequestContext) => Response | Promise<Response>

export function createRoutes(site: Site): Routes {
  const { authentication, origins, exports, allowedOperations, publicUrl } = site
  const routes: Routes = new Hono()
  const worked = allowedOperations === undefined ? readWorkedQueries() : listedQueries(allowedOperations)
  const assets = new Assets(worked)
  const playground = describePlayground(worked)
  // Where reading needs a token, the page knows nothing of the schema. It loads the worked queries with the token that is typed into it.
  const shell = describePlayground([])
  const visit: Handler = (context) =>
    servePlayground(context, authentication.mayRead(context.env.viewer) ? playground : shell)
  const sdl = printSdl()

  /** Everything that says anything of the record or the schema. */
  const read =
    (handler: Handler): Handler =>
    (context) => {
      authentication.assertReader(context.env.viewer)
      return handler(context)
    }
  const route = (path: string, { get, post, isOpen = false }: RouteHandlers) => {
    const allow = ['GET', 'HEAD', ...(post ? ['POST'] : []), 'OPTIONS'].join(', ')
    routes.get(path, isOpen ? get : read(get))
    if (post) routes.post(path, read(post))
    routes.options(path, (context) => send(context, { status: 204, body: null, headers: origins.preflight(allow) }))
    routes.all(path, ({ req: { method } }) => {
      throw new HttpError(405, 'METHOD_NOT_ALLOWED', `${method} is not allowed here. Use one of ${allow}.`, { allow })
    })
  }

  const named = worked.filter(({ query }) => /^query\b/m.test(query))
  const graphql: Handler = (context) => serveGraphql(site, context, named)
  const asset = (context: RequestContext, name: string) => {
    if (name === WORKED_QUERIES) authentication.assertReader(context.env.viewer)
    return assets.answer(context, name)
  }
  for (const { path, serve } of PAGES) {
    route(path, { get: (context) => serve(site, context, pathBelow(context, path.slice(0, -1))) })
  }
  route('/graphql', {
    get: (context) => (isVisit(context.env.incoming) ? visit(context) : read(graphql)(context)),
    post: graphql,
    isOpen: true,
  })
  route('/feed', { get: (context) => servePlainFeed(site, context) })
  for (const name of EXPORTS) route(`/export/${name}`, { get: (context) => exports.serve(context, name) })
  for (const name of ['feed.atom', 'feed.json'] as const) {
    route(`/${name}`, { get: (context) => serveFeed(site, context, name) })
  }
  route('/assets/*', { get: (context) => asset(context, pathBelow(context, '/assets/')), isOpen: true })
  route('/favicon.ico', { get: (context) => asset(context, 'icon.svg'), isOpen: true })
  route('/schema.graphql', { get: (context) => send(context, { type: 'text/plain; charset=utf-8', body: sdl }) })
  route('/schema.json', { get: (context) => sendJson(context, introspection()) })
  route('/docs/scalars', { get: (context) => sendPage(context, describeScalars(publicUrl)), isOpen: true })
  route('/health/live', { get: (context) => sendJson(context, { status: 'live' }, UNCACHED), isOpen: true })
  route('/health/ready', { get: (context) => serveReadiness(site, context), isOpen: true })

  routes.notFound(({ req }) => {
    throw new HttpError(404, 'NOT_FOUND', `There is nothing at ${req.path}.`)
  })
  routes.onError((error, context) => sendError(site, error, context))
  return routes
}

/** The result of an introspection, for tools and for the playground of a service that accepts only listed operations. */
function introspection(): { readonly data: IntrospectionQuery } {
  return { data: introspectionFromSchema(schema) }
}

/** The listed operations as worked queries. Links open an operation by its name. */
function listedQueries({ list }: AllowedOperations): readonly WorkedQuery[] {
  return list.flatMap(({ name, query }) =>
    name === undefined ? [] : [{ question: 'Which operations are listed?', title: name, name, query }],
  )
}

/** Refuses every request, for the reason that it arrives with. */
export function createRefusals(site: RefusalSite): Routes {
  const refusals: Routes = new Hono()
  refusals.all('*', ({ env }) => {
    throw env.refusal ?? new Error('a request is refused without a reason')
  })
  refusals.onError((error, context) => sendError(site, error, context))
  return refusals
}

/** The rest of the path, decoded. */
function pathBelow({ req }: RequestContext, path: string): string {
  try {
    return decodeURIComponent(new URL(req.url).pathname.slice(path.length))
  } catch {
    throw new HttpError(
      400,
      'ADDRESS_MALFORMED',
      'The address has a "%" that is not followed by two hex digits of UTF-8.',
    )
  }
}

const UNCACHED = { headers: { 'cache-control': 'no-store' } }

/**
 * Ready means: the store can be read, the clock is not behind the log, and the service is not stopping. A node of a log is ready as long as it
 * can serve, also while the log cannot be reached: otherwise an outage of the log would take every node out. `?for=writes` asks whether it can
 * record, too.
 */
function serveReadiness({ store, openStreams }: Site, context: RequestContext): Response {
  const needsWrites = new URL(context.req.url).searchParams.get('for') === 'writes'
  const problem = openStreams.stopping
    ? 'the service is stopping'
    : (problemOf(store) ?? nodeProblem(store, needsWrites))
  const node = store.node && describeNode(store.node.state())
  if (problem !== undefined) {
    const headers = { ...UNCACHED.headers, 'retry-after': '5' }
    return sendJson(context, { status: 'not ready', problem: asSentence(problem), ...node }, { status: 503, headers })
  }
  return sendJson(context, { status: 'ready', head: store.head(), ...node }, UNCACHED)
}

/** What readiness says of a node. How far it is behind is not known while the log cannot be reached, or the node is busy for long. */
function describeNode({ log, behind, isSilent, writes, format }: NodeState) {
  const { reachable, since, head } = log
  const isKnown = reachable && !isSilent
  return {
    log: {
      reachable,
      since: new Date(since).toISOString(),
      head,
      behind: isKnown ? behind.changes : null,
      seconds: isKnown ? behind.seconds : null,
    },
    writes,
    format,
  }
}

/** Seconds for which a node may be behind its log and serve. */
const BEHIND_MAX = 10

function nodeProblem({ node }: Store, needsWrites: boolean): string | undefined {
  if (node === undefined) return undefined
  const { log, behind, halted, wasLevel, writes, clockAhead, isClockOff } = node.state()
  if (halted !== null) return halted.message
  if (!wasLevel) return 'the node has not received all of the log since it was started'
  if (log.reachable && behind.seconds > BEHIND_MAX)
    return `the node is ${behind.changes} changes behind the log, for ${Math.floor(behind.seconds)} s`
  if (!needsWrites || writes) return undefined
  if (isClockOff)
    return `the clock of the node is ${Math.round(Math.abs(clockAhead) / 1_000)} s ${clockAhead < 0 ? 'behind' : 'ahead of'} that of the log`
  return log.reachable ? 'the node cannot record now' : 'the log cannot be reached; reading goes on'
}

/** How far the clock may be behind the last change, in milliseconds. */
const CLOCK_TOLERANCE = 60_000

function problemOf(store: Store): string | undefined {
  if (store.reader.damage !== undefined) return store.reader.damage.message
  try {
    store.assertInPlace()
    const recordedAt = readRecordedAt(store.reader, store.head())
    // The log of nodes dates their changes.
    if (store.node !== undefined || recordedAt === null || store.now() >= recordedAt - CLOCK_TOLERANCE) return undefined
    return `the clock is behind the last change, which was recorded at ${new Date(recordedAt).toISOString()}`
  } catch (error) {
    return error instanceof StoreError ? error.message : 'the store cannot be read'
  }
}

type RefusalSite = Pick<Site, 'errorMasking' | 'metrics' | 'publicUrl'>

/** Sends an error as a page to browsers, else in the form of a GraphQL error. */
function sendError(
  { errorMasking, metrics, publicUrl }: RefusalSite,
  error: unknown,
  context: RequestContext,
): Response {
  const { outgoing } = context.env
  const { status, headers, message: whole, kind, ...extensions } = describeRefusal(errorMasking, error)
  metrics?.refused(extensions.code)
  if (outgoing.headersSent) {
    // Closing the connection is the only way left to say that the response is incomplete.
    outgoing.destroy()
    return RESPONSE_ALREADY_SENT
  }
  const message = clip(whole, MESSAGE_MAX)
  const reply = { status, headers: { 'cache-control': 'no-store', ...headers } }
  const stream =
    status === 401 && context.req.path === '/graphql'
      ? streamOfRefusal(context.req.header('accept'), { message, extensions })
      : undefined
  if (stream !== undefined) return send(context, stream)
  if (!wantsPage(context)) return sendJson(context, { errors: [{ message, extensions }] }, reply)
  const { nearest = [] } = extensions
  return sendPage(
    context,
    describeError({ status, message, kind, nearest, publicUrl, isFile: isFile(context.req.path) }),
    reply,
  )
}

export interface Refusal {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly code: ErrorCode
  readonly message: string
  readonly requestId?: string
  /** The kind of the record that was asked for, and the keys that may have been meant. */
  readonly kind?: string
  readonly nearest?: readonly string[]
}

/** What clients learn of an error, and the HTTP status for it. */
export function describeRefusal(errorMasking: ErrorMasking, error: unknown): Refusal {
  if (error instanceof HttpError) {
    const { status, code, message, headers } = error
    return { status, code, message, headers }
  }
  const passing = unavailable(error)
  if (error instanceof DemarcheError && passing !== undefined)
    return { status: 503, code: error.code, message: asSentence(error.message), headers: passing }
  if (error instanceof UnknownKeyError) {
    const { code, message, kind, nearest } = error
    return { status: 404, code, message, kind, nearest, headers: {} }
  }
  if (error instanceof DemarcheError) return { status: 400, code: error.code, message: error.message, headers: {} }
  return { status: 500, code: 'INTERNAL', headers: {}, ...errorMasking.mask(error) }
}

/** Answers a request whose target or `Host` is not a URL: no route can be found for it. */
export function malformedAddress(): Response {
  const body = jsonOf({ errors: [{ message: NOT_A_URL, extensions: { code: 'ADDRESS_MALFORMED' } }] })
  const headers = headersOf({ headers: {} }, { type: JSON_TYPE, body, headers: UNCACHED.headers })
  return new Response(body, { status: 400, headers })
}
