import { describe, expect, test } from 'vitest'
import type { RecordOf } from '../../src/model/records/definitions.ts'
import { CURRENT_MAX } from '../../src/store/queries/positions.ts'
import { read, refusalsOf } from '../_support/answer.ts'
import { type App, openApp } from '../_support/app.ts'
import { event, measure, planned, setting, statement } from '../_support/planned-changes.ts'

/* What a holder held before, holds now and holds in contradiction, and how far the record reaches. */

type Position = NonNullable<RecordOf<'statement'>['positions']>[number]
type Relation = NonNullable<RecordOf<'claim'>['relations']>[number]

/** A statement of the South, with a position on each of the claims. */
function says(key: string, date: string, positions: readonly Position[], more: Partial<RecordOf<'statement'>> = {}) {
  const spoken = { speakers: ['south'], 'on-behalf-of': [], addressees: [], quotes: [], demands: [], codings: [] }
  return planned('statement', statement({ ...spoken, statement: key, date, positions: [...positions], ...more }))
}

const on = (claim: string, stance: Position['stance'], more: Partial<Position> = {}): Position => ({
  claim,
  stance,
  attribution: 'quoted',
  ...more,
})

describe('the position before', () => {
  /** By the key of the statement of each position of the South on who sank the ferry. */
  async function before(app: App, args = ''): Promise<Record<string, string | null>> {
    const { claim } = await read(
      app,
      `{ claim(key: "ferry/sunk" ${args}) { positions(holder: "south") { nodes { statement { key } previous { statement { key } } } } } }`,
    )
    const { nodes } = (claim as { positions: { nodes: { statement: Keyed; previous: { statement: Keyed } | null }[] } })
      .positions
    return Object.fromEntries(nodes.map(({ statement: { key }, previous }) => [key, previous?.statement.key ?? null]))
  }

  test('is the last one that is earlier by date, then by entry, with unknown starts first', async () => {
    const denies = [on('ferry/sunk', 'denies')]
    await using app = await openApp({
      recorded: [
        setting,
        [
          says('third', '2025-02-10', denies),
          says('first', '2025-01-10', denies),
          says('unknown', '../2026-01-01', denies),
          says('later-unknown', '../2026-02-01', denies),
          says('fourth', '2025-02-10', denies),
          says('second', '2025-01-10T12:00:00Z', denies),
          says('fifth', '2025-02-10/..', denies),
          says('of-another', '2025-01-20', denies, { speakers: ['north'] }),
        ],
      ],
    })
    expect(await before(app)).toEqual({
      unknown: null,
      'later-unknown': 'unknown',
      first: 'later-unknown',
      second: 'first',
      third: 'second',
      fourth: 'third',
      fifth: 'fourth',
    })
  })

  test('is read as of the same state as the position', async () => {
    let now = Date.UTC(2026, 0, 1)
    await using app = await openApp({ now: () => now })
    const questions = (date: string) =>
      says('early', date, [on('ferry/sunk', 'questions')]).content as RecordOf<'statement'>
    const batches = [
      [...setting, says('late', '2025-03-01', [on('ferry/sunk', 'denies')])],
      [planned('statement', questions('2025-01-01'))],
      [planned('statement', questions('2025-05-01'), { kind: 'CORRECTED', revision: 2, note: 'In May.' })],
      [planned('statement', questions('2025-05-01'), { kind: 'RETRACTED', revision: 3, note: 'Never said.' })],
    ]
    const found: unknown[] = []
    for (const batch of batches) {
      now += 60_000
      await app.record(...batch)
      found.push(await before(app))
    }
    const states = [{ late: null }, { early: null, late: 'early' }, { late: null, early: 'late' }, { late: null }]
    expect(found).toEqual(states)
    for (const [at, state] of states.entries()) {
      const instant = new Date(Date.UTC(2026, 0, 1) + (at + 1) * 60_000).toISOString()
      expect(await before(app, `, asKnownAt: "${instant}"`)).toEqual(state)
    }
    const { feedPage } = await read(
      app,
      `{ feedPage { changes { development { ... on Statement { positions { previous { statement { key } } } } } } } }`,
    )
    const { changes } = feedPage as { changes: { development: { positions: { previous: unknown }[] } }[] }
    expect(changes.map(({ development }) => development.positions.map(({ previous }) => previous))).toEqual([
      [null],
      [null],
      [{ statement: { key: 'late' } }],
      [{ statement: { key: 'late' } }],
    ])
  })

  test('of two positions in one statement on one claim is the first', async () => {
    await using app = await openApp({
      recorded: [setting, [says('both', '2025-01-01', [on('ferry/sunk', 'denies'), on('ferry/sunk', 'retracts')])]],
    })
    const { statements } = await read(app, '{ statements { nodes { positions { stance previous { stance } } } } }')
    expect(statements).toEqual({
      nodes: [
        {
          positions: [
            { stance: 'DENIES', previous: null },
            { stance: 'RETRACTS', previous: { stance: 'DENIES' } },
          ],
        },
      ],
    })
  })
})

