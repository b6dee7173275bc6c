import { expect, test } from 'vitest'
import { read } from '../_support/answer.ts'
import { openApp, type App } from '../_support/app.ts'
import { openBundledRecord } from '../_support/bundled-record.ts'
import { event, planned, setting, statement } from '../_support/planned-changes.ts'

const SOURCE = 'eurasianet-2025-10-11'

/** The times of an address, and the conditions of the API that say the same. */
const TIMES = [
  ['on=2025-03-01', { begunBy: '2025-03-01' }],
  ['reported=2025-07-15', { reportedBy: '2025-07-15' }],
  ['on=2025-03-01&reported=2025-07-15', { begunBy: '2025-03-01', reportedBy: '2025-07-15' }],
  ['on=1999-01-01', { begunBy: '1999-01-01' }],
] as const

/** The pages, the developments that each is of, and where it says how many they are. */
const PAGES = [
  ['/search', {}, /Developments (\d+)/],
  ['/search?text=apology&kinds=STATEMENT', { text: 'apology', kinds: ['STATEMENT'] }, /Developments (\d+)/],
  ['/actors/russia', { actors: ['russia'], includeAffiliated: true }, /\. (\d+) of \d+ developments;/],
  ['/disputes/j2-8243', { disputes: ['j2-8243'] }, /Timeline (\d+)/],
  ['/claims/j2-8243/russian-fire', { claims: ['j2-8243/russian-fire'] }, /\. (\d+) of \d+ developments;/],
  ['/claims?dispute=j2-8243', { disputes: ['j2-8243'] }, /\. (\d+) of \d+ developments;/],
  ['/demands?dispute=j2-8243', { disputes: ['j2-8243'] }, /\. (\d+) of \d+ developments;/],
  ['/sources?dispute=j2-8243', { disputes: ['j2-8243'] }, /\. (\d+) of \d+ developments;/],
  [`/sources/${SOURCE}`, { sources: [SOURCE] }, /(\d+(?= of \d+ developments;)|It had not appeared)/],
  [
    '/',
    { disputes: ['j2-8243'] },
    /(?:Latest of )?(\d+|No) developments?(?: of that time)?(?=(?:(?!From|Query).)*Query[^Q]*MH17)/,
  ],
] as const

async function wordsAt(app: App, path: string): Promise<string> {
  const page = await (await app.fetch(path, { headers: { accept: 'text/html' } })).text()
  return (
    /<main.*<\/main>/s
      .exec(page)?.[0]
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ') ?? ''
  )
}

const join = (path: string, times: string) => `${path}${path.includes('?') ? '&' : '?'}${times}`

async function count(app: App, filter: object, known?: string): Promise<number> {
  const query =
    'query ($filter: DevelopmentFilter, $known: DateTime) { developments(filter: $filter, asKnownAt: $known) { totalCount } }'
  const { developments } = await read(app, query, { filter, known })
  return (developments as { totalCount: number }).totalCount
}

test.each(PAGES)('the page %s shows what the API gives for its times', async (path, filter, shown) => {
  await using app = await openBundledRecord()
  for (const [times, conditions] of TIMES) {
    const words = await wordsAt(app, join(path, times))
    const [, number = ''] = shown.exec(words) ?? []
    // A document of October had not appeared in July.
    const isLater = path.startsWith('/sources/') && 'reportedBy' in conditions
    const expected = isLater ? 'It had not appeared' : `${await count(app, { ...filter, ...conditions })}`
    expect([times, number.replace('No', '0')]).toEqual([times, expected])
    expect(words).toContain('Return to now')
  }
})

const MARKED = [
  ['/search', {}],
  ['/claims/j2-8243/russian-fire', { claims: ['j2-8243/russian-fire'] }],
  ['/claims?dispute=j2-8243', { disputes: ['j2-8243'] }],
  ['/actors/russia', { actors: ['russia'], includeAffiliated: true }],
  [`/sources/${SOURCE}`, { sources: [SOURCE] }],
] as const

test.each(MARKED)('the page %s marks what is new', async (path, filter) => {
  await using app = await openBundledRecord()
  const { service } = await read(app, '{ service { headAt } }')
  const { headAt } = service as { headAt: string }
  const all = await count(app, filter)
  for (const [since, newer] of [
    ['2025-10-01', { reportedAfter: '2025-10-01' }],
    [`${headAt}&by=record`, { changedAfter: headAt }],
  ] as const) {
    const words = await wordsAt(app, join(path, `since=${since}`))
    const number = await count(app, { ...filter, ...newer })
    expect(words).toContain(`${number === 0 ? 'none' : number} of ${all} developments`)
    expect(/Reported since|Recorded since/.test(words)).toBe(number > 0)
  }
})

