import { vocabulary, type ValueOf } from './vocabulary.ts'

export const Stance = vocabulary(
  'Stance',
  'The attitude of a holder to a contested claim, as one statement shows it.',
  {
    ASSERTS: 'Puts the claim forward as true.',
    AFFIRMS: 'Agrees that a claim put forward by others is true.',
    PARTIALLY_ACCEPTS: 'Accepts a part or a weaker form of the claim, and not the rest.',
    AWAITS_INVESTIGATION: 'Withholds judgement until an investigation has reported.',
    DOES_NOT_ADDRESS: 'Speaks about the matter and leaves this claim unanswered.',
    QUESTIONS: 'Casts doubt on the claim without calling it false.',
    DENIES: 'Says that the claim is false.',
    OFFERS_ALTERNATIVE: 'Puts a rival claim in its place, which the position names.',
    REPORTS_WITHOUT_ENDORSING: 'Reports that others make the claim, without making it its own.',
    RETRACTS: 'Withdraws its earlier position without taking a new one.',
  },
)
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
  'How closely a position follows the holder’s own words. The last two values never displace the first two as a holder’s current position.',
  {
    QUOTED: 'The holder’s own words are given.',
    PARAPHRASED: 'A source reports in other words what the holder said.',
    CHARACTERISED: 'A source puts its own label on what the holder said or did.',
    INFERRED: 'No source states the position, which is inferred from conduct or context.',
  },
)
export type Attribution = ValueOf<typeof Attribution>

export const BearingKind = vocabulary(
  'BearingKind',
  'What a development means for a claim, apart from any position taken in it.',
  {
    SUPPORTS: 'Makes the claim more likely without settling it.',
    UNDERMINES: 'Makes the claim less likely without settling it.',
    FINDS: 'A court, an investigation or another body charged with deciding concludes that the claim is true.',
    LEAVES_OPEN: 'Examined the claim, or was expected to, and reached no conclusion.',
  },
)
export type BearingKind = ValueOf<typeof BearingKind>

export const ClaimRelationKind = vocabulary(
  'ClaimRelationKind',
  'How one claim relates to another by their content, regardless of who makes them.',
  {
    CONTRADICTS: 'The two claims cannot both be true.',
    ALTERNATIVE_TO: 'Explains the same thing differently, even if both could be partly true.',
    REFINES: 'Says the same more precisely.',
    IMPLIES: 'If this claim is true, so is the other.',
    PART_OF: 'Is one element of the other claim, which says more.',
  },
)
export type ClaimRelationKind = ValueOf<typeof ClaimRelationKind>
