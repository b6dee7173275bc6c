import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { HttpError } from '../http-error.ts'
import { send, type RequestContext } from '../request-context.ts'

const compress = promisify(gzip)
const require = createRequire(import.meta.url)

/** The files of the pages, in a checkout and in a package: `dist` lies beside `src`, and holds no files but scripts. */
const PAGES = new URL('../../../src/http/pages/', import.meta.url)

const QUERIES = 'playground/queries/'

const PAGE_QUERIES = 'queries/'

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  svg: 'image/svg+xml',
}

/** The queries of the playground. They say something of the schema and the record. */
export const WORKED_QUERIES = 'worked-queries.json'

/** The files of packages, by their names under `/assets`. */
export const PACKAGE_FILES: Readonly<Record<string, readonly [packageName: string, file: string]>> = {
  'graphiql.css': ['graphiql', 'graphiql.min.css'],
  'graphiql.js': ['graphiql', 'graphiql.min.js'],
  'explorer.css': ['@graphiql/plugin-explorer', 'dist/style.css'],
  'explorer.js': ['@graphiql/plugin-explorer', 'dist/index.umd.js'],
  'react.js': ['react', 'umd/react.production.min.js'],
  'react-dom.js': ['react-dom', 'umd/react-dom.production.min.js'],
}

/** The script of the pages. */
export const SCRIPT = 'page.js'

/** Everything that a browser loads. No page loads anything from another host. */
const ASSETS = new Map<string, () => Promise<Uint8Array> | Uint8Array | string>([
  [SCRIPT, readScript],
  ['page.css', () => readText('page.css')],
  ...['icon.svg', 'live.js', 'playground.css', 'playground.js'].map(
    (name) => [name, () => readText(`playground/${name}`)] as const,
  ),
  ...Object.keys(PACKAGE_FILES).map((name) => [name, () => readPackageFile(name)] as const),
])

/**
 * The script of the pages and the files of packages, which `vendor.ts` writes beside the compiled scripts. Users of the service do not
 * install the packages that they are made from.
 */
const COPIES = new URL('vendor/', import.meta.url)

async function readScript(): Promise<Uint8Array> {
  const copy = new URL(SCRIPT, COPIES)
  return existsSync(copy) ? readFileSync(copy) : bundleScript()
}

/** The script of the pages and the client of the feed as one module without types. */
export async function bundleScript(): Promise<Uint8Array> {
  const { build, stop } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('browser/page.ts', PAGES))],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    write: false,
  })
  await stop()
  return outputFiles[0]?.contents ?? new Uint8Array()
}

function readPackageFile(name: string): Buffer {
  const copy = new URL(name, COPIES)
  if (existsSync(copy)) return readFileSync(copy)
  const [packageName = '', file = ''] = PACKAGE_FILES[name] ?? []
  return readFileSync(join(folderOf(packageName), file))
}

/** The folder of a package, found through its manifest: these packages export no other file. */
export function folderOf(packageName: string): string {
  return dirname(require.resolve(`${packageName}/package.json`))
}

/** A file of `src/http/pages`. */
export function readText(file: string): string {
  return readFileSync(new URL(file, PAGES), 'utf8')
}

/** The fragments that several queries of the pages use, by name. */
const FRAGMENTS = new Map(
  readText('fragments.graphql')
    .split(/\n(?=fragment )/)
    .map((fragment) => [/^fragment (\w+)/.exec(fragment)?.[1], fragment]),
)

/** A file of a query, with those of the shared fragments that it uses, or that these use. */
export function readQueryFile(file: string): string {
  const parts = new Set([readText(file)])
  // The loop also reaches what is added during it.
  for (const part of parts) {
    for (const [, name] of part.matchAll(/\.\.\.(\w+)/g)) {
      const fragment = FRAGMENTS.get(name)
      if (fragment !== undefined) parts.add(fragment)
    }
  }
  return [...parts].join('\n')
}

export interface WorkedQuery {
  /** The question under which the playground lists the query: the name of its folder. */
  readonly question: string
  /** What the playground lists it as: the name of its file. */
  readonly title: string
  /** The name of its operation. */
  readonly name: string
  readonly query: string
  /** JSON. */
  readonly variables?: string
}

/**
 * The worked queries of the playground, in the order of their paths: `QUERIES/1-who-said-what/2-positions-over-time.graphql`. Of the
 * queries of the pages, those follow that start with a remark for readers: each part of a page links its own.
 */
export function readWorkedQueries(): readonly WorkedQuery[] {
  return [...readQueries(QUERIES), ...readQueries(PAGE_QUERIES).filter(({ query }) => query.startsWith('# '))]
}

function readQueries(folder: string): readonly WorkedQuery[] {
  const files = readdirSync(new URL(folder, PAGES), { recursive: true, encoding: 'utf8' })
  const queries = files.filter((file) => file.endsWith('.graphql')).toSorted()
  return queries.map((file) => {
    const variables = file.replace('.graphql', '.variables.json')
    const query = readQueryFile(folder + file)
    return {
      ...(folder === PAGE_QUERIES
        ? { question: 'What do the pages ask?', title: phrase(file.replace('.graphql', '').replaceAll('/', ' ')) }
        : { question: `${phrase(dirname(file))}?`, title: phrase(basename(file, '.graphql')) }),
      name: /^(?:query|mutation|subscription) (\w+)/m.exec(query)?.[1] ?? '',
      query,
      ...(files.includes(variables) && { variables: readText(folder + variables) }),
    }
  })
}

/** `2-positions-over-time` becomes "Positions over time". */
function phrase(name: string): string {
  const words = name.replace(/^\d+-/, '').replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

interface Asset {
  readonly type: string
  readonly body: Buffer<ArrayBuffer>
  readonly compressed: Buffer<ArrayBuffer>
  readonly etag: string
}

/** Serves the files that browsers load. Each is read and compressed on its first request. */
export class Assets {
  readonly #loaded = new Map<string, Promise<Asset>>()
  readonly #worked: readonly WorkedQuery[]

  constructor(worked: readonly WorkedQuery[]) {
    this.#worked = worked
  }

  async answer(context: RequestContext, name: string): Promise<Response> {
    const { type, body, compressed, etag } = await this.#load(name)
    const headers = { etag, 'cache-control': 'no-cache', vary: 'origin, accept-encoding' }
    if (context.req.header('if-none-match') === etag) return send(context, { status: 304, body: null, headers })
    if (!/\bgzip\b/.test(context.req.header('accept-encoding') ?? '')) return send(context, { type, body, headers })
    return send(context, { type, body: compressed, headers: { ...headers, 'content-encoding': 'gzip' } })
  }

  #load(name: string): Promise<Asset> {
    const read = name === WORKED_QUERIES ? () => JSON.stringify(this.#worked) : ASSETS.get(name)
    if (read === undefined) throw new HttpError(404, 'NOT_FOUND', `There is nothing at /assets/${name}.`)
    const loaded = this.#loaded.get(name) ?? load(read, TYPES[extname(name).slice(1)] ?? '')
    this.#loaded.set(name, loaded)
    return loaded
  }
}

async function load(read: () => Promise<Uint8Array> | Uint8Array | string, type: string): Promise<Asset> {
  const content = await read()
  const body = Buffer.from(content as string) // or bytes, which `from` takes too
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  return { type, body, compressed: await compress(body), etag }
}
