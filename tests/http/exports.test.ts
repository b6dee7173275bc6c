import { once } from 'node:events'
import { statSync, writeFileSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { importDossiers } from '../../src/dossier/import/import.ts'
import { openStore } from '../../src/store/open.ts'
import { read } from '../_support/answer.ts'
import { bearer, openApp, type App } from '../_support/app.ts'
import { openBundledRecord } from '../_support/bundled-record.ts'
import { demarche } from '../_support/command.ts'
import { parseTable } from '../_support/csv.ts'
import { event, planned, setting, statement } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'

const { limits: LIMITS } = readConfig({}, {})

async function textOf(app: App, path: string): Promise<string> {
  const response = await app.fetch(path)
  const text = await response.text()
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text}`)
  return text
}

async function rowsOf(app: App, path: string) {
  return parseTable(await textOf(app, path))
}

const keysOf = async (app: App, path: string) => (await rowsOf(app, path)).map((row) => row['key'])

describe('the export of developments', () => {
  it('has a row for each that stands, with what the API says of it', async () => {
    await using app = await openBundledRecord()
    const rows = await rowsOf(app, '/export/developments.csv')
    const all: Node[] = []
    for (let after: unknown = null; after !== undefined;) {
      const { developments } = await read(app, EVERYTHING, { after })
      const { nodes, pageInfo } = developments as Nodes
      all.push(...nodes)
      after = pageInfo.hasNextPage ? pageInfo.endCursor : undefined
    }
    expect(rows).toHaveLength(all.length)
    expect(rows).toEqual(all.map((node) => expect.objectContaining(rowOf(node))))
  })

  it('is written byte for byte by the command, as are the dossiers', async () => {
    await using app = await openBundledRecord()
    const written = async (...flags: string[]) => (await demarche(['export', '--store', app.file, ...flags])).stdout
    expect(await written('--format', 'csv')).toBe(await textOf(app, '/export/developments.csv'))
    expect(await written('--format', 'csv', '--dispute', 'mh17')).toBe(
      await textOf(app, '/export/developments.csv?disputes=mh17'),
    )
    expect(await written('--format', 'ndjson')).toBe(await textOf(app, '/export/developments.ndjson'))
    expect(await written()).toBe(await textOf(app, '/export/dossier.yaml'))
  })

  it('is filtered by the parameters of the filter, and in the order that is asked for', async () => {
    await using app = await openApp({ recorded: [setting, STORY] })
    expect(await keysOf(app, '/export/developments.csv')).toEqual(['b', 'c', 'a', 'ferry/accusation'])
    expect(await keysOf(app, '/export/developments.csv?order=NEWEST_FIRST')).toEqual([
      'ferry/accusation',
      'a',
      'c',
      'b',
    ])
    expect(await keysOf(app, '/export/developments.csv?order=RECENTLY_RECORDED')).toEqual([
      'ferry/accusation',
      'c',
      'b',
      'a',
    ])
    expect(await keysOf(app, '/export/developments.csv?kinds=EVENT&from=2023-01-01')).toEqual(['c', 'a'])
    expect(await keysOf(app, '/export/developments.csv?dateOverlaps.to=2022-12-31')).toEqual(['b'])
    expect(await keysOf(app, '/export/developments.csv?participants.0.actors=north-minister')).toEqual([
      'ferry/accusation',
    ])
    expect(await keysOf(app, '/export/developments.csv?text=sank&kinds=MEASURE')).toEqual([])
  })

  it('leaves out what was retracted, unless it is asked for, and shows an earlier state', async () => {
    let now = Date.UTC(2025, 0, 1)
    await using app = await openApp({ recorded: [setting, STORY], now: () => now })
    now = Date.UTC(2025, 1, 1)
    await app.record(planned('event', EVENTS[0], { kind: 'RETRACTED', revision: 2, note: 'it never did' }))
    expect(await keysOf(app, '/export/developments.csv?kinds=EVENT')).toEqual(['b', 'c'])
    const rows = await rowsOf(app, '/export/developments.csv?kinds=EVENT&includeRetracted=true')
    expect(
      rows.map(({ key, retracted, retraction_reason: reason, recorded_at: at, amended_at: amended }) => [
        key,
        retracted,
        reason,
        at,
        amended,
      ]),
    ).toEqual([
      ['b', 'false', '', '2025-01-01T00:00:00.000Z', ''],
      ['c', 'false', '', '2025-01-01T00:00:00.000Z', ''],
      ['a', 'true', 'it never did', '2025-01-01T00:00:00.000Z', '2025-02-01T00:00:00.000Z'],
    ])
    expect(await keysOf(app, '/export/developments.csv?kinds=EVENT&known=2025-01-15T00:00:00Z')).toEqual([
      'b',
      'c',
      'a',
    ])
    expect(await keysOf(app, '/export/developments.csv?known=2024-01-15T00:00:00Z')).toEqual([])
  })

  it('gives hostile text as text', async () => {
    const headline = '=HYPERLINK("http://example.org","x")'
    await using app = await openApp({ recorded: [setting, [planned('event', event({ event: 'a', headline }))]] })
    const [row] = await rowsOf(app, '/export/developments.csv')
    expect(row?.['headline']).toBe(`'${headline}`)
  })
})

