import type { PloverType, QuadClass } from '../../model/vocabulary/plover.ts'
import type { FigureQuantity, ParticipantRole } from '../../model/vocabulary/development.ts'
import type { Credibility } from '../../model/vocabulary/grading.ts'
import type { CitationBasis } from '../../model/vocabulary/source.ts'
import { ACTOR_COLUMNS, type ActorRow } from './actors.ts'
import { type Asked, asking, listParameter, readShares, type Share } from './batch.ts'
import { DISPUTE_COLUMNS, type DisputeRow } from './disputes.ts'
import { PLACE_COLUMNS, type PlaceRow } from './places.ts'
import type { Reader } from '../sqlite/prepared.ts'

/*
 * What hangs off revisions of developments. All are asked by the ids of revisions and come in the order of the record.
 */

export interface ParticipationRow extends Share {
  readonly actorId: number
  readonly role: ParticipantRole
  readonly note: string | null
}

/** Only those in the roles given, if any are. */
export function readParticipations(
  reader: Reader,
  asked: readonly Asked[],
  roles: readonly ParticipantRole[] | null | undefined,
): ParticipationRow[] {
  return readShares(reader, PARTICIPATIONS, asked, { roles: listParameter(roles) })
}

const PARTICIPATIONS = asking(
  'x.actor_id as actorId, x.role, x.note',
  `from asked cross join participations x on x.revision_id = asked.id
     and (@roles is null or x.role in (select value from json_each(@roles)))
   order by asked.parent, x.ordinal`,
)

/** Those who have one part in it. */
export function readParticipants(reader: Reader, asked: readonly Asked[], role: ParticipantRole): (ActorRow & Share)[] {
  return readShares(reader, PARTICIPANTS, asked, { role })
}

const PARTICIPANTS = asking(
  ACTOR_COLUMNS,
  `from asked cross join participations x on x.revision_id = asked.id and x.role = @role
   cross join actors a on a.id = x.actor_id order by asked.parent, x.ordinal`,
)

/** `context`: the disputes it is background to; else those it is part of. */
export function readDisputesOf(
  reader: Reader,
  asked: readonly Asked[],
  { context }: { readonly context: boolean },
): (DisputeRow & Share)[] {
  return readShares(reader, DISPUTES_OF, asked, { context: Number(context) })
}

const DISPUTES_OF = asking(
  DISPUTE_COLUMNS,
  `from asked cross join revision_disputes x on x.revision_id = asked.id and x.context = @context
   cross join disputes d on d.id = x.dispute_id order by asked.parent, x.ordinal`,
)

export function readPlacesOf(reader: Reader, asked: readonly Asked[]): (PlaceRow & Share)[] {
  return readShares(reader, PLACES_OF, asked)
}

const PLACES_OF = asking(
  PLACE_COLUMNS,
  `from asked cross join revision_places x on x.revision_id = asked.id
   cross join places l on l.id = x.place_id order by asked.parent, x.ordinal`,
)

/** Identified by its revision and its ordinal; modes, contexts and auxiliaries are separated by spaces. */
export interface CodingRow extends Share {
  readonly revisionId: number
  readonly ordinal: number
  readonly type: PloverType
  readonly modes: string
  readonly contexts: string
  readonly auxiliaries: string
  readonly quadClass: QuadClass
  readonly score: number
}

export function readCodings(reader: Reader, asked: readonly Asked[]): CodingRow[] {
  return readShares(reader, CODINGS, asked)
}

const CODINGS = asking(
  `x.revision_id as revisionId, x.ordinal, x.type, x.modes, x.contexts, x.auxiliaries, x.quad_class as quadClass, x.score`,
  'from asked cross join codings x on x.revision_id = asked.id order by asked.parent, x.ordinal',
)

/** Of codings: their revision's id, and the coding's ordinal as the part. */
export function readCodingActors(
  reader: Reader,
  asked: readonly Asked[],
  side: 'INITIATOR' | 'RECIPIENT',
): (ActorRow & Share)[] {
  return readShares(reader, CODING_ACTORS, asked, { side })
}

const CODING_ACTORS = asking(
  ACTOR_COLUMNS,
  `from asked cross join coding_actors x on x.revision_id = asked.id and x.coding = asked.part and x.side = @side
   cross join actors a on a.id = x.actor_id order by asked.parent, x.ordinal`,
)

export interface FigureRow extends Share {
  readonly revisionId: number
  readonly quantity: FigureQuantity
  readonly value: number | null
  readonly min: number | null
  readonly max: number | null
  readonly asWritten: string | null
  readonly unit: string | null
  readonly note: string | null
  readonly sourceId: number
}

export function readFigures(reader: Reader, asked: readonly Asked[]): FigureRow[] {
  return readShares(reader, FIGURES, asked)
}

const FIGURES = asking(
  `x.revision_id as revisionId, x.quantity, x.value, x.min, x.max, x.as_written as asWritten, x.unit, x.note,
   x.source_id as sourceId`,
  'from asked cross join figures x on x.revision_id = asked.id order by asked.parent, x.ordinal',
)

/** Identified by its revision and its ordinal, or by its revision and its source. */
export interface CitationRow extends Share {
  readonly revisionId: number
  readonly ordinal: number
  readonly sourceId: number
  readonly credibility: Credibility
  readonly basis: CitationBasis
  readonly locator: string | null
  readonly excerpt: string | null
}

/** With a part, only the citation of the source of that id. */
export function readCitations(reader: Reader, asked: readonly Asked[]): CitationRow[] {
  return readShares(reader, CITATIONS, asked)
}

const CITATIONS = asking(
  `x.revision_id as revisionId, x.ordinal, x.source_id as sourceId, x.credibility, x.basis, x.locator, x.excerpt`,
  `from asked cross join citations x on x.revision_id = asked.id and (asked.part is null or x.source_id = asked.part)
   order by asked.parent, x.ordinal`,
)

/** Through whom citations came, nearest first: their revision's id, and the citation's ordinal as the part. */
export function readVia(reader: Reader, asked: readonly Asked[]): (ActorRow & Share)[] {
  return readShares(reader, VIA, asked)
}

const VIA = asking(
  ACTOR_COLUMNS,
  `from asked cross join citation_via x on x.revision_id = asked.id and x.citation = asked.part
   cross join actors a on a.id = x.actor_id order by asked.parent, x.ordinal`,
)

export interface QuoteRow extends Share {
  readonly revisionId: number
  readonly text: string
  readonly language: string
  readonly translated: 0 | 1 | null
  readonly sourceId: number
}

/** With a part, only those from the source of that id. */
export function readQuotes(reader: Reader, asked: readonly Asked[]): QuoteRow[] {
  return readShares(reader, QUOTES, asked)
}

const QUOTES = asking(
  'x.revision_id as revisionId, x.text, x.language, x.translated, x.source_id as sourceId',
  `from asked cross join quotes x on x.revision_id = asked.id and (asked.part is null or x.source_id = asked.part)
   order by asked.parent, x.ordinal`,
)

/** Who says so of bearings: their revision's id, and the bearing's ordinal as the part. */
export function readBearingActors(reader: Reader, asked: readonly Asked[]): (ActorRow & Share)[] {
  return readShares(reader, BEARING_ACTORS, asked)
}

const BEARING_ACTORS = asking(
  ACTOR_COLUMNS,
  `from asked cross join bearing_actors x on x.revision_id = asked.id and x.bearing = asked.part
   cross join actors a on a.id = x.actor_id order by asked.parent, x.ordinal`,
)
