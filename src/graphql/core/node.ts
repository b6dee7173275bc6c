import { decodeFeedCursor } from '../../feed/cursor.ts'
import { DemarcheError } from '../../model/errors.ts'
import { keyProblem } from '../../model/records/key.ts'
import { readBatchEnd } from '../../store/queries/changes.ts'
import { type DevelopmentRow, readDevelopmentByKey } from '../../store/queries/developments.ts'
import * as records from '../../store/queries/reference-records.ts'
import { asBatch, isPinned } from './batch-loader.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { costs } from './query-cost.ts'

/*
 * A global id encodes the type and the key of an object. The id of an object that was read at a seq that the client named also
 * encodes that seq, as a feed cursor, so that a cache holds two states of one development as two objects. An id never contains a row
 * number, which may change when the store is rebuilt.
 */

const REFERENCE_READS = {
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

const NODES_MAX = 100

builder.queryFields((t) => ({
  node: t.field({
    type: Node,
    nullable: true,
    description:
      'The object with this `id`. Refused with BAD_ID if it is not an id of this API, and with UNKNOWN_ID if no such object exists.',
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
    extensions: costs(({ ids }: { readonly ids: readonly string[] }) => ({ items: Math.min(ids.length, NODES_MAX) })),
    description: `The objects with these ids, in their order, at most ${NODES_MAX}. An id that is refused gives null in its place and an error with its path.`,
    args: { ids: t.arg.idList({ required: true, description: 'Values of `id` returned by this API.' }) },
    resolve: (_, { ids }, context) => {
      if (ids.length > NODES_MAX) {
        throw new DemarcheError('BAD_PAGING', `${ids.length} ids are too many. Request at most ${NODES_MAX} at a time.`)
      }
      return nodesOf(ids, context)
    },
  }),
}))

/** Nodes of one type form a batch, and developments of all kinds form one. GraphQL reports an error in a list at its place. */
function nodesOf(ids: readonly string[], context: Context): NodeRow[] {
  const found = ids.map((id): Found | DemarcheError => {
    try {
      return findNode(id, context)
    } catch (error) {
      if (error instanceof DemarcheError) return error
      throw error
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
  const parts = [typeNameOf(row), row.key]
  if (isPinned(row)) parts.push(context.cursorAt(row.asOf))
  return Buffer.from(parts.join(':')).toString('base64url')
}

function parseId(id: string) {
  const text = Buffer.from(id, 'base64url').toString()
  const [typeName = '', key = '', cursor, ...rest] = text.split(':')
  const isCanonical = Buffer.from(text).toString('base64url') === id
  const isType = Object.values<string>(TYPE_NAMES).includes(typeName)
  if (!isCanonical || !isType || keyProblem(key) !== null || rest.length > 0) {
    throw new DemarcheError('BAD_ID', 'Not an id of this API. Pass one exactly as returned in the field `id`.')
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
