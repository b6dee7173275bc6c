import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { exportDossier } from '../../src/dossier/export/dossier.ts'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { importDossiers, loadDossiers } from '../../src/dossier/import/import.ts'
import { formatProblem } from '../../src/dossier/format/problems.ts'
import { type RecordKind, type RecordOf, recordDefinitions } from '../../src/model/records/definitions.ts'
import { backUpStore, openStore, rebuildStore, redactRecord } from '../../src/store/open.ts'
import { redact } from '../../src/store/log/redaction.ts'
import { Dimension } from '../../src/store/projections/postings.ts'
import { readChanges } from '../../src/store/search/feed-changes.ts'
import type { PlannedChange } from '../../src/store/append.ts'
import type { Store } from '../../src/store/store.ts'
import { openApp } from '../_support/app.ts'
import { read } from '../_support/answer.ts'
import { bundledRecord } from '../_support/bundled-record.ts'
import { openDesk } from '../_support/desk.ts'
import { demarche } from '../_support/command.ts'
import { ItemFeed } from '../_support/feed-member.ts'
import { STORY } from '../_support/ferry-dossier.ts'
import { story } from '../_support/ferry-story.ts'
import { event, later, moved, planned, setting, statement } from '../_support/planned-changes.ts'
import { projectedRows } from '../_support/projected-rows.ts'
import { Historian, movingHistories as steps } from '../_support/random-history.ts'
import { openTemporaryStore, temporaryFile } from '../_support/temporary-store.ts'

/** Texts that must go: each word has its own first letter, so that the index of words stores the rest of it whole. */
let letter = 0
const secret = () => `${'abcdefghijklmnopqrstuvwxyz'[letter++ % 26]}uqxjkəğlu`
/** As it was written, and as the index of words folds it. */
const TRACES = ['qxjkəğlu', 'qxjkaglu']

const SECRETS: Partial<RecordOf<'statement'>> = {
  headline: `Headline ${secret()}`,
  summary: `Summary ${secret()} of it.`,
  'date-note': secret(),
  participants: [{ actor: 'ghost', role: 'subject', note: secret() }],
  quotes: [{ text: `Words ${secret()}`, language: 'en', citation: 'gazette' }],
  positions: [{ claim: 'ferry/sunk', stance: 'asserts', citation: 'gazette', note: secret() }],
  figures: [
    { quantity: 'killed', 'as-written': secret(), unit: secret(), note: secret(), citation: 'gazette', value: 3 },
  ],
  bearings: [{ claim: 'ferry/sunk', bearing: 'supports', citation: 'gazette', note: secret() }],
  citations: [{ source: 'gazette', credibility: 2, basis: 'analysis', locator: secret(), excerpt: secret() }],
  links: [{ relation: 'follows', development: 'ferry/sinking', note: secret() }],
  assessments: [{ demand: 'ferry/pay', response: 'rejected', date: '2025-02-10', note: secret() }],
}

const ghost = planned('actor', { key: 'ghost', name: `Ghost ${secret()}`, kind: 'person', aliases: [secret()] })

/** A letter that was revised and corrected, which another development follows. */
const letters = [
  [ghost, planned('event', event()), planned('statement', statement({ ...SECRETS, statement: 'ferry/letter' }))],
  [
    planned('statement', statement({ ...SECRETS, statement: 'ferry/letter', summary: `Second ${secret()}` }), {
      kind: 'CORRECTED',
      revision: 2,
      note: `Not ${secret()}`,
    }),
    planned(
      'event',
      event({ event: 'ferry/answer', links: [{ relation: 'in-response-to', development: 'ferry/letter' }] }),
    ),
  ],
]

/** Which traces the store's file and the files beside it hold, by file. */
function traces(file: string): string[] {
  return readdirSync(dirname(file)).flatMap((name) => {
    const bytes = readFileSync(join(dirname(file), name))
      .toString('latin1')
      .toLowerCase()
    return TRACES.filter((trace) => bytes.includes(Buffer.from(trace).toString('latin1').toLowerCase())).map(
      (trace) => `${name.replace(/.*\.db/, '')} ${trace}`,
    )
  })
}

