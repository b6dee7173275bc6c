import Database from 'better-sqlite3'
import { encodeCursor } from '../src/store/queries/keyset.ts'
import { Random } from './synthetic/random.ts'

/** Reads from a synthetic store what the rows query for: cursors, words, rankings. */
export class Survey implements Disposable {
  readonly #store: Database.Database

  constructor(file: string) {
    this.#store = new Database(file, { readonly: true })
  }

  /** The first column of each row. */
  column<Value>(sql: string, ...parameters: unknown[]): Value[] {
    return this.#store
      .prepare(sql)
      .pluck()
      .all(...parameters) as Value[]
  }

  /**
   * Distinct cursors in random order from a part of the list of all developments, newest first. `from` and `to` are fractions of its length,
   * 0 to 1.
   */
  cursors({ from, to, seed }: { from: number; to: number; seed: number }): string[] {
    const count = this.column<number>('select count(*) from revisions')[0] ?? 0
    const rows = this.#store
      .prepare('select sort, development_id from revisions order by sort desc, development_id desc limit ? offset ?')
      .raw()
      .all(Math.min(Math.floor(count * (to - from)), CURSORS), Math.floor(count * from)) as [string, number][]
    const random = new Random(seed, 'cursors')
    const shuffled = rows.map((row) => ({ row, order: random.next() }))
    shuffled.sort((one, other) => one.order - other.order)
    return shuffled.map(({ row }) => encodeCursor('developments NEWEST_FIRST', row))
  }

  /**
   * The words of all developments with the number of developments that contain each, the most frequent first. Reads the whole index, which
   * also holds separators.
   */
  words(): RankedWord[] {
    this.#store.exec(`create virtual table if not exists temp.words using fts5vocab('main', 'development_text', 'row')`)
    const terms = this.#store
      .prepare('select term as word, doc as developments from temp.words order by doc desc, term')
      .all() as RankedWord[]
    return terms.filter(({ word }) => /[\p{L}\p{N}]/u.test(word))
  }

  [Symbol.dispose](): void {
    this.#store.close()
  }
}

export interface RankedWord {
  readonly word: string
  readonly developments: number
}

/** More than any row requests. */
const CURSORS = 200_000
