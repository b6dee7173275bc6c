import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { ask, bearer, openApp, type App } from '../_support/app.ts'
import { readConfig } from '../../src/config.ts'
import { backUpStore } from '../../src/store/open.ts'
import { onRead } from '../_support/on-read.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { ARE_NODES } from '../_support/shared-log.ts'
import { temporaryFile } from '../_support/temporary-store.ts'

const recorded = [setting, [planned('event', event())]]
const PLACES = '{ places(first: 100) { nodes { key name } } }'
const NAME = 'query Name($key: Key!) { actor(key: $key) { name } } query Again($key: Key!) { actor(key: $key) { key } }'
const FUTURE = '2999-01-01T00:00:00Z'

describe('a cached response', () => {
  test('is sent again without reading the store', async () => {
    await using app = await openApp({ recorded })
    const first = await app.ask(PLACES)
    expect(first.body.data).toEqual({ places: { nodes: [{ key: 'ford', name: 'The Ford' }] } })
    expect(await statementsOf(app, () => app.ask(PLACES))).toBe(0)
    expect((await app.ask(PLACES)).body).toEqual(first.body)
  })

  test('is replaced as soon as this process commits', async () => {
    await using app = await openApp({ recorded })
    for (const number of [1, 2, 3]) {
      await app.ask(PLACES)
      await app.record(planned('place', { key: `place-${number}`, name: 'A place' }))
      expect(keysIn((await app.ask(PLACES)).body.data)).toContain(`place-${number}`)
    }
  })

  test('is replaced as soon as another process commits', async () => {
    await using app = await openApp({ recorded })
    const before = await app.ask(PLACES)
    await recordElsewhere(app, 'elsewhere')
    const after = await app.ask(PLACES)
    expect(keysIn(after.body.data)).toContain('elsewhere')
    expect(after.body.extensions).not.toEqual(before.body.extensions)
  })

  test('does not answer other variables, another operation or another document', async () => {
    await using app = await openApp({ recorded })
    const answerTo = async (body: Record<string, unknown>) => (await ask(app.url, body)).body.data
    const north = { query: NAME, operationName: 'Name', variables: { key: 'north' } }
    expect(await answerTo(north)).toEqual({ actor: { name: 'Northland' } })
    expect(await answerTo({ ...north, variables: { key: 'south' } })).toEqual({ actor: { name: 'Southland' } })
    expect(await answerTo({ ...north, operationName: 'Again' })).toEqual({ actor: { key: 'north' } })
    expect(await answerTo({ ...north, query: `${NAME} query More { __typename }` })).toEqual({
      actor: { name: 'Northland' },
    })
    expect(await answerTo(north)).toEqual({ actor: { name: 'Northland' } })
  })

  test('has the accepted media type', async () => {
    await using app = await openApp({ recorded })
    for (const type of ['application/json', 'application/graphql-response+json', 'application/json']) {
      const { headers, body } = await app.ask(PLACES, {}, { accept: type })
      expect(headers.get('content-type')).toBe(`${type}; charset=utf-8`)
      expect(body).toHaveProperty('data.places')
    }
    const streamed = await app.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: PLACES, variables: {} }),
    })
    expect(await streamed.text()).toContain('event: next\n')
  })

  test('is shared with the origin of the request, not with an earlier one', async () => {
    await using app = await openApp({ recorded, config: { origins: ['https://a.example', 'https://b.example'] } })
    for (const origin of ['https://a.example', 'https://b.example']) {
      const { headers } = await app.ask(PLACES, {}, { origin })
      expect(headers.get('access-control-allow-origin')).toBe(origin)
    }
  })

  test('is not cached if it holds an error', async () => {
    await using app = await openApp({ recorded })
    const mend = onRead(app.store, 'actors', () => {
      throw new Error('out of order')
    })
    const asked = () => app.ask('{ actor(key: "north") { name } }')
    const requestIds = [await asked(), await asked()].map(({ body }) => body.errors?.[0]?.extensions?.['requestId'])
    expect(new Set(requestIds).size).toBe(2)
    mend()
    expect((await asked()).body).toMatchObject({ data: { actor: { name: 'Northland' } } })
  })

  test('is not cached if it depends on the time', async () => {
    const clock = { at: Date.UTC(2025, 0, 1) }
    await using app = await openApp({ recorded, now: () => clock.at })
    const query = `{ development(key: "ferry/sinking", asKnownAt: "${FUTURE}") { id } }`
    const early = await app.ask(query)
    clock.at = Date.parse(FUTURE) + 1
    const late = await app.ask(query)
    expect(late.body.data).not.toEqual(early.body.data)
    expect(await statementsOf(app, () => app.ask(query))).toBe(0)
  })

  // A node reads on while its log takes an append.
  test.skipIf(ARE_NODES)('is not cached if something is committed while it is made', async () => {
    await using app = await openApp({ recorded })
    let committed: Promise<void> | undefined
    onRead(app.store, 'places', () => {
      committed ??= app.record(planned('place', { key: 'meanwhile', name: 'New' }))
    })
    const response = await askByGet(app, PLACES)
    await committed
    expect(committed).toBeDefined()
    expect([response.status, response.headers.get('etag')]).toEqual([200, null])
    expect(keysIn((await app.ask(PLACES)).body.data)).toContain('meanwhile')
  })

  test('is dropped when others fill the cache', async () => {
    await using app = await openApp({ recorded, config: { responseCacheBytes: 16_000 } })
    const asked = (number: number) => app.ask(`{ a${number}: __typename service { name head } }`)
    const isKept = async (number: number) => (await statementsOf(app, () => asked(number))) === 0
    await asked(0)
    await asked(1)
    expect([await isKept(0), await isKept(1)]).toEqual([true, true])
    for (let number = 2; number < 40; number++) {
      await asked(number)
      await asked(0)
    }
    expect(await isKept(0)).toBe(true)
    expect(await isKept(1)).toBe(false)
  })

  test('is not cached if the cache is off or the response too large', async () => {
    for (const responseCacheBytes of [0, 10_000]) {
      await using app = await openApp({ recorded, config: { responseCacheBytes } })
      const query = `{ ${Array.from({ length: 40 }, (_, n) => `a${n}: service { name head }`).join(' ')} }`
      await app.ask(query)
      expect(await statementsOf(app, () => app.ask(query))).toBeGreaterThan(0)
    }
  })
})

