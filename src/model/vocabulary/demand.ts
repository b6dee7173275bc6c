import { vocabulary, type ValueOf } from './vocabulary.ts'

export const Remedy = vocabulary(
  'Remedy',
  'What a demand asks for. Cessation, guarantees of non-repetition, restitution, compensation and the forms of satisfaction follow the International Law Commission’s articles on state responsibility.',
  {
    ACKNOWLEDGEMENT: 'That the addressee admits the fact or its responsibility: satisfaction in its plainest form.',
    EXPRESSION_OF_REGRET: 'That it voices regret, which need concede no fault.',
    FORMAL_APOLOGY: 'That it apologises officially and in so many words.',
    COMPENSATION: 'That it pays for damage that can be valued in money.',
    RESTITUTION: 'That it restores what was before: gives back, rebuilds, annuls.',
    CESSATION: 'That it ends a wrong that still goes on.',
    NON_REPETITION: 'That it gives assurances or guarantees against its happening again.',
    INVESTIGATION: 'That what happened be looked into, or looked into properly.',
    PROSECUTION: 'That those responsible be charged, tried, punished or handed over.',
    ACCESS_OR_INFORMATION: 'That it lets others see persons, places, evidence or records.',
    RELEASE: 'That it frees persons whom it holds.',
    POLICY_CHANGE: 'That it adopts, alters or gives up a policy, whether or not that is called unlawful.',
    MEETING: 'That it meets, talks or negotiates.',
  },
)
export type Remedy = ValueOf<typeof Remedy>

export const DemandResponse = vocabulary(
  'DemandResponse',
  'Where a demand stands, as one development after another shows it. Words alone do not meet a demand for conduct.',
  {
    NO_RESPONSE: 'Nothing on record answers it.',
    REJECTED: 'The addressee refused it.',
    EVADED: 'The addressee spoke to it without answering it.',
    DEFERRED: 'The addressee put its answer off, as until an investigation is over.',
    ACCEPTED_IN_PRINCIPLE: 'The addressee granted that it is due, without undertaking to do it.',
    PROMISED: 'The addressee undertook to do it, and has not yet.',
    MET_IN_PART: 'Some of what was asked was done.',
    MET: 'All that was asked was done.',
    CONTESTED: 'The parties disagree on whether it was met.',
    WITHDRAWN: 'Those who made it gave it up; leaving it out of a later list is not that.',
    SUPERSEDED: 'Those who made it put another demand in its place.',
  },
)
export type DemandResponse = ValueOf<typeof DemandResponse>