describe('the exported dossier', () => {
  it.each(['developments.ndjson', 'dossier.yaml'])(
    '%s imports into an empty store, which exports the same bytes',
    async (name) => {
      await using app = await openBundledRecord()
      for (const query of ['', '?kinds=MEASURE', '?disputes=j2-8243', '?text=apology&includeRetracted=true']) {
        const text = await textOf(app, `/export/${name}${query}`)
        using place = temporaryFile()
        const file = join(place.folder, name)
        writeFileSync(file, text)
        const store = await openStore({ file: place.file })
        await importDossiers(store, { files: [file] })
        store.close()
        const format = name.endsWith('yaml') ? 'yaml' : 'ndjson'
        expect((await demarche(['export', '--store', place.file, '--format', format])).stdout).toBe(text)
      }
    },
  )

  it('holds what a filter selects, what this refers to, and nothing else', async () => {
    await using app = await openApp({ recorded: [setting, STORY] })
    const records = async (query: string) =>
      (await textOf(app, `/export/developments.ndjson${query}`))
        .trimEnd()
        .split('\n')
        .map((line) => Object.values(JSON.parse(line) as Record<string, Record<string, string>>)[0] ?? {})
        .map(({ key, event: name, statement: said }) => key ?? name ?? said)
    expect(await records('?keys=c')).toEqual(['gazette', 'b', 'c'])
    expect(await records('?disputes=ferry&kinds=EVENT&keys=a')).toEqual([
      'ferry',
      'north',
      'south',
      'gazette',
      'ferry/sunk',
      'ferry/pay',
      'a',
    ])
    expect(await records('')).toHaveLength(12)
  })
})

