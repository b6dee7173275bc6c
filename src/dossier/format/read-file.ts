import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { readDocument, readLine } from './document.ts'
import { isSingular } from './sections.ts'
import type { DossierSink } from './handler.ts'

/** YAML and JSON are held in memory as a whole, so they are limited; of NDJSON only a line is. */
export const WHOLE_FILE_BYTES = 16 * 1024 * 1024
const LINE_BYTES = WHOLE_FILE_BYTES

const MEBIBYTE = 1024 * 1024
const LINE_FEED = 0x0a

/** The name that stands for standard input. */
const STANDARD_INPUT = '-'

/**
 * Reads one dossier and hands on its records in the order in which they stand: YAML or JSON at once, NDJSON a line at a time. Returns
 * whether all that it holds could be handed on, whatever is wrong with it.
 */
export async function readDossier(file: string, sink: DossierSink): Promise<boolean> {
  const refuse = (code: string, message: string, line: number | null = null): false => {
    sink.problem({ file, line, column: line === null ? null : 1, record: null, path: [], code, message })
    return false
  }
  try {
    if (file !== STANDARD_INPUT) {
      const stats = await stat(file)
      if (stats.isDirectory()) return refuse('FILE_IS_FOLDER', 'is a folder; name the files in it')
      if (stats.isFile() && !isNdjson(file) && stats.size > WHOLE_FILE_BYTES)
        return refuse('FILE_TOO_BIG', tooBig(stats.size))
    }
    const chunks = file === STANDARD_INPUT ? process.stdin : createReadStream(file, { highWaterMark: MEBIBYTE })
    return await readChunks(file, chunks as AsyncIterable<Buffer>, sink, refuse) // neither stream has an encoding set
  } catch (error) {
    const message = describeFailure(error)
    if (message === undefined) throw error
    return refuse('FILE_UNREADABLE', message)
  }
}

type Refuse = (code: string, message: string, line?: number | null) => false

async function readChunks(
  file: string,
  chunks: AsyncIterable<Buffer>,
  sink: DossierSink,
  refuse: Refuse,
): Promise<boolean> {
  let ndjson = isNdjson(file) ? true : isWhole(file) ? false : undefined
  let held: Buffer[] = []
  let size = 0
  let line = 0
  let readable = true
  const readLines = (bytes: Buffer): Buffer => {
    let start = 0
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
      if (!readLineBytes(bytes.subarray(start, end), ++line)) readable = false
      start = end + 1
    }
    return bytes.subarray(start)
  }
  const readLineBytes = (bytes: Buffer, number: number): boolean => {
    const text = decode(number === 1 ? withoutMark(bytes) : bytes)
    if (text === undefined) return refuse('NOT_UTF8', NOT_UTF8, number)
    return text.trim() === '' || readLine(file, text, number, sink)
  }
  for await (const chunk of chunks) {
    if (size === 0 && isUtf16(chunk)) return refuse('NOT_UTF8', 'is UTF-16; save it as UTF-8')
    held.push(chunk)
    size += chunk.length
    if (ndjson === undefined && chunk.includes(LINE_FEED)) ndjson = looksLikeNdjson(Buffer.concat(held))
    if (ndjson === true && chunk.includes(LINE_FEED)) {
      const rest = readLines(Buffer.concat(held))
      held = rest.length === 0 ? [] : [Buffer.from(rest)]
      size = Math.max(rest.length, 1)
    }
    if (size > (ndjson === true ? LINE_BYTES : WHOLE_FILE_BYTES)) {
      return ndjson === true
        ? refuse('LINE_TOO_LONG', `is longer than ${LINE_BYTES / MEBIBYTE} MiB; write one record a line`, line + 1)
        : refuse('FILE_TOO_BIG', tooBig())
    }
  }
  const rest = Buffer.concat(held)
  if (ndjson ?? looksLikeNdjson(rest)) {
    if (rest.length > 0 && !readLineBytes(rest, ++line)) readable = false
    return line === 0 ? refuse('FILE_EMPTY', EMPTY) : readable
  }
  const text = decode(withoutMark(rest))
  if (text === undefined) return refuse('NOT_UTF8', NOT_UTF8, lineOfBadByte(rest))
  if (text.trim() === '') return refuse('FILE_EMPTY', EMPTY)
  return readDocument(file, text, isJson(file) || (!isWhole(file) && /^\s*\{\s*"/.test(text)), sink)
}

const EMPTY = 'is empty; a dossier begins with "dossier: 1"'
const NOT_UTF8 = 'is not UTF-8; save it as UTF-8'

function tooBig(size?: number): string {
  const found =
    size === undefined ? `has more than ${WHOLE_FILE_BYTES / MEBIBYTE} MiB` : `has ${(size / MEBIBYTE).toFixed(1)} MiB`
  return `${found}; YAML and JSON may have ${WHOLE_FILE_BYTES / MEBIBYTE}: split it, or write it as NDJSON, which has no limit`
}

const isNdjson = (file: string) => ['.ndjson', '.jsonl'].includes(extname(file).toLowerCase())
const isJson = (file: string) => extname(file).toLowerCase() === '.json'
const isWhole = (file: string) => isJson(file) || ['.yaml', '.yml'].includes(extname(file).toLowerCase())

/** Whether a text whose name does not tell is NDJSON: its first line is one JSON object, and not a whole dossier. */
function looksLikeNdjson(start: Buffer): boolean {
  const bytes = withoutMark(start)
  const end = bytes.indexOf(LINE_FEED)
  const first = decode(end < 0 ? bytes : bytes.subarray(0, end))?.trim() ?? ''
  if (!first.startsWith('{') || !first.endsWith('}')) return false
  try {
    const members = Object.keys(JSON.parse(first) as object) // an object, as its braces say
    return members.length === 1 && members.every((name) => name === 'dossier' || isSingular(name))
  } catch {
    return false
  }
}

function isUtf16(chunk: Buffer): boolean {
  const [first, second] = chunk
  return (
    (first === 0xff && second === 0xfe) ||
    (first === 0xfe && second === 0xff) ||
    (chunk.length > 1 && (first === 0 || second === 0))
  )
}

function withoutMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Undefined where the bytes are not UTF-8. */
function decode(bytes: Buffer): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

function lineOfBadByte(bytes: Buffer): number {
  let line = 1
  let start = 0
  for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
    if (decode(bytes.subarray(start, end)) === undefined) return line
    start = end + 1
    line++
  }
  return line
}

/** Undefined where the failure is none of the file's. */
function describeFailure(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'ENOENT':
      return 'is not there; look at the name and the folder'
    case 'EACCES':
    case 'EPERM':
      return 'may not be read; look at its permissions'
    case 'EISDIR':
      return 'is a folder; name the files in it'
    case 'ENOTDIR':
      return 'is not there; a part of its path is a file'
    case 'ELOOP':
    case 'ENAMETOOLONG':
    case 'EIO':
    case 'ENXIO':
      return `cannot be read (${code}); look at the name and the disk`
    default:
      return undefined
  }
}
