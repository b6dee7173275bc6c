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

const GONE = 'no longer exists: leave it out, and name the historical state as an actor'

it.each([
  ['UK', 'did you mean GB?'],
  ['EL', 'did you mean GR?'],
  ['az', 'did you mean AZ?'],
  ['AZE', 'did you mean AZ?'],
  ['rus', 'did you mean RU?'],
  ['KSV', 'did you mean XK?'],
  ['XKX', 'did you mean XK?'],
  ['031', 'did you mean AZ?'],
  ['Russia', 'did you mean RU?'],
  ['Россия', 'did you mean RU?'],
  ['azərbaycan', 'did you mean AZ?'],
  ['Cote d’Ivoire', 'did you mean CI?'],
  ['Turkey', 'did you mean TR?'],
  ['Russian Federation', 'did you mean RU?'],
  ['BU', 'did you mean MM?'],
  ['ZAR', 'did you mean CD?'],
  ['DD', `the German Democratic Republic ${GONE}`],
  ['DDR', `the German Democratic Republic ${GONE}`],
  ['East Germany', `the German Democratic Republic ${GONE}`],
  ['SU', `the Soviet Union ${GONE}`],
  ['USSR', `the Soviet Union ${GONE}`],
  ['YU', `Yugoslavia ${GONE}`],
  ['CSK', `Czechoslovakia ${GONE}`],
  ['AN', `the Netherlands Antilles ${GONE}`],
  ['EU', 'the European Union is no country: leave it out, and name it as an actor'],
  ['UN', 'the United Nations is no country: leave it out, and name it as an actor'],
  ['IC', 'write two capital letters, as AZ'],
  ['XA', 'write two capital letters, as AZ'],
  ['ZZ', 'write two capital letters, as AZ'],
  ['419', 'write two capital letters, as AZ'],
  ['GER', 'write two capital letters, as AZ'],
  ['constructor', 'write two capital letters, as AZ'],
  ['', 'write two capital letters, as AZ'],
])('refuses %s: %s', (country, remedy) => {
  expect(countryProblems(country)).toEqual([`country "${country}" is not an ISO 3166-1 country code; ${remedy}`])
})

it('advises a country code for each code of three letters, and only codes that it accepts', () => {
  const advised = LETTERS.flatMap((first) => PAIRS.map((pair) => `${first}${pair}`)).flatMap((code) => {
    const [, meant] = /did you mean (.*)\?$/.exec(countryProblems(code)[0] ?? '') ?? []
    return meant === undefined ? [] : [meant]
  })
  expect([...new Set(advised)].toSorted()).toEqual(PAIRS.filter((code) => countryProblems(code).length === 0))
})

function languageProblems(language: string): string[] {
  const raw = { key: 'gazette', title: 'The Gazette', language, reliability: 'B', published: '2025' }
  return validateRecord('source', raw).problems.map(({ path, message }) => `${path.join('.')} ${message}`)
}

it.each(
  'en EN ru az-Latn az-Cyrl sr-Latn sr-Latn-RS sr-XK zh-Hans-CN en-GB en-gb es-419 de-CH-1996 en-a-bbb uz-Arab-AF iw sh ceb krc cmn pes azj zxx und mul se kr'.split(
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
  ['русский', 'did you mean ru?'],
  ['ua', 'did you mean uk?'],
  ['cz', 'did you mean cs?'],
  ['jp', 'did you mean ja?'],
  ['cn', 'did you mean zh?'],
  ['gr', 'did you mean el?'],
  ['dk', 'did you mean da?'],
  ['kz', 'did you mean kk?'],
  ['ge', 'did you mean ka?'],
  ['by', 'did you mean be?'],
  ['us', 'did you mean en?'],
  ['sp', 'did you mean es?'],
  ['rus', 'did you mean ru?'],
  ['aze', 'did you mean az?'],
  ['ger', 'did you mean de?'],
  ['DEU', 'did you mean de?'],
  ['ua-UA', 'did you mean uk-UA?'],
  ['rus-RU', 'did you mean ru-RU?'],
  ['az-AZE', 'did you mean az-AZ?'],
  ['en-UK', 'did you mean en-GB?'],
  ['el-Grek-EL', 'did you mean el-Grek-GR?'],
  ['en_US', 'did you mean en-US?'],
  ['abcdefgh', 'write a tag such as en or az-Latn'],
  ['abcd', 'write a tag such as en or az-Latn'],
  ['xx', 'write a tag such as en or az-Latn'],
  ['zz-ZZ', 'write a tag such as en or az-Latn'],
  ['en-ZZ', 'write a tag such as en or az-Latn'],
  ['en-', 'write a tag such as en or az-Latn'],
  ['english!', 'did you mean en?'],
  ['', 'write a tag such as en or az-Latn'],
])('refuses %s repeatedly: %s', (language, remedy) => {
  const says = [`language "${language}" is not a BCP 47 language tag; ${remedy}`]
  expect(languageProblems(language)).toEqual(says)
  expect(languageProblems(language)).toEqual(says)
})

it('advises a language for each country, and only tags that it accepts', () => {
  const advised = PAIRS.map((pair) => pair.toLowerCase()).flatMap((code) => {
    const [, meant] = /did you mean (.*)\?$/.exec(languageProblems(code)[0] ?? '') ?? []
    return meant === undefined ? [] : [meant]
  })
  expect(advised.length).toBeGreaterThan(100)
  expect(advised.flatMap(languageProblems)).toEqual([])
})
