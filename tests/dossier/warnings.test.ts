import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { importDossiers } from '../../src/dossier/import/import.ts'
import { check, storyWith } from '../_support/ferry-dossier.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

const url = '    url: https://gazette.example/2025\n'
const wire = '  - {key: wire, title: A wire, language: en, reliability: C, outlet: south}\n'
const sinkingCited =
  'value: 3, citation: gazette}]\n    citations: [{source: gazette, credibility: 2, basis: own-reporting}]'
const confirmed = (citations: string) =>
  [sinkingCited, `value: 3, citation: gazette}]\n    citations: [${citations}]`] as const
const positions = (list: string) =>
  ['positions: [{claim: ferry/sunk, stance: asserts}]', `positions: [${list}]`] as const
const secondStatement = (date: string, list: string) =>
  [
    '  - measure: ferry/recall\n',
    `  - statement: ferry/second
    headline: The North speaks again
    summary: Its minister spoke again.
    date: ${date}
    evidential-status: reported
    speakers: [minister]
    on-behalf-of: [north]
    acts: [assert]
    channel: speech
    positions: [${list}]
    citations: [{source: gazette, credibility: 2, basis: own-reporting}]
  - measure: ferry/recall
`,
  ] as const

async function warningsOf(...changes: readonly (readonly [string, string])[]): Promise<string[]> {
  const { problems, warnings } = await check(storyWith(...changes))
  expect(problems).toEqual([])
  return warnings.map((line) => line.replace(/^story\.yaml:\d+:\d+ /, ''))
}

it('warns of a credibility of 1 that rests on one origin, with its location', async () => {
  const { warnings } = await check(storyWith(confirmed('{source: gazette, credibility: 1, basis: own-reporting}')))
  expect(warnings).toEqual([
    'story.yaml:45:48 event ferry/sinking citations[0].credibility: credibility 1 means that other sources confirm the content, but all citations rest on one origin, source gazette; cite another, or grade the content 2',
  ])
})

it('counts origins, not sources: the last actor that passed it on, else the outlet, else the source', async () => {
  const both = (via: string) =>
    confirmed(
      `{source: gazette, credibility: confirmed, basis: own-reporting}, {source: wire, credibility: 2, basis: relays-other${via}}`,
    )
  expect(await warningsOf([url, url + wire], both(''))).toEqual([])
  expect(await warningsOf([url, `${url}    outlet: south\n${wire}`], both(''))).toEqual([
    expect.stringContaining('all citations rest on one origin, actor south'),
  ])
  expect(await warningsOf([url, `${url}    outlet: north\n${wire}`], both(', via: [south, north]'))).toEqual([
    expect.stringContaining('all citations rest on one origin, actor north'),
  ])
})

it('warns of a word whose letters are of two scripts and look the same', async () => {
  const headline = (text: string) => ['headline: The ferry sinks', `headline: ${text}`] as const
  expect(await warningsOf(headline('Сургyладзе и Aлиев'))).toEqual([
    'event ferry/sinking headline: "Сургyладзе" has Latin y among Cyrillic letters, which looks the same; write it in one script',
    'event ferry/sinking headline: "Aлиев" has Latin A among Cyrillic letters, which looks the same; write it in one script',
  ])
  for (const text of ['COVIDом, NATOнун', 'МиГ-29 ТУ-154M', 'kΩ µm', 'Aθina']) {
    expect(await warningsOf(headline(text))).toEqual([])
  }
})

it('warns of a holder whose current positions contradict each other', async () => {
  expect(
    await warningsOf(positions('{claim: ferry/sunk, stance: asserts}, {claim: ferry/rock, stance: affirms}')),
  ).toEqual([
    'statement ferry/accusation positions[0]: "north" holds both "ferry/rock" and "ferry/sunk", which contradict each other or are alternatives',
  ])
  expect(
    await warningsOf(positions('{claim: ferry/sunk, stance: asserts}, {claim: ferry/sunk, stance: denies}')),
  ).toEqual(['statement ferry/accusation positions[1]: "north" holds and rejects "ferry/sunk" at the same time'])
})

it('does not warn of positions that were given up, have two holders, or are merely inferred', async () => {
  const rock = '{claim: ferry/rock, stance: asserts}'
  expect(await warningsOf(secondStatement('2025-02-01', `${rock}, {claim: ferry/sunk, stance: denies}`))).toEqual([])
  expect(await warningsOf(secondStatement('2025-02-01', rock))).toHaveLength(1)
  expect(
    await warningsOf(secondStatement('2025-02-01', '{claim: ferry/rock, stance: asserts, holder: minister}')),
  ).toEqual([])
  expect(
    await warningsOf(
      secondStatement(
        '2025-02-01',
        '{claim: ferry/sunk, stance: denies, attribution: inferred}, {claim: ferry/rock, stance: denies}',
      ),
    ),
  ).toEqual([])
})

it('warns of an actor never used, but not of one that another belongs to', async () => {
  const west = '  - key: south\n    name: Southland\n    kind: state\n'
  expect(
    await warningsOf([
      west,
      `${west}  - {key: west, name: Westland, kind: state, affiliations: [{to: east, relation: close-to}]}\n  - {key: east, name: Eastland, kind: state}\n`,
    ]),
  ).toEqual(['actor west key: no record names this actor; use it, or remove it'])
})

const south = '  - key: south\n    name: Southland\n    kind: state\n'
const actors = (southBelongs: string, others = '') =>
  [south, `${south}    affiliations: [${southBelongs}]\n${others}`] as const
const office = (belongs: string) => `  - {key: office, name: The Office, kind: organ, affiliations: [${belongs}]}\n`
const bureau = (belongs: string) => `  - {key: bureau, name: The Bureau, kind: organ, affiliations: [${belongs}]}\n`

