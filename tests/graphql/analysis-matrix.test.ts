import { expect, test } from 'vitest'
import type { RecordOf } from '../../src/model/records/definitions.ts'
import { read, refusalsOf } from '../_support/answer.ts'
import { type App, openApp } from '../_support/app.ts'
import { planned, setting, statement } from '../_support/planned-changes.ts'

type Positions = NonNullable<RecordOf<'statement'>['positions']>

/** A statement for the South on who sank the ferry, by the given speaker. */
function says(key: string, date: string, positions: Positions, speaker: Partial<RecordOf<'statement'>> = {}) {
  const said = {
    speakers: ['south'],
    'on-behalf-of': [],
    addressees: [],
    quotes: [],
    demands: [],
    codings: [],
    ...speaker,
  }
  return planned('statement', statement({ ...said, statement: `ferry/${key}`, date, positions }))
}

const onSinking = (stance: Positions[number]['stance'], more: Partial<Positions[number]> = {}): Positions => [
  { claim: 'ferry/sunk', stance, ...more },
]

/** The only cell of the South. */
async function cellOn(app: App, day: string | null) {
  const { dispute } = await read(
    app,
    `query ($day: Date) { dispute(key: "ferry") { positions(on: $day) { cells {
       holder { key } shifted current { statement { key } } history { stance } } } } }`,
    { day },
  )
  const { cells } = (dispute as { positions: { cells: Cell[] } }).positions
  const [cell] = cells.filter(({ holder }) => holder.key === 'south')
  if (cell === undefined) return null
  return {
    current: cell.current.statement.key.replace('ferry/', ''),
    history: cell.history.map(({ stance }) => stance),
    shifted: cell.shifted,
  }
}

interface Keyed {
  readonly key: string
}
interface Cell {
  readonly holder: Keyed
  readonly shifted: boolean
  readonly current: { readonly statement: Keyed }
  readonly history: readonly { readonly stance: string }[]
}

test('a holder shifts when its history, cut at the day, leaves one group of stances', async () => {
  await using app = await openApp({
    recorded: [
      setting,
      [
        says('denial', '2025-01-10', onSinking('denies')),
        says('mine', '2025-02-10', onSinking('denies', { attribution: 'quoted' })),
        says('concession', '2025-03-10', onSinking('partially-accepts')),
      ],
    ],
  })
  expect(await cellOn(app, '2025-01-09')).toBeNull()
  expect(await cellOn(app, '2025-02-28')).toEqual({ current: 'mine', history: ['DENIES', 'DENIES'], shifted: false })
  const whole = { current: 'concession', history: ['DENIES', 'DENIES', 'PARTIALLY_ACCEPTS'], shifted: true }
  expect(await cellOn(app, '2025-03-10')).toEqual(whole)
  expect(await cellOn(app, null)).toEqual(whole)
})

test('of two statements on one day, the later one is current; of two without a time, the later entry', async () => {
  await using app = await openApp({
    recorded: [
      setting,
      [
        says('evening', '2025-01-10T20:00:00Z', onSinking('questions')),
        says('morning', '2025-01-10T08:00:00Z', onSinking('denies')),
        says('once', '2025-01-10', onSinking('asserts')),
        says('one', '2025-01-11', onSinking('denies')),
        says('other', '2025-01-11', onSinking('asserts')),
      ],
    ],
  })
  expect(await cellOn(app, '2025-01-10')).toEqual({
    current: 'evening',
    history: ['ASSERTS', 'DENIES', 'QUESTIONS'],
    shifted: true,
  })
  expect(await cellOn(app, '2025-01-11')).toMatchObject({ current: 'other' })
})

test('an undated statement is last in the history and never displaces a dated one', async () => {
  await using app = await openApp({
    recorded: [
      setting,
      [says('dated', '2025-01-10', onSinking('denies')), says('undated', '../2025-06-01', onSinking('asserts'))],
    ],
  })
  expect(await cellOn(app, null)).toEqual({ current: 'dated', history: ['DENIES', 'ASSERTS'], shifted: true })
  expect(await cellOn(app, '2025-05-31')).toEqual({ current: 'dated', history: ['DENIES'], shifted: false })
})

test('what may have been said later does not count on a day, and what started before does', async () => {
  await using app = await openApp({
    recorded: [
      setting,
      [
        says('within', '[2025-01-10..2025-03-10]', onSinking('asserts')),
        says('ongoing', '2025-01-05/..', onSinking('denies')),
      ],
    ],
  })
  expect(await cellOn(app, '2025-03-09')).toEqual({ current: 'ongoing', history: ['DENIES'], shifted: false })
  expect(await cellOn(app, '2025-03-10')).toEqual({ current: 'within', history: ['DENIES', 'ASSERTS'], shifted: true })
})

test('a characterised or inferred position is included and displaces nothing that was said', async () => {
  await using app = await openApp({
    recorded: [
      setting,
      [
        says('said', '2025-01-10', onSinking('denies', { attribution: 'quoted' })),
        says('labelled', '2025-02-10', onSinking('asserts', { attribution: 'characterised' })),
        says('read-from-conduct', '2025-03-10', onSinking('retracts', { attribution: 'inferred' })),
      ],
    ],
  })
  expect(await cellOn(app, null)).toEqual({
    current: 'said',
    history: ['DENIES', 'ASSERTS', 'RETRACTS'],
    shifted: true,
  })
})

