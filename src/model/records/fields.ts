import { z } from 'zod'
import { COUNTRY_CODE_PATTERN, countryCodeProblem } from './country-code.ts'
import { EdtfError, isCalendarDay, parseEdtf } from '../dates/edtf.ts'
import { KEY_MAX_LENGTH, KEY_PATTERN, keyProblem } from './key.ts'
import { LANGUAGE_TAG_PATTERN, languageTagProblem } from './language-tag.ts'
import { article } from './shown-value.ts'
import { toKebab, type Vocabulary } from '../vocabulary/vocabulary.ts'

/** What a reference in a record may point at; the three kinds of development share one space of keys. */
export type ReferenceSpace =
  | 'actor'
  | 'place'
  | 'source'
  | 'dispute'
  | 'claim'
  | 'demand'
  | 'measure'
  | 'statement'
  | 'development'

/** Says of a field that it holds the key of another record, and of which kind: read by `referencesOf`. */
export const referenceFields = z.registry<{ space: ReferenceSpace }>()

/** A record's own key. */
export const key = (description: string) => keyField().meta({ description })

/** The key of another record. */
export function reference(space: ReferenceSpace, description = `The key of ${article(space)}.`) {
  return keyField().meta({ description }).register(referenceFields, { space })
}

/** Words of at most `limit` characters; neither empty nor padded, without control characters (line feeds and tabs aside). */
export function text(limit: number, description: string) {
  return z.string().max(limit).superRefine(checkText).meta({ description, minLength: 1 })
}

/** A value of a vocabulary in its dossier form, lower-kebab. */
export function oneOf<Value extends string>(vocabulary: Vocabulary<Value>, description: string) {
  return z.enum(vocabulary.values.map(toKebab) as [Kebab<Value>, ...Kebab<Value>[]]).meta({ description })
}

/** An EDTF date; a bare year that YAML reads as a number is taken as well. */
export function edtf(description: string) {
  return z
    .preprocess(
      (value) => (isYear(value) ? String(value).padStart(4, '0') : value),
      z
        .string({ error: ({ input }) => (Array.isArray(input) ? bareBrackets(input) : undefined) })
        .superRefine(checkEdtf),
    )
    .meta({ description, type: ['string', 'integer'] })
}

/** A calendar day, YYYY-MM-DD. */
export const day = (description: string) =>
  z
    .string()
    .refine(isCalendarDay, { error: ({ input }) => `"${clip(String(input))}" is no calendar day; give YYYY-MM-DD` })
    .meta({ description, format: 'date' })

/** An http or https address. */
export const url = (description: string) =>
  z
    .string()
    .max(2000)
    .superRefine(checkText)
    .refine(isWebAddress, {
      error: ({ input }) => `"${clip(String(input))}" is no web address; give one that begins with http:// or https://`,
    })
    .meta({ description, pattern: '^https?://' })

/** A BCP 47 language tag of a language that there is. */
export const languageTag = (description: string) =>
  z.string().superRefine(checkBy(languageTagProblem)).meta({ description, pattern: LANGUAGE_TAG_PATTERN })

/** An ISO 3166-1 alpha-2 code, or Kosovo's XK. */
export const countryCode = (description: string) =>
  z.string().superRefine(checkBy(countryCodeProblem)).meta({ description, pattern: COUNTRY_CODE_PATTERN })

/** A number that is kept as it was written: beyond 2^53 not every one is. */
export const number = (description: string) =>
  z
    .number()
    .refine((value) => Math.abs(value) <= EXACT, {
      error: `is beyond ${EXACT}, up to which whole numbers are kept exactly; leave it out and give its words in as-written`,
      params: { code: 'TOO_BIG' },
    })
    .meta({ description, minimum: -EXACT, maximum: EXACT })

const EXACT = Number.MAX_SAFE_INTEGER

/** `IN_RESPONSE_TO` as `in-response-to`, for the types. */
type Kebab<Value extends string> = Value extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}-${Kebab<Tail>}`
  : Lowercase<Value>

export function isWebAddress(address: string): boolean {
  return /^https?:\/\/[^\s/]/iu.test(address) && URL.canParse(address)
}

function keyField() {
  return z
    .string()
    .superRefine((value, context) => {
      const problem = keyProblem(value)
      if (problem !== null) context.addIssue({ code: 'custom', message: `"${clip(value)}" is no key; ${problem}` })
    })
    .meta({ pattern: KEY_PATTERN.source, maxLength: KEY_MAX_LENGTH })
}

/** Refuses what the check finds something wrong with, and quotes it. */
function checkBy(problemOf: (value: string) => string | null) {
  return (value: string, context: z.RefinementCtx): void => {
    const problem = problemOf(value)
    if (problem !== null) context.addIssue({ code: 'custom', message: `"${clip(value)}" ${problem}` })
  }
}

function checkText(value: string, context: z.RefinementCtx): void {
  const control = controlCharacter.exec(value)
  if (control !== null) {
    const code = (control[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    context.addIssue({ code: 'custom', message: `holds the control character U+${code}; take it out` })
  } else if (!value.isWellFormed()) {
    context.addIssue({ code: 'custom', message: 'holds half of a surrogate pair; write the whole character' })
  } else if (value.trim() === '') {
    context.addIssue({ code: 'custom', message: 'is empty; write something or leave the field out' })
  } else if (value.trim() !== value) {
    context.addIssue({ code: 'custom', message: 'begins or ends with white space; take it out' })
  }
}

// Line feed and tab are text; the rest of C0, DEL and C1 never are.
// eslint-disable-next-line no-control-regex
const controlCharacter = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/

function checkEdtf(value: string, context: z.RefinementCtx): void {
  try {
    parseEdtf(value)
  } catch (error) {
    if (!(error instanceof EdtfError)) throw error
    context.addIssue({ code: 'custom', message: error.message, params: { code: error.code } })
  }
}

/** YAML reads `[2024-12-25..2025-02-10]` as a list of one text. */
function bareBrackets(list: readonly unknown[]): string {
  const inner = list.length === 1 && typeof list[0] === 'string' ? list[0] : '2024-12-25..2025-02-10'
  return `found a list, as YAML reads bare brackets; put the date in quotes, as "[${clip(inner)}]"`
}

function isYear(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 9999
}

function clip(value: string): string {
  return value.length <= 60 ? value : `${value.slice(0, 60)}…`
}
