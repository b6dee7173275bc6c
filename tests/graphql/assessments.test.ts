import { expect, test } from 'vitest'
import { read } from '../_support/answer.ts'
import { openApp } from '../_support/app.ts'
import { openDesk } from '../_support/desk.ts'
import { event, planned, setting, statement } from '../_support/planned-changes.ts'
import { story } from '../_support/ferry-story.ts'

const recorded = [setting, ...story]

type Assessment = NonNullable<ReturnType<typeof event>['assessments']>[number]

function assessed(name: string, ...assessments: readonly Assessment[]) {
  return planned('event', event({ event: `ferry/${name}`, assessments: [...assessments] }))
}

test('an assessment says who judges the response so, and which source shows it', async () => {
  const judged = assessed(
    'judged',
    {
      demand: 'ferry/pay',
      response: 'evaded',
      date: '2025-03',
      by: ['courier', 'north'],
      citation: 'gazette',
      note: 'So they say.',
    },
    { demand: 'ferry/pay', response: 'deferred', date: '2025-03' },
  )
  await using app = await openApp({ recorded: [...recorded, [judged]] })
  const { development } = await read(
    app,
    '{ development(key: "ferry/judged") { assessments { response by { key } citation { locator source { key } development { key } } note } } }',
  )
  expect(development).toEqual({
    assessments: [
      {
        response: 'EVADED',
        by: [{ key: 'courier' }, { key: 'north' }],
        citation: { locator: null, source: { key: 'gazette' }, development: { key: 'ferry/judged' } },
        note: 'So they say.',
      },
      { response: 'DEFERRED', by: [], citation: null, note: null },
    ],
  })
})

const PREVIOUS = `{ demand(key: "ferry/pay") { assessments { response date { edtf } previous { response previous { response } } } } }`

test('the previous assessment of a demand is the one that was current before', async () => {
  await using app = await openApp({
    recorded: [
      ...recorded,
      [
        // Recorded last, of an earlier date; twice of one date, in the order of the record; and of an unknown start.
        assessed('late', { demand: 'ferry/pay', response: 'evaded', date: '2025-02-12' }),
        assessed(
          'twice',
          { demand: 'ferry/pay', response: 'met-in-part', date: '2025-04' },
          { demand: 'ferry/pay', response: 'met', date: '2025-04' },
        ),
        assessed('ever', { demand: 'ferry/pay', response: 'no-response', date: '../2025-12' }),
      ],
    ],
  })
  const { demand } = await read(app, PREVIOUS)
  expect(demand).toEqual({
    assessments: [
      { response: 'REJECTED', date: { edtf: '2025-02-10' }, previous: { response: 'NO_RESPONSE', previous: null } },
      {
        response: 'EVADED',
        date: { edtf: '2025-02-12' },
        previous: { response: 'REJECTED', previous: { response: 'NO_RESPONSE' } },
      },
      {
        response: 'PROMISED',
        date: { edtf: '2025-03' },
        previous: { response: 'EVADED', previous: { response: 'REJECTED' } },
      },
      {
        response: 'MET_IN_PART',
        date: { edtf: '2025-04' },
        previous: { response: 'PROMISED', previous: { response: 'EVADED' } },
      },
      {
        response: 'MET',
        date: { edtf: '2025-04' },
        previous: { response: 'MET_IN_PART', previous: { response: 'PROMISED' } },
      },
      { response: 'NO_RESPONSE', date: { edtf: '../2025-12' }, previous: null },
    ],
  })
})

test('of an earlier state, the previous assessment is that of the same state', async () => {
  let now = Date.UTC(2025, 0, 1)
  await using app = await openApp({ now: () => now, recorded })
  const promise = (date: string, revision: number) =>
    planned(
      'statement',
      statement({ statement: 'ferry/offer', date, assessments: [{ demand: 'ferry/pay', response: 'deferred', date }] }),
      revision === 1 ? {} : { kind: 'REVISED', revision, note: 'Better dated.' },
    )
  now += 1_000
  await app.record(promise('2025-02-20', 1))
  now += 1_000
  await app.record(promise('2025-05', 2))
  const concession = story.flat().find(({ key }) => key === 'ferry/concession')
  if (concession === undefined) throw new Error('the story has no concession')
  now += 1_000
  await app.record({ ...concession, kind: 'RETRACTED', revision: 2, note: 'A hoax.' })
  const previous = '{ response previous { response } }'
  const at = (seconds: number) => `asKnownAt: "${new Date(Date.UTC(2025, 0, 1) + seconds * 1_000).toISOString()}"`
  const answer = await read(
    app,
    `{ first: demand(key: "ferry/pay", ${at(0)}) { assessment ${previous} }
       second: demand(key: "ferry/pay", ${at(1)}) { assessment ${previous} }
       third: demand(key: "ferry/pay", ${at(2)}) { assessment ${previous} }
       now: demand(key: "ferry/pay") { assessment ${previous} }
       retracted: development(key: "ferry/concession") { assessments ${previous} }
       feedPage(filter: { keys: ["ferry/offer", "ferry/concession"] }) { changes { kind development { assessments ${previous} } } } }`,
  )
  const promised = { response: 'PROMISED', previous: { response: 'REJECTED' } }
  expect(answer).toMatchObject({
    first: { assessment: promised },
    second: { assessment: { response: 'PROMISED', previous: { response: 'DEFERRED' } } },
    third: { assessment: { response: 'DEFERRED', previous: { response: 'PROMISED' } } },
    now: { assessment: { response: 'DEFERRED', previous: { response: 'REJECTED' } } },
    // It counts no more, and what was before it still does.
    retracted: { assessments: [promised] },
    feedPage: {
      changes: [
        { kind: 'RECORDED', development: { assessments: [promised] } },
        {
          kind: 'RECORDED',
          development: { assessments: [{ response: 'DEFERRED', previous: { response: 'REJECTED' } }] },
        },
        {
          kind: 'REVISED',
          development: { assessments: [{ response: 'DEFERRED', previous: { response: 'PROMISED' } }] },
        },
        { kind: 'RETRACTED', development: { assessments: [promised] } },
      ],
    },
  })
})

test('a mutation records who judges, and refuses a source that the development does not cite', async () => {
  await using desk = await openDesk([setting, [planned('event', event())]])
  const AMEND = `mutation ($patch: EventPatch!) { amendEvent(key: "ferry/sinking", expectedRevision: 1, note: "N.", patch: $patch) {
    __typename
    ... on EventAmended { event { assessments { by { key } citation { source { key } } } } }
    ... on InvalidInput { problems { path code } } } }`
  const assessment = { demand: 'ferry/pay', response: 'EVADED', date: '2025-02', by: ['north'], citation: 'gazette' }
  expect(
    await desk.change(AMEND, { patch: { assessments: [{ ...assessment, by: ['norht'], citation: 'gazete' }] } }),
  ).toMatchObject({
    problems: [
      { path: 'patch.assessments[0].citation', code: 'NOT_CITED' },
      { path: 'patch.assessments[0].by[0]', code: 'KEY_UNKNOWN' },
    ],
  })
  expect(await desk.change(AMEND, { patch: { assessments: [assessment] } })).toEqual({
    __typename: 'EventAmended',
    event: { assessments: [{ by: [{ key: 'north' }], citation: { source: { key: 'gazette' } } }] },
  })
})
