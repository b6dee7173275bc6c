import { expect, it } from 'vitest'
import { canonicalRecord, contentText } from '../../src/model/records/canonical-record.ts'
import { inFieldOrder, referencesOf } from '../../src/model/records/references.ts'
import type { RecordOf } from '../../src/model/records/definitions.ts'
import { event, measure, statement } from '../_support/planned-changes.ts'

const inWords = (...[kind, content]: Parameters<typeof referencesOf>) =>
  referencesOf(kind, content).map(({ space, key, path }) => `${path.join('.')}: ${space} ${key}`)

it('finds every reference of a statement, with its path', () => {
  expect(inWords('statement', statement())).toEqual([
    'disputes.0: dispute ferry',
    'places.0: place ford',
    'codings.0.initiators.0: actor north',
    'codings.0.recipients.0: actor south',
    'citations.0.source: source gazette',
    'citations.0.via.0: actor north',
    'speakers.0: actor north-minister',
    'on-behalf-of.0: actor north',
    'addressees.0: actor south',
    'quotes.0.citation: source gazette',
    'positions.0.claim: claim ferry/sunk',
    'positions.0.citation: source gazette',
    'demands.0: demand ferry/pay',
  ])
})

it('distinguishes measures from other developments', () => {
  const statusChange = { measure: 'ferry/recall', status: 'lifted', date: '2025' } as const
  expect(
    inWords(
      'event',
      event({ 'status-changes': [statusChange], bearings: [], figures: [], disputes: [], citations: [] }),
    ),
  ).toEqual(['status-changes.0.measure: measure ferry/recall'])
  expect(inWords('measure', measure())).toContain('links.0.development: development ferry/sinking')
})

it('finds the references of reference records', () => {
  const phases = [{ label: 'One', date: '2024', summary: 'First.', sources: ['gazette'] }]
  const dispute: RecordOf<'dispute'> = {
    key: 'ferry',
    title: 'F',
    summary: 'F',
    period: '2024',
    parties: ['north'],
    phases,
    precedents: ['bridge'],
  }
  expect(inWords('dispute', dispute)).toEqual([
    'parties.0: actor north',
    'phases.0.sources.0: source gazette',
    'precedents.0: dispute bridge',
  ])
})

it('makes content canonical: grades as letters and numbers, nothing empty, no retraction', () => {
  const source: RecordOf<'source'> = { key: 's', title: 'S', language: 'en', reliability: 'usually-reliable' }
  expect(contentText(source)).toBe('{"key":"s","language":"en","reliability":"B","title":"S"}')
  const written = event({
    citations: [{ source: 's', credibility: 'probably-true', basis: 'opinion', via: [] }],
    figures: [],
    places: [],
    retract: 'wrong',
  })
  const content = canonicalRecord(written)
  expect(content.citations).toEqual([{ source: 's', credibility: 2, basis: 'opinion' }])
  expect(Object.keys(content)).not.toEqual(expect.arrayContaining(['figures']))
  expect(content).not.toHaveProperty('places')
  expect(content).not.toHaveProperty('retract')
  expect(written.retract).toBe('wrong')
})

it('sorts fields in the order of the definition, at every depth', () => {
  const sorted = JSON.parse(contentText(statement())) as RecordOf<'statement'>
  expect(Object.keys(sorted)[0]).toBe('acts')
  const ordered = inFieldOrder('statement', sorted)
  expect(ordered).toEqual(sorted)
  expect(Object.keys(ordered).slice(0, 5)).toEqual(['statement', 'headline', 'summary', 'date', 'evidential-status'])
  expect(Object.keys(ordered.codings?.[0] ?? {})).toEqual(['type', 'modes', 'initiators', 'recipients'])
})