test('a correction moves a position and a retraction removes it, both only from then on', async () => {
  let now = Date.UTC(2025, 5, 1)
  const [denial, concession] = [
    says('denial', '2025-01-10', onSinking('denies')),
    says('concession', '2025-02-10', onSinking('affirms')),
  ]
  await using app = await openApp({ recorded: [setting, [denial, concession]], now: () => now })
  now += 60_000
  await app.record({
    ...says('denial', '2025-03-10', onSinking('questions')),
    kind: 'CORRECTED',
    revision: 2,
    note: 'Misdated.',
  })
  expect(await cellOn(app, null)).toEqual({ current: 'denial', history: ['AFFIRMS', 'QUESTIONS'], shifted: true })
  now += 60_000
  await app.record({ ...concession, kind: 'RETRACTED', revision: 2, note: 'A hoax.' })
  expect(await cellOn(app, null)).toEqual({ current: 'denial', history: ['QUESTIONS'], shifted: false })
  const { dispute } = await read(
    app,
    `{ dispute(key: "ferry", asKnownAt: "2025-06-01T00:00:00Z") { positions { cells { current { stance } history { date { edtf } statement { revision } } } } } }`,
  )
  expect(dispute).toEqual({
    positions: {
      cells: [
        {
          current: { stance: 'AFFIRMS' },
          history: [
            { date: { edtf: '2025-01-10' }, statement: { revision: 1 } },
            { date: { edtf: '2025-02-10' }, statement: { revision: 1 } },
          ],
        },
      ],
    },
  })
})

const AXES =
  '{ dispute(key: "ferry") { positions { claims { key } holders { key } cells { claim { key } holder { key } } } } }'

test('the most divisive claims come first, parties precede others, and spokespeople hold positions for those they speak for', async () => {
  const claim = (key: string) => planned('claim', { key: `ferry/${key}`, dispute: 'ferry', proposition: `${key}.` })
  await using app = await openApp({
    recorded: [
      setting,
      [
        claim('untouched'),
        claim('agreed'),
        planned('actor', { key: 'witness', name: 'A witness', kind: 'person' }),
        planned('actor', { key: 'press', name: 'The press', kind: 'outlet' }),
        planned('dispute', { key: 'bridge', title: 'B', summary: 'B', period: '2025', parties: ['press'] }),
        planned('claim', { key: 'bridge/fell', dispute: 'bridge', proposition: 'It fell.' }),
      ],
      [
        says('one', '2025-01-01', [{ claim: 'ferry/agreed', stance: 'asserts' }, ...onSinking('questions')], {
          speakers: ['witness'],
        }),
        says('two', '2025-01-02', [{ claim: 'ferry/agreed', stance: 'asserts' }], { speakers: ['witness'] }),
        says('three', '2025-01-03', [{ claim: 'ferry/agreed', stance: 'asserts' }], { speakers: ['press'] }),
        says('four', '2025-01-04', [{ claim: 'bridge/fell', stance: 'asserts' }], { speakers: ['press'] }),
        says('five', '2025-01-05', onSinking('denies')),
        says('six', '2025-01-06', onSinking('denies')),
        says('seven', '2025-01-07', onSinking('asserts'), { speakers: ['north-minister'], 'on-behalf-of': ['north'] }),
      ],
    ],
  })
  const { dispute } = await read(app, AXES)
  const cells = (claimKey: string, ...holders: string[]) =>
    holders.map((key) => ({ claim: { key: claimKey }, holder: { key } }))
  expect(dispute).toEqual({
    positions: {
      claims: ['ferry/sunk', 'ferry/agreed', 'ferry/untouched'].map((key) => ({ key })),
      holders: ['south', 'north', 'witness', 'press'].map((key) => ({ key })),
      cells: [...cells('ferry/sunk', 'south', 'north', 'witness'), ...cells('ferry/agreed', 'witness', 'press')],
    },
  })
})

test('a dispute without positions has claims and no holders', async () => {
  await using app = await openApp({ recorded: [setting] })
  expect(await read(app, AXES)).toEqual({
    dispute: { positions: { claims: [{ key: 'ferry/sunk' }], holders: [], cells: [] } },
  })
})

test('a matrix needs as many SQL statements for many positions as for few', async () => {
  const statementsFor = async (count: number) => {
    const many = Array.from({ length: count }, (_, at) => says(`s-${at}`, '2025-01-10', onSinking('denies')))
    await using app = await openApp({ recorded: [setting, many] })
    const before = app.store.reader.queriesRun
    await read(
      app,
      `{ dispute(key: "ferry") { positions(on: "2025-02-01") { claims { proposition } holders { name }
           cells { holder { name } current { citations { source { title } } } history { statement { headline } } } } } }`,
    )
    return app.store.reader.queriesRun - before
  }
  expect(await statementsFor(60)).toBe(await statementsFor(2))
})

test('a matrix of more than 10,000 positions is refused, and the rest of the dispute is returned', async () => {
  const thousand = Array.from({ length: 1_000 }, () => onSinking('denies')).flat()
  const many = Array.from({ length: 11 }, (_, at) => says(`s-${at}`, '2025-01-10', thousand))
  await using app = await openApp({ recorded: [setting, many] })
  const query = '{ dispute(key: "ferry") { key positions { claims { key } } } }'
  expect(await refusalsOf(app, query)).toMatchObject([{ code: 'MATRIX_TOO_LARGE', path: ['dispute', 'positions'] }])
  expect((await app.ask(query)).body.data).toEqual({ dispute: { key: 'ferry', positions: null } })
})
