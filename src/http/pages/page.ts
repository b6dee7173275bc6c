import type { FrameData } from '../../../schema/page-data.d.ts'
import type { Space } from '../../model/records/definitions.ts'
import { keyProblem } from '../../model/records/key.ts'
import { enteredAs, readRecordedAt } from '../../store/queries/changes.ts'
import { unknownKey } from '../../store/search/keys.ts'
import type { Store } from '../../store/store.ts'
import type { Executor, Reading } from '../graphql/executor.ts'
import { settle } from '../../graphql/core/reach-arguments.ts'
import { HttpError } from '../http-error.ts'
import { JSON_TYPE, jsonOf, PAGE, send, sendCached, type RequestContext } from '../request-context.ts'
import type { ResponseCache } from '../response-cache.ts'
import { readQueryFile } from './assets.ts'
import { enumerate } from './parts/chips.ts'
import { instant } from './parts/dates.ts'
import { html } from './parts/html.ts'
import { layout, type Document, type Frame } from './parts/layout.ts'
import { isFile } from './parts/file-path.ts'
import { carry, without } from './parts/links.ts'
import { instantShown, MOMENTS, momentsIn, readMoments } from './parts/moments.ts'

/** A page of the service: its address, what it reads, and how that looks. */
export interface PageDefinition<Data> {
  /** The path. With `/*` at its end, the key of a record follows. */
  readonly path: string
  /** The kind of the record whose key follows the path. */
  readonly of?: Space
  /** The parameter that has the key instead of the path. */
  readonly keyIn?: string
  /** Its parameters beside the moments. It says that others do not count. Undefined where it looks at all of them itself. */
  readonly parameters?: readonly string[]
  /** Null if there is no such record. */
  readonly read: (visit: Visit) => Promise<Data | null>
  readonly render: (data: Data, visit: Visit) => Rendered
  /** What the address with `.json` at its end answers with. */
  readonly json?: (data: Data) => unknown
}

/** A page, its status if that is not 200, and whether a part of it failed: the next request may show it whole. */
export type Rendered = Document & { readonly status?: number; readonly isPartial?: boolean }

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
  /** What a reader sees of such an error. One of the service itself goes to the log. */
  readonly present: Reading['present']
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
  const { path } = definition
  PATHS.push(path)
  return { path, serve: (site, context, key) => servePage(definition, { site, context, key }) }
}

/** The paths of all pages. */
const PATHS: string[] = []

