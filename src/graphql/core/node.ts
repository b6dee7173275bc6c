import { hash } from 'node:crypto'
import { decodeFeedCursor } from '../../feed/cursor.ts'
import { DemarcheError } from '../../model/errors.ts'
import type { AnyRecord } from '../../model/records/definitions.ts'
import { keyProblem } from '../../model/records/key.ts'
import { type PartList, partIdentities } from '../../model/records/part-identity.ts'
import type { BatchRow } from '../../store/queries/batch.ts'
import { readBatchEnd, readContents } from '../../store/queries/changes.ts'
import { type DevelopmentRow, readDevelopmentByKey } from '../../store/queries/developments.ts'
import * as records from '../../store/queries/reference-records.ts'
import { asBatch, isPinned, load } from './batch-loader.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { costs } from '../cost/query-cost.ts'

/*
 * A global id encodes the type and the key of an object. The id of an object that was read at a seq that the client named also
 * encodes that seq, as a feed cursor, so that a cache holds two states of one development as two objects. An id never contains a row
 * number, which may change when the store is rebuilt.
 *
 * The id of a part of a record is for caches only. It encodes the list of the part, the key of the record, what identifies the part in that
 * list (`partIdentities`), and the same cursor. So a part keeps its id when the record is amended, unless it becomes another part, and a
 * cache that holds the part in several lists updates all of them; a part of a past state never replaces the current one.
 */

export const REFERENCE_READS = {
  Actor: records.actorReads,
  Place: records.placeReads,
  Source: records.sourceReads,
  Dispute: records.disputeReads,
  Claim: records.claimReads,
  Demand: records.demandReads,
}

export type ReferenceRow = NonNullable<ReturnType<(typeof REFERENCE_READS)[keyof typeof REFERENCE_READS]['byKey']>>
export type NodeRow = ReferenceRow | DevelopmentRow

export const Node = builder.interfaceRef<NodeRow>('Node')

Node.implement({
  description: 'A record with an identity of its own. `node` finds it by its `id`.',
  resolveType: typeNameOf,
  fields: (t) => ({
    id: t.id({
      description:
        'Identifies this object across the whole API. Opaque. It stands for a type and a key. An object read in a past state of the record, for example below a revision or a change of the feed, has an `id` of its own that includes the cursor of that state, so that caches keep the states of a record apart.',
      resolve: (row, _, context) => globalIdOf(row, context),
    }),
  }),
})

/** How many objects `nodes` returns at most. */
export const NODES_MAX = 100
/** The most ids of an operation that may be refused: an error takes longer to make than a record to find. */
const REFUSED_MAX = 100

builder.queryFields((t) => ({
  node: t.field({
    type: Node,
    nullable: true,
    description:
      'The object with this `id`. Refused with BAD_ID if it is not the id of a record, and with UNKNOWN_ID if no such object exists.',
    args: { id: t.arg.id({ required: true, description: 'An `id` returned by this API.' }) },
    resolve: (_, { id }, context) => {
      const { row, pinned } = findNode(id, context)
      asBatch([row], { pinned })
      return row
    },
  }),
  nodes: t.field({
    type: [Node],
    nullable: { list: false, items: true },
    extensions: costs(({ ids }: { readonly ids: readonly string[] }) => {
      const items = Math.min(ids.length, NODES_MAX)
      return { field: FIND_NODE * items, items }
    }),
    description: `The objects with these ids, in their order, at most ${NODES_MAX}. An id that is refused gives null in its place and an error with its path; an operation with more than ${REFUSED_MAX} such ids is refused as a whole with BAD_ID.`,
    args: { ids: t.arg.idList({ required: true, description: 'Values of `id` returned by this API.' }) },
    resolve: (_, { ids }, context, { fieldNodes: [node] }) => {
      if (ids.length > NODES_MAX) {
        throw new DemarcheError('BAD_PAGING', `${ids.length} ids are too many. Request at most ${NODES_MAX} at a time.`)
      }
      return nodesOf(ids, refusalsIn(node?.alias?.value ?? '', context), context)
    },
  }),
}))

/** The cost of finding one record by its id. */
const FIND_NODE = 10

/** Nodes of one type form a batch, and developments of all kinds form one. GraphQL reports an error in a list at its place. */
function nodesOf(ids: readonly string[], refuse: (error: DemarcheError) => void, context: Context): NodeRow[] {
  const found = ids.map((id): Found | DemarcheError => {
    try {
      return findNode(id, context)
    } catch (error) {
      if (!(error instanceof DemarcheError)) throw error
      refuse(error)
      return error
    }
  })
  const nodes = found.flatMap((each) => (each instanceof DemarcheError ? [] : [each]))
  for (const batch of Map.groupBy(nodes, batchOf).values()) {
    asBatch(
      batch.map(({ row }) => row),
      { pinned: batch.some(({ pinned }) => pinned) },
    )
  }
  return found.map((each) => (each instanceof DemarcheError ? each : each.row)) as NodeRow[] // GraphQL also takes errors
}

/** Counts the refused ids of a field. An operation may be executed twice, so that each execution of a field begins anew. */
function refusalsIn(field: string, { once }: Context): (error: DemarcheError) => void {
  const refused = once('refused ids', () => new Map<string, number>())
  refused.set(field, 0)
  return ({ message }) => {
    refused.set(field, (refused.get(field) ?? 0) + 1)
    if (refused.values().reduce((sum, count) => sum + count) <= REFUSED_MAX) return
    throw new DemarcheError(
      'BAD_ID',
      `More than ${REFUSED_MAX} ids of this operation are refused. The last one: ${message}`,
    )
  }
}

