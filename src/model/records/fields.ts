import { z } from 'zod'
import { isEdtf, meantDates } from '../dates/advice.ts'
import { EdtfError, isCalendarDay, parseEdtf } from '../dates/edtf.ts'
import { DAY_PATTERN, EDTF_PATTERN } from '../dates/pattern.ts'
import { article, clip } from '../errors.ts'
import { IdentifierScheme } from '../vocabulary/actor.ts'
import { toKebab, type Vocabulary } from '../vocabulary/vocabulary.ts'
import { COUNTRY_CODE_PATTERN, countryCodeProblem, LANGUAGE_TAG_PATTERN, languageTagProblem } from './codes.ts'
import { IDENTIFIER_FORMS } from './identifiers.ts'
import { KEY_MAX_LENGTH, KEY_PATTERN, keyProblem } from './key.ts'

/** The kinds of record that a reference can name. The three kinds of development share one space of keys. */
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

/** The fields that hold the key of another record, with the kind of that record. Read by `referencesOf`. */
export const referenceFields = z.registry<{ space: ReferenceSpace }>()

/**
 * The fields whose values are not plain texts, numbers, booleans, lists or maps, with what they hold. The inputs of the API derive from it.
 */
export const valueTypes = z.registry<{ type: ValueType }>()

/** A vocabulary, the name of a scalar of the API, or identifiers by scheme. */
type ValueType = Vocabulary<string> | 'Key' | 'Date' | 'EDTF' | 'URL' | 'LanguageTag' | 'CountryCode' | 'Identifiers'

/** A record’s own key. */
export const key = (description: string) => keyField().meta({ description }).register(valueTypes, { type: 'Key' })

/** The key of another record. */
export function reference(space: ReferenceSpace, description = `The key of ${article(space)}.`) {
  return key(description).register(referenceFields, { space })
}

/**
 * A text of at most `limit` characters, not empty, not padded, without control characters other than line feeds and tabs. It is read as its
 * normal form NFC, so that a file which an editor saved in another form is the same record.
 */
export function text(limit: number, description: string) {
  return z.string().overwrite(toNfc).max(limit).superRefine(checkText).meta({ description, minLength: 1 })
}

/** A value of a vocabulary in the spelling of dossiers, lower-kebab. */
export function oneOf<Value extends string>(vocabulary: Vocabulary<Value>, description: string) {
  return z
    .enum(vocabulary.values.map(toKebab) as [Kebab<Value>, ...Kebab<Value>[]])
    .meta({ description, enumDescriptions: vocabulary.values.map((value) => vocabulary.descriptions[value]) })
    .register(valueTypes, { type: vocabulary })
}

/** An EDTF date. A bare year, which YAML reads as a number, is accepted. */
export function edtf(description: string) {
  return z
    .preprocess(
      (value) => (isYear(value) ? String(value).padStart(4, '0') : value),
      z
        .string({ error: ({ input }) => explainBrackets(input) })
        .superRefine(checkEdtf)
        .register(valueTypes, { type: 'EDTF' }),
    )
    .meta({ description, type: ['string', 'integer'], pattern: EDTF_PATTERN, minimum: 0, maximum: 9999 })
}

/** A calendar day, YYYY-MM-DD. */
export const day = (description: string) =>
  z
    .string()
    .refine(isCalendarDay, { error: ({ input }) => `"${clip(String(input))}" is not a calendar day; write YYYY-MM-DD` })
    .meta({ description, format: 'date', pattern: DAY_PATTERN })
    .register(valueTypes, { type: 'Date' })

/** An http or https URL. */
export const url = (description: string) =>
  z
    .string()
    .overwrite(toNfc)
    .max(2000)
    .superRefine(checkText)
    .superRefine(checkWith(IDENTIFIER_FORMS.WEBSITE.problemOf))
    .meta({ description, pattern: IDENTIFIER_FORMS.WEBSITE.pattern })
    .register(valueTypes, { type: 'URL' })

/** An identifier in the form of its scheme. */
export const identifier = (scheme: IdentifierScheme) =>
  z
    .string()
    .overwrite(toNfc)
    .max(200)
    .superRefine(checkWith(IDENTIFIER_FORMS[scheme].problemOf))
    .meta({ description: IdentifierScheme.descriptions[scheme], pattern: IDENTIFIER_FORMS[scheme].pattern })

/** A BCP 47 tag of an existing language. */
export const languageTag = (description: string) =>
  z
    .string()
    .superRefine(checkWith(languageTagProblem))
    .meta({
      description,
      pattern: LANGUAGE_TAG_PATTERN,
      patternErrorMessage: 'Not a BCP 47 language tag. Write a tag such as en or az-Latn.',
    })
    .register(valueTypes, { type: 'LanguageTag' })

