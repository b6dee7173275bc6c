import type { Reader } from './reader.ts'

/*
 * Relations are read for many parents at once, in one statement whatever their number. What is asked goes in as one JSON text of
 * (id, seq) pairs, for a page of changes mixes positions, through a materialized table expression named `asked`; every row comes back
 * with the index of the parent whose share it is.
 */

/** A parent: its id (or its revision's), the seq as of which to read, and, where only a part of it is meant, which. */
export type Asked = readonly [id: number, asOf: number, part?: number | null]

/** What every row of a batch carries. */
export interface Share {
  /** The index of its parent among those asked. */
  readonly parent: number
  /** The parent's position in the log, which is the row's. */
  readonly asOf: number
}

/** The text of a batch read: columns, and what follows them from `from asked` on. The table `asked` has parent, id, as_of and part. */
export function asking(columns: string, from: string): string {
  return `${EACH_AS_OF_ITS_OWN} select asked.parent, asked.as_of as asOf, ${columns} ${from}`
}

const ASKED = 'with asked (parent, id, as_of, part) as materialized'

const EACH_AS_OF_ITS_OWN = `${ASKED} (select key, value ->> 0, value ->> 1, value ->> 2 from json_each(@asked))`

/** Of whole parents that are read as of one seq, which is most often so: ids alone are read in a third of the time. */
const ALL_AS_OF_ONE = `${ASKED} (select key, value, @askedAsOf, null from json_each(@asked))`

/** Runs a text made by {@link asking}. Rows come in its order, those of different parents mixed or not. */
export function readShares<Row extends Share>(
  reader: Reader,
  text: string,
  asked: readonly Asked[],
  parameters?: Readonly<Record<string, unknown>>,
): Row[] {
  const [one] = asked
  if (one === undefined) return []
  const [, asOf] = one
  if (!asked.every((each) => each[1] === asOf && each[2] == null)) {
    return reader.all<Row>(text, { ...parameters, asked: JSON.stringify(asked) })
  }
  const ids = JSON.stringify(asked.map(([id]) => id))
  return reader.all<Row>(ALL_AS_OF_ONE + text.slice(EACH_AS_OF_ITS_OWN.length), {
    ...parameters,
    asked: ids,
    askedAsOf: asOf,
  })
}

/** A list of values as a parameter for `json_each`; null, which restricts nothing, for an empty list or none. */
export function listParameter(values: readonly (string | number)[] | null | undefined): string | null {
  return values == null || values.length === 0 ? null : JSON.stringify(values)
}
