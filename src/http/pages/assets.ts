import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { HttpError, send, type Exchange } from '../request-context.ts'

const compress = promisify(gzip)
const require = createRequire(import.meta.url)

/** Ours, in a checkout as in a package: both have `src/http/pages/playground` three folders above this file. */
const OURS = new URL('../../../src/http/pages/playground/', import.meta.url)

const SCRIPT = 'text/javascript; charset=utf-8'
const STYLE = 'text/css; charset=utf-8'

/** All that browsers load from us; nothing comes from anywhere else. */
const SOURCES: Readonly<Record<string, { readonly type: string; readonly read: () => Buffer | string }>> = {
  'icon.svg': { type: 'image/svg+xml', read: () => readFileSync(new URL('icon.svg', OURS)) },
  'page.css': { type: STYLE, read: () => readFileSync(new URL('page.css', OURS)) },
  'playground.css': { type: STYLE, read: () => readFileSync(new URL('playground.css', OURS)) },
  'playground.js': { type: SCRIPT, read: () => readFileSync(new URL('playground.js', OURS)) },
  'worked-queries.json': { type: 'application/json; charset=utf-8', read: () => JSON.stringify(readWorkedQueries()) },
  'graphiql.css': { type: STYLE, read: () => readBeside(require.resolve('graphiql/package.json'), 'graphiql.min.css') },
  'graphiql.js': { type: SCRIPT, read: () => readBeside(require.resolve('graphiql/package.json'), 'graphiql.min.js') },
  'react.js': {
    type: SCRIPT,
    read: () => readBeside(require.resolve('react/package.json'), 'umd/react.production.min.js'),
  },
  'react-dom.js': {
    type: SCRIPT,
    read: () => readBeside(require.resolve('react-dom/package.json'), 'umd/react-dom.production.min.js'),
  },
}

/** A file of a package, by where its manifest stands: these packages offer theirs in no other way. */
function readBeside(manifest: string, file: string): Buffer {
  return readFileSync(join(dirname(manifest), file))
}

export interface WorkedQuery {
  readonly query: string
  /** JSON. */
  readonly variables?: string
}

/** The queries that the playground opens on, in the order of its tabs. */
export function readWorkedQueries(): readonly WorkedQuery[] {
  const files = readdirSync(OURS).toSorted()
  return files
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => {
      const query = readFileSync(new URL(file, OURS), 'utf8')
      const beside = file.replace('.graphql', '.variables.json')
      return files.includes(beside) ? { query, variables: readFileSync(new URL(beside, OURS), 'utf8') } : { query }
    })
}

interface Asset {
  readonly type: string
  readonly body: Buffer
  readonly compressed: Buffer
  readonly etag: string
}

/** Answers with what browsers load, each read and compressed when it is first asked for. */
export class Assets {
  readonly #loaded = new Map<string, Promise<Asset>>()

  async answer(exchange: Exchange, name: string): Promise<void> {
    const { type, body, compressed, etag } = await this.#load(name)
    const headers = { etag, 'cache-control': 'no-cache', vary: 'origin, accept-encoding' }
    if (exchange.request.headers['if-none-match'] === etag) {
      exchange.begin(304, headers)
      exchange.response.end()
    } else if (/\bgzip\b/.test(exchange.request.headers['accept-encoding'] ?? '')) {
      send(exchange, { type, body: compressed, headers: { ...headers, 'content-encoding': 'gzip' } })
    } else {
      send(exchange, { type, body, headers })
    }
  }

  #load(name: string): Promise<Asset> {
    const source = Object.hasOwn(SOURCES, name) ? SOURCES[name] : undefined
    if (source === undefined) throw new HttpError(404, 'NOT_FOUND', `there is nothing at /assets/${name}`)
    const loaded = this.#loaded.get(name) ?? load(source)
    this.#loaded.set(name, loaded)
    return loaded
  }
}

async function load({ type, read }: { readonly type: string; readonly read: () => Buffer | string }): Promise<Asset> {
  const body = Buffer.from(read())
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  return { type, body, compressed: await compress(body), etag }
}