test.each(['/search?reported=', '/search?reportedBy=', '/actors/russia?reported=', '/disputes/j2-8243?reported='])(
  'on the page %s, nothing that was reported by a day is new since a later one',
  async (path) => {
    await using app = await openBundledRecord()
    const words = await wordsAt(app, `${path}2025-07-01&since=2025-07-15`)
    expect(words).toMatch(/Since 15 July 2025: none of \d+ developments were first reported/)
    expect(words).not.toMatch(/Reported since/)
  },
)

test('the list of disputes says of each what its page says at the same times', async () => {
  await using app = await openBundledRecord()
  for (const [times] of TIMES) {
    const [list, page] = [await wordsAt(app, `/?${times}`), await wordsAt(app, `/disputes/j2-8243?${times}`)]
    const listed = /Responsibility for the loss of Azerbaijan Airlines flight J2-8243.*?Query/.exec(list)?.[0] ?? ''
    const [, stance] = /Russia (?:Changed )?([A-Z][a-z ]+?)(?: \d| about| by| between| on record|\d)/.exec(listed) ?? []
    expect(stance).toBeDefined()
    expect(page).toContain(stance === 'No position' ? 'Russia' : stance)
    expect(/Russia Changed/.test(listed)).toBe(/Changed (Affirms|Awaits)/.test(page))
    const [, inForce = '0'] = /(\d+) measures? in force/.exec(listed) ?? []
    const [, measures = '0'] = /Measures (\d+) in force when last reported/.exec(page) ?? []
    expect([times, inForce]).toEqual([times, measures])
  }
})

test.each(['/', '/search', '/actors/russia', `/sources/${SOURCE}`])(
  'the page %s says of a time that it cannot read what is wrong, and is shown without it',
  async (path) => {
    await using app = await openBundledRecord()
    const response = await app.fetch(`${path}?since=2025-02-30&known=yesterday`, { headers: { accept: 'text/html' } })
    expect(response.status).toBe(400)
    const words = await wordsAt(app, `${path}?since=2025-02-30&known=yesterday`)
    expect(words).toContain('New since: 2025-02-30 does not exist: February 2025 has 28 days. Go to the field')
    expect(words).toContain('The page is shown without them.')
    expect(words).not.toContain('Return to now')
  },
)

test('before anything was recorded, the pages say that nothing was', async () => {
  await using app = await openBundledRecord()
  const known = 'known=2001-01-01T00:00:00Z'
  expect(await wordsAt(app, `/?${known}`)).toContain('disputes were recorded here only after that instant')
  expect(await wordsAt(app, `/search?${known}`)).toContain('No development is on record by then')
  expect(await wordsAt(app, `/sources/${SOURCE}?${known}`)).toContain('No development of that time cites it.')
  expect(await wordsAt(app, `/actors/russia?${known}`)).toContain('Not recorded yet')
})

test('the page of an actor names the disputes whose party it is, whether or not a development names it', async () => {
  await using app = await openBundledRecord()
  expect(await wordsAt(app, '/actors/russia?on=1999-01-01')).toMatch(
    /Flight J2-8243 party · since 25 December 2024 · no development of that time names it/i,
  )
  expect(await wordsAt(app, '/actors/azertac')).toMatch(/Disputes .* not a party/)
})

test('a holder who repeated a stance later had it when it was first reported', async () => {
  await using app = await openBundledRecord()
  expect(await wordsAt(app, '/claims?dispute=j2-8243&reported=2025-03-01')).toMatch(
    /Russian air defence fire hit or damaged the aircraft\. ?.{0,100}Azerbaijan ?: asserts it/,
  )
})

test.each([
  ['on=2025-03-01', 4],
  ['reported=2025-03-01', 4],
  ['on=2025-10-09', 6],
])('with %s, the lists of a dispute have what its page has', async (times, demands) => {
  await using app = await openBundledRecord()
  const page = await wordsAt(app, `/disputes/j2-8243?${times}`)
  const [, documents] = /developments(?: that had begun by then,)? from (\d+) documents?/.exec(page) ?? []
  expect(await wordsAt(app, `/sources?dispute=j2-8243&${times}`)).toContain(`${documents} sources in this dispute`)
  const listed = await wordsAt(app, `/demands?dispute=j2-8243&${times}`)
  expect(page).toContain(`Of ${demands} demands`)
  expect(listed).toContain(`${demands} demands in this dispute, on record by then`)
  const claims = await wordsAt(app, `/claims?dispute=j2-8243&${times}`)
  expect(claims).toContain('40 claims in this dispute See')
  for (const words of [page, listed, claims]) expect(words.includes('9 Oct 2025')).toBe(times === 'on=2025-10-09')
})

