import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RecordOf } from '../../src/model/records/definitions.ts'
import { PREFIXED_MAX } from '../../src/store/search/full-text.ts'
import { read, refusalsOf } from '../_support/answer.ts'
import { openApp, type App } from '../_support/app.ts'
import { event, planned, setting, statement } from '../_support/planned-changes.ts'

const SEARCH = `query ($text: String, $order: DevelopmentOrder = OLDEST_FIRST, $at: DateTime, $first: Int = 20, $after: String, $reportedBy: Date, $reportedAfter: Date) {
  developments(filter: { text: $text, reportedBy: $reportedBy, reportedAfter: $reportedAfter }, orderBy: $order, asKnownAt: $at, first: $first, after: $after) {
    totalCount
    pageInfo { hasNextPage hasPreviousPage endCursor }
    edges { cursor node { key } snippet { text match } }
  }
}`

interface Found {
  readonly totalCount: number
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly endCursor: string }
  readonly edges: readonly {
    readonly cursor: string
    readonly node: { readonly key: string }
    readonly snippet: readonly { readonly text: string; readonly match: boolean }[] | null
  }[]
}

async function search(app: App, text: string | null, variables: Record<string, unknown> = {}): Promise<Found> {
  const data = await read(app, SEARCH, { text, ...variables })
  // The fields that SEARCH selects.
  return data['developments'] as Found
}

async function keysFor(app: App, text: string, variables?: Record<string, unknown>): Promise<string[]> {
  const { edges, totalCount } = await search(app, text, variables)
  expect(totalCount).toBe(edges.length)
  return edges.map(({ node }) => node.key)
}

async function snippetFor(app: App, text: string): Promise<string> {
  const { edges } = await search(app, text)
  return (edges[0]?.snippet ?? []).map((part) => (part.match ? `[${part.text}]` : part.text)).join('')
}

/** An event without actors, of which only the text matters. */
const plannedEvent = (key: string, texts: Partial<RecordOf<'event'>>) =>
  planned('event', event({ event: key, summary: 'As told.', bearings: [], figures: [], ...texts }))

