import { APOSTROPHES, compoundsOf, type Word } from './folding.ts'
import { isUnspaced } from './scripts.ts'
import type { SearchTerm } from './search-query.ts'
import { readingsOf } from './variants.ts'

/** A part of a snippet: plain text as it was written. */
export interface SnippetPart {
  readonly text: string
  /** Whether the part matches the search. */
  readonly match: boolean
}

/** The approximate number of words of a snippet. In scripts without spaces, words are those of a dictionary. */
export const SNIPPET_WORDS = 30

/** The number of words before the first match. */
const BEFORE = 6

/**
 * The parts of the text that contains the most terms (the first of equals), around its first match. Together they are an excerpt of the
 * text, with `…` where it was cut. Null if no text contains a term.
 */
export function snippetOf(texts: readonly string[], terms: readonly SearchTerm[]): SnippetPart[] | null {
  let best: Matched | null = null
  for (const text of texts) {
    const matched = matchTerms(text, terms)
    if (matched.found > (best?.found ?? 0)) best = matched
  }
  return best === null ? null : cut(best)
}

interface Matched {
  readonly text: string
  readonly compounds: readonly (readonly Word[])[]
  /** The matches by UTF-16 offsets, in order, without overlaps. */
  readonly matches: readonly Span[]
  /** The number of terms it contains. */
  readonly found: number
}

interface Span {
  readonly start: number
  readonly end: number
}

function matchTerms(text: string, terms: readonly SearchTerm[]): Matched {
  const compounds = compoundsOf(text)
  const readings = readingsOf(text, compounds.flat())
  const byTerm = terms.map((term) =>
    [term.words, ...term.alternatives].flatMap((wanted) =>
      readings.flatMap((words) => spansOf(words, wanted, term.prefix)),
    ),
  )
  const matches: Span[] = []
  for (const span of byTerm.flat().toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = matches.at(-1)
    if (last === undefined || span.start > last.end) matches.push(span)
    else if (span.end > last.end) matches[matches.length - 1] = { start: last.start, end: span.end }
  }
  return { text, compounds, matches, found: byTerm.filter((spans) => spans.length > 0).length }
}

function spansOf(words: readonly (Span & Pick<Word, 'term'>)[], wanted: readonly string[], prefix: boolean): Span[] {
  const last = wanted.length - 1
  const isAt = (at: number) =>
    wanted.every((term, index) => {
      const word = words[at + index]?.term
      return prefix && index === last ? word?.startsWith(term) === true : word === term
    })
  return words.flatMap(({ start }, at) => (isAt(at) ? [{ start, end: words[at + last]?.end ?? start }] : []))
}

function cut({ text, compounds, matches }: Matched): SnippetPart[] {
  const first = compounds.findIndex((words) => (words.at(-1)?.end ?? 0) > (matches[0]?.start ?? 0))
  const from = Math.max(0, Math.min(first - BEFORE, compounds.length - SNIPPET_WORDS))
  const to = from + SNIPPET_WORDS
  const start = from === 0 ? 0 : startOfWord(text, compounds[from]?.[0]?.start ?? 0)
  const full = to >= compounds.length ? text.length : endOfWord(text, compounds[to - 1]?.at(-1)?.end ?? text.length)
  // A match at the end is kept whole.
  const end = matches.find((span) => span.start < full && span.end > full)?.end ?? full
  const parts: SnippetPart[] = []
  const add = (part: string, match: boolean) => {
    if (part !== '') parts.push({ text: part, match })
  }
  let at = start
  for (const span of matches) {
    if (span.start >= end) break
    add(`${at === start && start > 0 ? '…' : ''}${text.slice(at, span.start)}`, false)
    add(text.slice(span.start, span.end), true)
    at = span.end
  }
  add(`${text.slice(at, end)}${end < text.length ? '…' : ''}`, false)
  return parts
}

/** What readers take as one word, though it is searched by its parts: Azerbaijan's, J2-8243, U.S., NATO는. */
const JOINT = String.raw`[${APOSTROPHES}.\u2010\u2011-]`
const LETTERS = String.raw`[\p{L}\p{N}\p{M}]+`
const WORD = String.raw`${LETTERS}(?:${JOINT}${LETTERS})*`
const BEFORE_PART = new RegExp(`${WORD}${JOINT}?`, 'gu')
const AFTER_PART = new RegExp(`^${JOINT}?${WORD}`, 'u')

/** The longest that is looked at beside a part of a word. What is as long is no word. */
const LONGEST = 160

/** The start of the word that the part at this offset belongs to. */
function startOfWord(text: string, start: number): number {
  const before = text.slice(Math.max(0, start - LONGEST), start)
  const last = [...before.matchAll(BEFORE_PART)].at(-1)
  const word = last !== undefined && last.index + last[0].length === before.length ? last[0] : ''
  return word.length === LONGEST || isUnspaced(word) ? start : start - word.length
}

/** The end of the word that the part before this offset belongs to. */
function endOfWord(text: string, end: number): number {
  const word = AFTER_PART.exec(text.slice(end, end + LONGEST))?.[0] ?? ''
  return word.length === LONGEST || isUnspaced(word) ? end : end + word.length
}
