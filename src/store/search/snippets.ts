import { parseSearch } from '../../model/text/search-query.ts'
import { snippetOf, type SnippetPart } from '../../model/text/snippet.ts'
import type { DevelopmentRow } from '../queries/development-row.ts'
import { readQuotes } from '../queries/development-parts.ts'
import { asking, readShares, type Asked, type Share } from '../queries/batch.ts'
import type { Reader } from '../sqlite/prepared.ts'

/**
 * Where each development matches a text: in its headline, summary or a quote as they were at its revision, else in a participant's name or
 * alias as they are now; null where it does not. Throws `TEXT_NOT_SEARCHABLE`.
 */
export function readSnippets(
  reader: Reader,
  developments: readonly DevelopmentRow[],
  text: string,
): (readonly SnippetPart[] | null)[] {
  const terms = parseSearch(text)
  const asked = developments.map(({ revisionId, asOf }): Asked => [revisionId, asOf])
  const quotes = byParent(readQuotes(reader, asked))
  const inTexts = developments.map(({ headline, summary }, at) =>
    snippetOf([headline, summary, ...(quotes.get(at) ?? [])], terms),
  )
  const others = [...inTexts.keys()].filter((at) => inTexts[at] === null)
  const names = byParent(
    readShares<Share & { readonly text: string }>(
      reader,
      NAMES,
      others.flatMap((at) => asked.slice(at, at + 1)),
    ),
  )
  const inNames = new Map(others.map((at, place) => [at, snippetOf(names.get(place) ?? [], terms)]))
  return inTexts.map((found, at) => found ?? inNames.get(at) ?? null)
}

function byParent(rows: readonly (Share & { readonly text: string })[]): Map<number, string[]> {
  const found = new Map<number, string[]>()
  for (const { parent, text } of rows) {
    const texts = found.get(parent)
    if (texts === undefined) found.set(parent, [text])
    else texts.push(text)
  }
  return found
}

// The name before the aliases, one participant after the other.
const NAMES = asking(
  'n.text',
  `from asked cross join participations x on x.revision_id = asked.id
   cross join (select id as actor_id, -1 as ordinal, name as text from actors
     union all select actor_id, ordinal, alias from actor_aliases) n on n.actor_id = x.actor_id
   order by asked.parent, x.ordinal, n.ordinal`,
)
