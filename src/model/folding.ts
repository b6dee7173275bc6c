import { flatCopy } from './flat-copy.ts'
import { Recent } from './recent.ts'

/*
 * How text is searched: cut into words, each folded to a plain form, the same for what is stored and for what is asked. Words are runs of
 * letters, marks and digits; a run in a script that writes without spaces (Chinese, Japanese, Thai, …) is cut by ICU's dictionary, and Han
 * characters are words by themselves, so that a part of a compound is found in it. Folding takes compatibility forms, case and such marks
 * away as are no letters (vowel signs of Indic and Southeast Asian scripts are), and the letters that Unicode does not decompose: Bakıda is
 * found by bakida, Əliyev by aliyev. What a store indexed is therefore a function of the ICU and Unicode versions, which it keeps.
 */

export interface Word {
  /** Folded: letters, digits and marks, and no ASCII besides a–z and 0–9. */
  readonly term: string
  /** UTF-16 offsets into the text as given. */
  readonly start: number
  readonly end: number
}

/** The words of a text, in order. */
export function wordsOf(text: string): readonly Word[] {
  return stretchesOf(text).flatMap(cut)
}

/** The folded words of a text, in order: the terms of {@link wordsOf}, found without their places. */
export function termsOf(text: string): readonly string[] {
  if (plain.test(text)) return text.toLowerCase().match(plainRuns) ?? []
  return (text.match(runs) ?? []).flatMap(termsOfRun)
}

/** The words of a text, in order, those together that a reader would take for one: of a Chinese word all its characters. */
export function compoundsOf(text: string): readonly (readonly Word[])[] {
  return stretchesOf(text)
    .map(cut)
    .filter((words) => words.length > 0)
}

/** A text without case, marks and compatibility forms. */
function fold(text: string): string {
  if (plain.test(text)) return text.toLowerCase()
  return text
    .normalize('NFKD')
    .replace(marks, '')
    .toLowerCase()
    .replace(undecomposed, (letter) => plainLetters.get(letter) ?? letter)
    .normalize('NFKD')
    .replace(marks, '')
}

function termsOfRun(run: string): readonly string[] {
  const known = termsByRun.get(run)
  if (known !== undefined) return known
  if (run.length > LONGEST_KEPT) return foldRun(run)
  const kept = flatCopy(run)
  const terms = foldRun(kept)
  termsByRun.set(kept, terms)
  return terms
}

function foldRun(run: string): readonly string[] {
  return wordsOf(run).map(({ term }) => term)
}

/** What is folded costs far more than what is remembered, and a text consists of words that came before. */
const termsByRun = new Recent<string, readonly string[]>(10_000)
const LONGEST_KEPT = 32

interface Stretch {
  readonly text: string
  readonly start: number
}

/** Runs, and of those without spaces what the dictionary takes for words. */
function stretchesOf(text: string): Stretch[] {
  const stretches: Stretch[] = []
  for (const { 0: run, index } of text.matchAll(runs)) {
    if (!unspaced.test(run)) {
      stretches.push({ text: run, start: index })
      continue
    }
    for (const part of segmenter.segment(run)) {
      if (part.isWordLike === true) stretches.push({ text: part.segment, start: index + part.index })
    }
  }
  return stretches
}

function cut({ text, start }: Stretch): Word[] {
  if (!han.test(text)) return wordAt(text, start)
  return [...text.matchAll(hanApart)].flatMap((part) => wordAt(part[0], start + part.index))
}

/** None where folding leaves nothing, as of marks alone. */
function wordAt(text: string, start: number): Word[] {
  // Compatibility forms may be written out with spaces and brackets, as ⑴ is.
  const term = fold(text).replace(punctuation, '')
  return term === '' ? [] : [{ term, start, end: start + text.length }]
}

const plainRuns = /[a-z0-9]+/g
const runs = /[\p{L}\p{N}][\p{L}\p{N}\p{M}\u00AD\u2060\u200C\u200D]*/gu
const marks =
  /[[[\p{M}\p{Cf}\u0640]--[\u3099\u309A]]&&[\p{sc=Inherited}\p{sc=Common}\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Syriac}]]/gv
// eslint-disable-next-line no-control-regex
const plain = /^[\u0000-\u007F]*$/
// eslint-disable-next-line no-control-regex
const punctuation = /[\u0000-\u002F\u003A-\u0060\u007B-\u007F]+/g
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const han = /\p{Script=Han}/u
const hanApart = /\p{Script=Han}\p{M}*|(?:(?!\p{Script=Han}).)+/gsu
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
