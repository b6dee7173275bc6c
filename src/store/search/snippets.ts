import { parseSearch } from '../../model/text/search-query.ts'
import { snippetOf, type SnippetPart } from '../../model/text/snippet.ts'
import type { DevelopmentRow } from '../queries/developments.ts'
import { readQuotes } from '../queries/development-parts.ts'
import { BATCH, batch, type BatchKey, batchRead, type BatchRow } from '../queries/batch.ts'
import { pick, unionAll } from '../queries/select.ts'
import { participations } from '../schema/developments.ts'
import { eq, sql } from '../schema/drizzle.ts'
import { actorAliases, actors } from '../schema/reference-records.ts'
import type { Reader } from '../sqlite/prepared.ts'

/**
 * Where each development matches a text: in its headline, summary or a quote as of its revision, else in a participant's name or alias as
 * it is now; null if it does not match. Throws `TEXT_NOT_SEARCHABLE`.
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

const PARTICIPANTS = sql`from ${batch} cross join ${participations} on ${eq(participations.revisionId, batch.id)}`

/** The names of participants, in their order; each name before its aliases. */
const readNames = batchRead(
  unionAll(
    [
      { ...BATCH, ...pick(participations, 'ordinal'), text: actors.name, alias: sql<number>`-1` },
      sql`${PARTICIPANTS} cross join ${actors} on ${eq(actors.id, participations.actorId)}`,
    ],
    [
      { ...BATCH, ...pick(participations, 'ordinal'), text: actorAliases.alias, alias: actorAliases.ordinal },
      sql`${PARTICIPANTS} cross join ${actorAliases} on ${eq(actorAliases.actorId, participations.actorId)}`,
    ],
    ['parent', 'ordinal', 'alias'],
  ),
)
