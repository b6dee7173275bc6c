import { vocabulary, type ValueOf } from './vocabulary.ts'

export const EventKind = vocabulary(
  'EventKind',
  'What sort of event it was. The kind asserts no more than its sentence does; who was responsible, and whether it was meant, are claims.',
  {
    INCIDENT: 'A crash, a collision or another mishap, whatever caused it.',
    WEAPONS_INCIDENT: 'Weapons were fired or took effect, with no intent asserted.',
    ARMED_ATTACK: 'Armed force was used on purpose, on one occasion.',
    ARMED_CONFLICT: 'Fighting that goes on between organised sides.',
    INTERFERENCE: 'Signals, networks or systems were jammed, spoofed, intruded upon or otherwise disturbed.',
    CLOSURE: 'An airport, a border, an airspace, a road or the like was closed, or reopened.',
    DEATH: 'Somebody died, as in custody or of earlier injuries.',
    INVESTIGATION_STEP: 'An inquiry was opened, took a step or changed hands, without a conclusion.',
    INVESTIGATION_FINDING: 'An inquiry made known what it found, preliminary or final.',
    COURT_RULING: 'A court or tribunal gave a judgment or an order.',
    MEETING: 'People met in person, none of them on a visit to another.',
    CALL: 'People conferred by telephone or video.',
    VISIT: 'Somebody travelled to a host.',
    PUBLICATION: 'A document, image or recording was made public, whatever is true of its content.',
    PROTEST: 'People demonstrated, struck or blocked the way to object to something.',
    MEMBERSHIP_CHANGE: 'Somebody joined, left or froze its part in an organisation or treaty.',
    CONDITION: 'A state of affairs that held for a time, rather than a happening.',
    EMERGENCY: 'A fire, a disaster or an outbreak that called for help from outside.',
    AWARD: 'A prize or distinction was given by somebody other than a state.',
    AGREEMENT: 'Parties concluded, signed or brought into force something agreed.',
    OTHER: 'None of these.',
  },
)
export type EventKind = ValueOf<typeof EventKind>
