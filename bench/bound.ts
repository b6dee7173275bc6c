import type { Finding } from './row.ts'

/** A time that has a bound of its own, in milliseconds. */
export function within(what: string, time: number, bound: number): Finding {
  const text = bound >= 1_000 ? `${bound / 1_000} s` : `${bound} ms`
  return { what, comparedWith: text, ratio: time / bound, mark: { atMost: 1 }, detail: `${time.toFixed(1)} ms` }
}

/** Settings of PostgreSQL as in production. */
export const DURABLE = { fsync: 'on', full_page_writes: 'on', shared_buffers: '128MB' }
