import type { InterfaceRef, ObjectRef } from '@pothos/core'
import type { Page, PageRequest } from '../../store/queries/keyset.ts'
import { PAGE_SIZE, PAGE_SIZE_MAX } from '../../store/queries/keyset.ts'
import type { BatchKey, BatchRow } from '../../store/queries/batch.ts'
import type { List } from '../../store/queries/pages.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import { builder } from './builder.ts'
import { gather, gatherBelow, share } from './batch-loader.ts'
import { WHOLE } from './query-cost.ts'

/** A page of a list as a connection shows it. */
export interface Connection<Row> extends Page<Row> {
  /** How long the whole list is; run only where somebody asks. */
  readonly count: () => number
}

export interface Edge<Row, On extends Connection<Row> = Connection<Row>> {
  readonly node: Row
  /** The index of its row on the page. */
  readonly at: number
  /** The page that it is on. */
  readonly page: On
}

/** What the builder is made for, as the types of references want it. */
export type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never

interface Naming {
  readonly name: string
  /** What is listed, in the plural. */
  readonly of: string
}

/** The connection type of a list, after the Relay specification, with the type of its edges. */
export function connectionType<Row extends object>(
  node: ObjectRef<Types, Row> | InterfaceRef<Types, Row>,
  naming: Naming,
) {
  return connectionOf(node, edgeType(node, naming), naming)
}

/** The type of edges, for those connections whose edges have fields of their own. */
export function edgeType<Row extends object, On extends Connection<Row> = Connection<Row>>(
  node: ObjectRef<Types, Row> | InterfaceRef<Types, Row>,
  { name, of }: Naming,
) {
  return builder.objectRef<Edge<Row, On>>(`${name}Edge`).implement({
    description: `One of ${of} on a page, with the cursor that stands for its place in the list.`,
    fields: (t) => ({
      cursor: t.string({
        description: 'The place in this list, in this order: opaque, good as `after` or `before` of the same field.',
        resolve: ({ page, at }) => {
          const cursor = page.cursorAt(at)
          if (cursor === null) throw new Error('an edge of no row of its page')
          return cursor
        },
      }),
      node: t.field({
        type: node,
        description: 'What stands at that place.',
        // A row of the type that the connection was made for, which the type of a field cannot say of a type parameter.
        resolve: (parent) => parent.node as never,
      }),
    }),
  })
}

/** The type of connections with such edges. */
export function connectionOf<Row extends object, On extends Connection<Row> = Connection<Row>>(
  node: ObjectRef<Types, Row> | InterfaceRef<Types, Row>,
  edge: ObjectRef<Types, Edge<Row, On>>,
  { name, of }: Naming,
) {
  return builder.objectRef<On>(`${name}Connection`).implement({
    description: `A page of ${of}.`,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        complexity: ON_A_PAGE,
        description:
          'What is on the page, each with its cursor, in the order of the list whichever way it was asked for.',
        resolve: (page) => page.rows.map((row, at) => ({ node: row, at, page })),
      }),
      nodes: t.field({
        type: [node],
        complexity: ON_A_PAGE,
        description: 'What is on the page, without cursors, in the same order as `edges`.',
        // As above.
        resolve: ({ rows }) => rows as never,
      }),
      pageInfo: t.field({ type: PageInfo, description: 'Where the page stands in the list.', resolve: (page) => page }),
      totalCount: t.int({
        nullable: true,
        complexity: 0,
        extensions: { [WHOLE]: 1 },
        description: 'How many there are in the whole list, on every page of it. Counted only where it is asked for.',
        resolve: ({ count }) => count(),
      }),
    }),
  })
}

const PageInfo = builder.objectRef<Page<unknown>>('PageInfo').implement({
  description: 'Where a page stands in its list, after the Relay specification.',
  fields: (t) => ({
    hasNextPage: t.boolean({
      description: 'Whether the list goes on behind this page.',
      resolve: (page) => page.hasNextPage(),
    }),
    hasPreviousPage: t.boolean({
      description: 'Whether anything stands before this page.',
      resolve: (page) => page.hasPreviousPage(),
    }),
    startCursor: t.string({
      nullable: true,
      description: 'The first edge’s cursor, good as `before`; null on an empty page.',
      resolve: ({ cursorAt }) => cursorAt(0),
    }),
    endCursor: t.string({
      nullable: true,
      description: 'The last edge’s cursor, good as `after`; null on an empty page.',
      resolve: ({ cursorAt }) => cursorAt(-1),
    }),
  }),
})

/** What stands on a page is weighed with the field that the page is of. */
const ON_A_PAGE = { field: 0, multiplier: 1 }

/** The weight of a connection: of as many as its page may hold. */
export function perPage({ first, last }: PageRequest) {
  const size = first ?? last ?? PAGE_SIZE
  return { field: 1, multiplier: Math.min(Math.max(size, 1), PAGE_SIZE_MAX) }
}

/** The paging arguments of a connection. */
export const paging = builder.args((t) => ({
  first: t.int({
    description: `How many from the front, 0 to ${PAGE_SIZE_MAX}; ${PAGE_SIZE} where neither this nor \`last\` is given. Not together with \`last\` or \`before\`: refused with BAD_PAGING.`,
  }),
  after: t.string({
    description:
      'Start behind this cursor, which is a place in the order of lists of one kind, whatever their filters: one of another kind or order is refused with BAD_CURSOR. Goes with `first` or alone.',
  }),
  last: t.int({
    description: `How many from the back, 0 to ${PAGE_SIZE_MAX}. Not together with \`first\` or \`after\`: refused with BAD_PAGING.`,
  }),
  before: t.string({
    description:
      'End before this cursor, which is a place in the order of lists of one kind, whatever their filters: one of another kind or order is refused with BAD_CURSOR. Goes with `last` or alone.',
  }),
}))

/** The connection of a list that hangs off nothing. */
export function rootConnection<Row extends object>(
  page: Page<Row>,
  count: () => number,
  { pinned = false } = {},
): Connection<Row> {
  gather(page.rows, { pinned })
  return { ...page, count }
}

interface SharedConnection<Parent> {
  readonly reader: Reader
  readonly to: (parent: Parent) => BatchKey
  readonly request: PageRequest
  /** The named parameters of the list's condition. */
  readonly parameters?: Readonly<Record<string, unknown>>
}

/** The connection of a list that hangs off the parent, read for its whole cohort at once. */
export function sharedConnection<Parent extends object, Row extends BatchRow>(
  parent: Parent,
  list: List<Row>,
  { reader, to, request, parameters = {} }: SharedConnection<Parent>,
): Connection<Row> {
  const { first, after, last, before } = request
  const wanted = `${list.name} ${JSON.stringify(parameters)}`
  const page = share(parent, `${wanted} ${JSON.stringify([first, after, last, before])}`, (parents) => {
    const pages = list.pages(reader, { keys: parents.map(to), request, parameters })
    gatherBelow(
      parent,
      pages.flatMap(({ rows }) => rows),
    )
    return pages
  })
  const count = () =>
    share(parent, `count of ${wanted}`, (parents: readonly Parent[]) =>
      list.counts(reader, { keys: parents.map(to), parameters }),
    )
  return { ...page, count }
}
