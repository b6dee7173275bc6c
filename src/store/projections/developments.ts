import { parseEdtf, sortKeyOf } from '../../model/dates/edtf.ts'
import type { DevelopmentRecord } from '../../model/records/definitions.ts'
import { bestCredibilityOf, developmentKeyOf, developmentKindOf } from '../../model/records/derived-fields.ts'
import { foldedWords } from '../../model/text/search-query.ts'
import { indexedWords } from '../../model/text/variants.ts'
import { type DevelopmentKind, EventKind, EvidentialStatus } from '../../model/vocabulary/development.ts'
import { LegalCharacter, MeasureKind, MeasureStatus } from '../../model/vocabulary/measure.ts'
import { SpeechAct, StatementChannel } from '../../model/vocabulary/statement.ts'
import { contentOf, REDACTED_FORMAT } from '../../model/records/canonical-record.ts'
import type { LoggedChange } from '../schema/log.ts'
import { developments, OPEN, postings, revisions, revisionWords } from '../schema/developments.ts'
import { disputeChanges, disputeSources, sources } from '../schema/reference-records.ts'
import type { Connection } from '../sqlite/connection.ts'
import { type Insert, tableName, updater } from '../sqlite/write-buffer.ts'
import { DEVELOPMENT_PARTS, type ProjectedRevision } from './development-parts.ts'
import { Dimension, postingsOf, valueOf } from './postings.ts'
import type { KeyIds, Projector, ProjectorContext } from './projector.ts'

export function developmentProjector(context: ProjectorContext): Projector<DevelopmentRecord> {
  const { connection, rows, ids } = context
  const insertDevelopment = rows.into(developments)
  const insertRevision = rows.into(revisions)
  const insertPosting = rows.into(postings)
  const indexText = textIndexer(context)
  const insertDisputeChange = rows.into(disputeChanges, 'insert or ignore')
  const writers = DEVELOPMENT_PARTS.map((each) => each.writer(context))
  const closeRevision = revisionCloser(connection, ids)
  const insertDisputeSource = disputeSourceInserter(connection)
  const updateRevision = updater(connection, revisions)
  const forget = revisionForgetter(connection, ids)
  return {
    identify({ revision, seq, key, record }) {
      if (revision > 1) return
      insertDevelopment({ id: seq, key, kind: record.toUpperCase() as DevelopmentKind }) // not a reference record
      ids.add('development', key, seq)
    },
    describe(change, content) {
      describe(change, content, insertRevision)
    },
    reproject(held, rewrite) {
      // The rows of revisions stay: postings, which no index finds by their revision, refer to them.
      const forgetSources = forget(held)
      for (const change of rewrite()) {
        describe(change, contentOf(change) as DevelopmentRecord, updateRevision) // the space is that of developments
        rows.flush()
      }
      forgetSources()
    },
  }

  function describe(change: LoggedChange, content: DevelopmentRecord, writeRevision: Insert<typeof revisions>): void {
    const developmentId = ids.of('development', developmentKeyOf(content))
    const closed = change.revision > 1 ? closeRevision(change, developmentId) : null
    const date = parseEdtf(content.date)
    const sort = sortKeyOf(date)
    // What was redacted stands in no state of the record.
    const retracted = change.kind === 'RETRACTED' || change.format === REDACTED_FORMAT ? 1 : 0
    writeRevision({
      id: change.seq,
      developmentId,
      kind: developmentKindOf(content),
      number: change.revision,
      revisionKind: change.kind,
      previousId: closed?.id,
      untilSeq: OPEN,
      retracted,
      note: change.note,
      recordedAt: change.at,
      recordedBy: change.by,
      headline: content.headline,
      summary: content.summary,
      edtf: date.edtf,
      dateNote: content['date-note'],
      earliest: date.earliest,
      latest: date.latest,
      sort,
      evidentialStatus: valueOf(EvidentialStatus, content['evidential-status']),
      credibility: bestCredibilityOf(content),
      ...kindColumns(content),
    })
    const revision: ProjectedRevision = { id: change.seq, developmentId, sort, retracted }
    for (const write of writers) write(content, revision)
    for (const [dimension, target] of postingsOf(content, ids.of)) {
      insertPosting({ dimension, target, sort, developmentId, revisionId: change.seq, untilSeq: OPEN, retracted })
    }
    indexText(change.seq, content)
    for (const dispute of [...(content.disputes ?? []), ...(closed?.content.disputes ?? [])]) {
      insertDisputeChange({ disputeId: ids.of('dispute', dispute), seq: change.seq })
    }
    for (const dispute of content.disputes ?? []) {
      for (const { source } of content.citations) {
        insertDisputeSource(ids.of('dispute', dispute), ids.of('source', source))
      }
    }
  }
}