describe('the other tables', () => {
  it('have the positions, measures and demands that the API has', async () => {
    await using app = await openBundledRecord()
    const positions = await rowsOf(app, '/export/positions.csv')
    const { claims } = await read(app, POSITIONS)
    const { demands, measures } = await read(app, RECORDS)
    const expected = (claims as Nodes).nodes.flatMap(({ key, positions: held }) =>
      (held as Nodes).nodes.map((each) =>
        [
          key,
          (each['holder'] as Node)['key'],
          each['stance'],
          each['attribution'],
          (each['statement'] as Node)['key'],
        ].join(' '),
      ),
    )
    expect(
      positions
        .map((row) => [row['claim'], row['holder'], row['stance'], row['attribution'], row['statement']].join(' '))
        .toSorted(),
    ).toEqual(expected.toSorted())
    expect(
      (await rowsOf(app, '/export/measures.csv')).map(({ key, status, status_history: history }) => ({
        key,
        status,
        history,
      })),
    ).toEqual(
      (measures as Nodes).nodes.map(({ key, status, statusHistory }) => ({
        key,
        status,
        history: (statusHistory as Node[]).map((change) => change['status']).join('; '),
      })),
    )
    expect(
      (await rowsOf(app, '/export/demands.csv')).map(
        ({ made_by: by, made_in: madeIn, response_by: judges, ...row }) => ({
          key: row['key'],
          response: row['response'],
          by,
          madeIn,
          judges,
          history: row['response_history_by'],
        }),
      ),
    ).toEqual(
      (demands as Nodes).nodes.map(({ key, response, madeBy, madeIn, assessment, assessments }) => ({
        key,
        response,
        by: joined(madeBy),
        madeIn: joined(madeIn),
        judges: joined((assessment as Node | null)?.['by']),
        history: joined(assessments, (each) => joined(each['by']).replaceAll('; ', ', ')),
      })),
    )
  })

  it('are filtered, too', async () => {
    await using app = await openBundledRecord()
    expect(await rowsOf(app, '/export/demands.csv?disputes=mh17')).toEqual([])
    expect(await keysOf(app, '/export/demands.csv?demands=j2-8243/punish')).toEqual(['j2-8243/punish'])
    const holders = new Set((await rowsOf(app, '/export/positions.csv?claims=j2-8243/fog')).map((row) => row['holder']))
    expect(holders).toContain('russia')
    const measures = await rowsOf(
      app,
      '/export/measures.csv?participants.0.actors=russia&participants.0.roles=IMPOSED_BY',
    )
    expect(measures.length).toBeGreaterThan(0)
    expect(measures.every((row) => row['imposed_by']?.split('; ').includes('russia'))).toBe(true)
  })
})

describe('the export of the positions in a dispute', () => {
  const claims = ['canal/dug', 'ferry/towed'].map((key) =>
    planned('claim', { key, dispute: key.split('/')[0] ?? '', proposition: key }),
  )
  const canal = planned('dispute', {
    key: 'canal',
    title: 'The canal',
    summary: 'Who dug it.',
    period: '2025',
    parties: ['north'],
  })
  const said = (name: string, dispute: string, ...on: string[]) =>
    planned(
      'statement',
      statement({
        statement: name,
        disputes: [dispute],
        positions: on.map((claim) => ({ claim, stance: 'asserts', attribution: 'quoted' })),
      }),
    )

  it('has those on its claims, whichever disputes the statements are part of', async () => {
    const statements = [
      said('a', 'ferry', 'ferry/sunk', 'canal/dug'),
      said('b', 'canal', 'ferry/towed'),
      said('c', 'ferry'),
    ]
    await using app = await openApp({ recorded: [[...setting, canal, ...claims], statements] })
    const { dispute } = await read(
      app,
      '{ dispute(key: "ferry") { positions { cells { claim { key } current { statement { key } } } } } }',
    )
    const { cells } = (dispute as { positions: { cells: { claim: Node; current: { statement: Node } }[] } }).positions
    const shown = cells.map(({ claim, current }) => `${String(claim['key'])} in ${String(current.statement['key'])}`)
    const link = /\/export\/positions\.csv[^"]*/.exec(
      await (await app.fetch('/disputes/ferry', { headers: { accept: 'text/html' } })).text(),
    )?.[0]
    expect(link).toBe('/export/positions.csv?claimsOf=ferry')
    const rows = await rowsOf(app, link ?? '')
    expect(rows.map(({ claim, statement: by }) => `${claim} in ${by}`).toSorted()).toEqual(shown.toSorted())
    expect(shown.toSorted()).toEqual(['ferry/sunk in a', 'ferry/towed in b'])
    expect(await rowsOf(app, '/export/positions.csv?claimsOf=ferry&disputes=canal')).toHaveLength(1)
    expect(await rowsOf(app, '/export/positions.csv?claimsOf=ferry&begunBy=2024-01-01')).toEqual([])
  })

  it('has none where it has no claims', async () => {
    await using app = await openApp({ recorded: [[...setting, canal], [said('a', 'canal', 'ferry/sunk')]] })
    expect(await rowsOf(app, '/export/positions.csv?claimsOf=canal')).toEqual([])
  })

  it.each([
    ['positions.csv?claimsOf=fery', 'Parameter "claimsOf": there is no dispute "fery"; did you mean ferry?'],
    [
      'developments.csv?claimsOf=ferry',
      'Parameter "claimsOf": Only positions.csv can be selected by the dispute of the claims. Leave it out.',
    ],
  ])('is refused as %s', async (path, message) => {
    await using app = await openApp({ recorded: [setting] })
    const response = await app.fetch(`/export/${path}`)
    expect([response.status, (await response.text()).includes(JSON.stringify(message).slice(1, -1))]).toEqual([
      400,
      true,
    ])
  })
})

