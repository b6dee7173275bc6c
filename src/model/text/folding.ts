import { LRUCache } from 'lru-cache'
import { detachString } from './detach-string.ts'
import { ATTACHED, isUnspaced, piecesOf, unifySpelling } from './scripts.ts'

/*
 * Text is searched by folded words, both when it is indexed and when it is searched for. Words are runs of letters, marks and digits; a run
 * in a script without spaces between words (Chinese, Japanese, Thai, …) is cut into units, so that any part of it is found. Every kind of
 * apostrophe separates words, even those that Unicode treats as letters: Слов, янськ. Folding removes case, compatibility forms and the
 * marks that are not letters (the vowel signs of Indic and Southeast Asian scripts are), and replaces letters that Unicode does not
 * decompose: bakida finds Bakıda, aliyev finds Əliyev. The index therefore depends on the versions of Unicode and ICU, which the store
 * records.
 */

export interface Word {
  /** The folded word: letters, digits and marks, and from ASCII only a–z and 0–9. */
  readonly term: string
  /** UTF-16 offsets in the original text. */
  readonly start: number
  readonly end: number
}

/** The apostrophes that Unicode treats as letters. */
const APOSTROPHE_LETTERS = String.raw`\u02B9-\u02BF\u02C8\u02EE\u0374\uA78B\uA78C`

/** The characters used as apostrophes in names and contractions, for a class of a regular expression. */
export const APOSTROPHES = String.raw`'’‘‛\u0060´′‵＇｀՚׳${APOSTROPHE_LETTERS}`

/** The words of a text, in order. */
export function wordsOf(text: string): readonly Word[] {
  return runsOf(text).flatMap(({ words }) => words)
}

/** The terms of {@link wordsOf}, without their offsets. */
export function termsOf(text: string): readonly string[] {
  if (ASCII.test(text)) return text.toLowerCase().match(/[a-z0-9]+/g) ?? []
  const found = text.match(RUNS) ?? []
  return (isUnspaced(text) ? found.flatMap(piecesOf) : found).map(termOf).filter((term) => term !== '')
}

/**
 * The words of a text, grouped into what a reader would call words, as far as a dictionary knows: the characters of a Chinese word form one
 * group. For display only; it does not affect what is found.
 */
export function compoundsOf(text: string): readonly (readonly Word[])[] {
  return runsOf(text).flatMap(({ run, start, words }) =>
    isUnspaced(run) ? groupByDictionary(words, run, start) : [words],
  )
}

/** Removes case, marks and compatibility forms. */
function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  const folded = text
    .normalize('NFKD')
    .replace(MARKS, '')
    .toLowerCase()
    .replace(UNDECOMPOSED, (each) => PLAIN_LETTERS.get(each) ?? each)
    .normalize('NFKD')
    .replace(MARKS, '')
  return unifySpelling(folded)
}

function termOf(piece: string): string {
  const known = termsByPiece.get(piece)
  if (known !== undefined) return known
  // Compatibility forms may decompose to spaces and brackets, as ⑴ does, or to an apostrophe, as ŉ does. Marks alone leave nothing.
  const own = piece.length <= LONGEST_CACHED ? detachString(piece) : piece
  const term = fold(own).replace(PUNCTUATION, '')
  if (piece.length <= LONGEST_CACHED) termsByPiece.set(own, term)
  return term
}

/** Folding takes much longer than a look-up, and most words of a text have occurred before. */
const termsByPiece = new LRUCache<string, string>({ max: 10_000 })
const LONGEST_CACHED = 32

interface Run {
  readonly run: string
  readonly start: number
  readonly words: readonly Word[]
}

/** The runs of a text that contain words. */
function runsOf(text: string): Run[] {
  return Array.from(text.matchAll(RUNS), ({ 0: run, index }) => ({
    run,
    start: index,
    words: wordsOfRun(run, index),
  })).filter(({ words }) => words.length > 0)
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

/** Groups the words of a run by dictionary words. A unit belongs to the dictionary word in which it starts. */
function groupByDictionary(words: readonly Word[], run: string, start: number): Word[][] {
  const ends = Array.from(segmenter.segment(run), ({ index, segment }) => start + index + segment.length)
  let segment = 0
  const groups = Map.groupBy(words, (word) => {
    while (word.start >= (ends[segment] ?? Infinity)) segment++
    return segment
  })
  return [...groups.values()]
}

const letter = String.raw`[\p{L}\p{N}]--[${APOSTROPHE_LETTERS}]`
const RUNS = new RegExp(String.raw`[${letter}][[${letter}]${ATTACHED}]*`, 'gv')
const MARKS =
  /[[[\p{M}\p{Cf}\u0640]--[\u3099\u309A]]&&[\p{sc=Inherited}\p{sc=Common}\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Syriac}]]/gv
// eslint-disable-next-line no-control-regex
const ASCII = /^[\u0000-\u007F]*$/
const PUNCTUATION = new RegExp(String.raw`[\u0000-\u002F\u003A-\u0060\u007B-\u007F${APOSTROPHE_LETTERS}]+`, 'gv')
const segmenter = new Intl.Segmenter('und', { granularity: 'word' })

/** Letters that Unicode does not decompose, and their plain letters. */
const PLAIN_LETTERS: ReadonlyMap<string, string> = new Map(
  'ıi əa ßss æae œoe øo đd ðd þth łl ħh ŋn ςσ یي ىي کك'.split(' ').map((pair) => [pair.slice(0, 1), pair.slice(1)]),
)
const UNDECOMPOSED = new RegExp(`[${[...PLAIN_LETTERS.keys()].join('')}]`, 'g')
