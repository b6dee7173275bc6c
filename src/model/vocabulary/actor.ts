import { vocabulary, type ValueOf } from './vocabulary.ts'

export const ActorKind = vocabulary(
  'ActorKind',
  'The type of an actor. Roles such as speaker or target are not kinds: they belong to a development.',
  {
    STATE: 'A state, or an entity that acts as one.',
    ORGAN: 'A part of a state that acts for it: a ministry, a president’s office, a court, an air-defence force.',
    ORGANISATION: 'An intergovernmental, political or civil-society body that is neither a state organ nor a business.',
    COMPANY: 'A business other than a news publisher, whether private or state-owned.',
    OUTLET: 'A publisher of news or comment: a newspaper, broadcaster, agency, website or channel.',
    PERSON: 'A named person.',
    GROUP: 'Several people known only collectively: passengers, protesters, detainees, a community.',
    UNNAMED: 'A source that is described but not identified, such as “a government source”.',
  },
)
export type ActorKind = ValueOf<typeof ActorKind>

export const AffiliationRelation = vocabulary(
  'AffiliationRelation',
  'How an actor relates to the state or organisation it is affiliated with, during the given period.',
  {
    OFFICE_HOLDER: 'Holds an office in it, and speaks and acts for it in that capacity.',
    ORGAN_OF: 'Is a part of it, so that its conduct counts as the conduct of the whole.',
    SUBSIDIARY_OF: 'Is a separate body that it owns or controls.',
    MEMBER_OF: 'Is a member of it, without speaking for it.',
    EMPLOYED_BY: 'Works for it, without an office that speaks for it.',
    STATE_ALIGNED: 'Follows the line of that state without being one of its organs.',
    CLOSE_TO: 'Is reported to have ties with it, without a known role in it.',
    SUCCESSOR_OF: 'Took its place, legally or in practice.',
    PURPORTED: 'Is claimed to belong to it, without confirmation from anyone in a position to know.',
  },
)
export type AffiliationRelation = ValueOf<typeof AffiliationRelation>

export const IdentifierScheme = vocabulary(
  'IdentifierScheme',
  'The register that issued an identifier of an actor or a place.',
  {
    WIKIDATA: 'A Wikidata item, such as Q227.',
    ISO_3166_1: 'An ISO 3166-1 alpha-2 country code, such as AZ.',
    IATA: 'An airline or airport code of the International Air Transport Association, such as SCO.',
    ICAO: 'An airline or airport code of the International Civil Aviation Organization, such as UATE.',
    LEI: 'A Legal Entity Identifier (ISO 17442), twenty characters long.',
    GEONAMES: 'A GeoNames number, for a place.',
    WEBSITE: 'The address of its own website.',
  },
)
export type IdentifierScheme = ValueOf<typeof IdentifierScheme>
