import type { InterfaceRef, ObjectRef } from '@pothos/core'
import type { BatchRow } from '../../store/queries/batch.ts'
import { type Page, PAGE_SIZE, PAGE_SIZE_MAX, type PageRequest } from '../../store/queries/keyset.ts'
import type { List } from '../../store/queries/pages.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import { asBatch, asBatchBelow, load } from './batch-loader.ts'
import { builder, type Types } from './builder.ts'
import { costs } from '../cost/query-cost.ts'
import { recordKey } from './relation.ts'

/** A page of a list, as a connection returns it. */
export interface Connection<Row> extends Page<Row> {
  /** The length of the whole list. Runs only if the count is requested. */
  readonly count: () => number | Promise<number>
}

interface Edge<Row, PageRow extends Connection<Row>> {
  readonly node: Row
  /** The index of the row on the page. */
  readonly index: number
  readonly page: PageRow
}

/** The connection type of a list of `plural`, following the Relay specification. */
export function connectionType<Row extends object>(
  node: ObjectRef<Types, Row> | InterfaceRef<Types, Row>,
  name: string,
  plural: string,
) {
  return connectionTypes<Row, Connection<Row>>(node, name, plural).connection
}

/** The connection type and the type of its edges, for lists whose pages or edges have fields of their own. */
export function connectionTypes<Row extends object, PageRow extends Connection<Row>>(
  node: ObjectRef<Types, Row> | InterfaceRef<Types, Row>,
  name: string,
  plural: string,
) {
  const edge = builder.objectRef<Edge<Row, PageRow>>(`${name}Edge`).implement({
    description: `An item of a page of ${plural}, with its cursor.`,
    fields: (t) => ({
      cursor: t.string({
        description:
          'The place of the item in this list and order. Opaque. Pass it to the same field as `after` or `before`.',
        resolve: ({ page, index }) => {
          const cursor = page.cursorAt(index)
          if (cursor === null) throw new Error(`the page has no row ${index}`)
          return cursor
        },
      }),
      // The node is a row of the type that the connection is made for, which a generic field type cannot express.
      node: t.field({ type: node, description: 'The item.', resolve: (parent) => parent.node as never }),
    }),
  })
  const connection = builder.objectRef<PageRow>(`${name}Connection`).implement({
    description: `A page of ${plural}.`,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        extensions: IN_PAGE,
        description:
          'The items of the page with their cursors. The order is the same whether `first` or `last` is used.',
        resolve: (page) => page.rows.map((row, index) => ({ node: row, index, page })),
      }),
      nodes: t.field({
        type: [node],
        extensions: IN_PAGE,
        description: 'The items of the page without cursors, in the order of `edges`.',
        resolve: ({ rows }) => rows as never, // as for the node of an edge
      }),
      pageInfo: t.field({ type: PageInfo, description: 'Where the page is in the list.', resolve: (page) => page }),
      totalCount: t.int({
        nullable: true,
        extensions: costs({ field: 0, scans: 1 }),
        description: 'The number of items in the whole list. Counted only if requested.',
        resolve: ({ count }) => count(),
      }),
    }),
  })
  return { connection, edge }
}

const PageInfo = builder.objectRef<Page<unknown>>('PageInfo').implement({
  description: 'Where a page is in its list, following the Relay specification.',
  fields: (t) => ({
    hasNextPage: t.boolean({ description: 'Whether items follow this page.', resolve: (page) => page.hasNextPage() }),
    hasPreviousPage: t.boolean({
      description: 'Whether items precede this page.',
      resolve: (page) => page.hasPreviousPage(),
    }),
    startCursor: t.string({
      nullable: true,
      description: 'The cursor of the first item, to pass as `before`. Null if the page is empty.',
      resolve: ({ cursorAt }) => cursorAt(0),
    }),
    endCursor: t.string({
      nullable: true,
      description: 'The cursor of the last item, to pass as `after`. Null if the page is empty.',
      resolve: ({ cursorAt }) => cursorAt(-1),
    }),
  }),
})

/** The cost of the items is part of the cost of the field that returns the page. */
const IN_PAGE = costs({ field: 0, items: 1 })

const CURSOR = 'A cursor is valid in any list of its kind and order, under any filter; otherwise BAD_CURSOR.'

/** The paging arguments of a connection. */
export const paging = builder.args((t) => ({
  first: t.int({
    description: `The number of items from the start, 0 to ${PAGE_SIZE_MAX}. Default ${PAGE_SIZE}. Refused with BAD_PAGING together with \`last\` or \`before\`.`,
  }),
  after: t.string({ description: `Start after this cursor. ${CURSOR}` }),
  last: t.int({
    description: `The number of items from the end, 0 to ${PAGE_SIZE_MAX}. Refused with BAD_PAGING together with \`first\` or \`after\`.`,
  }),
  before: t.string({ description: `End before this cursor. ${CURSOR}` }),
}))

/** The \`first\` argument of a list without cursors, which is cut after so many items. */
export function firstArgument(defaultValue: number) {
  return builder.args((t) => ({
    first: t.int({
      required: true,
      defaultValue,
      description: `The number of items, 0 to ${PAGE_SIZE_MAX}. Other values are refused with BAD_PAGING.`,
    }),
  }))
}

/** The connection of a list that belongs to no other record. */
export function rootConnection<Row extends object>(
  page: Page<Row>,
  count: Connection<Row>['count'],
  { pinned = false } = {},
): Connection<Row> {
  asBatch(page.rows, { pinned })
  return { ...page, count }
}

interface ConnectionBelow {
  readonly reader: Reader
  readonly request: PageRequest
  /** The named parameters of the list's condition. */
  readonly parameters?: Readonly<Record<string, unknown>>
}

/** The connection of a list that belongs to a record, read for the whole batch of the record at once. */
export function connectionBelow<Parent extends { readonly id: number; readonly asOf: number }, Row extends BatchRow>(
  parent: Parent,
  list: List<Row>,
  { reader, request: { first, after, last, before }, parameters = {} }: ConnectionBelow,
): Connection<Row> {
  const request = { first, after, last, before }
  const name = `${list.name} ${JSON.stringify(parameters)}`
  const page = load(parent, `${name} ${JSON.stringify(request)}`, (parents: readonly Parent[]) => {
    const pages = list.pages(reader, { keys: parents.map(recordKey), request, parameters })
    asBatchBelow(
      parent,
      pages.flatMap(({ rows }) => rows),
    )
    return pages
  })
  const count = () =>
    load(parent, `count of ${name}`, (parents: readonly Parent[]) =>
      list.counts(reader, { keys: parents.map(recordKey), parameters }),
    )
  return { ...page, count }
}
