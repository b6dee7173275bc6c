import { describe, expect, test } from 'vitest'
import {
  developmentsOfMeasures,
  measuresAt,
  measuresSection,
  readMeasures,
  type Measures,
} from '../../../src/http/pages/charts/measures.ts'
import { positionRows } from '../../../src/http/pages/charts/positions.ts'
import {
  developmentsOfStory,
  readStory,
  reportDays,
  storyAt,
  storySection,
  type Story,
} from '../../../src/http/pages/charts/story.ts'
import {
  developmentsOfTension,
  readTension,
  tensionAt,
  tensionSection,
} from '../../../src/http/pages/charts/tension.ts'
import { answerStrip } from '../../../src/http/pages/charts/answers.ts'
import { axisSymbols, dateStrip, periodStrip, timeAxis } from '../../../src/http/pages/charts/time-axis.ts'
import { timeScale } from '../../../src/http/pages/charts/time-scale.ts'
import { printDocument, type Html } from '../../../src/http/pages/parts/html.ts'
import { parseEdtf } from '../../../src/model/dates/edtf.ts'
import { DemandResponse } from '../../../src/model/vocabulary/demand.ts'
import type { ChartMeasure } from '../../../schema/page-data.d.ts'
import type { App } from '../../_support/app.ts'
import { read } from '../../_support/answer.ts'
import { openBundledRecord } from '../../_support/bundled-record.ts'

const scale = timeScale({ period: parseEdtf('2024-12-25/..'), lastReportedOn: '2025-10-11', dates: [] })
const present = { on: null, reported: null, isReported: () => true }
const dispute = { key: 'j2-8243', known: null, on: null, reported: null }

/** Asks the service as the pages ask the executor. */
const asking =
  (app: App) =>
  async <Data>(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Data> =>
    // The queries of the pages have the types that are generated from them.
    (await read(app, query, variables)) as Data

const markup = (content: Html) => printDocument(content)
const textOf = (content: Html) =>
  markup(content)
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ([.,:;])/g, '$1')

describe('the bundled record', () => {
  test('has a story in four phases, with both parties on the central claim and five reports', async () => {
    await using app = await openBundledRecord()
    const story = await readStory(asking(app), dispute)
    if (story === null) throw new Error('no story')
    const text = textOf(storySection(scale, story, 'TOOLS'))
    expect(text).toContain('The story in four phases')
    expect(text).toContain('Azerbaijan on the central claim')
    expect(text).toContain('Russia on the central claim')
    expect(text).toContain('affirms')
    expect(text).toContain('Eurasianet')
    expect(text).toContain('TOOLS')
    expect(reportDays(story)).toEqual(['2025-10-11', '2025-07-20', '2025-07-02'])
    expect(developmentsOfStory(story)).toContain('j2-8243/putin-acknowledges')
  })

  test('counts the measures of each party, and says what the last report says', async () => {
    await using app = await openBundledRecord()
    const measures = await readMeasures(asking(app), dispute)
    if (measures === null) throw new Error('no measures')
    const text = textOf(measuresSection(scale, measures, null))
    expect(text).toMatch(
      /\d+ in force when last reported: \d+ by Azerbaijan, 1 by Russia\. No document reports an end\./,
    )
    expect(text).toContain('in force since Feb 2025, last reported 20 Jul 2025')
    expect(text).toContain('in force by 20 Jul 2025, no later report')
    expect(new Set(developmentsOfMeasures(measures)).size).toBeGreaterThanOrEqual(9)
  })

  test('has every coding once, drawn and in the table', async () => {
    await using app = await openBundledRecord()
    const tension = await readTension(asking(app), dispute)
    if (tension === null) throw new Error('no tension')
    const section = markup(tensionSection(scale, tension, null))
    expect(tension.marks).toHaveLength(tension.totalCount)
    expect(section.match(/<tr role="row">/g)).toHaveLength(tension.totalCount + 1)
    expect(section.match(/<use href="#(?!g")/g)).toHaveLength(tension.totalCount)
    expect(developmentsOfTension(tension)).toHaveLength(tension.totalCount)
  })

  test('shows a past day as it was', async () => {
    await using app = await openBundledRecord()
    const ask = asking(app)
    const [story, measures, tension] = [
      await readStory(ask, dispute),
      await readMeasures(ask, { ...dispute, on: '2025-03-01' }),
      await readTension(ask, dispute),
    ]
    if (story === null || measures === null || tension === null) throw new Error('no dispute')
    const asOf = { ...present, on: '2025-03-01' }
    expect(textOf(storySection(scale, storyAt(story, asOf), null))).not.toContain('affirms')
    expect(reportDays(storyAt(story, asOf))).toEqual([])
    expect(storyAt(story, asOf).phases).toHaveLength(2)
    const then = measuresAt(measures, asOf)
    const { dispute: known } = await read(app, `{ dispute(key: "j2-8243") { measuresInForceCount(on: "2025-03-01") } }`)
    expect(known).toEqual({ measuresInForceCount: then.inForceCount })
    const inForceThen = textOf(measuresSection(scale, then, null))
    expect(inForceThen).toContain('in force since Feb 2025')
    expect(inForceThen).not.toContain('last reported 1 Mar 2025')
    expect(inForceThen).not.toContain('no later report')
    expect(tensionAt(tension, asOf).marks.length).toBeLessThan(tension.marks.length)
    const unreported = { ...present, reported: '2025-01-01', isReported: () => false }
    const early = await readMeasures(ask, { ...dispute, reported: '2025-01-01' })
    expect(early && measuresAt(early, unreported)).toMatchObject({ totalCount: 0, inForceCount: 0 })
    expect(textOf(tensionSection(scale, tensionAt(tension, unreported), null))).toContain(
      'No act or saying in this dispute is scored.',
    )
  })

  test('is nothing for a dispute that does not exist', async () => {
    await using app = await openBundledRecord()
    const other = { ...dispute, key: 'nowhere' }
    const ask = async <Data>(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Data> =>
      // Unknown keys are null in the data of every query of the pages.
      (await app.ask(query, variables)).body.data as Data
    expect(await readStory(ask, other)).toBeNull()
    expect(await readTension(ask, other)).toBeNull()
  })
})