const QUESTIONS = [
  '{ development(key: "ferry/letter") { headline summary date { edtf note } retraction { reason } citations { locator excerpt } figures { unit note } links { note } ... on Statement { quotes { text } positions { note } } revisions { kind note changedFields development { headline summary } } } }',
  '{ actor(key: "ghost") { name aliases description } }',
  '{ actors(first: 100) { nodes { name aliases } } }',
  '{ developments(first: 100, filter: { includeRetracted: true }) { nodes { headline summary } facets { actors { value { name } } } } }',
  '{ feedPage(first: 100) { changes { kind development { headline summary participations { actor { name } note } } revision { note } } } }',
  '{ claim(key: "ferry/sunk") { positions { nodes { note } } bearings { nodes { note } } } demand(key: "ferry/pay") { assessments { note } } }',
]

async function answersOf(app: Awaited<ReturnType<typeof openApp>>): Promise<string> {
  const asked = await Promise.all(QUESTIONS.map((query) => read(app, query)))
  const pages = ['/developments/ferry/letter', '/developments/ferry/letter.json', '/']
  const fetched = await Promise.all(pages.map(async (path) => await (await app.fetch(path)).text()))
  return [...asked.map((answer) => JSON.stringify(answer)), ...fetched].join('\n').toLowerCase()
}

test('no byte of a redacted record is left in the files of a store in use, and no answer of its service has it', async () => {
  await using app = await openApp({ recorded: [setting, ...letters] })
  // Half of it in the file, half of it in the write-ahead log.
  expect(traces(app.file)).toEqual(expect.arrayContaining(TRACES.map((trace) => `-wal ${trace}`)))
  const checkpointing = new Database(app.file)
  checkpointing.pragma('wal_checkpoint')
  await app.record(planned('place', { key: 'quay', name: 'The Quay' }))
  checkpointing.close()
  expect(await answersOf(app)).toContain(TRACES[0])

  const reason = 'Order of the court'
  const outcome = await demarche(['redact', 'ferry/letter', '--reason', reason, '--store', app.file])
  expect(outcome).toMatchObject({ status: 0 })
  expect(outcome.stdout).toContain('statement ferry/letter: redacted, with 2 revisions; change 15 tells followers')
  expect(outcome.stdout).toContain('event ferry/answer')
  expect(outcome.stdout).toMatch(/backups.*mirrors/s)
  expect(await demarche(['redact', 'ghost', '--reason', reason, '--store', app.file])).toMatchObject({ status: 0 })

  expect(traces(app.file)).toEqual([])
  const answers = await answersOf(app)
  for (const trace of TRACES) expect(answers).not.toContain(trace)
  expect(answers).toContain('[redacted]')
  for (const text of ['uqxjkəğlu', 'headline', 'ghost']) {
    const found = await read(
      app,
      'query ($text: String) { developments(filter: { text: $text }) { totalCount } actors(search: $text) { totalCount } }',
      { text },
    )
    expect([text, found]).toEqual([text, { developments: { totalCount: 0 }, actors: { totalCount: 0 } }])
  }
})

test('a redacted development stands in no state of the record, and says when and why it was redacted', async () => {
  await using app = await openApp({ recorded: [setting, ...letters] })
  const before = new Date().toISOString()
  await redactRecord(app.file, { key: 'ferry/letter', reason: 'Order of the court' })
  const answer = await read(
    app,
    `query ($before: DateTime) {
      development(key: "ferry/letter") { kind headline summary date { edtf } evidentialStatus citations { locator } retraction { reason }
        revisions { number kind note development { headline retraction { reason } } changedFields } }
      former: development(key: "ferry/letter", asKnownAt: $before) { headline summary retraction { reason } }
      developments(asKnownAt: $before) { nodes { key } }
      linking: development(key: "ferry/answer") { links { development { key headline } } }
    }`,
    { before },
  )
  const headline = '[redacted]'
  expect(answer).toEqual({
    development: {
      kind: 'STATEMENT',
      headline,
      summary: headline,
      date: { edtf: '[..9999]' },
      evidentialStatus: 'UNVERIFIED',
      citations: [],
      retraction: { reason: 'Order of the court' },
      revisions: [
        {
          number: 1,
          kind: 'RECORDED',
          note: null,
          development: { headline, retraction: { reason: '' } },
          changedFields: [],
        },
        {
          number: 2,
          kind: 'CORRECTED',
          note: headline,
          development: { headline, retraction: { reason: headline } },
          changedFields: [],
        },
        {
          number: 3,
          kind: 'REDACTED',
          note: 'Order of the court',
          development: { headline, retraction: { reason: 'Order of the court' } },
          changedFields: ['retraction'],
        },
      ],
    },
    former: { headline, summary: headline, retraction: { reason: headline } },
    developments: { nodes: [{ key: 'ferry/answer' }, { key: 'ferry/sinking' }] },
    linking: { links: [{ development: { key: 'ferry/letter', headline } }] },
  })
})

