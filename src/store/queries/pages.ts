import { UNKNOWN_START } from '../../model/dates/edtf.ts'
import {
  checkPaging,
  decodeCursor,
  encodeCursor,
  pageOf,
  type Page,
  type PageRequest,
  type Position,
  type Shape,
} from './keyset.ts'
import { type Asked, asking, type BatchText, readShares, type Share } from './batch.ts'
import type { Reader } from '../sqlite/prepared.ts'

/** A list in a total order that hangs off each of many parents, its rows those of a table `x`. */
export interface SharedList {
  /** Binds cursors to this list. */
  readonly name: string
  readonly table: string
  /** Which rows are whose: a condition on `x` and `asked`, and on named parameters. */
  readonly condition: string
  /** The columns of the order, together unique, not null, and an index's after those of the condition. */
  readonly key: readonly [string, ...string[]]
  /** The primary key of the table. */
  readonly identity: readonly [string, ...string[]]
  /** What a row is: of `x`, and of what is joined to it. */
  readonly columns: string
  readonly joins?: string
  /** Greatest first; the first column of the key is then a chronology whose unknown starts come last all the same. */
  readonly newestFirst?: boolean
}

export interface SharesAsked {
  readonly asked: readonly Asked[]
  /** The named parameters of the list's condition. */
  readonly parameters?: Readonly<Record<string, unknown>>
}

/**
 * A page of the list for each parent, in one statement (a second where unknown starts come last, or where somebody asks what lies before
 * a cursor). A cursor means the same place in the lists of all. Throws `BAD_PAGING` and `BAD_CURSOR`.
 */
export function readSharedPages<Row extends Share>(
  reader: Reader,
  list: SharedList,
  { request, ...shares }: SharesAsked & { readonly request: PageRequest },
): Page<Row>[] {
  const { size, backward, cursor } = checkPaging(request)
  const from = cursor === null ? null : decodeCursor({ name: list.name, shape: shapeOf(list) }, cursor)
  const found = walk<Keyed<Row>>(reader, list, { ...shares, from, inclusive: false, backward, limit: size + 1 })
  let passed: Keyed<Row>[][] | undefined
  const isBehind = (parent: number): boolean => {
    if (from === null) return false
    passed ??= walk<Keyed<Row>>(reader, list, { ...shares, from, inclusive: true, backward: !backward, limit: 1 })
    return (passed[parent]?.length ?? 0) > 0
  }
  const cursorOf = (row: Keyed<Row>) => encodeCursor(list.name, positionOf(list, row))
  return found.map((rows, parent) => pageOf(rows, { size, backward, isBehind: () => isBehind(parent), cursorOf }))
}

/** How long the list of each parent is. */
export function countShared(reader: Reader, list: SharedList, { asked, parameters }: SharesAsked): number[] {
  const count = `(select count(*) from ${list.table} x where ${list.condition}) as count`
  const text = asking(count, 'from asked order by asked.parent')
  return readShares<Share & { readonly count: number }>(reader, text, asked, parameters).map((row) => row.count)
}

type Keyed<Row> = Row & Readonly<Record<`key${number}`, string | number>>

interface Walk extends SharesAsked {
  /** Where to start; null for the end of the list. */
  readonly from: Position | null
  /** Whether a row at `from` itself is meant too. */
  readonly inclusive: boolean
  readonly backward: boolean
  readonly limit: number
}

/** For each parent at most `limit` rows, in the direction of the walk. */
function walk<Row extends Share>(reader: Reader, list: SharedList, way: Walk): Row[][] {
  const { asked, parameters, limit } = way
  const shares: Row[][] = asked.map(() => [])
  for (const range of rangesOf(list, way)) {
    const short = [...asked.keys()].filter((parent) => (shares[parent]?.length ?? 0) < limit)
    const text = textOf(list, { ...way, ...range })
    const values = Object.fromEntries((range.from ?? []).map((value, at) => [`key${at}`, value]))
    const pairs = short.flatMap((parent) => asked.slice(parent, parent + 1))
    for (const row of readShares<Row>(reader, text, pairs, { ...parameters, ...values, limit })) {
      const share = shares[short[row.parent] ?? -1]
      if (share !== undefined && share.length < limit) share.push(row)
    }
  }
  return shares
}

/** A piece of the order, and where in it to start; null for its end. */
interface Range {
  readonly within: string
  readonly from: Position | null
}

function rangesOf({ newestFirst, key }: SharedList, { from, backward }: Walk): Range[] {
  if (newestFirst !== true) return [{ within: '', from }]
  const known = { within: `and x.${key[0]} < '${UNKNOWN_START}'`, from: null }
  const unknown = { within: `and x.${key[0]} >= '${UNKNOWN_START}'`, from: null }
  const [near, far] = backward ? [unknown, known] : [known, unknown]
  if (from === null) return [near, far]
  const startsUnknown = String(from[0]) >= UNKNOWN_START
  return startsUnknown === backward ? [{ ...near, from }, far] : [{ ...far, from }]
}

function textOf(list: SharedList, { within, from, backward, inclusive }: Walk & Range): BatchText {
  const key = list.key.map((column) => `x.${column}`)
  const identity = list.identity.map((column) => `x.${column}`).join(', ')
  const down = (list.newestFirst === true) !== backward
  const order = key.map((column) => `${column} ${down ? 'desc' : 'asc'}`).join(', ')
  const compare = `${down ? '<' : '>'}${inclusive ? '=' : ''}`
  const start =
    from === null ? '' : `and (${key.join(', ')}) ${compare} (${key.map((_, at) => `@key${at}`).join(', ')})`
  return asking(
    `${key.map((column, at) => `${column} as key${at}`).join(', ')}, ${list.columns}`,
    `from asked cross join ${list.table} x on (${identity}) in
       (select ${identity} from ${list.table} x where ${list.condition} ${within} ${start} order by ${order} limit @limit)
     ${list.joins ?? ''} order by asked.parent, ${order}`,
  )
}

/** Only a chronology is text. */
function shapeOf({ key }: SharedList): Shape {
  return key.map((column) => (column === 'sort' ? 'TEXT' : 'NUMBER'))
}

function positionOf({ key }: SharedList, row: Keyed<unknown>): Position {
  return key.map((_, at) => row[`key${at}`] ?? '')
}