/** The address of a link on a page. Where it leads to another page, that one is shown at the same moments. */
function writtenOn(parameters: URLSearchParams): (href: string) => string {
  const moments = momentsIn(parameters)
  return (href) => {
    const path = href.replace(/[?#].*/, '')
    const isPage = PATHS.some((each) => (each.endsWith('*') ? path.startsWith(each.slice(0, -1)) : path === each))
    return isPage && !isFile(path) ? carry(href, moments) : href
  }
}

/** The text of a query of the pages. */
export function readQuery(name: string): string {
  return readQueryFile(`queries/${name}.graphql`)
}

const FRAME = readQuery('frame')

async function servePage<Data>(
  { of, keyIn, parameters: own, read, render, json }: PageDefinition<Data>,
  { site, context, key: path }: { site: PageSite; context: RequestContext; key: string },
): Promise<Response> {
  const { store, executor, responseCache, publicUrl } = site
  const { running, outgoing } = context.env
  if (store.node !== undefined) {
    const { known } = readMoments(new URL(context.req.url).searchParams)
    if (known !== null) await settle(store, Date.parse(known))
  }
  const reading = executor.read({ client: running?.client, hasLeft: () => outgoing.destroyed })
  const isData = json !== undefined && path.endsWith('.json')
  const { pathname, searchParams: parameters } = new URL(context.req.url)
  const named = isData ? path.slice(0, -'.json'.length) : path
  const key = keyIn === undefined ? named : (parameters.get(keyIn) ?? '')
  if (of !== undefined && key === '') return redirect(context, pathname.startsWith('/disputes') ? '/' : '/search')
  // A form sends its empty fields, too.
  const given = new URLSearchParams([...parameters].filter(([, value]) => value.trim() !== ''))
  if (given.size < parameters.size) return redirect(context, pathname, given)
  const isOwn = (name: string) => name === keyIn || name === 'live' || own?.includes(name) === true
  const isUnused = (name: string) =>
    MOMENTS.some((each) => each === name) ? isData && name !== 'known' : own !== undefined && !isOwn(name)
  const unused = [...new Set(parameters.keys())].filter(isUnused)
  if (isData && unused.length > 0) {
    throw new HttpError(
      400,
      'REQUEST_INVALID',
      `Parameter ${JSON.stringify(unused[0])}: It does not count here. Leave it out.`,
    )
  }
  const { service } = await reading.ask<FrameData>(FRAME)
  const visit: Visit = {
    key,
    parameters,
    publicUrl,
    headAt: service.headAt,
    ask: reading.ask,
    present: reading.present,
  }
  const print = (rendered: Rendered) => printPage(rendered, { publicUrl, service, written: writtenOn(parameters) })
  const data = of === undefined || keyProblem(key) === null ? await read(visit) : null
  if (data === null) {
    const absent = describeAbsence(of ?? 'dispute', visit, { store, pathname })
    if (isData) throw new HttpError(404, 'UNKNOWN_KEY', absent.message)
    return send(context, { ...print(absent), headers: { ...PAGE.headers, ...UNCACHED } })
  }
  const reply = isData
    ? { type: JSON_TYPE, body: jsonOf(json(data)) }
    : print(withUnused(render(data, visit), unused, without(pathname, parameters, unused)))
  if (reply.status !== undefined || reply.isPartial || reading.isTimeDependent()) {
    return send(context, { ...reply, headers: { ...reply.headers, ...UNCACHED } })
  }
  return sendCached(context, responseCache, reply)
}

/** A page with the parameters of its address that it does not take: nothing is left out in silence. */
function withUnused<Shown extends Document>(document: Shown, unused: readonly string[], href: string): Shown {
  if (unused.length === 0) return document
  const words = unused.map((name) => html`<code>${name}</code>`)
  const [verb, them] = unused.length === 1 ? ['does', 'it'] : ['do', 'them']
  const note = html`<div class="past" role="note"><p><b>${enumerate(words)} ${verb} not count here.</b> <a href="${href}" exact>The address without ${them}</a></p></div>`
  return { ...document, main: [note, document.main] }
}

const UNCACHED = { 'cache-control': 'no-store' }

/** The browser keeps the fragment of the address that it was sent to. */
function redirect(context: RequestContext, path: string, parameters = new URLSearchParams()): Response {
  const location = parameters.size > 0 ? `${path}?${parameters}` : path
  return send(context, { status: 302, body: null, headers: { ...UNCACHED, location } })
}

/** What stands in place of a record that was recorded only after the instant that is asked for. Throws `UNKNOWN_KEY` if there is none at all. */
function describeAbsence(
  of: Space,
  { key, parameters, headAt }: Visit,
  { store: { reader }, pathname }: { readonly store: Store; readonly pathname: string },
): Document & { readonly status: number; readonly message: string } {
  const { known } = readMoments(parameters)
  const seq = known === null || keyProblem(key) !== null ? undefined : enteredAs(reader, of, key)
  const recordedAt = seq === undefined ? null : readRecordedAt(reader, seq)
  if (known === null || recordedAt === null) throw unknownKey(reader, of, key)
  const [at, first] = [new Date(known).toISOString(), new Date(recordedAt).toISOString()]
  const title = 'Not recorded yet'
  return {
    status: 404,
    message: `This ${of} was first recorded here at ${first}, after the instant in "known". Leave out "known", or give a later instant.`,
    title,
    path: pathname,
    crumbs: [{ name: 'Disputes', href: '/' }, { name: title }],
    asOf: instantShown(known, headAt) ?? undefined,
    main: html`<h1>${title}</h1>
      <p>On ${instant(at)}, this store did not hold this ${of} yet. It was first recorded here on ${instant(first)}.</p>
      <p><a href="${without(pathname, parameters, ['known'])}" exact>Show it as it is now</a></p>`,
  }
}

interface PageReply {
  readonly status?: number
  readonly isPartial?: boolean
  readonly type: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

function printPage({ status, isPartial = false, ...document }: Rendered, frame: Frame): PageReply {
  return { ...PAGE, body: layout(document, frame), isPartial, ...(status !== undefined && { status }) }
}