describe('a request for an export', () => {
  it('names the file, and is answered to HEAD without one', async () => {
    let now = Date.UTC(2025, 0, 1)
    await using app = await openApp({ recorded: [setting, STORY], now: () => now })
    now = Date.UTC(2025, 1, 1)
    const response = await app.fetch('/export/developments.csv?disputes=ferry', { method: 'HEAD' })
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="ferry-developments-2025-01-01.csv"',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    })
    expect(await response.text()).toBe('')
    const whole = await app.fetch('/export/developments.csv?disputes=ferry')
    expect(whole.headers.get('etag')).toBe(response.headers.get('etag'))
    const refused = await app.fetch('/export/developments.csv?disputes=fery', { method: 'HEAD' })
    expect(refused.status).toBe(400)
    const empty = await app.fetch('/export/dossier.yaml?known=2024-01-01T00:00:00Z')
    expect(empty.headers.get('content-disposition')).toBe('attachment; filename="dossier.yaml"')
    expect(await empty.text()).toBe('dossier: 1\n')
  })

  it('is answered with 304 until something is recorded', async () => {
    await using app = await openApp({ recorded: [setting, STORY] })
    const ask = (etag: string) => app.fetch('/export/developments.csv', { headers: { 'if-none-match': etag } })
    const first = await ask('"none"')
    const etag = first.headers.get('etag') ?? ''
    await first.text()
    expect((await ask(etag)).status).toBe(304)
    await app.record(planned('event', event({ event: 'd' })))
    const later = await ask(etag)
    expect(later.status).toBe(200)
    expect(parseTable(await later.text())).toHaveLength(5)
  })

  it('has no ETag for an instant to come, whose record may grow until then', async () => {
    await using app = await openApp({ recorded: [setting, STORY] })
    const response = await app.fetch('/export/developments.csv?known=2999-01-01T00:00:00Z')
    expect([response.headers.get('etag'), response.headers.get('cache-control')]).toEqual([null, 'no-store'])
    expect(parseTable(await response.text())).toHaveLength(4)
  })

  it.each([
    ['developments.csv?kindz=EVENT', 'REQUEST_INVALID', 'Parameter "kindz": It does not exist. Did you mean kinds?'],
    ['developments.csv?kinds=EVNT', 'REQUEST_INVALID', 'Parameter "kinds": Value "EVNT" does not exist'],
    [
      'developments.csv?disputes=fery',
      'UNKNOWN_KEY',
      'Parameter "disputes": there is no dispute "fery"; did you mean ferry?',
    ],
    [
      'developments.csv?participants.0.actors=nort',
      'UNKNOWN_KEY',
      'Parameter "participants.0.actors": there is no actor "nort"',
    ],
    ['developments.csv?text=%20', 'TEXT_NOT_SEARCHABLE', 'Parameter "text": the search text contains no letter'],
    [
      'developments.csv?from=2025-02-01&to=2025-01-01',
      'BAD_RANGE',
      '`dateOverlaps` runs from 2025-02-01 to 2025-01-01',
    ],
    ['developments.csv?from=2025-02-30', 'REQUEST_INVALID', 'Parameter "from": "2025-02-30" is not a calendar day'],
    [
      'developments.csv?from=2025-02-01&dateOverlaps.to=2025-03-01',
      'REQUEST_INVALID',
      'Parameter "from": It is a short name',
    ],
    ['developments.csv?order=RELEVANCE&text=sank', 'REQUEST_INVALID', 'Parameter "order": An export is not ranked.'],
    ['developments.csv?known=today', 'REQUEST_INVALID', 'Parameter "known": "today" is not an instant'],
    [
      'developments.csv?known=2025-01-01T00:00:00Z&known=2025-01-01T00:00:00Z',
      'REQUEST_INVALID',
      'Parameter "known": It is given twice.',
    ],
    [
      'dossier.yaml?order=NEWEST_FIRST',
      'REQUEST_INVALID',
      'Parameter "order": This file is always in the order of recording.',
    ],
    [
      'demands.csv?kinds=EVENT',
      'REQUEST_INVALID',
      'Parameter "kinds": Demands can be selected by `disputes` and `demands` only.',
    ],
  ])('for %s is refused with the name of the parameter and the remedy', async (path, code, message) => {
    await using app = await openApp({ recorded: [setting, STORY] })
    const response = await app.fetch(`/export/${path}`)
    const body = (await response.json()) as { errors: readonly { message: string; extensions: { code: string } }[] }
    expect([response.status, body.errors[0]?.extensions.code]).toEqual([400, code])
    expect(body.errors[0]?.message).toContain(message)
  })

  it('needs a token where reading needs one, and ends with it', async () => {
    await using app = await openApp({ recorded: [setting, LONG], config: { isPrivate: true } })
    expect((await app.fetch('/export/developments.csv')).status).toBe(401)
    const headers = await bearer(app, 'READ')
    const client = await Client.open(app, '/export/developments.csv', headers)
    const [token] = app.store.tokens.list()
    await app.store.tokens.revoke(token?.name ?? '')
    await expect.poll(() => app.service.open.clients).toBe(0)
    expect(await client.readOn()).toBe('CUT')
  })

  it('of a page of another origin is shared with allowed ones only', async () => {
    await using app = await openApp({ recorded: [setting], config: { origins: ['https://news.example'] } })
    const allowed = async (origin: string) =>
      (await app.fetch('/export/demands.csv', { method: 'HEAD', headers: { origin } })).headers.get(
        'access-control-allow-origin',
      )
    expect(await allowed('https://news.example')).toBe('https://news.example')
    expect(await allowed('https://other.example')).toBeNull()
  })
})

