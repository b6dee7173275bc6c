import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { ContentText } from '../../model/records/canonical-record.ts'
import type { RecordKind } from '../../model/records/definitions.ts'
import { SPACES, spaceOf, type Space } from '../log/entries.ts'
import type { Connection, Statement } from './connection.ts'
import { Visits } from './tarjan-stack.ts'

/** A record of a dossier, waiting to be looked at together with the others. */
export interface StagedRecord {
  /** Counts up in the order of staging. */
  readonly id: number
  readonly record: RecordKind
  readonly key: string
  /** Without `retract`; null where the record is not valid. */
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

/** Something to come back to once every record is staged, found again by its topic and two names. */
export interface Note {
  readonly first: string
  readonly second: string
  readonly data: unknown
}

/**
 * What is to be appended, on disk, so that a file of any size is looked at as a whole in little memory. The records of a space come out in
 * the order in which they came in, the spaces in the order of their foreign keys. It is nobody else's: it has no promises to keep, and its
 * file goes with it. The caller closes it.
 */
export class Staging {
  /** Of a walk over what is staged. */
  readonly visits: Visits
  readonly #connection: Connection
  readonly #file: string
  readonly #insertRecord: Statement
  readonly #selectRecord: Statement
  readonly #selectRecordOf: Statement
  readonly #selectPage: Statement
  readonly #insertNote: Statement
  readonly #selectNotes: Statement
  readonly #selectNote: Statement
  readonly #selectId: Statement
  readonly #selectKind: Statement
  readonly #insertBytes: Statement
  readonly #selectBytes: Statement
  readonly #marks = new Marks()

