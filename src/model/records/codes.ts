import { LRUCache } from 'lru-cache'
import { detachString } from '../text/detach-string.ts'

/*
 * Country codes (ISO 3166-1 alpha-2, and XK for Kosovo, which is the code in use) and language tags (BCP 47). Both follow from the data of
 * Intl: its regions, without those that it replaces by others or that ISO 3166-1 does not assign to countries, and its languages of two
 * letters, which are those of ISO 639-1. Languages of three letters are all accepted.
 */

const LETTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ')
const PAIRS = LETTERS.flatMap((first) => LETTERS.map((second) => first + second))
const NOT_COUNTRIES: ReadonlySet<string> = new Set('AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ'.split(' '))

/** Codes of other lists, former codes of existing states, and English names that Intl does not use. */
const MISTAKEN_COUNTRIES: ReadonlyMap<string, string> = new Map(
  'BU=MM DD=DE EL=GR EN=GB TP=TL UK=GB ZR=CD ENGLAND=GB TURKEY=TR USA=US'.split(' ').map((pair) => {
    const [mistaken = '', meant = ''] = pair.split('=')
    return [mistaken, meant]
  }),
)

/** English names in capital letters, by code. */
const countries = namesOf('region', PAIRS)
for (const code of countries.keys()) {
  if (NOT_COUNTRIES.has(code) || new Intl.Locale(`und-${code}`).region !== code) countries.delete(code)
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
export const COUNTRY_CODE_PATTERN = `^(?:${[...Map.groupBy([...countries.keys()], (code) => code.charAt(0))]
  .map(([first, codes]) => `${first}[${codes.map((code) => code.charAt(1)).join('')}]`)
  .join('|')})$`

/** A regular expression that matches every accepted language tag, and no name of a language. */
export const LANGUAGE_TAG_PATTERN = '^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$'

/** What is wrong with a country code, and the remedy; null if it is valid. */
export function countryCodeProblem(code: string): string | null {
  if (countries.has(code)) return null
  const meant = countryMeant(code)
  return `is not an ISO 3166-1 country code; ${meant === undefined ? 'write two capital letters, as AZ' : `did you mean ${meant}?`}`
}

/** The code meant by lower-case letters, by a code of another list, or by an English name. */
function countryMeant(text: string): string | undefined {
  const capitals = text.trim().toUpperCase()
  if (countries.has(capitals)) return capitals
  return MISTAKEN_COUNTRIES.get(capitals) ?? [...countries].find(([, name]) => name === capitals)?.[0]
}

/** What is wrong with a language tag, and the remedy; null if it is valid. */
export function languageTagProblem(tag: string): string | null {
  const known = knownTags.get(tag)
  if (known !== undefined) return known.problem
  const problem = isLanguageTag(tag) ? null : describeTag(tag)
  if (tag.length <= LONGEST_TAG) knownTags.set(detachString(tag), { problem })
  return problem
}

const knownTags = new LRUCache<string, { readonly problem: string | null }>({ max: 200 })
/** The length for which BCP 47 asks programs to have room. */
const LONGEST_TAG = 35

function isLanguageTag(tag: string): boolean {
  try {
    if (Intl.getCanonicalLocales(tag).length !== 1) return false
  } catch {
    return false
  }
  const { language, region } = partsOf(tag)
  // Languages of four and more letters are reserved and not in use.
  return (language.length === 3 || languages.has(language)) && (region === undefined || isRegion(region))
}

/** Whether it is a country, or an area of UN M49. */
function isRegion(region: string): boolean {
  return /^\d{3}$/.test(region) || countries.has(region.toUpperCase())
}

function partsOf(tag: string): { readonly language: string; readonly region?: string } {
  const [language = '', ...others] = tag.toLowerCase().split('-')
  const region = others[/^[a-z]{4}$/.test(others[0] ?? '') ? 1 : 0]
  return region !== undefined && /^(?:[a-z]{2}|\d{3})$/.test(region) ? { language, region } : { language }
}

function describeTag(tag: string): string {
  const meant = tagMeant(tag)
  return `is not a BCP 47 language tag; ${meant === undefined ? 'write a tag such as en or az-Latn' : `did you mean ${meant}?`}`
}

/** The tag meant by the English name of a language, by underscores, or by another code for a country. */
function tagMeant(tag: string): string | undefined {
  const named = tag.trim().toUpperCase()
  // Of several codes with one name, Intl prefers one.
  const language = [...languages].find(([code, name]) => name === named && Intl.getCanonicalLocales(code)[0] === code)
  if (language !== undefined) return language[0]
  const hyphenated = tag.replaceAll('_', '-')
  const { region } = partsOf(hyphenated)
  const country = region === undefined || isRegion(region) ? undefined : countryMeant(region)
  const mended =
    country === undefined ? hyphenated : hyphenated.replace(new RegExp(`-${region}(?=-|$)`, 'i'), `-${country}`)
  return mended !== tag && isLanguageTag(mended) ? mended : undefined
}
