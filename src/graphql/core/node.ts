import { DemarcheError } from '../../model/errors.ts'
import { keyProblem } from '../../model/records/key.ts'
import { decodeFeedCursor } from '../../feed/cursor.ts'
import {
  type ActorRow,
  type ClaimRow,
  type DemandRow,
  type DisputeRow,
  type PlaceRow,
  readActorByKey,
  readClaimByKey,
  readDemandByKey,
  readDisputeByKey,
  readPlaceByKey,
  readSourceByKey,
  type SourceRow,
} from '../../store/queries/reference-records.ts'
import { type DevelopmentRow, readDevelopmentByKey } from '../../store/queries/developments.ts'
import { readBatchEnd } from '../../store/queries/changes.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import { builder } from './builder.ts'
import { gather, isPinned } from './batch-loader.ts'
import type { Context } from './context.ts'

/*
 * A global id says the type and the key of an object; of one that was read at a position the client named, also that position, as a feed
 * cursor: two states of one development are two objects to a cache. It never holds a row's number, which a rebuilt store may not keep.
 */

export type NodeRow = ActorRow | PlaceRow | SourceRow | DisputeRow | ClaimRow | DemandRow | DevelopmentRow

export const Node = builder.interfaceRef<NodeRow>('Node')

Node.implement({
  description: 'A record with an identity of its own, which `node` finds again by its `id`.',
  resolveType: typeNameOf,
  fields: (t) => ({
    id: t.id({
      description:
        'Names this object across the whole API. Opaque. It stands for the type and the key; an object read at a past position of the log, as below a revision or a change of the feed, has an id of its own that says the position too, so that caches keep two states of one record apart.',
      resolve: (row, _, context) => globalIdOf(row, context),
    }),
  }),
})

builder.queryFields((t) => ({
  node: t.field({
    type: Node,
    nullable: true,
    description:
      'The object of an `id`. One that is none of ours is refused with BAD_ID, one that names nothing with UNKNOWN_ID.',
    args: { id: t.arg.id({ required: true, description: 'An `id` as this API gave it.' }) },
    resolve: (_, { id }, context) => nodeOf(id, context),
  }),
  nodes: t.field({
    type: [Node],
    nullable: { list: false, items: true },
    complexity: ({ ids }) => ({ field: 1, multiplier: Math.min(ids.length, NODES_MAX) }),
    description:
      'The objects of several ids, at most 100, in their order. In the place of one that is refused stands null, and an error with its path says why.',
    args: { ids: t.arg.idList({ required: true, description: 'Ids as this API gave them.' }) },
    resolve: (_, { ids }, context) => {
      if (ids.length > NODES_MAX) {
        throw new DemarcheError('BAD_PAGING', `${ids.length} ids are too many; ask for at most ${NODES_MAX} at a time`)
      }
      return nodesOf(ids, context)
    },
  }),
}))

const NODES_MAX = 100

function nodeOf(id: string, context: Context): NodeRow {
  const { row, pinned } = findNode(id, context)
  gather([row], { pinned })
  return row
}

/** What is of one type is a cohort. GraphQL reports an error that stands in a list at its place. */
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
  for (const cohort of Map.groupBy(nodes, cohortOf).values()) {
    gather(
      cohort.map(({ row }) => row),
      { pinned: cohort.some(({ pinned }) => pinned) },
    )
  }
  // The list's items are rows or errors, which GraphQL tells apart and its types do not.
  return found.map((each) => (each instanceof DemarcheError ? each : each.row)) as NodeRow[]
}

interface Found {
  readonly row: NodeRow
  readonly pinned: boolean
}

function cohortOf({ row, pinned }: Found): string {
  return `${'record' in row ? row.record : 'development'} ${pinned}`
}

function findNode(id: string, context: Context): Found {
  const { read, key, cursor } = parseId(id)
  const { reader } = context
  const head = context.position()
  const asOf = cursor === undefined ? head : readBatchEnd(reader, decodeFeedCursor(context.store, cursor))
  const row = read(reader, key, { asOf, head })
  if (row !== undefined) return { row, pinned: cursor !== undefined }
  throw new DemarcheError('UNKNOWN_ID', `the id names no record ("${key}"); ask for it by its key`)
}

function globalIdOf(row: NodeRow, context: Context): string {
  const parts = [typeNameOf(row), row.key]
  if (isPinned(row)) parts.push(context.cursorAt(row.asOf))
  return Buffer.from(parts.join(':')).toString('base64url')
}

interface ParsedId {
  readonly read: ReadByKey
  readonly key: string
  readonly cursor: string | undefined
}

/** At a position, by an operation that reads the head. */
type ReadByKey = (
  reader: Reader,
  key: string,
  at: { readonly asOf: number; readonly head: number },
) => NodeRow | undefined

function parseId(id: string): ParsedId {
  const text = Buffer.from(id, 'base64url').toString()
  const [typeName = '', key = '', cursor, ...rest] = text.split(':')
  const read = READERS.get(typeName)
  const whole = Buffer.from(text).toString('base64url') === id
  if (!whole || read === undefined || keyProblem(key) !== null || rest.length > 0) {
    throw new DemarcheError('BAD_ID', 'this is no id of ours; give one unchanged as the field `id` answered it')
  }
  return { read, key, cursor }
}

function typeNameOf(row: NodeRow): string {
  return 'record' in row ? TYPE_NAMES[row.record] : TYPE_NAMES[row.kind]
}

const TYPE_NAMES = {
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

/** A reference record is as it is now, so whether it had entered by then is not asked again: an id names what was shown. */
const readReference =
  (readByKey: (reader: Reader, key: string, asOf: number) => Exclude<NodeRow, DevelopmentRow> | undefined): ReadByKey =>
  (reader, key, { asOf, head }) => {
    const row = readByKey(reader, key, head)
    return row === undefined ? undefined : { ...row, asOf }
  }

const readDevelopmentOf =
  (kind: DevelopmentRow['kind']): ReadByKey =>
  (reader, key, { asOf }) => {
    const row = readDevelopmentByKey(reader, key, asOf)
    return row?.kind === kind ? row : undefined
  }

const READERS: ReadonlyMap<string, ReadByKey> = new Map<string, ReadByKey>([
  [TYPE_NAMES.actor, readReference(readActorByKey)],
  [TYPE_NAMES.place, readReference(readPlaceByKey)],
  [TYPE_NAMES.source, readReference(readSourceByKey)],
  [TYPE_NAMES.dispute, readReference(readDisputeByKey)],
  [TYPE_NAMES.claim, readReference(readClaimByKey)],
  [TYPE_NAMES.demand, readReference(readDemandByKey)],
  [TYPE_NAMES.EVENT, readDevelopmentOf('EVENT')],
  [TYPE_NAMES.STATEMENT, readDevelopmentOf('STATEMENT')],
  [TYPE_NAMES.MEASURE, readDevelopmentOf('MEASURE')],
])
