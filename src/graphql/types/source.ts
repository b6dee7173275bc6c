import { idsOfKeys } from '../../store/search/keys.ts'
import {
  countSources,
  readActors,
  readAffiliationSources,
  readSourceByKey,
  readSourcePage,
  type SourceRow,
} from '../../store/queries/reference-records.ts'
import type { BatchKey } from '../../store/queries/batch.ts'
import { Actor, Affiliation } from './actor.ts'
import { builder } from '../core/builder.ts'
import { many, oneOrNone } from '../core/batch-loader.ts'
import { connectionType, paging, rootConnection, perPage } from '../core/connection.ts'
import { dateOf, UncertainDate } from '../core/uncertain-date.ts'
import { Reliability, SourceGenre } from '../core/enums.ts'
import { Node } from '../core/node.ts'

export const Source = builder.objectRef<SourceRow>('Source').implement({
  description:
    'A document that developments are cited from. As it is saved now, whatever position is read. It may lack an outlet: none is invented.',
  interfaces: [Node],
  fields: (t) => ({
    key: t.expose('key', { type: 'Key', description: 'Its handle among sources.' }),
    revision: t.exposeInt('revision', { description: 'How often it has been saved with a change, 1 for the first.' }),
    title: t.exposeString('title', {
      description: 'Its title, as it is saved now; in brackets where it was supplied, because the document has none.',
    }),
    outlet: t.field({
      type: Actor,
      nullable: true,
      description:
        'Who published it; null where the document does not say, or where that actor was unknown at the position read.',
      resolve: (source, _, { reader }) =>
        oneOrNone(source, 'outlet', {
          to: ({ outletId, asOf }) => knownBy(asOf, outletId),
          read: (asked) => readActors(reader, asked),
        }),
    }),
    republishedBy: t.field({
      type: Actor,
      nullable: true,
      description: 'Who carried it again, where it was read there and is known at the position read; else null.',
      resolve: (source, _, { reader }) =>
        oneOrNone(source, 'republishedBy', {
          to: ({ republishedById, asOf }) => knownBy(asOf, republishedById),
          read: (asked) => readActors(reader, asked),
        }),
    }),
    genre: t.expose('genre', { type: SourceGenre, description: 'What sort of document it is.' }),
    note: t.exposeString('note', {
      nullable: true,
      description: 'What is to be known of it, as why it is graded or dated as it is.',
    }),
    author: t.exposeString('author', { nullable: true, description: 'Its author as named; null where none is.' }),
    url: t.expose('url', { type: 'URL', nullable: true, description: 'Where it was published; null where unknown.' }),
    archiveUrl: t.expose('archiveUrl', {
      type: 'URL',
      nullable: true,
      description: 'Where a copy of it is kept; null where none is known.',
    }),
    publishedOn: t.field({
      type: UncertainDate,
      nullable: true,
      description: 'When it was published, bounded where it carries no date of its own; null where nothing bounds it.',
      resolve: ({ published, publishedNote }) => (published === null ? null : dateOf(published, publishedNote)),
    }),
    accessedOn: t.expose('accessed', {
      type: 'Date',
      nullable: true,
      description: 'When it was read for this record; null where that was not noted.',
    }),
    language: t.expose('language', { type: 'LanguageTag', description: 'The language it is written in.' }),
    reliability: t.expose('reliability', {
      type: Reliability,
      description: 'How far it can be relied on: the letter of the NATO Admiralty code.',
    }),
  }),
})

/** A source is as it is now, and may name whoever was unknown at the position. */
function knownBy(asOf: number, id: number | null): BatchKey | null {
  return id === null || id > asOf ? null : [id, asOf]
}

builder.objectField(Affiliation, 'sources', (t) =>
  t.field({
    type: [Source],
    description: 'The sources that say so; empty where none is named.',
    resolve: (affiliation, _, { reader }) =>
      many(affiliation, 'sources', (affiliations) =>
        readAffiliationSources(
          reader,
          affiliations.map(({ actorId, asOf, ordinal }) => [actorId, asOf, ordinal]),
        ),
      ),
  }),
)

const SourceConnection = connectionType(Source, { name: 'Source', of: 'sources' })

builder.queryFields((t) => ({
  source: t.field({
    type: Source,
    nullable: true,
    description: 'The source of a key; null where there is none.',
    args: {
      key: t.arg({ type: 'Key', required: true, description: 'The key of a source, such as eurasianet-2025-10-11.' }),
    },
    resolve: (_, { key }, context) => readSourceByKey(context.reader, key, context.position()),
  }),
  sources: t.field({
    type: SourceConnection,
    complexity: perPage,
    description: 'Sources in the order in which they entered the record.',
    args: {
      outlet: t.arg({
        type: 'Key',
        description: 'Only what this actor published. A key that names nothing is refused with UNKNOWN_KEY.',
      }),
      ...paging,
    },
    resolve: (_, { outlet, ...request }, context) => {
      const outletId = outlet == null ? null : (idsOfKeys(context.reader, 'actor', [outlet])[0] ?? null)
      const wanted = { outletId, asOf: context.position() }
      return rootConnection(readSourcePage(context.reader, wanted, request), () => countSources(context.reader, wanted))
    },
  }),
}))
