import { readRecordedAt } from '../store/queries/changes.ts'
import type { Store } from '../store/store.ts'
import { sendJson, type Exchange } from './request-context.ts'

/** How far the clock may stand behind the last change, in milliseconds. */
const CLOCK_BEHIND = 60_000

/** Answers whether the process is there. */
export function answerLive(exchange: Exchange): void {
  sendJson(exchange, { status: 'live' }, { headers: UNCACHED })
}

/** Answers whether requests can be served: the store can be read and the clock is not behind what it has recorded. */
export function answerReady(store: Store, stopping: boolean, exchange: Exchange): void {
  const problem = stopping ? 'the service is stopping' : problemOf(store)
  const status = problem === undefined ? 200 : 503
  const answer = problem === undefined ? { status: 'ready', head: store.head() } : { status: 'not ready', problem }
  sendJson(exchange, answer, { status, headers: UNCACHED })
}

const UNCACHED = { 'cache-control': 'no-store' }

function problemOf(store: Store): string | undefined {
  try {
    const last = readRecordedAt(store.reader, store.head())
    if (last === null || store.now() >= last - CLOCK_BEHIND) return undefined
    return `the clock is behind the last change of the record, which was made at ${new Date(last).toISOString()}`
  } catch {
    return 'the store cannot be read'
  }
}