/** Adds a source to those of a dispute. */
function disputeSourceInserter(connection: Connection) {
  const insert = connection.prepare(
    `insert or ignore into ${tableName(disputeSources)} (dispute_id, source_id, published)
     values (?, ?, (select coalesce(published_by, '') from ${tableName(sources)} where id = ?))`,
  )
  return (disputeId: number, sourceId: number): void => void insert.run(disputeId, sourceId, sourceId)
}

/**
 * Removes what follows from the contents of all revisions of a development, and closes each. Returns what removes, in the end, the sources of
 * disputes that no other development cites there.
 */
function revisionForgetter(connection: Connection, ids: KeyIds) {
  const ofRevision = [revisionWords, ...DEVELOPMENT_PARTS.map(({ table }) => table)]
    .toReversed()
    .map((table) => connection.prepare(`delete from ${tableName(table)} where revision_id = ?`))
  const deleteText = connection.prepare('delete from development_text where rowid = ?')
  const closeRevision = connection.prepare('update revisions set until_seq = id + 1 where id = ?')
  const deletePosting = connection.prepare(
    'delete from postings where dimension = ? and target = ? and sort = ? and development_id = ? and revision_id = ?',
  )
  const deleteDisputeChange = connection.prepare('delete from dispute_changes where dispute_id = ? and seq = ?')
  const deleteDisputeSources = disputeSourcesDeleter(connection)
  return (held: readonly LoggedChange[]): (() => void) => {
    const cited = new Map<number, Set<number>>()
    let disputesBefore: readonly number[] = []
    for (const change of held) {
      const content = contentOf(change) as DevelopmentRecord // the space is that of developments
      const developmentId = ids.of('development', change.key)
      const sort = sortKeyOf(parseEdtf(content.date))
      for (const deletePart of ofRevision) deletePart.run(change.seq)
      deleteText.run(change.seq)
      closeRevision.run(change.seq)
      for (const [dimension, target] of postingsOf(content, ids.of)) {
        deletePosting.run(dimension, target, sort, developmentId, change.seq)
      }
      const disputes = (content.disputes ?? []).map((key) => ids.of('dispute', key))
      for (const dispute of [...disputes, ...disputesBefore]) deleteDisputeChange.run(dispute, change.seq)
      disputesBefore = disputes
      const cites = content.citations.map(({ source }) => ids.of('source', source))
      for (const dispute of disputes) cited.set(dispute, new Set([...(cited.get(dispute) ?? []), ...cites]))
    }
    return () => {
      for (const [dispute, from] of cited) deleteDisputeSources(dispute, from)
    }
  }
}

/**
 * Removes those of some sources from a dispute that none of its developments cites. Either may have far more developments than the other: those
 * of the one with fewer are looked up among those of the other.
 */
