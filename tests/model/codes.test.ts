import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, test } from 'vitest'
import { COUNTRY_CODE_PATTERN, LANGUAGE_TAG_PATTERN } from '../../src/model/records/codes.ts'
import { validateRecord } from '../../src/model/records/validation.ts'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('')
const PAIRS = LETTERS.flatMap((first) => LETTERS.map((second) => first + second))

function countryProblems(country: string): string[] {
  const raw = { key: 'north', name: 'Northland', kind: 'state', country }
  return validateRecord('actor', raw).problems.map(({ path, message }) => `${path.join('.')} ${message}`)
}

it('accepts the 249 codes of ISO 3166-1, and XK', () => {
  const taken = PAIRS.filter((code) => countryProblems(code).length === 0)
  expect(taken).toHaveLength(250)
  expect(taken).toEqual(expect.arrayContaining(['AZ', 'GB', 'GR', 'KZ', 'NA', 'PS', 'RU', 'SS', 'TW', 'US', 'XK']))
  // CLDR replaces none of them: each is in use today.
  expect(taken.filter((code) => new Intl.Locale(`und-${code}`).region !== code)).toEqual([])
})

// The accepted codes follow from the ICU of the running Node. The committed JSON Schema fixes them for all versions.
test('the committed JSON Schema accepts the same codes', () => {
  const committed = readFileSync(join(import.meta.dirname, '../../schema/dossier.schema.json'), 'utf8')
  expect(committed).toContain(JSON.stringify(COUNTRY_CODE_PATTERN))
  const pattern = new RegExp(COUNTRY_CODE_PATTERN)
  expect(PAIRS.filter((code) => pattern.test(code))).toEqual(PAIRS.filter((code) => countryProblems(code).length === 0))
})

it.each([
  ['UK', 'did you mean GB?'],
  ['EL', 'did you mean GR?'],
  ['az', 'did you mean AZ?'],
  ['Russia', 'did you mean RU?'],
  ['DD', 'did you mean DE?'],
  ['SU', 'write two capital letters, as AZ'],
  ['EU', 'write two capital letters, as AZ'],
  ['UN', 'write two capital letters, as AZ'],
  ['YU', 'write two capital letters, as AZ'],
  ['AN', 'write two capital letters, as AZ'],
  ['IC', 'write two capital letters, as AZ'],
  ['XA', 'write two capital letters, as AZ'],
  ['ZZ', 'write two capital letters, as AZ'],
  ['RUS', 'write two capital letters, as AZ'],
  ['constructor', 'write two capital letters, as AZ'],
  ['', 'write two capital letters, as AZ'],
])('refuses %s: %s', (country, remedy) => {
  expect(countryProblems(country)).toEqual([`country "${country}" is not an ISO 3166-1 country code; ${remedy}`])
})

function languageProblems(language: string): string[] {
  const raw = { key: 'gazette', title: 'The Gazette', language, reliability: 'B', published: '2025' }
  return validateRecord('source', raw).problems.map(({ path, message }) => `${path.join('.')} ${message}`)
}

it.each(
  'en EN ru az-Latn az-Cyrl sr-Latn sr-Latn-RS sr-XK zh-Hans-CN en-GB en-gb es-419 de-CH-1996 en-a-bbb uz-Arab-AF iw sh ceb krc zxx und'.split(
    ' ',
  ),
)('takes %s', (language) => {
  expect(languageProblems(language)).toEqual([])
  expect(language).toMatch(new RegExp(LANGUAGE_TAG_PATTERN))
})

it.each([
  ['english', 'did you mean en?'],
  ['Russian', 'did you mean ru?'],
  ['azerbaijani', 'did you mean az?'],
  ['indonesian', 'did you mean id?'],
  ['en-UK', 'did you mean en-GB?'],
  ['el-Grek-EL', 'did you mean el-Grek-GR?'],
  ['en_US', 'did you mean en-US?'],
  ['abcdefgh', 'write a tag such as en or az-Latn'],
  ['abcd', 'write a tag such as en or az-Latn'],
  ['xx', 'write a tag such as en or az-Latn'],
  ['zz-ZZ', 'write a tag such as en or az-Latn'],
  ['en-ZZ', 'write a tag such as en or az-Latn'],
  ['en-', 'write a tag such as en or az-Latn'],
  ['english!', 'write a tag such as en or az-Latn'],
  ['', 'write a tag such as en or az-Latn'],
])('refuses %s repeatedly: %s', (language, remedy) => {
  const says = [`language "${language}" is not a BCP 47 language tag; ${remedy}`]
  expect(languageProblems(language)).toEqual(says)
  expect(languageProblems(language)).toEqual(says)
})
