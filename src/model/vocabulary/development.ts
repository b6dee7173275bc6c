import { vocabulary, type ValueOf } from './vocabulary.ts'

export const DevelopmentKind = vocabulary(
  'DevelopmentKind',
  'The three kinds of development. Somebody said it: a statement. State action against persons or property: a measure. Datable and neither: an event.',
  {
    EVENT: 'Something that happened or was found, other than a saying or a measure.',
    STATEMENT: 'Something said, on one occasion, by one or more speakers.',
    MEASURE: 'Something a state or organisation did in its official power towards others.',
  },
)
export type DevelopmentKind = ValueOf<typeof DevelopmentKind>

export const EvidentialStatus = vocabulary(
  'EvidentialStatus',
  'On what footing it stands that a development occurred. It speaks of the occurrence, not of what was said in it: a publication may be established while its content is unverified.',
  {
    FOUND_BY_COURT: 'A court has found, in a ruling, that it occurred.',
    FOUND_BY_INVESTIGATION:
      'An official or technical investigation has found that it occurred, short of a court’s ruling.',
    ACKNOWLEDGED: 'The party responsible for it has admitted that it occurred.',
    ESTABLISHED: 'Sources agree that it occurred and nobody contests it.',
    REPORTED: 'It is reported as fact, by too few to call it established.',
    ALLEGED: 'Somebody says that it occurred, and no source vouches for it.',
    UNVERIFIED: 'Whoever published it says that they could not confirm it.',
    CONTESTED: 'Parties or sources contradict one another on whether it occurred.',
  },
)
export type EvidentialStatus = ValueOf<typeof EvidentialStatus>

export const ParticipantRole = vocabulary(
  'ParticipantRole',
  'What an actor’s part in a development is. The last five follow from a statement’s and a measure’s own fields and are never typed in.',
  {
    PARTICIPANT: 'Takes part, on the same footing as others.',
    SUBJECT: 'Is spoken about or acted on.',
    HOST: 'Receives others, or has it take place on its territory or premises.',
    VISITOR: 'Comes to the host.',
    MEDIATOR: 'Helps parties of a conflict to an understanding, being none of them.',
    INVESTIGATOR: 'Inquires into what happened.',
    AFFECTED: 'Suffers or bears the consequences, without being their target.',
    PUBLISHER: 'Makes it public.',
    BENEFICIARY: 'Gains by it, as the recipient of aid or of compensation does.',
    SPEAKER: 'Says it.',
    ON_BEHALF_OF: 'Is whom the speaker speaks for.',
    ADDRESSEE: 'Is whom it is said to.',
    IMPOSED_BY: 'Takes the measure.',
    TARGET: 'Is whom the measure is directed against.',
  },
)
export type ParticipantRole = ValueOf<typeof ParticipantRole>

/** The roles that follow from a statement's and a measure's own fields; a record that types one in is refused. */
export const DERIVED_ROLES: ReadonlySet<ParticipantRole> = new Set<ParticipantRole>([
  'SPEAKER',
  'ON_BEHALF_OF',
  'ADDRESSEE',
  'IMPOSED_BY',
  'TARGET',
])

export const FigureQuantity = vocabulary(
  'FigureQuantity',
  'What a figure counts or measures. Nothing is derived from figures: people aboard and people killed do not make a figure of survivors.',
  {
    ABOARD: 'People on board a craft or vehicle.',
    KILLED: 'People who died of it, at once or later.',
    INJURED: 'People hurt who did not die of it.',
    SURVIVED: 'People who came out of it alive, hurt or not.',
    DETAINED: 'People taken into custody or held.',
    EVACUATED: 'People taken or sent out of danger.',
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
  'How one development stands to another. The relation reads from the development that carries the link to the one it names.',
  {
    IN_RESPONSE_TO: 'It answers the other, by word or deed.',
    RECIPROCATES: 'It answers the other in kind, like for like.',
    FOLLOWS: 'It is the next step of the same course of things, without answering the other or being caused by it.',
    CAUSED_BY: 'It came about because of the other.',
    REVERSES: 'It undoes the other or takes it back.',
    IMPLEMENTS: 'It carries out what the other announced, ordered or agreed.',
    REPORTS_ON: 'It tells of the other, as a finding or a publication does.',
    CORROBORATES: 'It bears the other out, from elsewhere.',
    CONTRADICTS: 'It and the other cannot both have been as they are told.',
    PART_OF: 'It is one piece of the other.',
    POSSIBLY_SAME_AS: 'It may be the same occasion as the other, told in a way that leaves this open.',
    CONTEXT_FOR: 'It helps to understand the other, and is no part of it.',
    CITES_AS_PRECEDENT: 'It holds the other up as a precedent.',
  },
)
export type LinkRelation = ValueOf<typeof LinkRelation>

export const RevisionKind = vocabulary(
  'RevisionKind',
  'What happened to a record. Nothing is deleted or overwritten: each of these adds a revision.',
  {
    RECORDED: 'It was entered for the first time.',
    REVISED: 'It was brought up to date with new information.',
    CORRECTED: 'An error of ours in it was put right, the information being no newer.',
    RETRACTED: 'It was withdrawn for a stated reason, and stays readable.',
  },
)
export type RevisionKind = ValueOf<typeof RevisionKind>

export const AmendmentKind = vocabulary('AmendmentKind', 'Why a recorded development is changed.', {
  REVISED: 'New information has come in.',
  CORRECTED: 'What was recorded misread or mistyped the information there was.',
})
export type AmendmentKind = ValueOf<typeof AmendmentKind>
