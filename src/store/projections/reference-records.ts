import { parseEdtf } from '../../model/dates/edtf.ts'
import { contentOf } from '../../model/records/canonical-record.ts'
import type { RecordOf, ReferenceKind } from '../../model/records/definitions.ts'
import { reliabilityOf } from '../../model/records/derived-fields.ts'
import { foldedWords } from '../../model/text/search-query.ts'
import { indexedWords } from '../../model/text/variants.ts'
import { ActorKind, AffiliationRelation, IdentifierScheme } from '../../model/vocabulary/actor.ts'
import { ClaimRelationKind } from '../../model/vocabulary/claim.ts'
import { Remedy } from '../../model/vocabulary/demand.ts'
import { SourceGenre } from '../../model/vocabulary/source.ts'
import type { LoggedChange } from '../schema/log.ts'
import type { InferInsertModel, SQLiteTable } from '../schema/drizzle.ts'
import * as tables from '../schema/reference-records.ts'
import type { Connection } from '../sqlite/connection.ts'
import { tableName, updater } from '../sqlite/write-buffer.ts'
import { valueOf } from './postings.ts'
import { part, type KeyIds, type Part, type Projector, type ProjectorContext } from './projector.ts'

/** How one kind of reference record is projected. */
interface ReferenceProjection<Content, Table extends SQLiteTable> {
  readonly table: Table
  /** Every column but those of all reference records. */
  readonly columns: (
    content: Content,
    idOf: KeyIds['of'],
  ) => Omit<InferInsertModel<Table>, 'id' | 'key' | 'revision' | 'changedSeq'>
  /** The folded words of all its names, and the full-text index that they are found in. */
  readonly names?: {
    readonly index: `${'actor' | 'dispute' | 'place'}_names`
    readonly wordsOf: (content: Content) => string
  }
  /** Writes again what other tables repeat of the record. */
  readonly repeat?: (connection: Connection) => (content: Content, id: number) => void
  /** Replaced by every saving. Each table has a column `<kind>_id`; parents come before the tables that refer to them. */
  readonly parts?: readonly Part<Content, number>[]
}

function referenceProjection<Kind extends ReferenceKind, Table extends SQLiteTable>(
  kind: Kind,
  { table, columns, names, repeat, parts = [] }: ReferenceProjection<RecordOf<Kind>, Table>,
): (context: ProjectorContext) => Projector<RecordOf<Kind>> {
  return (context) => {
    const { connection, rows, ids } = context
    const insert = rows.into(table)
    const update = updater(connection, table)
    const insertSaving = kind === 'dispute' ? rows.into(tables.disputeChanges) : undefined
    const index = names === undefined ? undefined : nameIndex(connection, names.index)
    const writeRepeated = repeat?.(connection)
    const writers = parts.map((each) => each.writer(context))
    const clearings = parts
      .toReversed()
      .map((each) => connection.prepare(`delete from ${tableName(each.table)} where ${kind}_id = ?`))
    const row = ({ key, revision, seq }: LoggedChange, id: number, content: RecordOf<Kind>) =>
      // The columns of all reference records and those of this one: the whole row.
      ({ id, key, revision, changedSeq: seq, ...columns(content, ids.of) }) as InferInsertModel<Table>
    const replace = (change: LoggedChange, id: number, content: RecordOf<Kind>) => {
      update(row(change, id, content))
      writeRepeated?.(content, id)
      for (const clearing of clearings) clearing.run(id)
      index?.remove.run(id)
    }
    const write = (id: number, content: RecordOf<Kind>) => {
      index?.insert.run(id, names?.wordsOf(content))
      for (const writePart of writers) writePart(content, id)
    }
    return {
      identify(change, readContent) {
        if (change.revision > 1) return
        insert(row(change, change.seq, readContent()))
        ids.add(kind, change.key, change.seq)
      },
      describe(change, content) {
        const id = ids.of(kind, change.key)
        if (change.revision > 1) replace(change, id, content)
        write(id, content)
        insertSaving?.({ disputeId: id, seq: change.seq })
      },
      reproject(_held, rewrite) {
        // Only the last one counts.
        const last = rewrite().at(-1)
        if (last === undefined) return
        const id = ids.of(kind, last.key)
        const content = contentOf(last) as RecordOf<Kind> // the space is the kind
        replace(last, id, content)
        write(id, content)
      },
    }
  }
}

function nameIndex(connection: Connection, index: string) {
  return {
    insert: connection.prepare(`insert into ${index} (rowid, names) values (?, ?)`),
    remove: connection.prepare(`delete from ${index} where rowid = ?`),
  }
}

export const actorProjector = referenceProjection('actor', {
  table: tables.actors,
  columns: ({ name, kind, country, description }) => ({ name, kind: valueOf(ActorKind, kind), country, description }),
  names: { index: 'actor_names', wordsOf: actorWordsOf },
  parts: [
    part(tables.actorWords, (actor, actorId) => [{ actorId, words: actorWordsOf(actor) }]),
    part(tables.actorAliases, ({ aliases }, actorId) =>
      aliases?.map((alias, ordinal) => ({ actorId, ordinal, alias })),
    ),
    part(tables.actorIdentifiers, ({ identifiers }, actorId) =>
      identifiersOf(identifiers).map((identifier) => ({ actorId, ...identifier })),
    ),
    part(tables.affiliations, ({ affiliations }, actorId, idOf) =>
      affiliations?.map(({ to, relation, office, date }, ordinal) => ({
        actorId,
        ordinal,
        organisationId: idOf('actor', to),
        relation: valueOf(AffiliationRelation, relation),
        office,
        ...(date === undefined ? {} : datesOf(date)),
      })),
    ),
    part(tables.affiliationSources, ({ affiliations }, actorId, idOf) =>
      affiliations?.flatMap(({ sources = [] }, affiliation) =>
        sources.map((source, ordinal) => ({ actorId, affiliation, ordinal, sourceId: idOf('source', source) })),
      ),
    ),
  ],
})

