import { afterAll, beforeAll, expect, test } from 'vitest'
import { read } from '../_support/answer.ts'
import type { App } from '../_support/app.ts'
import { openBundledRecord } from '../_support/bundled-record.ts'

/*
 * The answers of the bundled record to an analyst's questions, checked against its documents.
 */

let app: App
beforeAll(async () => {
  app = await openBundledRecord()
})
afterAll(() => app[Symbol.asyncDispose]())

async function ask(selection: string, variables?: Record<string, unknown>): Promise<Record<string, unknown>> {
  const declared = variables === undefined ? '' : 'query ($on: Date) '
  const { dispute } = await read(app, `${declared}{ dispute(key: "j2-8243") { ${selection} } }`, variables)
  return dispute as Record<string, unknown> // the dispute is on record
}

interface Keyed {
  readonly key: string
}

test('Russia shifts on the part its air defence played on 9 October 2025, as Eurasianet reports', async () => {
  const cellsOn = async (on: string) => {
    const { positions } = await ask(
      `positions(on: $on) { cells { claim { key } holder { key } shifted
         current { stance attribution date { label } statement { key } citations { source { key } } }
         history { stance } } }`,
      { on },
    )
    const { cells } = positions as {
      cells: { claim: Keyed; holder: Keyed; current: unknown; history: { stance: string }[]; shifted: boolean }[]
    }
    return cells.find(({ claim, holder }) => claim.key === 'j2-8243/russian-fire' && holder.key === 'russia')
  }
  const before = await cellsOn('2025-10-08')
  expect(before?.current).toMatchObject({ stance: 'AWAITS_INVESTIGATION', attribution: 'PARAPHRASED' })
  expect(before?.history.map(({ stance }) => stance)).not.toContain('AFFIRMS')
  const then = await cellsOn('2025-10-09')
  expect(then).toMatchObject({
    shifted: true,
    current: {
      stance: 'AFFIRMS',
      attribution: 'PARAPHRASED',
      date: { label: '9 October 2025' },
      statement: { key: 'j2-8243/putin-acknowledges' },
      citations: [{ source: { key: 'eurasianet-2025-10-11' } }],
    },
  })
  expect(then?.history.at(-1)).toEqual({ stance: 'AFFIRMS' })
})

test('the demands are answered on 9 October 2025, as Eurasianet reports, and not the day before', async () => {
  const { then, before, promised } = await ask(
    `then: demands { key response(on: "2025-10-09") } before: demands { key response(on: "2025-10-08") }
     promised: demands(responses: [PROMISED, ACCEPTED_IN_PRINCIPLE], on: "2025-10-09") { key }`,
  )
  const responses = (demands: unknown) =>
    Object.fromEntries(
      (demands as (Keyed & { response: string })[]).map(({ key, response }) => [key.replace('j2-8243/', ''), response]),
    )
  expect(responses(then)).toEqual({
    acknowledge: 'MET_IN_PART',
    punish: 'DEFERRED',
    'compensate-victims': 'PROMISED',
    'reimburse-airline': 'DEFERRED',
    apologise: 'MET_IN_PART',
    'independent-probe': 'NO_RESPONSE',
  })
  expect(responses(before)).toMatchObject({ acknowledge: 'DEFERRED', 'compensate-victims': 'DEFERRED' })
  expect(promised).toEqual([{ key: 'j2-8243/compensate-victims' }])
})

test('seven measures are in force on 1 August 2025, of those that must have begun by then', async () => {
  const { measuresInForce } = await ask(
    'measuresInForce(on: "2025-08-01") { key measureKind imposedBy { key } status(on: "2025-08-01") }',
  )
  const inForce = measuresInForce as (Keyed & { imposedBy: Keyed[]; status: string })[]
  expect(
    inForce.map(({ key, imposedBy }) => [key.replace('j2-8243/', ''), imposedBy.map((actor) => actor.key)]),
  ).toEqual([
    ['sputnik-staff-detained', ['azerbaijan']],
    ['yekaterinburg-arrests', ['russia']],
    ['russian-house-taken-over', ['azerbaijan']],
    ['rossotrudnichestvo-expelled', ['azerbaijan']],
    ['russian-house-closed', ['azerbaijan']],
    ['russian-journalists-detained', ['azerbaijan']],
    ['cultural-events-suspended', ['azerbaijan']],
  ])
  expect(new Set(inForce.map(({ status }) => status))).toEqual(new Set(['IN_FORCE']))
})

