import { changedFields } from '../../model/records/canonical-record.ts'
import { readContentChanges } from '../../store/queries/changes.ts'
import {
  type DevelopmentRow,
  readDevelopments,
  readRevisions,
  type RevisionRow,
} from '../../store/queries/developments.ts'
import { loadMany, loadOne } from '../core/batch-loader.ts'
import { builder } from '../core/builder.ts'
import { RevisionKind } from '../core/enums.ts'
import { encodeId } from '../core/node.ts'
import { recordKey, toMany } from '../core/relation.ts'
import { Development } from './development.ts'

export const Revision = builder.objectRef<RevisionRow>('Revision').implement({
  description:
    'The content of a development from one of its changes to the next. Revisions are never overwritten, unless the law demands that the development be redacted: then none of them has its content any more.',
  fields: (t) => ({
    id: t.id({
      description: 'Identifies this revision among all revisions, for client caches. Opaque. `node` does not find it.',
      resolve: ({ developmentKey, number }) => encodeId(['revisions', developmentKey, String(number)]),
    }),
    number: t.exposeInt('number', { description: 'The number of the revision, starting at 1.' }),
    kind: t.expose('kind', { type: RevisionKind, description: 'What happened to the record.' }),
    note: t.exposeString('note', {
      nullable: true,
      description: 'Why it was revised, corrected or retracted. Null if no reason was given.',
    }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it was recorded in this store.' }),
    recordedBy: t.string({
      nullable: true,
      description:
        'The name of the token with which it was recorded. Null without the RECORD scope, and for imported records.',
      resolve: ({ recordedBy }, _, { viewer }) => (viewer?.scope === 'RECORD' ? recordedBy : null),
    }),
    cursor: t.field({
      type: 'FeedCursor',
      description: 'The cursor of this change in the feed.',
      resolve: ({ id }, _, { cursorAt }) => cursorAt(id),
    }),
    development: t.field({
      type: Development,
      description: 'The development at this revision, with everything below it as of then. It has an `id` of its own.',
      resolve: (revision, _, { reader }) =>
        loadOne(revision, 'development', {
          to: ({ developmentId, batch }) => [developmentId, batch],
          read: (keys) => readDevelopments(reader, keys),
          pinned: true,
        }),
    }),
    changedFields: t.stringList({
      description:
        'The names of the fields that changed since the previous revision, in the order of the record, such as `headline`, `figures` or `dateNote` (the `note` of `date`). Includes only recorded fields, not derived ones such as `credibility`, and not changes of other records. Empty for the first revision. For a retraction, which keeps the content, and for a redaction `retraction`.',
      resolve: (revision, _, { reader }) => {
        if (revision.kind === 'RETRACTED' || revision.kind === 'REDACTED') return ['retraction']
        const [change] = loadMany(revision, 'content change', (all) => readContentChanges(reader, all.map(recordKey)))
        return change === undefined ? [] : changedFields(change.before, change.after).map(apiName)
      },
    }),
  }),
})

/** The API name of a field of a record: `date-note` is `dateNote`. */
function apiName(field: string): string {
  if (field === 'participants') return 'participations'
  return field.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

const Retraction = builder.objectRef<DevelopmentRow>('Retraction').implement({
  description:
    'The withdrawal of a development. It stays readable, unless it was redacted, and lists include it only on request.',
  fields: (t) => ({
    reason: t.string({ description: 'The reason.', resolve: ({ note }) => note ?? '' }),
    at: t.expose('recordedAt', { type: 'DateTime', description: 'When it was retracted or redacted.' }),
  }),
})

builder.interfaceFields(Development, (t) => ({
  revisions: t.field({
    type: [Revision],
    description: 'All revisions up to the state that is read, the first one first.',
    resolve: toMany('revisions', readRevisions, recordKey),
  }),
  retraction: t.field({
    type: Retraction,
    nullable: true,
    description: 'Why and when it was retracted or redacted. Null if it stands.',
    resolve: (development) => (development.retracted === 1 ? development : null),
  }),
}))