const FEED = `subscription ($after: FeedCursor, $filter: FeedFilter) {
  feed(after: $after, filter: $filter, heartbeat: 300) { ... on FeedChange { kind development { key headline } current { key } } } }`

test('a follower is told of a redaction under any filter, live and from an old cursor, and gets nothing that was redacted', async () => {
  await using app = await openApp({ recorded: [setting, ...letters] })
  const start = (await read(app, '{ feedPage(first: 1) { cursor } }'))['feedPage'] as { cursor: string }
  const filters = [null, { disputes: ['ferry'] }, { places: ['ford'] }, { keys: ['ferry/answer'] }]
  const live = await Promise.all(filters.map((filter) => app.stream(FEED, { filter })))
  // Heartbeats say that they have caught up.
  for (const stream of live) await stream.event()
  await redactRecord(app.file, { key: 'ferry/letter', reason: 'Order of the court' })
  const redaction = { kind: 'REDACTED', development: { key: 'ferry/letter', headline: '[redacted]' }, current: null }
  for (const stream of live) expect(await nextChange(stream)).toEqual(redaction)
  for (const filter of filters) {
    await using stream = await app.stream(FEED, { filter, after: start.cursor })
    const received = [await nextChange(stream)]
    while (received.at(-1)?.kind !== 'REDACTED') received.push(await nextChange(stream))
    expect(received.at(-1)).toEqual(redaction)
    expect(JSON.stringify(received)).not.toMatch(new RegExp(TRACES.join('|'), 'i'))
  }
  for (const stream of live) stream.close()
})

test('a follower that has read changes ahead reads them again after a redaction', async () => {
  await using opened = await openTemporaryStore()
  const { store, file } = opened
  for (const batch of [setting, ...letters]) await store.append({ batches: [batch], origin: 'IMPORT' })
  const feed = new ItemFeed(store)
  feed.whenMade = async () => {
    feed.whenMade = undefined
    await redactRecord(file, { key: 'ferry/letter', reason: 'Order' })
  }
  await using follower = feed.follow({ mode: 'CHANGES', after: encodeFeedCursor(store, 0) })
  const received = await follower.take(5)
  const changes = received.map((item) => (item.type === 'CHANGE' ? item.change : undefined))
  expect(changes.map((change) => change && `${change.kind} ${change.development.headline}`)).toEqual([
    'RECORDED The ferry sinks',
    'RECORDED [redacted]',
    'CORRECTED [redacted]',
    'RECORDED The ferry sinks',
    'REDACTED [redacted]',
  ])
})

async function nextChange(stream: { event(): Promise<{ data: string } | undefined> }) {
  for (;;) {
    const next = await stream.event()
    const { data } = JSON.parse(next?.data ?? '{}') as { data?: { feed: { kind?: string } } }
    if (data?.feed.kind !== undefined || next === undefined) return data?.feed
  }
}

test('a redaction passes a filter whose candidates are read instead of the log', async () => {
  await using opened = await openTemporaryStore()
  const { store, file } = opened
  for (const batch of [setting, ...letters]) await store.append({ batches: [batch], origin: 'IMPORT' })
  const { seq } = await redactRecord(file, { key: 'ferry/letter', reason: 'Order' })
  const range = { after: 0, upTo: seq, limit: 100, scanLimit: 1, filter: { disputes: ['ferry'] } }
  const { changes } = readChanges(store, range)
  expect(changes.map((change) => change.is === 'DEVELOPMENT' && `${change.kind} ${change.development.key}`)).toEqual([
    'RECORDED ferry/sinking',
    'RECORDED ferry/answer',
    'REDACTED ferry/letter',
  ])
})

