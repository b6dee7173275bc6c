import { disagreementsAmong } from '../../model/analysis/disagreement.ts'
import { parseEdtf, sortKeyOf } from '../../model/dates/edtf.ts'
import type { DevelopmentRecord, StatementRecord } from '../../model/records/definitions.ts'
import { attributionOf, credibilityOf, holdersOf, participationsOf } from '../../model/records/derived-fields.ts'
import { BearingKind, Stance } from '../../model/vocabulary/claim.ts'
import { DemandResponse } from '../../model/vocabulary/demand.ts'
import { FigureQuantity, LinkRelation } from '../../model/vocabulary/development.ts'
import { MeasureStatus } from '../../model/vocabulary/measure.ts'
import {
  CodingAuxiliary,
  PloverContext,
  PloverMode,
  PloverType,
  quadClassOf,
  scoreOf,
} from '../../model/vocabulary/plover.ts'
import { CitationBasis } from '../../model/vocabulary/source.ts'
import type { Vocabulary } from '../../model/vocabulary/vocabulary.ts'
import * as tables from '../schema/developments.ts'
import { valueOf } from './postings.ts'
import { part, type Part } from './projector.ts'

/** A revision of a development that is being projected. */
export interface ProjectedRevision {
  readonly id: number
  readonly developmentId: number
  readonly sort: string
  readonly retracted: 0 | 1
}

