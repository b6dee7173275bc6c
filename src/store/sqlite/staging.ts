import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import Database from 'better-sqlite3'
import { StoreError } from '../../model/errors.ts'
import type { ContentText } from '../../model/records/canonical-record.ts'
import { SPACES, spaceOf, type Space, type RecordKind } from '../../model/records/definitions.ts'
import { prepareOnce, recognise, type Connection } from './connection.ts'
import { TarjanStack } from './tarjan-stack.ts'

/** A record of a dossier, on its way to the log. */
export interface StagedRecord {
  /** Increases in the order of staging. */
  readonly id: number
  readonly record: RecordKind
  readonly key: string
  /** Without `retract`; null if the record is not valid. */
  readonly content: ContentText | null
  /** Why it is retracted. */
  readonly retract: string | null
  readonly file: string
  /** Its index in the section of the file or, in NDJSON, its line. */
  readonly index: number
  /** The byte at which its line of NDJSON begins; null in YAML and JSON. */
  readonly offset: number | null
}

export interface StagedPage {
  readonly space: Space
  readonly records: readonly StagedRecord[]
}

/** Something to check once every record is staged. It is found by its topic and two names. */
export interface Note {
  readonly first: string
  readonly second: string
  readonly data: unknown
}

/**
 * Holds the records of an import in a temporary database, so that files of any size can be checked as a whole in little memory. Records are
 * read back space by space, in the order of their foreign keys, and within a space in the order of staging. No other process uses the
 * database, and it does not outlive this object. The caller must close it.
 */
export class Staging {
  readonly tarjanStack: TarjanStack
  readonly #connection: Connection
  readonly #file: string
  readonly #store: string | undefined
  readonly #sql: ReturnType<typeof prepareStatements>
  #marks = new Marks()

  /** The database is a file beside the store or, without a store, in the system's folder for temporary files. */
  constructor(store?: string) {
    this.#store = store
    this.#file = store === undefined ? '' : `${store}.staging-${process.pid}-${randomUUID().slice(0, 8)}`
    try {
      this.#connection = new Database(this.#file)
      this.#connection.pragma('synchronous = OFF')
      this.#connection.pragma('cache_size = -16384')
      this.#connection.pragma('locking_mode = EXCLUSIVE')
      this.#connection.exec(TABLES)
      this.tarjanStack = new TarjanStack(this.#connection)
      this.#removeFile()
      this.#connection.exec('begin')
      this.#sql = prepareStatements(this.#connection)
    } catch (error) {
      this.#removeFile()
      throw this.recognise(error)
    }
  }

  /** A {@link StoreError} for an error of this database that has a remedy, and any other error unchanged. */
  recognise(error: unknown): unknown {
    const file = this.#store ?? tmpdir()
    const recognised = recognise(error, file)
    const isFull = recognised instanceof StoreError && recognised.code === 'STORE_FULL' && recognised !== error
    if (!isFull) return recognised
    const message =
      'the temporary database of the import cannot be written: the disk is full or failing; free some space'
    return new StoreError('STORE_FULL', message, { file, cause: error })
  }

  /** Removes everything that was staged. */
  clear(): void {
    this.#connection.exec('delete from records; delete from notes; delete from kept_bytes')
    this.#marks = new Marks()
  }

  /** If a staged record already has the key, returns that record and leaves it as it is. */
  add(record: Omit<StagedRecord, 'id'>): StagedRecord | undefined {
    const { record: kind, key, content, retract, file, index, offset } = record
    const space = spaceOf(kind)
    const { changes } = this.#sql.insertRecord.run(rankOf(space), kind, key, content, retract, file, index, offset)
    return changes === 1 ? undefined : this.find(space, key)
  }

  find(space: Space, key: string): StagedRecord | undefined {
    return this.#sql.selectRecord.get(rankOf(space), key) as StagedRecord | undefined
  }

  kindOf(space: Space, key: string): RecordKind | undefined {
    return this.#sql.selectKind.get(rankOf(space), key) as RecordKind | undefined // plucked
  }

  /** Throws if no record has the id. */
  recordOf(id: number): StagedRecord {
    const record = this.#sql.selectById.get(id)
    if (record === undefined) throw new Error(`nothing is staged as ${id}`)
    return record as StagedRecord // its columns are these
  }

  /** The records of some spaces, or of all. Records may be staged, marked and looked up meanwhile. */
  *records(spaces: readonly Space[] = SPACES, after = 0): IterableIterator<StagedRecord> {
    for (const { records } of this.pages(spaces, after)) yield* records
  }

  /** The same in pages of a few hundred, each of one space. */
  *pages(spaces: readonly Space[] = SPACES, after = 0): IterableIterator<StagedPage> {
    for (const space of spaces) {
      let last = after
      for (;;) {
        const page = this.#sql.selectPage.all(rankOf(space), last, PAGE) as StagedRecord[]
        if (page.length > 0) yield { space, records: page }
        const end = page.at(-1)
        if (end === undefined || page.length < PAGE) break
        last = end.id
      }
    }
  }

  /** The keys of a space. The staging file must not be written meanwhile. */
  keys(space: Space): IterableIterator<string> {
    return this.#sql.selectKeys.iterate(rankOf(space)) as IterableIterator<string> // plucked
  }

  /** Marks a record with a number below 256. Its mark is 0 until then. */
  mark(id: number, mark: number): void {
    this.#marks.set(id, mark)
  }

  markOf(id: number): number {
    return this.#marks.of(id)
  }

  idOf(space: Space, key: string): number | undefined {
    return this.#sql.selectId.get(rankOf(space), key) as number | undefined // plucked
  }

  note(topic: string, first: string, second = '', data: unknown = null): void {
    this.#sql.insertNote.run(topic, first, second, data === null ? null : JSON.stringify(data))
  }

  /** The notes on a topic, ordered by their names. Notes may be added and looked up meanwhile. */
  *notes(topic: string): IterableIterator<Note> {
    let last = { first: '', second: '', id: 0 }
    for (;;) {
      const page = this.#sql.selectNotes.all({ topic, ...last }) as {
        id: number
        first: string
        second: string
        data: string | null
      }[]
      for (const { first, second, data } of page) yield { first, second, data: data === null ? null : JSON.parse(data) }
      const end = page.at(-1)
      if (end === undefined || page.length < PAGE) return
      last = { first: end.first, second: end.second, id: end.id }
    }
  }