test('the log stays contiguous, rebuilding changes nothing, and redacting again changes nothing', async () => {
  await using opened = await openTemporaryStore()
  const { store, file } = opened
  for (const batch of [setting, ...letters]) await store.append({ batches: [batch], origin: 'IMPORT' })
  const head = store.head()
  const first = await redactRecord(file, { key: 'ferry/letter', reason: 'Order' })
  expect(first).toMatchObject({ record: 'statement', revisions: 2, seq: head + 1 })
  const logged = store.reader.all<{ seq: number }>('select * from changes order by seq')
  expect(logged.map(({ seq }) => seq)).toEqual(Array.from({ length: head + 1 }, (_, index) => index + 1))
  const rows = projectedRows(file)
  await rebuildStore(file, () => {})
  expect(projectedRows(file)).toEqual(rows)
  expect(await redactRecord(file, { key: 'ferry/letter', reason: 'Again' })).toEqual({ ...first, revisions: 0 })
  expect(store.reader.all('select * from changes order by seq')).toEqual(logged)
  // The service goes on writing.
  await store.append({ batches: [[planned('place', { key: 'quay', name: 'The Quay' })]], origin: 'API' })
  const again = planned('statement', statement({ statement: 'ferry/letter' }), { kind: 'REVISED', revision: 4 })
  await expect(store.append({ batches: [[again]], origin: 'API' })).rejects.toMatchObject({ code: 'REDACTED' })
})

test('refers in each revision to what that one referred to, and never to what entered after it', async () => {
  await using opened = await openTemporaryStore()
  const { store, file } = opened
  for (const batch of [setting, later, moved]) await store.append({ batches: [batch], origin: 'IMPORT' })
  for (const { key } of moved) await redactRecord(file, { key, reason: 'Order' })
  const keys = JSON.stringify(moved.map(({ key }) => key))
  const contents = store.reader.all<{ content: string }>(
    'select content from changes where key in (select value from json_each(?)) order by revision, seq',
    keys,
  )
  const references = contents.map(({ content }) => {
    const {
      parties,
      dispute,
      'made-by': makers,
    } = JSON.parse(content) as Partial<RecordOf<'dispute'> & RecordOf<'demand'>>
    return [parties, dispute, makers].flat().filter(Boolean).join(' ')
  })
  const last = ['north west', 'canal', 'canal west']
  expect(references).toEqual(['north south', 'ferry', 'ferry north', ...last, ...last])
  const rows = projectedRows(file)
  await rebuildStore(file, () => {})
  expect(projectedRows(file)).toEqual(rows)
  // An export of an earlier state can be imported.
  using copy = temporaryFile('copy.yaml')
  writeFileSync(copy.file, await exported(store, setting.length))
  const other = await openStore({ file: join(copy.folder, 'copy.db') })
  expect((await importDossiers(other, { files: [copy.file] })).problems.map(formatProblem)).toEqual([])
  other.close()
})

test('every kind of record can be redacted, and what is left can be exported, imported and exported again', async () => {
  await using opened = await openTemporaryStore()
  const { store, file } = opened
  const holder = planned(
    'statement',
    statement({ statement: 'ferry/oath', positions: [{ claim: 'ferry/sunk', stance: 'asserts', holder: 'north' }] }),
  )
  const { 'on-behalf-of': _, ...alone } = holder.content as RecordOf<'statement'>
  for (const batch of [setting, ...story, [{ ...holder, content: alone }]]) {
    await store.append({ batches: [batch as readonly PlannedChange[]], origin: 'IMPORT' })
  }
  const keys = [
    'north-minister',
    'ford',
    'gazette',
    'ferry/pay',
    'ferry/sunk',
    'ferry',
    'ferry/recall',
    'ferry/sinking',
    'ferry/oath',
  ]
  const records = new Set<string>()
  for (const key of keys) {
    const { record } = await redactRecord(file, { key, reason: 'All of it' })
    records.add(record)
    const first = await exported(store)
    using copy = temporaryFile('copy.yaml')
    writeFileSync(copy.file, first)
    const other = await openStore({ file: join(copy.folder, 'copy.db') })
    const { problems, refused } = await importDossiers(other, { files: [copy.file] })
    expect([record, key, refused, problems.map(formatProblem)]).toEqual([record, key, false, []])
    expect(await exported(other)).toBe(first)
    // What is left of reference records is what the store has.
    expect((await importDossiers(store, { files: [copy.file], dryRun: true })).refused).toBe(false)
    other.close()
  }
  expect(records).toEqual(new Set(Object.keys(recordDefinitions)))
})