const MONTHS = `tension(date: { from: "2025-01-01", to: "2025-12-31" }) { straddling straddlers { key }
  buckets { from to count mean sum cooperation conflict developments { key } } }`

interface Tension {
  readonly straddling: number
  readonly straddlers: readonly Keyed[]
  readonly buckets: readonly {
    from: string
    to: string
    count: number
    sum: number
    mean: number
    cooperation: number
    conflict: number
    developments: Keyed[]
  }[]
}

test('in 2025 the dispute is tense in February, June and July and eases in October', async () => {
  const { tension } = await ask(MONTHS)
  const { buckets, straddling } = tension as Tension
  expect(buckets.map(({ from, sum, cooperation, conflict }) => [from, sum, cooperation, conflict])).toEqual([
    // The Russian House closed (−6), Rossotrudnichestvo expelled (−5.5), accusations, requests and a threat. Aid to Ukraine is not counted.
    ['2025-02-01', -22.5, 0, -22.5],
    // The arrests in Yekaterinburg (−7).
    ['2025-06-01', -7, 0, -7],
    // The president's accusation (−3.5). What a report only bounds by 20 July straddles the months.
    ['2025-07-01', -3.5, 0, -3.5],
    // Dushanbe: the meeting (2.5), the acknowledgement (4.5), the promise (2.5), its acceptance (5).
    ['2025-10-01', 14.5, 14.5, 0],
  ])
  expect(straddling).toBeGreaterThan(0)
})

test('arrests count towards the state of those arrested in both directions, and aid to a third state in none', async () => {
  const { dispute } = await read(
    app,
    `{ dispute(key: "j2-8243") {
         russia: tension(bucket: YEAR, initiator: "russia", recipient: "azerbaijan") { ...Codings }
         azerbaijan: tension(bucket: YEAR, initiator: "azerbaijan", recipient: "russia") { ...Codings }
         ukraine: tension(bucket: YEAR, recipient: "ukraine") { ...Codings } } }
     fragment Codings on TensionSeries { straddling buckets { developments(first: 100) { key } } }`,
  )
  const { russia, azerbaijan, ukraine } = dispute as Record<'russia' | 'azerbaijan' | 'ukraine', Tension>
  const arrests = ({ buckets }: Tension) =>
    buckets
      .flatMap(({ developments }) => developments.map(({ key }) => key.replace('j2-8243/', '')))
      .filter((key) => /arrests|detained/.test(key))
  expect(arrests(russia)).toEqual(['yekaterinburg-arrests'])
  expect(arrests(azerbaijan)).toEqual(['sputnik-staff-detained'])
  expect(ukraine).toEqual({ straddling: 0, buckets: [] })
})

test('every month of 2025 can be recomputed as the description of the field says', async () => {
  const { tension } = await ask(MONTHS)
  const { buckets } = tension as Tension
  for (const { from, to, ...bucket } of buckets) {
    const { developments } = await read(
      app,
      `query ($date: DateRange) { developments(filter: { disputes: ["j2-8243"], dateWithin: $date }, first: 100, orderBy: OLDEST_FIRST) {
         nodes { key codings { score auxiliaries } } } }`,
      { date: { from, to } },
    )
    const { nodes } = developments as { nodes: (Keyed & { codings: { score: number; auxiliaries: string[] }[] })[] }
    const counted = nodes.map(({ key, codings }) => ({
      key,
      scores: codings.filter(({ auxiliaries }) => auxiliaries.length === 0).map(({ score }) => score),
    }))
    const scores = counted.flatMap((development) => development.scores)
    const sum = scores.reduce((total, score) => total + score, 0)
    expect(bucket).toMatchObject({ count: scores.length, sum, mean: sum / scores.length })
    expect(bucket.developments.map(({ key }) => key)).toEqual(
      counted.filter((each) => each.scores.length > 0).map(({ key }) => key),
    )
  }
})

