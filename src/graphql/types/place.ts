import { placeReads, type PlaceRow, readPlaceIdentifiers } from '../../store/queries/reference-records.ts'
import { builder } from '../core/builder.ts'
import { Node } from '../core/node.ts'
import { idsFound, recordFields, REVISION, searchArgument } from '../core/reference-record.ts'
import { recordKey, toMany } from '../core/relation.ts'
import { Identifier } from './actor.ts'

export const Place = builder.objectRef<PlaceRow>('Place').implement({
  description:
    'A place where something happened: a city, an airport, a region, a sea. Always returned in its current state.',
  interfaces: [Node],
  fields: (t) => ({
    key: t.expose('key', { type: 'Key', description: 'The key, unique among places.' }),
    revision: t.exposeInt('revision', { description: REVISION }),
    name: t.exposeString('name', { description: 'The current name.' }),
    country: t.expose('country', {
      type: 'CountryCode',
      nullable: true,
      description: 'The country it is in. Null if it is in none or in several.',
    }),
    latitude: t.exposeFloat('latitude', {
      nullable: true,
      description: 'The latitude in degrees north (WGS 84), −90 to 90. Null if not recorded.',
    }),
    longitude: t.exposeFloat('longitude', {
      nullable: true,
      description: 'The longitude in degrees east (WGS 84), −180 to 180. Null if not recorded.',
    }),
    identifiers: t.field({
      type: [Identifier],
      description: 'Identifiers in other registers.',
      resolve: toMany('identifiers', readPlaceIdentifiers, recordKey),
    }),
  }),
})

recordFields(Place, {
  name: 'place',
  example: 'aktau',
  reads: placeReads,
  hasPast: false,
  description: 'Places by name.',
  args: searchArgument('places with a name'),
  wanted: ({ search }, reader, asOf) => ({ ids: idsFound(reader, 'place', search), asOf }),
})
