import { parseEdtf } from '../../model/dates/edtf.ts'
import { termsOf } from '../../model/text/folding.ts'
import { reliabilityOf } from '../../model/records/derived-fields.ts'
import type { RecordOf } from '../../model/records/definitions.ts'
import { foldedWords } from '../../model/text/search-query.ts'
import { ActorKind, AffiliationRelation } from '../../model/vocabulary/actor.ts'
import { SourceGenre } from '../../model/vocabulary/source.ts'
import type { LoggedChange } from '../log/entries.ts'
import type { Connection } from '../sqlite/connection.ts'
import { clearing, enters, identifiersOf, identity, nothing } from './projector-steps.ts'
import type { Deriving, ReferenceDeriver } from './projector.ts'
import { valueOf } from './postings.ts'
import { updater } from '../sqlite/write-buffer.ts'
import {
  actorAliases,
  actorIdentifiers,
  actors,
  actorWords,
  affiliations,
  affiliationSources,
  placeIdentifiers,
  places,
  sources,
} from '../schema/reference-records.ts'

export function actorDeriver({ connection, rows, ids }: Deriving): ReferenceDeriver<'actor'> {
  const insert = rows.into(actors)
  const update = updater(connection, actors)
  const insertAlias = rows.into(actorAliases)
  const insertIdentifier = rows.into(actorIdentifiers)
  const insertAffiliation = rows.into(affiliations)
  const insertSource = rows.into(affiliationSources)
  const insertWords = rows.into(actorWords)
  const names = nameIndex(connection, 'actor_names')
  const clear = clearing(connection, 'actor_id', [
    'affiliation_sources',
    'affiliations',
    'actor_aliases',
    'actor_identifiers',
    'actor_words',
  ])
  const row = (change: LoggedChange, actor: RecordOf<'actor'>, id: number) => ({
    ...identity(change, id),
    name: actor.name,
    kind: valueOf(ActorKind, actor.kind),
    country: actor.country ?? null,
    description: actor.description ?? null,
  })
  return {
    identify(change, contentOf) {
      if (!enters(change)) return
      insert(row(change, contentOf(), change.seq))
      ids.add('actor', change.key, change.seq)
    },
    describe(change, actor) {
      const id = ids.of('actor', actor.key)
      if (!enters(change)) {
        update(row(change, actor, id))
        clear(id)
        names.remove(id)
      }
      insertWords({ actorId: id, words: names.add(id, [actor.name, ...(actor.aliases ?? [])]) })
      actor.aliases?.forEach((alias, ordinal) => insertAlias({ actorId: id, ordinal, alias }))
      identifiersOf(actor.identifiers).forEach((identifier, ordinal) =>
        insertIdentifier({ actorId: id, ordinal, ...identifier }),
      )
    },
    relate(_change, actor) {
      const actorId = ids.of('actor', actor.key)
      actor.affiliations?.forEach((affiliation, ordinal) => {
        const date = affiliation.date === undefined ? null : parseEdtf(affiliation.date)
        insertAffiliation({
          actorId,
          ordinal,
          organisationId: ids.of('actor', affiliation.to),
          relation: valueOf(AffiliationRelation, affiliation.relation),
          office: affiliation.office ?? null,
          edtf: date?.edtf ?? null,
          earliest: date?.earliest ?? null,
          latest: date?.latest ?? null,
        })
        affiliation.sources?.forEach((source, place) =>
          insertSource({ actorId, affiliation: ordinal, ordinal: place, sourceId: ids.of('source', source) }),
        )
      })
    },
  }
}

export function placeDeriver({ connection, rows, ids }: Deriving): ReferenceDeriver<'place'> {
  const insert = rows.into(places)
  const update = updater(connection, places)
  const insertIdentifier = rows.into(placeIdentifiers)
  const names = nameIndex(connection, 'place_names')
  const clear = clearing(connection, 'place_id', ['place_identifiers'])
  const row = (change: LoggedChange, place: RecordOf<'place'>, id: number) => ({
    ...identity(change, id),
    name: place.name,
    country: place.country ?? null,
    latitude: place.latitude ?? null,
    longitude: place.longitude ?? null,
  })
  return {
    identify(change, contentOf) {
      if (!enters(change)) return
      insert(row(change, contentOf(), change.seq))
      ids.add('place', change.key, change.seq)
    },
    describe(change, place) {
      const id = ids.of('place', place.key)
      if (!enters(change)) {
        update(row(change, place, id))
        clear(id)
        names.remove(id)
      }
      names.add(id, [place.name])
      identifiersOf(place.identifiers).forEach((identifier, ordinal) =>
        insertIdentifier({ placeId: id, ordinal, ...identifier }),
      )
    },
    relate: nothing,
  }
}

export function sourceDeriver({ connection, rows, ids }: Deriving): ReferenceDeriver<'source'> {
  const insert = rows.into(sources)
  const update = updater(connection, sources)
  const actorId = (key: string | undefined) => (key === undefined ? null : ids.of('actor', key))
  const row = (change: LoggedChange, source: RecordOf<'source'>, id: number) => ({
    ...identity(change, id),
    title: source.title,
    outletId: actorId(source.outlet),
    republishedById: actorId(source['republished-by']),
    genre: valueOf(SourceGenre, source.genre ?? 'other'),
    note: source.note ?? null,
    author: source.author ?? null,
    url: source.url ?? null,
    archiveUrl: source['archive-url'] ?? null,
    published: source.published ?? null,
    publishedNote: source['published-note'] ?? null,
    publishedBy: source.published === undefined ? null : parseEdtf(source.published).latest,
    accessed: source.accessed ?? null,
    language: source.language,
    reliability: reliabilityOf(source.reliability),
  })
  return {
    identify(change, contentOf) {
      if (!enters(change)) return
      insert(row(change, contentOf(), change.seq))
      ids.add('source', change.key, change.seq)
    },
    describe(change, source) {
      if (!enters(change)) update(row(change, source, ids.of('source', source.key)))
    },
    relate: nothing,
  }
}

function nameIndex(connection: Connection, table: 'actor_names' | 'place_names') {
  const insert = connection.prepare(`insert into ${table} (rowid, names) values (?, ?)`)
  const remove = connection.prepare(`delete from ${table} where rowid = ?`)
  return {
    /** Returns what was indexed: the names' words, a boundary between them, so that a phrase is found within one name. */
    add(id: number, names: readonly string[]): string {
      const words = foldedWords(names.map(termsOf))
      insert.run(id, words)
      return words
    },
    remove: (id: number) => void remove.run(id),
  }
}