test('projects what a store projected afresh has, whatever was recorded before and after', async () => {
  const histories = fc.array(fc.tuple(steps, fc.option(fc.nat())), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(histories, async (parts) => {
      await using opened = await openTemporaryStore()
      const { store, file } = opened
      const historian = new Historian()
      await store.append({ batches: [historian.opening], origin: 'IMPORT' })
      for (const [part, pick] of parts) {
        for (const step of part) {
          const plan = historian.plan(step)
          // It amends what was redacted, too.
          if (plan !== null) await store.append({ batches: [plan.batch], origin: 'API' }).catch(() => {})
        }
        if (pick !== null) await redactRecord(file, pickedOf(store, pick))
      }
      expect(projectedRows(file)).toEqual(await projectedAfresh(file))
    }),
    { numRuns: 20 },
  )
})

test('projects what a store projected afresh has for the bundled record', async () => {
  await using opened = await openTemporaryStore()
  const { store, file } = opened
  await importDossiers(store, { files: [bundledRecord] })
  for (let pick = 0; pick < 200; pick += 8) await redactRecord(file, pickedOf(store, pick))
  expect(projectedRows(file)).toEqual(await projectedAfresh(file))
})

test('asks once whether a dispute still cites a source, by the shorter of their lists', async () => {
  using place = temporaryFile()
  const store = await openStore({ file: place.file })
  const sources = ['herald', 'leaflet', 'note'].map((key) =>
    planned('source', { key, title: 'A source', language: 'en', reliability: 'C' }),
  )
  const brawl = { key: 'brawl', title: 'The brawl', summary: 'Who began it.', period: '2024/..', parties: ['north'] }
  const cited = (key: string, dispute: string, from: readonly string[]) =>
    planned('event', {
      ...event({ event: key, disputes: [dispute], bearings: [], figures: [], codings: [] }),
      citations: from.map((source) => ({ source, credibility: 2, basis: 'own-reporting' })),
    })
  const all = ['herald', 'leaflet', 'note']
  const revised = [2, 3, 4].map((revision) => [
    { ...cited('ferry/both', 'ferry', all), kind: 'REVISED' as const, revision },
  ])
  const elsewhere = Array.from({ length: 20 }, (_, at) => cited(`brawl/${at}`, 'brawl', ['herald']))
  const batches = [
    [...setting, ...sources, planned('dispute', brawl)],
    [cited('ferry/both', 'ferry', all), cited('ferry/other', 'ferry', ['leaflet']), ...elsewhere],
    ...revised,
  ]
  await store.append({ batches, origin: 'IMPORT' })
  store.close()
  const run: string[] = []
  const connection = new Database(place.file, { verbose: (sql) => run.push(String(sql)) })
  connection.pragma('foreign_keys = ON')
  const select = "select id from sources where key in ('herald', 'leaflet', 'note') order by key"
  const [herald, leaflet, note] = connection.prepare(select).pluck().all() as number[]
  await redact(connection, { key: 'ferry/both', reason: 'Order', now: 0 })
  const asked = run.filter((sql) => sql.startsWith('delete from dispute_sources'))
  // One development of the dispute is left: fewer than cite the herald, and no fewer than cite the others.
  const first = asked.map((sql) => [
    Number(/source_id = (\d+)/.exec(sql)?.[1]),
    Number(/ dimension = (\d+)/.exec(sql)?.[1]),
  ])
  expect(first).toEqual([
    [herald, Dimension.DISPUTE],
    [leaflet, Dimension.SOURCE],
    [note, Dimension.SOURCE],
  ])
  const plan = connection.prepare(`explain query plan ${asked[0]}`).all() as { detail: string }[]
  expect(plan.map(({ detail }) => detail).filter((detail) => detail.includes('postings'))).toEqual([
    'SEARCH postings USING PRIMARY KEY (dimension=? AND target=?)',
    'SEARCH postings USING PRIMARY KEY (dimension=? AND target=? AND sort=? AND development_id=? AND revision_id=?)',
  ])
  const left = connection.prepare(
    `select s.key from dispute_sources join sources s on s.id = source_id join disputes d on d.id = dispute_id where d.key = 'ferry'`,
  )
  expect(left.pluck().all()).toEqual(['leaflet'])
  connection.close()
})

