import type { Reader } from '../sqlite/prepared.ts'

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

/** A batch read, as a text for each way to be asked. */
export interface BatchText {
  /** All of one position and whole, as `@asked` a list of ids and as `@position` the seq: reading pairs out of JSON takes as long as the rest. */
  readonly alike: string
  /** Any, as `@asked` a list of {@link Asked}. */
  readonly any: string
}

/** The text of a batch read: columns, and what follows them from `from asked` on. The table `asked` has parent, id, as_of and part. */
export function asking(columns: string, from: string): BatchText {
  const text = (asked: string) => `with asked (parent, id, as_of, part) as materialized
    (select ${asked} from json_each(@asked))
    select asked.parent, asked.as_of as asOf, ${columns} ${from}`
  return { alike: text('key, value, @position, null'), any: text('key, value ->> 0, value ->> 1, value ->> 2') }
}

/** Runs a text made by {@link asking}. Rows come in its order, those of different parents mixed or not. */
export function readShares<Row extends Share>(
  reader: Reader,
  text: BatchText,
  asked: readonly Asked[],
  parameters?: Readonly<Record<string, unknown>>,
): Row[] {
  const [first] = asked
  if (first === undefined) return []
  const [, position] = first
  if (asked.every(([, asOf, part]) => asOf === position && part == null)) {
    const ids = asked.map(([id]) => id)
    return reader.all<Row>(text.alike, { ...parameters, position, asked: JSON.stringify(ids) })
  }
  return reader.all<Row>(text.any, { ...parameters, asked: JSON.stringify(asked) })
}

/** A list of values as a parameter for `json_each`; null, which restricts nothing, for an empty list or none. */
export function listParameter(values: readonly (string | number)[] | null | undefined): string | null {
  return values == null || values.length === 0 ? null : JSON.stringify(values)
}
