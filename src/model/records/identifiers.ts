import type { IdentifierScheme } from '../vocabulary/actor.ts'
import { COUNTRY_CODE_PATTERN, countryCodeProblem } from './codes.ts'

/*
 * The forms of identifiers. One that has not the form of its scheme is refused. If the right one can be read from what is written, as
 * from an address or in small letters, the message names it.
 */

interface IdentifierForm {
  /** A regular expression, for the JSON Schema. */
  readonly pattern: string
  /** What is wrong with an identifier, and the remedy; null if it is valid. */
  problemOf(this: void, value: string): string | null
}

export const IDENTIFIER_FORMS: Readonly<Record<IdentifierScheme, IdentifierForm>> = {
  WIKIDATA: form({
    noun: 'a Wikidata item',
    pattern: '^Q[1-9][0-9]{0,11}$',
    meantBy: (value) => {
      const items = /\bwikipedia\.org\//i.test(value) ? [] : value.match(/(?<![\p{L}\d])Q\d+(?![\p{L}\d])/giu)
      return new Set(items).size === 1 ? items?.[0]?.toUpperCase() : /^\d+$/.test(value) ? `Q${value}` : undefined
    },
    remedyFor: (value) => {
      if (/\bwikipedia\.org\//i.test(value))
        return 'open "Wikidata item" in the menu of the article, and write its Q and digits'
      if (/(?<![\p{L}\d])P\d+$/iu.test(value))
        return 'P and digits name a property: write the Q and digits of an item, as Q227'
      return 'write Q and digits, as Q227'
    },
  }),
  ISO_3166_1: { pattern: COUNTRY_CODE_PATTERN, problemOf: countryCodeProblem },
  IATA: form({
    noun: 'an IATA code',
    pattern: '^(?:[A-Z]{3}|[A-Z][A-Z0-9]|[0-9][A-Z])$',
    meantBy: (value) => value.toUpperCase(),
    remedyFor: (value) =>
      /^[a-z]{4}$/i.test(value)
        ? `an airport's code of four letters is one of the ICAO: write it under icao`
        : 'write the two characters of an airline, as J2, or the three letters of an airport, as GYD',
  }),
  ICAO: form({
    noun: 'an ICAO code',
    pattern: '^[A-Z]{3,4}$',
    meantBy: (value) => value.toUpperCase(),
    remedyFor: (value) =>
      /^(?:[a-z][a-z\d]|\d[a-z])$/i.test(value)
        ? `an airline's code of two characters is one of the IATA: write it under iata`
        : 'write the three letters of an airline, as AHY, or the four letters of an airport, as UBBB',
  }),
  LEI: form({
    noun: 'a Legal Entity Identifier (ISO 17442)',
    pattern: '^[A-Z0-9]{18}[0-9]{2}$',
    isValid: (value) => remainderOf97(value) === 1,
    meantBy: (value) =>
      /(?<![A-Z\d])[A-Z\d]{18}\d{2}(?![A-Z\d])/.exec(value.toUpperCase().replaceAll(/[\s-]/g, ''))?.[0],
    remedyFor: (value) =>
      /^[A-Z\d]{18}\d{2}$/i.test(value)
        ? 'its two check digits do not fit its other characters: compare it with the register'
        : `write its twenty characters, without spaces`,
  }),
  GEONAMES: form({
    noun: 'a GeoNames number',
    pattern: '^[1-9][0-9]{0,11}$',
    meantBy: (value) => /\bgeonames\.org\/(\d+)/i.exec(value)?.[1] ?? /^\D*(\d+)\D*$/.exec(value)?.[1],
    remedyFor: () => 'write its digits, as 587084',
  }),
  WEBSITE: form({
    noun: 'a web address',
    pattern: '^https?://',
    isValid: isWebAddress,
    meantBy: webAddressMeant,
    remedyFor: () => 'it must begin with http:// or https://',
  }),
}

interface FormOptions {
  readonly noun: string
  readonly pattern: string
  /** What the pattern cannot express. */
  isValid?(this: void, value: string): boolean
  meantBy(this: void, value: string): string | undefined
  remedyFor(this: void, value: string): string
}

function form({ noun, pattern, isValid = () => true, meantBy, remedyFor }: FormOptions): IdentifierForm {
  const matches = new RegExp(pattern, 'u')
  const accepts = (value: string): boolean => matches.test(value) && isValid(value)
  return {
    pattern,
    problemOf: (value) => {
      if (accepts(value)) return null
      const meant = meantBy(value.trim())
      return `is not ${noun}; ${meant !== undefined && accepts(meant) ? `write "${meant}"` : remedyFor(value.trim())}`
    },
  }
}

export function isWebAddress(address: string): boolean {
  return /^https?:\/\/[^\s/]/iu.test(address) && URL.canParse(address)
}

/** An address without its scheme, or with a mistaken one. */
function webAddressMeant(address: string): string | undefined {
  const [, rest = ''] = /^(?:https?:?\/{0,2}|\/\/)?((?:[\p{L}\d-]+\.)+\p{L}{2,}(?:[:/?#]\S*)?)$/iu.exec(address) ?? []
  const meant = `https://${rest}`
  return rest !== '' && isWebAddress(meant) ? meant : undefined
}

/** The number that the characters form, with A as 10 to Z as 35, modulo 97 (ISO 7064). */
function remainderOf97(text: string): number {
  let remainder = 0
  for (const character of text) {
    const value = Number.parseInt(character, 36)
    remainder = (remainder * (value < 10 ? 10 : 100) + value) % 97
  }
  return remainder
}
