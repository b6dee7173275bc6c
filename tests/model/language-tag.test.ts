import { expect, it } from 'vitest'
import { LANGUAGE_TAG_PATTERN } from '../../src/model/records/language-tag.ts'
import { validateRecord } from '../../src/model/records/validation.ts'

function problemsOf(language: string): string[] {
  const raw = { key: 'gazette', title: 'The Gazette', language, reliability: 'B', published: '2025' }
  return validateRecord('source', raw).problems.map(({ path, message }) => `${path.join('.')} ${message}`)
}

it.each(
  'en EN ru az-Latn az-Cyrl sr-Latn sr-Latn-RS sr-XK zh-Hans-CN en-GB en-gb es-419 de-CH-1996 en-a-bbb uz-Arab-AF iw sh ceb krc zxx und'.split(
    ' ',
  ),
)('takes %s', (language) => {
  expect(problemsOf(language)).toEqual([])
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
  ['abcdefgh', 'give one, as en or az-Latn'],
  ['abcd', 'give one, as en or az-Latn'],
  ['xx', 'give one, as en or az-Latn'],
  ['zz-ZZ', 'give one, as en or az-Latn'],
  ['en-ZZ', 'give one, as en or az-Latn'],
  ['en-', 'give one, as en or az-Latn'],
  ['english!', 'give one, as en or az-Latn'],
  ['', 'give one, as en or az-Latn'],
])('refuses %s, again and again: %s', (language, remedy) => {
  const says = [`language "${language}" is no BCP 47 language tag; ${remedy}`]
  expect(problemsOf(language)).toEqual(says)
  expect(problemsOf(language)).toEqual(says)
})