it('warns once of a cycle of affiliations, at one of them', async () => {
  const { warnings } = await check(
    storyWith(actors('{to: office, relation: organ-of}', office('{to: south, relation: organ-of}'))),
  )
  expect(warnings).toEqual([
    'story.yaml:17:70 actor office affiliations[0].to: forms a cycle, office organ-of south organ-of office: each of these actors acts for the others; remove one of the affiliations, or give them dates that share no day',
  ])
  expect(
    await warningsOf(
      actors(
        '{to: office, relation: close-to}, {to: bureau, relation: office-holder, date: 2019/2024}',
        office('{to: south, relation: organ-of, date: 2020/..}') +
          bureau('{to: office, relation: subsidiary-of, date: ../2021}'),
      ),
    ),
  ).toEqual([expect.stringContaining('bureau subsidiary-of office organ-of south office-holder bureau: ')])
})

it('does not warn of a cycle that exists on no day, or in which an affiliation carries no responsibility', async () => {
  expect(
    await warningsOf(
      actors(
        '{to: office, relation: organ-of, date: ../2019}',
        office('{to: south, relation: organ-of, date: 2020/..}'),
      ),
    ),
  ).toEqual([])
  expect(
    await warningsOf(actors('{to: office, relation: close-to}', office('{to: south, relation: organ-of}'))),
  ).toEqual([])
  expect(
    await warningsOf(
      actors('{to: office, relation: organ-of}', office('{to: bureau, relation: organ-of}') + bureau('')),
    ),
  ).toEqual([])
})

it('warns of a cycle that the store closes', async () => {
  await using opened = await openTemporaryStore()
  const file = join(dirname(opened.file), 'story.yaml')
  const bring = async (text: string) => {
    writeFileSync(file, text)
    const { problems, warnings } = await importDossiers(opened.store, { files: [file] })
    expect(problems).toEqual([])
    return warnings.map(({ record, code }) => `${record} ${code}`)
  }
  const used = 'south, role: affected}, {actor: office, role: affected'
  expect(
    await bring(storyWith(actors('', office('{to: south, relation: organ-of}')), ['south, role: affected', used])),
  ).toEqual([])
  expect(
    await bring(
      `dossier: 1\nactors:\n  - {key: south, name: Southland, kind: state, affiliations: [{to: office, relation: organ-of}]}\n`,
    ),
  ).toEqual(['actor south AFFILIATIONS_IN_CIRCLE'])
})

it('gives no warnings while there are problems', async () => {
  const { problems, warnings } = await check(
    storyWith(confirmed('{source: gazette, credibility: 1, basis: own-reporting}'), [
      'channel: speech',
      'channel: talk',
    ]),
  )
  expect([problems.length, warnings.length]).toEqual([1, 0])
})

it('judges positions in the dossiers together with those in the store', async () => {
  await using opened = await openTemporaryStore()
  const file = join(dirname(opened.file), 'story.yaml')
  const bring = async (text: string) => {
    writeFileSync(file, text)
    const { problems, warnings } = await importDossiers(opened.store, { files: [file] })
    expect(problems).toEqual([])
    return warnings.map(({ record, message }) => `${record}: ${message}`)
  }
  const second = (date: string, list: string) =>
    `dossier: 1\ndevelopments:\n${secondStatement(date, list)[1].replace('  - measure: ferry/recall\n', '')}`
  expect(await bring(storyWith())).toEqual([])
  expect(await bring(second('2025-02-01', '{claim: ferry/rock, stance: asserts}'))).toEqual([
    'statement ferry/second: "north" holds both "ferry/rock" and "ferry/sunk", which contradict each other or are alternatives',
  ])
  expect(
    await bring(second('2025-02-01', '{claim: ferry/sunk, stance: denies}, {claim: ferry/rock, stance: asserts}')),
  ).toEqual([])
})

it('warns of a deprecated language, and names the tag to write', async () => {
  const warningsFor = async (tag: string) => {
    const { problems, warnings } = await check(storyWith(['    language: en\n', `    language: ${tag}\n`]))
    expect(problems).toEqual([])
    return warnings.map((line) => line.replace('story.yaml:26:15 source gazette language: ', ''))
  }
  expect(await warningsFor('iw')).toEqual(['iw is deprecated; write he'])
  expect(await warningsFor('IW-il')).toEqual(['IW-il is deprecated; write he-IL'])
  expect(await warningsFor('sh')).toEqual(['sh is deprecated; write sr-Latn'])
  expect(await warningsFor('sh-Cyrl')).toEqual(['sh-Cyrl is deprecated; write sr-Cyrl'])
  expect(await warningsFor('mo')).toEqual(['mo is deprecated; write ro'])
  for (const tag of [
    'he',
    'EN-gb',
    'tl',
    'cmn',
    'arb',
    'sr-Latn',
    'no',
    'nb',
    'und',
    'und-Latn',
    'UND',
    'tw',
    'bh',
    'mul',
    'zxx',
  ])
    expect(await warningsFor(tag)).toEqual([])
})

it('warns of a language whose code is that of a country with another language', async () => {
  const { problems, warnings } = await check(
    storyWith(['    language: en\n', '    language: se\n'], ['language: en, citation', 'language: ee-EE, citation']),
  )
  expect(problems).toEqual([])
  expect(warnings).toEqual([
    'story.yaml:26:15 source gazette language: se means Northern Sami; Swedish is sv',
    'story.yaml:57:46 statement ferry/accusation quotes[0].language: ee-EE means Ewe; Estonian is et',
  ])
})