test('the admission of October is answered the same day, and reverses nothing that a document names', async () => {
  const { development } = await read(
    app,
    '{ development(key: "j2-8243/putin-acknowledges") { responseChain { distance relation from { key } to { key } } } }',
  )
  const { responseChain } = development as {
    responseChain: { distance: number; relation: string; from: Keyed; to: Keyed }[]
  }
  const links = responseChain.map(({ distance, relation, from, to }) => [
    distance,
    from.key.replace('j2-8243/', ''),
    relation,
    to.key.replace('j2-8243/', ''),
  ])
  expect(links).toEqual([
    [1, 'aliyev-accepts', 'IN_RESPONSE_TO', 'putin-acknowledges'],
    [1, 'state-aligned-praise', 'IN_RESPONSE_TO', 'putin-acknowledges'],
    [1, 'caliber-commentary', 'IN_RESPONSE_TO', 'putin-acknowledges'],
  ])
})

test('the counts of the dead of the crash agree on 38 and disagree on who is counted', async () => {
  const { development, disagreements } = await read(
    app,
    `{ development(key: "j2-8243/crash") { figures { quantity } disagreements { ...Told } }
       disagreements(dispute: "j2-8243") { totalCount nodes { development { key } ...Told } } }
     fragment Told on Disagreement { quantity unit figures { value unit citation { source { key } } } }`,
  )
  const dead = {
    quantity: 'KILLED',
    unit: null,
    figures: [
      ['people', 'timeswordle-2025-02'],
      ['people', 'tca-2025-07-02'],
      ['passengers', 'unsigned-2025-02'],
      ['people', 'unsigned-2025-07-20'],
      ['passengers and crew', 'eurasianet-2025-10-11'],
    ].map(([unit, key]) => ({ value: 38, unit, citation: { source: { key } } })),
  }
  // Only one source says 67 aboard, and no other count is contradicted.
  expect(development).toMatchObject({ disagreements: [dead] })
  expect(disagreements).toEqual({ totalCount: 1, nodes: [{ development: { key: 'j2-8243/crash' }, ...dead }] })
})

test('marks show every coding that counts, also those that no month holds', async () => {
  const { tension } = await ask(
    `tension { straddling buckets { count sum } marks(first: 100) { totalCount nodes { development { key } modes score date { edtf } initiators { key } recipients { key } } } }`,
  )
  const { straddling, buckets, marks } = tension as {
    straddling: number
    buckets: { count: number; sum: number }[]
    marks: { totalCount: number; nodes: { development: Keyed; score: number; date: { edtf: string } }[] }
  }
  const counted = buckets.reduce((sum, { count }) => sum + count, 0)
  expect(straddling).toBeGreaterThan(counted)
  expect([marks.totalCount, marks.nodes.length]).toEqual([counted + straddling, counted + straddling])
  expect(marks.nodes.at(-1)).toMatchObject({ development: { key: expect.stringContaining('j2-8243/') } })
  expect(marks.nodes).toContainEqual(expect.objectContaining({ modes: ['DISAPPROVE', 'ALLEGE'] }))
  expect(marks.nodes).toContainEqual({
    development: { key: 'j2-8243/putin-apology' },
    modes: [],
    score: 4.5,
    date: { edtf: expect.stringMatching(/^\[/) },
    initiators: [{ key: 'russia' }],
    recipients: [{ key: 'azerbaijan' }],
  })
})

test('measures in force say when they were last reported so, and which may be the same', async () => {
  const { measuresInForce, measuresInForceCount } = await ask(
    `measuresInForceCount(on: $on) measuresInForce(on: $on, first: 3) { key
       statusChange(on: $on) { status date { label } development { key } }
       links(relations: [POSSIBLY_SAME_AS]) { development { key } }
       linkedFrom(relations: [POSSIBLY_SAME_AS]) { nodes { development { key } } } }`,
    { on: '2025-08-01' },
  )
  expect(measuresInForceCount).toBe(7)
  const [sputnik] = measuresInForce as unknown[]
  expect(sputnik).toMatchObject({
    key: 'j2-8243/sputnik-staff-detained',
    statusChange: { status: 'IN_FORCE', date: { label: expect.stringContaining('July 2025') } },
  })
  expect(JSON.stringify(sputnik)).toContain('j2-8243/russian-journalists-detained')
})
