import { BOUNDARY, needlesOf } from '../../model/text/search-query.ts'
import { VARIANT } from '../../model/text/variants.ts'
import { COUNTED_MAX } from './candidates.ts'
import type { Entry, Search } from './lists.ts'
import { heldNow, type KeptEntry, scanByDate } from './scan.ts'
import type { Key, KeysetRange } from '../queries/keyset.ts'
import { isNamed, mentioning, searchTerms, type MentionedTerm } from './full-text.ts'
import { entryWork, type Steps } from './steps.ts'

/*
 * Relevance is Okapi BM25 over headline, summary and quotes as one document. A match in the headline counts as four, a term in a
 * participant's name as two. Only the newest matches are ranked, and the matches of a term are counted only up to a limit, so that a word
 * in every row costs no more than another. A ranking is a function of the seq at which it is made. Its cursors name that seq, so later
 * pages continue the same ranking; developments that no longer pass are left out.
 */

/** How many matches are ranked: the newest by date. */
export const RANKED_MAX = 2_000

export interface Ranked extends KeptEntry {
  /** In millionths. */
  readonly score: number
}

/** The `read` of a list: the best matches of the text first; of equals, the later entered. */
export function readByRelevance(search: Search, text: string): (range: KeysetRange) => Steps<Ranked[]> {
  const rankings = new Map<number, readonly Ranked[]>()
  return function* ({ from, inclusive, backward, limit }) {
    const orderedAt = Math.min(Number(from?.[0] ?? search.asOf), search.asOf)
    const ranking = rankings.get(orderedAt) ?? (yield* rank(search, { text, orderedAt }))
    rankings.set(orderedAt, ranking)
    const ordered = backward ? ranking.toReversed() : ranking
    return ordered.filter((entry) => from === null || isBehind(entry, from, { inclusive, backward })).slice(0, limit)
  }
}

function isBehind(
  { score, developmentId }: Ranked,
  [, fromScore, fromId]: Key,
  { inclusive, backward }: Pick<KeysetRange, 'inclusive' | 'backward'>,
): boolean {
  const behind = Number(fromScore) - score || Number(fromId) - developmentId
  if (behind === 0) return inclusive
  return backward ? behind < 0 : behind > 0
}

function* rank(search: Search, { text, orderedAt }: { text: string; orderedAt: number }): Steps<Ranked[]> {
  const then = { ...search, asOf: orderedAt }
  const newest = { from: null, newestFirst: true, backward: false, limit: RANKED_MAX }
  const entries = yield* scanByDate(then, newest)
  const scores = yield* scoresOf(then, entries, text)
  const ranked = entries.map((entry, at) => ({ ...entry, orderedAt, score: scores[at] ?? 0 }))
  const held = yield* heldNow(search, ranked)
  return held.toSorted((a, b) => b.score - a.score || b.developmentId - a.developmentId)
}

/** The usual parameters of BM25, k1 and b. */
const SATURATION = 1.2
const LENGTH_MATTERS = 0.75

const IN_HEADLINE = 4
const IN_NAME = 2

/** The work of reading and scoring a text for one term. */
const SCORE = 50

function* scoresOf(search: Search, entries: readonly Entry[], text: string): Steps<number[]> {
  const revisions = JSON.stringify(entries.map(({ revisionId }) => revisionId))
  const documents = search.reader
    .all<{ words: string }>(
      'select w.words from json_each(?) j cross join revision_words w on w.revision_id = j.value order by j.key',
      revisions,
    )
    .map(({ words }) => documentOf(words))
  const averageLength = documents.reduce((sum, { length }) => sum + length, 0) / Math.max(documents.length, 1)
  const terms: Scored[] = []
  for (const term of searchTerms(search.reader, text)) {
    yield COUNTED_MAX * entryWork(term)
    terms.push({
      // A needle that ends in a space shares it with the next match.
      needles: needlesOf(term).map((needle) => ({ needle, step: needle.length - (term.prefix ? 0 : 1) })),
      rarity: rarityOf(search, term),
      named: withNames(search, term, revisions),
    })
  }
  yield entries.length * terms.length * SCORE
  return entries.map(({ revisionId }, at) => {
    const { headline, rest, length } = documents[at] ?? documentOf('')
    const long = 1 - LENGTH_MATTERS + (LENGTH_MATTERS * length) / Math.max(averageLength, 1)
    const score = terms.reduce((sum, { needles, rarity, named }) => {
      const inText = IN_HEADLINE * mentions(headline, needles) + mentions(rest, needles)
      const frequency = inText + (named.has(revisionId) ? IN_NAME : 0)
      return sum + (rarity * frequency * (SATURATION + 1)) / (frequency + SATURATION * long)
    }, 0)
    return Math.round(score * 1_000_000)
  })
}

/** Words as written, and their variants. */
interface Words {
  readonly written: string
  readonly variants: string
}

function documentOf(words: string): { headline: Words; rest: Words; length: number } {
  const end = words.indexOf(BOUNDARY)
  const [headline, rest] = [readWords(words.slice(0, end)), readWords(words.slice(end + 1))]
  return { headline, rest, length: occurrences(headline.written + rest.written, ' ', 1) - 1 }
}

function readWords(words: string): Words {
  if (!words.includes(VARIANT)) return { written: words, variants: '' }
  const variants: string[] = []
  const written = words.replace(VARIANTS, (found) => {
    variants.push(found)
    return ' '
  })
  return { written, variants: variants.join('') }
}

const VARIANTS = new RegExp(` ${VARIANT}[^${BOUNDARY}]*`, 'gu')

interface Scored {
  readonly needles: readonly Needle[]
  readonly rarity: number
  /** The revisions with a participant that the term names. */
  readonly named: ReadonlySet<number>
}

interface Needle {
  readonly needle: string
  readonly step: number
}

/** How often a term occurs: the most of its forms; in variants, which repeat the words around them, only if it is not written. */
function mentions({ written, variants }: Words, needles: readonly Needle[]): number {
  const most = (words: string) => Math.max(...needles.map(({ needle, step }) => occurrences(words, needle, step)))
  return most(written) || most(variants)
}

function occurrences(text: string, needle: string, step: number): number {
  let count = 0
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + step)) count++
  return count
}

/** The inverse document frequency of a term among everything recorded until then. */
function rarityOf({ reader, asOf }: Search, term: MentionedTerm): number {
  const { sql, values } = mentioning({ is: 'MENTIONED', terms: [term] }, 'r')
  const counted = `select count(*) as count from (select 1 from (${sql}) g where g.id <= @asOf limit @limit)`
  const row = reader.get<{ count: number }>(counted, { ...values, asOf, limit: COUNTED_MAX })
  const holding = Math.min(row?.count ?? 0, asOf)
  return Math.log(1 + (asOf - holding + 0.5) / (holding + 0.5))
}

/** Those of the revisions with a participant that the term names. */
function withNames({ reader }: Search, term: MentionedTerm, revisions: string): ReadonlySet<number> {
  if (term.names === null) return new Set()
  const named = isNamed(term, 'x.actor_id', 'r')
  const rows = reader.all<{ id: number }>(
    `select x.revision_id as id from json_each(@revisions) j cross join participations x on x.revision_id = j.value
     where ${named.sql}`,
    { ...named.values, revisions },
  )
  return new Set(rows.map(({ id }) => id))
}