describe('a search', () => {
  let app: App

  beforeAll(async () => {
    app = await openApp({
      recorded: [
        [
          ...setting,
          planned('actor', {
            key: 'aliyev',
            name: 'İlham Əliyev',
            kind: 'person',
            aliases: ['Ильхам Алиев', '伊利哈姆·阿利耶夫'],
          }),
          planned('actor', {
            key: 'zakharova',
            name: 'Maria Zakharova',
            kind: 'person',
            aliases: ['Official Speaker'],
          }),
        ],
        [
          plannedEvent('baku', { headline: 'Bakıda görüş', date: '2025-01-01' }),
          plannedEvent('beijing', { headline: '俄罗斯外交部发言人扎哈罗娃表示遗憾', date: '2025-01-02' }),
          plannedEvent('bangkok', { headline: 'กระทรวงการต่างประเทศรัสเซียแถลง', date: '2025-01-03' }),
          plannedEvent('cairo', { headline: 'القاهرة تُعرب عن أسفها', date: '2025-01-04' }),
          plannedEvent('moscow', {
            headline: 'Самолёт сбит',
            summary: 'Об этом заявили в Москве.',
            date: '2025-01-05',
          }),
          plannedEvent('aktau', {
            headline: 'Air defence fires near Aktau',
            summary: 'The plane was hit. Defence air is something else.',
            date: '2025-01-06',
          }),
          plannedEvent('dushanbe', {
            headline: 'A meeting',
            date: '2025-01-07',
            participants: [
              { actor: 'aliyev', role: 'participant' },
              { actor: 'zakharova', role: 'participant' },
            ],
          }),
          planned(
            'statement',
            statement({
              statement: 'quoted',
              headline: 'An apology',
              summary: 'It came late.',
              date: '2025-01-08',
              speakers: ['aliyev'],
              'on-behalf-of': [],
              addressees: [],
              quotes: [
                { text: 'The shooting was a mistake', language: 'en', citation: 'gazette' },
                { text: 'and we regret it.', language: 'en', citation: 'gazette' },
              ],
            }),
          ),
        ],
      ],
    })
  })

  afterAll(() => app[Symbol.asyncDispose]())

  test.each<[string, string, string[]]>([
    ['a Latin word without its diacritics', 'bakida', ['baku']],
    ['a word in whatever case', 'AKTAU', ['aktau']],
    ['a name in Azerbaijani, by plain letters', 'aliyev', ['dushanbe', 'quoted']],
    ['an alias in Cyrillic', 'алиев', ['dushanbe', 'quoted']],
    ['an alias in Chinese', '阿利耶夫', ['dushanbe', 'quoted']],
    ['a Cyrillic word, ё as е', 'самолет', ['moscow']],
    ['a Chinese word', '外交部', ['beijing']],
    ['a part of a Chinese word', '外交', ['beijing']],
    ['Chinese words typed as one', '外交部表示', ['beijing']],
    ['a Thai word', 'ต่างประเทศ', ['bangkok']],
    ['an Arabic word without its vowels', 'تعرب', ['cairo']],
    ['terms in the text and in the name of a participant', 'meeting aliyev', ['dushanbe']],
    ['terms in the names of two participants', 'aliyev zakharova', ['dushanbe']],
    ['terms in headline and quote', 'apology mistake', ['quoted']],
    ['all of the terms and not some of them', 'apology aktau', []],
    ['a phrase in its order', '"air defence"', ['aktau']],
    ['a phrase in another order', '"defence air"', ['aktau']],
    ['no phrase across headline and summary', '"aktau the plane"', []],
    ['no phrase across quotes', '"mistake and we"', []],
    ['no phrase across names', '"zakharova official"', []],
    ['a phrase in a name', '"maria zakharova"', ['dushanbe']],
    ['the beginning of a word', 'apol*', ['quoted']],
    ['the beginning of a name', 'zakh*', ['dushanbe']],
    ['the beginning of a phrase’s last word', '"air def*"', ['aktau']],
    ['a beginning only where it is said to be one', 'apol', []],
    ['a beginning that begins nothing', 'xyz*', []],
  ])('finds %s', async (_, text, keys) => {
    expect(await keysFor(app, text)).toEqual(keys)
  })

  test.each([
    ['', 'contains no letter or digit'],
    ['😀', 'contains no letter or digit'],
    ['*', 'write it only after the beginning'],
    ['a '.repeat(101), 'has 202 characters; the limit is 200'],
    ['a b c d e f g h i j k', 'has 11 terms'],
  ])('refuses %j with the reason', async (text, reason) => {
    expect(await refusalsOf(app, SEARCH, { text })).toEqual([
      { code: 'TEXT_NOT_SEARCHABLE', path: ['developments'], message: expect.stringContaining(reason) as string },
    ])
  })

  test.each([
    '"',
    'a"b',
    'aktau AND NOT baku',
    'NEAR(aktau baku, 2)',
    '^aktau',
    'headline:aktau',
    '-aktau',
    '{aktau} + (baku',
    "aktau'; drop table t",
  ])('accepts %j as words', async (text) => {
    const { body } = await app.ask(SEARCH, { text })
    expect(body.errors?.map(({ extensions }) => extensions?.['code']) ?? []).toEqual(
      /\p{L}/u.test(text) ? [] : ['TEXT_NOT_SEARCHABLE'],
    )
  })

  test.each([
    ['aktau defence', 'Air [defence] fires near [Aktau]'],
    ['plane', 'The [plane] was hit. Defence air is something else.'],
    ['mistake', 'The shooting was a [mistake]'],
    ['外交', '俄罗斯[外交]部发言人扎哈罗娃表示遗憾'],
    ['алиев', 'Ильхам [Алиев]'],
    ['zakh*', 'Maria [Zakharova]'],
    ['meeting aliyev', 'A [meeting]'],
  ])('for %s shows %s', async (text, snippet) => {
    expect(await snippetFor(app, text)).toBe(snippet)
  })

  test('returns no snippet without a text', async () => {
    const { edges } = await search(app, null)
    expect(edges.map(({ snippet }) => snippet)).toEqual(edges.map(() => null))
  })

  test('by relevance is refused without a text', async () => {
    expect(await refusalsOf(app, SEARCH, { text: null, order: 'RELEVANCE' })).toEqual([
      {
        code: 'RELEVANCE_WITHOUT_TEXT',
        path: ['developments'],
        message: 'RELEVANCE orders the matches of a text. Pass `text` in the filter, or another order.',
      },
    ])
  })
})

