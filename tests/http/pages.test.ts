import { describe, expect, test } from 'vitest'
import type { RecordOf } from '../../src/model/records/definitions.ts'
import { openApp } from '../_support/app.ts'
import { event, measure, planned, setting, statement } from '../_support/planned-changes.ts'

const story = [setting, [planned('event', event())], [planned('statement', statement()), planned('measure', measure())]]

const twoSources = [
  ...setting,
  planned('source', { key: 'herald', title: 'The Herald', language: 'en', reliability: 'B', published: '2025-01-03' }),
]

/** A sinking on which two sources disagree. */
function contested(fields: Parameters<typeof event>[0] = {}) {
  return event({
    citations: [
      { source: 'gazette', credibility: 2, basis: 'own-reporting' },
      { source: 'herald', credibility: 2, basis: 'own-reporting' },
    ],
    figures: [
      { quantity: 'killed', value: 3, unit: 'people', citation: 'gazette' },
      { quantity: 'killed', value: 5, unit: 'people', citation: 'herald' },
    ],
    ...fields,
  })
}

/** The text of a page, without markup and line breaks. */
function textOf(page: string): string {
  return page
    .replaceAll(/<script\b.*?<\/script>/gs, '')
    .replaceAll(/<(?=\/?(?:li|dt|dd|h\d|p|br|th|td|span class="m"))/g, ' <')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ')
}

/** The texts of a page that lie in no element of their own direction. */
function undirected(page: string): string {
  const directed = /<(\w+)\b[^>]* dir="auto"[^>]*>(?:(?!<\/\1>).)*<\/\1>/gs
  return textOf(page.replaceAll(/<title>.*?<\/title>/gs, '').replaceAll(directed, ''))
}

test('every text of the record has its own direction, on both pages', async () => {
  const hebrew = (text: string) => `צה״ל ${text}`
  await using app = await openApp({
    recorded: [
      [...setting, planned('actor', { key: 'idf', name: hebrew('name'), kind: 'organ' })],
      [
        planned(
          'event',
          event({
            headline: hebrew('headline'),
            summary: hebrew('summary'),
            participants: [{ actor: 'idf', role: 'participant', note: hebrew('note') }],
            bearings: [
              { claim: 'ferry/sunk', bearing: 'supports', by: ['idf'], citation: 'gazette', note: hebrew('bearing') },
            ],
            figures: [
              { quantity: 'killed', 'as-written': hebrew('figure'), citation: 'gazette', note: hebrew('many') },
            ],
          }),
        ),
      ],
      [
        planned(
          'statement',
          statement({
            headline: hebrew('said'),
            quotes: [{ text: hebrew('quote'), language: 'he', citation: 'gazette' }],
          }),
        ),
      ],
    ],
  })
  for (const path of ['/', '/developments/ferry/sinking', '/developments/ferry/accusation']) {
    const page = await (await app.fetch(path)).text()
    expect(page).toContain('צה״ל')
    expect(undirected(page)).not.toContain('צה״ל')
  }
})

test('all dates have one form, on both pages', async () => {
  await using app = await openApp({ recorded: story })
  for (const address of ['/', '/developments/ferry/sinking']) {
    const page = await (await app.fetch(address)).text()
    expect(page).toMatch(/\d{1,2} [A-Z][a-z]+ \d{4}/)
    // An address has instants as programs write them.
    expect(textOf(page).replaceAll(/\?known=\S+/g, '')).not.toMatch(/\d{4}-\d{2}-\d{2}/)
  }
})

describe('the home page', () => {
  test('lists the disputes, the developments recorded on each, and links to go on', async () => {
    await using app = await openApp({ recorded: story })
    const response = await app.fetch('/')
    const page = await response.text()
    expect(response.status).toBe(200)
    expect(page).toContain('<a href="/disputes/ferry" dir="auto">The ferry</a>')
    expect(textOf(page)).toContain('3 developments')
    expect(page).toContain('href="/graphql?operationName=Disputes&amp;')
    for (const address of ['/graphql', '/schema.graphql', '/developments/ferry/sinking']) {
      expect(page).toContain(`href="${address}"`)
    }
    expect(page).toContain('curl -N')
  })

  test('speaks of one development in the singular', async () => {
    await using app = await openApp({ recorded: [setting, [planned('event', event())]] })
    expect(textOf(await (await app.fetch('/')).text())).toMatch(/ 1 development /)
  })

  test('names the command to import a first dispute', async () => {
    await using app = await openApp()
    expect(await (await app.fetch('/')).text()).toContain('npm run --silent demarche -- import FILE')
  })

  test('shows the configured public address, not the one of the request', async () => {
    await using app = await openApp({ recorded: story, config: { publicUrl: 'https://record.example' } })
    expect(await (await app.fetch('/')).text()).toContain('https://record.example/graphql')
    const { body } = await app.ask('{ development(key: "ferry/sinking") { permalink } }', {}, { host: 'evil.example' })
    expect(body.data).toEqual({ development: { permalink: 'https://record.example/developments/ferry/sinking' } })
  })
})