/** An ISO 3166-1 alpha-2 code, or XK for Kosovo. */
export const countryCode = (description: string) =>
  z
    .string()
    .superRefine(checkWith(countryCodeProblem))
    .meta({
      description,
      pattern: COUNTRY_CODE_PATTERN,
      patternErrorMessage: 'Not an ISO 3166-1 country code. Write two capital letters, as AZ.',
    })
    .register(valueTypes, { type: 'CountryCode' })

/** A number within the range in which whole numbers are exact. */
export const number = (description: string) =>
  z
    .number()
    .refine((value) => Math.abs(value) <= EXACT, {
      error: `is beyond ${EXACT}, the limit for exact whole numbers; omit it and put its words in as-written`,
      params: { code: 'TOO_BIG' },
    })
    .meta({ description, minimum: -EXACT, maximum: EXACT })

const EXACT = Number.MAX_SAFE_INTEGER

/** The type `IN_RESPONSE_TO` as `in-response-to`. */
type Kebab<Value extends string> = Value extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}-${Kebab<Tail>}`
  : Lowercase<Value>

function keyField() {
  return z
    .string()
    .superRefine(
      checkWith((value) => {
        const problem = keyProblem(value)
        return problem === null ? null : `is not a key: ${problem}`
      }),
    )
    .meta({ pattern: KEY_PATTERN.source, maxLength: KEY_MAX_LENGTH })
}

/** Refuses a value with the problem that `problemOf` finds, after the quoted value. */
function checkWith(problemOf: (value: string) => string | null) {
  return (value: string, context: z.RefinementCtx): void => {
    const problem = problemOf(value)
    if (problem !== null) context.addIssue({ code: 'custom', message: `"${clip(value)}" ${problem}` })
  }
}

function checkText(value: string, context: z.RefinementCtx): void {
  const problem = textProblem(value)
  if (problem !== null) context.addIssue({ code: 'custom', message: problem })
}

/** More combining marks in a row than the stream-safe format of UAX #15 allows. */
const MANY_MARKS = /\p{M}{31}/u

/** Normalizing a run of combining marks takes time that grows with its square. A text with a long run is left as it is, and refused. */
function toNfc(value: string): string {
  return MANY_MARKS.test(value) ? value : value.normalize('NFC')
}

function textProblem(value: string): string | null {
  if (MANY_MARKS.test(value)) return 'has more than 30 combining marks in a row; remove them'
  const control = CONTROL_CHARACTER.exec(value)?.[0].codePointAt(0)
  if (control !== undefined) {
    return `contains the control character U+${control.toString(16).toUpperCase().padStart(4, '0')}; remove it`
  }
  if (!value.isWellFormed()) return 'contains half of a surrogate pair; write the whole character'
  const trimmed = value.trim()
  if (trimmed === '') return 'is empty; write a text, or omit the field if it is optional'
  return trimmed === value ? null : 'begins or ends with white space; remove it'
}

// Line feeds and tabs are text; other C0 characters, DEL and C1 characters are not.
// eslint-disable-next-line no-control-regex
const CONTROL_CHARACTER = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/

function checkEdtf(value: string, context: z.RefinementCtx): void {
  const problem = edtfProblem(value)
  if (problem !== null) context.addIssue({ code: 'custom', message: problem.message, params: { code: problem.code } })
}

function edtfProblem(value: string): EdtfError | null {
  try {
    parseEdtf(value)
    return null
  } catch (error) {
    if (error instanceof EdtfError) return error
    throw error
  }
}

/** YAML reads `[2024-12-25..2025-02-10]` as a list of one text, and `{2024-12-25, 2024-12-26}` as a map of two fields without values. */
function explainBrackets(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (!Array.isArray(value)) {
    if (Object.values(value).some((member) => member !== null)) return undefined
    return `is a map, as YAML reads unquoted braces; ${edtfProblem(`{${Object.keys(value).join(',')}}`)?.message}`
  }
  // Other values are no dates, and a map may have a field `toString`.
  const items = value.map((item) => (typeof item === 'string' || typeof item === 'number' ? item : ''))
  const written = `[${items.join(',')}]`
  const [meant = { edtf: '[2024-12-25..2025-02-10]' }] = isEdtf(written) ? [{ edtf: written }] : meantDates(written)
  return `is a list, as YAML reads unquoted brackets; put the date in quotes, as "${meant.edtf}"`
}

function isYear(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 9999
}
