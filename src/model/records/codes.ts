import { LRUCache } from 'lru-cache'
import { detachString } from '../text/detach-string.ts'
import { foldedTerms } from '../text/folding.ts'
import {
  ALPHA_3,
  COUNTRY_NAMES,
  DOUBTFUL_LANGUAGES,
  INDIVIDUAL_LANGUAGES,
  MISTAKEN_COUNTRIES,
  MISTAKEN_LANGUAGES,
  NOT_COUNTRIES,
} from './mistaken-codes.ts'

/*
 * Country codes (ISO 3166-1 alpha-2, and XK for Kosovo, which is the code in use) and language tags (BCP 47). Both follow from the data of
 * Intl: its regions, without those that it replaces by others or that ISO 3166-1 does not assign to countries, and its languages of two
 * letters, which are those of ISO 639-1. Languages of three letters are all accepted.
 */

const LETTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ')
const PAIRS = LETTERS.flatMap((first) => LETTERS.map((second) => first + second))
const NOT_ASSIGNED: ReadonlySet<string> = new Set('AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ'.split(' '))

/** English names in capital letters, by code. */
const countries = namesOf('region', PAIRS)
for (const code of countries.keys()) {
  if (NOT_ASSIGNED.has(code) || new Intl.Locale(`und-${code}`).region !== code) countries.delete(code)
}
const languages = namesOf(
  'language',
  PAIRS.map((pair) => pair.toLowerCase()),
)

function namesOf(type: 'region' | 'language', codes: readonly string[]): Map<string, string> {
  const names = new Intl.DisplayNames(['en'], { type, fallback: 'none' })
  return new Map(
    codes.flatMap((code) => {
      const name = names.of(code)
      return name === undefined ? [] : [[code, name.toUpperCase()] as const]
    }),
  )
}

/**
 * A regular expression for exactly these codes: `^(?:A[DEF…]|B[AB…]…)$`. The codes are those of the running ICU. Tests compare them with
 * the pattern in `schema/dossier.schema.json`, so a version of Node with other codes fails them.
 */
export const COUNTRY_CODE_PATTERN = `^(?:${alternatives([...countries.keys()])})$`

/**
 * A regular expression that matches every accepted language tag, no name of a language, and of two letters no other code. Capital letters
 * are accepted too.
 */
export const LANGUAGE_TAG_PATTERN = `^(?:${alternatives([...languages.keys()].flatMap(inAnyCase))}|[A-Za-z]{3})(?:-[A-Za-z0-9]{1,8})*$`

/** `A[DEF]|B[AB]` for codes of two letters. */
function alternatives(codes: readonly string[]): string {
  return [...Map.groupBy(codes, (code) => code.charAt(0))]
    .map(([first, others]) => `${first}[${others.map((code) => code.charAt(1)).join('')}]`)
    .join('|')
}

function inAnyCase(code: string): string[] {
  const [first = '', second = ''] = code
  return [first, first.toUpperCase()].flatMap((start) => [start + second, start + second.toUpperCase()])
}

/** What is wrong with a country code, and the remedy; null if it is valid. */
export function countryCodeProblem(code: string): string | null {
  if (countries.has(code)) return null
  return `is not an ISO 3166-1 country code; ${countryRemedy(code.trim().toUpperCase())}`
}

function countryRemedy(capitals: string): string {
  const meant = countryMeant(capitals)
  if (meant !== undefined) return `did you mean ${meant}?`
  const gone = NOT_COUNTRIES.get(capitals)
  if (gone !== undefined) return `${gone} no longer exists: leave it out, and name the historical state as an actor`
  const organisation = ORGANISATIONS.get(capitals)
  if (organisation !== undefined) return `${organisation} is no country: leave it out, and name it as an actor`
  return 'write two capital letters, as AZ'
}

const ORGANISATIONS: ReadonlyMap<string, string> = new Map([
  ['EU', 'the European Union'],
  ['UN', 'the United Nations'],
])

/** The code meant by lower-case letters, by a code of another list, or by a name. */
function countryMeant(text: string): string | undefined {
  const capitals = text.trim().toUpperCase()
  if (countries.has(capitals)) return capitals
  const meant = ALPHA_3.get(capitals) ?? MISTAKEN_COUNTRIES.get(capitals) ?? COUNTRY_NAMES.get(capitals)
  if (meant !== undefined || NOT_COUNTRIES.has(capitals)) return meant
  const numeric = /^\d{3}$/.test(capitals) ? new Intl.Locale(`und-${capitals}`).region : undefined
  if (numeric !== undefined && countries.has(numeric)) return numeric
  return codeNamed('region', [...countries.keys()], text)
}

/** The code that has a name, in English or in one of the languages in which sources are often written. */
function codeNamed(type: 'region' | 'language', codes: readonly string[], text: string): string | undefined {
  if (text.length > LONGEST_NAME || text.trim() === '') return undefined
  const names = (codesByName[type] ??= new Map(
    NAMING_LANGUAGES.flatMap((language) => {
      const display = new Intl.DisplayNames([language], { type, fallback: 'none' })
      return codes.map((code) => [foldedTerms(display.of(code) ?? ''), code] as const)
    }).toReversed(), // so that the English name prevails
  ))
  return names.get(foldedTerms(text))
}

