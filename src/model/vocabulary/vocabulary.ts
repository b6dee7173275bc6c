/** A controlled list of values: one GraphQL enum, and one set of allowed words in a dossier. */
export interface Vocabulary<Value extends string> {
  /** The GraphQL enum's name. */
  readonly name: string
  /** What it is a list of, and which standard it follows. */
  readonly description: string
  /** UPPER_SNAKE, in the order they are presented to people. */
  readonly values: readonly Value[]
  /** One sentence a value, telling it apart from its neighbours. */
  readonly descriptions: Readonly<Record<Value, string>>
  /** Whether the string is a value, in UPPER_SNAKE. */
  has(this: void, value: string): value is Value
}

export type ValueOf<V extends Vocabulary<string>> = V['values'][number]

/**
 * Takes the values from the keys of `descriptions`, in their order, and adds to the description
 * that the list may grow.
 */
export function vocabulary<const Values extends Readonly<Record<string, string>>>(
  name: string,
  description: string,
  descriptions: Values,
): Vocabulary<keyof Values & string> {
  // Object.keys is typed as string[]; a literal's own keys are exactly keyof Values.
  const values = Object.keys(descriptions) as (keyof Values & string)[]
  const known = new Set<string>(values)
  return {
    name,
    description: `${description} The list may grow: clients must tolerate values they do not know.`,
    values,
    descriptions,
    has: (value): value is keyof Values & string => known.has(value),
  }
}

/** The spelling of dossiers: `IN_RESPONSE_TO` → `in-response-to`. */
export function toKebab(value: string): string {
  return value.toLowerCase().replaceAll('_', '-')
}

/** Undoes `toKebab`; says nothing about whether the result is a value of any vocabulary. */
export function fromKebab(value: string): string {
  return value.toUpperCase().replaceAll('-', '_')
}
