import { vocabulary, type ValueOf } from './vocabulary.ts'

export const Stance = vocabulary('Stance', 'What a holder makes of a contested claim, as a statement shows it.', {
  ASSERTS: 'Puts the claim forward as true on its own account.',
  AFFIRMS: 'Agrees that it is true, others having put it forward.',
  PARTIALLY_ACCEPTS: 'Grants a part or a weaker form of it, and stops short of the rest.',
  AWAITS_INVESTIGATION: 'Withholds judgement until an investigation has reported.',
  DOES_NOT_ADDRESS: 'Speaks on the matter and leaves this claim unanswered.',
  QUESTIONS: 'Casts doubt on it without calling it false.',
  DENIES: 'Says that it is false.',
  OFFERS_ALTERNATIVE: 'Sets a rival claim, which the position names, in its place.',
  REPORTS_WITHOUT_ENDORSING: 'Passes on that others hold it, without making it its own.',
  RETRACTS: 'Takes back the position it took before, without taking another.',
})
export type Stance = ValueOf<typeof Stance>

/** A holder has shifted on a claim when its positions fall into more than one group. */
export type StanceGroup = 'FOR' | 'IN_PART' | 'OPEN' | 'AGAINST' | 'WITHDRAWN'

const STANCE_GROUPS: Readonly<Record<Stance, StanceGroup>> = {
  ASSERTS: 'FOR',
  AFFIRMS: 'FOR',
  PARTIALLY_ACCEPTS: 'IN_PART',
  AWAITS_INVESTIGATION: 'OPEN',
  DOES_NOT_ADDRESS: 'OPEN',
  QUESTIONS: 'OPEN',
  REPORTS_WITHOUT_ENDORSING: 'OPEN',
  DENIES: 'AGAINST',
  OFFERS_ALTERNATIVE: 'AGAINST',
  RETRACTS: 'WITHDRAWN',
}

export function stanceGroupOf(stance: Stance): StanceGroup {
  return STANCE_GROUPS[stance]
}

export const Attribution = vocabulary(
  'Attribution',
  'How closely a position rests on its holder’s own words. The last two never displace the first two as a holder’s current position.',
  {
    QUOTED: 'The holder’s own words are given.',
    PARAPHRASED: 'A source renders what the holder said in other words.',
    CHARACTERISED: 'A source puts its own label on what the holder said or did.',
    INFERRED: 'No source says so: it is read from conduct or from context.',
  },
)
export type Attribution = ValueOf<typeof Attribution>

export const BearingKind = vocabulary(
  'BearingKind',
  'What a development means for a claim, beyond any position taken in it.',
  {
    SUPPORTS: 'It makes the claim likelier, without settling it.',
    UNDERMINES: 'It makes the claim less likely, without settling it.',
    FINDS: 'A court, an investigation or another body charged with deciding concludes that the claim is so.',
    LEAVES_OPEN: 'It examined the claim, or was expected to, and came to no conclusion.',
  },
)
export type BearingKind = ValueOf<typeof BearingKind>

export const ClaimRelationKind = vocabulary(
  'ClaimRelationKind',
  'How one claim stands to another, as a matter of what they say and not of who holds them.',
  {
    CONTRADICTS: 'The two cannot both be true.',
    ALTERNATIVE_TO: 'It explains the same thing otherwise, even if both might have a share in it.',
    REFINES: 'It says the same more precisely.',
    IMPLIES: 'If it is true, so is the other.',
    PART_OF: 'It is one element of the other, which says more.',
  },
)
export type ClaimRelationKind = ValueOf<typeof ClaimRelationKind>
