import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { checkDossiers } from '../../src/dossier/check/check.ts'
import { importDossiers } from '../../src/dossier/import/import.ts'
import { check, storyWith } from '../_support/ferry-dossier.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

type Change = readonly [from: string, to: string]

const sinking = (fields: string): Change => [
  '    figures: [{quantity: killed, value: 3, citation: gazette}]\n',
  `    figures: [{quantity: killed, value: 3, citation: gazette}]\n    ${fields}\n`,
]
const published = (date: string): Change => ['published: 2025-02-05', `published: "${date}"`]
const recalled = (date: string): Change => ['    date: 2025-01-03\n', `    date: "${date}"\n`]
const wire: Change = [
  '    url: https://gazette.example/2025\n',
  '    url: https://gazette.example/2025\n  - {key: wire, title: A wire, language: en, reliability: C, published: 2024-12-30, url: "https://wire.example/1"}\n',
]
const other: Change = [
  'disputes:\n  - key: ferry\n',
  'disputes:\n  - {key: bridge, title: The bridge, summary: Who owns it., period: 2024/.., parties: [north, south]}\n  - key: ferry\n',
]
const place = (key: string, identifier: string): Change => [
  'places:\n',
  `places:\n  - {key: ${key}, name: Aktau, identifiers: ${identifier}}\n`,
]

/** Each warning as `record path CODE`. */
async function warningsOf(...changes: readonly Change[]): Promise<string[]> {
  await using opened = await openTemporaryStore()
  const file = join(dirname(opened.file), 'story.yaml')
  writeFileSync(file, storyWith(...changes))
  const { problems, warnings } = await checkDossiers([file])
  expect(problems).toEqual([])
  expect(warnings.every(({ line, column }) => line !== null && column !== null)).toBe(true)
  return warnings.map(({ record, path, code }) => `${record} ${path.join('.')} ${code}`)
}

it('says where and what to do', async () => {
  const { warnings } = await check(storyWith(published('2024-12-31')))
  expect(warnings).toEqual([
    'story.yaml:49:11 statement ferry/accusation date: 2025-01-01 is after every cited source was published (the last is "gazette", by 2024-12-31); correct the date, or cite a later source',
    'story.yaml:65:11 measure ferry/recall date: 2025-01-03 is after every cited source was published (the last is "gazette", by 2024-12-31); correct the date, or cite a later source',
  ])
  expect((await check(storyWith(recalled('2999-02-06')))).warnings).toEqual([
    'story.yaml:65:11 measure ferry/recall date: 2999-02-06 is in the future, and after every cited source was published (the last is "gazette", by 2025-02-05); correct the date, or cite a later source',
  ])
})

