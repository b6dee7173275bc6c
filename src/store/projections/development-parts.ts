import { parseEdtf, sortKeyOf } from '../../model/dates/edtf.ts'
import {
  CodingAuxiliary,
  PloverContext,
  PloverMode,
  PloverType,
  quadClassOf,
  scoreOf,
} from '../../model/vocabulary/plover.ts'
import { attributionOf, credibilityOf, holdersOf, participationsOf } from '../../model/records/derived-fields.ts'
import type { DevelopmentRecord, StatementRecord } from '../../model/records/definitions.ts'
import { BearingKind, Stance } from '../../model/vocabulary/claim.ts'
import { DemandResponse } from '../../model/vocabulary/demand.ts'
import { FigureQuantity, LinkRelation } from '../../model/vocabulary/development.ts'
import { MeasureStatus } from '../../model/vocabulary/measure.ts'
import { CitationBasis } from '../../model/vocabulary/source.ts'
import type { KeyIds } from './key-ids.ts'
import { valueOf } from './postings.ts'
import type { Rows } from '../sqlite/write-buffer.ts'
import * as tables from '../schema/developments.ts'

/** A revision of a development that is being derived. */
export interface DevelopmentRevision {
  readonly id: number
  readonly developmentId: number
  readonly sort: string
  readonly retracted: 0 | 1
}

/** Writes what hangs off a revision, part by part in the order of the record. */
export function partsDeriver(
  rows: Rows,
  ids: KeyIds,
): (revision: DevelopmentRevision, content: DevelopmentRecord) => void {
  const writers = [
    citationWriter(rows, ids),
    participationWriter(rows, ids),
    placementWriter(rows, ids),
    codingWriter(rows, ids),
    figureWriter(rows, ids),
    bearingWriter(rows, ids),
    outcomeWriter(rows, ids),
    speechWriter(rows, ids),
  ]
  return (revision, content) => {
    for (const write of writers) write(revision, content)
  }
}

type Writer = (revision: DevelopmentRevision, content: DevelopmentRecord) => void

function citationWriter(rows: Rows, ids: KeyIds): Writer {
  const insert = rows.into(tables.citations)
  const insertVia = rows.into(tables.citationVia)
  return ({ id: revisionId }, content) => {
    content.citations.forEach((citation, ordinal) => {
      insert({
        revisionId,
        ordinal,
        sourceId: ids.of('source', citation.source),
        credibility: credibilityOf(citation.credibility),
        basis: valueOf(CitationBasis, citation.basis),
        locator: citation.locator ?? null,
        excerpt: citation.excerpt ?? null,
      })
      citation.via?.forEach((actor, place) =>
        insertVia({ revisionId, citation: ordinal, ordinal: place, actorId: ids.of('actor', actor) }),
      )
    })
  }
}

function participationWriter(rows: Rows, ids: KeyIds): Writer {
  const insert = rows.into(tables.participations)
  return ({ id: revisionId }, content) => {
    participationsOf(content).forEach(({ actor, role, note }, ordinal) =>
      insert({ revisionId, ordinal, actorId: ids.of('actor', actor), role, note: note ?? null }),
    )
  }
}

function placementWriter(rows: Rows, ids: KeyIds): Writer {
  const insertPlace = rows.into(tables.revisionPlaces)
  const insertDispute = rows.into(tables.revisionDisputes)
  return ({ id: revisionId }, content) => {
    content.places?.forEach((place, ordinal) => insertPlace({ revisionId, ordinal, placeId: ids.of('place', place) }))
    for (const context of [0, 1] as const) {
      const disputes = context === 0 ? content.disputes : content['context-of']
      disputes?.forEach((dispute, ordinal) =>
        insertDispute({ revisionId, ordinal, disputeId: ids.of('dispute', dispute), context }),
      )
    }
  }
}

function codingWriter(rows: Rows, ids: KeyIds): Writer {
  const insert = rows.into(tables.codings)
  const insertActor = rows.into(tables.codingActors)
  return ({ id: revisionId }, content) => {
    content.codings?.forEach((coding, ordinal) => {
      const type = valueOf(PloverType, coding.type)
      const modes = (coding.modes ?? []).map((mode) => valueOf(PloverMode, mode))
      insert({
        revisionId,
        ordinal,
        type,
        modes: modes.join(' '),
        contexts: (coding.contexts ?? []).map((context) => valueOf(PloverContext, context)).join(' '),
        auxiliaries: (coding.auxiliaries ?? []).map((auxiliary) => valueOf(CodingAuxiliary, auxiliary)).join(' '),
        quadClass: quadClassOf(type),
        score: scoreOf(type, modes),
      })
      for (const side of ['INITIATOR', 'RECIPIENT'] as const) {
        const actors = side === 'INITIATOR' ? coding.initiators : coding.recipients
        actors?.forEach((actor, place) =>
          insertActor({ revisionId, coding: ordinal, side, ordinal: place, actorId: ids.of('actor', actor) }),
        )
      }
    })
  }
}