describe('the current positions of an actor', () => {
  test('are cells by the claims’ order of entry, cut at the day', async () => {
    await using app = await openApp({
      recorded: [
        setting,
        [
          planned('claim', { key: 'ferry/mine', dispute: 'ferry', proposition: 'A mine.' }),
          says('first', '2025-01-01', [on('ferry/mine', 'asserts'), on('ferry/sunk', 'denies')]),
          says('second', '2025-02-01', [on('ferry/sunk', 'partially-accepts')]),
        ],
      ],
    })
    const { actor } = await read(
      app,
      `{ actor(key: "south") {
           now: currentPositions { claim { key } holder { key } shifted current { stance } history { stance } }
           earlier: currentPositions(on: "2025-01-31") { claim { key } shifted current { stance } }
           never: currentPositions(on: "2024-12-31") { shifted } } }`,
    )
    const mine = { claim: { key: 'ferry/mine' }, shifted: false, current: { stance: 'ASSERTS' } }
    expect(actor).toEqual({
      now: [
        {
          claim: { key: 'ferry/sunk' },
          holder: { key: 'south' },
          shifted: true,
          current: { stance: 'PARTIALLY_ACCEPTS' },
          history: [{ stance: 'DENIES' }, { stance: 'PARTIALLY_ACCEPTS' }],
        },
        { ...mine, holder: { key: 'south' }, history: [{ stance: 'ASSERTS' }] },
      ],
      earlier: [{ claim: { key: 'ferry/sunk' }, shifted: false, current: { stance: 'DENIES' } }, mine],
      never: [],
    })
  })

  test('are refused beyond so many positions, and the rest of the actor is read', async () => {
    const per = 200
    const positions = Array.from({ length: per }, () => on('ferry/sunk', 'denies'))
    const batch = Array.from({ length: CURRENT_MAX / per }, (_, at) => says(`said-${at}`, '2025-01-01', positions))
    await using app = await openApp({ recorded: [setting, batch] })
    const cells = '{ actor(key: "south") { name currentPositions { current { stance } } } }'
    const { actor } = await read(app, cells)
    expect(actor).toEqual({ name: 'Southland', currentPositions: [{ current: { stance: 'DENIES' } }] })
    await app.record(says('too-many', '2025-01-02', [on('ferry/sunk', 'denies')]))
    expect(await refusalsOf(app, cells)).toEqual([
      {
        code: 'POSITIONS_TOO_LARGE',
        path: ['actor', 'currentPositions'],
        message:
          'The actors have more than 20000 positions, too many to find the current ones. Request fewer actors at a time, or read the positions of each actor page by page.',
      },
    ])
    const { body } = await app.ask(cells)
    expect(body.data).toEqual({ actor: { name: 'Southland', currentPositions: null } })
  })
})