test('a prefix of too many words is refused, and a longer one is accepted', async () => {
  const words = Array.from({ length: PREFIXED_MAX + 1 }, (_, at) => `word${String(at).padStart(3, '0')}`)
  await using app = await openApp({ recorded: [[...setting], [plannedEvent('many', { summary: words.join(' ') })]] })
  expect(await refusalsOf(app, SEARCH, { text: 'wo*' })).toEqual([
    {
      code: 'TEXT_NOT_SEARCHABLE',
      path: ['developments'],
      message: '"wo*" begins more than 200 different words; type more letters of it',
    },
  ])
  expect(await keysFor(app, 'word1*')).toEqual(['many'])
})

test('the former content of a corrected or retracted development is found only as known then', async () => {
  const clock = { at: Date.UTC(2025, 5, 1) }
  await using app = await openApp({ now: () => clock.at })
  await app.record(...setting)
  await app.record(plannedEvent('shot', { headline: 'A drone hits it' }))
  clock.at += 60_000
  await app.record(
    planned('event', event({ event: 'shot', headline: 'A missile hits it', bearings: [] }), {
      kind: 'CORRECTED',
      revision: 2,
    }),
  )
  expect(await keysFor(app, 'drone')).toEqual([])
  expect(await keysFor(app, 'missile')).toEqual(['shot'])
  const at = new Date(clock.at - 1).toISOString()
  expect(await keysFor(app, 'drone', { at })).toEqual(['shot'])
  expect(await keysFor(app, 'missile', { at })).toEqual([])
  const { edges } = await search(app, 'drone', { at })
  expect(edges[0]?.snippet).toContainEqual({ text: 'drone', match: true })
  await app.record(
    planned('event', event({ event: 'shot', headline: 'A missile hits it', bearings: [] }), {
      kind: 'RETRACTED',
      revision: 3,
      note: 'It was a bird.',
    }),
  )
  expect(await keysFor(app, 'missile')).toEqual([])
  const retracted = `{ developments(filter: { text: "missile", includeRetracted: true }) { nodes { key } } }`
  expect(await read(app, retracted)).toEqual({ developments: { nodes: [{ key: 'shot' }] } })
})

test('a new alias finds earlier developments without rewriting their index', async () => {
  await using app = await openApp({
    recorded: [[...setting], [planned('event', event({ participants: [{ actor: 'south', role: 'subject' }] }))]],
  })
  const indexed = () =>
    app.store.reader.get<{ sum: number }>('select sum(length(block)) as sum from development_text_data')
  const before = indexed()
  expect(await keysFor(app, 'Sudreich')).toEqual([])
  await app.record(
    planned(
      'actor',
      { key: 'south', name: 'Southland', kind: 'state', aliases: ['Südreich'] },
      { kind: 'REVISED', revision: 2 },
    ),
  )
  expect(await keysFor(app, 'Sudreich')).toEqual(['ferry/sinking'])
  expect(indexed()).toEqual(before)
  await app.record(
    planned('actor', { key: 'south', name: 'Southland', kind: 'state' }, { kind: 'REVISED', revision: 3 }),
  )
  expect(await keysFor(app, 'Sudreich')).toEqual([])
})