it.each<[what: string, changes: Change[], warning: string]>([
  [
    'a date before the year 1000',
    [recalled('0025-01-03'), ['    disputes: [ferry]\n    imposed', '    imposed']],
    'measure ferry/recall date DATE_BEFORE_1000',
  ],
  [
    'the start of a span before 1000',
    [['date: 2024/..}]', 'date: 0999-12-31/2024}]']],
    'actor minister affiliations.0.date DATE_BEFORE_1000',
  ],
  ['a source published in the future', [published('2999')], 'source gazette published DATE_IN_FUTURE'],
  [
    'an office in the future',
    [['date: 2024/..}]', 'date: 2999/..}]']],
    'actor minister affiliations.0.date DATE_IN_FUTURE',
  ],
  ['a date after its sources', [recalled('2025-02-06')], 'measure ferry/recall date DATE_AFTER_SOURCES'],
  ['a date in the future after its sources', [recalled('2999-02-06')], 'measure ferry/recall date DATE_AFTER_SOURCES'],
  [
    'an assessment after the sources',
    [sinking('assessments: [{demand: ferry/pay, response: met, date: 2025-03}]')],
    'event ferry/sinking assessments.0.date DATE_AFTER_SOURCES',
  ],
  [
    'an assessment before its demand',
    [sinking('assessments: [{demand: ferry/pay, response: met, date: 2024-12-31}]')],
    'event ferry/sinking assessments.0.date ASSESSED_BEFORE_DEMAND',
  ],
  [
    'a status before its measure',
    [sinking('status-changes: [{measure: ferry/recall, status: lifted, date: 2025-01-02}]')],
    'event ferry/sinking status-changes.0.date STATUS_BEFORE_MEASURE',
  ],
  ...['"[2024-12-25..2025-02-01]"', '../2025-02-01', '2025'].map((date): [string, Change[], string] => [
    `a status of ${date}, which may be before its measure and so never takes effect`,
    [sinking(`status-changes: [{measure: ferry/recall, status: lifted, date: ${date}}]`)],
    'event ferry/sinking status-changes.0.date STATUS_BEFORE_MEASURE',
  ]),
  [
    'a source before what it reports',
    [
      wire,
      [
        'value: 3, citation: gazette}]\n    citations: [',
        'value: 3, citation: gazette}]\n    citations: [{source: wire, credibility: 3, basis: own-reporting}, ',
      ],
    ],
    'event ferry/sinking citations.0.source SOURCE_BEFORE_EVENT',
  ],
  [
    'a source read before it was published',
    [['language: en\n    reliability: B', 'accessed: 2025-02-04\n    language: en\n    reliability: B']],
    'source gazette accessed ACCESSED_BEFORE_PUBLISHED',
  ],
  [
    'a development before its dispute',
    [['period: 2024/..', 'period: 2025/..']],
    'event ferry/sinking disputes.0 OUTSIDE_PERIOD',
  ],
  [
    'a phase after its dispute',
    [
      [
        'period: 2024/..\n',
        'period: 2024/2025-01-31\n    phases: [{label: Late, date: 2025-02, summary: It was over.}]\n',
      ],
    ],
    'dispute ferry phases.0.date OUTSIDE_PERIOD',
  ],
  ['a negative count', [['value: 3', 'value: -3']], 'event ferry/sinking figures.0.value COUNT_NEGATIVE'],
  [
    'a negative bound of a count',
    [['value: 3', 'min: -1, max: 3']],
    'event ferry/sinking figures.0.min COUNT_NEGATIVE',
  ],
  ['a demand nobody makes', [['    demands: [ferry/pay]\n', '']], 'demand ferry/pay key DEMAND_NOT_MADE'],
  [
    'a demand that only a withdrawn statement makes',
    [['    demands: [ferry/pay]\n', '    demands: [ferry/pay]\n    retract: It was never said.\n']],
    'demand ferry/pay key DEMAND_NOT_MADE',
  ],
  [
    "a position on another dispute's claim",
    [other, ['{key: ferry/sunk, dispute: ferry', '{key: ferry/sunk, dispute: bridge']],
    'statement ferry/accusation positions.0.claim OF_OTHER_DISPUTE',
  ],
  [
    'a demand of another dispute',
    [other, ['{key: ferry/pay, dispute: ferry', '{key: ferry/pay, dispute: bridge']],
    'statement ferry/accusation demands.0 OF_OTHER_DISPUTE',
  ],
  [
    'two places with one identifier',
    [place('b', '{iata: SCO}'), place('a', '{iata: SCO}')],
    'place b identifiers.iata IDENTIFIER_SHARED',
  ],
  [
    'two sources with one address',
    [wire, ['    url: https://gazette.example/2025\n', '    archive-url: http://wire.example/1/\n']],
    'source wire url URL_SHARED',
  ],
])('warns of %s, once', async (_, changes, warning) => {
  expect(await warningsOf(...changes)).toEqual([warning])
})

