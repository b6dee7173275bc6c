import { describe, expect, test } from 'vitest'
import type { RecordOf } from '../../src/model/records/definitions.ts'
import { read } from '../_support/answer.ts'
import { openApp, type App } from '../_support/app.ts'
import { event, planned, setting, statement } from '../_support/planned-changes.ts'

/** The text of a page, or of the section with an id. */
async function textOf(app: App, path: string, id?: string): Promise<string> {
  const page = await (await app.fetch(path, { headers: { accept: 'text/html' } })).text()
  const shown = id === undefined ? /<main.*<\/main>/s : new RegExp(`<section id="${id}">.*?</section>`, 's')
  return (shown.exec(page)?.[0] ?? '')
    .replaceAll(/<svg.*?<\/svg>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
}

type Stance = 'asserts' | 'denies'
type Response = 'promised' | 'rejected' | 'met'

const BY = { by: 'gazette' }

/** What the North holds, from a day on. */
const held = (date: string, stance: Stance, { by }: { readonly by: string } = BY, claim = 'ferry/sunk') =>
  planned(
    'statement',
    plain({
      statement: `ferry/${stance}-${date.replaceAll(/\W/g, '')}-${by}`,
      date,
      citations: [cited(by)],
      positions: [{ claim, stance, attribution: 'quoted' }],
    }),
  )

/** An answer to a demand, from a day on. */
const answered = (date: string, response: Response, { by }: { readonly by: string } = BY, demand = 'ferry/pay') =>
  planned(
    'event',
    event({
      event: `${demand}-${response}-${date.replaceAll(/\W/g, '')}`,
      date: '2025-01-01',
      citations: [cited(by)],
      figures: [],
      bearings: [],
      assessments: [{ demand, response, date }],
    }),
  )

function plain(fields: Partial<RecordOf<'statement'>>): RecordOf<'statement'> {
  return statement({ quotes: [], demands: [], positions: [], ...fields })
}

function cited(source: string) {
  return { source, credibility: 2, basis: 'own-reporting' } as const
}

/** A document of a day. */
const published = (key: string, day: string) =>
  planned('source', { key, title: key, language: 'en', reliability: 'B', published: day })

/** The dispute with a central claim. */
const central = planned(
  'dispute',
  {
    key: 'ferry',
    title: 'The ferry',
    summary: 'Who sank it.',
    period: '2024/..',
    parties: ['north', 'south'],
    'central-claim': 'ferry/sunk',
  },
  { kind: 'REVISED', revision: 2 },
)

/** The days of the page on which the whole record is shown. */
const WHOLE = ['', 'reported=2025-12-31', 'on=2025-12-31', 'on=2025-12-31&reported=2025-12-31']

describe('a position or an answer whose start is not known is less current than every other', () => {
  test('of positions', async () => {
    const positions = [held('[..2025-01-02]', 'denies'), held('2025-01-08', 'asserts')]
    await using app = await openApp({ recorded: [setting, [central], positions] })
    const { claim } = await read(
      app,
      '{ claim(key: "ferry/sunk") { currentPositions { stance previous { stance } } } }',
    )
    expect(claim).toEqual({ currentPositions: [{ stance: 'ASSERTS', previous: { stance: 'DENIES' } }] })
    for (const times of WHOLE) {
      const dispute = await textOf(app, `/disputes/ferry?${times}`, 'positions')
      expect([times, dispute]).toEqual([
        times,
        expect.stringMatching(/Changed Asserts it 8 Jan 2025 Before: denies it, by 2 Jan 2025/),
      ])
      expect(await textOf(app, `/disputes/ferry?${times}`)).toMatch(/Changed Asserts it 8 Jan 2025 Before: denies it /)
      expect(await textOf(app, `/?${times}`)).toMatch(/Changed Asserts it 8 Jan 2025 Before: denies it /)
      expect(await textOf(app, `/claims?dispute=ferry&${times}`)).toMatch(/Changed asserts it, 8 Jan 2025/)
      expect(await textOf(app, `/actors/north?${times}`, 'changed')).toContain(
        ': denies it, by 2 Jan 2025; asserts it, 8 Jan 2025',
      )
    }
  })

  test('of answers', async () => {
    const answers = [answered('[..2025-01-02]', 'rejected'), answered('2025-01-09', 'promised')]
    const later = [published('autumn', '2026-09-20'), answered('2026-02-01', 'met', { by: 'autumn' })]
    await using app = await openApp({ recorded: [setting, answers, later] })
    const { demand } = await read(app, '{ demand(key: "ferry/pay") { response(on: "2025-12-31") } }')
    expect(demand).toEqual({ response: 'PROMISED' })
    for (const times of WHOLE.slice(1)) {
      for (const path of ['/disputes/ferry?', '/demands?dispute=ferry&']) {
        expect(await textOf(app, `${path}${times}`)).toMatch(/Promised 9 Jan 2025 refused → promised/)
      }
      expect(await textOf(app, `/?${times}`)).toContain('1 demand : 1 promised')
    }
  })
})

describe('what only a later document tells had not been reported', () => {
  /** A statement told by two documents. Its position, its answer and what it bears on are told by the later one. */
  const two = planned(
    'statement',
    plain({
      statement: 'ferry/two',
      date: '2025-01-06',
      citations: [cited('march'), cited('september')],
      positions: [{ claim: 'ferry/sunk', stance: 'denies', attribution: 'quoted', citation: 'september' }],
      bearings: [{ claim: 'ferry/rotten', bearing: 'supports', citation: 'september' }],
      assessments: [{ demand: 'ferry/pay', response: 'promised', date: '2025-01-06', citation: 'september' }],
    }),
  )
  const rotten = planned('claim', {
    key: 'ferry/rotten',
    dispute: 'ferry',
    proposition: 'It was rotten.',
    relations: [{ relation: 'alternative-to', claim: 'ferry/sunk' }],
  })
  const documents = [published('march', '2025-03-20'), published('september', '2025-09-20')]

  test.each([
    ['2025-04-01', false],
    ['2025-09-20', true],
  ])('by %s: %s', async (day, isTold) => {
    // Another position and answer keep the rows in the pages.
    const others = [held('2025-01-04', 'asserts', { by: 'march' }), answered('2025-01-04', 'rejected', { by: 'march' })]
    await using app = await openApp({ recorded: [setting, documents, [central, rotten], others, [two]] })
    const at = async (path: string, id?: string) =>
      textOf(app, `${path}${path.includes('?') ? '&' : '?'}reported=${day}`, id)
    const stance = isTold ? /denies it,? 6 Jan 2025/i : /asserts it,? 4 Jan 2025/i
    expect(await at('/disputes/ferry')).toMatch(stance)
    expect(await at('/disputes/ferry', 'positions')).toMatch(stance)
    expect(await at('/disputes/ferry', 'demands')).toContain(isTold ? 'Promised 6 Jan' : 'Refused 4 Jan')
    expect((await at('/disputes/ferry', 'positions')).includes('1 in support')).toBe(isTold)
    expect((await at('/disputes/ferry', 'evidence')).includes('Supports')).toBe(isTold)
    const page = await (await app.fetch(`/disputes/ferry?reported=${day}`)).text()
    const story = /<section id="story">.*?<\/section>/s.exec(page)?.[0]
    expect(story?.includes('>denies<')).toBe(isTold)
    expect(await at('/')).toMatch(stance)
    expect(await at('/')).toContain(isTold ? '1 promised' : '1 refused')
    expect(await at('/demands?dispute=ferry')).toContain(isTold ? 'Promised 6 Jan' : 'Refused 4 Jan')
    const claims = await at('/claims?dispute=ferry')
    expect(claims).toMatch(stance)
    expect(claims.includes('1 piece of evidence')).toBe(isTold)
    expect(await at('/actors/north', 'changed')).toMatch(stance)
    expect(await at('/claims/ferry/sunk')).toMatch(stance)
    expect((await at('/claims/ferry/sunk', 'time')).includes('Denies it')).toBe(isTold)
    expect((await at('/claims/ferry/rotten', 'evidence')).includes('Supports')).toBe(isTold)
    expect(await at('/claims/ferry/rotten', 'related')).toContain(isTold ? 'denies it' : 'asserts it')
    expect((await at('/developments/ferry/two', 'changed')).includes('Denies it')).toBe(isTold)
    expect((await at('/developments/ferry/two', 'bearings')).includes('Supports')).toBe(isTold)
  })

  test('a later position does not name it as the one before', async () => {
    const after = held('2025-01-10', 'asserts', { by: 'march' })
    await using app = await openApp({ recorded: [setting, documents, [rotten, two], [after]] })
    const at = async (day: string) => textOf(app, `/developments/${after.key}?reported=${day}`, 'changed')
    expect(await at('2025-04-01')).toContain('Not the first; the one before was not on record by then')
    expect(await at('2025-09-20')).toContain('Denies it 6 Jan 2025')
  })
})

test('of many demands, those with the latest answers are shown, also with one that goes on', async () => {
  const keys = Array.from({ length: 13 }, (_, index) => `ferry/demand-${index + 1}`)
  const demands = keys.map((key) =>
    planned('demand', { key, dispute: 'ferry', text: `${key}.`, remedy: 'release', 'made-by': ['north'] }),
  )
  const dates = ['2025-07-05/..', ...keys.slice(2).map((_, index) => `2025-01-${String(10 + index)}`)]
  const answers = dates.map((date, index) => answered(date, index === 0 ? 'met' : 'rejected', BY, keys[index] ?? ''))
  await using app = await openApp({ recorded: [setting, demands, answers] })
  const shown = await textOf(app, '/disputes/ferry', 'demands')
  expect(shown).toContain('The 8 with the latest answers.')
  expect(Array.from(shown.matchAll(/ferry\/demand-(\d+)/g), ([, number]) => Number(number))).toEqual([
    1, 6, 7, 8, 9, 10, 11, 12,
  ])
})

describe('what only repeats a position or an answer', () => {
  const documents = [published('winter', '2025-02-01'), published('summer', '2025-08-15')]
  const early = { by: 'winter' }
  const late = { by: 'summer' }
  const PAGES = ['/disputes/ferry', '/claims/ferry/sunk', '/actors/north']

  test.each([
    ['asserts', false],
    ['denies', true],
  ] as const)('is no change of position: %s', async (stance, isChange) => {
    const before = [held('2025-01-05', 'denies', early), held('2025-01-10', 'asserts', early)]
    await using app = await openApp({ recorded: [setting, documents, before, [held('2025-08-10', stance, late)]] })
    for (const path of PAGES) {
      const shown = await textOf(app, `${path}?since=2025-07-01`)
      expect(shown).toContain('first reported')
      expect([path, shown.includes('Northland changed position on 1 claim')]).toEqual([path, isChange])
    }
  })

  test('differs from a change all of which is new', async () => {
    const all = [held('2025-01-05', 'denies', late), held('2025-01-10', 'asserts', late)]
    await using app = await openApp({ recorded: [setting, documents, all] })
    for (const path of PAGES)
      expect(await textOf(app, `${path}?since=2025-07-01`)).toContain('Northland changed position on 1 claim')
  })

  test.each([
    ['promised', false],
    ['rejected', true],
  ] as const)('is no new answer: %s', async (response, isAnswer) => {
    const put = planned('demand', {
      key: 'ferry/pay',
      dispute: 'ferry',
      text: 'Pay.',
      remedy: 'compensation',
      'made-by': ['south'],
      addressees: ['north'],
    })
    const asked = { ...put, kind: 'REVISED', revision: 2 } as const
    const answers = [answered('2025-01-10', 'promised', early), answered('2025-08-10', response, late)]
    await using app = await openApp({
      recorded: [setting, documents, [asked], answers, [held('2025-01-05', 'denies')]],
    })
    for (const path of ['/disputes/ferry', '/actors/north']) {
      const shown = await textOf(app, `${path}?since=2025-07-01`)
      expect(shown).toMatch(/(?:Reported since|New answer) Compensation/)
      expect([path, shown.includes('1 demand got a new answer')]).toEqual([path, isAnswer])
      expect([path, shown.includes('New answer Compensation')]).toEqual([path, isAnswer])
    }
  })

  test('does not stand before itself', async () => {
    const all = [held('2025-01-05', 'denies'), held('2025-01-10', 'asserts'), held('2025-08-10', 'asserts')]
    await using app = await openApp({ recorded: [setting, [central], all] })
    const once = /Changed Asserts it 10 Jan 2025 , first of 2 times Before: denies it, 5 Jan 2025 (?!→)/
    expect(await textOf(app, '/disputes/ferry', 'positions')).toMatch(once)
    expect(await textOf(app, '/claims/ferry/sunk')).toMatch(once)
    expect(await textOf(app, '/disputes/ferry')).toMatch(/Asserts it 2 times; last 10 Aug 2025 Before: denies it (?!→)/)
    expect(await textOf(app, '/')).toMatch(/Asserts it 10 Aug 2025 Before: denies it (?!→)/)
  })
})

test('a party demands what it, its organs and its office-holders of the day demand, and nobody else does for it', async () => {
  const person = (key: string, relation: 'close-to' | 'office-holder', date: string) =>
    planned('actor', { key, name: key, kind: 'person', affiliations: [{ to: 'north', relation, date }] })
  const pundits = Array.from({ length: 101 }, (_, index) => person(`pundit-${index}`, 'close-to', '2024/..'))
  const holders = [
    person('former', 'office-holder', '2024-01-01/2024-06-30'),
    person('present', 'office-holder', '2024-07-01/..'),
  ]
  const put = (by: string, to: string) =>
    planned('demand', {
      key: `ferry/${by}-${to}`,
      dispute: 'ferry',
      text: 'Stop.',
      remedy: 'cessation',
      'made-by': [by],
      addressees: [to],
    })
  const demands = [put('pundit-1', 'south'), put('present', 'south'), put('former', 'south'), put('south', 'pundit-2')]
  await using app = await openApp({ recorded: [setting, [...pundits, ...holders], [central], demands] })
  const boardOn = async (times: string) =>
    /Demands Makes.*?Makes 1/.exec(await textOf(app, `/disputes/ferry${times}`))?.[0]
  // The setting has one demand of the North.
  expect(await boardOn('')).toBe('Demands Makes 3: 3 no answer Makes 1')
  expect(await boardOn('?on=2025-01-01')).toBe('Demands Makes 2: 2 no answer Makes 1')
  expect(await textOf(app, '/actors/north')).not.toContain('put to it:')
})

describe('where the last positions of a holder were reported later', () => {
  const documents = [published('winter', '2025-02-01'), published('summer', '2025-08-15')]
  const rotten = planned('claim', {
    key: 'ferry/rotten',
    dispute: 'ferry',
    proposition: 'It was rotten.',
    relations: [{ relation: 'alternative-to', claim: 'ferry/sunk' }],
  })
  const first = held('2025-01-05', 'denies', { by: 'winter' })
  /** So many positions of summer, the last of them on one day. */
  const others = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      planned(
        'statement',
        plain({
          statement: `ferry/other-${index}`,
          date: '2025-01-10',
          citations: [cited('summer')],
          positions: [{ claim: 'ferry/sunk', stance: 'asserts', attribution: 'quoted' }],
        }),
      ),
    )

  test.each([
    [3, 'denies it'],
    [120, 'the last 3 positions were reported later'],
  ])('of %i of them, the pages of an earlier day say: %s', async (count, words) => {
    await using app = await openApp({ recorded: [setting, documents, [central, rotten, first], others(count)] })
    const at = async (path: string, id?: string) => textOf(app, `${path}reported=2025-04-01`, id)
    expect(await at('/claims?dispute=ferry&')).toContain(`The South sank the ferry. Northland : ${words}`)
    expect(await at('/claims/ferry/rotten?', 'related')).toContain(`The South sank the ferry. Northland : ${words}`)
    expect((await at('/?')).toLowerCase()).toContain(`northland ${words}`)
    for (const path of ['/claims?dispute=ferry&', '/claims/ferry/rotten?'])
      expect(await textOf(app, `${path}reported=2025-09-01`)).toMatch(/Northland : (?:Changed )?asserts it/)
  })
})
