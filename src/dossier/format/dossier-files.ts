import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import type { Path } from '../../model/records/references.ts'
import type { Staging } from '../../store/sqlite/staging.ts'
import { type RecordAddress, SECTIONS } from './sections.ts'
import { type Locate, readYaml } from './yaml.ts'

/** A file of YAML or JSON is held in memory as a whole, so its size is limited. */
export const WHOLE_FILE_BYTES = 16 * 1024 * 1024

const LINE_FEED = 0x0a
const CHUNK = 65_536

/** Line and column are null if the file has changed since it was read. */
export interface FoundLocation {
  readonly line: number | null
  readonly column: number | null
  /** How the value is written, if it was not read as text. */
  readonly written?: string
}

/**
 * Finds lines and columns after a file was read. Reading a valid record keeps its address only: its index in the section, or the byte at
 * which its line begins. When a problem with it is printed, its file (or its line of NDJSON) is read and parsed again. Input that can be
 * read only once, such as standard input, is copied into the staging file. If a file has changed since it was read, no location in it is
 * given, except the line number of NDJSON.
 */
export class DossierFiles {
  readonly #staging: Staging
  /** The state of each file when it was read; null if its bytes are kept. */
  readonly #states = new Map<string, string | null>()
  /** The document or line parsed last, and no other: a parsed document takes some seventy times the memory of its text. */
  #parsed: { readonly file: string; readonly offset: number | null; readonly locate: Locate } | undefined

  constructor(staging: Staging) {
    this.#staging = staging
  }

  /** Call it before a file is read. Without stats, or if it is not a regular file, its bytes have to be kept. */
  open(file: string, stats: Stats | undefined): void {
    this.forget()
    this.#states.set(file, stats?.isFile() === true ? stateOf(stats) : null)
  }

  /** Keeps bytes of a file that cannot be read again. */
  keep(file: string, offset: number, bytes: Buffer): void {
    if (this.#states.get(file) === null) this.#staging.keepBytes(file, offset, bytes)
  }

  /** Keeps a document that was just parsed, so that it need not be parsed again. */
  remember(file: string, locate: Locate): void {
    this.#parsed = { file, offset: null, locate }
  }

  /** Frees the memory of the parsed document. */
  forget(): void {
    this.#parsed = undefined
  }

  /** Look up one file after the other, from its first record to the last, so that each text is read again once. */
  locate({ file, section, index, offset }: RecordAddress, path: Path, end?: 'name'): FoundLocation {
    const inRecord = offset === null ? [section, index] : [SECTIONS[section]]
    const location = this.#locator(file, offset)?.([...inRecord, ...path], end)
    return { line: null, column: null, ...location, ...(offset !== null && { line: index }) }
  }

  /** For a document or, with an offset, the line that begins there; undefined if the file has changed. */
  #locator(file: string, offset: number | null): Locate | undefined {
    if (this.#parsed?.file === file && this.#parsed.offset === offset) return this.#parsed.locate
    this.forget()
    const text = offset === null ? this.#read(file, 0) : this.#read(file, offset, LINE_FEED)
    if (text === undefined) return undefined
    const { locate } = readYaml(text)
    this.#parsed = { file, offset, locate }
    return locate
  }

  /** Reads from an offset to a byte or to the end; undefined if the file has changed. */
  #read(file: string, offset: number, end?: number): string | undefined {
    const state = this.#states.get(file) ?? null
    const chunks = state === null ? this.#staging.bytesFrom(file, offset) : chunksFrom(file, state, offset)
    const read: Buffer[] = []
    for (const chunk of chunks) {
      const length = end === undefined ? -1 : chunk.indexOf(end)
      read.push(length < 0 ? chunk : chunk.subarray(0, length))
      if (length >= 0) break
    }
    return read.length === 0 ? undefined : withoutByteOrderMark(Buffer.concat(read), offset).toString()
  }
}

/** A byte order mark at the start of a file is not part of its text. */
export function withoutByteOrderMark(bytes: Buffer, offset: number): Buffer {
  return offset === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}

function stateOf({ ino, size, mtimeMs }: Stats): string {
  return `${ino} ${size} ${mtimeMs}`
}

/** Yields nothing if the file is no longer in that state. */
function* chunksFrom(file: string, state: string, offset: number): IterableIterator<Buffer> {
  let handle: number
  try {
    handle = openSync(file, 'r')
  } catch {
    return // it was removed, or may no longer be read
  }
  try {
    for (let byte = offset; stateOf(fstatSync(handle)) === state;) {
      const chunk = Buffer.allocUnsafe(CHUNK)
      const length = readSync(handle, chunk, 0, CHUNK, byte)
      if (length === 0) return
      yield chunk.subarray(0, length)
      byte += length
    }
  } finally {
    closeSync(handle)
  }
}