function disputeSourcesDeleter(connection: Connection) {
  const ofDispute = `dimension = ${Dimension.DISPUTE} and target = @dispute`
  const ofSource = `dimension = ${Dimension.SOURCE} and target = @source`
  const count = connection.prepare(`select count(*) from postings where ${ofDispute}`).pluck()
  const hasMore = connection.prepare(`select 1 from postings where ${ofSource} limit 1 offset @count`)
  const deleteWhere = (fewer: string, more: string) =>
    connection.prepare(
      `delete from dispute_sources where dispute_id = @dispute and source_id = @source and not exists (
         select 1 from (select * from postings where ${fewer}) cross join (select * from postings where ${more})
         using (sort, development_id, revision_id))`,
    )
  const byDispute = deleteWhere(ofDispute, ofSource)
  const bySource = deleteWhere(ofSource, ofDispute)
  return (dispute: number, from: Iterable<number>): void => {
    const length = count.get({ dispute })
    for (const source of from) {
      const isBySource = hasMore.get({ source, count: length }) === undefined
      ;(isBySource ? bySource : byDispute).run({ dispute, source })
    }
  }
}

/** Indexes what a revision says: headline, summary, and the quotes of a statement. */
function textIndexer({ connection, rows }: ProjectorContext) {
  const insertText = connection.prepare(
    'insert into development_text (rowid, headline, summary, quotes) values (?, ?, ?, ?)',
  )
  const insertWords = rows.into(revisionWords)
  return (revisionId: number, content: DevelopmentRecord): void => {
    const headline = indexedWords(content.headline)
    const summary = indexedWords(content.summary)
    const quotes = 'statement' in content ? (content.quotes ?? []).map(({ text }) => indexedWords(text)) : []
    insertText.run(revisionId, headline, summary, foldedWords(quotes))
    insertWords({ revisionId, words: foldedWords([headline, summary, ...quotes]) })
  }
}

/**
 * Closes the open revision of a development, with the rows that repeat its `until_seq` and its postings, which follow from its content.
 * Returns that content.
 */
function revisionCloser(connection: Connection, ids: KeyIds) {
  const selectOpen = connection.prepare(
    `select id, sort from revisions where development_id = ? and until_seq = ${OPEN}`,
  )
  const selectBefore = connection.prepare(
    "select * from changes where space = 'development' and key = ? and revision = ?",
  )
  const repeating = DEVELOPMENT_PARTS.filter(({ table }) => 'untilSeq' in table)
  const closings = [
    'update revisions set until_seq = ? where id = ?',
    ...repeating.map(({ table }) => `update ${tableName(table)} set until_seq = ? where revision_id = ?`),
  ].map((sql) => connection.prepare(sql))
  const closePosting = connection.prepare(
    `update postings set until_seq = ?
     where dimension = ? and target = ? and sort = ? and development_id = ? and revision_id = ?`,
  )
  return (
    change: LoggedChange,
    developmentId: number,
  ): { readonly id: number; readonly content: DevelopmentRecord } => {
    const open = selectOpen.get(developmentId) as { id: number; sort: string } | undefined
    const before = selectBefore.get(change.key, change.revision - 1) as LoggedChange | undefined
    if (open === undefined || before === undefined) throw new Error(`change ${change.seq} follows no open revision`)
    for (const closing of closings) closing.run(change.seq, open.id)
    const content = contentOf(before) as DevelopmentRecord // the key is a development's
    for (const [dimension, target] of postingsOf(content, ids.of)) {
      closePosting.run(change.seq, dimension, target, open.sort, developmentId, open.id)
    }
    return { id: open.id, content }
  }
}

function kindColumns(content: DevelopmentRecord) {
  if ('event' in content) return { eventKind: valueOf(EventKind, content['event-kind']) }
  if ('statement' in content) {
    return {
      channel: valueOf(StatementChannel, content.channel),
      acts: content.acts.map((act) => valueOf(SpeechAct, act)).join(' '),
    }
  }
  return {
    measureKind: valueOf(MeasureKind, content['measure-kind']),
    legalCharacter: valueOf(LegalCharacter, content['legal-character']),
    legalBasis: content['legal-basis'],
    firstStatus: valueOf(MeasureStatus, content.status),
  }
}
