import { APOSTROPHES, foldedTerms, wordsOf, type Word } from './folding.ts'
import { isUnspaced } from './scripts.ts'

/*
 * A text is found by its words, and by other ways to write them: without the hyphens and apostrophes within a name (oconnor for O'Connor,
 * j28243 for J2-8243, us for U.S.), and by the second reading of letters that people type in two ways (eliyev for Əliyev). The words as
 * written come first and keep their positions, so that phrases match; each variant follows as a text of its own.
 */

/** A word of a variant. Its offsets are those of the words that it stands for. */
type VariantWord = Pick<Word, 'term' | 'start' | 'end'>

/** The words of a text as written, and then its variants, each a sequence of words. */
export function readingsOf(text: string, words: readonly Word[] = wordsOf(text)): (readonly VariantWord[])[] {
  return MAY_VARY.test(text)
    ? [words, ...chainsOf(text, words).flatMap(joinedForms), ...secondReadings(words)]
    : [words]
}

/** Precedes each variant in the index. Never a word. */
export const VARIANT = '\uE001'

/** The folded words of a text as they are indexed: its words, and its variants after a {@link VARIANT} each. */
export function indexedWords(text: string): string {
  if (!MAY_VARY.test(text)) return foldedTerms(text)
  const readings = readingsOf(text).map((words) => words.map(({ term }) => term).join(' '))
  return [...new Set(readings)].join(` ${VARIANT} `)
}

/** Longer chains are joined in parts of so many words, so that the variants of a text are never many times its length. */
const JOINED_MAX = 4
/** How many words before and after a word with a second reading are repeated, so that phrases of the second reading are found. */
const CONTEXT = 4

const GERSHAYIM = '"“”„‟״'
const HYPHENS = String.raw`\-‐‑‒–־֊`
const LINK = new RegExp(String.raw`^\p{DI}*[${HYPHENS}${APOSTROPHES}${GERSHAYIM}\u200C]\p{DI}*$`, 'v')
/** Cheap to test, and holds for every text with variants. */
const MAY_VARY = new RegExp(String.raw`[ƏəƎǝӘә]|[.\u200C${HYPHENS}${APOSTROPHES}${GERSHAYIM}](?=[^\s])`, 'v')
const HEBREW = /^\p{sc=Hebrew}+$/v
const DIGITS = /^\d+$/
const SINGLE_LETTER = /^\p{L}\p{M}*$/v

type Link = 'JOINED' | 'ABBREVIATED' | undefined

/** The longest sequences of at least two words that are linked in one way. */
function chainsOf(text: string, words: readonly Word[]): { readonly link: Link; readonly words: readonly Word[] }[] {
  const chains: { link: Link; words: Word[] }[] = []
  let before: Word | undefined
  let open: { link: Link; words: Word[] } | undefined
  for (const word of words) {
    const link = before === undefined ? undefined : linkBetween(text, before, word)
    if (before !== undefined && link !== undefined) {
      if (open?.link === link) open.words.push(word)
      else chains.push((open = { link, words: [before, word] }))
    } else open = undefined
    before = word
  }
  return chains
}

function linkBetween(text: string, before: Word, after: Word): Link {
  const length = after.start - before.end
  if (length < 1 || length > 3 || text[before.end] === ' ') return undefined
  const between = text.slice(before.end, after.start)
  if (between === '.')
    return SINGLE_LETTER.test(before.term) && SINGLE_LETTER.test(after.term) ? 'ABBREVIATED' : undefined
  if (!LINK.test(between)) return undefined
  if (GERSHAYIM.includes(between.charAt(0)) && !(HEBREW.test(before.term) && HEBREW.test(after.term))) return undefined
  // A range of numbers is no number, and units of scripts without spaces follow one another anyway.
  const apart =
    (DIGITS.test(before.term) && DIGITS.test(after.term)) || isUnspaced(before.term) || isUnspaced(after.term)
  return apart ? undefined : 'JOINED'
}

function joinedForms({ link, words }: ReturnType<typeof chainsOf>[number]): VariantWord[][] {
  if (link === 'ABBREVIATED') return joined(words)
  return words.flatMap((_, from) =>
    Array.from({ length: Math.min(JOINED_MAX, words.length - from) - 1 }, (__, more) =>
      joined(words.slice(from, from + more + 2)),
    ).flat(),
  )
}

/** The words as one, in each reading. */
function joined(words: readonly Word[]): VariantWord[][] {
  const [start, end] = [words[0]?.start ?? 0, words.at(-1)?.end ?? 0]
  const terms = [words.map(({ term }) => term).join(''), words.map(({ term, second }) => second ?? term).join('')]
  return [...new Set(terms)].map((term) => [{ term, start, end }])
}

/** The stretches of a text around words with a second reading, in that reading. */
function secondReadings(words: readonly Word[]): VariantWord[][] {
  const stretches: VariantWord[][] = []
  let done = 0
  words.forEach(({ second }, index) => {
    if (second === undefined) return
    if (stretches.length === 0 || index - CONTEXT > done) {
      stretches.push([])
      done = Math.max(0, index - CONTEXT)
    }
    const end = Math.min(words.length, index + CONTEXT + 1)
    stretches.at(-1)?.push(...words.slice(done, end).map((word) => ({ ...word, term: word.second ?? word.term })))
    done = end
  })
  return stretches
}