describe('the ETag of a GET', () => {
  test('gets 304 without a read of the store, until something is committed', async () => {
    await using app = await openApp({ recorded })
    const first = await askByGet(app, PLACES)
    const etag = first.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[\w-]+"$/)
    expect(first.headers.get('cache-control')).toBe('no-cache')
    expect(first.headers.get('vary')).toBe('origin, accept, authorization')
    const again = () => askByGet(app, PLACES, { 'if-none-match': etag })
    expect(await statementsOf(app, again)).toBe(0)
    const held = await again()
    expect([held.status, await held.text(), held.headers.get('etag')]).toEqual([304, '', etag])
    expect(held.headers.get('cache-control')).toBe('no-cache')
    expect(held.headers.get('vary')).toBe('origin, accept, authorization')
    await recordElsewhere(app, 'elsewhere')
    const after = await again()
    expect(after.status).toBe(200)
    expect(after.headers.get('etag')).not.toBe(etag)
    expect(keysIn(((await after.json()) as { data: unknown }).data)).toContain('elsewhere')
  })

  test('is valid after the response has left the cache', async () => {
    await using app = await openApp({ recorded, config: { responseCacheBytes: 0 } })
    const etag = (await askByGet(app, PLACES)).headers.get('etag') ?? ''
    expect(await statementsOf(app, () => askByGet(app, PLACES, { 'if-none-match': etag }))).toBe(0)
  })

  test.each([
    ['in a list', (etag: string) => `"a", ${etag} ,"b"`, 304],
    ['as a weak tag', (etag: string) => `W/"a", W/${etag}`, 304],
    ['by *', () => '*', 304],
    ['not if it is not listed', () => '"a", W/"b"', 200],
    ['not without its quotes', (etag: string) => etag.slice(1, -1), 200],
  ])('is matched %s', async (_how, write, status) => {
    await using app = await openApp({ recorded })
    const etag = (await askByGet(app, PLACES)).headers.get('etag') ?? ''
    expect((await askByGet(app, PLACES, { 'if-none-match': write(etag) })).status).toBe(status)
  })

  test('can be * for any successful response, cached or not', async () => {
    await using app = await openApp({ recorded })
    expect((await askByGet(app, PLACES, { 'if-none-match': '*' })).status).toBe(304)
    expect((await askByGet(app, '{ nothing }', { 'if-none-match': '*' })).status).toBe(400)
    expect((await app.fetch('/developments/ferry/nothing', { headers: { 'if-none-match': '*' } })).status).toBe(404)
  })

  test('differs by document, variables, media type and credentials', async () => {
    await using app = await openApp({ recorded })
    const tags = [
      await askByGet(app, PLACES),
      await askByGet(app, `${PLACES} `),
      await askByGet(app, PLACES, {}, '{"a": 1}'),
      await askByGet(app, PLACES, { accept: 'application/graphql-response+json' }),
      await askByGet(app, PLACES, await bearer(app, 'READ')),
      await askByGet(app, PLACES, await bearer(app, 'READ')),
      await askByGet(app, PLACES, await bearer(app, 'RECORD')),
    ].map(({ status, headers }) => [status, headers.get('etag')])
    expect(new Set(tags.map(([, etag]) => etag)).size).toBe(tags.length)
    expect(tags.map(([status]) => status)).toEqual(tags.map(() => 200))
  })

  test('keeps responses to credentials out of shared caches', async () => {
    await using app = await openApp({ recorded })
    const { headers } = await askByGet(app, PLACES, await bearer(app, 'READ'))
    expect(headers.get('cache-control')).toBe('private, no-cache')
  })

  test('is sent for a HEAD, without the body', async () => {
    await using app = await openApp({ recorded })
    const etag = (await askByGet(app, PLACES)).headers.get('etag') ?? ''
    const head = await app.fetch(addressOf(PLACES), { method: 'HEAD' })
    expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, ''])
  })

  test('is not sent with an error', async () => {
    await using app = await openApp({ recorded })
    for (const query of ['{ nothing }', '{ places(first: -1) { nodes { key } } }']) {
      const { headers } = await askByGet(app, query, { 'if-none-match': '*' })
      expect([headers.get('etag'), headers.get('cache-control')]).toEqual([null, 'no-store'])
    }
  })

  test('does not admit a page of another site', async () => {
    await using app = await openApp({ recorded })
    const etag = (await askByGet(app, PLACES)).headers.get('etag') ?? ''
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }]) {
      expect((await askByGet(app, PLACES, { ...headers, 'if-none-match': etag })).status).toBe(403)
    }
    const forged = { ...(await bearer(app, 'READ')), 'sec-fetch-site': 'cross-site' }
    expect((await askByGet(app, PLACES, forged)).status).toBe(403)
  })

  test('is ignored for a POST', async () => {
    await using app = await openApp({ recorded })
    const etag = (await askByGet(app, PLACES)).headers.get('etag') ?? ''
    for (const held of [etag, '*']) {
      const { status, headers, body } = await app.ask(PLACES, {}, { 'if-none-match': held })
      expect([status, headers.get('etag')]).toEqual([200, null])
      expect(keysIn(body.data)).toEqual(['ford'])
    }
  })

  test.skipIf(ARE_NODES)(
    'is the same from every service of one version, and of one with other settings it is not',
    async () => {
      await using app = await openApp({ recorded, config: { publicUrl: 'https://record.example' } })
      using copy = temporaryFile()
      await backUpStore({ file: app.file, to: copy.file, onProgress: () => {} })
      const clock = { at: Date.now() + 1_000 }
      const config = { publicUrl: 'https://record.example' }
      await using other = await openApp({ file: copy.file, config, now: () => clock.at })
      await using limited = await openApp({
        file: copy.file,
        config: { ...config, limits: { ...readConfig({}, {}).limits, depth: 9 } },
      })
      const query = '{ service { head version limits { depth } } }'
      const [first, second, third] = [
        await askByGet(app, query),
        await askByGet(other, query),
        await askByGet(limited, query),
      ]
      expect(await second.text()).toBe(await first.text())
      expect(second.headers.get('etag')).toBe(first.headers.get('etag'))
      expect(await third.text()).toContain('"depth":9')
      expect(third.headers.get('etag')).not.toBe(first.headers.get('etag'))
      await app.record(planned('place', { key: 'elsewhere', name: 'A place' }))
      expect((await askByGet(app, query)).headers.get('etag')).not.toBe(first.headers.get('etag'))
    },
  )

  test('is not sent with what another process would answer otherwise', async () => {
    await using app = await openApp({ recorded })
    const { headers } = await askByGet(app, '{ service { startedAt } }', { 'if-none-match': '*' })
    expect([headers.get('etag'), headers.get('cache-control')]).toEqual([null, 'no-store'])
  })

  test('is sent with each page, too', async () => {
    await using app = await openApp({ recorded })
    const tags: (string | null)[] = []
    for (const address of ['/', '/developments/ferry/sinking', '/developments/ferry/sinking.json']) {
      const etag = (await app.fetch(address)).headers.get('etag')
      tags.push(etag)
      const again = () => app.fetch(address, { headers: { 'if-none-match': `${etag}` } })
      expect((await again()).status).toBe(304)
      expect(await statementsOf(app, () => app.fetch(address))).toBe(0)
    }
    expect(new Set(tags).size).toBe(3)
    await app.record(planned('event', event({ headline: 'It sinks' }), { kind: 'CORRECTED', revision: 2 }))
    for (const [at, address] of ['/', '/developments/ferry/sinking'].entries()) {
      const after = await app.fetch(address, { headers: { 'if-none-match': `${tags[at]}` } })
      expect(after.status).toBe(200)
      expect(await after.text()).toContain('It sinks')
    }
  })
})

function addressOf(query: string, variables = '{}'): string {
  return `/graphql?${new URLSearchParams({ query, variables }).toString()}`
}

function askByGet(
  app: App,
  query: string,
  headers: Record<string, string> = {},
  variables?: string,
): Promise<Response> {
  return app.fetch(addressOf(query, variables), { headers })
}

/** The number of statements run for a request. */
async function statementsOf(app: App, request: () => Promise<unknown>): Promise<number> {
  const before = app.store.reader.queriesRun
  await request()
  return app.store.reader.queriesRun - before
}

function keysIn(data: unknown): string[] {
  // The query selects places.
  return (data as { places: { nodes: { key: string }[] } }).places.nodes.map(({ key }) => key)
}

/** Appends a place from another process. A node has it a little later. */
async function recordElsewhere(app: App, key: string): Promise<void> {
  await using other = await app.openElsewhere()
  const { last } = await other.store.append({ batches: [[planned('place', { key, name: 'A place' })]], origin: 'API' })
  while (app.store.node !== undefined && app.store.head() < last) await wait(5)
}