describe('the page of a development', () => {
  test('shows the headline, the quotes, the speaker and the source', async () => {
    await using app = await openApp({ recorded: story })
    const page = await (await app.fetch('/developments/ferry/accusation')).text()
    for (const part of ['The North accuses the South', 'They sank it', 'Ada North', 'The Gazette']) {
      expect(page).toContain(part)
    }
    expect(page).toContain(
      'href="/graphql?operationName=EverythingAboutOne&amp;variables=%7B%22key%22%3A%22ferry%2Faccusation%22%7D"',
    )
  })

  test('shows a position with its alternative claim, its attribution, its note and its source', async () => {
    const positions = [
      {
        claim: 'ferry/sunk',
        stance: 'offers-alternative',
        alternative: 'ferry/storm',
        attribution: 'inferred',
        note: 'He spoke of the weather only.',
      },
      { claim: 'ferry/storm', stance: 'asserts', attribution: 'characterised', citation: 'gazette' },
    ] as const
    await using app = await openApp({
      recorded: [
        [
          ...setting,
          planned('claim', { key: 'ferry/storm', dispute: 'ferry', proposition: 'A storm sank the ferry.' }),
        ],
        [planned('statement', statement({ positions: [...positions] }))],
      ],
    })
    const text = textOf(await (await app.fetch('/developments/ferry/accusation')).text())
    expect(text).toContain('The South sank the ferry. Gives another account, inferred')
    expect(text).toContain('In its place: A storm sank the ferry. He spoke of the weather only.')
    expect(text).toContain('A storm sank the ferry. Asserts it, as the source puts it')
    const data = await (await app.fetch('/developments/ferry/accusation.json')).json()
    expect(data).toMatchObject({
      positions: [
        {
          stance: 'OFFERS_ALTERNATIVE',
          alternative: { key: 'ferry/storm' },
          attribution: 'INFERRED',
          citations: [{ source: { key: 'gazette' } }],
        },
        { alternative: null, attribution: 'CHARACTERISED' },
      ],
    })
  })

  test('shows speech acts, channel, demands, responses to demands and codings of a statement', async () => {
    const assessments = [
      { demand: 'ferry/pay', response: 'deferred', date: '2025-01-02', note: 'Not before an inquiry.' },
    ] as const
    await using app = await openApp({
      recorded: [setting, [planned('statement', statement({ assessments: [...assessments] }))]],
    })
    const text = textOf(await (await app.fetch('/developments/ferry/accusation')).text())
    for (const part of [
      'Ada North, for Northland, to Southland, in a speech',
      'Accuse Demand',
      'Demands made 1 Compensation Pay. Northland',
      'Put off 2 Jan 2025 Not before an inquiry.',
      'Northland, towards Southland: Accuse (allege) −3.5 verbal conflict',
      'They sank it',
      'through Northland',
    ]) {
      expect(text).toContain(part)
    }
    const data = await (await app.fetch('/developments/ferry/accusation.json')).json()
    expect(data).toMatchObject({
      assessments: [{ demand: { key: 'ferry/pay' }, response: 'DEFERRED' }],
      codings: [{ type: 'ACCUSE', initiators: [{ key: 'north' }] }],
      demands: [{ remedy: 'COMPENSATION' }],
    })
  })

  test('shows the bearing on a claim with who asserts it and in which source', async () => {
    const bearings = [
      { claim: 'ferry/sunk', bearing: 'leaves-open', by: ['north'], citation: 'gazette' },
      { claim: 'ferry/sunk', bearing: 'supports', citation: 'herald', note: 'It saw the wreck.' },
    ] satisfies RecordOf<'event'>['bearings']
    await using app = await openApp({
      recorded: [twoSources, [planned('event', contested({ bearings }))]],
    })
    const text = textOf(await (await app.fetch('/developments/ferry/sinking')).text())
    const claim = 'The South sank the ferry.'
    expect(text).toContain(`Leaves open ${claim} According to Northland. The Gazette`)
    expect(text).toContain(`Supports ${claim} According to the source itself. The Herald It saw the wreck.`)
  })

  test('links the source of a figure, and shows figures that disagree', async () => {
    await using app = await openApp({ recorded: [twoSources, [planned('event', contested())]] })
    const page = await (await app.fetch('/developments/ferry/sinking')).text()
    for (const [key, title] of [
      ['gazette', 'The Gazette'],
      ['herald', 'The Herald'],
    ]) {
      expect(page).toContain(`<a href="/sources/${key}"><bdi dir="auto">${title}</bdi></a>`)
      expect(page.split(`id="source-${key}"`)).toHaveLength(2)
    }
    const text = textOf(page)
    expect(text.split('Killed: 3 people')).toHaveLength(2)
    expect(text).toMatch(
      /Figures that disagree: killed, in people Killed: 3 people The Gazette Killed: 5 people The Herald/,
    )
    const data = await (await app.fetch('/developments/ferry/sinking.json')).json()
    expect(data).toMatchObject({ disagreements: [{ quantity: 'KILLED', figures: [{ value: 3 }, { value: 5 }] }] })
  })

  test('shows kind, legal character, status history and reporting development of a measure', async () => {
    const lifted = event({ 'status-changes': [{ measure: 'ferry/recall', status: 'lifted', date: '2025-02-01' }] })
    const other = [{ actor: 'south', role: 'affected', note: 'It lost a host.' }] as const
    await using app = await openApp({
      recorded: [setting, [planned('event', event()), planned('measure', measure({ participants: [...other] }))]],
    })
    await app.record(planned('event', lifted, { kind: 'REVISED', revision: 2 }))
    const text = textOf(await (await app.fetch('/developments/ferry/recall')).text())
    for (const part of [
      'Measure: ambassador recalled',
      'Legal character Retorsion',
      'Affected: Southland (It lost a host.)',
      'Announced 3 Jan 2025',
      'Lifted 1 Feb 2025 Reported in The ferry sinks',
      'Answers The ferry sinks 31 Dec 2024',
    ]) {
      expect(text).toContain(part)
    }
    const changed = textOf(await (await app.fetch('/developments/ferry/sinking')).text())
    expect(changed).toContain('The North recalls its ambassador: lifted 1 Feb 2025')
    expect(changed).toContain('Answered by The North recalls its ambassador 3 Jan 2025')
  })

  test('escapes markup in text of the record', async () => {
    const headline = '<script>alert("1")</script> & "more"'
    await using app = await openApp({ recorded: [setting, [planned('event', event({ headline }))]] })
    for (const address of ['/developments/ferry/sinking', '/']) {
      const page = await (await app.fetch(address)).text()
      expect(page).toContain('&lt;script>alert(&quot;1&quot;)&lt;/script> &amp; &quot;more&quot;')
      expect(page).not.toContain('<script>')
    }
  })

  test('has a policy that allows nothing but files, answers and forms of this service', async () => {
    await using app = await openApp({ recorded: story })
    for (const address of ['/', '/developments/ferry/sinking', '/nowhere']) {
      const response = await app.fetch(address, { headers: { accept: 'text/html' } })
      const policy = response.headers.get('content-security-policy')
      const allowed = (policy ?? '').split('; ').map((rule) => rule.split(' ').slice(1))
      expect(policy).toContain("default-src 'none'")
      expect(new Set(allowed.flat())).toEqual(new Set(["'none'", "'self'"]))
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    }
  })

  test('is JSON at .json, with an ETag that changes with the next commit', async () => {
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

  test('is a 404 for an unknown key, with the nearest key', async () => {
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
            extensions: { code: 'UNKNOWN_KEY', nearest: ['ferry/sinking'] },
          },
        ],
      })
    }
    const accepting = { headers: { accept: 'text/html' } }
    const near = await (await app.fetch('/developments/ferry/sinkin', accepting)).text()
    expect(near).toContain(
      '<p>There is no development “ferry/sinkin”. Did you mean <a href="/developments/ferry/sinking">ferry/sinking</a>?</p>',
    )
    const far = await app.fetch('/developments/%3Cb%3E', accepting)
    expect(far.status).toBe(404)
    const text = await far.text()
    expect(text).toContain('<h1>There is no such development</h1>')
    expect(text).toContain('<p>There is no development “&lt;b>”.</p>')
    expect(text).toContain('<a href="/graphql">Playground</a>')
    expect((await app.fetch('/developments/%3Cscript%3E')).status).toBe(404)
  })

  test('shows a retraction with its reason', async () => {
    await using app = await openApp({
      recorded: [
        ...story,
        [planned('event', event(), { kind: 'RETRACTED', revision: 2, note: 'it was another ferry' })],
      ],
    })
    const response = await app.fetch('/developments/ferry/sinking')
    expect(response.status).toBe(200)
    expect(await response.text()).toMatch(
      /class="gone".*Retracted on \d{1,2} [A-Z][a-z]+ \d{4}:.*it was another ferry.*counted nowhere/s,
    )
  })

  test('shows the status of a measure, unless it is retracted', async () => {
    await using app = await openApp({ recorded: story })
    const page = async () => (await app.fetch('/developments/ferry/recall')).text()
    expect(await page()).toContain('<dt>Last reported</dt>')
    await app.record(planned('measure', measure(), { kind: 'RETRACTED', revision: 2, note: 'invented' }))
    expect(await page()).toContain('invented')
    expect(await page()).not.toContain('<dt>Last reported</dt>')
  })
})