/** One of the records of a store, of each kind in turn. */
function pickedOf({ reader }: Store, pick: number) {
  const kinds = reader.all<{ record: RecordKind }>('select distinct record from changes order by record')
  const kind = kinds[pick % kinds.length]?.record
  const keys = reader.all<{ key: string }>('select distinct key from changes where record = ? order by key', kind)
  return { key: keys[pick % keys.length]?.key ?? '', record: kind, reason: 'Order' }
}

/** What a copy of a store has after a rebuild. */
async function projectedAfresh(file: string) {
  using copy = temporaryFile()
  await backUpStore({ file, to: copy.file, onProgress: () => {} })
  await rebuildStore(copy.file, () => {})
  return projectedRows(copy.file)
}

async function exported(store: Store, asOf = store.head()): Promise<string> {
  let text = ''
  await exportDossier(store.reader, {
    asOf,
    format: 'yaml',
    write: async (piece) => {
      text += piece
    },
  })
  return text
}

test('an import that still holds the record is refused, and a load leaves it out with a warning each time', async () => {
  await using opened = await openTemporaryStore()
  const { store, file } = opened
  const dossier = join(dirname(file), 'story.yaml')
  writeFileSync(dossier, STORY)
  await loadDossiers(store, [dossier])
  await redactRecord(file, { key: 'ferry/sinking', reason: 'Order of the court' })
  const head = store.head()
  const refused = await importDossiers(store, { files: [dossier], overwrite: true })
  expect(refused).toMatchObject({ refused: true, written: false })
  expect(refused.problems.map(({ code, message }) => [code, message])).toEqual([
    ['REDACTED', 'was redacted ("Order of the court"), and cannot be recorded again; remove it from the dossier'],
  ])
  for (let start = 0; start < 2; start++) {
    const loaded = await loadDossiers(store, [dossier])
    expect(loaded).toMatchObject({ written: false, kept: 1 })
    expect(loaded.conflicts.map(formatProblem)).toEqual([expect.stringContaining('remove it from the dossier')])
  }
  expect(store.head()).toBe(head)
  // No hash of it either.
  for (const table of ['baselines', 'loads']) {
    expect(store.reader.all(`select * from ${table} where key = 'ferry/sinking'`)).toEqual([])
  }
})

test('a mutation of the record is refused, and the answer to an idempotency key of it is forgotten', async () => {
  await using desk = await openDesk([setting])
  const { store } = desk
  const save = `mutation ($name: String!) { saveActor(input: { key: "ghost", name: $name, kind: PERSON }, idempotencyKey: "once") {
    __typename ... on InvalidInput { problems { path code message } } } }`
  expect(await desk.change(save, { name: 'Ghost' })).toMatchObject({ __typename: 'ActorSaved' })
  await store.append({ batches: [[planned('event', event())]], origin: 'API' })
  for (const key of ['ghost', 'ferry/sinking']) await redactRecord(store.file, { key, reason: 'Order' })
  expect(store.reader.all('select * from answers')).toEqual([])
  expect(await desk.change(save, { name: 'Ghost' })).toEqual({
    __typename: 'InvalidInput',
    problems: [
      { path: 'input.key', code: 'REDACTED', message: 'was redacted, and cannot be recorded again; use another key' },
    ],
  })
  const retract = `mutation { retractDevelopment(key: "ferry/sinking", expectedRevision: 2, reason: "x") {
    __typename ... on AlreadyRetracted { message } } }`
  expect(await desk.change(retract)).toEqual({
    __typename: 'AlreadyRetracted',
    message: expect.stringContaining('a redaction is final'),
  })
})

