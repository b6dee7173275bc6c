import { vocabulary, type ValueOf } from './vocabulary.ts'

export const DevelopmentKind = vocabulary(
  'DevelopmentKind',
  'The three kinds of development. What somebody said is a statement. What a state or organisation did to others with its official power is a measure. Everything else that has a date is an event.',
  {
    EVENT: 'Something that happened or was found, other than a statement or a measure.',
    STATEMENT: 'Something said on one occasion by one or more speakers.',
    MEASURE: 'Something that a state or organisation did to others with its official power.',
  },
)
export type DevelopmentKind = ValueOf<typeof DevelopmentKind>

export const EventKind = vocabulary(
  'EventKind',
  'The type of an event. A kind asserts no more than its description: responsibility and intent are claims.',
  {
    INCIDENT: 'A crash, a collision or another accident, regardless of its cause.',
    WEAPONS_INCIDENT: 'Weapons were fired or took effect, with no intent asserted.',
    ARMED_ATTACK: 'Armed force was used deliberately, on one occasion.',
    ARMED_CONFLICT: 'Continuing fighting between organised sides.',
    INTERFERENCE: 'Signals, networks or systems were jammed, spoofed, intruded upon or otherwise disturbed.',
    CLOSURE: 'An airport, a border, an airspace, a road or the like was closed or reopened.',
    DEATH: 'Somebody died, for example in custody or of earlier injuries.',
    INVESTIGATION_STEP: 'An investigation was opened, took a step or changed hands, without a conclusion.',
    INVESTIGATION_FINDING: 'An investigation published a preliminary or final finding.',
    COURT_RULING: 'A court or tribunal gave a judgment or an order.',
    MEETING: 'People met in person, none of them as the guest of another.',
    CALL: 'People spoke by telephone or video.',
    VISIT: 'Somebody travelled to a host.',
    PUBLICATION: 'A document, image or recording was published, whether or not its content is true.',
    PROTEST: 'People demonstrated, went on strike or blocked access in protest.',
    MEMBERSHIP_CHANGE: 'Somebody joined, left or suspended participation in an organisation or treaty.',
    CONDITION: 'A state of affairs that lasted for a time, rather than an occurrence.',
    EMERGENCY: 'A fire, a disaster or an outbreak that needed outside help.',
    AWARD: 'A prize or distinction was given by somebody other than a state.',
    AGREEMENT: 'Parties concluded, signed or brought into force an agreement.',
    OTHER: 'None of the above.',
  },
)
export type EventKind = ValueOf<typeof EventKind>

export const EvidentialStatus = vocabulary(
  'EvidentialStatus',
  'How well it is established that a development occurred. The status is about the occurrence, not about what was said: a publication may be established while its content is unverified.',
  {
    FOUND_BY_COURT: 'A court has ruled that it occurred.',
    FOUND_BY_INVESTIGATION: 'An official or technical investigation, short of a court, has found that it occurred.',
    ACKNOWLEDGED: 'The party responsible has admitted that it occurred.',
    ESTABLISHED: 'Sources agree that it occurred, and nobody contests it.',
    REPORTED: 'Reported as fact, by too few sources to be established.',
    ALLEGED: 'Somebody says that it occurred, and no source vouches for it.',
    UNVERIFIED: 'Its publisher says that it could not be confirmed.',
    CONTESTED: 'Parties or sources contradict each other on whether it occurred.',
  },
)
export type EvidentialStatus = ValueOf<typeof EvidentialStatus>

