import { decodeFeedCursor } from '../feed/cursor.ts'
import type { AddedItem, FeedItem } from '../feed/feed-query.ts'
import { DemarcheError } from '../model/errors.ts'
import type { DevelopmentRow } from '../store/queries/developments.ts'
import { type DevelopmentChangeRow, readChanges } from '../store/search/feed-reading.ts'
import { PAGE_SIZE_MAX } from '../store/queries/keyset.ts'
import type { RevisionRow } from '../store/queries/developments.ts'
import { builder } from './core/builder.ts'
import { gather } from './core/batch-loader.ts'
import type { Context } from './core/context.ts'
import { FeedFilter } from './types/development-filter.ts'
import { Development } from './types/development.ts'
import { RevisionKind } from './core/enums.ts'
import { perChanges } from './core/list-cost.ts'
import { Revision } from './types/revision.ts'

const cursorDescription =
  'Everything up to here has been told: give it back as `after` to go on from here. Keep it with what you made of the message.'

interface Message {
  readonly type: 'CHANGE' | 'HEARTBEAT'
  readonly cursor: string
  /** Milliseconds since 1970. */
  readonly at: number
}

interface ChangeMessage extends Message {
  readonly development: DevelopmentRow
  readonly revision: RevisionRow
}

const FeedMessage = builder.interfaceRef<Message>('FeedMessage').implement({
  description:
    'What comes over the feed. Kinds of message may be added: clients must tolerate types they do not know, and keep their cursors.',
  resolveType: ({ type }) => (type === 'HEARTBEAT' ? 'Heartbeat' : 'FeedChange'),
  fields: (t) => ({
    cursor: t.expose('cursor', { type: 'FeedCursor', description: cursorDescription }),
    at: t.expose('at', {
      type: 'DateTime',
      description: 'When it was recorded in this store; of a heartbeat, when it was sent.',
    }),
  }),
})

const FeedChange = builder.objectRef<ChangeMessage>('FeedChange').implement({
  description: 'A development was recorded, revised, corrected or retracted.',
  interfaces: [FeedMessage],
  fields: (t) => ({
    kind: t.field({
      type: RevisionKind,
      description: 'What happened to it.',
      resolve: ({ development }) => development.revisionKind,
    }),
    development: t.field({
      type: Development,
      description:
        'The development as this change left it, whatever has become of it since, with an `id` of its own. Of a retraction, its last content.',
      resolve: ({ development }) => development,
    }),
    revision: t.field({
      type: Revision,
      description: 'The revision that the change made.',
      resolve: ({ revision }) => revision,
    }),
  }),
})

builder.objectRef<Message>('Heartbeat').implement({
  description:
    'Says that the feed is alive and that everything up to `cursor` has been looked at, also where the filter let nothing through.',
  interfaces: [FeedMessage],
})

/** What changes show is of their own positions, whoever reads them when: each is pinned to its own. */
function messagesOf(
  changes: readonly DevelopmentChangeRow[],
  { cursorAt }: Pick<Context, 'cursorAt'>,
): ChangeMessage[] {
  const messages = changes.map(({ seq, at, development }): ChangeMessage => {
    return { type: 'CHANGE', cursor: cursorAt(seq), at, development, revision: revisionOf(development) }
  })
  gather(
    messages.map(({ development }) => development),
    { pinned: true },
  )
  gather(messages.map(({ revision }) => revision))
  return messages
}

function revisionOf(development: DevelopmentRow): RevisionRow {
  const { id, revisionId, asOf, revision, revisionKind, note, recordedAt, recordedBy } = development
  return {
    parent: 0,
    id: revisionId,
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
  description: 'A development entered the record.',
  fields: (t) => ({
    cursor: t.expose('cursor', { type: 'FeedCursor', description: cursorDescription }),
    development: t.field({
      type: Development,
      description: 'The development as it stands now, amended since or not; one retracted since is not told.',
      resolve: ({ development }) => development,
    }),
  }),
})

interface FeedPageRow {
  readonly changes: readonly ChangeMessage[]
  readonly cursor: string
  readonly hasMore: boolean
}