describe('the story', () => {
  const empty: Story = { parties: [], phases: [], centralClaim: null, sources: { totalCount: 0, nodes: [] } }
  const position = (id: string, holder: string, stance = 'ASSERTS') => ({
    id,
    holder: { key: holder, name: holder },
    stance,
    attribution: 'QUOTED',
    statement: { key: `x/${id}` },
    citations: [],
    date: parseEdtf('2025-01'),
  })
  const claimed = (...nodes: ReturnType<typeof position>[]) => ({
    key: 'x/c',
    early: { totalCount: nodes.length, nodes },
    late: { nodes },
  })

  test('is left out if nothing of it is on record', () => {
    expect(storySection(scale, empty, 'TOOLS')).toBeNull()
  })

  test('names those with the most positions if there are no parties', () => {
    const centralClaim = claimed(position('1', 'Ana'), position('2', 'Bo'), position('3', 'Bo', 'DENIES'))
    const text = textOf(storySection(scale, { ...empty, centralClaim }, null))
    expect(text.indexOf('Bo on the central claim')).toBeLessThan(text.indexOf('Ana on the central claim'))
    expect(text).toContain('Bo on the central claim')
  })

  test('leaves out a party that holds nothing', () => {
    const parties = [
      { key: 'Ana', name: 'Ana' },
      { key: 'Bo', name: 'Bo' },
    ]
    const text = textOf(storySection(scale, { ...empty, parties, centralClaim: claimed(position('1', 'Ana')) }, null))
    expect(text).not.toContain('Bo on the central claim')
  })

  test('explains the marks of the whole page, and no others', () => {
    const centralClaim = claimed(position('1', 'Ana'))
    const legend = (...drawn: readonly string[]) =>
      textOf(storySection(scale, { ...empty, centralClaim }, null, drawn.map(parseEdtf)))
    expect(legend()).toContain('once, on a day not known in between')
    expect(legend()).not.toContain('since then')
    expect(legend('2025-01-01/..', '2025-02?')).toMatch(/since then, no end reported.* uncertain/)
  })

  test('names twelve reports, and draws more without names', () => {
    const reports = (count: number) => ({
      totalCount: count,
      nodes: Array.from({ length: count }, (_, index) => ({
        key: `s${index}`,
        author: null,
        outlet: { name: `Paper ${index}` },
        publishedOn: parseEdtf(`2025-01-${String(index + 1).padStart(2, '0')}`),
      })),
    })
    expect(textOf(storySection(scale, { ...empty, sources: reports(12) }, null))).toContain('Paper 11')
    expect(reportDays({ sources: reports(12) })).toHaveLength(12)
    expect(textOf(storySection(scale, { ...empty, sources: reports(13) }, null))).not.toContain('Paper')
    expect(reportDays({ sources: reports(13) })).toEqual([])
  })

  test('counts equal positions, and shortens long runs to their turning points', () => {
    const held = (count: number, stance: string) =>
      Array.from({ length: count }, (_, index) => ({
        stance,
        attribution: 'QUOTED',
        date: parseEdtf(`2025-01-${String(index + 10)}`),
      }))
    const draw = (positions: ReturnType<typeof held>) => markup(positionRows(scale, [{ name: 'Ana', positions }]))
    expect(draw([...held(1, 'DENIES'), ...held(1, 'DENIES')])).toContain('denies 2×')
    expect(draw(held(12, 'DENIES')).match(/<use/g)).toHaveLength(12)
    expect(draw(held(13, 'DENIES')).match(/<use/g)).toHaveLength(2)
    expect(draw(held(13, 'DENIES'))).toContain('denies 12×')
  })
})

