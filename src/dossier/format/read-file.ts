import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { type DossierHandler, readDocument, readLine } from './document.ts'
import type { ProblemList } from './problems.ts'
import { SECTIONS } from './sections.ts'
import { type DossierFiles, WHOLE_FILE_BYTES, withoutByteOrderMark } from './dossier-files.ts'
import type { ProblemCode } from '../../model/problem-codes.ts'

const MEBIBYTE = 1024 * 1024
const LINE_FEED = 0x0a
const STANDARD_INPUT = '-'

export interface DossierReader {
  readonly handler: DossierHandler
  readonly files: DossierFiles
  /** What `-` stands for instead of standard input. */
  readonly input?: Iterable<Buffer> | undefined
}

/** The files to read: those that are named, even if they do not exist, and the dossiers directly in the folders that are named, by name. */
export async function listDossiers(paths: readonly string[], problems: ProblemList): Promise<string[]> {
  const files: string[] = []
  for (const path of paths) {
    const refuse = (code: ProblemCode, message: string) =>
      problems.add({ file: path, line: null, column: null, record: null, path: [], code, message })
    try {
      const names = (await isFolder(path)) ? (await readdir(path)).filter(isDossier).toSorted() : undefined
      if (names?.length === 0) refuse('FOLDER_EMPTY', `contains no dossier (${EXTENSIONS.join(', ')})`)
      const found = names?.map((name) => join(path, name)) ?? [path]
      for (const file of found) {
        // A named pipe that is given by its own name is read: shells make one of `<(command)`.
        if (names !== undefined && (await isEndless(file))) refuse('FILE_UNREADABLE', `${NO_FILE} ${basename(file)}`)
        else files.push(file)
      }
    } catch (error) {
      const message = describeFailure(error)
      if (message === undefined) throw error
      refuse('FILE_UNREADABLE', message)
    }
  }
  return files
}

/** False for what cannot be looked at: reading it as a file reports what is wrong. */
function isFolder(path: string): Promise<boolean> {
  if (path === STANDARD_INPUT) return Promise.resolve(false)
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
}

/** Whether reading it might never end: a pipe, a socket or a device. */
function isEndless(file: string): Promise<boolean> {
  return stat(file).then(
    (stats) => !stats.isFile() && !stats.isDirectory(),
    () => false,
  )
}

const NO_FILE = 'contains a pipe, a socket or a device, which is not read; remove or rename'

function isDossier(name: string): boolean {
  return !name.startsWith('.') && EXTENSIONS.includes(extname(name).toLowerCase())
}

/**
 * Passes the records of a dossier to the handler, in the order in which they are written: YAML or JSON at once, NDJSON line by line.
 * Returns whether every record reached the handler, valid or not.
 */
export async function readDossier(file: string, reader: DossierReader): Promise<boolean> {
  const refuse: Refuse = (code, message, line = null) => {
    reader.handler.problem({ file, line, column: line === null ? null : 1, record: null, path: [], code, message })
    return false
  }
  try {
    const stats = file === STANDARD_INPUT ? undefined : await stat(file)
    if (stats?.isDirectory() === true) return refuse('FILE_IS_FOLDER', IS_FOLDER)
    if (stats?.isFile() === true && isWhole(file) && stats.size > WHOLE_FILE_BYTES)
      return refuse('FILE_TOO_BIG', tooBig(`is ${(stats.size / MEBIBYTE).toFixed(1)} MiB`))
    reader.files.open(file, stats)
    const chunks =
      stats === undefined ? (reader.input ?? process.stdin) : createReadStream(file, { highWaterMark: MEBIBYTE })
    return await readChunks(file, chunks as AsyncIterable<Buffer>, { ...reader, refuse }) // no stream has an encoding
  } catch (error) {
    const message = describeFailure(error)
    if (message === undefined) throw error
    return refuse('FILE_UNREADABLE', message)
  }
}

type Refuse = (code: ProblemCode, message: string, line?: number | null) => false

