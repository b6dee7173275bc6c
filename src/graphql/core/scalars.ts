import { GraphQLError, valueFromASTUntyped, type ConstValueNode } from 'graphql'
import { countryCodeProblem } from '../../model/records/codes.ts'
import { isCalendarDay, parseEdtf } from '../../model/dates/edtf.ts'
import { DemarcheError } from '../../model/errors.ts'
import { isWebAddress } from '../../model/records/fields.ts'
import { keyProblem } from '../../model/records/key.ts'
import { languageTagProblem } from '../../model/records/codes.ts'
import { builder } from './builder.ts'

/*
 * The scalars refuse nonsense in variables and in literals alike, since the one is read by way of the other, with the code BAD_VALUE.
 * What goes out was checked when it came in.
 */

textScalar('Date', {
  description: 'A calendar day as YYYY-MM-DD, such as 2024-12-25: a day where it was observed, in no time zone.',
  specifiedBy: 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6',
  check: (text) => (isCalendarDay(text) ? null : `${quote(text)} is no calendar day; give YYYY-MM-DD, as 2024-12-25`),
})

textScalar('EDTF', {
  description:
    'A date as precise as its source and no more, in the Extended Date/Time Format (ISO 8601-2), levels 0 and 1: 2024-12-25, 2025-02, 2014, 2025-06~ (approximate), 2025-07? (uncertain), 2024-12-25/2025-10-09, 2025-07-05/.. (still so), 2024-12-25T06:28:00Z; and [2024-12-25..2025-02-10] for one day somewhere within.',
  specifiedBy: 'https://www.loc.gov/standards/datetime/',
  check: edtfProblem,
})

textScalar('URL', {
  description: 'An absolute http or https address.',
  specifiedBy: 'https://url.spec.whatwg.org/',
  check: (text) => (isWebAddress(text) ? null : `${quote(text)} is no http or https address`),
})

textScalar('LanguageTag', {
  description: 'A BCP 47 language tag, such as en, ru or az-Latn.',
  specifiedBy: 'https://www.rfc-editor.org/info/bcp47',
  check: (text) => quoted(text, languageTagProblem(text)),
})

textScalar('CountryCode', {
  description: 'An ISO 3166-1 alpha-2 country code in capitals, such as AZ; XK is Kosovo.',
  specifiedBy: 'https://www.iso.org/iso-3166-country-codes.html',
  check: (text) => quoted(text, countryCodeProblem(text)),
})

textScalar('Key', {
  description:
    'The public handle of a record: readable, stable, unique among records of its type, and never given to another. Made of a-z, 0-9 and hyphens, with a slash between its parts, such as j2-8243/crash.',
  check: (text) => {
    const problem = keyProblem(text)
    return problem === null ? null : `${quote(text)} is no key; ${problem}`
  },
})

textScalar('FeedCursor', {
  description:
    'One position in the feed of one store. Opaque: keep it as it is and give it back as `after`. Refused with CURSOR_INVALID where it is none, CURSOR_FOREIGN where it is of another store, and CURSOR_AHEAD where the store was put back to before it.',
  // The feed refuses those that are none, each for its own reason.
  check: () => null,
})

builder.scalarType('DateTime', {
  description:
    'An instant as RFC 3339, such as 2024-12-25T06:28:00Z. Instants of this service are in UTC, to the millisecond; one given may have an offset, and needs one or Z.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6',
  coerceOutputValue: (value) => (typeof value === 'number' ? new Date(value).toISOString() : value),
  ...readingBy((value) => {
    const text = textOf('DateTime', value)
    const [, day] = RFC_3339.exec(text) ?? []
    const instant = day !== undefined && isCalendarDay(day) ? Date.parse(text) : Number.NaN
    if (!Number.isNaN(instant)) return instant
    throw badValue(`${quote(text)} is no instant; give one with its zone, as 2024-12-25T06:28:00Z`)
  }),
})

// No leap seconds: an instant is milliseconds since 1970, which has no place for them.
const RFC_3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

interface TextScalar {
  readonly description: string
  readonly specifiedBy?: string
  /** What is wrong with the text and what would be right; null where nothing is. */
  readonly check: (text: string) => string | null
}

function textScalar(
  name: 'Date' | 'EDTF' | 'URL' | 'LanguageTag' | 'CountryCode' | 'Key' | 'FeedCursor',
  { description, specifiedBy, check }: TextScalar,
): void {
  builder.scalarType(name, {
    description,
    ...(specifiedBy === undefined ? {} : { specifiedByURL: specifiedBy }),
    coerceOutputValue: (value) => value,
    ...readingBy((value) => {
      const text = textOf(name, value)
      const problem = check(text)
      if (problem !== null) throw badValue(problem)
      return text
    }),
  })
}

/** Reads literals as the values that they are of, and says of one that is refused where it stands. */
function readingBy<Value>(coerce: (value: unknown) => Value) {
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
  throw badValue(`${name} takes a text in quotes, not ${quote(JSON.stringify(value) ?? String(value))}`)
}

function edtfProblem(text: string): string | null {
  try {
    parseEdtf(text)
    return null
  } catch (error) {
    if (error instanceof DemarcheError) return error.message
    throw error
  }
}

function quoted(text: string, problem: string | null): string | null {
  return problem === null ? null : `${quote(text)} ${problem}`
}

function quote(text: string): string {
  return `"${text.length <= 60 ? text : `${text.slice(0, 60)}…`}"`
}

function badValue(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_VALUE' } })
}