const FeedPage = builder.objectRef<FeedPageRow>('FeedPage').implement({
  description: 'A stretch of the feed.',
  fields: (t) => ({
    changes: t.field({
      type: [FeedChange],
      complexity: { field: 0, multiplier: 1 },
      description:
        'The changes that pass the filter, in the order of the log; none where the filter lets none through.',
      resolve: ({ changes }) => changes,
    }),
    cursor: t.expose('cursor', {
      type: 'FeedCursor',
      description: 'How far the page looked: `after` of the next, also where this one is empty.',
    }),
    hasMore: t.exposeBoolean('hasMore', {
      description:
        'Whether the feed goes on behind `cursor`. An empty page may have more: the filter hid what was looked at.',
    }),
  }),
})

const afterDescription = 'Tell what came behind this cursor, which any message or answer gave.'

builder.queryField('feedPage', (t) =>
  t.field({
    type: FeedPage,
    complexity: perChanges,
    description: 'The same feed that `feed` pushes, read a page at a time.',
    args: {
      after: t.arg({
        type: 'FeedCursor',
        description: `${afterDescription} From the beginning of the record where it is left out.`,
      }),
      filter: t.arg({ type: FeedFilter, description: 'Which changes to tell; all where it is left out.' }),
      first: t.arg.int({
        required: true,
        defaultValue: 100,
        description: `The most changes to tell, 1 to ${PAGE_SIZE_MAX}; refused with BAD_PAGING outside of that.`,
      }),
    },
    resolve: (_, { after, filter, first }, context) => {
      if (first < 1 || first > PAGE_SIZE_MAX) {
        throw new DemarcheError('BAD_PAGING', `first is ${first}; give a whole number from 1 to ${PAGE_SIZE_MAX}`)
      }
      const upTo = context.position()
      // A cursor may be of a commit after the position was read: there is nothing behind it yet.
      const start = after == null ? 0 : Math.min(decodeFeedCursor(context.store, after), upTo)
      const { changes, lookedUpTo } = readChanges(context.store, { after: start, upTo, filter, limit: first })
      const told = changes.filter((change) => change.is === 'DEVELOPMENT')
      return {
        changes: messagesOf(told, context),
        cursor: context.cursorAt(lookedUpTo),
        hasMore: lookedUpTo < upTo,
      }
    },
  }),
)

const HEARTBEAT_MAX = 300

builder.subscriptionFields((t) => ({
  developmentAdded: t.field({
    type: DevelopmentAdded,
    description:
      'Developments newly added: those after `after`, oldest first, then each as it is added; no gap and no repeat at the seam. Without `after`, from now on. A development amended into the filter later is told by `feed`.',
    args: {
      after: t.arg({ type: 'FeedCursor', description: afterDescription }),
      filter: t.arg({
        type: FeedFilter,
        description: 'Which developments to tell, by what they say when they are told.',
      }),
    },
    subscribe: (_, { after, filter }, { feed }) => feed.follow({ mode: 'ADDED', after, filter }),
    resolve: (item: FeedItem) => {
      if (item.type !== 'ADDED') throw new Error(`an item of the type ${item.type} among what was added`)
      gather([item.development])
      return item
    },
  }),
  feed: t.field({
    type: FeedMessage,
    description:
      'Everything that changes: additions, revisions, corrections, retractions, with heartbeats. For mirrors and for clients that must know they are alive. Without `after`, from now on.',
    args: {
      after: t.arg({ type: 'FeedCursor', description: afterDescription }),
      filter: t.arg({ type: FeedFilter, description: 'Which changes to tell; heartbeats come whatever it says.' }),
      heartbeat: t.arg.int({
        required: true,
        defaultValue: 15,
        description: `After how many seconds without a message a heartbeat comes, 1 to ${HEARTBEAT_MAX}; refused with BAD_HEARTBEAT outside of that.`,
      }),
    },
    subscribe: (_, { after, filter, heartbeat }, { feed }) => {
      if (heartbeat < 1 || heartbeat > HEARTBEAT_MAX) {
        const message = `heartbeat is ${heartbeat}; give whole seconds from 1 to ${HEARTBEAT_MAX}`
        throw new DemarcheError('BAD_HEARTBEAT', message)
      }
      return feed.follow({ mode: 'CHANGES', after, filter, heartbeat })
    },
    resolve: (item: FeedItem, _, context): Message => {
      if (item.type === 'HEARTBEAT') return item
      const [message] = item.type === 'CHANGE' ? messagesOf([item.change], context) : []
      if (message === undefined) throw new Error(`an item of the type ${item.type} among the changes`)
      return message
    },
  }),
}))
