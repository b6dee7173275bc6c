/** One media range of an `Accept` header. */
interface MediaRange {
  /** In lower case. */
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
  /** The q-value: from 0, not acceptable, to 1. */
  readonly quality: number
}

/** A media type that the service can send. */
export interface Offer<Type extends string> {
  readonly type: Type
  /** The media ranges that include the type, the most specific one first. */
  readonly ranges: readonly string[]
  /** A parameter that the range must have. */
  readonly parameter?: readonly [name: string, value: string]
}

export interface Choice<Type extends string> {
  readonly type: Type
  /** More than 0. */
  readonly quality: number
}

/**
 * The type that an `Accept` header prefers, by RFC 9110: the most specific range that includes a type gives its q-value. Equal q-values are
 * decided by the order of the header, then by that of `offers`. Without the header, or with an empty one, every type is acceptable.
 * Undefined if no type is.
 */
export function preferredType<Type extends string>(
  accept: string | null | undefined,
  offers: readonly Offer<Type>[],
): Choice<Type> | undefined {
  const ranges = (accept?.trim() || '*/*').split(',', RANGES).map(parseRange)
  const wanted = offers
    .map((offer) => ({ type: offer.type, index: indexOf(ranges, offer) }))
    .map((wish) => ({ ...wish, quality: ranges[wish.index]?.quality ?? 0 }))
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality || a.index - b.index)
  return wanted[0]
}

/** Ranges after these are ignored. */
const RANGES = 50

function parseRange(range: string): MediaRange {
  const [type = '', ...rest] = range.split(';').map((part) => part.trim().toLowerCase())
  const parameters = new Map(rest.map(parseParameter))
  return { type, parameters, quality: qualityOf(parameters.get('q')) }
}

function parseParameter(parameter: string): [name: string, value: string] {
  const [name = '', value = ''] = parameter.split('=')
  return [name.trim(), value.trim().replaceAll('"', '')]
}

/** A q-value that cannot be read counts as none. */
function qualityOf(q = '1'): number {
  return /^(0(\.\d*)?|1(\.0*)?)$/.test(q) ? Number(q) : 1
}

/** The index of the most specific range that includes the type; -1 if none does. */
function indexOf(ranges: readonly MediaRange[], { ranges: names, parameter }: Offer<string>): number {
  const found = names.map((name) =>
    ranges.findIndex(
      ({ type, parameters }) =>
        type === name &&
        /^utf-?8$/.test(parameters.get('charset') ?? 'utf-8') &&
        (parameter === undefined || parameters.get(parameter[0]) === parameter[1]),
    ),
  )
  return found.find((index) => index >= 0) ?? -1
}

/** Whether an `Accept` header names the media type itself. Wildcards do not count. */
export function accepts(accept: string | null | undefined, type: string): boolean {
  return preferredType(accept, [{ type, ranges: [type] }]) !== undefined
}
