import { vocabulary, type ValueOf } from './vocabulary.ts'

export const SourceGenre = vocabulary('SourceGenre', 'The type of document a source is.', {
  NEWS: 'Journalism that reports what happened or was said.',
  COMMENTARY: 'Analysis, opinion or editorial.',
  AGGREGATION: 'A text of its own that gathers the reporting of several others.',
  REPUBLICATION: 'A document of another outlet, reproduced unchanged.',
  OFFICIAL: 'Issued by a state, an organ or an organisation in its own name.',
  DATASET: 'Structured records, such as tables or coded events.',
  OTHER: 'None of the above.',
})
export type SourceGenre = ValueOf<typeof SourceGenre>

export const CitationBasis = vocabulary('CitationBasis', 'How a source knows what it is cited for.', {
  OWN_REPORTING: 'The source’s own reporting: its reporter was a witness or heard it first-hand.',
  QUOTES_OFFICIAL: 'The source quotes an official or an official document.',
  RELAYS_OTHER: 'The source repeats what another outlet, agency or publication reported.',
  ANALYSIS: 'The source infers it from facts that it presents.',
  OPINION: 'It is the opinion of the source’s author or editors.',
  LINKED_HEADLINE: 'Only a headline linked from the source says so, and the linked article was not read.',
  IMAGE_TEXT: 'Only the caption, credit or lettering of an image says so.',
})
export type CitationBasis = ValueOf<typeof CitationBasis>

export const Reliability = vocabulary(
  'Reliability',
  'How reliable a source is in general: the letter of the NATO Admiralty code. It is never derived from the credibility of what the source says.',
  {
    COMPLETELY_RELIABLE:
      'A: no doubt about its authenticity, trustworthiness or competence, and a history of complete reliability.',
    USUALLY_RELIABLE: 'B: minor doubt, and a history of mostly valid information.',
    FAIRLY_RELIABLE: 'C: doubt, and some valid information in the past.',
    NOT_USUALLY_RELIABLE: 'D: significant doubt, though it has been right on occasion.',
    UNRELIABLE: 'E: lacks authenticity, trustworthiness or competence, and has a history of invalid information.',
    CANNOT_BE_JUDGED:
      'F: no basis for a judgement, as with a source never met before, which means unknown and is not a grade below E.',
  },
)
export type Reliability = ValueOf<typeof Reliability>

export const Credibility = vocabulary(
  'Credibility',
  'How credible a piece of information is, regardless of who reports it: the number of the NATO Admiralty code. It is never derived from the reliability of the source.',
  {
    CONFIRMED: '1: confirmed by independent sources, logical and consistent with other information.',
    PROBABLY_TRUE: '2: logical and consistent with other information, but not confirmed.',
    POSSIBLY_TRUE: '3: reasonably logical, and agrees with some other information.',
    DOUBTFUL: '4: possible but not logical, with no other information on the subject.',
    IMPROBABLE: '5: not logical, and contradicted by other information.',
    CANNOT_BE_JUDGED: '6: no basis for a judgement, which means unknown and is not a grade below 5.',
  },
)
export type Credibility = ValueOf<typeof Credibility>

/** The letters of the Admiralty code, A to F. */
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

/** The numbers of the Admiralty code, 1 to 6. They are names: to compare grades, use `credibilityRank`. */
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

/** 1 (best) to 5 (worst); null for CANNOT_BE_JUDGED, which has no rank. */
export function credibilityRank(credibility: Credibility): number | null {
  return credibility === 'CANNOT_BE_JUDGED' ? null : numberByCredibility[credibility]
}

/** The best grade; CANNOT_BE_JUDGED if there is no other, or none at all. */
export function bestCredibility(credibilities: Iterable<Credibility>): Credibility {
  const best = Math.min(...Array.from(credibilities, (credibility) => credibilityRank(credibility) ?? Infinity))
  return credibilityByNumber.get(best) ?? 'CANNOT_BE_JUDGED'
}
