import { GraphQLError, valueFromASTUntyped, type ConstValueNode } from 'graphql'
import { isCalendarDay } from '../../model/dates/edtf.ts'
import { clip } from '../../model/errors.ts'
import { countryCodeProblem } from '../../model/records/codes.ts'
import { keyProblem } from '../../model/records/key.ts'
import { builder } from './builder.ts'

/*
 * Scalars refuse invalid values with the code BAD_VALUE, in variables as in literals. Output was checked when it was recorded. Scalars that
 * only inputs of records use accept any text: recording lists what is wrong with it beside all other problems of the record.
 */

/** Recording checks these texts. */
const ANY = () => null

textScalar('Date', 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6', {
  description:
    'A calendar day as YYYY-MM-DD (RFC 3339 full-date), such as 2024-12-25. It has no time zone: it is a day in the time zone of the place.',
  check: (text) => (isCalendarDay(text) ? null : 'is not a calendar day; write YYYY-MM-DD, as 2024-12-25'),
})

textScalar('EDTF', 'https://www.loc.gov/standards/datetime/', {
  description:
    'A date as precise as its source, in the Extended Date/Time Format (EDTF, ISO 8601-2), levels 0 and 1: 2024-12-25, 2025-02, 2014, 2025-06~ (approximate), 2025-07? (uncertain), 2024-12-25/2025-10-09, 2025-07-05/.. (ongoing), 2024-12-25T06:28:00Z. From level 2, [2024-12-25..2025-02-10] is one day between the two.',
  check: ANY,
})

textScalar('URL', 'https://url.spec.whatwg.org/', {
  description: 'An absolute http or https URL.',
  check: ANY,
})

textScalar('LanguageTag', 'https://www.rfc-editor.org/info/bcp47', {
  description: 'A BCP 47 language tag, such as en, ru or az-Latn.',
  check: ANY,
})

textScalar('CountryCode', 'https://www.iso.org/iso-3166-country-codes.html', {
  description: 'An ISO 3166-1 alpha-2 country code in capital letters, such as AZ. XK is Kosovo.',
  check: countryCodeProblem,
})

textScalar('Key', '/docs/scalars#key', {
  description:
    'The public key of a record: readable, stable, unique among records of its type, and never reused. It consists of a-z, 0-9 and hyphens, with slashes between its parts, such as j2-8243/crash.',
  check: (text) => {
    const problem = keyProblem(text)
    return problem === null ? null : `is not a key: ${problem}`
  },
})

textScalar('FeedCursor', '/docs/scalars#feedcursor', {
  description:
    'Marks a state of the record of one store: everything up to one change. Opaque. Pass it back as `after` exactly as received. Refused with CURSOR_INVALID if it is not a cursor, with CURSOR_FOREIGN if it is from another store, and with CURSOR_AHEAD if the store was restored to an earlier state.',
  check: () => null, // the feed checks cursors, and has a code for each problem
})

builder.scalarType('DateTime', {
  description:
    'An instant in RFC 3339 format, such as 2024-12-25T06:28:00Z. Instants of this service are in UTC with milliseconds. Input may have any offset but must have an offset or Z.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
  coerceOutputValue: (value) => (typeof value === 'number' ? new Date(value).toISOString() : value),
  ...coercion((value) => {
    const text = textOf('DateTime', value)
    const [, day] = RFC_3339.exec(text) ?? []
    const instant = day !== undefined && isCalendarDay(day) ? Date.parse(text) : Number.NaN
    if (!Number.isNaN(instant)) return instant
    throw badValue(`${quote(text)} is not an instant; write one with its zone, as 2024-12-25T06:28:00Z`)
  }),
})

// Leap seconds are not accepted: milliseconds since 1970 cannot express them.
const RFC_3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

interface TextScalar {
  readonly description: string
  /** What is wrong with the text, to follow the quoted text, and the remedy; null if it is valid. */
  readonly check: (text: string) => string | null
}

function textScalar(
  name: 'Date' | 'EDTF' | 'URL' | 'LanguageTag' | 'CountryCode' | 'Key' | 'FeedCursor',
  /** Absolute, or a page of the service. */
  specifiedByURL: string,
  { description, check }: TextScalar,
): void {
  builder.scalarType(name, {
    description,
    specifiedByURL,
    coerceOutputValue: (value) => value,
    ...coercion((value) => {
      const text = textOf(name, value)
      const problem = check(text)
      if (problem !== null) throw badValue(`${quote(text)} ${problem}`)
      return text
    }),
  })
}

/** Coerces literals like variables. An error about a literal has its location. */
function coercion<Value>(coerce: (value: unknown) => Value) {
  return {
    coerceInputValue: coerce,
    coerceInputLiteral(literal: ConstValueNode): Value {
      try {
        return coerce(valueFromASTUntyped(literal))
      } catch (error) {
        if (!(error instanceof GraphQLError)) throw error
        throw new GraphQLError(error.message, { nodes: literal, extensions: error.extensions })
      }
    },
  }
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw badValue(`${name} takes a string in quotes, not ${quote(JSON.stringify(value) ?? String(value))}`)
}

function quote(text: string): string {
  return `"${clip(text)}"`
}

function badValue(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_VALUE' } })
}