describe('in scripts without spaces and names with an apostrophe, a search', () => {
  let app: App

  beforeAll(async () => {
    app = await openApp({
      recorded: [
        [
          ...setting,
          planned('actor', {
            key: 'aliyev',
            name: 'İlham Əliyev',
            kind: 'person',
            aliases: ['อิลฮัม อาลีเยฟ', '阿利耶夫总统'],
          }),
          planned('actor', { key: 'uzbekistan', name: 'Oʻzbekiston Respublikasi', kind: 'state' }),
          planned('place', { key: 'sloviansk', name: 'Словʼянськ' }),
          planned('place', { key: 'aktau', name: 'เมืองอัคเตา' }),
        ],
        [
          plannedEvent('sorry', { headline: 'ปูตินขอโทษอาลีเยฟ', date: '2025-01-01' }),
          plannedEvent('blame', { headline: 'อาลีเยฟกล่าวว่ารัสเซียต้องรับผิดชอบ', date: '2025-01-02' }),
          plannedEvent('crash', { headline: 'เครื่องบินตกใกล้เมืองอัคเตา', date: '2025-01-03' }),
          plannedEvent('lao', { headline: 'ປູຕິນຂໍໂທດອາລີເຢບ', date: '2025-01-04' }),
          plannedEvent('khmer', { headline: 'ពូទីនសុំទោសអាលីយេវ', date: '2025-01-05' }),
          plannedEvent('myanmar', { headline: 'ပူတင်ကအာလီယက်ဗ်ကိုတောင်းပန်', date: '2025-01-06' }),
          plannedEvent('japanese', { headline: 'プーチン大統領がアリエフ氏に謝罪', date: '2025-01-07' }),
          plannedEvent('uzbek', { headline: 'Oʻzbekiston prezidenti', date: '2025-01-08' }),
          plannedEvent('ukrainian', { headline: 'Словʼянськ обстріляно', date: '2025-01-09' }),
          plannedEvent('typed', { headline: "O'zbekiston va Слов’янськ", date: '2025-01-10' }),
          plannedEvent('quoting', { headline: 'He said ‘so’', date: '2025-01-11' }),
          plannedEvent('dushanbe', {
            headline: 'A meeting',
            date: '2025-01-12',
            participants: [{ actor: 'aliyev', role: 'participant' }],
          }),
        ],
      ],
    })
  })

  afterAll(() => app[Symbol.asyncDispose]())

  test.each<[string, string[]]>([
    ['ขอโทษ', ['sorry']],
    ['ขอโทษ*', ['sorry']],
    ['ปูติน', ['sorry']],
    ['อาลีเยฟ', ['sorry', 'blame', 'dushanbe']],
    ['รัสเซีย', ['blame']],
    ['เมือง', ['crash']],
    ['อัคเตา', ['crash']],
    ['ปูติน อาลีเยฟ', ['sorry']],
    ['อาลีเยฟขอโทษ', []],
    ['ປູຕິນ', ['lao']],
    ['ຂໍໂທດ', ['lao']],
    ['ອາລີເຢບ', ['lao']],
    ['ពូទីន', ['khmer']],
    ['សុំទោស', ['khmer']],
    ['អាលីយេវ', ['khmer']],
    ['ပူတင်', ['myanmar']],
    ['အာလီယက်ဗ်', ['myanmar']],
    ['တောင်းပန်', ['myanmar']],
    ['プーチン', ['japanese']],
    ['大統領', ['japanese']],
    ['ｱﾘｴﾌ', ['japanese']],
    ['アリエ*', ['japanese']],
    ['阿利耶夫', ['dushanbe']],
    ['耶夫阿利', []],
    ...['oʻzbekiston', "o'zbekiston", 'O’zbekiston', 'o‘zbekiston', 'oʼzbekiston', 'o`zbek*', '"o′zbekiston"'].map(
      (typed): [string, string[]] => [typed, ['uzbek', 'typed']],
    ),
    ...['Словʼянськ', "слов'янськ", 'Слов’янськ', 'Слов＇янськ'].map((typed): [string, string[]] => [
      typed,
      ['ukrainian', 'typed'],
    ]),
    ['so', ['quoting']],
    ["'so'", ['quoting']],
    ['ʼsoʼ', ['quoting']],
  ])('for %s finds %j, in any order', async (text, keys) => {
    expect(await keysFor(app, text)).toEqual(keys)
    expect((await keysFor(app, text, { order: 'RELEVANCE' })).toSorted()).toEqual(keys.toSorted())
  })

  test.each([
    ['อาลีเยฟ', 'ปูตินขอโทษ[อาลีเยฟ]'],
    ['อัคเตา', 'เครื่องบินตกใกล้เมือง[อัคเตา]'],
    ['ອາລີເຢບ', 'ປູຕິນຂໍໂທດ[ອາລີເຢບ]'],
    ['សុំទោស', 'ពូទីន[សុំទោស]អាលីយេវ'],
    ['အာလီယက်ဗ်', 'ပူတင်က[အာလီယက်ဗ်]ကိုတောင်းပန်'],
    ['ｱﾘｴﾌ', 'プーチン大統領が[アリエフ]氏に謝罪'],
    ["o'zbekiston", '[Oʻzbekiston] prezidenti'],
    ['слов’янськ', '[Словʼянськ] обстріляно'],
    ["'so'", 'He said ‘[so]’'],
  ])('for %s shows %s', async (text, snippet) => {
    expect(await snippetFor(app, text)).toBe(snippet)
  })

  test.each([
    ['actors', 'อาลี', ['aliyev']],
    ['actors', 'ลีอา', []],
    ['actors', '利耶夫', ['aliyev']],
    ['actors', '夫耶', []],
    ['actors', 'o‘zbek', ['uzbekistan']],
    ['actors', "o'zbekiston resp", ['uzbekistan']],
    ['places', 'อัคเต', ['aktau']],
    ['places', "слов'я", ['sloviansk']],
    ['places', 'слов’янськ', ['sloviansk']],
  ])('of %s for %s finds %j', async (field, typed, keys) => {
    const data = await read(app, `query ($search: String) { found: ${field}(search: $search) { nodes { key } } }`, {
      search: typed,
    })
    expect(data['found']).toEqual({ nodes: keys.map((key) => ({ key })) })
  })
})

