/** A controlled list of values: one GraphQL enum, and one set of allowed words in a dossier. */
export interface Vocabulary<Value extends string> {
  /** The name of the GraphQL enum. */
  readonly name: string
  /** What the values classify, and the standard they follow. */
  readonly description: string
  /** UPPER_SNAKE, in display order. */
  readonly values: readonly Value[]
  /** One sentence per value. */
  readonly descriptions: Readonly<Record<Value, string>>
  /** Whether the string is a value, in UPPER_SNAKE. */
  has(this: void, value: string): value is Value
}

export type ValueOf<V extends Vocabulary<string>> = V['values'][number]

/** The values are the keys of `descriptions`, in their order. Adds to the description that the list may grow. */
export function vocabulary<const Values extends Readonly<Record<string, string>>>(
  name: string,
  description: string,
  descriptions: Values,
): Vocabulary<keyof Values & string> {
  // Object.keys returns string[]; the keys of a literal are exactly keyof Values.
  const values = Object.keys(descriptions) as (keyof Values & string)[]
  const known = new Set<string>(values)
  return {
    name,
    description: `${description} The list may grow: clients must tolerate unknown values.`,
    values,
    descriptions,
    has: (value): value is keyof Values & string => known.has(value),
  }
}

/** Converts to the spelling used in dossiers: `IN_RESPONSE_TO` → `in-response-to`. */
export function toKebab(value: string): string {
  return value.toLowerCase().replaceAll('_', '-')
}

/** Reverses `toKebab`. The result need not be a value of any vocabulary. */
export function fromKebab(value: string): string {
  return value.toUpperCase().replaceAll('-', '_')
}
