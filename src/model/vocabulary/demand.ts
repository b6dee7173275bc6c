import { vocabulary, type ValueOf } from './vocabulary.ts'

export const Remedy = vocabulary(
  'Remedy',
  'What a demand asks for. Cessation, guarantees of non-repetition, restitution, compensation and the forms of satisfaction follow the International Law Commission’s articles on state responsibility.',
  {
    ACKNOWLEDGEMENT: 'Admit the fact or responsibility for it, which is the simplest form of satisfaction.',
    EXPRESSION_OF_REGRET: 'Express regret, which need not concede fault.',
    FORMAL_APOLOGY: 'Apologise officially and explicitly.',
    COMPENSATION: 'Pay for damage that can be valued in money.',
    RESTITUTION: 'Restore the earlier situation: give back, rebuild, annul.',
    CESSATION: 'End a wrong that continues.',
    NON_REPETITION: 'Give assurances or guarantees that it will not happen again.',
    INVESTIGATION: 'Investigate what happened, or investigate it properly.',
    PROSECUTION: 'Charge, try, punish or hand over those responsible.',
    ACCESS_OR_INFORMATION: 'Give access to persons, places, evidence or records.',
    RELEASE: 'Free persons who are held.',
    POLICY_CHANGE: 'Adopt, change or give up a policy, whether or not the policy is called unlawful.',
    MEETING: 'Meet, talk or negotiate.',
  },
)
export type Remedy = ValueOf<typeof Remedy>

export const DemandResponse = vocabulary(
  'DemandResponse',
  'The state of a demand, as one development after another shows it. Words alone do not meet a demand for conduct.',
  {
    NO_RESPONSE: 'Nothing on record answers the demand.',
    REJECTED: 'The addressee refused it.',
    EVADED: 'The addressee spoke about it without answering it.',
    DEFERRED: 'The addressee postponed its answer, for example until an investigation is complete.',
    ACCEPTED_IN_PRINCIPLE: 'The addressee agreed that it is due, without undertaking to do it.',
    PROMISED: 'The addressee undertook to do it and has not done it yet.',
    MET_IN_PART: 'Some of what was demanded was done.',
    MET: 'Everything that was demanded was done.',
    CONTESTED: 'The parties disagree on whether it was met.',
    WITHDRAWN: 'Those who made the demand gave it up, which takes more than leaving it out of a later list.',
    SUPERSEDED: 'Those who made the demand replaced it with another.',
  },
)
export type DemandResponse = ValueOf<typeof DemandResponse>
