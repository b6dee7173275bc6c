import { createHash } from 'node:crypto'
import { keyProblem } from '../model/key.ts'
import { unknownKey } from '../store/filter-keys.ts'
import type { Store } from '../store/store.ts'
import { DEVELOPMENT_QUERY, type DevelopmentData } from './development-query.ts'
import { describeDevelopment } from './development-view.ts'
import { HttpError, sendJson, sendPage, type Exchange } from './exchange.ts'
import type { Gate } from './gate.ts'

export interface DevelopmentSite {
  readonly store: Store
  readonly gate: Gate
}

/** The page of a development or, where its key is followed by `.json`, what it shows as data. */
export async function answerDevelopment(
  { store, gate }: DevelopmentSite,
  exchange: Exchange,
  path: string,
): Promise<void> {
  const asData = path.endsWith('.json')
  const key = asData ? path.slice(0, -'.json'.length) : path
  const { data, cursor } =
    keyProblem(key) === null
      ? await gate.ask<{ development: DevelopmentData | null }>(DEVELOPMENT_QUERY, { key })
      : { data: { development: null }, cursor: '' }
  const { development } = data
  if (development === null)
    throw new HttpError(404, 'UNKNOWN_KEY', unknownKey(store.reader, 'development', key).message)
  const etag = `"${createHash('sha256').update(`${cursor} ${path}`).digest('base64url').slice(0, 22)}"`
  const headers = { etag, 'cache-control': 'no-cache' }
  if (isHeld(exchange, etag)) {
    exchange.response.writeHead(304, headers)
    exchange.response.end()
  } else if (asData) {
    sendJson(exchange, development, { headers })
  } else {
    sendPage(exchange, describeDevelopment(development), { headers })
  }
}

function isHeld({ request }: Exchange, etag: string): boolean {
  const held = (request.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return held.includes(etag) || held.includes('*')
}
