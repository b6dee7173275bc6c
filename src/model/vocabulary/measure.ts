import { vocabulary, type ValueOf } from './vocabulary.ts'

export const MeasureKind = vocabulary(
  'MeasureKind',
  'The type of a measure. Diplomatic terms follow the Vienna Conventions on Diplomatic and on Consular Relations.',
  {
    NOTE_VERBALE: 'An unsigned note in the third person is sent between a ministry and a mission, or between missions.',
    DEMARCHE: 'A government formally presents a view, a request or a protest to another, in person or in writing.',
    AMBASSADOR_SUMMONED: 'The receiving state summons a head of mission or chargé d’affaires.',
    AGREMENT_REFUSED: 'The receiving state declines a proposed head of mission, for which it need not give reasons.',
    PERSONA_NON_GRATA: 'A named diplomat or consul is declared unacceptable and must be recalled.',
    STAFF_EXPELLED: 'Mission staff are made to leave, with no reported declaration against named persons.',
    MISSION_SIZE_LIMITED: 'The receiving state limits the size of a mission.',
    AMBASSADOR_RECALLED: 'The sending state recalls its own head of mission, for consultations or permanently.',
    RELATIONS_DOWNGRADED: 'Relations are lowered in rank, for example to chargés d’affaires, but not broken off.',
    EMBASSY_CLOSED: 'Either state closes an embassy, which by itself does not end relations.',
    CONSULATE_CLOSED: 'Either state closes a consulate.',
    CULTURAL_CENTRE_CLOSED: 'A cultural or language centre of another state is closed.',
    AGENCY_EXPELLED: 'A foreign agency, for example for aid or cooperation, is made to leave altogether.',
    AGENCY_RESTRICTED: 'A foreign agency stays, with fewer staff or a narrower mandate.',
    PREMISES_TAKEN_OVER: 'The authorities take possession of premises used by a foreign state or body.',
    ARREST: 'Persons are taken into custody on suspicion of an offence.',
    RELATIONS_SEVERED: 'Diplomatic relations are broken off.',
    RELATIONS_RESTORED: 'Diplomatic relations are resumed or restored to their former rank.',
    MEDIA_BUREAU_CLOSED: 'The office of a foreign outlet is closed, or its work in the country is ended.',
    ACCREDITATION_WITHDRAWN: 'Journalists, observers or representatives lose their permission to work.',
    SEARCH_OR_RAID: 'Officers enter premises to search them or to seize persons or evidence.',
    ASSET_SEIZURE: 'Property is taken or attached under national law or by court order.',
    DETENTION: 'Persons are held without a stated suspicion of an offence, or their custody is prolonged.',
    RELEASE: 'Persons who were held are freed, unconditionally or on conditions.',
    DEPORTATION: 'Persons without diplomatic status are removed from the country.',
    ENTRY_BAN: 'A state refuses entry to persons by its own decision, outside a sanctions list.',
    VISIT_CANCELLED: 'An agreed or announced visit is cancelled or postponed indefinitely.',
    EVENTS_SUSPENDED:
      'Cultural, sporting or other public events connected with the other side are cancelled or halted.',
    MEETING_REFUSED: 'A requested meeting or conversation is declined.',
    FLIGHTS_SUSPENDED: 'A carrier or an authority suspends flights.',
    AIRSPACE_CLOSED: 'Airspace is closed, to all aircraft or to those of one country.',
    TRADE_RESTRICTION: 'Imports, exports, transit or services are banned, taxed or made harder.',
    FINANCIAL_SANCTION: 'Funds are frozen or transactions banned under a sanctions list.',
    TRAVEL_SANCTION: 'Persons are barred from entry or transit under a sanctions list.',
    ARMS_EMBARGO: 'The supply of arms and related goods is banned.',
    LEGAL_ACTION: 'Proceedings against a state or a body are brought or prepared, nationally or internationally.',
    CRIMINAL_CASE: 'Criminal proceedings are opened or pursued, against known or unknown persons.',
    INQUIRY_REQUEST: 'Another authority is formally asked to investigate or to share what it knows.',
    AID: 'Money, goods or help are given.',
    COMPENSATION_PAID: 'Money is paid for damage, whether or not responsibility is accepted.',
    HONOUR: 'A state grants a decoration, a title or a name.',
    OTHER: 'None of the above.',
  },
)
export type MeasureKind = ValueOf<typeof MeasureKind>

export const LegalCharacter = vocabulary(
  'LegalCharacter',
  'The legal category of a measure, following the International Law Commission’s articles on state responsibility. A category does not mean that the measure is lawful.',
  {
    RETORSION: 'Unfriendly but lawful, because it breaches no obligation, such as the expulsion of a diplomat.',
    COUNTERMEASURE:
      'In breach of an obligation towards its target, and justified as a proportionate response to that state’s earlier wrongful act.',
    COLLECTIVE_SANCTION:
      'Decided by an international organisation or a group of states, such as the Security Council or the European Union.',
    DOMESTIC_LAW_ENFORCEMENT:
      'Taken by police, prosecutors or regulators under national law, against those within its jurisdiction.',
    JUDICIAL: 'Ordered by a court or tribunal, or taken by bringing a case before one.',
    ASSISTANCE: 'Taken for the benefit of its beneficiary, and to nobody’s disadvantage.',
    UNKNOWN: 'The sources do not allow a classification.',
  },
)
export type LegalCharacter = ValueOf<typeof LegalCharacter>

export const MeasureStatus = vocabulary(
  'MeasureStatus',
  'The state of a measure. Only IN_FORCE counts as in force. The end of a date interval does not end a measure.',
  {
    PREPARED: 'Being prepared, and not yet decided or announced.',
    ANNOUNCED: 'Announced publicly, and not yet in effect.',
    NOTIFIED: 'Formally notified to those concerned, and not yet in effect.',
    IN_FORCE: 'In effect.',
    SUSPENDED: 'Paused, and may resume.',
    LIFTED: 'Ended by those who took it.',
    COMPLETED: 'Carried out or expired, with nothing left in effect.',
    NOT_IMPLEMENTED: 'Prepared or announced, and never put into effect.',
  },
)
export type MeasureStatus = ValueOf<typeof MeasureStatus>
