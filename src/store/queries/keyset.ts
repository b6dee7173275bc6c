import { crc32 } from 'node:zlib'
import { UNKNOWN_START } from '../../model/dates/edtf.ts'
import { DemarcheError } from '../../model/errors.ts'
import type { Reader } from '../sqlite/prepared.ts'

/*
 * Paging by keyset, both ways, over a total order. A cursor is a position in that order (the row's key), so a page never shifts when
 * rows are added before it, and costs the same wherever it stands. A cursor holds the name of its list and a checksum: one of another
 * list, or one that was shortened or mistyped, is refused and never read as some other position. It is no secret and proves nothing.
 */

/** Rows of a page when neither `first` nor `last` says. */
export const PAGE_SIZE = 20

/** The most that `first` or `last` may ask for. */
export const PAGE_SIZE_MAX = 100

/** The paging arguments of a connection, as a client gave them. */
export interface PageRequest {
  readonly first?: number | null | undefined
  readonly after?: string | null | undefined
  readonly last?: number | null | undefined
  readonly before?: string | null | undefined
}

export interface Page<Row> {
  /** In the list's order, whichever way they were asked for. */
  readonly rows: readonly Row[]
  /** The cursor of a row, from the end where the index is negative; null where there is no such row. */
  readonly cursorAt: (at: number) => string | null
  readonly hasNextPage: () => boolean
  readonly hasPreviousPage: () => boolean
}

/** What a {@link PageRequest} asks for: `size` rows up to or from `cursor`, or from that end of the list. */
export interface Paging {
  readonly size: number
  readonly backward: boolean
  readonly cursor: string | null
}

/** The values of a row's key, in the order of its columns. */
export type Position = readonly (string | number)[]

/** What the values of a key are, in the order of its columns; numbers are whole. */
export type Shape = readonly ('TEXT' | 'NUMBER')[]

/** One reading of a list: at most `limit` rows, forward in its order or backward from its end. */
export interface Walk {
  /** Where to start; null for the end of the list. */
  readonly from: Position | null
  /** Whether a row at `from` itself is meant too. */
  readonly inclusive: boolean
  /** Backward, rows come in reverse. */
  readonly backward: boolean
  readonly limit: number
}

/** A list in a total order. */
export interface KeysetList<Row> {
  /** Binds cursors to this list and order. */
  readonly name: string
  readonly shape: Shape
  positionOf(row: Row): Position
  read(walk: Walk): Row[]
}

/**
 * Reads a page of a list: one read, and where somebody asks whether something lies on the other side of the cursor, a second of one row.
 * Throws `BAD_PAGING` and `BAD_CURSOR`.
 */
export function keysetPage<Row>(list: KeysetList<Row>, request: PageRequest): Page<Row> {
  const { size, backward, cursor } = checkPaging(request)
  const from = cursor === null ? null : decodeCursor(list, cursor)
  const rows = list.read({ from, inclusive: false, backward, limit: size + 1 })
  return pageOf(rows, {
    size,
    backward,
    isBehind: () => from !== null && list.read({ from, inclusive: true, backward: !backward, limit: 1 }).length > 0,
    cursorOf: (row) => encodeCursor(list.name, list.positionOf(row)),
  })
}

interface Reading<Row> extends Pick<Paging, 'size' | 'backward'> {
  /** Whether anything stands on the side from which the rows were read. Asked once at most. */
  readonly isBehind: () => boolean
  readonly cursorOf: (row: Row) => string
}

/** The page that rows make, of which one more than its size was read if there is one. */
export function pageOf<Row>(read: readonly Row[], { size, backward, isBehind, cursorOf }: Reading<Row>): Page<Row> {
  const rows = read.slice(0, size)
  if (backward) rows.reverse()
  const isAhead = () => read.length > size
  let behind: boolean | undefined
  const isBehindOnce = () => (behind ??= isBehind())
  return {
    rows,
    cursorAt: (at) => {
      const row = rows.at(at)
      return row === undefined ? null : cursorOf(row)
    },
    hasNextPage: backward ? isBehindOnce : isAhead,
    hasPreviousPage: backward ? isAhead : isBehindOnce,
  }
}

/**
 * Settles what a page request asks for. `after` goes with `first` and `before` with `last`; either cursor may stand alone, and then the
 * page has the usual size. Throws `BAD_PAGING`.
 */
export function checkPaging({ first, after, last, before }: PageRequest): Paging {
  if (first != null && last != null) throw badPaging('first and last stand together; give one of them')
  if (after != null && before != null) throw badPaging('after and before stand together; give one of them')
  if (after != null && last != null)
    throw badPaging('last stands with after; give last with before, or first with after')
  if (before != null && first != null)
    throw badPaging('first stands with before; give first with after, or last with before')
  if (last != null || before != null) return { size: sizeOf('last', last), backward: true, cursor: before ?? null }
  return { size: sizeOf('first', first), backward: false, cursor: after ?? null }
}

