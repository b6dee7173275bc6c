import { LRUCache } from 'lru-cache'
import { detachString } from './detach-string.ts'
import { secondReading, toAsciiDigits, toPlainLetters, unifyHamza, unifySpelling } from './letters.ts'
import { ATTACHED, isUnspaced, piecesOf } from './scripts.ts'

/*
 * Text is searched by folded words, both when it is indexed and when it is searched for. Words are runs of letters, marks and digits, cut
 * where the script changes; in a script without spaces between words (Chinese, Japanese, Thai, …) they are units, so that any part of a
 * text is found. Every kind of apostrophe separates words, even those that Unicode treats as letters: Слов, янськ. Folding removes case,
 * compatibility forms, invisible characters and the marks that are not letters (the vowel signs of Indic and Southeast Asian scripts are),
 * and replaces letters that Unicode does not decompose: bakida finds Bakıda, aliyev finds Əliyev. The index therefore depends on the
 * versions of Unicode and ICU, which the store records.
 */

export interface Word {
  /** The folded word: letters, digits and marks, and from ASCII only a–z and 0–9. */
  readonly term: string
  /** The word by the second reading of its letters, if it has one: eliyev for Əliyev. */
  readonly second: string | undefined
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
  if (ASCII.test(text)) return Array.from(text.matchAll(ASCII_WORDS), ({ 0: word, index }) => asciiWord(word, index))
  return runsOf(text).flatMap(({ words }) => words)
}

/** The terms of {@link wordsOf}, without their offsets. */
export function termsOf(text: string): readonly string[] {
  if (ASCII.test(text)) return text.toLowerCase().match(ASCII_WORDS) ?? []
  const terms: string[] = []
  for (const run of text.match(RUNS) ?? []) {
    for (const { term } of readRun(run)) if (term !== '') terms.push(term)
  }
  return terms
}

/** The terms of a text with spaces between them: equal for names that differ in case, marks and punctuation only. */
export function foldedTerms(text: string): string {
  return termsOf(text).join(' ')
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

function asciiWord(word: string, start: number): Word {
  return { term: word.toLowerCase(), second: undefined, start, end: start + word.length }
}

/** Removes case, marks and compatibility forms. */
function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  const folded = toPlainLetters(unifyHamza(text.normalize('NFKD')).replace(MARKS, '').toLowerCase())
  return unifySpelling(toAsciiDigits(folded.normalize('NFKD').replace(MARKS, '')))
}

/** Compatibility forms may decompose to spaces and brackets, as ⑴ does, or to an apostrophe, as ŉ does. Marks alone leave nothing. */
function termOf(piece: string): string {
  return fold(piece).replace(PUNCTUATION, '')
}

/** A word of a run, and how much of the run it takes. Its term may be empty. */
interface Piece {
  readonly length: number
  readonly term: string
  readonly second: string | undefined
}

function readRun(run: string): readonly Piece[] {
  if (run.length > LONGEST_CACHED) return piecesOf(run).map(readPiece)
  const known = piecesByRun.get(run)
  if (known !== undefined) return known
  const own = detachString(run)
  const pieces = piecesOf(own).map((piece) => (piece === own ? readPiece(piece) : readPiece(detachString(piece))))
  piecesByRun.set(own, pieces)
  return pieces
}

function readPiece(piece: string): Piece {
  const second = secondReading(piece.normalize('NFC'))
  return { length: piece.length, term: termOf(piece), second: second === undefined ? undefined : termOf(second) }
}

/** Folding takes much longer than a look-up, and most words of a text have occurred before. */
const piecesByRun = new LRUCache<string, readonly Piece[]>({ max: 10_000 })
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
  const words: Word[] = []
  let end = start
  for (const { length, term, second } of readRun(run)) {
    if (term !== '') words.push({ term, second, start: end, end: end + length })
    end += length
  }
  return words
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
/** The dots of Indic letters for foreign sounds, as in ज़. */
const NUKTAS = String.raw`\u093C\u09BC\u0A3C\u0ABC\u0B3C\u0C3C\u0CBC\u{110BA}\u{11173}\u{111CA}\u{11236}\u{112E9}\u{1133B}\u{1133C}\u{11446}\u{114C3}\u{115C0}\u{116B7}\u{1183A}\u{11943}\u{11D42}`
const MARKED_SCRIPTS = String.raw`\p{sc=Inherited}\p{sc=Common}\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Syriac}`
const MARKS = new RegExp(
  String.raw`[[[[\p{M}\p{Cf}\u0640]--[\u3099\u309A]]&&[${MARKED_SCRIPTS}]][\p{DI}--\p{L}]\u0559\u055B-\u055F${NUKTAS}]`,
  'gv',
)
// eslint-disable-next-line no-control-regex
const ASCII = /^[\u0000-\u007F]*$/
const ASCII_WORDS = /[a-z0-9]+/gi
const PUNCTUATION = new RegExp(String.raw`[\u0000-\u002F\u003A-\u0060\u007B-\u007F\u00B7${APOSTROPHE_LETTERS}]+`, 'gv')
const segmenter = new Intl.Segmenter('und', { granularity: 'word' })
