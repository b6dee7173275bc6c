import { describe, expect, test } from 'vitest'
import type { RecordOf } from '../../src/model/records/definitions.ts'
import { read } from '../_support/answer.ts'
import { openApp, type App } from '../_support/app.ts'
import { openBundledRecord } from '../_support/bundled-record.ts'
import { event, measure, planned, setting } from '../_support/planned-changes.ts'

const SOURCES = ['2025-01-20', '2025-03-20', '2025-09-20'].map((published) =>
  planned('source', { key: `of-${published}`, title: published, language: 'en', reliability: 'B', published }),
)

type Made = Partial<RecordOf<'measure'>> & { readonly told?: string; readonly changes?: readonly Change[] }
/** Status, date, and the day on which it was published. */
type Change = readonly [NonNullable<RecordOf<'event'>['status-changes']>[number]['status'], string, string?]

const citing = (day: string): RecordOf<'event'>['citations'] => [
  { source: `of-${day}`, credibility: 2, basis: 'own-reporting' },
]

/** A service with measures, in force since 2 January 2025, and an event for each change of their status. */
function open(measures: Readonly<Record<string, Made>>): Promise<App> {
  const records = Object.entries(measures).map(([name, { told = '2025-01-20', changes = [], ...fields }]) => {
    const key = `ferry/${name}`
    const { links: _links, ...made } = measure({
      measure: key,
      headline: `The ${name}`,
      date: '2025-01-02',
      status: 'in-force',
    })
    const { figures: _figures, bearings: _bearings, ...plain } = event()
    return [
      planned('measure', { ...made, citations: citing(told), ...fields }),
      ...changes.map(([status, date, by = told], index) =>
        planned('event', {
          ...plain,
          event: `${key}-${index}`,
          date: '2025-01-02',
          citations: citing(by),
          'status-changes': [{ measure: key, status, date }],
        }),
      ),
    ]
  })
  return openApp({ recorded: [[...setting, ...SOURCES], ...records] })
}

async function pageOf(app: App, path: string): Promise<string> {
  return (await app.fetch(path, { headers: { accept: 'text/html' } })).text()
}

const wordsOf = (markup = '') =>
  markup
    .replace(/<svg.*?<\/svg>/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ ([.,:;])/g, '$1')
    .trim()

const sectionOf = (page: string) => /<section id="measures">.*?<\/section>/s.exec(page)?.[0] ?? ''

async function measuresOf(app: App, path: string): Promise<string> {
  return wordsOf(sectionOf(await pageOf(app, path)))
}

/** The row of the table of the parties: what stands for each. Undefined if there is none. */
async function boardOf(app: App, path: string): Promise<string | undefined> {
  const table = /<table class="board".*?<\/table>/s.exec(await pageOf(app, path))?.[0] ?? ''
  return /Measures in force when last reported (.*?)(?: Last said.*)?$/.exec(wordsOf(table))?.[1]
}

describe('the measures in force that the parties have', () => {
  test.each([
    ['2025-02-28', undefined, 'None of the 3 measures is in force'],
    ['2025-07-02', '1: arrest 1: arrest', '2 in force when last reported: 1 by Azerbaijan, 1 by Russia.'],
  ])('are those of the section, in the record as reported by %s', async (day, row, words) => {
    await using app = await openBundledRecord()
    expect(await measuresOf(app, `/disputes/j2-8243?reported=${day}`)).toContain(words)
    expect(await boardOf(app, `/disputes/j2-8243?reported=${day}`)).toBe(row)
  })

  test.each([
    ['an end that was reported later', { changes: [['lifted', '2025-01-10', '2025-09-20']] }, 1],
    [
      'a beginning that was reported later',
      { status: 'announced', changes: [['in-force', '2025-01-10', '2025-09-20']] },
      0,
    ],
    ['a beginning that had been announced for later', { date: '2025-06-01' }, 1],
    ['a beginning on some day since', { date: '[2025-01-02..]' }, 1],
    ['an author who acts for a party', { 'imposed-by': ['north-minister'] }, 1],
  ] satisfies [string, Made, number][])('count %s as its section does', async (_, made, count) => {
    await using app = await open({ closure: made })
    for (const path of ['/disputes/ferry?reported=2025-03-25', '/?reported=2025-03-25']) {
      const words = path.startsWith('/?') ? wordsOf(await pageOf(app, path)) : await measuresOf(app, path)
      expect([path, /(\d+) (?:measures? )?in force/.exec(words)?.[1] ?? '0']).toEqual([path, `${count}`])
    }
    const row = count === 0 ? undefined : '1: ambassador recalled None'
    expect(await boardOf(app, '/disputes/ferry?reported=2025-03-25')).toBe(row)
  })

  test('are counted on a page of the present as by its section', async () => {
    await using app = await open({ closure: { date: '[2025-01-02..]' }, ban: { 'imposed-by': ['south'] } })
    expect(await measuresOf(app, '/disputes/ferry')).toContain('2 in force when last reported')
    expect(await boardOf(app, '/disputes/ferry')).toBe('1: ambassador recalled 1: ambassador recalled')
  })
})

