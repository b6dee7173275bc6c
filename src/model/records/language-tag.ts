import { LRUCache } from 'lru-cache'
import { countryMeant, isCountryCode } from './country-code.ts'
import { flatCopy } from '../text/detach-string.ts'

/** Holds of every tag of BCP 47 that is allowed here, and keeps out what is plainly none: names of languages. */
export const LANGUAGE_TAG_PATTERN = '^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$'

/**
 * What is wrong with a tag of BCP 47, in words that name the remedy; null where it is a good one. Of languages those of two letters are
 * held against ISO 639-1, and those of three are taken as they are.
 */
export function languageTagProblem(tag: string): string | null {
  const known = knownTags.get(tag)
  if (known !== undefined) return known.problem
  const problem = isLanguageTag(tag) ? null : describe(tag)
  if (tag.length <= LONGEST_TAG) knownTags.set(flatCopy(tag), { problem })
  return problem
}

const knownTags = new LRUCache<string, { readonly problem: string | null }>({ max: 200 })
/** Of those that are worth remembering: BCP 47 asks for that much room. */
const LONGEST_TAG = 35

function isLanguageTag(tag: string): boolean {
  const { language, region } = partsOf(tag)
  return isWellFormed(tag) && isLanguage(language) && (region === undefined || isRegion(region))
}

function isWellFormed(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1
  } catch {
    return false
  }
}

/** Those of four letters and more that BCP 47 has room for were never given to any language. */
function isLanguage(language: string): boolean {
  return language.length === 3 || (language.length === 2 && languages.of(language) !== undefined)
}

/** A country, or an area of UN M49. */
function isRegion(region: string): boolean {
  return /^\d{3}$/.test(region) || isCountryCode(region.toUpperCase())
}

function partsOf(tag: string): { readonly language: string; readonly region?: string } {
  const [language = '', ...others] = tag.toLowerCase().split('-')
  const region = others[/^[a-z]{4}$/.test(others[0] ?? '') ? 1 : 0]
  return region !== undefined && /^(?:[a-z]{2}|\d{3})$/.test(region) ? { language, region } : { language }
}

function describe(tag: string): string {
  const meant = tagMeant(tag)
  return `is no BCP 47 language tag; ${meant === undefined ? 'give one, as en or az-Latn' : `did you mean ${meant}?`}`
}

/** The tag that is meant by one with underscores, by one for a country that has another code, or by a language's English name. */
function tagMeant(tag: string): string | undefined {
  const named = codeOf(tag)
  if (named !== undefined) return named
  const hyphened = tag.replaceAll('_', '-')
  const { region } = partsOf(hyphened)
  const country = region === undefined || isRegion(region) ? undefined : countryMeant(region)
  const mended =
    country === undefined ? hyphened : hyphened.replace(new RegExp(`-${region}(?=-|$)`, 'i'), `-${country}`)
  return mended !== tag && isLanguageTag(mended) ? mended : undefined
}

function codeOf(name: string): string | undefined {
  const wanted = name.trim().toLowerCase()
  for (const first of LETTERS) {
    for (const second of LETTERS) {
      const code = `${first}${second}`
      if (Intl.getCanonicalLocales(code)[0] === code && languages.of(code)?.toLowerCase() === wanted) return code
    }
  }
  return undefined
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

const languages = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' })
