import type { Path } from '../../model/records/references.ts'

/** A place in a file, both from 1; columns count UTF-16 code units, as editors do. */
export interface Position {
  readonly line: number
  readonly column: number
}

/**
 * Where what a path names stands in a file; where it stands nowhere, what would hold it. `at` says which end of a field is meant: its value
 * unless told otherwise.
 */
export type Locate = (path: Path, at?: 'name' | 'value') => Position

/** Finds line and column of offsets into one text. */
export class Lines {
  readonly #starts: number[] = [0]

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1)
  }

  at(offset: number): Position {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 }
  }
}