describe('measures', () => {
  const made = (key: string, fields: Partial<ChartMeasure> = {}): ChartMeasure => ({
    key,
    headline: `Measure ${key}`,
    measureKind: 'ENTRY_BAN',
    legalCharacter: 'RETORSION',
    imposedBy: [{ key: 'ana', name: 'Ana' }],
    date: { ...parseEdtf('2025-02-03'), shortLabel: '3 Feb 2025' },
    status: 'IN_FORCE',
    statusHistory: [],
    lastReportedOn: '2025-02-03',
    ...fields,
  })
  const of = (newest: readonly ChartMeasure[]): Measures => {
    const inForce = newest.filter(({ status }) => status === 'IN_FORCE')
    const parties = [
      { key: 'ana', name: 'Ana' },
      { key: 'bo', name: 'Bo' },
    ]
    return { key: 'x', parties, inForce, inForceCount: inForce.length, newest, totalCount: newest.length }
  }
  const describeMeasures = (...newest: readonly ChartMeasure[]) => textOf(measuresSection(scale, of(newest), null))

  test.each([
    ['No measure is on record.', []],
    ['The only measure is not in force, as last reported.', [made('a', { status: 'PREPARED' })]],
    ['1 in force when last reported: 1 by Ana. 1 other has ended.', [made('a'), made('b', { status: 'LIFTED' })]],
    [
      '2 in force when last reported: 1 by Ana, 1 by others. No document',
      [made('a'), made('b', { imposedBy: [{ key: 'c', name: 'C' }] })],
    ],
    ['in force since 3 Feb 2025, no later report', [made('a')]],
    ['in force since 3 Feb 2025, last reported 4 Feb 2025', [made('a', { lastReportedOn: '2025-02-04' })]],
    ['in force since 3 Feb 2025, no later report', [made('a', { lastReportedOn: null })]],
    [
      'By Ana and Bo',
      [
        made('a', {
          imposedBy: [
            { key: 'ana', name: 'Ana' },
            { key: 'bo', name: 'Bo' },
          ],
        }),
        made('b', {
          imposedBy: [
            { key: 'bo', name: 'Bo' },
            { key: 'ana', name: 'Ana' },
          ],
        }),
      ],
    ],
  ] as const)('%s', (words, measures) => {
    expect(describeMeasures(...measures)).toContain(words)
  })

  test('are solid to the last report and dotted after it', () => {
    const draw = (measure: ChartMeasure) => markup(measuresSection(scale, of([measure]), null))
    const first = draw(made('a', { lastReportedOn: '2025-03-10' }))
    expect(first).toContain('<use href="#b" x="19.1%" y="4" width="10.8%" height="8">')
    expect(first).toContain('<line x1="29.9%" x2="100%"')
    const within = { ...parseEdtf('[2025-01-01..2025-02-03]'), shortLabel: 'by 3 Feb 2025' }
    const second = draw(made('a', { date: within, lastReportedOn: '2025-02-03' }))
    expect(second).toContain('<use href="#w" x="9.3%" y="4" width="10.1%" height="8">')
    expect(second).not.toContain('href="#b"')
    expect(second).toContain('<line x1="19.4%" x2="100%"')
  })

  test('start with the first report of a run in force, and again after a break', () => {
    const change = (status: string, day: string) => ({
      status,
      development: { key: 'x/y' },
      date: { ...parseEdtf(day), shortLabel: day },
    })
    const history = [
      change('PREPARED', '2025-01-01'),
      change('IN_FORCE', '2025-02-01'),
      change('IN_FORCE', '2025-03-01'),
    ]
    expect(describeMeasures(made('a', { statusHistory: history }))).toContain('in force since 2025-02-01')
    const resumed = [...history, change('SUSPENDED', '2025-04-01'), change('IN_FORCE', '2025-05-01')]
    expect(describeMeasures(made('a', { statusHistory: resumed }))).toContain('in force since 2025-05-01')
  })

  test('beyond eight of a party are closed, and beyond three of many parties', () => {
    const many = (count: number, party = 'ana') =>
      Array.from({ length: count }, (_, index) =>
        made(`${party}${index}`, { imposedBy: [{ key: party, name: party }] }),
      )
    expect(describeMeasures(...many(8))).not.toContain('more')
    expect(describeMeasures(...many(9))).toContain('1 more')
    expect(describeMeasures(...many(4), ...many(1, 'bo'), ...many(2, 'c'))).toContain('1 more')
    expect(describeMeasures(...many(4), ...many(1, 'bo'))).not.toContain('more')
    expect(describeMeasures(...many(40))).not.toContain('in the timeline')
    expect(describeMeasures(...many(41))).toContain('32 more')
    expect(describeMeasures(...many(41))).toContain('1 other is in the timeline')
  })

  test('of authors that are no parties share a column beyond two of them, where each says its author', () => {
    const by = (author: string, count: number) =>
      Array.from({ length: count }, (_, index) =>
        made(`${author}${index}`, { imposedBy: [{ key: author, name: author }] }),
      )
    const text = describeMeasures(
      ...by('ana', 1),
      ...by('court', 3),
      ...by('bank', 2),
      ...by('port', 2),
      ...by('mint', 1),
    )
    expect(text.match(/By \w+/g)).toEqual(['By ana', 'By court', 'By bank', 'By others'])
    expect(text).toContain('port · entry ban')
    expect(text).toContain('9 in force when last reported: 1 by ana, 3 by court, 2 by bank, 3 by others.')
  })

  test('that are not all read say nothing of an end', () => {
    const text = textOf(measuresSection(scale, { ...of([made('a')]), totalCount: 300 }, null))
    expect(text).not.toContain('end')
    expect(text).toContain('299 others are in the timeline')
  })
})