describe('beside the pages', () => {
  test('the schema is served as plain text', async () => {
    await using app = await openApp()
    const response = await app.fetch('/schema.graphql')
    expect(response.headers.get('content-type')).toContain('text/plain')
    expect(await response.text()).toContain('type Subscription')
  })

  test('health checks tell whether the process lives and whether it can serve', async () => {
    await using app = await openApp({ recorded: [setting] })
    expect(await (await app.fetch('/health/live')).json()).toEqual({ status: 'live' })
    const ready = await app.fetch('/health/ready')
    expect([ready.status, await ready.json()]).toMatchObject([200, { status: 'ready', head: setting.length }])
  })

  test('a service whose clock is behind the record is not ready', async () => {
    let now = Date.UTC(2025, 0, 2)
    await using app = await openApp({ recorded: [setting], now: () => now })
    now -= 59_000
    expect((await app.fetch('/health/ready')).status).toBe(200)
    now -= 2_000
    const ready = await app.fetch('/health/ready')
    expect([ready.status, ready.headers.get('retry-after'), await ready.json()]).toEqual([
      503,
      '5',
      {
        status: 'not ready',
        problem: 'The clock is behind the last change, which was recorded at 2025-01-02T00:00:00.000Z.',
      },
    ])
  })

  test('HEAD gets the headers of GET and no body', async () => {
    await using app = await openApp()
    const response = await app.fetch('/', { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([200, ''])
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(100)
  })

  test('another method gets 405 and the allowed methods', async () => {
    await using app = await openApp()
    const response = await app.fetch('/developments/ferry/sinking', { method: 'PUT' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
  })

  test('an unknown address gets a 404, as a page when a page is accepted', async () => {
    await using app = await openApp()
    const data = await app.fetch('/nowhere')
    expect([data.status, await data.json()]).toMatchObject([404, { errors: [{ extensions: { code: 'NOT_FOUND' } }] }])
    const page = await app.fetch('/nowhere', { headers: { accept: 'text/html' } })
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
    const text = await page.text()
    expect(text).toContain('There is nothing at /nowhere.')
    const ticked = await app.fetch('/a`b`%3Ci%3E', { headers: { accept: 'text/html' } })
    expect(await ticked.text()).toContain('<p>There is nothing at /a<code>b</code>&lt;i>.</p>')
    expect(text).toContain('<a href="/">')
  })

  test('/favicon.ico is the icon of the pages', async () => {
    await using app = await openApp()
    const icon = await app.fetch('/favicon.ico')
    expect([icon.status, icon.headers.get('content-type')]).toEqual([200, 'image/svg+xml'])
    expect(await icon.text()).toBe(await (await app.fetch('/assets/icon.svg')).text())
  })
})
