import { describe, expect, test } from 'vitest'
import { openApp } from '../_support/app.ts'
import { event, measure, planned, setting, statement } from '../_support/planned-changes.ts'

const story = [setting, [planned('event', event())], [planned('statement', statement()), planned('measure', measure())]]

describe('the first page', () => {
  test('lists the disputes with what is recorded of each, and where to go on', async () => {
    await using app = await openApp({ recorded: story })
    const response = await app.fetch('/')
    const page = await response.text()
    expect(response.status).toBe(200)
    expect(page).toContain('The ferry')
    expect(page).toMatch(/1 events?, 1 statements?, 1 measures?/)
    for (const address of ['/graphql', '/schema.graphql', '/developments/ferry/sinking']) {
      expect(page).toContain(`href="${address}"`)
    }
    expect(page).toContain('curl -N')
  })

  test('says so where nothing is recorded yet', async () => {
    await using app = await openApp()
    expect(await (await app.fetch('/')).text()).toContain('demarche import FILE')
  })

  test('names the public address that is configured, and no other', async () => {
    await using app = await openApp({ recorded: story, config: { publicUrl: 'https://record.example' } })
    expect(await (await app.fetch('/')).text()).toContain('https://record.example/graphql')
    const { body } = await app.ask('{ development(key: "ferry/sinking") { permalink } }', {}, { host: 'evil.example' })
    expect(body.data).toEqual({ development: { permalink: 'https://record.example/developments/ferry/sinking' } })
  })
})

describe('the page of a development', () => {
  test('shows what happened and who says so', async () => {
    await using app = await openApp({ recorded: story })
    const page = await (await app.fetch('/developments/ferry/accusation')).text()
    for (const part of ['The North accuses the South', 'They sank it', 'Ada North', 'The Gazette']) {
      expect(page).toContain(part)
    }
  })

  test('shows text as text, whatever it looks like', async () => {
    const headline = '<script>alert("1")</script> & "more"'
    await using app = await openApp({ recorded: [setting, [planned('event', event({ headline }))]] })
    for (const address of ['/developments/ferry/sinking', '/']) {
      const page = await (await app.fetch(address)).text()
      expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &quot;more&quot;')
      expect(page).not.toContain('<script>')
    }
  })

  test('may load nothing but its style, and run nothing', async () => {
    await using app = await openApp({ recorded: story })
    for (const address of ['/', '/developments/ferry/sinking', '/nowhere']) {
      const response = await app.fetch(address, { headers: { accept: 'text/html' } })
      const policy = response.headers.get('content-security-policy')
      expect(policy).toContain("default-src 'none'")
      expect(policy).not.toMatch(/unsafe|script-src/)
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    }
  })

  test('is data at .json, with a tag that holds until something is recorded', async () => {
    await using app = await openApp({ recorded: story })
    const first = await app.fetch('/developments/ferry/sinking.json')
    expect(first.headers.get('content-type')).toContain('application/json')
    expect(await first.json()).toMatchObject({ key: 'ferry/sinking', headline: 'The ferry sinks', retraction: null })
    const etag = first.headers.get('etag') ?? ''
    const again = () => app.fetch('/developments/ferry/sinking.json', { headers: { 'if-none-match': etag } })
    const held = await again()
    expect([held.status, await held.text()]).toEqual([304, ''])
    const amended = event({ headline: 'The ferry sinks at night' })
    await app.record(planned('event', amended, { kind: 'CORRECTED', revision: 2 }))
    expect(await (await again()).json()).toMatchObject({ headline: 'The ferry sinks at night' })
    const other = await app.fetch('/developments/ferry/recall.json')
    expect(other.headers.get('etag')).not.toBe(etag)
  })

  test('is not found where there is none, and names the nearest', async () => {
    await using app = await openApp({ recorded: story })
    for (const [address, key] of [
      ['/developments/ferry/sinkin', 'ferry/sinkin'],
      ['/developments/ferry/sinkin.json', 'ferry/sinkin'],
    ]) {
      const response = await app.fetch(address ?? '')
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({
        errors: [
          {
            message: `there is no development "${key}"; did you mean ferry/sinking?`,
            extensions: { code: 'UNKNOWN_KEY' },
          },
        ],
      })
    }
    expect((await app.fetch('/developments/%3Cscript%3E')).status).toBe(404)
    expect((await app.fetch('/developments/')).status).toBe(404)
  })

  test('says that it is retracted, and why', async () => {
    await using app = await openApp({
      recorded: [
        ...story,
        [planned('event', event(), { kind: 'RETRACTED', revision: 2, note: 'it was another ferry' })],
      ],
    })
    const response = await app.fetch('/developments/ferry/sinking')
    expect(response.status).toBe(200)
    expect(await response.text()).toMatch(/Retracted .*it was another ferry/s)
  })
})

describe('beside the pages', () => {
  test('the schema is served as text', async () => {
    await using app = await openApp()
    const response = await app.fetch('/schema.graphql')
    expect(response.headers.get('content-type')).toContain('text/plain')
    expect(await response.text()).toContain('type Subscription')
  })

  test('health says that the process is there, and whether it can serve', async () => {
    await using app = await openApp({ recorded: [setting] })
    expect(await (await app.fetch('/health/live')).json()).toEqual({ status: 'live' })
    const ready = await app.fetch('/health/ready')
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready', head: setting.length }])
  })

  test('a clock that is behind the record is not ready', async () => {
    let now = Date.UTC(2025, 0, 2)
    await using app = await openApp({ recorded: [setting], now: () => now })
    now -= 59_000
    expect((await app.fetch('/health/ready')).status).toBe(200)
    now -= 2_000
    const ready = await app.fetch('/health/ready')
    expect([ready.status, await ready.json()]).toEqual([
      503,
      {
        status: 'not ready',
        problem: 'the clock is behind the last change of the record, which was made at 2025-01-02T00:00:00.000Z',
      },
    ])
  })

  test('HEAD is answered like GET, without a body', async () => {
    await using app = await openApp()
    const response = await app.fetch('/', { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([200, ''])
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(100)
  })

  test('another method is told which are answered', async () => {
    await using app = await openApp()
    const response = await app.fetch('/developments/ferry/sinking', { method: 'PUT' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
  })

  test('an address that nothing is at says so, to people as a page', async () => {
    await using app = await openApp()
    const data = await app.fetch('/nowhere')
    expect([data.status, await data.json()]).toMatchObject([404, { errors: [{ extensions: { code: 'NOT_FOUND' } }] }])
    const page = await app.fetch('/nowhere', { headers: { accept: 'text/html' } })
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
    expect(await page.text()).toContain('there is nothing at /nowhere')
  })
})