  /** Beside the store that it is for, where there is room and the right to write; without one, where the system keeps temporary files. */
  constructor(store?: string) {
    this.#file = store === undefined ? '' : `${store}.staging-${process.pid}-${randomUUID().slice(0, 8)}`
    this.#connection = new Database(this.#file)
    this.#connection.pragma('synchronous = OFF')
    this.#connection.pragma('cache_size = -16384')
    this.#connection.pragma('locking_mode = EXCLUSIVE')
    this.#connection.exec(TABLES)
    this.visits = new Visits(this.#connection)
    this.#removeFile()
    this.#connection.exec('begin')
    const prepare = (sql: string): Statement => this.#connection.prepare(sql)
    this.#insertRecord = prepare(
      `insert into records (space, record, key, content, retract, file, position, byte)
       values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
    )
    this.#selectRecord = prepare(`select ${COLUMNS} from records where space = ? and key = ?`)
    this.#selectRecordOf = prepare(`select ${COLUMNS} from records where id = ?`)
    this.#selectPage = prepare(`select ${COLUMNS} from records where space = ? and id > ? order by id limit ?`)
    this.#insertNote = prepare('insert into notes (topic, first, second, data) values (?, ?, ?, ?)')
    this.#selectNotes = prepare(
      `select id, first, second, data from notes where topic = @topic and (first, second, id) > (@first, @second, @id)
       order by first, second, id limit ${PAGE}`,
    )
    this.#selectNote = prepare('select second from notes where topic = ? and first = ?')
    this.#insertBytes = prepare('insert into kept_bytes (file, start, bytes) values (?, ?, ?)')
    this.#selectBytes = prepare(
      'select start, bytes from kept_bytes where file = ? and start <= ? order by start desc limit 1',
    )
    this.#selectKind = prepare('select record from records where space = ? and key = ?').pluck()
    this.#selectId = prepare('select id from records where space = ? and key = ?').pluck()
  }

  /** Returns the record that has the key already and stays, where there is one. */
  add(record: Omit<StagedRecord, 'id'>): StagedRecord | undefined {
    const { record: kind, key, content, retract, file, index, offset } = record
    const space = spaceOf(kind)
    const { changes } = this.#insertRecord.run(rankOf(space), kind, key, content, retract, file, index, offset)
    return changes === 1 ? undefined : this.find(space, key)
  }

  find(space: Space, key: string): StagedRecord | undefined {
    return this.#selectRecord.get(rankOf(space), key) as StagedRecord | undefined
  }

  kindOf(space: Space, key: string): RecordKind | undefined {
    return this.#selectKind.get(rankOf(space), key) as RecordKind | undefined // plucked
  }

  /** Throws where there is none of that id. */
  recordOf(id: number): StagedRecord {
    const record = this.#selectRecordOf.get(id)
    if (record === undefined) throw new Error(`nothing is staged as ${id}`)
    return record as StagedRecord // its columns are these
  }

  /** The records of a space, or of all, in their order. Others may be staged, marked and looked up meanwhile. */
  *records(spaces: readonly Space[] = SPACES, after = 0): IterableIterator<StagedRecord> {
    for (const { records } of this.pages(spaces, after)) yield* records
  }

  /** The same some hundred at a time, each time of one space. */
  *pages(spaces: readonly Space[] = SPACES, after = 0): IterableIterator<StagedPage> {
    for (const space of spaces) {
      let last = after
      for (;;) {
        const page = this.#selectPage.all(rankOf(space), last, PAGE) as StagedRecord[]
        if (page.length > 0) yield { space, records: page }
        const end = page.at(-1)
        if (end === undefined || page.length < PAGE) break
        last = end.id
      }
    }
  }

  /** Puts a number below 256 to a record; it has 0 until then. */
  mark(id: number, mark: number): void {
    this.#marks.set(id, mark)
  }

  markOf(id: number): number {
    return this.#marks.of(id)
  }

  /** The id of the record that has the key. */
  idOf(space: Space, key: string): number | undefined {
    return this.#selectId.get(rankOf(space), key) as number | undefined // plucked
  }

  note(topic: string, first: string, second = '', data: unknown = null): void {
    this.#insertNote.run(topic, first, second, data === null ? null : JSON.stringify(data))
  }

  /** The notes on a topic, by their names. Others may be made and looked up meanwhile. */
  *notes(topic: string): IterableIterator<Note> {
    let last = { first: '', second: '', id: 0 }
    for (;;) {
      const page = this.#selectNotes.all({ topic, ...last }) as {
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

  /** The second names that a topic has noted under a first. */
  notedUnder(topic: string, first: string): string[] {
    return (this.#selectNote.all(topic, first) as { second: string }[]).map(({ second }) => second)
  }

  /** Keeps a piece of a file that cannot be read again. The pieces of a file come one after the other. */
  keepBytes(file: string, start: number, bytes: Buffer): void {
    this.#insertBytes.run(file, start, bytes)
  }

  /** What was kept of a file from an offset on. */
  *bytesFrom(file: string, offset: number): IterableIterator<Buffer> {
    for (let at = offset; ;) {
      const piece = this.#selectBytes.get(file, at) as { start: number; bytes: Buffer } | undefined
      if (piece === undefined || at >= piece.start + piece.bytes.length) return
      yield piece.bytes.subarray(at - piece.start)
      at = piece.start + piece.bytes.length
    }
  }

  close(): void {
    this.#connection.close()
    this.#removeFile()
  }

  /** An open file may lose its name where the system allows it, so that not even a crash leaves it behind. */
  #removeFile(): void {
    if (this.#file === '') return
    try {
      for (const name of [this.#file, `${this.#file}-journal`]) rmSync(name, { force: true })
    } catch {
      // Where it may not, `close` removes it.
    }
  }
}

/** One byte a record: in a table, every mark would write its record anew. */
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
    file text not null, position integer not null, byte integer,
    unique (space, key)
  );
  create index records_in_order on records (space, id);
  create table notes (id integer primary key, topic text not null, first text not null, second text not null, data text);
  create index notes_by_name on notes (topic, first, second);
  create table kept_bytes (file text not null, start integer not null, bytes blob not null, primary key (file, start));
`

const COLUMNS = 'id, record, key, content, retract, file, position as "index", byte as "offset"'

function rankOf(space: Space): number {
  return SPACES.indexOf(space)
}