describe('a measure that ended, began again and ended', () => {
  const again = [
    ['lifted', '2025-01-15'],
    ['in-force', '2025-02-15', '2025-03-20'],
    ['lifted', '2025-03-10', '2025-03-20'],
  ] as const satisfies Change[]

  test('is dated to its last end, as in the API', async () => {
    await using app = await open({ closure: { changes: again } })
    const { development } = await read(
      app,
      '{ development(key: "ferry/closure") { ... on Measure { statusChange { date { shortLabel } } } } }',
    )
    expect(development).toEqual({ statusChange: { date: { shortLabel: '10 Mar 2025' } } })
    for (const path of ['/disputes/ferry', '/actors/north']) {
      const page = await pageOf(app, path)
      expect(wordsOf(sectionOf(page))).toContain('lifted, 10 Mar 2025')
      expect(sectionOf(page).match(/<use href="#b"/g)).toHaveLength(2)
    }
  })

  test('is dated to its first end before it began again', async () => {
    await using app = await open({ closure: { changes: again } })
    expect(await measuresOf(app, '/disputes/ferry?on=2025-02-01')).toContain('lifted, 15 Jan 2025')
    expect(await measuresOf(app, '/disputes/ferry?on=2025-02-20')).toContain('in force since 15 Feb 2025')
  })

  test('has ended, though it is in force again', async () => {
    await using app = await open({ closure: { changes: again.slice(0, 2) }, ban: {} })
    const section = sectionOf(await pageOf(app, '/disputes/ferry'))
    expect(wordsOf(section)).toContain(
      '2 in force when last reported: 2 by Northland. 1 of those in force had ended before.',
    )
    expect(wordsOf(section)).not.toContain('No document reports an end')
    // The period that is over is drawn as well as the present one.
    expect(section.match(/<use href="#b"/g)?.length).toBeGreaterThan(1)
  })
})

test('a status of an unknown start comes before all others', async () => {
  const changes = [
    ['lifted', '[..2025-01-02]'],
    ['in-force', '2025-02-01'],
  ] as const satisfies Change[]
  await using app = await open({ closure: { date: '2024-12-01', status: 'in-force', changes } })
  for (const path of ['/disputes/ferry', '/disputes/ferry?reported=2025-03-01', '/actors/north'])
    expect(await measuresOf(app, path)).toContain('in force since 1 Dec 2024')
  expect(await measuresOf(app, '/developments/ferry/closure')).toMatch(
    /Lifted by 2 Jan 2025.*In force 1 Dec 2024.*In force 1 Feb 2025/,
  )
})

test('a measure of some day of a month is in force when a change of its status says so', async () => {
  await using app = await open({
    closure: { date: '2025-02', status: 'announced', changes: [['in-force', '2025-02-10', '2025-09-20']] },
    ban: {},
  })
  const on = 'on=2025-02-15'
  const { dispute } = await read(app, '{ dispute(key: "ferry") { measuresInForceCount(on: "2025-02-15") } }')
  expect(dispute).toEqual({ measuresInForceCount: 2 })
  expect(await measuresOf(app, `/disputes/ferry?${on}`)).toMatch(
    /^Measures 2 in force .*: 2 by Northland.* The ban .* The closure/,
  )
  expect(await boardOf(app, `/disputes/ferry?${on}`)).toBe('2: ambassador recalled None')
  for (const [actor, title] of [
    ['north', 'By Northland'],
    ['south', 'Against Southland or what belongs to it'],
  ]) {
    expect(await measuresOf(app, `/actors/${actor}?${on}`)).toContain(`${title} 2 in force`)
    expect(await measuresOf(app, `/actors/${actor}?${on}&reported=2025-03-01`)).toContain(`${title} 1 in force`)
  }
  expect(wordsOf(await pageOf(app, `/actors/north?${on}`))).toContain('2 measures of its own')
  expect(await measuresOf(app, `/developments/ferry/closure?${on}`)).toContain('In force 10 Feb 2025')
  expect(wordsOf(await pageOf(app, '/developments/ferry/closure?on=2025-02-05'))).toContain('begun')
})
