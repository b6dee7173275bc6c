import { vocabulary, type ValueOf } from './vocabulary.ts'

export const ActorKind = vocabulary(
  'ActorKind',
  'What sort of actor someone is. Roles are not kinds: an actor is a speaker or a target by what it does.',
  {
    STATE: 'A state as a whole, or an entity that acts as one.',
    ORGAN: 'A part of a state that acts for it: a ministry, a president’s office, a court, an air-defence force.',
    ORGANISATION: 'An intergovernmental, political or civil body that is neither a state’s organ nor a business.',
    COMPANY: 'A business, whoever owns it, other than one that publishes news.',
    OUTLET: 'A publisher of news or comment: a newspaper, broadcaster, agency, site or channel.',
    PERSON: 'A named human being.',
    GROUP: 'Several people known only together: passengers, protesters, detainees, a community.',
    UNNAMED: 'A source that is described but not identified, such as “a government source”.',
  },
)
export type ActorKind = ValueOf<typeof ActorKind>

export const AffiliationRelation = vocabulary(
  'AffiliationRelation',
  'How an actor stands to the state or organisation it is affiliated with, during the period given.',
  {
    OFFICE_HOLDER: 'Holds an office of it, and in that function speaks and acts for it.',
    ORGAN_OF: 'Is a part of it, whose conduct counts as its own.',
    SUBSIDIARY_OF: 'Is a body of its own that it owns or controls.',
    MEMBER_OF: 'Belongs to it as a member, without speaking for it.',
    EMPLOYED_BY: 'Works for it, without an office that speaks for it.',
    STATE_ALIGNED: 'Keeps to the line of that state without being its organ.',
    CLOSE_TO: 'Is said to have ties with it, without a known role in it.',
    SUCCESSOR_OF: 'Took its place, legally or in fact.',
    PURPORTED: 'Is claimed to belong to it, and nobody in a position to know has confirmed that.',
  },
)
export type AffiliationRelation = ValueOf<typeof AffiliationRelation>

export const IdentifierScheme = vocabulary('IdentifierScheme', 'Whose identifier for an actor or a place it is.', {
  WIKIDATA: 'A Wikidata item, such as Q227.',
  ISO_3166_1: 'A country’s two-letter code, such as AZ.',
  IATA: 'The code of an airline or airport with the International Air Transport Association, such as SCO.',
  ICAO: 'The code of an airline or airport with the International Civil Aviation Organization, such as UATE.',
  LEI: 'A Legal Entity Identifier after ISO 17442, of twenty characters.',
  GEONAMES: 'A GeoNames number, for a place.',
  WEBSITE: 'The address of its own site.',
})
export type IdentifierScheme = ValueOf<typeof IdentifierScheme>
