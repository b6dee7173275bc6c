import { expect, test } from 'vitest'
import { read } from '../_support/answer.ts'
import { openApp } from '../_support/app.ts'
import { event, measure, planned, setting, statement } from '../_support/planned-changes.ts'

const DATE = '[2024-12-31..2025-02-10]'
const BY = { shortLabel: 'by 10 Feb 2025' }
const BETWEEN = { shortLabel: 'between 31 Dec 2024 and 10 Feb 2025' }

const dispute = (key: string, period: string) =>
  planned('dispute', { key, title: 'T', summary: 'S', period, parties: ['north', 'south'] })

const recorded = [
  [...setting, dispute('quay', '2024-12-31/..'), dispute('bridge', '2024-12-30/..')],
  [planned('measure', measure({ date: DATE, disputes: ['quay'], links: [] }))],
  [
    planned('event', event({ date: DATE, disputes: ['bridge', 'quay'] })),
    planned('event', event({ event: 'background', date: DATE, disputes: [], 'context-of': ['quay'] })),
    planned('event', event({ event: 'elsewhere', date: DATE, disputes: ['bridge', 'ferry'] })),
    planned('event', event({ event: 'in-none', date: DATE, disputes: [] })),
    planned(
      'statement',
      statement({
        date: DATE,
        disputes: ['quay'],
        assessments: [{ demand: 'ferry/pay', response: 'evaded', date: DATE }],
        'status-changes': [{ measure: 'ferry/recall', status: 'in-force', date: DATE }],
      }),
    ),
  ],
]

test('the short label of a date leaves out the beginning of a dispute of its development', async () => {
  await using app = await openApp({ recorded })
  const { developments } = await read(
    app,
    '{ developments(orderBy: RECENTLY_RECORDED) { nodes { key date { shortLabel } } } }',
  )
  expect(developments).toEqual({
    nodes: [
      { key: 'ferry/accusation', date: BY },
      { key: 'in-none', date: BETWEEN },
      { key: 'elsewhere', date: BETWEEN },
      { key: 'background', date: BY },
      { key: 'ferry/sinking', date: BY },
      { key: 'ferry/recall', date: BY },
    ],
  })
})

test('so do those of the positions, assessments, statuses and codings in it', async () => {
  await using app = await openApp({ recorded })
  const answer = await read(
    app,
    `{ development(key: "ferry/accusation") {
         assessments { date { shortLabel } } statusChanges { date { shortLabel } } ... on Statement { positions { date { shortLabel } } } }
       measure: development(key: "ferry/recall") { ... on Measure { statusHistory { date { shortLabel } } } }
       demand(key: "ferry/pay") { assessment { date { shortLabel } } }
       claim(key: "ferry/sunk") { currentPositions { date { shortLabel } } }
       dispute(key: "quay") { period { shortLabel } tension { marks { nodes { date { shortLabel } } } } } }`,
  )
  expect(answer).toEqual({
    development: { assessments: [{ date: BY }], statusChanges: [{ date: BY }], positions: [{ date: BY }] },
    measure: { statusHistory: [{ date: BY }, { date: BY }] },
    demand: { assessment: { date: BY } },
    claim: { currentPositions: [{ date: BY }] },
    dispute: {
      period: { shortLabel: 'since 31 Dec 2024' },
      tension: { marks: { nodes: [{ date: BY }] } },
    },
  })
})

test('a change of the feed has the label of its own state', async () => {
  await using app = await openApp({ recorded })
  const moved = event({ date: DATE, disputes: ['bridge'] })
  await app.record(planned('event', moved, { kind: 'CORRECTED', revision: 2, note: 'Not of the quay.' }))
  const { feedPage } = await read(
    app,
    '{ feedPage(filter: { keys: ["ferry/sinking"] }) { changes { development { date { shortLabel } } } } }',
  )
  expect(feedPage).toEqual({ changes: [{ development: { date: BY } }, { development: { date: BETWEEN } }] })
})
