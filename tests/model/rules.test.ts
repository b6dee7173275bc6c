import { describe, expect, it } from 'vitest'
import { checkRules } from '../../src/model/records/rules.ts'
import { DERIVED_ROLES } from '../../src/model/vocabulary/development.ts'
import { toKebab } from '../../src/model/vocabulary/vocabulary.ts'
import { event, measure, statement } from '../_support/planned-changes.ts'

type Raw = Readonly<Record<string, unknown>>

const codesOf = (kind: Parameters<typeof checkRules>[0], raw: Raw) =>
  checkRules(kind, raw).map(({ code, path }) => `${code} ${path.join('.')}`)
const ofEvent = (fields: Raw) => codesOf('event', { ...event(), ...fields })
const ofStatement = (fields: Raw) => codesOf('statement', { ...statement(), ...fields })

it('finds no problem in a valid record', () => {
  expect([ofEvent({}), ofStatement({}), codesOf('measure', { ...measure() })]).toEqual([[], [], []])
})

it.each(['event', 'statement', 'measure', 'actor', 'place', 'source', 'dispute', 'claim', 'demand'] as const)(
  'passes over what it cannot read in a record that is no %s at all',
  (kind) => {
    for (const nonsense of [null, 1, 'x', [], {}, [null], [[1]], [{}]]) {
      const raw = Object.fromEntries(
        [
          'citations',
          'codings',
          'figures',
          'participants',
          'links',
          'positions',
          'quotes',
          'bearings',
          'speakers',
          'disputes',
          'relations',
          'affiliations',
          'precedents',
          'context-of',
        ].map((name) => [name, nonsense]),
      )
      expect(() => checkRules(kind, raw)).not.toThrow()
    }
  },
)

describe('codings', () => {
  const coding = (fields: Raw) => ofEvent({ codings: [{ type: 'aid', initiators: ['north'], ...fields }] })
  it('need a recipient if their type does', () => {
    expect(coding({})).toEqual(['RECIPIENT_MISSING codings.0'])
    expect(coding({ recipients: [] })).toEqual(['RECIPIENT_MISSING codings.0'])
    expect(coding({ recipients: ['south'] })).toEqual([])
    expect(coding({ type: 'accuse' })).toEqual([])
  })
  it('have only modes of their type', () => {
    expect(coding({ recipients: ['south'], modes: ['visit'] })).toEqual(['MODE_NOT_OF_TYPE codings.0.modes.0'])
    expect(coding({ type: 'consult', modes: ['visit', 'allege'] })).toEqual(['MODE_NOT_OF_TYPE codings.0.modes.1'])
  })
})

describe('citations', () => {
  const cited = { source: 'gazette', credibility: 2, basis: 'opinion' }
  it('cite each source once', () =>
    expect(ofEvent({ citations: [cited, { ...cited, locator: 'p. 2' }] })).toEqual(['CITED_TWICE citations.1.source']))
  it('have excerpts of at most twelve words', () => {
    const words = (count: number) =>
      ofEvent({ citations: [{ ...cited, excerpt: Array.from({ length: count }, () => 'word').join('  ') }] })
    expect([words(12), words(13)]).toEqual([[], ['EXCERPT_TOO_LONG citations.0.excerpt']])
  })
  it('must exist for every part that names one', () => {
    const part = { citation: 'wire' }
    expect(
      ofStatement({
        figures: [{ ...part, value: 1 }],
        bearings: [part],
        assessments: [part],
        quotes: [part],
        positions: [{ ...part, claim: 'ferry/sunk', stance: 'asserts' }],
      }),
    ).toEqual([
      'NOT_CITED figures.0.citation',
      'NOT_CITED bearings.0.citation',
      'NOT_CITED assessments.0.citation',
      'NOT_CITED quotes.0.citation',
      'NOT_CITED positions.0.citation',
    ])
  })
})