export const placeProjector = referenceProjection('place', {
  table: tables.places,
  columns: ({ name, country, latitude, longitude }) => ({ name, country, latitude, longitude }),
  names: { index: 'place_names', wordsOf: ({ name }) => foldedWords([indexedWords(name)]) },
  parts: [
    part(tables.placeIdentifiers, ({ identifiers }, placeId) =>
      identifiersOf(identifiers).map((identifier) => ({ placeId, ...identifier })),
    ),
  ],
})

export const sourceProjector = referenceProjection('source', {
  table: tables.sources,
  columns: ({ outlet, 'republished-by': republisher, genre, published, reliability, ...source }, idOf) => ({
    ...source,
    outletId: outlet === undefined ? null : idOf('actor', outlet),
    republishedById: republisher === undefined ? null : idOf('actor', republisher),
    genre: valueOf(SourceGenre, genre ?? 'other'),
    archiveUrl: source['archive-url'],
    published,
    publishedNote: source['published-note'],
    publishedBy: lastDayOf(published),
    reliability: reliabilityOf(reliability),
  }),
  repeat: (connection) => {
    const update = connection.prepare(
      `update ${tableName(tables.disputeSources)} set published = ? where source_id = ?`,
    )
    return ({ published }, id) => update.run(lastDayOf(published) ?? '', id)
  },
})

export const disputeProjector = referenceProjection('dispute', {
  table: tables.disputes,
  columns: ({ title, summary, period }) => ({ title, summary, period }),
  names: { index: 'dispute_names', wordsOf: ({ title }) => foldedWords([indexedWords(title)]) },
  parts: [
    part(tables.disputeParties, ({ parties }, disputeId, idOf) =>
      parties.map((party, ordinal) => ({ disputeId, ordinal, actorId: idOf('actor', party) })),
    ),
    part(tables.disputePhases, ({ phases }, disputeId) =>
      phases?.map(({ label, date, summary }, ordinal) => ({ disputeId, ordinal, label, edtf: date, summary })),
    ),
    part(tables.phaseSources, ({ phases }, disputeId, idOf) =>
      phases?.flatMap(({ sources = [] }, phase) =>
        sources.map((source, ordinal) => ({ disputeId, phase, ordinal, sourceId: idOf('source', source) })),
      ),
    ),
    part(tables.centralClaims, ({ 'central-claim': claim }, disputeId, idOf) =>
      claim === undefined ? [] : [{ disputeId, claimId: idOf('claim', claim) }],
    ),
    part(tables.disputePrecedents, ({ precedents }, disputeId, idOf) =>
      precedents?.map((precedent, ordinal) => ({ disputeId, ordinal, precedentId: idOf('dispute', precedent) })),
    ),
  ],
})

export const claimProjector = referenceProjection('claim', {
  table: tables.claims,
  columns: ({ dispute, proposition }, idOf) => ({ disputeId: idOf('dispute', dispute), proposition }),
  parts: [
    part(tables.claimRelations, ({ relations }, claimId, idOf) =>
      relations?.map(({ relation, claim }, ordinal) => ({
        claimId,
        ordinal,
        relation: valueOf(ClaimRelationKind, relation),
        otherId: idOf('claim', claim),
      })),
    ),
    part(tables.claimRelationSources, ({ relations }, claimId, idOf) =>
      relations?.flatMap(({ sources = [] }, relation) =>
        sources.map((source, ordinal) => ({ claimId, relation, ordinal, sourceId: idOf('source', source) })),
      ),
    ),
  ],
})

export const demandProjector = referenceProjection('demand', {
  table: tables.demands,
  columns: ({ dispute, text, remedy }, idOf) => ({
    disputeId: idOf('dispute', dispute),
    text,
    remedy: valueOf(Remedy, remedy),
  }),
  parts: [
    part(tables.demandActors, (demand, demandId, idOf) =>
      (['MADE_BY', 'ADDRESSEE'] as const).flatMap((side) =>
        (side === 'MADE_BY' ? demand['made-by'] : (demand.addressees ?? [])).map((actor, ordinal) => ({
          demandId,
          side,
          ordinal,
          actorId: idOf('actor', actor),
        })),
      ),
    ),
  ],
})

/** The words of an actor's name and aliases, a boundary between them: a phrase is found within one name only. */
function actorWordsOf({ name, aliases = [] }: RecordOf<'actor'>): string {
  return foldedWords([name, ...aliases].map(indexedWords))
}

function identifiersOf(identifiers: Readonly<Record<string, string | undefined>> = {}) {
  return Object.entries(identifiers)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([scheme, value], ordinal) => ({ ordinal, scheme: valueOf(IdentifierScheme, scheme), value }))
}

/** The last day of a date, which may be absent. */
function lastDayOf(date: string | undefined): string | null {
  return date === undefined ? null : parseEdtf(date).latest
}

function datesOf(date: string) {
  const { edtf, earliest, latest } = parseEdtf(date)
  return { edtf, earliest, latest }
}
