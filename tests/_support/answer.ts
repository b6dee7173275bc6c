import { expect } from 'vitest'
import type { App } from './app.ts'

/** The data of a query that has no errors. */
export async function read(
  app: App,
  query: string,
  variables?: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const { body } = await app.ask(query, variables)
  expect(body.errors).toBeUndefined()
  return body.data ?? {}
}

/** The codes, paths and messages of the errors of a query. */
export async function refusalsOf(app: App, query: string, variables?: Record<string, unknown>) {
  const { body } = await app.ask(query, variables)
  return (body.errors ?? []).map(({ message, path, extensions }) => ({ code: extensions?.['code'], path, message }))
}
