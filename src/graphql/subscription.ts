import { decodeFeedCursor } from '../feed/cursor.ts'
import type { FollowRequest } from '../feed/feed.ts'
import type { AddedItem, FeedItem, LoggedItem } from '../feed/feed-query.ts'
import { DemarcheError } from '../model/errors.ts'
import type { BatchRead, BatchRow } from '../store/queries/batch.ts'
import { type DevelopmentRow, readDevelopments, type RevisionRow } from '../store/queries/developments.ts'
import { PAGE_SIZE_MAX } from '../store/queries/keyset.ts'
import { type FeedChangeRow, readChanges, type ReferenceChangeRow } from '../store/search/feed-changes.ts'
import { asBatch, loadOne, loadOneOrNull } from './core/batch-loader.ts'
import { builder } from './core/builder.ts'
import type { Context } from './core/context.ts'
import { RevisionKind } from './core/enums.ts'
import { Node, REFERENCE_READS, type ReferenceRow, TYPE_NAMES } from './core/node.ts'
import { REVISION } from './core/reference-record.ts'
import { costs } from './cost/query-cost.ts'
import { perChanges, perEvent } from './cost/list-cost.ts'
import { FeedFilter } from './types/development-filter.ts'
import { Development } from './types/development.ts'
import { Revision } from './types/revision.ts'

const CURSOR =
  'Everything up to this cursor has been sent. Pass it back as `after` to resume from here, and store it together with what you made of the message.'
const AFTER = 'Start after this cursor, taken from any message or response.'
const REFERENCES =
  'Whether to include the reference records that were saved, at their places in the log and under any filter.'

interface Message {
  readonly type: 'CHANGE' | 'REFERENCE' | 'HEARTBEAT'
  readonly cursor: string
  /** Milliseconds since 1970. */
  readonly at: number
}

interface ChangeMessage extends Message {
  readonly type: 'CHANGE'
  readonly development: DevelopmentRow
  readonly revision: RevisionRow
}

interface ReferenceMessage extends Message, Pick<ReferenceChangeRow, 'record' | 'id' | 'revision'> {
  readonly type: 'REFERENCE'
}

const FeedMessage = builder.interfaceRef<Message>('FeedMessage').implement({
  description:
    'A message of the feed. Types of message may be added: clients must tolerate unknown types and store their cursors.',
  resolveType: ({ type }) => ({ CHANGE: 'FeedChange', REFERENCE: 'ReferenceSaved', HEARTBEAT: 'Heartbeat' })[type],
  fields: (t) => ({
    cursor: t.expose('cursor', { type: 'FeedCursor', description: CURSOR }),
    at: t.expose('at', {
      type: 'DateTime',
      description: 'When the change was recorded in this store. For a heartbeat, when it was sent.',
    }),
  }),
})

const FeedChange = builder.objectRef<ChangeMessage>('FeedChange').implement({
  description: 'A development was recorded, revised, corrected, retracted or redacted.',
  interfaces: [FeedMessage],
  fields: (t) => ({
    kind: t.field({
      type: RevisionKind,
      description: 'What happened to the development.',
      resolve: ({ development }) => development.revisionKind,
    }),
    development: t.field({
      type: Development,
      description:
        'The development as of this change, with an `id` of its own. For a retraction, its last content. Once a development is redacted, none of its changes has its content.',
      resolve: ({ development }) => development,
    }),
    current: t.field({
      type: Development,
      nullable: true,
      description:
        'The development in its state when the message is sent, with the `id` that it has in lists: a normalised cache that stores it keeps its lists up to date. A change read later has the state of that later time. Null if the development has been retracted or redacted.',
      resolve: (change, _, { reader, seq }) =>
        loadOneOrNull(change, 'current', {
          to: ({ development }) => [development.id, seq()],
          read: (keys) => readDevelopments(reader, keys).filter(({ retracted }) => retracted === 0),
        }),
    }),
    revision: t.field({
      type: Revision,
      description: 'The revision that this change added.',
      resolve: ({ revision }) => revision,
    }),
  }),
})

const ReferenceSaved = builder.objectRef<ReferenceMessage>('ReferenceSaved').implement({
  description:
    'An actor, place, source, dispute, claim or demand was saved or redacted. Sent if `references` is true, whatever the filter: together with all developments, these records make a complete copy.',
  interfaces: [FeedMessage],
  fields: (t) => ({
    record: t.field({
      type: Node,
      description:
        'The record in its state when the message is sent, with the `id` that it has in lists. Of several messages about one record, the first may have the content of the last already.',
      resolve: (message, _, { reader, seq }) => {
        const read: BatchRead<ReferenceRow & BatchRow> = REFERENCE_READS[TYPE_NAMES[message.record]].byId
        return loadOne(message, 'record', { to: ({ id }) => [id, seq()], read: (keys) => read(reader, keys) })
      },
    }),
    revision: t.exposeInt('revision', { description: `${REVISION} As of this message.` }),
  }),
})