describe('contradictions', () => {
  const claim = (key: string, ...relations: readonly Relation[]) =>
    planned('claim', { key, dispute: 'ferry', proposition: `${key}.`, relations: [...relations] })
  const to = (relation: Relation['relation'], other: string): Relation => ({ relation, claim: other })

  async function contradictionsIn(app: App, day: string | null = null): Promise<string[]> {
    const { dispute } = await read(
      app,
      'query ($on: Date) { dispute(key: "ferry") { contradictions(on: $on) { holder { key } positions { claim { key } stance } } } }',
      { on: day },
    )
    const { contradictions } = dispute as {
      contradictions: { holder: Keyed; positions: { claim: Keyed; stance: string }[] }[]
    }
    return contradictions.map(({ holder, positions }) => {
      const held = positions.map(({ claim: { key }, stance }) => `${key} ${stance}`)
      return `${holder.key}: ${held.toSorted().join(', ')}`
    })
  }

  const mineAsserted = on('mine', 'asserts')

  test.each<[string, Relation['relation'] | null, Position, string[]]>([
    [
      'holds both of two that contradict each other',
      'contradicts',
      on('bomb', 'affirms'),
      ['bomb AFFIRMS, mine ASSERTS'],
    ],
    ['partly accepts the other', 'contradicts', on('bomb', 'partially-accepts'), []],
    ['denies the other', 'contradicts', on('bomb', 'denies'), []],
    ['holds both of two alternatives', 'alternative-to', on('bomb', 'asserts'), []],
    ['denies what its claim implies', 'implies', on('bomb', 'denies'), ['bomb DENIES, mine ASSERTS']],
    ['affirms what its claim implies', 'implies', on('bomb', 'affirms'), []],
    ['denies what its claim says more precisely', 'refines', on('bomb', 'denies'), ['bomb DENIES, mine ASSERTS']],
    [
      'offers an alternative to what its claim says more precisely',
      'refines',
      on('bomb', 'offers-alternative', { alternative: 'mine' }),
      ['bomb OFFERS_ALTERNATIVE, mine ASSERTS'],
    ],
    ['denies the whole of which it asserts a part', 'part-of', on('bomb', 'denies'), []],
    ['denies a claim that is not related', null, on('bomb', 'denies'), []],
  ])('where a holder %s', async (_, relation, other, expected) => {
    await using app = await openApp({
      recorded: [
        setting,
        [claim('bomb'), claim('mine', ...(relation === null ? [] : [to(relation, 'bomb')]))],
        [says('said', '2025-01-01', [mineAsserted, other])],
      ],
    })
    expect(await contradictionsIn(app)).toEqual(expected.map((held) => `south: ${held}`))
  })

  test('follow chains of claims, and join all that contradict one another', async () => {
    await using app = await openApp({
      recorded: [
        setting,
        [
          claim('sabotage'),
          claim('accident', to('contradicts', 'sabotage')),
          claim('collision', to('refines', 'accident')),
          claim('rock', to('implies', 'collision')),
          claim('plan', to('part-of', 'sabotage')),
          claim('weather'),
          claim('storm', to('implies', 'weather')),
        ],
        [
          // From the rock follows the accident; the plan is part of the sabotage.
          says('said', '2025-01-01', [on('rock', 'asserts'), on('sabotage', 'asserts'), on('plan', 'denies')]),
          says('weather', '2025-01-02', [on('storm', 'asserts'), on('weather', 'denies')]),
          says('of-north', '2025-01-03', [on('rock', 'asserts'), on('weather', 'denies')], { speakers: ['north'] }),
        ],
      ],
    })
    expect((await contradictionsIn(app)).toSorted()).toEqual([
      'south: plan DENIES, rock ASSERTS, sabotage ASSERTS',
      'south: storm ASSERTS, weather DENIES',
    ])
  })

  test('are those of current positions on the day', async () => {
    await using app = await openApp({
      recorded: [
        setting,
        [claim('bomb'), claim('mine', to('contradicts', 'bomb'))],
        [
          says('first', '2025-01-01', [mineAsserted]),
          says('second', '2025-02-01', [on('bomb', 'asserts', { attribution: 'characterised' })]),
          says('third', '2025-03-01', [on('mine', 'retracts')]),
        ],
      ],
    })
    expect(await contradictionsIn(app, '2025-01-31')).toEqual([])
    expect(await contradictionsIn(app, '2025-02-01')).toEqual(['south: bomb ASSERTS, mine ASSERTS'])
    expect(await contradictionsIn(app, '2025-03-01')).toEqual([])
    expect(await contradictionsIn(app)).toEqual([])
  })
})

