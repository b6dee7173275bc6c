import { keyProblem } from '../../model/records/key.ts'
import { unknownKey } from '../../store/search/keys.ts'
import type { Store } from '../../store/store.ts'
import type { Answers } from '../response-cache.ts'
import type { DevelopmentData } from './development-data.ts'
import { DEVELOPMENT_QUERY } from './development-query.ts'
import { describeDevelopment } from './development-view.ts'
import { HttpError, JSON_TYPE, jsonOf, PAGE, type Exchange } from '../request-context.ts'
import type { Gate } from '../graphql/executor.ts'

export interface DevelopmentSite {
  readonly store: Store
  readonly gate: Gate
  readonly answers: Answers
}

/** The page of a development or, where its key is followed by `.json`, what it shows as data. */
export function answerDevelopment(site: DevelopmentSite, exchange: Exchange, path: string): Promise<void> {
  const words = exchange.target
  if (!path.endsWith('.json')) {
    const question = { ...PAGE, words }
    return site.answers.answer(exchange, question, async () => describeDevelopment(await read(site, path)).text)
  }
  const key = path.slice(0, -'.json'.length)
  return site.answers.answer(exchange, { type: JSON_TYPE, words }, async () => jsonOf(await read(site, key)))
}

async function read({ store, gate }: DevelopmentSite, key: string): Promise<DevelopmentData> {
  const { development } =
    keyProblem(key) === null
      ? await gate.ask<{ development: DevelopmentData | null }>(DEVELOPMENT_QUERY, { key })
      : { development: null }
  if (development !== null) return development
  throw new HttpError(404, 'UNKNOWN_KEY', unknownKey(store.reader, 'development', key).message)
}