describe('a name with several spellings', () => {
  let app: App

  beforeAll(async () => {
    app = await openApp({
      recorded: [
        [
          ...setting,
          planned('actor', { key: 'assad', name: 'Bashar al-Assad', kind: 'person', aliases: ['Әsəd'] }),
          planned('place', { key: 'ganja', name: 'Gəncə' }),
        ],
        [
          plannedEvent('flight', { headline: 'Flight J2-8243 left', date: '2025-01-01' }),
          plannedEvent('baku', { headline: 'Azərbaycan Prezidenti', summary: "O'Connor's visit", date: '2025-01-02' }),
          plannedEvent('seoul', { headline: '푸틴은 러시아대통령으로서', date: '2025-01-03' }),
          plannedEvent('ferry', { participants: [{ actor: 'assad', role: 'participant' }], date: '2025-01-04' }),
        ],
      ],
    })
  })

  afterAll(() => app[Symbol.asyncDispose]())

  test.each<[string, string, string]>([
    ['j28243', 'flight', 'Flight [J2-8243] left'],
    ['azerbaycan', 'baku', '[Azərbaycan] Prezidenti'],
    ['"azerbaycan prez*"', 'baku', '[Azərbaycan Prezidenti]'],
    ['azerb* oconnors', 'baku', '[Azərbaycan] Prezidenti'],
    ['oconn*', 'baku', "[O'Connor's] visit"],
    ['대통령', 'seoul', '푸틴은 러시아[대통령]으로서'],
    ['alassad', 'ferry', 'Bashar [al-Assad]'],
    ['esed', 'ferry', '[Әsəd]'],
    ["o'connor's", 'baku', "[O'Connor's] visit"],
    ['f-light', 'flight', '[Flight] J2-8243 left'],
    ['b-as*', 'ferry', '[Bashar] al-Assad'],
  ])('is found by %s in %s: %s', async (text, key, snippet) => {
    expect(await keysFor(app, text)).toEqual([key])
    expect(await keysFor(app, text, { order: 'RELEVANCE' })).toEqual([key])
    expect(await snippetFor(app, text)).toBe(snippet)
  })

  test.each([
    ['actors', 'alass', ['assad']],
    ['actors', 'esed', ['assad']],
    ['actors', 'bash əsə', ['assad']],
    ['places', 'genc', ['ganja']],
  ])('is found among %s by %s', async (field, typed, keys) => {
    const query = `query ($search: String) { found: ${field}(search: $search) { nodes { key } } }`
    const { found } = await read(app, query, { search: typed })
    expect(found).toEqual({ nodes: keys.map((key) => ({ key })) })
  })
})

