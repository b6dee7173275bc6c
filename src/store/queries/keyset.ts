import { crc32 } from 'node:zlib'
import { DemarcheError } from '../../model/errors.ts'
import { PROJECTED_WITH } from '../projections/project.ts'

/*
 * Keyset paging in both directions over a total order. A cursor is the key of a row in that order, so a page does not shift when rows are
 * added before it, and costs the same wherever it starts. A cursor names its list and has a checksum: a cursor of another list, or one that
 * was cut or mistyped, is refused instead of leading to another row. So is one of a service that projects the log in another way, whose sort
 * keys may differ. It is neither secret nor proof of anything.
 */

/** The rows of a page when neither `first` nor `last` is given. */
export const PAGE_SIZE = 20

/** The greatest value of `first` and `last`. */
export const PAGE_SIZE_MAX = 100

/** The paging arguments of a connection, as a client gave them. */
export interface PageRequest {
  readonly first?: number | null | undefined
  readonly after?: string | null | undefined
  readonly last?: number | null | undefined
  readonly before?: string | null | undefined
}

export interface Page<Row> {
  /** In list order, also for `last`. */
  readonly rows: readonly Row[]
  /** The cursor of a row; negative indexes count from the end. Null where there is no such row. */
  readonly cursorAt: (index: number) => string | null
  readonly hasNextPage: () => boolean
  readonly hasPreviousPage: () => boolean
}

/** A {@link PageRequest} that was checked: `size` rows before or after `cursor`, or from that end of the list. */
interface Paging {
  readonly size: number
  readonly backward: boolean
  readonly cursor: string | null
}

/** The values of a row's key, in the order of its columns. */
export type Key = readonly (string | number)[]

/** The types of a key's values; numbers are whole. */
export type Shape = readonly ('TEXT' | 'NUMBER')[]

/** A range of a list: at most `limit` rows, forward in its order or backward from its end. */
export interface KeysetRange {
  /** Where to start; null for the end of the list. */
  readonly from: Key | null
  /** Whether to include a row at `from` itself. */
  readonly inclusive: boolean
  /** Rows then come in reverse order. */
  readonly backward: boolean
  readonly limit: number
}

/** A list in a total order, of which every parent has its own. */
export interface KeysetLists<Row> {
  /** Identifies the list and its order in cursors. */
  readonly name: string
  readonly shape: Shape
  keyOf(row: Row): Key
  /** The rows of the range, by parent. */
  read(range: KeysetRange): readonly (readonly Row[])[]
}

/**
 * Reads the same page of every parent's list: one read and, if requested, a second one of one row per parent for the other side of the
 * cursor. Throws `BAD_PAGING` and `BAD_CURSOR`.
 */
export function keysetPages<Row>(list: KeysetLists<Row>, request: PageRequest): Page<Row>[] {
  const range = rangeOf(list, request)
  return pagesOf(list, range, list.read(range))
}

/** The rows of a page and one more. Throws `BAD_PAGING` and `BAD_CURSOR`. */
export function rangeOf(list: Pick<KeysetLists<unknown>, 'name' | 'shape'>, request: PageRequest): KeysetRange {
  const { size, backward, cursor } = checkPaging(request)
  const from = cursor === null ? null : decodeCursor(list, cursor)
  return { from, inclusive: false, backward, limit: size + 1 }
}

/** The pages of the lists, of which this was found in that range. */
export function pagesOf<Row>(
  list: KeysetLists<Row>,
  { from, backward, limit }: KeysetRange,
  found: readonly (readonly Row[])[],
): Page<Row>[] {
  const size = limit - 1
  let behind: readonly (readonly Row[])[] | undefined
  const isBehind = (parent: number): boolean => {
    if (from === null) return false
    behind ??= list.read({ from, inclusive: true, backward: !backward, limit: 1 })
    return (behind[parent]?.length ?? 0) > 0
  }
  return found.map((read, parent) => {
    const rows = read.slice(0, size)
    if (backward) rows.reverse()
    const isAhead = () => read.length > size
    return {
      rows,
      cursorAt: (index) => {
        const row = rows.at(index)
        return row === undefined ? null : encodeCursor(list.name, list.keyOf(row))
      },
      hasNextPage: backward ? () => isBehind(parent) : isAhead,
      hasPreviousPage: backward ? isAhead : () => isBehind(parent),
    }
  })
}