const LONGEST_NAME = 60
const NAMING_LANGUAGES = [
  'en',
  'ru',
  'az',
  'tr',
  'uk',
  'kk',
  'ka',
  'hy',
  'fa',
  'ar',
  'de',
  'fr',
  'es',
  'it',
  'pl',
  'zh',
  'ja',
]
const codesByName: { region?: ReadonlyMap<string, string>; language?: ReadonlyMap<string, string> } = {}

/** What is wrong with a language tag, and the remedy; null if it is valid. */
export function languageTagProblem(tag: string): string | null {
  return judgeTag(tag).problem
}

/** Why the tag, though valid, is probably not the one that was meant; null if it probably is. */
export function languageTagDoubt(tag: string): string | null {
  return judgeTag(tag).doubt
}

interface JudgedTag {
  readonly problem: string | null
  readonly doubt: string | null
}

function judgeTag(tag: string): JudgedTag {
  const known = knownTags.get(tag)
  if (known !== undefined) return known
  const judged = isLanguageTag(tag)
    ? { problem: null, doubt: doubtOf(tag) }
    : { problem: describeTag(tag), doubt: null }
  if (tag.length <= LONGEST_TAG) knownTags.set(detachString(tag), judged)
  return judged
}

const knownTags = new LRUCache<string, JudgedTag>({ max: 200 })
/** The length for which BCP 47 asks programs to have room. */
const LONGEST_TAG = 35

/** Intl takes time that grows with the square of a tag. */
const LONGEST_CHECKED = 100

function isLanguageTag(tag: string): boolean {
  if (tag.length > LONGEST_CHECKED) return false
  try {
    if (Intl.getCanonicalLocales(tag).length !== 1) return false
  } catch {
    return false
  }
  const { language, region } = partsOf(tag)
  return isLanguage(language) && (region === undefined || isRegion(region))
}

/** Languages of four and more letters are reserved and not in use. One with a code of two letters has no other (RFC 5646, 2.2.1). */
function isLanguage(language: string): boolean {
  if (language.length !== 3) return languages.has(language)
  return INDIVIDUAL_LANGUAGES.has(language) || languageOf(language)?.length !== 2
}

/** The language of a tag in the form that Intl prefers. */
function languageOf(tag: string): string | undefined {
  try {
    return new Intl.Locale(tag).language
  } catch {
    return undefined
  }
}

/** Whether it is a country, or an area of UN M49. */
function isRegion(region: string): boolean {
  return /^\d{3}$/.test(region) || countries.has(region.toUpperCase())
}

function partsOf(tag: string): { readonly language: string; readonly region?: string } {
  const [language = '', ...others] = tag.toLowerCase().split('-')
  const region = others[/^[a-z]{4}$/.test(others[0] ?? '') ? 1 : 0]
  return region !== undefined && /^(?:[a-z]{2,3}|\d{3})$/.test(region) ? { language, region } : { language }
}

function describeTag(tag: string): string {
  const meant = tagMeant(tag)
  return `is not a BCP 47 language tag; ${meant === undefined ? 'write a tag such as en or az-Latn' : `did you mean ${meant}?`}`
}

/** The tag meant by the name of a language, by underscores, or by other codes for a language or a country. */
function tagMeant(tag: string): string | undefined {
  const named = codeNamed('language', [...languages.keys()], tag)
  // Of several codes with one name, Intl prefers one.
  if (named !== undefined) return languageOf(named) ?? named
  const [written = '', ...others] = tag.trim().replaceAll('_', '-').split('-')
  const { region } = partsOf([written, ...others].join('-'))
  const country = region === undefined || isRegion(region) ? undefined : countryMeant(region)
  const rest = others.map((part) => (country !== undefined && part.toLowerCase() === region ? country : part))
  const mended = [isLanguage(written.toLowerCase()) ? written : (languageMeant(written) ?? written), ...rest].join('-')
  return mended !== tag && isLanguageTag(mended) ? mended : undefined
}

/** The language of two letters meant by one of three, or by a country in which it is spoken most. */
function languageMeant(code: string): string | undefined {
  const small = code.toLowerCase()
  if (small.length === 3) {
    const language = languageOf(small)
    if (language?.length === 2) return language
  }
  const country = countries.has(code.toUpperCase()) ? code.toUpperCase() : ALPHA_3.get(code.toUpperCase())
  return (
    MISTAKEN_LANGUAGES.get((country ?? small).toLowerCase()) ??
    (country && languageOf(new Intl.Locale(`und-${country}`).maximize().toString()))
  )
}

/** A valid tag that is deprecated, or whose language has the code of a country with another language. */
function doubtOf(tag: string): string | null {
  const { language } = partsOf(tag)
  const doubt = DOUBTFUL_LANGUAGES.get(language)
  if (doubt !== undefined) return `${tag} means ${doubt}`
  const [canonical = tag] = Intl.getCanonicalLocales(tag)
  if (partsOf(canonical).language === language || INDIVIDUAL_LANGUAGES.has(language)) return null
  return `${tag} is deprecated; write ${canonical}`
}