it.each([...DERIVED_ROLES].map(toKebab))('refuses the role %s, which follows from a field', (role) => {
  expect(ofEvent({ participants: [{ actor: 'north', role }] })).toEqual(['ROLE_DERIVED participants.0.role'])
})

describe('positions', () => {
  const position = (fields: Raw, others: Raw = {}) =>
    ofStatement({ positions: [{ claim: 'ferry/sunk', stance: 'asserts', ...fields }], ...others })
  it('name their holder if there are several speakers', () => {
    const several = { speakers: ['north-minister', 'north'] }
    expect(position({}, several)).toEqual(['HOLDER_MISSING positions.0'])
    expect(position({ holder: 'north' }, several)).toEqual([])
  })
  it('name an alternative exactly if their stance offers one', () => {
    expect(position({ stance: 'offers-alternative' })).toEqual(['ALTERNATIVE_MISSING positions.0'])
    expect(position({ stance: 'offers-alternative', alternative: 'ferry/rock' })).toEqual([])
    expect(position({ stance: 'offers-alternative', alternative: 'ferry/sunk' })).toEqual([
      'SELF_REFERENCE positions.0.alternative',
    ])
    expect(position({ alternative: 'ferry/rock' })).toEqual(['ALTERNATIVE_UNASKED positions.0.alternative'])
  })
})

describe('figures', () => {
  const figure = (fields: Raw) => ofEvent({ figures: [{ quantity: 'killed', citation: 'gazette', ...fields }] })
  it('have a number, bounds or words', () => {
    expect(figure({})).toEqual(['FIGURE_EMPTY figures.0'])
    for (const fields of [{ value: 0 }, { min: 1 }, { max: 1 }, { 'as-written': 'dozens' }])
      expect(figure(fields)).toEqual([])
  })
  it('have the smaller bound in min', () => {
    expect([figure({ min: 2, max: 1 }), figure({ min: 1, max: 1 })]).toEqual([['FIGURE_INVERTED figures.0.min'], []])
  })
})

describe('lists', () => {
  it('contain no item twice', () => {
    expect(ofEvent({ disputes: ['ferry', 'ferry'] })).toEqual(['REPEATED disputes.1'])
    expect(codesOf('actor', { key: 'a', aliases: ['A', 'B', 'A'] })).toEqual(['REPEATED aliases.2'])
    expect(
      ofEvent({
        bearings: [
          { claim: 'c', citation: 'gazette' },
          { citation: 'gazette', claim: 'c', by: [] },
        ],
      }),
    ).toEqual(['REPEATED bearings.1'])
  })
  it('contain no two items that differ only in their note', () => {
    const [participant, link] = [
      { actor: 'north', role: 'host' },
      { relation: 'follows', development: 'x' },
    ]
    expect(ofEvent({ participants: [participant, { ...participant, note: 'again' }] })).toEqual([
      'REPEATED participants.1',
    ])
    expect(ofEvent({ links: [link, { ...link, note: 'again' }] })).toEqual(['REPEATED links.1'])
  })
})

it('refuses a development that is both part of a dispute and background to it', () => {
  expect(ofEvent({ 'context-of': ['bridge', 'ferry'] })).toEqual(['DISPUTE_AND_CONTEXT context-of.1'])
})

it('refuses a record that names itself', () => {
  expect(ofEvent({ links: [{ relation: 'follows', development: 'ferry/sinking' }] })).toEqual([
    'SELF_REFERENCE links.0.development',
  ])
  expect(codesOf('actor', { key: 'a', affiliations: [{ to: 'a' }] })).toEqual(['SELF_REFERENCE affiliations.0.to'])
  expect(codesOf('claim', { key: 'a', relations: [{ claim: 'a' }] })).toEqual(['SELF_REFERENCE relations.0.claim'])
  expect(codesOf('dispute', { key: 'a', precedents: ['b', 'a'] })).toEqual(['SELF_REFERENCE precedents.1'])
})
