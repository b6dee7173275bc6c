import { changedFields } from '../../model/records/canonical-record.ts'
import type { DevelopmentRow } from '../../store/queries/developments.ts'
import { readContentChanges } from '../../store/queries/changes.ts'
import { readDevelopments, readRevisions, type RevisionRow } from '../../store/queries/developments.ts'
import { builder } from '../core/builder.ts'
import { askedOf, many, one } from '../core/batch-loader.ts'
import { Development } from './development.ts'
import { RevisionKind } from '../core/enums.ts'

export const Revision = builder.objectRef<RevisionRow>('Revision').implement({
  description: 'What was known of a development from one position of the log until the next. None is ever overwritten.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'Its number among the revisions of the development, from 1.' }),
    kind: t.expose('kind', { type: RevisionKind, description: 'What happened to the record.' }),
    note: t.exposeString('note', {
      nullable: true,
      description: 'Why it was revised or corrected; the reason, where it was retracted. Null where none was given.',
    }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it was recorded in this store.' }),
    recordedBy: t.string({
      nullable: true,
      description:
        'The name of the token it was recorded with. Null without the `record` scope, and for what a dossier brought.',
      resolve: ({ recordedBy }, _, { viewer }) => (viewer.scopes.includes('RECORD') ? recordedBy : null),
    }),
    cursor: t.field({
      type: 'FeedCursor',
      description: 'Where this change stands in the feed.',
      resolve: ({ id }, _, { cursorAt }) => cursorAt(id),
    }),
    development: t.field({
      type: Development,
      description:
        'The development as it was at this revision, with all that hangs off it as of then. It has an `id` of its own.',
      resolve: (revision, _, { reader }) =>
        one(revision, 'development', {
          to: ({ developmentId, batch }) => [developmentId, batch],
          read: (asked) => readDevelopments(reader, asked),
          pinned: true,
        }),
    }),
    changedFields: t.stringList({
      description:
        'Which fields it changed against the revision before, as `headline`, `figures` or `dateNote`, which is the `note` of `date`: those that are recorded, by their names here and in the order of the record; not what follows from them, as `credibility` does from `citations`, nor what became of other records. Empty for the first revision; of a retraction, which leaves the content as it was, `retraction`.',
      resolve: (revision, _, { reader }) => {
        if (revision.kind === 'RETRACTED') return ['retraction']
        const [change] = many(revision, 'content change', (all) => readContentChanges(reader, all.map(askedOf)))
        return change === undefined ? [] : changedFields(change.before, change.after).map(nameOf)
      },
    }),
  }),
})

/** The names of fields that are not those of the record in camelCase. */
const OTHERWISE_NAMED = new Map([['participants', 'participations']])

/** `date-note` as `dateNote`. */
function nameOf(field: string): string {
  return OTHERWISE_NAMED.get(field) ?? field.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

const Retraction = builder.objectRef<DevelopmentRow>('Retraction').implement({
  description: 'That a development was withdrawn. It stays readable, and stands in no list unless asked for.',
  fields: (t) => ({
    reason: t.string({ description: 'Why.', resolve: ({ note }) => note ?? '' }),
    at: t.expose('recordedAt', { type: 'DateTime', description: 'When.' }),
  }),
})

builder.interfaceFields(Development, (t) => ({
  revisions: t.field({
    type: [Revision],
    description: 'What was known of it when: every revision until the position read, the first one first.',
    resolve: (development, _, { reader }) =>
      many(development, 'revisions', (all) => readRevisions(reader, all.map(askedOf))),
  }),
  retraction: t.field({
    type: Retraction,
    nullable: true,
    description: 'Why and when it was withdrawn; null while it stands.',
    resolve: (development) => (development.retracted === 1 ? development : null),
  }),
}))
