import { parseEdtf, sortKeyOf } from '../../model/dates/edtf.ts'
import { bestCredibilityOf, developmentKeyOf, developmentKindOf } from '../../model/records/derived-fields.ts'
import type { DevelopmentRecord } from '../../model/records/definitions.ts'
import { type DevelopmentKind, EvidentialStatus } from '../../model/vocabulary/development.ts'
import { EventKind } from '../../model/vocabulary/event.ts'
import { LegalCharacter, MeasureKind, MeasureStatus } from '../../model/vocabulary/measure.ts'
import { SpeechAct, StatementChannel } from '../../model/vocabulary/statement.ts'
import { contentOf, type LoggedChange } from '../log/entries.ts'
import type { Connection } from '../sqlite/connection.ts'
import type { Deriver, Deriving } from './projector.ts'
import { partsDeriver, type DevelopmentRevision } from './development-parts.ts'
import { textIndexer } from './full-text.ts'
import type { KeyIds } from './key-ids.ts'
import { postingsOf, valueOf } from './postings.ts'
import { developments, OPEN, postings, revisions } from '../schema/developments.ts'
import { disputeChanges } from '../schema/reference-records.ts'

export function developmentDeriver(deriving: Deriving): Deriver<DevelopmentRecord> {
  const { connection, rows, ids } = deriving
  const insertDevelopment = rows.into(developments)
  const insertRevision = rows.into(revisions)
  const insertPosting = rows.into(postings)
  const indexText = textIndexer(deriving)
  const insertDisputeChange = rows.into(disputeChanges, 'insert or ignore')
  const previous = previousRevisions(connection, ids)
  const parts = partsDeriver(rows, ids)

  return {
    identify(change) {
      if (change.revision > 1) return
      const kind = change.record.toUpperCase() as DevelopmentKind // the record is a development
      insertDevelopment({ id: change.seq, key: change.key, kind })
      ids.add('development', change.key, change.seq)
    },
    describe(change, content) {
      const developmentId = ids.of('development', developmentKeyOf(content))
      const previousId = change.revision > 1 ? previous.close(change, developmentId) : null
      const date = parseEdtf(content.date)
      insertRevision({
        id: change.seq,
        developmentId,
        kind: developmentKindOf(content),
        number: change.revision,
        revisionKind: change.kind,
        previousId,
        untilSeq: OPEN,
        retracted: change.kind === 'RETRACTED' ? 1 : 0,
        note: change.note,
        recordedAt: change.at,
        recordedBy: change.by,
        headline: content.headline,
        summary: content.summary,
        edtf: date.edtf,
        dateNote: content['date-note'] ?? null,
        earliest: date.earliest,
        latest: date.latest,
        sort: sortKeyOf(date),
        evidentialStatus: valueOf(EvidentialStatus, content['evidential-status']),
        credibility: bestCredibilityOf(content),
        ...kindColumns(content),
      })
    },
    relate(change, content) {
      const revision: DevelopmentRevision = {
        id: change.seq,
        developmentId: ids.of('development', developmentKeyOf(content)),
        sort: sortKeyOf(parseEdtf(content.date)),
        retracted: change.kind === 'RETRACTED' ? 1 : 0,
      }
      parts(revision, content)
      const { id: revisionId, developmentId, sort, retracted } = revision
      for (const [facet, target] of postingsOf(content, ids.of)) {
        insertPosting({ facet, target, sort, developmentId, revisionId, untilSeq: OPEN, retracted })
      }
      indexText(revisionId, content)
      for (const dispute of content.disputes ?? [])
        insertDisputeChange({ disputeId: ids.of('dispute', dispute), seq: change.seq })
      if (change.revision > 1) {
        for (const dispute of previous.contentBefore(change).disputes ?? []) {
          insertDisputeChange({ disputeId: ids.of('dispute', dispute), seq: change.seq })
        }
      }
    },
  }
}

/** Ends what was known before a change: its revision, the parts that lists hang off, and its postings, found again from its content. */
function previousRevisions(connection: Connection, ids: KeyIds) {
  const openRevision = connection.prepare(
    `select id, sort from revisions where development_id = ? and until_seq = ${OPEN}`,
  )
  const changeBefore = connection.prepare(
    "select * from changes where space = 'development' and key = ? and revision = ?",
  )
  const closings = ['revisions', ...LISTED].map((table) =>
    connection.prepare(`update ${table} set until_seq = ? where ${table === 'revisions' ? 'id' : 'revision_id'} = ?`),
  )
  const closePosting = connection.prepare(
    `update postings set until_seq = ?
     where facet = ? and target = ? and sort = ? and development_id = ? and revision_id = ?`,
  )
  const contentBefore = (change: LoggedChange): DevelopmentRecord => {
    const before = changeBefore.get(change.key, change.revision - 1) as LoggedChange | undefined
    if (before === undefined) throw new Error(`change ${change.seq} follows no earlier revision`)
    return contentOf(before) as DevelopmentRecord
  }
  return {
    contentBefore,
    /** Returns the id of the revision that ended. */
    close(change: LoggedChange, developmentId: number): number {
      const open = openRevision.get(developmentId) as { id: number; sort: string } | undefined
      if (open === undefined) throw new Error(`change ${change.seq} follows no open revision`)
      for (const closing of closings) closing.run(change.seq, open.id)
      for (const [facet, target] of postingsOf(contentBefore(change), ids.of)) {
        closePosting.run(change.seq, facet, target, open.sort, developmentId, open.id)
      }
      return open.id
    },
  }
}

/** The tables of parts that repeat `until_seq`. */
const LISTED = ['bearings', 'positions', 'demands_made', 'assessments', 'status_changes', 'links']

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
    legalBasis: content['legal-basis'] ?? null,
    firstStatus: valueOf(MeasureStatus, content.status),
  }
}