export const ParticipantRole = vocabulary(
  'ParticipantRole',
  'The part an actor plays in a development. The last five roles are derived from the fields of statements and measures and cannot be entered as participants.',
  {
    PARTICIPANT: 'Takes part on the same footing as others.',
    SUBJECT: 'Is spoken about or acted on.',
    HOST: 'Receives others, or owns the territory or premises where it takes place.',
    VISITOR: 'Comes to the host.',
    MEDIATOR: 'Helps the parties to a conflict reach an understanding, without being one of them.',
    INVESTIGATOR: 'Investigates what happened.',
    AFFECTED: 'Suffers or bears the consequences, without being the target.',
    PUBLISHER: 'Makes it public.',
    BENEFICIARY: 'Gains by it, as the recipient of aid or compensation does.',
    SPEAKER: 'Says it.',
    ON_BEHALF_OF: 'Is the one the speaker speaks for.',
    ADDRESSEE: 'Is the one it is said to.',
    IMPOSED_BY: 'Takes the measure.',
    TARGET: 'Is the one the measure is directed against.',
  },
)
export type ParticipantRole = ValueOf<typeof ParticipantRole>

/** The roles derived from the fields of statements and measures. A record that lists one as a participant is refused. */
export const DERIVED_ROLES: ReadonlySet<ParticipantRole> = new Set<ParticipantRole>([
  'SPEAKER',
  'ON_BEHALF_OF',
  'ADDRESSEE',
  'IMPOSED_BY',
  'TARGET',
])

export const FigureQuantity = vocabulary(
  'FigureQuantity',
  'What a figure counts or measures. Nothing is derived from figures: people aboard minus people killed is not recorded as survivors.',
  {
    ABOARD: 'People on board a craft or vehicle.',
    KILLED: 'People who died as a result, at once or later.',
    INJURED: 'People who were hurt and did not die as a result.',
    SURVIVED: 'People who came out of it alive, hurt or not.',
    DETAINED: 'People taken into custody or held.',
    EVACUATED: 'People moved out of danger.',
    EXPELLED: 'People or bodies made to leave.',
    PROJECTILES: 'Missiles, drones, shells, rounds or fragments of them.',
    AMOUNT: 'A sum of money, in the currency given as its unit.',
    AREA: 'An extent of land or water.',
    COUNT: 'A number of anything else that can be counted, named by its unit.',
    OTHER: 'Any other quantity, such as a distance, a height or a duration.',
  },
)
export type FigureQuantity = ValueOf<typeof FigureQuantity>

export const LinkRelation = vocabulary(
  'LinkRelation',
  'How one development relates to another. Read the relation from the development that carries the link to the one it names.',
  {
    IN_RESPONSE_TO: 'Answers the other, in word or deed.',
    RECIPROCATES: 'Answers the other in kind.',
    FOLLOWS: 'Is the next step in the same course of events, without answering the other or being caused by it.',
    CAUSED_BY: 'Came about because of the other.',
    REVERSES: 'Undoes the other or takes it back.',
    IMPLEMENTS: 'Carries out what the other announced, ordered or agreed.',
    REPORTS_ON: 'Reports on the other, as a finding or a publication does.',
    CORROBORATES: 'Confirms the other from another source.',
    CONTRADICTS: 'Cannot have happened as reported if the other did.',
    PART_OF: 'Is one part of the other.',
    POSSIBLY_SAME_AS: 'May be the same occasion as the other, as the reports leave this open.',
    CONTEXT_FOR: 'Helps to understand the other without being part of it.',
    CITES_AS_PRECEDENT: 'Cites the other as a precedent.',
  },
)
export type LinkRelation = ValueOf<typeof LinkRelation>

export const RevisionKind = vocabulary(
  'RevisionKind',
  'What happened to a record. Nothing is deleted or overwritten, except what the law demands to be redacted: every kind of change adds a revision.',
  {
    RECORDED: 'Entered for the first time.',
    REVISED: 'Updated with new information.',
    CORRECTED: 'A recording error was fixed, without new information.',
    RETRACTED: 'Withdrawn for a stated reason, and still readable.',
    REDACTED:
      'The content of all its revisions was removed for a stated legal reason, and must be removed from every copy.',
  },
)
export type RevisionKind = ValueOf<typeof RevisionKind>

export const AmendmentKind = vocabulary('AmendmentKind', 'Why a recorded development is changed.', {
  REVISED: 'New information has come in.',
  CORRECTED: 'The record misstated the information available at the time.',
})
export type AmendmentKind = ValueOf<typeof AmendmentKind>
