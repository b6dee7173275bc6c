import { readFileSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import type { Limits } from '../../src/model/limits.ts'
import { bearer, openApp, sendRaw, type App } from '../_support/app.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { HANDSHAKE } from '../_support/socket.ts'
import { ARE_NODES } from '../_support/shared-log.ts'

const FEED = 'subscription Feed { developmentAdded { cursor } }'

describe('the metrics', () => {
  test('are not served without an admin port, and never on the port of the service', async () => {
    await using app = await openApp()
    expect(app.service.metricsUrl).toBeUndefined()
    await using measured = await openMeasured()
    expect((await measured.fetch('/metrics')).status).toBe(404)
    expect(new URL(measured.service.metricsUrl ?? '').hostname).toBe('localhost')
  })

  test('count requests of every transport, by route, method and status', async () => {
    await using app = await openMeasured()
    await app.ask('query Named { __typename }')
    await app.ask('query Named { __typename }')
    await app.fetch('/developments/gone.json')
    await using socket = await app.socket()
    socket.subscribe('q', 'query Named { service { name } }')
    await socket.message()
    await expect.poll(() => valueOf(app, 'demarche_operation_seconds_count{operation="Named"}')).toBe(3)
    await expect
      .poll(() => valuesOf(app, 'demarche_requests_total'))
      .toEqual({
        '{route="/graphql",method="POST",status="200"}': 2,
        '{route="/graphql",method="GET",status="101"}': 1,
        '{route="/graphql",method="WEBSOCKET",status="200"}': 1,
        '{route="/developments/",method="GET",status="404"}': 1,
      })
  })

  test('count refusals of every transport by code', async () => {
    await using app = await openMeasured()
    await app.ask('{ gone }')
    await app.ask('{ developments(first: 1000) { totalCount } }')
    await app.fetch('/gone')
    await using socket = await app.socket()
    socket.subscribe('q', '{ gone }')
    await socket.message()
    await expect
      .poll(() => valuesOf(app, 'demarche_refusals_total'))
      .toEqual({
        '{code="QUERY_INVALID"}': 2,
        '{code="BAD_PAGING"}': 1,
        '{code="NOT_FOUND"}': 1,
      })
  })

  test('count refusals that are results of mutations by code', async () => {
    await using app = await openMeasured()
    const save = `mutation ($name: String = "The Pier", $revision: Int) {
      savePlace(input: { key: "pier", name: $name }, expectedRevision: $revision) { __typename } }`
    const headers = await bearer(app, 'RECORD')
    for (const variables of [{}, { name: ' ' }, { name: '\t' }, { revision: 7 }])
      await app.ask(save, variables, headers)
    await expect
      .poll(() => valuesOf(app, 'demarche_refusals_total'))
      .toEqual({ '{code="INVALID_INPUT"}': 2, '{code="REVISION_CONFLICT"}': 1 })
  })

  test('count what is refused before it is a request', async () => {
    await using app = await openMeasured({ connectionsPerClient: 1 })
    await using _ = await app.socket()
    const handshake = (path: string, headers = '') =>
      HANDSHAKE.replace('/graphql', path).replace('\r\n', `\r\n${headers}`)
    for (const sent of [
      'nonsense\r\n\r\n',
      `GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`,
      handshake('/graphql'),
      handshake('/elsewhere'),
      handshake('/graphql', 'origin: https://evil.example\r\n'),
      handshake('/graphql', 'authorization: Bearer unknown\r\n'),
      handshake('/graphql').replace('localhost', 'evil.example'),
    ])
      await sendRaw(app, sent)
    await expect
      .poll(() => valuesOf(app, 'demarche_refusals_total'))
      .toEqual({
        '{code="REQUEST_MALFORMED"}': 1,
        '{code="HEADERS_TOO_LONG"}': 1,
        '{code="TOO_MANY_REQUESTS"}': 1,
        '{code="NOT_FOUND"}': 1,
        '{code="FORGERY_REFUSED"}': 1,
        '{code="UNAUTHENTICATED"}': 1,
        '{code="HOST_REFUSED"}': 1,
      })
  })

  test('count a WebSocket with a malformed handshake as refused', async () => {
    await using app = await openMeasured()
    await sendRaw(app, HANDSHAKE.replace(/sec-websocket-key: .*/, 'sec-websocket-key: short'))
    await expect.poll(() => valuesOf(app, 'demarche_refusals_total')).toEqual({ '{code="REQUEST_MALFORMED"}': 1 })
  })

  test('have at most so many names of operations, however many clients choose', async () => {
    await using app = await openMeasured()
    for (let number = 0; number < 210; number++) await app.ask(`query Q${number} { __typename }`)
    await expect.poll(() => valueOf(app, 'demarche_operation_seconds_count{operation="other"}')).toBe(10)
    expect(Object.keys(await valuesOf(app, 'demarche_operation_seconds_count'))).toHaveLength(201)
  })

  test('show subscribers, commits, changes, the store and the process', async () => {
    await using app = await openMeasured()
    await using stream = await app.stream(FEED)
    await expect.poll(() => valueOf(app, 'demarche_subscribers')).toBe(1)
    await app.record(planned('event', event()))
    await stream.event()
    await expect.poll(() => valueOf(app, 'demarche_commits_total')).toBe(1)
    await expect.poll(() => valueOf(app, 'demarche_feed_lag_changes')).toBe(0)
    expect(await valueOf(app, 'demarche_changes')).toBe(app.store.head())
    for (const name of ['store_bytes', 'store_wal_bytes', 'event_streams', 'clients'])
      expect(await valueOf(app, `demarche_${name}`)).toBeGreaterThan(0)
    for (const name of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds'])
      expect(await valueOf(app, name)).toBeGreaterThan(0)
    // A stream lasts as long as its client likes, so that it has no duration.
    stream.close()
    await expect.poll(() => valueOf(app, 'demarche_subscribers')).toBe(0)
    expect(await valuesOf(app, 'demarche_operation_seconds_count')).toEqual({})
  })

  test('show the changes and the dossiers that wait, up to their limits', async () => {
    await using app = await openMeasured({ waitingChanges: 2, waitingDossiers: 1 })
    const headers = await bearer(app, 'RECORD')
    const answerTo = app.store.answerTo.bind(app.store)
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    app.store.answerTo = async (...asked) => {
      await held
      return answerTo(...asked)
    }
    const mutations = [
      'savePlace(input: { key: "pier", name: "The Pier" }, idempotencyKey: $key) { __typename }',
      'importDossier(dossier: "dossier: 1", idempotencyKey: $key) { __typename }',
    ]
    const asked = mutations.flatMap((field, at) =>
      Array.from({ length: 4 - at }, (_, number) =>
        app.ask(`mutation ($key: String!) { ${field} }`, { key: `${at}-${number}` }, headers),
      ),
    )
    await expect.poll(() => valueOf(app, 'demarche_refusals_total{code="STORE_BUSY"}')).toBe(2)
    expect(await valueOf(app, 'demarche_queued_changes')).toBe(2)
    expect(await valueOf(app, 'demarche_queued_dossiers')).toBe(1)
    release()
    await Promise.all(asked)
    expect(await valueOf(app, 'demarche_queued_changes')).toBe(0)
    expect(await valueOf(app, 'demarche_queued_dossiers')).toBe(0)
  })

  test.skipIf(ARE_NODES)('are those that the page for operators explains', async () => {
    await using app = await openMeasured()
    const text = await (await fetch(app.service.metricsUrl ?? '')).text()
    const page = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8')
    const named = (from: string, pattern: RegExp) => new Set([...from.matchAll(pattern)].map(([, name]) => name))
    // Those of a node have a test of their own. A role of PostgreSQL is no metric.
    const explained = named(page, /`(demarche_(?!log_|node\b|node_|owner\b|admin\b)\w+)`/g)
    expect(named(text, /^# TYPE (demarche_\w+)/gm)).toEqual(explained)
  })

  test('are refused to pages of other sites, whose name leads to this machine', async () => {
    await using app = await openMeasured()
    const url = app.service.metricsUrl ?? ''
    const sent = request(url, { headers: { host: 'evil.example' } }).end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    expect(response.statusCode).toBe(403)
    response.resume()
    expect((await fetch(url.replace('/metrics', '/'))).status).toBe(404)
    expect((await fetch(url, { method: 'POST' })).status).toBe(404)
  })
})

function openMeasured(limits: Partial<Limits> = {}): Promise<App> {
  const config = readConfig({}, { port: '0' })
  return openApp({ recorded: [setting], config: { ...config, adminPort: 0, limits: { ...config.limits, ...limits } } })
}

/** The samples of a metric, by their labels. */
async function valuesOf(app: App, name: string): Promise<Record<string, number>> {
  const text = await (await fetch(app.service.metricsUrl ?? '')).text()
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
  return Object.fromEntries(
    lines.map((line) => {
      const end = line.lastIndexOf(' ')
      return [line.slice(name.length, end), Number(line.slice(end))]
    }),
  )
}

async function valueOf(app: App, sample: string): Promise<number | undefined> {
  const [name = ''] = /^\w+/.exec(sample) ?? []
  return (await valuesOf(app, name))[sample.slice(name.length)]
}