  /** The second names of the notes on a topic that have the first name. */
  notedUnder(topic: string, first: string): string[] {
    return this.#sql.selectNamed.all(topic, first) as string[] // plucked
  }

  /** The least of these second names; undefined if there is no such note. */
  firstNoted(topic: string, first: string): string | undefined {
    return this.#sql.selectFirst.get(topic, first) as string | undefined // plucked
  }

  /** Keeps a piece of a file that cannot be read again. Pieces must be contiguous. */
  keepBytes(file: string, start: number, bytes: Buffer): void {
    this.#sql.insertBytes.run(file, start, bytes)
  }

  /** The bytes of a file that were kept, from an offset on. */
  *bytesFrom(file: string, offset: number): IterableIterator<Buffer> {
    for (let at = offset; ;) {
      const piece = this.#sql.selectBytes.get(file, at) as { start: number; bytes: Buffer } | undefined
      if (piece === undefined || at >= piece.start + piece.bytes.length) return
      yield piece.bytes.subarray(at - piece.start)
      at = piece.start + piece.bytes.length
    }
  }

  close(): void {
    this.#connection.close()
    this.#removeFile()
  }

  /** Where the system allows it, an open file loses its name, so that not even a crash leaves it behind. */
  #removeFile(): void {
    if (this.#file === '') return
    try {
      for (const name of [this.#file, `${this.#file}-journal`]) rmSync(name, { force: true })
    } catch {
      // Elsewhere, `close` removes it.
    }
  }
}

/** One byte per record. In the table, every mark would rewrite its record. */
class Marks {
  #marks = new Uint8Array(4096)

  set(id: number, mark: number): void {
    if (id >= this.#marks.length) {
      const grown = new Uint8Array(Math.max(id + 1, this.#marks.length * 2))
      grown.set(this.#marks)
      this.#marks = grown
    }
    this.#marks[id] = mark
  }

  of(id: number): number {
    return this.#marks[id] ?? 0
  }
}

const PAGE = 500

const TABLES = `
  create table records (
    id integer primary key, space integer not null, record text not null, key text not null, content text, retract text,
    file text not null, item integer not null, byte integer,
    unique (space, key)
  );
  create index records_in_order on records (space, id);
  create table notes (id integer primary key, topic text not null, first text not null, second text not null, data text);
  create index notes_by_name on notes (topic, first, second);
  create table kept_bytes (file text not null, start integer not null, bytes blob not null, primary key (file, start));
`

const COLUMNS = 'id, record, key, content, retract, file, item as "index", byte as "offset"'

function prepareStatements(connection: Connection) {
  const prepare = (sql: string) => prepareOnce(connection, sql)
  return {
    insertRecord: prepare(
      `insert into records (space, record, key, content, retract, file, item, byte)
       values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
    ),
    selectRecord: prepare(`select ${COLUMNS} from records where space = ? and key = ?`),
    selectKeys: prepare('select key from records where space = ? order by key').pluck(),
    selectById: prepare(`select ${COLUMNS} from records where id = ?`),
    selectKind: prepare('select record from records where space = ? and key = ?').pluck(),
    selectId: prepare('select id from records where space = ? and key = ?').pluck(),
    selectPage: prepare(`select ${COLUMNS} from records where space = ? and id > ? order by id limit ?`),
    insertNote: prepare('insert into notes (topic, first, second, data) values (?, ?, ?, ?)'),
    selectNotes: prepare(
      `select id, first, second, data from notes where topic = @topic and (first, second, id) > (@first, @second, @id)
       order by first, second, id limit ${PAGE}`,
    ),
    selectNamed: prepare('select second from notes where topic = ? and first = ?').pluck(),
    selectFirst: prepare('select second from notes where topic = ? and first = ? order by second limit 1').pluck(),
    insertBytes: prepare('insert into kept_bytes (file, start, bytes) values (?, ?, ?)'),
    selectBytes: prepare(
      'select start, bytes from kept_bytes where file = ? and start <= ? order by start desc limit 1',
    ),
  }
}

function rankOf(space: Space): number {
  return SPACES.indexOf(space)
}