builder.objectRef<Message>('Heartbeat').implement({
  description:
    'Shows that the feed is alive and that everything up to `cursor` has been considered, even if nothing matched the filter. The first one shows that the client has received all earlier changes.',
  interfaces: [FeedMessage],
})

interface LoggedChange {
  readonly cursor: string
  readonly change: FeedChangeRow
}

/** Each development is read at the seq of its change and pinned to it. Reference records of one kind form a batch. */
function messagesOf(logged: readonly LoggedChange[]): {
  readonly changes: readonly ChangeMessage[]
  readonly references: readonly ReferenceMessage[]
} {
  const messages: ChangeMessage[] = []
  const references: ReferenceMessage[] = []
  for (const { cursor, change } of logged) {
    const { at } = change
    if (change.is === 'REFERENCE') {
      const { record, id, revision } = change
      references.push({ type: 'REFERENCE', cursor, at, record, id, revision })
    } else {
      const { development } = change
      messages.push({ type: 'CHANGE', cursor, at, development, revision: revisionOf(development) })
    }
  }
  asBatch(
    messages.map(({ development }) => development),
    { pinned: true },
  )
  asBatch(messages.map(({ revision }) => revision))
  for (const ofOneKind of Map.groupBy(references, ({ record }) => record).values()) asBatch(ofOneKind)
  return { changes: asBatch(messages), references }
}

/**
 * The messages of items that were read together, by cursor. Their relations are read together, and are current as long as the items themselves:
 * the feed reads a page again after a commit that may have changed what its messages show.
 */
function messagesByCursor(items: readonly LoggedItem[]): ReadonlyMap<string, Message> {
  const { changes, references } = messagesOf(items.filter((item) => item.type !== 'ADDED'))
  return new Map([...changes, ...references].map((message) => [message.cursor, message]))
}

function batchOfAdded(items: readonly LoggedItem[]): readonly DevelopmentRow[] {
  return asBatch(items.flatMap((item) => (item.type === 'ADDED' ? [item.development] : [])))
}

function revisionOf(development: DevelopmentRow): RevisionRow {
  const { id, revisionId, asOf, revision, revisionKind, note, recordedAt, recordedBy } = development
  return {
    parent: 0,
    id: revisionId,
    developmentKey: development.key,
    developmentId: id,
    asOf,
    number: revision,
    kind: revisionKind,
    note,
    recordedAt,
    recordedBy,
    batch: asOf,
  }
}

const DevelopmentAdded = builder.objectRef<AddedItem>('DevelopmentAdded').implement({
  description: 'A development was recorded for the first time.',
  fields: (t) => ({
    cursor: t.expose('cursor', { type: 'FeedCursor', description: CURSOR }),
    development: t.field({
      type: Development,
      description:
        'The development in its current state, including later amendments. A retracted development is not sent.',
      resolve: ({ development }) => development,
    }),
  }),
})

interface FeedPageRow {
  readonly changes: readonly ChangeMessage[]
  readonly references: readonly ReferenceMessage[]
  readonly cursor: string
  readonly hasMore: boolean
}

const FeedPage = builder.objectRef<FeedPageRow>('FeedPage').implement({
  description: 'A page of the feed.',
  fields: (t) => ({
    changes: t.field({
      type: [FeedChange],
      extensions: costs({ field: 0, items: 1 }),
      description: 'The changes that match the filter, in the order of the log. May be empty.',
      resolve: ({ changes }) => changes,
    }),
    references: t.field({
      type: [ReferenceSaved],
      extensions: costs({ field: 0, items: 1 }),
      description:
        'The reference records that were saved, in the order of the log. Empty unless `references` is true. Their cursors say between which changes they come.',
      resolve: ({ references }) => references,
    }),
    cursor: t.expose('cursor', {
      type: 'FeedCursor',
      description: 'The cursor that the page reaches, even if the page is empty. Pass it as `after` for the next page.',
    }),
    hasMore: t.exposeBoolean('hasMore', {
      description:
        'Whether the feed continues after `cursor`. Even after an empty page it may: the filter matched none of the changes considered.',
    }),
  }),
})

