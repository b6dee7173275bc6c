import { describe, expect, test } from 'vitest'
import type { RecordOf } from '../../src/model/records/definitions.ts'
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