test('a key of no record, or of several, is refused', async () => {
  await using opened = await openTemporaryStore()
  const { store, file } = opened
  await store.append({
    batches: [[...setting, planned('actor', { key: 'ferry', name: 'The Ferry', kind: 'company' })]],
    origin: 'IMPORT',
  })
  await expect(redactRecord(file, { key: 'norht', reason: 'x' })).rejects.toMatchObject({
    code: 'UNKNOWN_KEY',
    nearest: ['north'],
  })
  await expect(redactRecord(file, { key: 'ferry', reason: 'x' })).rejects.toMatchObject({ code: 'KEY_AMBIGUOUS' })
  await expect(redactRecord(file, { key: 'ferry', record: 'actor', reason: 'x' })).resolves.toMatchObject({
    record: 'actor',
  })
})

test('while a reader keeps old pages in use, the redaction says what to do, and doing it empties the write-ahead log only', async () => {
  await using opened = await openTemporaryStore()
  const { store, file } = opened
  for (const batch of [setting, ...letters]) await store.append({ batches: [batch], origin: 'IMPORT' })
  const reading = store.reader.iterate('select * from changes')
  reading.next()
  const redacting = redactRecord(file, { key: 'ferry/letter', reason: 'Order', patience: 100 })
  await expect(redacting).rejects.toMatchObject({ code: 'STORE_BUSY', message: expect.stringContaining('again') })
  reading.return?.()
  const executed = vi.spyOn(Database.prototype, 'exec')
  await redactRecord(file, { key: 'ferry/letter', reason: 'Order' })
  expect(executed).not.toHaveBeenCalledWith('vacuum')
  expect(store.reader.all('select * from uncleaned')).toEqual([])
  await redactRecord(file, { key: 'ghost', reason: 'Order' })
  expect(executed).toHaveBeenCalledWith('vacuum')
  executed.mockRestore()
  expect(traces(file)).toEqual([])
})

test('leaves the mark of a redaction that was committed while the file was cleaned after another', async () => {
  await using opened = await openTemporaryStore()
  const { store, file } = opened
  for (const batch of [setting, ...letters]) await store.append({ batches: [batch], origin: 'IMPORT' })
  const exec = Reflect.get(Database.prototype, 'exec')
  const executed = vi.spyOn(Database.prototype, 'exec').mockImplementation(function (this: Database.Database, sql) {
    exec.call(this, sql)
    if (sql !== 'vacuum') return this
    executed.mockImplementation(exec)
    const other = new Database(file)
    other.exec('insert into uncleaned (id) values (1000)')
    other.close()
    return this
  })
  await redactRecord(file, { key: 'ferry/letter', reason: 'Order' })
  executed.mockRestore()
  expect(store.reader.all('select * from uncleaned')).toEqual([{ id: 1000, is_rewritten: 0 }])
  const next = await openStore({ file })
  expect(next.reader.all('select * from uncleaned')).toEqual([])
  next.close()
})

test('is cleaned at the next start, and in backups, if the process was killed before it was', async () => {
  using place = temporaryFile()
  const store = await openStore({ file: place.file })
  await store.append({ batches: [[planned('place', { key: 'ford', name: 'Wordthatmustgo' })]], origin: 'API' })
  store.close()
  const script = new URL('../_support/killed-redaction.ts', import.meta.url).pathname
  const killed = spawn(process.execPath, [script, place.file], { stdio: 'inherit' })
  expect(await once(killed, 'exit')).toEqual([null, 'SIGKILL'])
  const holds = (file: string) =>
    ['', '-wal', '-shm'].filter(
      (name) => existsSync(file + name) && readFileSync(file + name).includes('Wordthatmustgo'),
    )
  expect(holds(place.file)).not.toEqual([])
  const to = `${place.folder}/backup.db`
  await backUpStore({ file: place.file, to, onProgress: () => {} })
  expect(holds(to)).toEqual([])
  const next = await openStore({ file: place.file })
  expect([holds(place.file), next.head()]).toEqual([[], 2])
  next.close()
})
