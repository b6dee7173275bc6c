import { expect } from 'vitest'
import type { App } from './app.ts'

/** What the service answers to a query that nothing is wrong with. */
export async function read(
  app: App,
  query: string,
  variables?: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const { body } = await app.ask(query, variables)
  expect(body.errors).toBeUndefined()
  return body.data ?? {}
}

/** The codes, paths and messages of what the service refuses. */
export async function refusalsOf(app: App, query: string, variables?: Record<string, unknown>) {
  const { body } = await app.ask(query, variables)
  return (body.errors ?? []).map(({ message, path, extensions }) => ({ code: extensions?.['code'], path, message }))
}