describe('a client that does not read an export', () => {
  it('keeps neither memory nor the write-ahead log, and is disconnected', async () => {
    await using app = await openApp({
      recorded: [setting, LONG],
      config: { limits: { ...LIMITS, stalledMilliseconds: 10_000 } },
    })
    const client = await Client.open(app, '/export/developments.csv')
    client.stall()
    const sizes: number[] = []
    for (let revision = 2; revision <= 22; revision++) {
      const again = Array.from({ length: 50 }, (_, index) => long(index, `Again ${revision}`))
      await app.record(...again.map((content) => planned('event', content, { kind: 'REVISED', revision })))
      sizes.push(statSync(`${app.file}-wal`).size)
    }
    // Checkpoints let the log be reused from its beginning: it grows until the first one only.
    expect(sizes.at(-1)).toBe(sizes[10])
    await expect.poll(() => app.service.open.clients).toBe(0)
    expect(await client.readOn()).toBe('CUT')
  })

  it('is replaced by the next one', async () => {
    const limits = { ...LIMITS, exports: 3, exportsPerClient: 2 }
    await using app = await openApp({ recorded: [setting, LONG], config: { limits } })
    const stalled = [
      await Client.open(app, '/export/developments.csv'),
      await Client.open(app, '/export/developments.ndjson'),
    ]
    for (const client of stalled) client.stall()
    const refused = await app.fetch('/export/demands.csv')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    expect(await refused.text()).toContain('Your address has 2 exports that are being sent, which is the limit.')
    stalled[0]?.leave()
    await expect.poll(async () => (await app.fetch('/export/demands.csv')).status).toBe(200)
    stalled[1]?.leave()
  })

  it('holds up others only at the limit of all', async () => {
    await using app = await openApp({ recorded: [setting, LONG], config: { limits: { ...LIMITS, exports: 1 } } })
    const client = await Client.open(app, '/export/developments.csv')
    client.stall()
    const refused = await app.fetch('/export/demands.csv')
    expect([refused.status, await refused.text()]).toEqual([503, expect.stringContaining('SERVICE_BUSY')])
    client.leave()
    await expect.poll(async () => (await app.fetch('/export/demands.csv')).status).toBe(200)
  })
})

