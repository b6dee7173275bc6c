import { vocabulary, type ValueOf } from './vocabulary.ts'

export const Reliability = vocabulary(
  'Reliability',
  'How far a source can be relied on, whatever it says this time: the letter of the NATO Admiralty code. It is never derived from the credibility of what the source says.',
  {
    COMPLETELY_RELIABLE:
      'A: its authenticity, trustworthiness and competence are beyond doubt, and it has always been right.',
    USUALLY_RELIABLE: 'B: some minor doubt remains, and it has been right most of the time.',
    FAIRLY_RELIABLE: 'C: there is doubt, and it has been right at times.',
    NOT_USUALLY_RELIABLE: 'D: there is marked doubt, though it has been right on occasion.',
    UNRELIABLE: 'E: it is known to lack trustworthiness or competence, and its record is of being wrong.',
    CANNOT_BE_JUDGED:
      'F: there is no basis for a judgement, as with a source never met before; this means unknown and is not a grade below E.',
  },
)
export type Reliability = ValueOf<typeof Reliability>

export const Credibility = vocabulary(
  'Credibility',
  'How credible a piece of information is, whoever passes it on: the number of the NATO Admiralty code. It is never derived from the reliability of the source.',
  {
    CONFIRMED: '1: independent sources confirm it, and it is logical and fits what else is known.',
    PROBABLY_TRUE: '2: it is logical and fits what else is known, but is not confirmed.',
    POSSIBLY_TRUE: '3: it is reasonably logical and agrees with some of what else is known.',
    DOUBTFUL: '4: it is possible but not logical, and nothing else on the subject bears it out.',
    IMPROBABLE: '5: it is not logical, and what else is known contradicts it.',
    CANNOT_BE_JUDGED: '6: there is no basis for a judgement; this means unknown and is not a grade below 5.',
  },
)
export type Credibility = ValueOf<typeof Credibility>

/** The Admiralty code's letters, A to F. */
export const letterByReliability = {
  COMPLETELY_RELIABLE: 'A',
  USUALLY_RELIABLE: 'B',
  FAIRLY_RELIABLE: 'C',
  NOT_USUALLY_RELIABLE: 'D',
  UNRELIABLE: 'E',
  CANNOT_BE_JUDGED: 'F',
} as const satisfies Record<Reliability, string>

export const reliabilityByLetter: ReadonlyMap<string, Reliability> = new Map(
  Reliability.values.map((value) => [letterByReliability[value], value]),
)

/** The Admiralty code's numbers, 1 to 6. They are names: to compare grades, use `credibilityRank`. */
export const numberByCredibility = {
  CONFIRMED: 1,
  PROBABLY_TRUE: 2,
  POSSIBLY_TRUE: 3,
  DOUBTFUL: 4,
  IMPROBABLE: 5,
  CANNOT_BE_JUDGED: 6,
} as const satisfies Record<Credibility, number>

export const credibilityByNumber: ReadonlyMap<number, Credibility> = new Map(
  Credibility.values.map((value) => [numberByCredibility[value], value]),
)

/** 1 (best) to 5 (worst); null where the credibility cannot be judged, which has no place in the order. */
export function credibilityRank(credibility: Credibility): number | null {
  return credibility === 'CANNOT_BE_JUDGED' ? null : numberByCredibility[credibility]
}

/** CANNOT_BE_JUDGED only where nothing else was given, or nothing at all. */
export function bestCredibility(credibilities: Iterable<Credibility>): Credibility {
  let best: Credibility = 'CANNOT_BE_JUDGED'
  let bestRank = Infinity
  for (const credibility of credibilities) {
    const rank = credibilityRank(credibility)
    if (rank !== null && rank < bestRank) {
      best = credibility
      bestRank = rank
    }
  }
  return best
}
