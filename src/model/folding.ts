/*
 * How text is searched: cut into words, each folded to a plain form, the same for what is stored and for what is asked. Words are runs of
 * letters, marks and digits; a run in a script that writes without spaces (Chinese, Japanese, Thai, …) is cut by ICU's dictionary. Folding
 * takes compatibility forms, marks and case away, and the letters that Unicode does not decompose: Bakıda is found by bakida, Əliyev by
 * aliyev. What a store indexed is therefore a function of the ICU and Unicode versions, which it keeps.
 */

export interface Word {
  /** Folded; may be empty only of a word that is all marks, which is left out. */
  readonly term: string
  /** UTF-16 offsets into the text as given. */
  readonly start: number
  readonly end: number
}

/** The words of a text, in order. */
export function wordsOf(text: string): readonly Word[] {
  const words: Word[] = []
  const add = (word: string, start: number) => {
    const term = fold(word)
    if (term !== '') words.push({ term, start, end: start + word.length })
  }
  for (const match of text.matchAll(runs)) {
    const [run] = match
    if (!unspaced.test(run)) {
      add(run, match.index)
      continue
    }
    for (const { segment, index, isWordLike } of segmenter.segment(run)) {
      if (isWordLike === true) add(segment, match.index + index)
    }
  }
  return words
}

/** The folded words of a text, in order. */
export function termsOf(text: string): readonly string[] {
  return wordsOf(text).map(({ term }) => term)
}

/** A text without case, marks and compatibility forms. */
export function fold(text: string): string {
  if (plain.test(text)) return text.toLowerCase()
  return text
    .normalize('NFKD')
    .replace(marks, '')
    .toLowerCase()
    .replace(undecomposed, (letter) => plainLetters.get(letter) ?? letter)
    .normalize('NFKD')
    .replace(marks, '')
}

const runs = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu
const marks = /\p{M}+/gu
// eslint-disable-next-line no-control-regex
const plain = /^[\u0000-\u007F]*$/
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
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
  }),
)
const undecomposed = new RegExp(`[${[...plainLetters.keys()].join('')}]`, 'g')