describe('by relevance', () => {
  const headlines = (...all: readonly string[]) =>
    all.map((headline, at) => plannedEvent(`crash-${at}`, { headline, date: '2025-01-01' }))

  test('a match in the headline comes first, rarer words count more, and equals are in reverse order of entry', async () => {
    await using app = await openApp({
      recorded: [
        [...setting],
        [
          plannedEvent('summary', { summary: 'Of a crash.' }),
          plannedEvent('headline', { headline: 'A crash' }),
          plannedEvent('same', { headline: 'A crash' }),
          ...headlines('One', 'Two', 'Three'),
        ],
      ],
    })
    expect(await keysFor(app, 'crash', { order: 'RELEVANCE' })).toEqual(['same', 'headline', 'summary'])
  })

  test('a variant counts once, and in the headline as a word of it', async () => {
    await using app = await openApp({
      recorded: [
        [...setting],
        [
          plannedEvent('headline', { headline: 'Azərbaycan Prezidenti', summary: 'One word.' }),
          plannedEvent('summary', { headline: 'One word', summary: 'Azərbaycan Prezidenti' }),
          plannedEvent('unspoken', { headline: 'One Prezidenti', summary: 'Another word.' }),
        ],
      ],
    })
    expect(await keysFor(app, 'azerbaycan', { order: 'RELEVANCE' })).toEqual(['headline', 'summary'])
    expect((await keysFor(app, 'prezidenti', { order: 'RELEVANCE' })).at(-1)).toBe('summary')
  })

  test('the same holds in a script without spaces', async () => {
    await using app = await openApp({
      recorded: [
        [...setting],
        [
          plannedEvent('twice', { headline: 'อาลีเยฟพบอาลีเยฟ', summary: 'ตามข่าว' }),
          plannedEvent('summary', { headline: 'ตามข่าว', summary: 'ปูตินพบอาลีเยฟ' }),
          plannedEvent('headline', { headline: 'ปูตินพบอาลีเยฟ', summary: 'ตามข่าว' }),
          ...headlines('ปูติน', 'ลีเยฟอา', 'Three'),
        ],
      ],
    })
    expect(await keysFor(app, 'อาลีเยฟ', { order: 'RELEVANCE' })).toEqual(['twice', 'headline', 'summary'])
  })

  test('pages keep the ranking of the first page, without later additions and removals', async () => {
    await using app = await openApp({
      recorded: [[...setting], headlines('crash', 'crash here', 'crash here now', 'crash here now again')],
    })
    const first = await search(app, 'crash', { order: 'RELEVANCE', first: 2 })
    expect(first.edges.map(({ node }) => node.key)).toEqual(['crash-0', 'crash-1'])
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false })
    await app.record(
      plannedEvent('newcomer', { headline: 'crash' }),
      planned('event', event({ event: 'crash-2', headline: 'fire', bearings: [], figures: [] }), {
        kind: 'CORRECTED',
        revision: 2,
      }),
    )
    const second = await search(app, 'crash', { order: 'RELEVANCE', first: 2, after: first.pageInfo.endCursor })
    expect(second.edges.map(({ node }) => node.key)).toEqual(['crash-3'])
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true })
    expect((await search(app, 'crash', { order: 'RELEVANCE' })).edges.map(({ node }) => node.key)).toContain('newcomer')
  })
})

