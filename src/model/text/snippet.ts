import { compoundsOf, type Word } from './folding.ts'
import type { SearchTerm } from './search-query.ts'

/** Plain text, as it was written. */
export interface SnippetPart {
  readonly text: string
  /** Whether it is what was searched for. */
  readonly match: boolean
}

/** About how many words a snippet has, of a text in a script without spaces as a dictionary cuts them. */
export const SNIPPET_WORDS = 30

/** How many words stand before the first match. */
const BEFORE = 6

/**
 * Of several texts the one that holds most of the terms, the first of equals, around its first match: its parts put together are a piece
 * of the text, with `…` where it was cut. Null where none of them holds any.
 */
export function snippetOf(texts: readonly string[], terms: readonly SearchTerm[]): SnippetPart[] | null {
  let best: Reading | null = null
  for (const text of texts) {
    const reading = readFor(text, terms)
    if (reading.found > (best?.found ?? 0)) best = reading
  }
  return best === null ? null : cut(best)
}

interface Reading {
  readonly text: string
  readonly compounds: readonly (readonly Word[])[]
  /** Matches, by UTF-16 offsets, in order and apart from each other. */
  readonly matches: readonly Span[]
  /** How many of the terms it holds. */
  readonly found: number
}

interface Span {
  readonly start: number
  readonly end: number
}

function readFor(text: string, terms: readonly SearchTerm[]): Reading {
  const compounds = compoundsOf(text)
  const words = compounds.flat()
  const byTerm = terms.map((term) => spansOf(words, term))
  const matches: Span[] = []
  for (const span of byTerm.flat().toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = matches.at(-1)
    if (last === undefined || span.start > last.end) matches.push(span)
    else if (span.end > last.end) matches[matches.length - 1] = { start: last.start, end: span.end }
  }
  return { text, compounds, matches, found: byTerm.filter((spans) => spans.length > 0).length }
}

function spansOf(words: readonly Word[], { words: wanted, prefix }: SearchTerm): Span[] {
  const last = wanted.length - 1
  const isAt = (at: number) =>
    wanted.every((term, place) => {
      const word = words[at + place]?.term
      return prefix && place === last ? word?.startsWith(term) === true : word === term
    })
  return words.flatMap(({ start }, at) => (isAt(at) ? [{ start, end: words[at + last]?.end ?? start }] : []))
}

function cut({ text, compounds, matches }: Reading): SnippetPart[] {
  const first = compounds.findIndex((words) => (words.at(-1)?.end ?? 0) > (matches[0]?.start ?? 0))
  const from = Math.max(0, Math.min(first - BEFORE, compounds.length - SNIPPET_WORDS))
  const to = from + SNIPPET_WORDS
  const start = from === 0 ? 0 : (compounds[from]?.[0]?.start ?? 0)
  const full = to >= compounds.length ? text.length : (compounds[to - 1]?.at(-1)?.end ?? text.length)
  // No match is cut in two.
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
