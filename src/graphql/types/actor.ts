import {
  type ActorRow,
  type AffiliationRow,
  countActors,
  type IdentifierRow,
  MEMBERS,
  readActorByKey,
  readActorIdentifiers,
  readActorPage,
  readActors,
  readAffiliations,
  readAliases,
} from '../../store/queries/reference-records.ts'
import { SEARCH_MAX, searchNames } from '../../store/search/full-text.ts'
import { builder } from '../core/builder.ts'
import { askedOf, many, one } from '../core/batch-loader.ts'
import { connectionType, paging, rootConnection, sharedConnection, perPage } from '../core/connection.ts'
import { dateOf, UncertainDate } from '../core/uncertain-date.ts'
import { ActorKind, AffiliationRelation, IdentifierScheme } from '../core/enums.ts'
import { addressOf } from './identifier-address.ts'
import { asKnownAt, readKnown } from '../core/as-of.ts'
import { Node } from '../core/node.ts'

const AS_NOW = 'as it is saved now, whatever position is read'

export const Identifier = builder.objectRef<IdentifierRow>('Identifier').implement({
  description: 'What an actor or a place is called in another register.',
  fields: (t) => ({
    scheme: t.expose('scheme', { type: IdentifierScheme, description: 'Whose register it is.' }),
    value: t.exposeString('value', { description: 'The identifier as that register writes it.' }),
    url: t.field({
      type: 'URL',
      nullable: true,
      description: 'Where that register shows it to people; null where it has no such page.',
      resolve: addressOf,
    }),
  }),
})

export const Actor = builder.objectRef<ActorRow>('Actor').implement({
  description:
    'Whoever acts, speaks, publishes or is affected: a state, an organ of one, an organisation, a company, an outlet, a person, a group, or a source that is described but not named. What is said of it here is as it is saved now, not as of then; its developments and positions are read as of the position of whatever led here.',
  interfaces: [Node],
  fields: (t) => ({
    key: t.expose('key', { type: 'Key', description: 'Its handle among actors.' }),
    revision: t.exposeInt('revision', { description: 'How often it has been saved with a change, 1 for the first.' }),
    name: t.exposeString('name', { description: `Its name, ${AS_NOW}.` }),
    kind: t.expose('kind', { type: ActorKind, description: 'What sort of actor it is.' }),
    country: t.expose('country', {
      type: 'CountryCode',
      nullable: true,
      description: 'The country it belongs to; null where none is recorded, as of historical states.',
    }),
    description: t.exposeString('description', { nullable: true, description: 'A few words on who it is.' }),
    aliases: t.stringList({
      description: 'Other names it goes by, searched like its name.',
      resolve: (actor, _, { reader }) =>
        many(actor, 'aliases', (actors) => readAliases(reader, actors.map(askedOf))).map(({ alias }) => alias),
    }),
    identifiers: t.field({
      type: [Identifier],
      description: 'What other registers call it.',
      resolve: (actor, _, { reader }) =>
        many(actor, 'identifiers', (actors) => readActorIdentifiers(reader, actors.map(askedOf))),
    }),
  }),
})

export const Affiliation = builder.objectRef<AffiliationRow>('Affiliation').implement({
  description:
    'Ties an actor to a state or organisation, for a time: an office held, an organ’s place, ownership, closeness.',
  fields: (t) => ({
    actor: t.field({
      type: Actor,
      description: 'Who is affiliated.',
      resolve: (affiliation, _, { reader }) =>
        one(affiliation, 'actor', {
          to: ({ actorId, asOf }) => [actorId, asOf],
          read: (asked) => readActors(reader, asked),
        }),
    }),
    organisation: t.field({
      type: Actor,
      description: 'The state or organisation it is affiliated with.',
      resolve: (affiliation, _, { reader }) =>
        one(affiliation, 'organisation', {
          to: ({ organisationId, asOf }) => [organisationId, asOf],
          read: (asked) => readActors(reader, asked),
        }),
    }),
    relation: t.expose('relation', { type: AffiliationRelation, description: 'How the actor stands to it.' }),
    office: t.exposeString('office', { nullable: true, description: 'The office held, where it is one.' }),
    date: t.field({
      type: UncertainDate,
      nullable: true,
      description: 'From when until when; null where nothing is known of that.',
      resolve: ({ edtf }) => (edtf === null ? null : dateOf(edtf)),
    }),
  }),
})

const AffiliationConnection = connectionType(Affiliation, { name: 'Affiliation', of: 'affiliations' })

const onArgument =
  'Only what may have held on this day by the bounds of its date; what has no date, or an open end, is not left out. All of them where it is left out.'

builder.objectFields(Actor, (t) => ({
  affiliations: t.field({
    type: [Affiliation],
    description: 'What it is affiliated with, as recorded.',
    args: { on: t.arg({ type: 'Date', description: onArgument }) },
    resolve: (actor, { on }, { reader }) =>
      many(actor, `affiliations ${on ?? ''}`, (actors) => readAffiliations(reader, actors.map(askedOf), on ?? null)),
  }),
  members: t.field({
    type: AffiliationConnection,
    complexity: perPage,
    description:
      'Who is affiliated with it: its organs, office-holders, members, subsidiaries and others, in the order in which they entered the record.',
    args: { on: t.arg({ type: 'Date', description: onArgument }), ...paging },
    resolve: (actor, { on, ...request }, { reader }) =>
      sharedConnection<ActorRow, AffiliationRow>(actor, MEMBERS, {
        reader,
        to: askedOf,
        request,
        parameters: { on: on ?? null },
      }),
  }),
}))

const ActorConnection = connectionType(Actor, { name: 'Actor', of: 'actors' })

builder.queryFields((t) => ({
  actor: t.field({
    type: Actor,
    nullable: true,
    description: 'The actor of a key; null where there is none, or was none yet.',
    args: {
      key: t.arg({ type: 'Key', required: true, description: 'The key of an actor, such as azerbaijan.' }),
      ...asKnownAt,
    },
    resolve: (_, args, context) =>
      readKnown(context, args.asKnownAt, (asOf) => readActorByKey(context.reader, args.key, asOf)),
  }),
  actors: t.field({
    type: ActorConnection,
    complexity: perPage,
    description: 'Actors by name. What is given narrows the list; what is left out does not.',
    args: {
      kinds: t.arg({
        type: [ActorKind],
        description: 'Only actors of any of these kinds; an empty list restricts nothing.',
      }),
      country: t.arg({ type: 'CountryCode', description: 'Only actors of this country.' }),
      search: t.arg.string({
        description: `Only actors of whose name, or of one of whose aliases, each word given here begins a word. Case and marks do not matter: aliyev finds Əliyev. Blanks restrict nothing; what holds no letter and no digit finds nobody. At most ${SEARCH_MAX} characters (SEARCH_TOO_LONG).`,
      }),
      ...paging,
    },
    resolve: (_, { kinds, country, search, ...request }, context) => {
      const ids = search == null ? null : searchNames(context.reader, 'actor', search)
      const wanted = { kinds, country, ids, asOf: context.position() }
      return rootConnection(readActorPage(context.reader, wanted, request), () => countActors(context.reader, wanted))
    },
  }),
}))