/**
 * Checks the arguments of a page. `after` goes with `first` and `before` with `last`; a cursor alone asks for {@link PAGE_SIZE} rows.
 * Throws `BAD_PAGING`.
 */
export function checkPaging({ first, after, last, before }: PageRequest): Paging {
  if (first != null && last != null) throw badPaging('`first` and `last` cannot be combined. Pass one.')
  if (after != null && before != null) throw badPaging('`after` and `before` cannot be combined. Pass one.')
  if (after != null && last != null) throw badPaging('`last` cannot be combined with `after`. Pass `before` with it.')
  if (before != null && first != null)
    throw badPaging('`first` cannot be combined with `before`. Pass `after` with it.')
  if (last != null || before != null) return { size: sizeOf('last', last), backward: true, cursor: before ?? null }
  return { size: sizeOf('first', first), backward: false, cursor: after ?? null }
}

function sizeOf(name: string, size: number | null | undefined): number {
  if (size == null) return PAGE_SIZE
  if (Number.isInteger(size) && size >= 0 && size <= PAGE_SIZE_MAX) return size
  throw badPaging(`\`${name}\` is ${size}. Pass a whole number from 0 to ${PAGE_SIZE_MAX}.`)
}

function badPaging(message: string): DemarcheError {
  return new DemarcheError('BAD_PAGING', message)
}

/** The opaque text of a row's key in the list of that name. */
export function encodeCursor(list: string, key: Key): string {
  const body = JSON.stringify([list, ...key])
  return Buffer.from(`${checksumOf(body)}${body}`).toString('base64url')
}

/** The key that {@link encodeCursor} encoded for the same list. Throws `BAD_CURSOR` for anything else. */
export function decodeCursor({ name, shape }: { readonly name: string; readonly shape: Shape }, cursor: string): Key {
  const text = Buffer.from(cursor.slice(0, CURSOR_MAX), 'base64url').toString()
  const body = text.slice(CHECKSUM_LENGTH)
  // Decoding skips characters that are not base64url, so the text has to encode to the same cursor again.
  const isWhole =
    Buffer.from(text).toString('base64url') === cursor && text.slice(0, CHECKSUM_LENGTH) === checksumOf(body)
  const [list, ...key] = isWhole ? readParts(body) : []
  if (list !== undefined && list !== name) {
    const message = 'The cursor belongs to another list or order. Pass a cursor of this list in this order.'
    throw new DemarcheError('BAD_CURSOR', message)
  }
  if (list !== undefined && isKey(key, shape)) return key
  const message = 'Not a cursor of this list. Pass one exactly as an edge returned it, or start from the first page.'
  throw new DemarcheError('BAD_CURSOR', message)
}

const CHECKSUM_LENGTH = 8

/** More characters than any cursor has. Longer texts are not decoded as a whole: a query may pass one to hundreds of fields. */
const CURSOR_MAX = 10_000

const PROJECTION = crc32(PROJECTED_WITH)

function checksumOf(body: string): string {
  return crc32(body, PROJECTION).toString(16).padStart(CHECKSUM_LENGTH, '0')
}

function readParts(body: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(body)
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}

function isKey(parts: readonly unknown[], shape: Shape): parts is Key {
  const fits = (part: unknown, index: number) =>
    shape[index] === 'TEXT' ? typeof part === 'string' : Number.isSafeInteger(part)
  return parts.length === shape.length && parts.every(fits)
}
