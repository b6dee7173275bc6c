import type { FrameData } from '../../../schema/page-data.d.ts'
import type { Space } from '../../model/records/definitions.ts'
import { keyProblem } from '../../model/records/key.ts'
import { unknownKey } from '../../store/search/keys.ts'
import type { Store } from '../../store/store.ts'
import type { Executor, Reading } from '../graphql/executor.ts'
import { JSON_TYPE, jsonOf, PAGE, send, sendCached, type RequestContext } from '../request-context.ts'
import type { ResponseCache } from '../response-cache.ts'
import { readQueryFile } from './assets.ts'
import { layout, type Document } from './parts/layout.ts'

/** A page of the service: its address, what it reads, and how that looks. */
export interface PageDefinition<Data> {
  /** The path. With `/*` at its end, the key of a record follows. */
  readonly path: string
  /** The kind of the record whose key follows the path. */
  readonly of?: Space
  /** Null if there is no such record. */
  readonly read: (visit: Visit) => Promise<Data | null>
  readonly render: (data: Data, visit: Visit) => Document & { readonly status?: number }
  /** What the address with `.json` at its end answers with. Null if there is no such record. */
  readonly json?: (data: Data) => unknown
}

/** One request for a page. */
export interface Visit {
  /** Empty if the path has none. */
  readonly key: string
  readonly parameters: URLSearchParams
  /** Without a trailing slash. */
  readonly publicUrl: string
  /** The instant of the last change, in UTC. Null if the record is empty. */
  readonly headAt: string | null
  /** Asks the API. All queries of a visit read one position of the log. Throws the first error. */
  readonly ask: Reading['ask']
}

interface PageSite {
  readonly store: Store
  readonly executor: Executor
  readonly responseCache: ResponseCache
  /** Without a trailing slash. */
  readonly publicUrl: string
}

export interface Page {
  readonly path: string
  /** `key` is what follows the path, decoded. */
  readonly serve: (site: PageSite, context: RequestContext, key: string) => Promise<Response>
}

export function page<Data>(definition: PageDefinition<Data>): Page {
  return { path: definition.path, serve: (site, context, key) => servePage(definition, { site, context, key }) }
}

/** The text of a query of the pages. */
export function readQuery(name: string): string {
  return readQueryFile(`queries/${name}.graphql`)
}

const FRAME = readQuery('frame')

async function servePage<Data>(
  { of, read, render, json }: PageDefinition<Data>,
  { site, context, key: path }: { site: PageSite; context: RequestContext; key: string },
): Promise<Response> {
  const { store, executor, responseCache, publicUrl } = site
  const { running, outgoing } = context.env
  const reading = executor.read({ client: running?.client, hasLeft: () => outgoing.destroyed })
  const isData = json !== undefined && path.endsWith('.json')
  const key = isData ? path.slice(0, -'.json'.length) : path
  const parameters = new URL(context.req.url).searchParams
  const { service } = await reading.ask<FrameData>(FRAME)
  const visit: Visit = { key, parameters, publicUrl, headAt: service.headAt, ask: reading.ask }
  const data = of === undefined || keyProblem(key) === null ? await read(visit) : null
  if (data === null) throw unknownKey(store.reader, of ?? 'dispute', key)
  const content = isData ? json(data) : undefined
  if (content === null) throw unknownKey(store.reader, of ?? 'dispute', key)
  const reply = isData ? { type: JSON_TYPE, body: jsonOf(content) } : printPage(render(data, visit), site, service)
  if (reply.status !== undefined || reading.isTimeDependent()) {
    return send(context, { ...reply, headers: { ...reply.headers, 'cache-control': 'no-store' } })
  }
  return sendCached(context, responseCache, reply)
}

interface PageReply {
  readonly status?: number
  readonly type: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

function printPage(
  { status, ...document }: Document & { readonly status?: number },
  { publicUrl }: PageSite,
  service: FrameData['service'],
): PageReply {
  return { ...PAGE, body: layout(document, { publicUrl, service }), ...(status !== undefined && { status }) }
}
