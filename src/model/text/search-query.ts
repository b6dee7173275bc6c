import { DemarcheError } from '../errors.ts'
import { APOSTROPHES, compoundsOf, wordsOf, type Word } from './folding.ts'
import { isKatakana, isSoutheastAsian, isUnspaced } from './scripts.ts'
import { readingsOf } from './variants.ts'

/** Words that must follow one another. */
export interface SearchTerm {
  /** Folded, at least one. */
  readonly words: readonly string[]
  /** Other ways to write the same: without its hyphens, apostrophes or dots, or by the second reading of its letters. */
  readonly alternatives: readonly (readonly string[])[]
  /** Whether the last word is only the beginning of a word. */
  readonly prefix: boolean
  /** The term as typed, for people. */
  readonly typed: string
}

/** The greatest length of a search text, in characters. */
export const TEXT_MAX = 200

/** The greatest number of its terms, and of the words of all terms. */
export const TERMS_MAX = 10
export const WORDS_MAX = 40

/**
 * Parses a search text into terms, all of which must be found. A term is a word. Words in quotation marks, or joined without a space by a
 * hyphen, an apostrophe or a dot, are one term and must follow one another. A `*` at the end of a word makes it a prefix. All other
 * punctuation separates words. An unmatched quotation mark extends to the end. There are no operators. Throws `TEXT_NOT_SEARCHABLE`.
 */
export function parseSearch(text: string): SearchTerm[] {
  if (text.length > TEXT_MAX)
    throw notSearchable(`the search text has ${text.length} characters; the limit is ${TEXT_MAX}`)
  const terms = new Map<string, SearchTerm>()
  text.split(QUOTATION).forEach((part, index) => {
    for (const term of index % 2 === 1 ? phraseIn(part) : termsIn(part)) terms.set(needleOf(term), term)
  })
  const words = [...terms.values()].reduce((sum, term) => sum + term.words.length, 0)
  if (terms.size === 0) throw notSearchable('the search text contains no letter or digit; write a word')
  if (terms.size > TERMS_MAX || words > WORDS_MAX) {
    const found = `${terms.size} terms with ${words} words`
    throw notSearchable(`the search text has ${found}; the limit is ${TERMS_MAX} terms with ${WORDS_MAX} words`)
  }
  return [...terms.values()]
}

/**
 * The words of a text, grouped into what was typed as one. In a script without spaces that is what was typed without a space, except that
 * Chinese and Japanese are divided where a dictionary knows the words.
 */
export function expressionsOf(text: string): readonly (readonly Word[])[] {
  const expressions: Word[][] = []
  let before: readonly Word[] = []
  for (const compound of compoundsOf(text)) {
    if (isContinued(before, compound)) expressions.at(-1)?.push(...compound)
    else expressions.push([...compound])
    before = compound
  }
  return expressions
}

/** Separates the fields and quotes of a text of folded words. Never a word. */
export const BOUNDARY = '\uE000'

/** Texts as `indexedWords` gives them, with spaces around each word and a {@link BOUNDARY} between the texts. */
export function foldedWords(texts: readonly string[]): string {
  return ` ${texts.join(` ${BOUNDARY} `)} `
}

/** The substring of {@link foldedWords} where a term matches. */
export function needleOf({ words, prefix }: Pick<SearchTerm, 'words' | 'prefix'>): string {
  return ` ${words.join(' ')}${prefix ? '' : ' '}`
}

/** {@link needleOf} for a term and its alternatives. */
export function needlesOf(term: SearchTerm): string[] {
  return [term.words, ...term.alternatives].map((words) => needleOf({ words, prefix: term.prefix }))
}

/** The error for a text that cannot be searched. */
export function notSearchable(message: string): DemarcheError {
  return new DemarcheError('TEXT_NOT_SEARCHABLE', message)
}

/** Between two Hebrew letters these are gershayim, as in צה"ל. */
const QUOTATION = /(?<![\p{sc=Hebrew}&&\p{L}]\p{M}*)["“”„‟]|["“”„‟](?![\p{sc=Hebrew}&&\p{L}])|[«»]/v
const STAR = /[*＊]/u
/** If this alone is between two words, they are one term. */
const JOINER = new RegExp(String.raw`^[\-‐‑‒–־֊._"“”„‟״${APOSTROPHES}]$`, 'v')

/** A dictionary cuts unknown names into pieces: Han into single characters, Katakana and Southeast Asian scripts into any length. */
function isContinued(before: readonly Word[], after: readonly Word[]): boolean {
  const [last, first] = [before.at(-1), after[0]]
  if (last === undefined || first === undefined || last.end !== first.start) return false
  const both = (holds: (term: string) => boolean) => holds(last.term) && holds(first.term)
  return both(isSoutheastAsian) || both(isKatakana) || (before.length === 1 && after.length === 1 && both(isUnspaced))
}

function phraseIn(part: string): SearchTerm[] {
  const words = wordsOf(part)
  const starred = readStars(part, words)
  const last = words.length - 1
  if ([...starred].some((index) => index !== last)) throw misplacedStar()
  return words.length === 0 ? [] : [termOf(part, words, starred.has(last))]
}

function termsIn(part: string): SearchTerm[] {
  const expressions = expressionsOf(part)
  const starred = readStars(part, expressions.flat())
  const terms: SearchTerm[] = []
  let words: Word[] = []
  let lastWord = -1
  expressions.forEach((expression, index) => {
    words.push(...expression)
    lastWord += expression.length
    const end = expression.at(-1)?.end ?? 0
    const next = expressions[index + 1]?.[0]
    if (next !== undefined && !starred.has(lastWord) && JOINER.test(part.slice(end, next.start))) return
    terms.push(termOf(part, words, starred.has(lastWord)))
    words = []
  })
  return terms
}

/** The indexes of the words that end in a star. Throws if a star is anywhere else. */
function readStars(part: string, words: readonly Word[]): Set<number> {
  const ends = new Map(words.map(({ end }, index) => [end, index]))
  const starts = new Set(words.map(({ start }) => start))
  const starred = new Set<number>()
  for (const { index } of part.matchAll(new RegExp(STAR, 'gu'))) {
    const word = ends.get(index)
    if (word === undefined || starts.has(index + 1)) throw misplacedStar()
    starred.add(word)
  }
  return starred
}

function misplacedStar(): DemarcheError {
  return notSearchable('a * stands for the rest of a word; write it only after the beginning of a word or phrase')
}

function termOf(part: string, words: readonly Word[], prefix: boolean): SearchTerm {
  const [start, end] = [words[0]?.start ?? 0, words.at(-1)?.end ?? 0]
  const typed = part.slice(start, end)
  const whole = readingsOf(part, words).filter((reading) => reading[0]?.start === start && reading.at(-1)?.end === end)
  const [own = [], ...alternatives] = whole.map((reading) => reading.map(({ term }) => term))
  return {
    words: own,
    alternatives,
    // A unit of a script without spaces is found wherever it occurs and is never the beginning of another.
    prefix: prefix && !isUnspaced(own.at(-1) ?? ''),
    typed: `${typed}${prefix ? '*' : ''}`,
  }
}