describe('strips', () => {
  test('need no style and are hidden from screen readers', () => {
    const drawn = markup([
      timeAxis(scale),
      dateStrip(scale, parseEdtf('2025-02')),
      periodStrip(scale, { period: parseEdtf('2024-12-25/..'), lastReportedOn: '2025-10-11' }),
      axisSymbols(scale, ['2025-10-11', '2025-10-11']),
    ])
    expect(drawn).not.toMatch(/style=|NaN|undefined/)
    expect(drawn.match(/<svg class="s/g)).toEqual(
      drawn.match(/aria-hidden="true" focusable="false"/g)?.map(() => '<svg class="s'),
    )
    expect(drawn.match(/<symbol id="rg".*?<\/symbol>/)?.[0].match(/<line/g)).toHaveLength(1)
  })

  test('the time of a dispute is dotted after the last report', () => {
    const of = (period: string, lastReportedOn: string | null) =>
      markup(periodStrip(scale, { period: parseEdtf(period), lastReportedOn }))
    expect(of('2024-12-25/..', '2025-10-11')).toContain('class="dots"')
    expect(of('2024-12-25/2025-02-01', '2025-10-11')).not.toContain('class="dots"')
    expect(of('2024-12-25/..', null)).toContain('href="#o"')
    expect(of('2025-02-01/..', '2025-01-01')).toContain('href="#o"')
  })

  test('every answer has a circle and a word', () => {
    const drawn = DemandResponse.values.map((response) =>
      markup(answerStrip(scale, [{ response, date: parseEdtf('2025-02') }])),
    )
    expect(drawn.every((strip) => /<use href="#r[0-7]".*<span class="vh">[a-z ]+<\/span>/.test(strip))).toBe(true)
    expect(markup(answerStrip(scale, [{ response: 'LATER_VALUE', date: parseEdtf('2025') }]))).toContain('later value')
    expect(answerStrip(scale, [])).toBeNull()
  })

  test('answers say in words how they changed', () => {
    const answers = ['EVADED', 'EVADED', 'MET'].map((response, index) => ({
      response,
      date: parseEdtf(`2025-0${index + 1}`),
    }))
    expect(markup(answerStrip(scale, answers.toReversed()))).toContain('<span class="vh">evaded (2×) → met</span>')
  })
})