async function readChunks(
  file: string,
  chunks: AsyncIterable<Buffer>,
  { handler, files, refuse }: DossierReader & { readonly refuse: Refuse },
): Promise<boolean> {
  let ndjson = isNdjson(file) ? true : isWhole(file) ? false : undefined
  let held: Buffer[] = []
  let size = 0
  /** The byte at which the pieces held begin. */
  let offset = 0
  let line = 0
  let isComplete = true
  const readLineBytes = (bytes: Buffer): void => {
    line++
    const text = withoutByteOrderMark(bytes, offset).toString()
    if (!isUtf8(bytes)) isComplete = refuse('NOT_UTF8', NOT_UTF8, line)
    else if (text.trim() !== '' && !readLine({ file, number: line, offset }, text, handler)) isComplete = false
    offset += bytes.length + 1
  }
  let read = 0
  for await (const chunk of chunks) {
    if (read === 0) {
      const foreign = FOREIGN_FORMATS.find(([start]) => chunk.subarray(0, start.length).toString('latin1') === start)
      if (foreign !== undefined) return refuse('NOT_TEXT', foreign[1])
      if (isUtf16(chunk)) return refuse('NOT_UTF8', 'is UTF-16; save it as UTF-8')
    }
    files.keep(file, read, chunk)
    read += chunk.length
    held.push(chunk)
    size += chunk.length
    if (ndjson === undefined && chunk.includes(LINE_FEED)) ndjson = looksLikeNdjson(Buffer.concat(held))
    if (ndjson === true && chunk.includes(LINE_FEED)) {
      const lines = splitLines(Buffer.concat(held))
      // A copy: the start of the next line must not keep the whole chunk in memory.
      held = lines.splice(-1).map((start) => Buffer.from(start))
      size = held[0]?.length ?? 0
      for (const bytes of lines) readLineBytes(bytes)
    }
    if (size <= WHOLE_FILE_BYTES) continue
    const most = `${WHOLE_FILE_BYTES / MEBIBYTE} MiB`
    return ndjson === true
      ? refuse('LINE_TOO_LONG', `is longer than ${most}; write one record per line`, line + 1)
      : refuse('FILE_TOO_BIG', tooBig(`is larger than ${most}`))
  }
  const rest = Buffer.concat(held)
  if (ndjson ?? looksLikeNdjson(rest)) {
    if (rest.length > 0) readLineBytes(rest)
    return line === 0 ? refuse('FILE_EMPTY', EMPTY) : isComplete
  }
  if (!isUtf8(rest)) return refuse('NOT_UTF8', NOT_UTF8, splitLines(rest).findIndex((bytes) => !isUtf8(bytes)) + 1)
  const text = withoutByteOrderMark(rest, 0).toString()
  if (text.trim() === '') return refuse('FILE_EMPTY', EMPTY)
  const json = isJson(file) || (!isWhole(file) && /^\s*\{\s*"/.test(text))
  const document = readDocument(file, text, json, handler)
  files.remember(file, document.locate)
  return document.isComplete
}

const EMPTY = 'is empty; a dossier starts with "dossier: 1"'
const NOT_UTF8 = 'is not UTF-8, perhaps Latin-1 or Windows-1251; save it as UTF-8'
const IS_FOLDER = 'is a folder; name the files in it'

const UNPACK = 'unpack it first, or pipe its text to -'

/** Formats of other files, by the bytes with which they start. */
const FOREIGN_FORMATS: readonly (readonly [start: string, message: string])[] = [
  ['\x1f\x8b', 'is compressed by gzip; gunzip it first, or pipe its text to -'],
  ['\x28\xb5\x2f\xfd', `is compressed by Zstandard; ${UNPACK}`],
  ['\xfd7zXZ', `is compressed by xz; ${UNPACK}`],
  ['BZh', `is compressed by bzip2; ${UNPACK}`],
  ['7z\xbc\xaf', `is a 7z archive; ${UNPACK}`],
  [
    'PK\x03\x04',
    `is a zip archive, or a spreadsheet or document made of one; unzip it first, or write it as YAML, JSON or NDJSON`,
  ],
  ['PK\x05\x06', 'is an empty zip archive'],
  ['\xd0\xcf\x11\xe0', 'is an Office document; write it as YAML, JSON or NDJSON'],
  ['%PDF-', 'is a PDF; write its content as YAML, JSON or NDJSON'],
  ['SQLite format 3\0', 'is a store or another SQLite database; write its records with `demarche export`'],
  ['<', 'is HTML or XML; a dossier is YAML, JSON or NDJSON'],
  ['\xef\xbb\xbf<', 'is HTML or XML; a dossier is YAML, JSON or NDJSON'],
]

function tooBig(found: string): string {
  return `${found}; a file of YAML or JSON may be ${WHOLE_FILE_BYTES / MEBIBYTE} MiB: split it, or write it as NDJSON, which has no limit`
}

const EXTENSIONS = ['.yaml', '.yml', '.json', '.ndjson', '.jsonl']
const isNdjson = (file: string) => ['.ndjson', '.jsonl'].includes(extname(file).toLowerCase())
const isJson = (file: string) => extname(file).toLowerCase() === '.json'
const isWhole = (file: string) => EXTENSIONS.includes(extname(file).toLowerCase()) && !isNdjson(file)

/** Whether a text is NDJSON whose file name does not say so: its first line is a JSON object of one field, and not a whole dossier. */
function looksLikeNdjson(start: Buffer): boolean {
  const [bytes = start] = splitLines(withoutByteOrderMark(start, 0))
  const first = bytes.toString().trim()
  if (!first.startsWith('{') || !first.endsWith('}')) return false
  try {
    const names = Object.keys(JSON.parse(first) as object) // an object, as its braces say
    return names.length === 1 && names.every((name) => ['dossier', ...Object.values(SECTIONS)].includes(name))
  } catch {
    return false
  }
}

function isUtf16([first, second]: Buffer): boolean {
  const hasByteOrderMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  return hasByteOrderMark || (second !== undefined && (first === 0 || second === 0))
}

/** Cuts bytes at every line feed. The last piece may be the start of a line. */
function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  let start = 0
  for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
    lines.push(bytes.subarray(start, end))
    start = end + 1
  }
  return [...lines, bytes.subarray(start)]
}

/** Undefined if the failure has nothing to do with the file. */
function describeFailure(error: unknown): string | undefined {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return undefined
  const code = String(error.code)
  return FAILURES[code] ?? `cannot be read (${code}); check the name and the disk`
}

const FAILURES: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist; check the name and the folder',
  EACCES: 'cannot be read; check its permissions',
  EPERM: 'cannot be read; check its permissions',
  EISDIR: IS_FOLDER,
  ENOTDIR: 'does not exist; a part of its path is a file',
}