test('the list of disputes shows the last positions where a claim has too many to read', async () => {
  const said = Array.from({ length: 120 }, (_, index) =>
    statement({
      statement: `ferry/said-${index}`,
      positions: [
        { claim: 'ferry/sunk', stance: index % 2 ? 'asserts' : 'denies', attribution: 'quoted', citation: 'gazette' },
      ],
    }),
  )
  const ferry = { key: 'ferry', title: 'The ferry', summary: 'Who sank it.', period: '2024/..' }
  const central = planned(
    'dispute',
    { ...ferry, parties: ['north', 'south'], 'central-claim': 'ferry/sunk' },
    { kind: 'REVISED', revision: 2 },
  )
  const all = said.map((one) => planned('statement', one))
  await using app = await openApp({ recorded: [setting, [central], all] })
  const partiesAt = async (times: string) =>
    /(?<=The South sank the ferry\. ).*?(?= No demand| \d demand)/.exec(await wordsAt(app, `/?${times}`))?.[0]
  expect(await partiesAt('')).toBe(
    'Northland Changed Asserts it 1 Jan 2025 Before: asserts it → denies it Southland No position on record',
  )
  expect(await partiesAt('on=2024-01-01')).toBe('Northland No position on record Southland No position on record')
  expect(await partiesAt('reported=2025-01-01')).toBe(
    'Northland The last 3 positions were reported later Southland No position on record',
  )
})

test('the list of documents has all that one development cites, and marks all of them', async () => {
  const keys = Array.from({ length: 130 }, (_, index) => `paper-${index}`)
  const papers = keys.map((key) =>
    planned('source', { key, title: key, language: 'en', reliability: 'B', published: '2025-02-01' }),
  )
  const citations = keys.map((source) => ({ source, credibility: 2, basis: 'own-reporting' }) as const)
  const { figures: _, bearings: __, ...plain } = event()
  await using app = await openApp({ recorded: [setting, papers, [planned('event', { ...plain, citations })]] })
  expect(await wordsAt(app, '/sources?dispute=ferry&reported=2025-03-01')).toContain('130 sources in this dispute')
  expect(await wordsAt(app, '/sources?dispute=ferry&reported=2025-01-15')).toContain('0 sources in this dispute')
  const marked = await wordsAt(app, '/sources?dispute=ferry&since=2025-01-15')
  expect(marked.match(/Cited in what was reported since/g)).toHaveLength(100)
})

test('the page of a claim shows the positions of a day, and what had been reported by one', async () => {
  await using app = await openBundledRecord()
  const key = 'j2-8243/russian-fire'
  const query = `{ claim(key: "${key}") {
    currentPositions(on: "2025-03-01") { holder { key } date { shortLabel } }
    bearings(on: "2025-03-01") { totalCount }
    all: positions(first: 100) { nodes { date { earliest latest reading } } }
  } }`
  const { claim } = (await read(app, query)) as {
    claim: {
      currentPositions: { holder: { key: string }; date: { shortLabel: string } }[]
      all: { nodes: { date: { earliest: string | null; latest: string | null; reading: string } }[] }
    }
  }
  const begun = claim.all.nodes.filter(({ date: { earliest, latest, reading } }) => {
    const day = reading === 'SPAN' ? (earliest ?? latest) : latest
    return day !== null && day <= '2025-03-01'
  })
  const onDay = await wordsAt(app, `/claims/${key}?on=2025-03-01`)
  expect(onDay).toContain(`${begun.length} positions by ${claim.currentPositions.length} holders`)
  expect(onDay).not.toContain('9 Oct 2025')
  const reported = await wordsAt(app, `/claims/${key}?reported=2025-08-01&since=2025-07-15`)
  expect(reported).not.toContain('9 Oct 2025')
  expect(reported).toMatch(/Since 15 July 2025: \d+ of \d+ developments were first reported\./)
  expect(reported).toContain('Reported since')
  expect(await wordsAt(app, `/claims/${key}?reported=2000-01-01`)).toContain(
    'Nobody’s position on it is on record by then.',
  )
})
