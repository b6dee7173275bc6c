import { DemarcheError } from '../errors.ts'

/** A text that is no date of the accepted part of EDTF. The message is one line of printable ASCII: what was found, what is allowed. */
export class EdtfError extends DemarcheError {
  constructor(message: string) {
    super('INVALID_EDTF', message)
  }
}

/** Why a text of printable ASCII does not have the form of a date without a time of day. */
export function explainDate(found: string): EdtfError {
  return new EdtfError(
    remedyFor(found, DATE_REMEDIES) ??
      `"${found}" is no EDTF date; write 2024-12-25, 2024-12, 2024, an interval (2024-12-25/2025-02) or one day within ([2024-12-25..2025-02-10])`,
  )
}

/** Why a text of printable ASCII does not have the form of a day with a time of day. */
export function explainInstant(found: string): EdtfError {
  return new EdtfError(
    remedyFor(found, INSTANT_REMEDIES) ??
      `"${found}" has no time of day that can be read; write 2024-12-25T06:28:00Z or 2024-12-25T10:28:00+04:00`,
  )
}

/** The first pattern that fits gives the message. */
type Remedy = readonly [pattern: RegExp, message: (found: string) => string]

function remedyFor(found: string, remedies: readonly Remedy[]): string | undefined {
  return remedies.find(([pattern]) => pattern.test(found))?.[1](found)
}

const DATE_REMEDIES: readonly Remedy[] = [
  [/^$/, () => 'a date is missing; write 2024-12-25, 2024-12 or 2024'],
  [/^-\d/, (found) => `years before 0000 (${found}) are not accepted; years run from 0000 to 9999`],
  [
    /^Y-?\d|^\+\d|^\d{5}/,
    (found) =>
      `years beyond four digits (${found}) are not accepted; years run from 0000 to 9999, and hyphens part year, month and day`,
  ],
  [
    /^\d{4}S\d/,
    (found) => `significant digits (${found}) are not accepted; give a decade, as 195X, or an interval, as 1950/1955`,
  ],
  [/[~?%]{2}$/, (found) => `${found} has more than one qualifier; give ~ (approximate), ? (uncertain) or % (both)`],
  [
    /[~?%]./,
    (found) => `qualifiers on a part of a date (${found}) are not accepted; qualify the whole of it, as 2004-06~`,
  ],
  [
    /^[\dX-]*X[\dX-]*[~?%]$/,
    (found) => `unspecified digits take no qualifier (${found}); leave out one of the two, as 2025-12~ or 2025-12-XX`,
  ],
  [/^[\dXx-]*x/, (found) => `an unspecified digit is a capital X (${found} has a small one), as 2025-12-XX`],
  [
    /^[\dX-]*X/,
    (found) => `X may not stand there (${found}); accepted are 202X, 20XX, 2025-XX, 2025-XX-XX and 2025-12-XX`,
  ],
  [
    /^\d+(-\d+){0,2}[~?%]?$/,
    (found) => `${found} has digits too many or too few; a year has four, a month and a day two, as 2025-07-05`,
  ],
  [
    /\.\./,
    (found) =>
      `.. stands at an end of an interval, as 2025-07-05/.., or in brackets, as [2024-12-25..2025-02-10]; found ${found}`,
  ],
]

const INSTANT_REMEDIES: readonly Remedy[] = [
  [
    /[~?%]/,
    (found) => `a time of day takes no qualifier (${found}); leave it out, or give the day alone, as 2024-12-25~`,
  ],
  [/[tz]/, (found) => `T and Z are capital letters (${found}), as 2024-12-25T06:28:00Z`],
  [/^(?!\d{4}-\d{2}-\d{2}T)/, (found) => `a time needs a whole day before it (${found}), as 2024-12-25T06:28:00Z`],
  [/T[\d:.,]*$/, () => 'a time needs a zone: add Z or an offset, as 2024-12-25T06:28:00Z'],
  [
    /T[\d:]*[.,]\d/,
    (found) => `fractions of a second are not accepted (${found}); give whole seconds, as 2024-12-25T06:28:00Z`,
  ],
  [/T\d{2}(:\d{2})?([Z+-]|$)/, (found) => `a time has hours, minutes and seconds (${found}), as 2024-12-25T06:28:00Z`],
  [
    /[+-]\d{2}(\d{2})?$/,
    (found) => `an offset has hours and minutes with a colon (${found}), as 2024-12-25T10:28:00+04:00`,
  ],
]
