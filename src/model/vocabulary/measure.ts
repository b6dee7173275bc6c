import { vocabulary, type ValueOf } from './vocabulary.ts'

export const MeasureKind = vocabulary(
  'MeasureKind',
  'What sort of measure it is. Terms of diplomatic practice follow the Vienna Conventions on Diplomatic and on Consular Relations.',
  {
    NOTE_VERBALE: 'An unsigned note in the third person passes between a ministry and a mission, or between missions.',
    DEMARCHE:
      'A government makes formal representations to another, in person or in writing: a view, a request, a protest.',
    AMBASSADOR_SUMMONED: 'The receiving state calls in a head of mission or chargé to be told something.',
    AGREMENT_REFUSED: 'The receiving state declines a proposed head of mission, for which it owes no reasons.',
    PERSONA_NON_GRATA:
      'A named diplomat or consul is declared unacceptable, so that the sending state has to recall them.',
    STAFF_EXPELLED: 'Staff of a mission are made to leave, without a declaration against named persons being reported.',
    MISSION_SIZE_LIMITED: 'The receiving state caps how many people a mission may have.',
    AMBASSADOR_RECALLED: 'The sending state calls its own head of mission home, for consultations or for good.',
    RELATIONS_DOWNGRADED: 'Relations are lowered in rank, as to chargés d’affaires, but not broken off.',
    EMBASSY_CLOSED: 'An embassy is closed, by either state, which by itself does not end relations.',
    CONSULATE_CLOSED: 'A consulate is closed, by either state.',
    CULTURAL_CENTRE_CLOSED: 'A cultural or language centre of another state is closed.',
    AGENCY_EXPELLED: 'A foreign agency, as for aid or cooperation, is made to leave altogether.',
    AGENCY_RESTRICTED: 'A foreign agency stays, with fewer staff or less that it may do.',
    PREMISES_TAKEN_OVER: 'The authorities take possession of premises that a foreign state or body used.',
    ARREST: 'Persons are taken into custody on suspicion of an offence.',
    RELATIONS_SEVERED: 'Diplomatic relations are broken off.',
    RELATIONS_RESTORED: 'Diplomatic relations are resumed, or raised again to their former rank.',
    MEDIA_BUREAU_CLOSED: 'A foreign outlet’s office is closed or its work there ended.',
    ACCREDITATION_WITHDRAWN: 'Journalists, observers or representatives lose their permission to work.',
    SEARCH_OR_RAID: 'Officers enter premises to search them or to seize persons or evidence.',
    ASSET_SEIZURE: 'Property is taken or attached under national law or by a court’s order.',
    DETENTION: 'Persons are held, with no suspicion of an offence stated or with their custody prolonged.',
    RELEASE: 'Persons who were held are freed, for good or on conditions.',
    DEPORTATION: 'Persons without diplomatic standing are removed from the country.',
    ENTRY_BAN: 'Persons are refused entry by the state’s own decision, outside a sanctions list.',
    VISIT_CANCELLED: 'A visit that was agreed or announced is called off or put off indefinitely.',
    EVENTS_SUSPENDED:
      'Cultural, sporting or other public events connected with the other side are called off or halted.',
    MEETING_REFUSED: 'A meeting or conversation that was sought is declined.',
    FLIGHTS_SUSPENDED: 'Flights are halted, by a carrier or by an authority.',
    AIRSPACE_CLOSED: 'Airspace is closed, to all or to aircraft of one country.',
    TRADE_RESTRICTION: 'Imports, exports, transit or services are barred, taxed or made harder.',
    FINANCIAL_SANCTION: 'Funds are frozen or dealings forbidden under a sanctions list.',
    TRAVEL_SANCTION: 'Persons are barred from entry or transit under a sanctions list.',
    ARMS_EMBARGO: 'The supply of arms and related goods is forbidden.',
    LEGAL_ACTION: 'Proceedings against a state or a body are brought or prepared, at home or internationally.',
    CRIMINAL_CASE: 'Criminal proceedings are opened or pursued, against persons known or unknown.',
    INQUIRY_REQUEST: 'Another authority is formally asked to investigate or to hand over what it knows.',
    AID: 'Money, goods or help are given.',
    COMPENSATION_PAID: 'Money is paid for damage done, whether or not responsibility is accepted.',
    HONOUR: 'A state bestows a decoration, a title or a name.',
    OTHER: 'None of these.',
  },
)
export type MeasureKind = ValueOf<typeof MeasureKind>

export const LegalCharacter = vocabulary(
  'LegalCharacter',
  'Under which title of law a measure is taken, after the International Law Commission’s articles on state responsibility. It says how the measure is classed, not that it is lawful.',
  {
    RETORSION:
      'Unfriendly, and lawful without further justification because it breaches no obligation, as the expulsion of a diplomat.',
    COUNTERMEASURE:
      'In breach of an obligation towards its target if taken by itself, and justified as a proportionate answer to that state’s earlier wrongful act.',
    COLLECTIVE_SANCTION:
      'Decided by an international organisation or a group of states acting together, as the Security Council or the European Union.',
    DOMESTIC_LAW_ENFORCEMENT:
      'Taken by police, prosecutors or regulators under national law, against those within its reach.',
    JUDICIAL: 'Ordered by a court or tribunal, or taken by bringing a case before one.',
    ASSISTANCE: 'Taken for the good of its beneficiary, and burdening nobody.',
    UNKNOWN: 'The sources do not allow it to be classed.',
  },
)
export type LegalCharacter = ValueOf<typeof LegalCharacter>

export const MeasureStatus = vocabulary(
  'MeasureStatus',
  'How far a measure has got. Only IN_FORCE counts as in force; the end of a date’s interval ends no measure.',
  {
    PREPARED: 'It is being made ready, and nobody has decided or declared it yet.',
    ANNOUNCED: 'It was declared in public and does not yet apply.',
    NOTIFIED: 'Those it concerns were formally told of it, and it does not yet apply.',
    IN_FORCE: 'It applies.',
    SUSPENDED: 'It is paused and may resume.',
    LIFTED: 'Those who took it ended it.',
    COMPLETED: 'It was carried out or ran its course, and nothing of it is left to apply.',
    NOT_IMPLEMENTED: 'It was prepared or announced and never took effect.',
  },
)
export type MeasureStatus = ValueOf<typeof MeasureStatus>