test('reportedBy finds developments with a source published by that day, reportedAfter all others', async () => {
  const source = (key: string, published?: string) =>
    planned('source', {
      key,
      title: key,
      language: 'en',
      reliability: 'C',
      ...(published === undefined ? {} : { published }),
    })
  const citing = (key: string, ...sources: readonly string[]) =>
    plannedEvent(key, {
      citations: sources.map((each) => ({ source: each, credibility: 2, basis: 'own-reporting' as const })),
    })
  await using app = await openApp({
    recorded: [
      [
        ...setting,
        source('january', '2025-01'),
        source('february', '2025-02-03'),
        source('open', '2025-01-01/..'),
        source('undated'),
      ],
      [
        citing('in-january', 'january'),
        citing('in-february', 'february'),
        citing('in-both', 'january', 'february'),
        citing('never', 'open', 'undated'),
      ],
    ],
  })
  const by = async (reportedBy: string) =>
    (await search(app, null, { reportedBy, order: 'RECENTLY_RECORDED' })).edges.map(({ node }) => node.key)
  expect(await by('2025-01-30')).toEqual([])
  expect(await by('2025-01-31')).toEqual(['in-both', 'in-january'])
  expect(await by('2025-02-03')).toEqual(['in-both', 'in-february', 'in-january'])
  expect(await by('9999-12-31')).toHaveLength(3)
  const after = async (reportedAfter: string, reportedBy: string | null = null) =>
    (await search(app, null, { reportedAfter, reportedBy, order: 'RECENTLY_RECORDED' })).edges.map(
      ({ node }) => node.key,
    )
  expect(await after('2025-01-30')).toEqual(['never', 'in-both', 'in-february', 'in-january'])
  expect(await after('2025-01-31')).toEqual(['never', 'in-february'])
  expect(await after('2025-02-02')).toEqual(['never', 'in-february'])
  expect(await after('2025-02-03')).toEqual(['never'])
  expect(await after('2025-01-31', '2025-02-03')).toEqual(['in-february'])
  expect(await after('2025-02-03', '2025-02-03')).toEqual([])
  expect(await refusalsOf(app, SEARCH, { reportedAfter: '2025-02-04', reportedBy: '2025-02-03' })).toEqual([
    {
      code: 'BAD_RANGE',
      path: ['developments'],
      message: '`reportedAfter` is 2025-02-04 and `reportedBy` 2025-02-03. Pass the earlier day as `reportedAfter`.',
    },
  ])
})

test.each(['actors', 'places'])('%s are searched for by so many characters and no more', async (field) => {
  await using app = await openApp({ recorded: [setting] })
  const query = `query ($search: String) { ${field}(search: $search) { totalCount } }`
  expect(await refusalsOf(app, query, { search: 'x'.repeat(200) })).toEqual([])
  expect(await refusalsOf(app, query, { search: 'x'.repeat(201) })).toEqual([
    {
      code: 'SEARCH_TOO_LONG',
      path: [field],
      message: 'search has 201 characters; give at most 200',
    },
  ])
})
