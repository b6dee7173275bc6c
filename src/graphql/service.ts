import { LIMIT_NAMES, LIMITS, type Limits } from '../model/limits.ts'
import { readRecordedAt } from '../store/queries/changes.ts'
import type { Viewer as ViewerOfToken } from '../model/token.ts'
import { finish } from '../store/search/steps.ts'
import { countDevelopments } from '../store/search/development-pages.ts'
import type { Epoch, Store } from '../store/store.ts'
import { resolveAsOf } from './core/as-of.ts'
import { builder } from './core/builder.ts'
import type { Context } from './core/context.ts'
import { TokenScope } from './core/enums.ts'

const LimitsType = builder.objectRef<Limits>('Limits').implement({
  description: 'What this service refuses to do. The operator can set each limit.',
  fields: (t) =>
    Object.fromEntries(LIMIT_NAMES.map((name) => [name, t.exposeInt(name, { description: LIMITS[name].description })])),
})

const Service = builder.objectRef<Context>('Service').implement({
  description: 'The service that answers, and the extent of its record.',
  fields: (t) => ({
    name: t.string({ description: 'The name of the software.', resolve: () => 'demarche' }),
    version: t.exposeString('version', { description: 'The version, following semver.org.' }),
    head: t.field({
      type: 'FeedCursor',
      description: 'The cursor of the state of the record that this response reads: everything recorded up to here.',
      resolve: ({ cursorAt, seq }) => cursorAt(seq()),
    }),
    headAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the last change up to the head was recorded. Null if the record is empty.',
      resolve: ({ reader, seq }) => readRecordedAt(reader, seq()),
    }),
    recordedFrom: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the first change was recorded. Null if the record is empty.',
      resolve: ({ reader }) => readRecordedAt(reader, 1),
    }),
    developments: t.int({
      description: 'The number of standing developments, with or without a dispute.',
      resolve: ({ store, seq }) => countStanding(store, seq()),
    }),
    startedAt: t.field({
      type: 'DateTime',
      description: 'When this process started.',
      resolve: ({ startedAt, markTimeDependent }) => {
        // Another process answers otherwise.
        markTimeDependent()
        return startedAt
      },
    }),
    limits: t.expose('limits', {
      type: LimitsType,
      description: 'The limits of operations, connections and subscriptions. What exceeds one is refused with a code.',
    }),
  }),
})

/** Counting scans all developments, so the last count of each store is cached. The log of a node may get another epoch, and other changes. */
function countStanding(store: Store, asOf: number): number {
  const cached = counts.get(store)
  const epochs = store.epochs()
  if (cached?.asOf === asOf && cached.epochs === epochs) return cached.count
  const count = finish(countDevelopments(store, { asOf }))
  counts.set(store, { epochs, asOf, count })
  return count
}

const counts = new WeakMap<
  Store,
  { readonly epochs: readonly Epoch[]; readonly asOf: number; readonly count: number }
>()

builder.queryField('service', (t) =>
  t.field({ type: Service, description: 'This service.', resolve: (_, __, context) => context }),
)

const Viewer = builder.objectRef<{ readonly viewer: ViewerOfToken | null }>('Viewer').implement({
  description: 'The user who sent the operation, as far as its token says.',
  fields: (t) => ({
    scopes: t.field({
      type: [TokenScope],
      description: 'What the user may do. Without a token `[READ]`.',
      resolve: ({ viewer }) => (viewer?.scope === 'RECORD' ? (['READ', 'RECORD'] as const) : (['READ'] as const)),
    }),
    tokenName: t.string({
      nullable: true,
      description:
        'The name of the token, which `Revision.recordedBy` shows for what it records. Null without a token.',
      resolve: ({ viewer }) => viewer?.name ?? null,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the token expires. Null without a token, and for one that does not expire.',
      resolve: ({ viewer }) => viewer?.expiresAt ?? null,
    }),
  }),
})

builder.queryField('viewer', (t) =>
  t.field({
    type: Viewer,
    description: 'Who sent this operation. A token that is wrong, expired or revoked is refused, so it has no viewer.',
    resolve: (_, __, context) => context,
  }),
)

builder.queryField('cursorAt', (t) =>
  t.field({
    type: 'FeedCursor',
    nullable: true,
    description:
      'The cursor after the last change recorded at or before an instant. As `after` in the feed, it returns what was recorded later. Before the first change, the cursor of the empty record, which returns everything. For a future instant, the head.',
    args: {
      instant: t.arg({ type: 'DateTime', required: true, description: 'The instant at which the feed is to begin.' }),
    },
    resolve: (_, { instant }, context) => context.cursorAt(resolveAsOf(context, instant).asOf),
  }),
)