/** What hangs off a revision, in the order of its foreign keys. Fields of the same name as a column are spread into the rows. */
export const DEVELOPMENT_PARTS: readonly Part<DevelopmentRecord, ProjectedRevision>[] = [
  part(tables.citations, ({ citations }, { id }, idOf) =>
    citations.map(({ source, credibility, basis, ...citation }, at) => ({
      ...citation,
      ...place(id, at),
      sourceId: idOf('source', source),
      credibility: credibilityOf(credibility),
      basis: valueOf(CitationBasis, basis),
    })),
  ),
  part(tables.citationVia, ({ citations }, { id }, idOf) =>
    citations.flatMap(({ via = [] }, citation) =>
      via.map((actor, at) => ({ ...place(id, at), citation, actorId: idOf('actor', actor) })),
    ),
  ),
  part(tables.participations, (content, { id }, idOf) =>
    participationsOf(content).map(({ actor, role, note }, at) => ({
      ...place(id, at),
      actorId: idOf('actor', actor),
      role,
      note,
    })),
  ),
  part(tables.revisionPlaces, ({ places }, { id }, idOf) =>
    places?.map((key, at) => ({ ...place(id, at), placeId: idOf('place', key) })),
  ),
  part(tables.revisionDisputes, (content, { id }, idOf) =>
    ([0, 1] as const).flatMap((context) =>
      ((context === 0 ? content.disputes : content['context-of']) ?? []).map((dispute, at) => ({
        ...place(id, at),
        disputeId: idOf('dispute', dispute),
        context,
      })),
    ),
  ),
  part(tables.codings, ({ codings }, { id }) =>
    codings?.map((coding, at) => {
      const type = valueOf(PloverType, coding.type)
      const modes = (coding.modes ?? []).map((mode) => valueOf(PloverMode, mode))
      return {
        ...place(id, at),
        type,
        modes: modes.join(' '),
        contexts: joined(PloverContext, coding.contexts),
        auxiliaries: joined(CodingAuxiliary, coding.auxiliaries),
        quadClass: quadClassOf(type),
        score: scoreOf(type, modes),
      }
    }),
  ),
  part(tables.codingActors, ({ codings }, { id }, idOf) =>
    codings?.flatMap(({ initiators, recipients = [] }, coding) =>
      (['INITIATOR', 'RECIPIENT'] as const).flatMap((side) =>
        (side === 'INITIATOR' ? initiators : recipients).map((actor, at) => ({
          ...place(id, at),
          coding,
          side,
          actorId: idOf('actor', actor),
        })),
      ),
    ),
  ),
  part(tables.figures, ({ figures }, { id }, idOf) =>
    figures?.map(({ quantity, 'as-written': asWritten, citation, ...figure }, at) => ({
      ...figure,
      ...place(id, at),
      quantity: valueOf(FigureQuantity, quantity),
      asWritten,
      sourceId: idOf('source', citation),
    })),
  ),
  part(tables.disagreements, ({ figures = [], disputes = [] }, revision, idOf) => {
    const compared = figures.map(({ quantity, unit = null, value = null, min = null, max = null, citation }) => {
      return { quantity: valueOf(FigureQuantity, quantity), unit, value, min, max, sourceId: idOf('source', citation) }
    })
    const lists = [tables.ANY_DISPUTE, ...disputes.map((key) => idOf('dispute', key))]
    return disagreementsAmong(compared).flatMap((_, at) =>
      lists.map((disputeId) => ({ ...listed(revision, at), disputeId })),
    )
  }),
  part(tables.bearings, ({ bearings }, revision, idOf) =>
    bearings?.map(({ claim, bearing, citation, note }, at) => ({
      ...listed(revision, at),
      claimId: idOf('claim', claim),
      bearing: valueOf(BearingKind, bearing),
      sourceId: idOf('source', citation),
      note,
    })),
  ),
  part(tables.bearingActors, ({ bearings }, { id }, idOf) =>
    bearings?.flatMap(({ by = [] }, bearing) =>
      by.map((actor, at) => ({ ...place(id, at), bearing, actorId: idOf('actor', actor) })),
    ),
  ),
  part(tables.assessments, ({ assessments }, revision, idOf) =>
    assessments?.map(({ demand, response, date, citation, note }, at) => ({
      ...listed(revision, at),
      demandId: idOf('demand', demand),
      response: valueOf(DemandResponse, response),
      edtf: date,
      assessedSort: sortKeyOf(parseEdtf(date)),
      sourceId: citation === undefined ? null : idOf('source', citation),
      note,
    })),
  ),
  part(tables.assessmentActors, ({ assessments }, { id }, idOf) =>
    assessments?.flatMap(({ by = [] }, assessment) =>
      by.map((actor, at) => ({ ...place(id, at), assessment, actorId: idOf('actor', actor) })),
    ),
  ),
  part(tables.statusChanges, (content, revision, idOf) =>
    content['status-changes']?.map(({ measure, status, date, note }, at) => ({
      ...listed(revision, at),
      measureId: idOf('development', measure),
      status: valueOf(MeasureStatus, status),
      edtf: date,
      changedSort: sortKeyOf(parseEdtf(date)),
      note,
    })),
  ),
  part(tables.links, ({ links }, revision, idOf) =>
    links?.map(({ relation, development, note }, at) => ({
      ...listed(revision, at),
      relation: valueOf(LinkRelation, relation),
      targetId: idOf('development', development),
      note,
    })),
  ),
  part(tables.quotes, (content, { id }, idOf) =>
    ifStatement(content)?.quotes?.map(({ text, language, translated, citation }, at) => ({
      ...place(id, at),
      text,
      language,
      translated: translated === undefined ? null : translated ? 1 : 0,
      sourceId: idOf('source', citation),
    })),
  ),
  part(tables.positions, (content, revision, idOf) => {
    const statement = ifStatement(content)
    return statement?.positions
      ?.flatMap((position) => holdersOf(statement, position).map((holder) => ({ position, holder })))
      .map(({ position, holder }, at) => ({
        ...listed(revision, at),
        claimId: idOf('claim', position.claim),
        holderId: idOf('actor', holder),
        stance: valueOf(Stance, position.stance),
        attribution: attributionOf(position),
        alternativeId: position.alternative === undefined ? null : idOf('claim', position.alternative),
        sourceId: position.citation === undefined ? null : idOf('source', position.citation),
        note: position.note,
      }))
  }),
  part(tables.demandsMade, (content, revision, idOf) =>
    ifStatement(content)?.demands?.map((demand, at) => ({ ...listed(revision, at), demandId: idOf('demand', demand) })),
  ),
]

function place(revisionId: number, ordinal: number) {
  return { revisionId, ordinal }
}

/** The columns that repeat those of the revision, so that one index gives a list in order and as of any seq. */
function listed({ id, developmentId, sort, retracted }: ProjectedRevision, ordinal: number) {
  return { ...place(id, ordinal), developmentId, sort, retracted, untilSeq: tables.OPEN }
}

function ifStatement(content: DevelopmentRecord): StatementRecord | undefined {
  return 'statement' in content ? content : undefined
}

function joined<Value extends string>(vocabulary: Vocabulary<Value>, words: readonly string[] = []): string {
  return words.map((word) => valueOf(vocabulary, word)).join(' ')
}