function sizeOf(name: string, size: number | null | undefined): number {
  if (size == null) return PAGE_SIZE
  if (Number.isInteger(size) && size >= 0 && size <= PAGE_SIZE_MAX) return size
  throw badPaging(`${name} is ${size}; give a whole number from 0 to ${PAGE_SIZE_MAX}`)
}

function badPaging(message: string): DemarcheError {
  return new DemarcheError('BAD_PAGING', message)
}

/** The opaque text of a position in the list of that name. */
export function encodeCursor(list: string, position: Position): string {
  const body = JSON.stringify([list, ...position])
  return Buffer.from(`${checksumOf(body)}${body}`).toString('base64url')
}

/** The position that {@link encodeCursor} made the text from, for the same list. Throws `BAD_CURSOR` for anything else. */
export function decodeCursor(
  { name, shape }: { readonly name: string; readonly shape: Shape },
  cursor: string,
): Position {
  const text = Buffer.from(cursor, 'base64url').toString()
  const body = text.slice(CHECKSUM_LENGTH)
  // Decoding skips what is no base64url: only what encodes back to the same text is taken.
  const whole =
    Buffer.from(text).toString('base64url') === cursor && text.slice(0, CHECKSUM_LENGTH) === checksumOf(body)
  const [list, ...position] = whole ? readParts(body) : []
  if (list !== undefined && list !== name) {
    throw new DemarcheError('BAD_CURSOR', 'the cursor is of another list or order; give one of this list in this order')
  }
  if (list !== undefined && isPosition(position, shape)) return position
  throw new DemarcheError(
    'BAD_CURSOR',
    'the cursor is none of ours or was cut; give one as an edge of this list holds it',
  )
}

const CHECKSUM_LENGTH = 8

function checksumOf(body: string): string {
  return crc32(body).toString(16).padStart(CHECKSUM_LENGTH, '0')
}

function readParts(body: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(body)
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}

function isPosition(parts: readonly unknown[], shape: Shape): parts is Position {
  const fits = (part: unknown, at: number) =>
    shape[at] === 'TEXT' ? typeof part === 'string' : Number.isSafeInteger(part)
  return parts.length === shape.length && parts.every(fits)
}

export interface KeysetSelect {
  readonly reader: Reader
  /** A SELECT up to the end of its WHERE, which has to be there. Its parameters are named and none is `@limit` or `@key0`, `@key1`, …. */
  readonly select: string
  readonly parameters?: Readonly<Record<string, unknown>>
  /** The columns of the order, together unique, not null, and best an index's. */
  readonly key: readonly [string, ...string[]]
  /** Greatest first. */
  readonly descending?: boolean
  /**
   * The first column of the key is a chronology (`sortKeyOf`): unknown starts hold its greatest values and come last all the same when
   * walked greatest first, as a second range.
   */
  readonly unknownLast?: boolean
}

/** Makes the `read` of a list from a SELECT. */
export function readBySelect<Row>(query: KeysetSelect): (walk: Walk) => Row[] {
  return (walk) => {
    const rows: Row[] = []
    for (const range of rangesOf(query, walk)) {
      const limit = walk.limit - rows.length
      if (limit > 0) rows.push(...readRange<Row>(query, { ...walk, ...range, limit }))
    }
    return rows
  }
}

/** A piece of the order, and whether the walk's `from` lies in it (else it is walked from its end). */
interface Range {
  readonly condition: string
  readonly from: Position | null
}

function rangesOf({ key, descending = false, unknownLast = false }: KeysetSelect, walk: Walk): Range[] {
  if (!descending || !unknownLast) return [{ condition: '', from: walk.from }]
  const known = { condition: `and ${key[0]} < '${UNKNOWN_START}'`, from: null }
  const unknown = { condition: `and ${key[0]} >= '${UNKNOWN_START}'`, from: null }
  const [near, far] = walk.backward ? [unknown, known] : [known, unknown]
  if (walk.from === null) return [near, far]
  const startsUnknown = String(walk.from[0]) >= UNKNOWN_START
  // A start in the far range leaves the near one behind.
  if (startsUnknown !== walk.backward) return [{ ...far, from: walk.from }]
  return [{ ...near, from: walk.from }, far]
}

function readRange<Row>(query: KeysetSelect, walk: Walk & Range): Row[] {
  const { reader, select, parameters = {}, key, descending = false } = query
  const down = descending !== walk.backward
  const compare = `${down ? '<' : '>'}${walk.inclusive ? '=' : ''}`
  const start =
    walk.from === null ? '' : `and (${key.join(', ')}) ${compare} (${key.map((_, at) => `@key${at}`).join(', ')})`
  const order = key.map((column) => `${column} ${down ? 'desc' : 'asc'}`).join(', ')
  const values = Object.fromEntries((walk.from ?? []).map((value, at) => [`key${at}`, value]))
  return reader.all<Row>(`${select} ${walk.condition} ${start} order by ${order} limit @limit`, {
    ...parameters,
    ...values,
    limit: walk.limit,
  })
}
