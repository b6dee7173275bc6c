import { SEARCH_MAX, searchNames } from '../../store/search/full-text.ts'
import {
  countPlaces,
  type PlaceRow,
  readPlaceByKey,
  readPlaceIdentifiers,
  readPlacePage,
} from '../../store/queries/reference-records.ts'
import { Identifier } from './actor.ts'
import { builder } from '../core/builder.ts'
import { askedOf, many } from '../core/batch-loader.ts'
import { connectionType, paging, rootConnection, perPage } from '../core/connection.ts'
import { Node } from '../core/node.ts'

export const Place = builder.objectRef<PlaceRow>('Place').implement({
  description:
    'Where something happened: a city, an airport, a region, a sea. As it is saved now, whatever position is read.',
  interfaces: [Node],
  fields: (t) => ({
    key: t.expose('key', { type: 'Key', description: 'Its handle among places.' }),
    revision: t.exposeInt('revision', { description: 'How often it has been saved with a change, 1 for the first.' }),
    name: t.exposeString('name', { description: 'Its name, as it is saved now.' }),
    country: t.expose('country', {
      type: 'CountryCode',
      nullable: true,
      description: 'The country it lies in; null where it lies in none, or in several.',
    }),
    latitude: t.exposeFloat('latitude', {
      nullable: true,
      description: 'Degrees north of the equator, WGS 84, −90 to 90; null where it is not recorded.',
    }),
    longitude: t.exposeFloat('longitude', {
      nullable: true,
      description: 'Degrees east of Greenwich, WGS 84, −180 to 180; null where it is not recorded.',
    }),
    identifiers: t.field({
      type: [Identifier],
      description: 'What other registers call it.',
      resolve: (place, _, { reader }) =>
        many(place, 'identifiers', (places) => readPlaceIdentifiers(reader, places.map(askedOf))),
    }),
  }),
})

const PlaceConnection = connectionType(Place, { name: 'Place', of: 'places' })

builder.queryFields((t) => ({
  place: t.field({
    type: Place,
    nullable: true,
    description: 'The place of a key; null where there is none.',
    args: { key: t.arg({ type: 'Key', required: true, description: 'The key of a place, such as aktau.' }) },
    resolve: (_, { key }, context) => readPlaceByKey(context.reader, key, context.position()),
  }),
  places: t.field({
    type: PlaceConnection,
    complexity: perPage,
    description: 'Places by name.',
    args: {
      search: t.arg.string({
        description: `Only places in whose name each word given here begins a word. Case and marks do not matter. Blanks restrict nothing; what holds no letter and no digit finds none. At most ${SEARCH_MAX} characters (SEARCH_TOO_LONG).`,
      }),
      ...paging,
    },
    resolve: (_, { search, ...request }, context) => {
      const ids = search == null ? null : searchNames(context.reader, 'place', search)
      const wanted = { ids, asOf: context.position() }
      return rootConnection(readPlacePage(context.reader, wanted, request), () => countPlaces(context.reader, wanted))
    },
  }),
}))
