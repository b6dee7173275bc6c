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

/** What hangs off a revision, in the order of its foreign keys. */
export const DEVELOPMENT_PARTS: readonly Part<DevelopmentRecord, ProjectedRevision>[] = [
  part(tables.citations, ({ citations }, { id: revisionId }, idOf) =>
    citations.map(({ source, credibility, basis, locator, excerpt }, ordinal) => ({
      revisionId,
      ordinal,
      sourceId: idOf('source', source),
      credibility: credibilityOf(credibility),
      basis: valueOf(CitationBasis, basis),
      locator,
      excerpt,
    })),
  ),
  part(tables.citationVia, ({ citations }, { id: revisionId }, idOf) =>
    citations.flatMap(({ via = [] }, citation) =>
      via.map((actor, ordinal) => ({ revisionId, citation, ordinal, actorId: idOf('actor', actor) })),
    ),
  ),
  part(tables.participations, (content, { id: revisionId }, idOf) =>
    participationsOf(content).map(({ actor, role, note }, ordinal) => ({
      revisionId,
      ordinal,
      actorId: idOf('actor', actor),
      role,
      note,
    })),
  ),
  part(tables.revisionPlaces, ({ places }, { id: revisionId }, idOf) =>
    places?.map((place, ordinal) => ({ revisionId, ordinal, placeId: idOf('place', place) })),
  ),
  part(tables.revisionDisputes, (content, { id: revisionId }, idOf) =>
    ([0, 1] as const).flatMap((context) =>
      ((context === 0 ? content.disputes : content['context-of']) ?? []).map((dispute, ordinal) => ({
        revisionId,
        ordinal,
        disputeId: idOf('dispute', dispute),
        context,
      })),
    ),
  ),
  part(tables.codings, ({ codings }, { id: revisionId }) =>
    codings?.map((coding, ordinal) => {
      const type = valueOf(PloverType, coding.type)
      const modes = (coding.modes ?? []).map((mode) => valueOf(PloverMode, mode))
      return {
        revisionId,
        ordinal,
        type,
        modes: modes.join(' '),
        contexts: joined(PloverContext, coding.contexts),
        auxiliaries: joined(CodingAuxiliary, coding.auxiliaries),
        quadClass: quadClassOf(type),
        score: scoreOf(type, modes),
      }
    }),
  ),
  part(tables.codingActors, ({ codings }, { id: revisionId }, idOf) =>
    codings?.flatMap(({ initiators, recipients = [] }, coding) =>
      (['INITIATOR', 'RECIPIENT'] as const).flatMap((side) =>
        (side === 'INITIATOR' ? initiators : recipients).map((actor, ordinal) => ({
          revisionId,
          coding,
          side,
          ordinal,
          actorId: idOf('actor', actor),
        })),
      ),
    ),
  ),
  part(tables.figures, ({ figures }, { id: revisionId }, idOf) =>
    figures?.map(({ quantity, value, min, max, 'as-written': asWritten, unit, note, citation }, ordinal) => ({
      revisionId,
      ordinal,
      quantity: valueOf(FigureQuantity, quantity),
      value,
      min,
      max,
      asWritten,
      unit,
      note,
      sourceId: idOf('source', citation),
    })),
  ),
  part(tables.bearings, ({ bearings }, revision, idOf) =>
    bearings?.map(({ claim, bearing, citation, note }, ordinal) => ({
      ...listed(revision, ordinal),
      claimId: idOf('claim', claim),
      bearing: valueOf(BearingKind, bearing),
      sourceId: idOf('source', citation),
      note,
    })),
  ),
  part(tables.bearingActors, ({ bearings }, { id: revisionId }, idOf) =>
    bearings?.flatMap(({ by = [] }, bearing) =>
      by.map((actor, ordinal) => ({ revisionId, bearing, ordinal, actorId: idOf('actor', actor) })),
    ),
  ),
  part(tables.assessments, ({ assessments }, revision, idOf) =>
    assessments?.map(({ demand, response, date, note }, ordinal) => ({
      ...listed(revision, ordinal),
      demandId: idOf('demand', demand),
      response: valueOf(DemandResponse, response),
      edtf: date,
      assessedSort: sortKeyOf(parseEdtf(date)),
      note,
    })),
  ),
  part(tables.statusChanges, (content, revision, idOf) =>
    content['status-changes']?.map(({ measure, status, date, note }, ordinal) => ({
      ...listed(revision, ordinal),
      measureId: idOf('development', measure),
      status: valueOf(MeasureStatus, status),
      edtf: date,
      changedSort: sortKeyOf(parseEdtf(date)),
      note,
    })),
  ),
  part(tables.links, ({ links }, revision, idOf) =>
    links?.map(({ relation, development, note }, ordinal) => ({
      ...listed(revision, ordinal),
      relation: valueOf(LinkRelation, relation),
      targetId: idOf('development', development),
      note,
    })),
  ),
  part(tables.quotes, (content, { id: revisionId }, idOf) =>
    ifStatement(content)?.quotes?.map(({ text, language, translated, citation }, ordinal) => ({
      revisionId,
      ordinal,
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
      .map(({ position, holder }, ordinal) => ({
        ...listed(revision, ordinal),
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
    ifStatement(content)?.demands?.map((demand, ordinal) => ({
      ...listed(revision, ordinal),
      demandId: idOf('demand', demand),
    })),
  ),
]

/** The columns that repeat those of the revision, so that one index gives a list in order and as of any seq. */
function listed({ id, developmentId, sort, retracted }: ProjectedRevision, ordinal: number) {
  return { revisionId: id, ordinal, developmentId, sort, retracted, untilSeq: tables.OPEN }
}

function ifStatement(content: DevelopmentRecord): StatementRecord | undefined {
  return 'statement' in content ? content : undefined
}

function joined<Value extends string>(vocabulary: Vocabulary<Value>, words: readonly string[] = []): string {
  return words.map((word) => valueOf(vocabulary, word)).join(' ')
}
