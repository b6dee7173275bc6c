import {
  readActors,
  readAffiliationSources,
  sourceReads,
  type SourceRow,
} from '../../store/queries/reference-records.ts'
import { builder } from '../core/builder.ts'
import { Reliability, SourceGenre } from '../core/enums.ts'
import { Node } from '../core/node.ts'
import { recordFields, REVISION } from '../core/reference-record.ts'
import { idOfKey, toMany, toOneOrNull } from '../core/relation.ts'
import { dateOf, UncertainDate } from '../core/uncertain-date.ts'
import { Actor, Affiliation } from './actor.ts'

export const Source = builder.objectRef<SourceRow>('Source').implement({
  description: 'A document that developments cite. Always returned in its current state.',
  interfaces: [Node],
  fields: (t) => ({
    key: t.expose('key', { type: 'Key', description: 'The key, unique among sources.' }),
    revision: t.exposeInt('revision', { description: REVISION }),
    title: t.exposeString('title', {
      description: 'The current title. A title in brackets was supplied for a document that has none.',
    }),
    outlet: t.field({
      type: Actor,
      nullable: true,
      description:
        'The publisher. Null if the document does not name one, or if the actor was not recorded yet in the state that is read.',
      resolve: toOneOrNull('outletId', readActors),
    }),
    republishedBy: t.field({
      type: Actor,
      nullable: true,
      description:
        'The outlet that republished the document, if it was read there. Null if none, or if the actor was not recorded yet in the state that is read.',
      resolve: toOneOrNull('republishedById', readActors),
    }),
    genre: t.expose('genre', { type: SourceGenre, description: 'The type of document.' }),
    note: t.exposeString('note', {
      nullable: true,
      description: 'A remark for readers, for example on the grade or the date.',
    }),
    author: t.exposeString('author', { nullable: true, description: 'The author as named. Null if none is named.' }),
    url: t.expose('url', { type: 'URL', nullable: true, description: 'Where it was published. Null if unknown.' }),
    archiveUrl: t.expose('archiveUrl', {
      type: 'URL',
      nullable: true,
      description: 'Where a copy is archived. Null if none is known.',
    }),
    publishedOn: t.field({
      type: UncertainDate,
      nullable: true,
      description:
        'The date of publication, given as bounds if the document has no date of its own. Null if there are no bounds.',
      resolve: ({ published, publishedNote }) => (published === null ? null : dateOf(published, publishedNote)),
    }),
    accessedOn: t.expose('accessed', {
      type: 'Date',
      nullable: true,
      description: 'The day on which it was read for this record. Null if not noted.',
    }),
    language: t.expose('language', { type: 'LanguageTag', description: 'The language of the document.' }),
    reliability: t.expose('reliability', {
      type: Reliability,
      description: 'How reliable the source is: the letter of the NATO Admiralty code.',
    }),
  }),
})

builder.objectField(Affiliation, 'sources', (t) =>
  t.field({
    type: [Source],
    description: 'The sources for the affiliation. Empty if none is named.',
    resolve: toMany('sources', readAffiliationSources, ({ actorId, asOf, ordinal }) => [actorId, asOf, ordinal]),
  }),
)

export const SourceConnection = recordFields(Source, {
  name: 'source',
  example: 'eurasianet-2025-10-11',
  reads: sourceReads,
  hasPast: false,
  description: 'Sources in order of entry.',
  args: builder.args((t) => ({
    outlet: t.field({
      type: 'Key',
      description: 'Only sources published by this actor. An unknown key is refused with UNKNOWN_KEY.',
    }),
  })),
  wanted: ({ outlet }, reader, asOf) => ({ outletId: idOfKey(reader, 'actor', outlet), asOf }),
})
