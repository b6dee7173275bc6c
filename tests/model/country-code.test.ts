import { expect, it, test } from 'vitest'
import { COUNTRY_CODE_PATTERN } from '../../src/model/records/country-code.ts'
import { validateRecord } from '../../src/model/records/validation.ts'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('')
const PAIRS = LETTERS.flatMap((first) => LETTERS.map((second) => first + second))

function problemsOf(country: string): string[] {
  const raw = { key: 'north', name: 'Northland', kind: 'state', country }
  return validateRecord('actor', raw).problems.map(({ path, message }) => `${path.join('.')} ${message}`)
}

it('takes the 249 codes of ISO 3166-1, and XK', () => {
  const taken = PAIRS.filter((code) => problemsOf(code).length === 0)
  expect(taken).toHaveLength(250)
  expect(taken).toEqual(expect.arrayContaining(['AZ', 'GB', 'GR', 'KZ', 'NA', 'PS', 'RU', 'SS', 'TW', 'US', 'XK']))
  // Each is in use today, by the canon of another list: none was replaced.
  expect(taken.filter((code) => new Intl.Locale(`und-${code}`).region !== code)).toEqual([])
})

test('the pattern of the JSON Schema allows the same codes', () => {
  const pattern = new RegExp(COUNTRY_CODE_PATTERN)
  expect(PAIRS.filter((code) => pattern.test(code))).toEqual(PAIRS.filter((code) => problemsOf(code).length === 0))
})

it.each([
  ['UK', 'did you mean GB?'],
  ['EL', 'did you mean GR?'],
  ['az', 'did you mean AZ?'],
  ['Russia', 'did you mean RU?'],
  ['DD', 'did you mean DE?'],
  ['SU', 'give two capital letters, as AZ'],
  ['EU', 'give two capital letters, as AZ'],
  ['UN', 'give two capital letters, as AZ'],
  ['YU', 'give two capital letters, as AZ'],
  ['AN', 'give two capital letters, as AZ'],
  ['IC', 'give two capital letters, as AZ'],
  ['XA', 'give two capital letters, as AZ'],
  ['ZZ', 'give two capital letters, as AZ'],
  ['RUS', 'give two capital letters, as AZ'],
  ['constructor', 'give two capital letters, as AZ'],
  ['', 'give two capital letters, as AZ'],
])('refuses %s: %s', (country, remedy) => {
  expect(problemsOf(country)).toEqual([`country "${country}" is no ISO 3166-1 country code; ${remedy}`])
})