test('a service that stops ends its exports', async () => {
  const app = await openApp({ recorded: [setting, LONG] })
  const client = await Client.open(app, '/export/developments.csv')
  client.stall()
  await app[Symbol.asyncDispose]()
  expect(await client.readOn()).toBe('CUT')
})

/** A client that reads an export, or stops reading. */
class Client {
  readonly #response: IncomingMessage

  constructor(response: IncomingMessage) {
    this.#response = response
    response.on('error', () => {})
  }

  static async open(app: App, path: string, headers: Record<string, string> = {}): Promise<Client> {
    const sent = request(`${app.url}${path}`, { headers, agent: false }).end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    return new Client(response)
  }

  stall(): void {
    this.#response.pause()
  }

  leave(): void {
    this.#response.destroy()
  }

  /** Whether the whole file came. */
  async readOn(): Promise<'WHOLE' | 'CUT'> {
    this.#response.resume()
    if (!this.#response.closed) await new Promise((resolve) => this.#response.once('close', resolve))
    return this.#response.complete ? 'WHOLE' : 'CUT'
  }
}

const EVENTS = [
  event({ event: 'a', date: '2024-12-31' }),
  event({ event: 'b', date: '2022', disputes: [], bearings: [] }),
  event({ event: 'c', date: '2023', disputes: [], bearings: [], links: [{ relation: 'follows', development: 'b' }] }),
] as const
const STORY = [...EVENTS.map((content) => planned('event', content)), planned('statement', statement())]

/** Far more than the buffers of a connection hold. */
const LONG = Array.from({ length: 1_000 }, (_, index) => planned('event', long(index)))

function long(index: number, headline = 'Again') {
  return event({ event: `e${index}`, headline, summary: 'x'.repeat(19_000) })
}

interface Node extends Readonly<Record<string, unknown>> {}
interface Nodes {
  readonly nodes: readonly Node[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string }
}

const text = (value: unknown) => (typeof value === 'string' ? value : value == null ? '' : JSON.stringify(value))
const joined = (list: unknown, of: (item: Node) => unknown = (item) => item['key']) =>
  ((list ?? []) as readonly Node[]).map((item) => text(of(item))).join('; ')
const within = (item: Node, ...path: readonly string[]) =>
  path.reduce<unknown>((found, name) => (found as Node | null)?.[name], item)

/** What a row says, made from what the API says. */
function rowOf(node: Node): Record<string, string> {
  const { participations, citations, codings, figures, bearings, links } = node
  const same = ['key', 'kind', 'headline', 'summary', 'credibility', 'revision', 'channel']
  return {
    ...Object.fromEntries(same.map((name) => [name, text(node[name])])),
    date: text(within(node, 'date', 'edtf')),
    earliest: text(within(node, 'date', 'earliest')),
    latest: text(within(node, 'date', 'latest')),
    date_note: text(within(node, 'date', 'note')),
    disputes: joined(node['disputes']),
    dispute_titles: joined(node['disputes'], (item) => item['title']),
    context_of: joined(node['contextOf']),
    places: joined(node['places']),
    place_names: joined(node['places'], (item) => item['name']),
    participants: joined(participations, (item) => within(item, 'actor', 'key')),
    participant_names: joined(participations, (item) => within(item, 'actor', 'name')),
    participant_roles: joined(participations, (item) => item['role']),
    evidential_status: text(node['evidentialStatus']),
    independent_sources: text(node['independentSources']),
    sources: joined(citations, (item) => within(item, 'source', 'key')),
    source_titles: joined(citations, (item) => within(item, 'source', 'title')),
    source_reliability: joined(citations, (item) => within(item, 'source', 'reliability')),
    citation_credibility: joined(citations, (item) => item['credibility']),
    citation_bases: joined(citations, (item) => item['basis']),
    event_kind: text(node['eventKind']),
    acts: ((node['acts'] ?? []) as readonly string[]).join('; '),
    quotes: joined(node['quotes'], (item) => item['text']),
    quote_languages: joined(node['quotes'], (item) => item['language']),
    demands_made: joined(node['demands']),
    measure_kind: text(node['measureKind']),
    legal_character: text(node['legalCharacter']),
    legal_basis: text(node['legalBasis']),
    coding_types: joined(codings, (item) => item['type']),
    coding_modes: joined(codings, (item) => (item['modes'] as readonly string[]).join(', ')),
    coding_contexts: joined(codings, (item) => (item['contexts'] as readonly string[]).join(', ')),
    coding_initiators: joined(codings, (item) => joined(item['initiators']).replaceAll('; ', ', ')),
    coding_recipients: joined(codings, (item) => joined(item['recipients']).replaceAll('; ', ', ')),
    coding_scores: joined(codings, (item) => item['score']),
    coding_auxiliaries: joined(codings, (item) => (item['auxiliaries'] as readonly string[]).join(', ')),
    figure_quantities: joined(figures, (item) => item['quantity']),
    figure_units: joined(figures, (item) => item['unit']),
    figure_sources: joined(figures, (item) => within(item, 'citation', 'source', 'key')),
    bearing_claims: joined(bearings, (item) => within(item, 'claim', 'key')),
    bearings: joined(bearings, (item) => item['bearing']),
    linked_developments: joined(links, (item) => within(item, 'development', 'key')),
    link_relations: joined(links, (item) => item['relation']),
    recorded_at: text(node['recordedAt']),
    amended_at: text(node['amendedAt']),
  }
}

const EVERYTHING = `query ($after: String) { developments(first: 100, after: $after, orderBy: OLDEST_FIRST) {
  pageInfo { hasNextPage endCursor }
  nodes { key kind headline summary date { edtf earliest latest note } disputes { key title } contextOf { key } places { key name }
    participations { role actor { key name } } evidentialStatus credibility independentSources revision recordedAt amendedAt
    citations { source { key title reliability } credibility basis }
    codings { type modes contexts initiators { key } recipients { key } score auxiliaries }
    figures { quantity unit citation { source { key } } } bearings { claim { key } bearing } links { relation development { key } }
    ... on Event { eventKind }
    ... on Statement { acts channel quotes { text language } demands { key } }
    ... on Measure { measureKind legalCharacter legalBasis } } } }`

const POSITIONS = `{
  claims(first: 60) { totalCount nodes { key positions(first: 60) { nodes { holder { key } stance attribution statement { key } } } } } }`

const RECORDS = `{
  demands(first: 100) { nodes { key response madeBy { key } madeIn { key } assessment { by { key } } assessments { by { key } } } }
  measures(first: 100, orderBy: OLDEST_FIRST) { nodes { key status statusHistory { status } } } }`
