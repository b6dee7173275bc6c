import { parseSearch } from '../../model/text/search-query.ts'
import { snippetOf, type SnippetPart } from '../../model/text/snippet.ts'
import type { DevelopmentRow } from '../queries/developments.ts'
import { readQuotes } from '../queries/development-parts.ts'
import { batch, type BatchKey, batchRead, type BatchRow, selectBatch } from '../queries/batch.ts'
import { participations } from '../schema/developments.ts'
import { sql } from '../schema/drizzle.ts'
import { actorAliases, actors } from '../schema/reference-records.ts'
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
  const keys = developments.map(({ revisionId, asOf }): BatchKey => [revisionId, asOf])
  const quotes = byParent(readQuotes(reader, keys))
  const inTexts = developments.map(({ headline, summary }, at) =>
    snippetOf([headline, summary, ...(quotes.get(at) ?? [])], terms),
  )
  const others = [...inTexts.keys()].filter((at) => inTexts[at] === null)
  const names = byParent(
    readNames(
      reader,
      others.flatMap((at) => keys.slice(at, at + 1)),
    ),
  )
  const inNames = new Map(others.map((at, place) => [at, snippetOf(names.get(place) ?? [], terms)]))
  return inTexts.map((found, at) => found ?? inNames.get(at) ?? null)
}

function byParent(rows: readonly (BatchRow & { readonly text: string })[]): Map<number, string[]> {
  const found = new Map<number, string[]>()
  for (const { parent, text } of rows) {
    const texts = found.get(parent)
    if (texts === undefined) found.set(parent, [text])
    else texts.push(text)
  }
  return found
}

/** The names of participants, in their order; each name before its aliases. */
const readNames = batchRead(
  selectBatch(
    { text: sql<string>`n.text` },
    sql`from ${batch} cross join ${participations} on ${participations.revisionId} = ${batch.id}
      cross join (select ${actors.id} as actor_id, -1 as ordinal, ${actors.name} as text from ${actors}
        union all select ${actorAliases.actorId}, ${actorAliases.ordinal}, ${actorAliases.alias} from ${actorAliases}) n
        on n.actor_id = ${participations.actorId}
      order by ${batch.parent}, ${participations.ordinal}, n.ordinal`,
  ),
)
