import { parse, validate } from 'graphql'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadDossiers } from '../../src/dossier/load.ts'
import { schema } from '../../src/graphql/schema.ts'
import { readWorkedQueries } from '../../src/http/assets.ts'
import { openApp, type App } from '../_support/app.ts'
import { followStream } from '../_support/follow.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'

const QUERIES = readWorkedQueries().map((worked) => ({ ...worked, name: nameOf(worked.query) }))

describe('the playground', () => {
  test('comes whole from here, and may run and apply nothing inline', async () => {
    await using app = await openApp()
    const response = await app.fetch('/graphql', { headers: { accept: 'text/html,application/xhtml+xml' } })
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).not.toContain('unsafe')
    const page = await response.text()
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=|https?:/)
    const assets = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '')
    expect(assets.length).toBeGreaterThan(5)
    for (const asset of assets) {
      expect(asset).toMatch(/^\/assets\//)
      expect((await app.fetch(asset)).status).toBe(200)
    }
  })

  test('is loaded once and then only asked whether it changed', async () => {
    await using app = await openApp()
    const first = await app.fetch('/assets/graphiql.js')
    expect(first.headers.get('content-encoding')).toBe('gzip')
    expect((await first.text()).length).toBeGreaterThan(1_000_000)
    const etag = first.headers.get('etag') ?? ''
    expect((await app.fetch('/assets/graphiql.js', { headers: { 'if-none-match': etag } })).status).toBe(304)
    expect((await app.fetch('/assets/../package.json')).status).toBe(404)
    expect((await app.fetch('/assets/toString')).status).toBe(404)
  })

  test('opens on at least eight queries, each with a name and a word of explanation', () => {
    expect(QUERIES.length).toBeGreaterThanOrEqual(8)
    expect(new Set(QUERIES.map(({ name }) => name)).size).toBe(QUERIES.length)
    for (const { query } of QUERIES) expect(query).toMatch(/^# \w/)
  })

  test.each(QUERIES)('$name is sound', ({ query }) => {
    expect(validate(schema, parse(query))).toEqual([])
  })
})

describe('on the bundled record', () => {
  let app: App

  beforeAll(async () => {
    app = await openApp()
    await loadDossiers(app.store, ['dossiers'])
    return () => app[Symbol.asyncDispose]()
  })

  test.each(QUERIES.filter(({ query }) => !isSubscription(query)))(
    '$name shows something',
    async ({ query, variables }) => {
      const { status, body } = await app.ask(query, variables === undefined ? {} : JSON.parse(variables))
      expect([status, body.errors]).toEqual([200, undefined])
      // Each asks for at least one list, and finds something in it.
      expect(longestList(body.data)).toBeGreaterThan(1)
    },
  )

  test.each(QUERIES.filter(({ query }) => isSubscription(query)))('$name tells what is recorded', async ({ query }) => {
    await using stream = await app.stream(query)
    await expect.poll(() => app.service.open.followers).toBe(1)
    const key = `j2-8243/${nameOf(query).toLowerCase()}`
    const [actor, , , source] = setting
    if (actor === undefined || source === undefined) throw new Error('the setting has an actor and a source')
    if (app.store.reader.get('select 1 from sources where key = ?', 'gazette') === undefined) await app.record(source)
    await app.record(planned('event', event({ event: key, disputes: ['j2-8243'], bearings: [] })))
    const told = await followStream(stream).next()
    expect(JSON.stringify(told?.data)).toContain(key)
  })
})

function nameOf(query: string): string {
  return /^(?:query|subscription) (\w+)/m.exec(query)?.[1] ?? ''
}

function isSubscription(query: string): boolean {
  return /^subscription/m.test(query)
}

function longestList(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const own = Array.isArray(value) ? value.length : 0
  return Math.max(own, ...Object.values(value).map(longestList))
}
