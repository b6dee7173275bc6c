import { LRUCache } from 'lru-cache'
import { detachString } from './detach-string.ts'
import { ATTACHED, isUnspaced, piecesOf, unifySpelling } from './scripts.ts'

/*
 * How text is searched: cut into words, each folded to a plain form, the same for what is stored and for what is asked. Words are runs of
 * letters, marks and digits; a run in a script that writes without spaces (Chinese, Japanese, Thai, …) is cut into its characters, so that
 * any part of it is found. An apostrophe, of whatever kind, separates, though some of them are letters to Unicode: Слов, янськ. Folding takes
 * compatibility forms, case and such marks away as are no letters (vowel signs of Indic and Southeast Asian scripts are), and the letters
 * that Unicode does not decompose: Bakıda is found by bakida, Əliyev by aliyev. What a store indexed is therefore a function of the Unicode
 * version and of ICU, which it keeps.
 */

export interface Word {
  /** Folded: letters, digits and marks, and no ASCII besides a–z and 0–9. */
  readonly term: string
  /** UTF-16 offsets into the text as given. */
  readonly start: number
  readonly end: number
}

/** Those that Unicode takes for letters. */
const APOSTROPHE_LETTERS = String.raw`\u02B9-\u02BF\u02C8\u02EE\u0374\uA78B\uA78C`

/** What names and contractions are written with for an apostrophe, as the inside of a regular expression's class. */
export const APOSTROPHES = String.raw`'’‘‛\u0060´′‵＇｀՚׳${APOSTROPHE_LETTERS}`

/** The words of a text, in order. */
export function wordsOf(text: string): readonly Word[] {
  return runsOf(text).flatMap(({ words }) => words)
}

/** The folded words of a text, in order: the terms of {@link wordsOf}, found without their places. */
export function termsOf(text: string): readonly string[] {
  if (plain.test(text)) return text.toLowerCase().match(plainRuns) ?? []
  const found = text.match(runs) ?? []
  const terms: string[] = []
  for (const piece of isUnspaced(text) ? found.flatMap(piecesOf) : found) {
    const term = termOf(piece)
    if (term !== '') terms.push(term)
  }
  return terms
}

/**
 * The words of a text, in order, those together that a reader would take for one, as far as a dictionary knows: of a Chinese word all its
 * characters. For display; what is found does not depend on it.
 */
export function compoundsOf(text: string): readonly (readonly Word[])[] {
  return runsOf(text).flatMap(({ run, start, words }) => (isUnspaced(run) ? grouped(words, run, start) : [words]))
}

/** A text without case, marks and compatibility forms. */
function fold(text: string): string {
  if (plain.test(text)) return text.toLowerCase()
  const folded = text
    .normalize('NFKD')
    .replace(marks, '')
    .toLowerCase()
    .replace(undecomposed, (each) => plainLetters.get(each) ?? each)
    .normalize('NFKD')
    .replace(marks, '')
  return unifySpelling(folded)
}

function termOf(piece: string): string {
  const known = termsByPiece.get(piece)
  if (known !== undefined) return known
  if (piece.length > LONGEST_KEPT) return foldPiece(piece)
  const kept = detachString(piece)
  const term = foldPiece(kept)
  termsByPiece.set(kept, term)
  return term
}

/** Empty where folding leaves nothing, as of marks alone. */
function foldPiece(piece: string): string {
  // Compatibility forms may be written out with spaces and brackets, as ⑴ is, or with an apostrophe, as ŉ is.
  return fold(piece).replace(punctuation, '')
}

/** What is folded costs far more than what is remembered, and a text consists of words that came before. */
const termsByPiece = new LRUCache<string, string>({ max: 10_000 })
const LONGEST_KEPT = 32

interface Run {
  readonly run: string
  readonly start: number
  readonly words: readonly Word[]
}

/** Those that hold any word. */
function runsOf(text: string): Run[] {
  return [...text.matchAll(runs)]
    .map(({ 0: run, index }) => ({ run, start: index, words: wordsOfRun(run, index) }))
    .filter(({ words }) => words.length > 0)
}

function wordsOfRun(run: string, start: number): Word[] {
  let end = start
  return (isUnspaced(run) ? piecesOf(run) : [run]).flatMap((piece) => {
    const begin = end
    end += piece.length
    const term = termOf(piece)
    return term === '' ? [] : [{ term, start: begin, end }]
  })
}

/** The words of a run by what the dictionary takes for words: a character belongs to where it begins. */
function grouped(words: readonly Word[], run: string, start: number): Word[][] {
  const compounds: Word[][] = []
  let at = 0
  for (const { index, segment } of segmenter.segment(run)) {
    const compound: Word[] = []
    for (let word = words[at]; word !== undefined && word.start < start + index + segment.length; word = words[++at]) {
      compound.push(word)
    }
    if (compound.length > 0) compounds.push(compound)
  }
  return compounds
}

const plainRuns = /[a-z0-9]+/g
const letter = String.raw`[\p{L}\p{N}]--[${APOSTROPHE_LETTERS}]`
const runs = new RegExp(String.raw`[${letter}][[${letter}]${ATTACHED}]*`, 'gv')
const marks =
  /[[[\p{M}\p{Cf}\u0640]--[\u3099\u309A]]&&[\p{sc=Inherited}\p{sc=Common}\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Syriac}]]/gv
// eslint-disable-next-line no-control-regex
const plain = /^[\u0000-\u007F]*$/
const punctuation = new RegExp(String.raw`[\u0000-\u002F\u003A-\u0060\u007B-\u007F${APOSTROPHE_LETTERS}]+`, 'gv')
const segmenter = new Intl.Segmenter('und', { granularity: 'word' })

const plainLetters: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ı: 'i',
    ə: 'a',
    ß: 'ss',
    æ: 'ae',
    œ: 'oe',
    ø: 'o',
    đ: 'd',
    ð: 'd',
    þ: 'th',
    ł: 'l',
    ħ: 'h',
    ŋ: 'n',
    ς: 'σ',
    ی: 'ي',
    ى: 'ي',
    ک: 'ك',
  }),
)
const undecomposed = new RegExp(`[${[...plainLetters.keys()].join('')}]`, 'g')
