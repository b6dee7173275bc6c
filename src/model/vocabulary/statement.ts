import { vocabulary, type ValueOf } from './vocabulary.ts'

export const SpeechAct = vocabulary(
  'SpeechAct',
  'What a speaker does in saying something. A statement performs one or more. EXPRESS_REGRET, APOLOGISE and ACKNOWLEDGE_RESPONSIBILITY stay apart: in a dispute over responsibility, that difference is the dispute.',
  {
    ASSERT: 'States something as fact, where no narrower act fits.',
    DECLINE_COMMENT: 'Refuses to speak to the matter, which neither confirms nor denies it.',
    ACKNOWLEDGE_RESPONSIBILITY:
      'Accepts that its own side is answerable for what happened, with or without a word of sorrow.',
    DENY_RESPONSIBILITY: 'Rejects that its own side is answerable, whether or not it grants what happened.',
    CONFIRM: 'Vouches for something that others have said or reported.',
    RETRACT: 'Takes back what it said before.',
    ATTRIBUTE_CAUSE: 'Says what brought something about, without charging anyone with a wrong.',
    ACCUSE: 'Charges someone with a wrong.',
    CONDEMN: 'Pronounces strong disapproval of conduct that it treats as known.',
    COMPLAIN_OFFICIALLY: 'Lodges a protest or complaint through a diplomatic or other official channel.',
    CONDOLE: 'Shares in grief over a loss, which implies no part in causing it.',
    EXPRESS_REGRET: 'Voices sorrow that something happened, accepting no fault and asking no pardon.',
    APOLOGISE: 'Asks the injured side’s pardon in so many words, which may still leave open who was responsible.',
    FORGIVE: 'Tells those who wronged it that it no longer holds the wrong against them.',
    THANK: 'Expresses gratitude for something done or offered.',
    PRAISE: 'Speaks well of someone’s conduct or merits, not only of what it received from them.',
    URGE_RESTRAINT: 'Calls on others to hold back, from acting or from judging.',
    EXPLAIN: 'Gives the reasons for its own side’s conduct or decision.',
    DENY: 'Says that something is not so, its own responsibility apart.',
    DISCLAIM: 'Distances itself from words or conduct, declining to vouch for them or to own them.',
    ASSESS: 'Gives a judgement, an estimate or a forecast, and marks it as one.',
    CITE_PRECEDENT: 'Points to an earlier case as a measure for this one.',
    REQUEST: 'Asks for something and leaves the other free to decline.',
    DEMAND: 'Insists on something as due to it.',
    OFFER: 'Proposes to do or give something if the other takes it up.',
    PROMISE: 'Binds its own side to something in the future, whatever the other does.',
    ACCEPT: 'Agrees to a proposal, a request or a demand.',
    REJECT: 'Turns down a proposal, a request or a demand; to call something untrue is DENY.',
    WARN: 'Points to harm ahead that it does not undertake to inflict.',
    THREATEN: 'Says that its own side will inflict harm or a disadvantage, as a rule unless something is done.',
    ANNOUNCE_MEASURE: 'Makes known a measure that its own side has taken or is about to take.',
  },
)
export type SpeechAct = ValueOf<typeof SpeechAct>

export const StatementChannel = vocabulary(
  'StatementChannel',
  'How a statement was made, before any outlet reported it.',
  {
    UNSPECIFIED: 'The sources do not say how.',
    SPEECH: 'In an address to an audience, without questions.',
    PRESS_CONFERENCE: 'To assembled journalists, who could ask.',
    MEDIA_REMARKS: 'In passing to journalists, or to the cameras, outside a press conference.',
    INTERVIEW: 'In answer to one outlet, by arrangement.',
    OFFICIAL_RELEASE: 'In a text or recording issued by the speaker’s office, a readout included.',
    MEETING: 'Face to face to those addressed.',
    CALL: 'By telephone or video to those addressed.',
    LETTER: 'In a letter or other message to those addressed, made public or not.',
    ARTICLE: 'In a piece published under the speaker’s or the outlet’s own name.',
    SOCIAL_MEDIA: 'In a post on a social network or messaging channel.',
    REPORT: 'In a study, a finding or another document of record.',
    UNNAMED_BRIEFING: 'To journalists on the condition of not being named.',
    OTHER: 'In some other way that the sources state.',
  },
)
export type StatementChannel = ValueOf<typeof StatementChannel>
