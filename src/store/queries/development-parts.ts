import type { ParticipantRole } from '../../model/vocabulary/development.ts'
import { eq, isNull, or } from '../schema/drizzle.ts'
import {
  ANY_DISPUTE,
  bearingActors,
  citations,
  citationVia,
  codingActors,
  codings,
  disagreements,
  figures,
  participations,
  quotes,
  revisionDisputes,
  revisionPlaces,
} from '../schema/developments.ts'
import { disputes } from '../schema/reference-records.ts'
import { batch, related, type RowsOf, standing } from './batch.ts'
import { list } from './pages.ts'
import { ACTOR, DISPUTE, PLACE, referred } from './reference-records.ts'
import { among, listParameter, parameter, pick } from './select.ts'

/* The parts of revisions of developments. Keys are ids of revisions; rows are in the order of the record. */

export type ParticipationRow = RowsOf<typeof readParticipations>

/** With roles, only participations in these. */
export const readParticipations = related(pick(participations, 'actorId', 'role', 'note'), {
  of: participations.revisionId,
  where: among(participations.role, 'roles'),
  parameters: (roles: readonly ParticipantRole[] | null | undefined) => ({ roles: listParameter(roles) }),
})

/** The actors that take part in one role. */
export const readParticipants = referred(ACTOR, participations.actorId, {
  of: participations.revisionId,
  where: eq(participations.role, parameter('role')),
  parameters: (role: ParticipantRole) => ({ role }),
})

/** With `context`, the disputes that it is background to; else those that it is part of. */
export const readDisputesOf = referred(DISPUTE, revisionDisputes.disputeId, {
  of: revisionDisputes.revisionId,
  where: eq(revisionDisputes.context, parameter('context')),
  parameters: ({ context }: { readonly context: boolean }) => ({ context: Number(context) }),
})

/** The periods of the disputes that it is part of or background to. */
export const readDisputePeriods = related(pick(disputes, 'period'), {
  of: revisionDisputes.revisionId,
  join: [[disputes.id, revisionDisputes.disputeId]],
  order: null,
})

export const readPlacesOf = referred(PLACE, revisionPlaces.placeId, { of: revisionPlaces.revisionId })

/** Identified by its revision and its ordinal; modes, contexts and auxiliaries are separated by spaces. */
export type CodingRow = RowsOf<typeof readCodings>
export const readCodings = related(
  pick(codings, 'revisionId', 'ordinal', 'type', 'modes', 'contexts', 'auxiliaries', 'quadClass', 'score'),
  { of: codings.revisionId },
)

/** The actors on one side of a coding, whose ordinal is the part of the key. */
export const readCodingActors = referred(ACTOR, codingActors.actorId, {
  of: codingActors.revisionId,
  part: codingActors.coding,
  where: eq(codingActors.side, parameter('side')),
  parameters: (side: 'INITIATOR' | 'RECIPIENT') => ({ side }),
})

export type FigureRow = RowsOf<typeof readFigures>
export const readFigures = related(
  pick(figures, 'revisionId', 'ordinal', 'quantity', 'value', 'min', 'max', 'asWritten', 'unit', 'note', 'sourceId'),
  { of: figures.revisionId },
)

export { ANY_DISPUTE }

/** The disagreements of a dispute, or of the whole record for `ANY_DISPUTE`, newest first. `ordinal` is the index in the development. */
export const DISAGREEMENTS = list(pick(disagreements, 'developmentId', 'ordinal'), {
  name: 'disagreements',
  of: disagreements.disputeId,
  where: standing(disagreements),
  key: [disagreements.sort, disagreements.developmentId, disagreements.revisionId, disagreements.ordinal],
  order: 'NEWEST_FIRST',
})

/** Identified by its revision and its ordinal, or by its revision and its source. */
export type CitationRow = RowsOf<typeof readCitations>
const CITED = ['revisionId', 'ordinal', 'sourceId', 'credibility', 'basis', 'locator', 'excerpt'] as const
export const CITATION = pick(citations, ...CITED)

/** With a part, only the citation of the source with that id. */
export const readCitations = related(CITATION, {
  of: citations.revisionId,
  where: or(isNull(batch.part), eq(citations.sourceId, batch.part)),
})

/** The actors that a citation came through, nearest first. The part of the key is the citation's ordinal. */
export const readVia = referred(ACTOR, citationVia.actorId, { of: citationVia.revisionId, part: citationVia.citation })

export type QuoteRow = RowsOf<typeof readQuotes>

/** With a part, only quotes from the source with that id. */
export const readQuotes = related(pick(quotes, 'revisionId', 'ordinal', 'text', 'language', 'translated', 'sourceId'), {
  of: quotes.revisionId,
  where: or(isNull(batch.part), eq(quotes.sourceId, batch.part)),
})

/** The actors who say what a bearing says. The part of the key is the bearing's ordinal. */
export const readBearingActors = referred(ACTOR, bearingActors.actorId, {
  of: bearingActors.revisionId,
  part: bearingActors.bearing,
})