builder.queryField('feedPage', (t) =>
  t.field({
    type: FeedPage,
    nullable: true,
    extensions: costs(perChanges),
    description: 'The feed that `feed` pushes, one page at a time.',
    args: {
      after: t.arg({ type: 'FeedCursor', description: `${AFTER} The beginning of the record by default.` }),
      filter: t.arg({ type: FeedFilter, description: 'Which changes to return. All by default.' }),
      references: t.arg.boolean({ required: true, defaultValue: false, description: REFERENCES }),
      first: t.arg.int({
        required: true,
        defaultValue: 100,
        description: `The maximum number of changes and reference records together, 1 to ${PAGE_SIZE_MAX}. Other values are refused with BAD_PAGING.`,
      }),
    },
    resolve: (_, { after, filter, references, first }, context) => {
      if (first < 1 || first > PAGE_SIZE_MAX) {
        throw new DemarcheError('BAD_PAGING', `\`first\` is ${first}. Pass a whole number from 1 to ${PAGE_SIZE_MAX}.`)
      }
      const head = context.seq()
      const start = after == null ? 0 : decodeFeedCursor(context.store, after)
      // The cursor may be of a commit after the head was read. Nothing follows it yet, and the page ends where it starts.
      const upTo = Math.max(start, head)
      const range = { after: start, upTo, filter, references, limit: first }
      const { changes, scannedUpTo } = readChanges(context.store, range)
      return {
        ...messagesOf(changes.map((change) => ({ cursor: context.cursorAt(change.seq), change }))),
        cursor: context.cursorAt(scannedUpTo),
        hasMore: scannedUpTo < upTo,
      }
    },
  }),
)

function follow({ feed }: Pick<Context, 'feed'>, request: FollowRequest): AsyncIterable<FeedItem> {
  if (feed === undefined) throw new Error('a subscription without a feed')
  return feed.follow(request)
}

/** Seconds. Each heartbeat of each subscriber costs a turn of the event loop. */
const [HEARTBEAT_MIN, HEARTBEAT_MAX] = [5, 300]

builder.subscriptionFields((t) => ({
  developmentAdded: t.field({
    type: DevelopmentAdded,
    extensions: costs(perEvent),
    description:
      'Newly added developments: those after `after`, oldest first, then each one as it is added, without gaps or repeats between the two. Without `after`, from now on. A development that is amended so that it matches the filter later is sent by `feed`, not here.',
    args: {
      after: t.arg({ type: 'FeedCursor', description: AFTER }),
      filter: t.arg({
        type: FeedFilter,
        description: 'Which developments to send, by their content when they are sent.',
      }),
    },
    subscribe: (_, { after, filter }, context) => follow(context, { mode: 'ADDED', after, filter }),
    resolve: (item: FeedItem) => {
      if (item.type !== 'ADDED') throw new Error(`an item of type ${item.type} among added developments`)
      item.page.once(batchOfAdded)
      return item
    },
  }),
  feed: t.field({
    type: FeedMessage,
    extensions: costs(perEvent),
    description:
      'Every change: additions, revisions, corrections, retractions and redactions, with heartbeats. The first heartbeat comes as soon as the changes after `after` have been sent, even if there are none; later changes are sent as they are recorded. For mirrors and for clients that must know that they are connected. Without `after`, from now on.',
    args: {
      after: t.arg({ type: 'FeedCursor', description: AFTER }),
      filter: t.arg({
        type: FeedFilter,
        description: 'Which changes to send. The filter does not apply to heartbeats.',
      }),
      references: t.arg.boolean({ required: true, defaultValue: false, description: REFERENCES }),
      heartbeat: t.arg.int({
        required: true,
        defaultValue: 15,
        description: `The number of seconds without a message after which a heartbeat is sent, ${HEARTBEAT_MIN} to ${HEARTBEAT_MAX}. Other values are refused with BAD_HEARTBEAT.`,
      }),
    },
    subscribe: (_, { after, filter, references, heartbeat }, context) => {
      if (heartbeat < HEARTBEAT_MIN || heartbeat > HEARTBEAT_MAX) {
        const message = `\`heartbeat\` is ${heartbeat}. Pass a whole number of seconds from ${HEARTBEAT_MIN} to ${HEARTBEAT_MAX}.`
        throw new DemarcheError('BAD_HEARTBEAT', message)
      }
      return follow(context, { mode: references ? 'ALL_CHANGES' : 'CHANGES', after, filter, heartbeat })
    },
    resolve: (item: FeedItem): Message => {
      if (item.type === 'HEARTBEAT') return item
      const message = item.page.once(messagesByCursor).get(item.cursor)
      if (message === undefined) throw new Error(`the item ${item.seq} of type ${item.type} makes no message`)
      return message
    },
  }),
}))