it.each<[what: string, changes: Change[]]>([
  ['a date in the year 1000', [recalled('1000'), ['period: 2024/..', 'period: 1000/..']]],
  ['a date on the day of its source', [recalled('2025-02-05')]],
  ['a month that its source may cover', [recalled('2025-02')]],
  ['a span that begins before its source', [recalled('2025-02-01/2025-03')]],
  ['an unknown start', [recalled('/2999')]],
  ['an approximate date', [recalled('2025-02-06~')]],
  ['an uncertain date of publication', [published('2024-12-30?')]],
  ['a source without a date', [['    published: 2025-02-05\n', '']]],
  [
    'an assessment on the day of the demand',
    [sinking('assessments: [{demand: ferry/pay, response: met, date: 2025-01-01}]')],
  ],
  [
    'a status on the day of the measure',
    [sinking('status-changes: [{measure: ferry/recall, status: lifted, date: 2025-01-03}]')],
  ],
  ['a dispute that a date reaches into', [['period: 2024/..', 'period: 2024-12-31/2025-01-03']]],
  [
    'background outside the period',
    [
      ['period: 2024/..', 'period: 2025/..'],
      ['disputes: [ferry]\n    places', 'context-of: [ferry]\n    places'],
    ],
  ],
  ['a negative amount', [['{quantity: killed, value: 3', '{quantity: amount, value: -3']]],
  [
    'one identifier for an actor and a place',
    [place('a', '{wikidata: Q1}'), ['country: NO', 'identifiers: {wikidata: Q1}']],
  ],
  [
    'one source whose archive is itself',
    [
      wire,
      [
        'https://gazette.example/2025\n',
        'https://gazette.example/2025\n    archive-url: https://gazette.example/2025\n',
      ],
    ],
  ],
])('does not warn of %s', async (_, changes) => {
  expect(await warningsOf(...changes)).toEqual([])
})

it('knows a day as the future until it has begun somewhere', async () => {
  vi.useFakeTimers({ now: Date.UTC(2025, 1, 4, 9, 59), toFake: ['Date'] })
  try {
    expect(await warningsOf()).toEqual(['source gazette published DATE_IN_FUTURE'])
    vi.setSystemTime(Date.UTC(2025, 1, 4, 10))
    expect(await warningsOf()).toEqual([])
  } finally {
    vi.useRealTimers()
  }
})

it('judges records together with those of other files and of the store, in any order', async () => {
  await using opened = await openTemporaryStore()
  const folder = dirname(opened.file)
  const bring = async (...texts: readonly string[]) => {
    const files = texts.map((text, index) => {
      writeFileSync(join(folder, `${index}.yaml`), `dossier: 1\n${text}`)
      return join(folder, `${index}.yaml`)
    })
    const { problems, warnings } = await importDossiers(opened.store, { files })
    expect(problems).toEqual([])
    return warnings.map(({ record, code }) => `${record} ${code}`).toSorted()
  }
  const report = (key: string, fields: string) => `developments:
  - event: ${key}
    headline: It happens
    summary: It does.
    date: 2024-12-30
    evidential-status: reported
    event-kind: incident
    ${fields}
    citations: [{source: gazette, credibility: 3, basis: own-reporting}]
`
  expect(await bring(storyWith().replace('dossier: 1\n', ''))).toEqual([])
  expect(
    await bring(
      `${report('late', 'assessments: [{demand: ferry/pay, response: met, date: 2024}]\n    status-changes: [{measure: ferry/recall, status: lifted, date: 2024}]')}actors:\n  - {key: nord, name: Nord, kind: state, identifiers: {wikidata: Q20}}\n`,
      'actors:\n  - {key: norden, name: Norden, kind: state, identifiers: {wikidata: Q20}, affiliations: [{to: nord, relation: close-to}]}\nsources:\n  - {key: again, title: Again, language: en, reliability: B, url: "http://gazette.example/2025/"}\n',
      report('other', 'disputes: [bridge]\n    bearings: [{claim: ferry/sunk, bearing: supports, citation: gazette}]'),
      'disputes:\n  - {key: bridge, title: The bridge, summary: Who owns it., period: 2025/.., parties: [norden, nord]}\n',
    ),
  ).toEqual([
    'actor norden IDENTIFIER_SHARED',
    'event late ASSESSED_BEFORE_DEMAND',
    'event late STATUS_BEFORE_MEASURE',
    'event other OF_OTHER_DISPUTE',
    'event other OUTSIDE_PERIOD',
    'source again URL_SHARED',
  ])
})