function figureWriter(rows: Rows, ids: KeyIds): Writer {
  const insert = rows.into(tables.figures)
  return ({ id: revisionId }, content) => {
    content.figures?.forEach((figure, ordinal) =>
      insert({
        revisionId,
        ordinal,
        quantity: valueOf(FigureQuantity, figure.quantity),
        value: figure.value ?? null,
        min: figure.min ?? null,
        max: figure.max ?? null,
        asWritten: figure['as-written'] ?? null,
        unit: figure.unit ?? null,
        note: figure.note ?? null,
        sourceId: ids.of('source', figure.citation),
      }),
    )
  }
}

function bearingWriter(rows: Rows, ids: KeyIds): Writer {
  const insert = rows.into(tables.bearings)
  const insertActor = rows.into(tables.bearingActors)
  return (revision, content) => {
    content.bearings?.forEach((bearing, ordinal) => {
      insert({
        ...listed(revision, ordinal),
        claimId: ids.of('claim', bearing.claim),
        bearing: valueOf(BearingKind, bearing.bearing),
        sourceId: ids.of('source', bearing.citation),
        note: bearing.note ?? null,
      })
      bearing.by?.forEach((actor, place) =>
        insertActor({ revisionId: revision.id, bearing: ordinal, ordinal: place, actorId: ids.of('actor', actor) }),
      )
    })
  }
}

/** What a development means for demands, measures and other developments. */
function outcomeWriter(rows: Rows, ids: KeyIds): Writer {
  const insertAssessment = rows.into(tables.assessments)
  const insertStatusChange = rows.into(tables.statusChanges)
  const insertLink = rows.into(tables.links)
  return (revision, content) => {
    content.assessments?.forEach((assessment, ordinal) =>
      insertAssessment({
        ...listed(revision, ordinal),
        demandId: ids.of('demand', assessment.demand),
        response: valueOf(DemandResponse, assessment.response),
        edtf: assessment.date,
        assessedSort: sortKeyOf(parseEdtf(assessment.date)),
        note: assessment.note ?? null,
      }),
    )
    content['status-changes']?.forEach((change, ordinal) =>
      insertStatusChange({
        ...listed(revision, ordinal),
        measureId: ids.of('development', change.measure),
        status: valueOf(MeasureStatus, change.status),
        edtf: change.date,
        changedSort: sortKeyOf(parseEdtf(change.date)),
        note: change.note ?? null,
      }),
    )
    content.links?.forEach((link, ordinal) =>
      insertLink({
        ...listed(revision, ordinal),
        relation: valueOf(LinkRelation, link.relation),
        targetId: ids.of('development', link.development),
        note: link.note ?? null,
      }),
    )
  }
}

/** What a statement says: quotes, positions, demands. */
function speechWriter(rows: Rows, ids: KeyIds): Writer {
  const insertQuote = rows.into(tables.quotes)
  const insertPosition = rows.into(tables.positions)
  const insertDemand = rows.into(tables.demandsMade)
  const positions = (revision: DevelopmentRevision, statement: StatementRecord) => {
    let ordinal = 0
    for (const position of statement.positions ?? []) {
      for (const holder of holdersOf(statement, position)) {
        insertPosition({
          ...listed(revision, ordinal++),
          claimId: ids.of('claim', position.claim),
          holderId: ids.of('actor', holder),
          stance: valueOf(Stance, position.stance),
          attribution: attributionOf(position),
          alternativeId: position.alternative === undefined ? null : ids.of('claim', position.alternative),
          sourceId: position.citation === undefined ? null : ids.of('source', position.citation),
          note: position.note ?? null,
        })
      }
    }
  }
  return (revision, content) => {
    if (!('statement' in content)) return
    content.quotes?.forEach((quote, ordinal) =>
      insertQuote({
        revisionId: revision.id,
        ordinal,
        text: quote.text,
        language: quote.language,
        translated: quote.translated === undefined ? null : quote.translated ? 1 : 0,
        sourceId: ids.of('source', quote.citation),
      }),
    )
    positions(revision, content)
    content.demands?.forEach((demand, ordinal) =>
      insertDemand({ ...listed(revision, ordinal), demandId: ids.of('demand', demand) }),
    )
  }
}

function listed(revision: DevelopmentRevision, ordinal: number) {
  const { id: revisionId, developmentId, sort, retracted } = revision
  return { revisionId, ordinal, developmentId, sort, retracted, untilSeq: tables.OPEN }
}