describe('the last day of reports', () => {
  const source = (key: string, published?: string) =>
    planned('source', {
      key,
      title: key,
      language: 'en',
      reliability: 'C',
      ...(published === undefined ? {} : { published }),
    })
  const cites = (...sources: readonly string[]) =>
    sources.map((each) => ({ source: each, credibility: 2 as const, basis: 'own-reporting' as const }))
  const happens = (key: string, sources: readonly string[], more: Partial<RecordOf<'event'>> = {}) =>
    planned('event', event({ event: key, figures: [], bearings: [], citations: cites(...sources), ...more }))
  const sources = [
    source('march', '2025-03'),
    source('april', '2025-04-02'),
    source('may', '2025-05-01/2025-05-10'),
    source('open', '2025-06-01/..'),
    source('undated'),
  ]

  const REPORTED = `query ($at: DateTime) {
    dispute(key: "ferry", asKnownAt: $at) { lastReportedOn }
    measures(asKnownAt: $at) { nodes { key lastReportedOn } } }`

  test('is that of the latest source of a dispute’s standing developments', async () => {
    let now = Date.UTC(2026, 0, 1)
    await using app = await openApp({ now: () => now, recorded: [[...setting, ...sources]] })
    const found: unknown[] = []
    const instants: string[] = []
    const asked = async (at: string | null) =>
      ((await read(app, REPORTED, { at }))['dispute'] as { lastReportedOn: string | null } | null)?.lastReportedOn
    for (const change of [
      happens('undated', ['undated', 'open']),
      happens('background', ['may'], { disputes: [], 'context-of': ['ferry'] }),
      happens('march', ['march', 'undated']),
      happens('april', ['april']),
      happens('of-none', ['may'], { disputes: [] }),
      planned('event', happens('april', ['march']).content as RecordOf<'event'>, {
        kind: 'CORRECTED',
        revision: 2,
        note: 'In March.',
      }),
      happens('may', ['may']),
      planned('event', happens('may', ['may']).content as RecordOf<'event'>, {
        kind: 'RETRACTED',
        revision: 2,
        note: 'No.',
      }),
    ]) {
      now += 60_000
      await app.record(change)
      instants.push(new Date(now).toISOString())
      found.push(await asked(null))
    }
    expect(found).toEqual([
      null,
      null,
      '2025-03-31',
      '2025-04-02',
      '2025-04-02',
      '2025-03-31',
      '2025-05-10',
      '2025-03-31',
    ])
    expect(await Promise.all(instants.map(asked))).toEqual(found)
  })

  test('of a measure includes reports of its status, and is null without a dated source', async () => {
    const changes = (status: 'in-force' | 'lifted', of: string) => ({
      'status-changes': [{ measure: of, status, date: '2025-02' }],
    })
    await using app = await openApp({
      recorded: [
        [...setting, ...sources],
        [
          planned('measure', measure({ citations: cites('march'), links: [] })),
          planned('measure', measure({ measure: 'ferry/ban', citations: cites('undated'), links: [] })),
        ],
        [happens('told', ['april', 'undated'], changes('in-force', 'ferry/recall'))],
        [happens('retracted', ['may'], changes('lifted', 'ferry/recall'))],
      ],
    })
    const reported = async () => {
      const { nodes } = (await read(app, REPORTED, { at: null }))['measures'] as {
        nodes: { key: string; lastReportedOn: string | null }[]
      }
      return Object.fromEntries(nodes.map(({ key, lastReportedOn }) => [key, lastReportedOn]))
    }
    expect(await reported()).toEqual({ 'ferry/recall': '2025-05-10', 'ferry/ban': null })
    const told = happens('retracted', ['may'], changes('lifted', 'ferry/recall')).content as RecordOf<'event'>
    await app.record(planned('event', told, { kind: 'RETRACTED', revision: 2, note: 'No.' }))
    expect(await reported()).toEqual({ 'ferry/recall': '2025-04-02', 'ferry/ban': null })
  })
})

interface Keyed {
  readonly key: string
}
