import { countDevelopments } from '../store/search/development-pages.ts'
import { readRecordedAt } from '../store/queries/changes.ts'
import type { Store } from '../store/store.ts'
import { builder } from './core/builder.ts'
import type { Context } from './core/context.ts'

const Service = builder.objectRef<Context>('Service').implement({
  description: 'What answers here, and how far its record goes.',
  fields: (t) => ({
    name: t.string({ description: 'The name of the software.', resolve: () => 'demarche' }),
    version: t.exposeString('version', { description: 'Its version, after semver.org.' }),
    head: t.field({
      type: 'FeedCursor',
      description: 'The position that this answer reads: everything recorded up to here, and nothing behind it.',
      resolve: ({ cursorAt, position }) => cursorAt(position()),
    }),
    headAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the last change up to there was recorded; null while nothing is.',
      resolve: ({ reader, position }) => readRecordedAt(reader, position()),
    }),
    recordedFrom: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the first change was recorded; null while nothing is.',
      resolve: ({ reader }) => readRecordedAt(reader, 1),
    }),
    developments: t.int({
      description: 'How many developments stand, in and out of disputes.',
      resolve: ({ store, position }) => countStanding(store, position()),
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When this process began to serve.' }),
  }),
})

/** Counting walks all of them, so each store's last count is kept with its position. */
function countStanding(store: Store, asOf: number): number {
  const kept = counts.get(store)
  if (kept?.asOf === asOf) return kept.count
  const count = countDevelopments(store, { asOf })
  counts.set(store, { asOf, count })
  return count
}

const counts = new WeakMap<Store, { readonly asOf: number; readonly count: number }>()

builder.queryField('service', (t) =>
  t.field({ type: Service, description: 'This service itself.', resolve: (_, __, context) => context }),
)
