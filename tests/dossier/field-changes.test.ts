import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { fieldChanges, formatFieldChange } from '../../src/dossier/import/field-changes.ts'
import { importDossiers } from '../../src/dossier/import/import.ts'
import { canonicalJson } from '../../src/model/records/canonical-json.ts'
import { storyWith } from '../_support/ferry-dossier.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

const changesOf = (before: object, after: object) =>
  fieldChanges(canonicalJson(before), canonicalJson(after)).map(formatFieldChange)

it.each<[what: string, before: object, after: object, line: string]>([
  ['a value', { value: 3 }, { value: 4 }, 'value: 3 → 4'],
  ['a new field', {}, { translated: false }, 'translated: nothing → false'],
  ['a removed field', { note: 'Why.' }, {}, 'note: "Why." → nothing'],
  [
    'a field of a map',
    { identifiers: { wikidata: 'Q1' } },
    { identifiers: { wikidata: 'Q2' } },
    'identifiers.wikidata: "Q1" → "Q2"',
  ],
  [
    'a field of an item',
    { citations: [{ source: 'a' }, { source: 'b', credibility: 2 }] },
    { citations: [{ source: 'a' }, { source: 'b', credibility: 3 }] },
    'citations[1].credibility: 2 → 3',
  ],
  ['items of a list', { places: ['a', 'b'] }, { places: ['b', 'c', 'd'] }, 'places: added c, d; removed a'],
  ['an exchanged item', { places: ['a', 'b'] }, { places: ['a', 'c'] }, 'places: added c; removed b'],
  ['a new list', {}, { via: [{ actor: 'a' }] }, 'via: added {"actor":"a"}'],
  ['an item that is repeated', { acts: ['a'] }, { acts: ['a', 'a'] }, 'acts: added a'],
  ['an order', { places: ['a', 'b'] }, { places: ['b', 'a'] }, 'places: the order'],
])('says how %s changes', (_, before, after, line) => {
  expect(changesOf(before, after)).toEqual([line])
  expect(changesOf(after, after)).toEqual([])
})

it('clips long texts around their first difference', () => {
  const [line = ''] = changesOf(
    { summary: `${'a'.repeat(5_000)}b${'c'.repeat(5_000)}` },
    { summary: `${'a'.repeat(5_000)}d` },
  )
  expect(line).toBe(`summary: "…${'a'.repeat(25)}b${'c'.repeat(74)}…" → "…${'a'.repeat(99)}d"`)
  expect(changesOf({ note: 'a'.repeat(100) }, {})).toEqual([`note: "${'a'.repeat(100)}" → nothing`])
  expect(changesOf({ note: 'a'.repeat(101) }, {})).toEqual([`note: "${'a'.repeat(100)}…" → nothing`])
})

it('lists ten items and twenty fields', () => {
  const keys = (count: number) => Array.from({ length: count }, (_, index) => `k${index}`)
  expect(changesOf({}, { places: keys(10) })).toEqual([`places: added ${keys(10).join(', ')}`])
  expect(changesOf({}, { places: keys(500) })).toEqual([`places: added ${keys(10).join(', ')}, … and 490 more`])
  const fields = (count: number) => Object.fromEntries(keys(count).map((key) => [key, 1]))
  expect(changesOf({}, fields(20))).toHaveLength(20)
  expect(changesOf({}, fields(21)).slice(19)).toEqual([expect.any(String), '… and more fields'])
})

it('is part of a plan and of an import', async () => {
  await using opened = await openTemporaryStore()
  const file = join(dirname(opened.file), 'story.yaml')
  writeFileSync(file, storyWith())
  await importDossiers(opened.store, { files: [file] })
  writeFileSync(
    file,
    storyWith(['headline: The ferry sinks', 'headline: The ferry goes down'], ['value: 3', 'value: 4']),
  )
  const fields = [
    { path: 'figures[0].value', from: 3, to: 4 },
    { path: 'headline', from: 'The ferry sinks', to: 'The ferry goes down' },
  ]
  const revised = { outcome: 'REVISED', record: 'event', key: 'ferry/sinking', fields }
  for (const dryRun of [true, false]) {
    const { changes, amended } = await importDossiers(opened.store, { files: [file], dryRun })
    expect([changes, amended]).toEqual([[revised], [revised]])
  }
})
