import { expect, test } from 'vitest'
import type { PlannedChange } from '../../src/store/append.ts'
import { read } from '../_support/answer.ts'
import { type App, openApp } from '../_support/app.ts'
import { event, measure, planned, setting, statement } from '../_support/planned-changes.ts'

/** The changed fields of each revision of a development. */
async function changedIn(app: App, key: string): Promise<readonly unknown[]> {
  const query = 'query ($key: Key!) { development(key: $key) { revisions { number changedFields } } }'
  const { development } = await read(app, query, { key })
  const { revisions } = development as { revisions: { number: number; changedFields: unknown }[] }
  expect(revisions.map(({ number }) => number)).toEqual(revisions.map((_, at) => at + 1))
  return revisions.map(({ changedFields }) => changedFields)
}

const revised = (change: PlannedChange, revision: number): PlannedChange => ({ ...change, kind: 'REVISED', revision })

test('a revision names the fields that changed since the previous one, in the order of the record', async () => {
  await using app = await openApp({ recorded: [setting, [planned('event', event())]] })
  const moved = { date: '2024-12-30', 'date-note': 'By its log.', headline: 'The ferry sinks a day earlier' }
  const counted = { ...moved, figures: [{ quantity: 'killed' as const, value: 4, citation: 'gazette' }] }
  const shown = {
    ...moved,
    figures: [],
    participants: [{ actor: 'south', role: 'affected' as const }],
    'event-kind': 'armed-attack' as const,
    'evidential-status': 'reported' as const,
  }
  await app.record(revised(planned('event', event(moved)), 2))
  await app.record(revised(planned('event', event(counted)), 3))
  await app.record(revised(planned('event', event(shown)), 4))
  expect(await changedIn(app, 'ferry/sinking')).toEqual([
    [],
    ['headline', 'date', 'dateNote'],
    ['figures'],
    ['evidentialStatus', 'participations', 'figures', 'eventKind'],
  ])
})

test('fields of statements and of measures have the names of the API', async () => {
  const said = planned('statement', statement())
  const taken = planned('measure', measure({ links: [] }))
  await using app = await openApp({ recorded: [setting, [said, taken]] })
  await app.record(
    revised(
      planned('statement', statement({ 'on-behalf-of': ['south'], acts: ['accuse'], positions: [], demands: [] })),
      2,
    ),
    revised(
      planned(
        'measure',
        measure({ links: [], 'legal-basis': 'Article 9.', 'imposed-by': ['south'], status: 'in-force' }),
      ),
      2,
    ),
  )
  expect(await changedIn(app, 'ferry/accusation')).toEqual([[], ['onBehalfOf', 'acts', 'positions', 'demands']])
  expect(await changedIn(app, 'ferry/recall')).toEqual([[], ['legalBasis', 'imposedBy', 'status']])
})

test('every name except those of a note and of a retraction is a field of the API', async () => {
  const rich = {
    'context-of': [],
    places: ['ford'],
    codings: [{ type: 'accuse' as const, initiators: ['north'], recipients: ['south'] }],
    assessments: [{ demand: 'ferry/pay', response: 'evaded' as const, date: '2025-02' }],
    'status-changes': [{ measure: 'ferry/recall', status: 'lifted' as const, date: '2025-02' }],
    links: [{ relation: 'follows' as const, development: 'ferry/recall' }],
  }
  await using app = await openApp({ recorded: [setting, [planned('measure', measure({ links: [] }))]] })
  await app.record(planned('event', event({ bearings: [], figures: [] })))
  await app.record(revised(planned('event', event({ ...rich, disputes: [], 'context-of': ['ferry'] })), 2))
  const [, names = []] = (await changedIn(app, 'ferry/sinking')) as string[][]
  expect(names).toHaveLength(9)
  const { type } = await read(app, '{ type: __type(name: "Event") { fields { name } } }')
  const { fields } = type as { fields: { name: string }[] }
  expect(fields.map(({ name }) => name)).toEqual(expect.arrayContaining(names))
})

test('another spelling of the same content changes nothing', async () => {
  await using app = await openApp({ recorded: [setting, [planned('event', event())]] })
  const cited = [{ source: 'gazette', credibility: 'probably-true' as const, basis: 'own-reporting' as const }]
  await app.record(revised(planned('event', event({ citations: cited, participants: [] })), 2))
  expect(await changedIn(app, 'ferry/sinking')).toEqual([[], []])
})

test('a retraction changes only the retraction', async () => {
  await using app = await openApp({ recorded: [setting, [planned('event', event())]] })
  await app.record(revised(planned('event', event({ headline: 'A ferry sinks' })), 2))
  await app.record({
    ...planned('event', event({ headline: 'A ferry sinks' })),
    kind: 'RETRACTED',
    revision: 3,
    note: 'A buoy.',
  })
  expect(await changedIn(app, 'ferry/sinking')).toEqual([[], ['headline'], ['retraction']])
})

test('the changed fields of a page of the feed are read at once', async () => {
  await using app = await openApp({ recorded: [setting] })
  const keys = Array.from({ length: 30 }, (_, at) => `event-${at}`)
  await app.record(...keys.map((key) => planned('event', event({ event: key }))))
  await app.record(...keys.map((key) => revised(planned('event', event({ event: key, headline: `On ${key}` })), 2)))
  const statementsFor = async (first: number) => {
    const before = app.store.reader.queriesRun
    const query = '{ changes: feedPage(first: FIRST) { changes { revision { changedFields } } } }'
    const { changes } = await read(app, query.replace('FIRST', String(first)))
    expect(JSON.stringify(changes).match(/"headline"/g)?.length ?? 0).toBe(Math.max(0, first - 30))
    return app.store.reader.queriesRun - before
  }
  // Reads that happen once per process are done by now.
  await statementsFor(1)
  expect(await statementsFor(60)).toBe(await statementsFor(5))
})
