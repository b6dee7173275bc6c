import { isWebAddress } from '../../model/records/identifiers.ts'
import {
  actorReads,
  type ActorRow,
  type AffiliationRow,
  type IdentifierRow,
  MEMBERS,
  readActorIdentifiers,
  readActors,
  readAffiliations,
  readAliases,
} from '../../store/queries/reference-records.ts'
import { loadMany } from '../core/batch-loader.ts'
import { builder } from '../core/builder.ts'
import { connectionBelow, connectionType, paging } from '../core/connection.ts'
import { ActorKind, AffiliationRelation, IdentifierScheme } from '../core/enums.ts'
import { Node, partId } from '../core/node.ts'
import { costs } from '../cost/query-cost.ts'
import { perPage } from '../cost/list-cost.ts'
import { idsFound, recordFields, REVISION, searchArgument } from '../core/reference-record.ts'
import { recordKey, toMany, toOne } from '../core/relation.ts'
import { dateOf, UncertainDate } from '../core/uncertain-date.ts'

export const Identifier = builder.objectRef<IdentifierRow>('Identifier').implement({
  description: 'The identifier of an actor or a place in another register.',
  fields: (t) => ({
    scheme: t.expose('scheme', { type: IdentifierScheme, description: 'The register.' }),
    value: t.exposeString('value', { description: 'The identifier as the register writes it.' }),
    url: t.field({
      type: 'URL',
      nullable: true,
      description: 'The page of the register for this identifier. Null if there is no such page.',
      resolve: addressOf,
    }),
  }),
})

function addressOf({ scheme, value }: IdentifierRow): string | null {
  switch (scheme) {
    case 'WIKIDATA':
      return /^Q\d+$/.test(value) ? `https://www.wikidata.org/wiki/${value}` : null
    case 'GEONAMES':
      return /^\d+$/.test(value) ? `https://www.geonames.org/${value}` : null
    case 'ISO_3166_1':
      return /^[A-Z]{2}$/.test(value) ? `https://www.iso.org/obp/ui/#iso:code:3166:${value}` : null
    case 'LEI':
      return /^[0-9A-Z]{20}$/.test(value) ? `https://search.gleif.org/#/record/${value}` : null
    case 'WEBSITE':
      return isWebAddress(value) ? value : null
    case 'IATA':
    case 'ICAO':
      return null
  }
}

export const Actor = builder.objectRef<ActorRow>('Actor').implement({
  description:
    'An actor in a dispute or a publisher: a state, an organ of a state, an organisation, a company, an outlet, a person, a group, or a source that is described but not named. Its own fields are returned in their current state. Its developments and positions are those of the state of the record in which the actor was reached.',
  interfaces: [Node],
  fields: (t) => ({
    key: t.expose('key', { type: 'Key', description: 'The key, unique among actors.' }),
    revision: t.exposeInt('revision', { description: REVISION }),
    name: t.exposeString('name', { description: 'The current name.' }),
    kind: t.expose('kind', { type: ActorKind, description: 'The type of actor.' }),
    country: t.expose('country', {
      type: 'CountryCode',
      nullable: true,
      description: 'The country it belongs to. Null if none is recorded, as for historical states.',
    }),
    description: t.exposeString('description', { nullable: true, description: 'A short description.' }),
    aliases: t.stringList({
      description: 'Other names. Searches match them like the name.',
      resolve: (actor, _, { reader }) =>
        loadMany(actor, 'aliases', (actors) => readAliases(reader, actors.map(recordKey))).map(({ alias }) => alias),
    }),
    identifiers: t.field({
      type: [Identifier],
      description: 'Identifiers in other registers.',
      resolve: toMany('identifiers', readActorIdentifiers, recordKey),
    }),
  }),
})

export const Affiliation = builder.objectRef<AffiliationRow>('Affiliation').implement({
  description:
    'Connects an actor to a state or organisation for a period, for example through an office, as an organ, by ownership or by closeness.',
  fields: (t) => ({
    id: t.id(partId('affiliations')),
    actor: t.field({
      type: Actor,
      description: 'The actor that is affiliated.',
      resolve: toOne('actorId', readActors),
    }),
    organisation: t.field({
      type: Actor,
      description: 'The state or organisation.',
      resolve: toOne('organisationId', readActors),
    }),
    relation: t.expose('relation', { type: AffiliationRelation, description: 'How the actor relates to it.' }),
    office: t.exposeString('office', { nullable: true, description: 'The office held, if the relation is an office.' }),
    date: t.field({
      type: UncertainDate,
      nullable: true,
      description: 'The period. Null if unknown.',
      resolve: ({ edtf }) => (edtf === null ? null : dateOf(edtf)),
    }),
  }),
})

const AffiliationConnection = connectionType(Affiliation, 'Affiliation', 'affiliations')

const onArgument = builder.args((t) => ({
  on: t.field({
    type: 'Date',
    description:
      'Only affiliations that may have held on this day, by the bounds of their dates. An affiliation without a date or with an open end is included. All affiliations by default.',
  }),
}))

builder.objectFields(Actor, (t) => ({
  affiliations: t.field({
    type: [Affiliation],
    description: 'The affiliations of the actor, as recorded.',
    args: onArgument,
    resolve: (actor, { on }, { reader }) =>
      loadMany(actor, `affiliations ${on ?? ''}`, (actors) =>
        readAffiliations(reader, actors.map(recordKey), on ?? null),
      ),
  }),
  members: t.field({
    type: AffiliationConnection,
    extensions: costs(perPage),
    description:
      'The affiliations of others with this actor: its organs, office-holders, members, subsidiaries and so on, in order of entry.',
    args: { ...onArgument, ...paging },
    resolve: (actor, { on, ...request }, { reader }) =>
      connectionBelow(actor, MEMBERS, { reader, request, parameters: { on: on ?? null } }),
  }),
}))

recordFields(Actor, {
  name: 'actor',
  example: 'azerbaijan',
  reads: actorReads,
  hasPast: true,
  description: 'Actors by name. The arguments narrow each other.',
  args: {
    ...builder.args((t) => ({
      kinds: t.field({
        type: [ActorKind],
        description: 'Only actors of any of these kinds. An empty list matches all.',
      }),
      country: t.field({ type: 'CountryCode', description: 'Only actors of this country.' }),
    })),
    ...searchArgument('actors with a name or an alias'),
  },
  wanted: ({ kinds, country, search }, reader, asOf) => ({
    kinds,
    country,
    ids: idsFound(reader, 'actor', search),
    asOf,
  }),
})