interface Found {
  readonly row: NodeRow
  readonly pinned: boolean
}

function batchOf({ row, pinned }: Found): string {
  return `${'record' in row ? row.record : 'development'} ${pinned}`
}

function findNode(id: string, context: Context): Found {
  const { typeName, key, cursor } = parseId(id)
  const { reader } = context
  const head = context.seq()
  const asOf = cursor === undefined ? head : readBatchEnd(reader, decodeFeedCursor(context.store, cursor))
  const row = isReferenceType(typeName)
    ? // A reference record is returned in its current state, even at a seq before it was entered.
      REFERENCE_READS[typeName].byKey(reader, key, head)
    : readDevelopmentByKey(reader, key, asOf)
  if (row !== undefined && typeNameOf(row) === typeName) return { row: { ...row, asOf }, pinned: cursor !== undefined }
  throw new DemarcheError('UNKNOWN_ID', `No record has this id (key "${key}"). Query the record by its key.`)
}

function isReferenceType(typeName: string): typeName is keyof typeof REFERENCE_READS {
  return Object.hasOwn(REFERENCE_READS, typeName)
}

function globalIdOf(row: NodeRow, context: Context): string {
  return encodeId([typeNameOf(row), row.key, ...cursorOfPast(row, context)])
}

/** The cursor of the past state in which a row was read, as a part of its id; nothing for a row that was read at the head. */
function cursorOfPast(row: { readonly asOf: number }, { cursorAt }: Pick<Context, 'cursorAt'>): string[] {
  return isPinned(row) ? [cursorAt(row.asOf)] : []
}

/** The id that consists of these parts. No part contains a colon. */
export function encodeId(parts: readonly string[]): string {
  return Buffer.from(parts.join(':')).toString('base64url')
}

/** More characters than any id has. Longer texts are not decoded: a query may pass one to hundreds of fields. */
const ID_MAX = 1_000

/** The cursor of the past state that an id names; undefined for the current state, and for what is no id. */
export function cursorOfId(id: string): string | undefined {
  return id.length > ID_MAX ? undefined : Buffer.from(id, 'base64url').toString().split(':')[2]
}

function parseId(id: string) {
  const text = id.length > ID_MAX ? '' : Buffer.from(id, 'base64url').toString()
  const [typeName = '', key = '', cursor, ...rest] = text.split(':')
  const isCanonical = Buffer.from(text).toString('base64url') === id
  const isType = Object.values<string>(TYPE_NAMES).includes(typeName)
  if (!isCanonical || !isType || keyProblem(key) !== null || rest.length > 0) {
    throw new DemarcheError(
      'BAD_ID',
      'Not the id of a record. Pass the `id` of an object of the interface Node, exactly as returned.',
    )
  }
  return { typeName, key, cursor }
}

function typeNameOf(row: NodeRow): string {
  return TYPE_NAMES['record' in row ? row.record : row.kind]
}

export const TYPE_NAMES = {
  actor: 'Actor',
  place: 'Place',
  source: 'Source',
  dispute: 'Dispute',
  claim: 'Claim',
  demand: 'Demand',
  EVENT: 'Event',
  STATEMENT: 'Statement',
  MEASURE: 'Measure',
} as const

const PART_ID =
  'Identifies this object among all of its type, for client caches. Opaque. It stays the same when the record is amended, unless it becomes a different item: one about another subject, or one of several about the same subject. An object read in a past state of the record has an `id` of its own. `node` does not find it.'

interface Part extends BatchRow {
  /** The seq of the change that holds the part. */
  readonly revisionId: number
  /** The index in the list of that change. */
  readonly ordinal: number
}

interface Owner {
  readonly key: string
  readonly content: AnyRecord
}

/** The options of the field `id` of a part, which is in this list of its record. */
export function partId<Row extends Part>(list: PartList | ((row: Row) => PartList)) {
  const listOf = typeof list === 'string' ? () => list : list
  const idsOf = (rows: readonly Row[], { reader, once }: PartContext) => {
    const owners = once('records of parts', () => new Map<number, Owner>())
    const unread = [...new Set(rows.map(({ revisionId }) => revisionId))].filter((seq) => !owners.has(seq))
    if (unread.length > 0) for (const { seq, ...owner } of readContents(reader, unread)) owners.set(seq, owner)
    const known = new Map<string, readonly string[]>()
    return rows.map((row) => {
      const owner = owners.get(row.revisionId)
      if (owner === undefined) throw new Error(`change ${row.revisionId} of a part is not in the log`)
      const name = `${row.revisionId} ${listOf(row)}`
      const identities = known.get(name) ?? partIdentities(owner.content, listOf(row))
      known.set(name, identities)
      const identity = identities[row.ordinal]
      if (identity === undefined) throw new Error(`${name} has no part ${row.ordinal}`)
      return [listOf(row), owner.key, hash('sha256', identity, 'base64url').slice(0, 22)]
    })
  }
  return {
    description: PART_ID,
    extensions: costs({ field: 2 }), // for the content, which is parsed once per operation
    resolve: (row: Row, _: unknown, context: PartContext): string => {
      const parts = load(row, 'part id', (rows: readonly Row[]) => idsOf(rows, context))
      return encodeId([...parts, ...cursorOfPast(row, context)])
    },
  }
}

type PartContext = Pick<Context, 'reader' | 'once' | 'cursorAt'>
