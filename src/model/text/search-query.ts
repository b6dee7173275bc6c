import { DemarcheError } from '../errors.ts'
import { APOSTROPHES, compoundsOf, wordsOf, type Word } from './folding.ts'
import { isKatakana, isSoutheastAsian, isUnspaced } from './scripts.ts'

/** Words that stand one behind the other. */
export interface SearchTerm {
  /** Folded, at least one. */
  readonly words: readonly string[]
  /** Whether the last of them only begins a word. */
  readonly prefix: boolean
  /** As it was typed, for people. */
  readonly typed: string
}

/** The longest text searched for, in characters. */
export const TEXT_MAX = 200

/** The most terms of it, and the most words of them all. */
export const TERMS_MAX = 10
export const WORDS_MAX = 40

/**
 * What a text asks for: terms, each of which has to be found. A term is a word; words in quotation marks, or joined without a space by a
 * hyphen, an apostrophe or a dot, are one term, found where they follow one another; a `*` at the end of a word makes it a beginning. All
 * other punctuation separates. A quotation mark without another reaches to the end. There are no operators. Throws `TEXT_NOT_SEARCHABLE`.
 */
export function parseSearch(text: string): SearchTerm[] {
  if (text.length > TEXT_MAX) {
    throw notSearchable(`the text searched for has ${text.length} characters; give at most ${TEXT_MAX}`)
  }
  const terms = new Map<string, SearchTerm>()
  text.split(QUOTATION).forEach((part, at) => {
    const found = at % 2 === 1 ? phraseIn(part) : termsIn(part)
    for (const term of found) terms.set(needleOf(term), term)
  })
  const words = [...terms.values()].reduce((sum, term) => sum + term.words.length, 0)
  if (terms.size === 0) throw notSearchable('the text searched for holds no letter and no digit; give a word')
  if (terms.size > TERMS_MAX || words > WORDS_MAX) {
    const found = `${terms.size} terms of ${words} words`
    throw notSearchable(
      `the text searched for has ${found}; give at most ${TERMS_MAX} terms of ${WORDS_MAX} words in all`,
    )
  }
  return [...terms.values()]
}

/**
 * The words of a text, those together that were typed as one: in a script that writes without spaces what was typed without one, save that
 * Chinese and Japanese are divided where a dictionary knows words.
 */
export function expressionsOf(text: string): readonly (readonly Word[])[] {
  const expressions: Word[][] = []
  let before: readonly Word[] = []
  for (const compound of compoundsOf(text)) {
    if (areOne(before, compound)) expressions.at(-1)?.push(...compound)
    else expressions.push([...compound])
    before = compound
  }
  return expressions
}

/** What stands between the fields and quotes of a text of folded words; no word is it. */
export const BOUNDARY = '\uE000'

/** Texts as folded words, a space before and behind each, and a {@link BOUNDARY} between the texts. */
export function foldedWords(texts: readonly (readonly string[])[]): string {
  return ` ${texts.map((words) => words.join(' ')).join(` ${BOUNDARY} `)} `
}

/** What {@link foldedWords} hold where a term is found in them. */
export function needleOf({ words, prefix }: Pick<SearchTerm, 'words' | 'prefix'>): string {
  return ` ${words.join(' ')}${prefix ? '' : ' '}`
}

/** The refusal of a text that cannot be searched for. */
export function notSearchable(message: string): DemarcheError {
  return new DemarcheError('TEXT_NOT_SEARCHABLE', message)
}

const QUOTATION = /["“”„‟«»]/u
const STAR = /[*＊]/u
/** Between two words, and nothing else between them: they are one term. */
const JOINERS = new RegExp(String.raw`^[\-‐‑‒–._${APOSTROPHES}]$`, 'v')

/** A name that the dictionary does not know is in pieces: in Han single characters, in Katakana and Southeast Asian scripts of any length. */
function areOne(before: readonly Word[], after: readonly Word[]): boolean {
  const [last, first] = [before.at(-1), after[0]]
  if (last === undefined || first === undefined || last.end !== first.start) return false
  const both = (holds: (term: string) => boolean) => holds(last.term) && holds(first.term)
  return both(isSoutheastAsian) || both(isKatakana) || (before.length === 1 && after.length === 1 && both(isUnspaced))
}

function phraseIn(part: string): SearchTerm[] {
  const words = wordsOf(part)
  const starred = readStars(part, words)
  const last = words.length - 1
  if ([...starred].some((at) => at !== last)) throw misplacedStar()
  return words.length === 0 ? [] : [termOf(part, words, starred.has(last))]
}

function termsIn(part: string): SearchTerm[] {
  const expressions = expressionsOf(part)
  const words = expressions.flat()
  const starred = readStars(part, words)
  const terms: SearchTerm[] = []
  let taken: Word[] = []
  let at = -1
  expressions.forEach((expression, place) => {
    taken.push(...expression)
    at += expression.length
    const end = expression.at(-1)?.end ?? 0
    const next = expressions[place + 1]?.[0]
    if (next !== undefined && !starred.has(at) && JOINERS.test(part.slice(end, next.start))) return
    terms.push(termOf(part, taken, starred.has(at)))
    taken = []
  })
  return terms
}

/** Which words have a star at their end. Throws where one stands anywhere else. */
function readStars(part: string, words: readonly Word[]): Set<number> {
  const ends = new Map(words.map(({ end }, at) => [end, at]))
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
  return notSearchable(
    'a * stands for the rest of a word; give at least the beginning of it, and the * only at the end of a word or phrase',
  )
}

function termOf(part: string, words: readonly Word[], prefix: boolean): SearchTerm {
  const [first, last] = [words[0], words.at(-1)]
  // A character of a script without spaces is found wherever it stands, and begins no other.
  const begins = prefix && !isUnspaced(last?.term ?? '')
  const typed = part.slice(first?.start ?? 0, last?.end ?? 0)
  return { words: words.map(({ term }) => term), prefix: begins, typed: `${typed}${prefix ? '*' : ''}` }
}
