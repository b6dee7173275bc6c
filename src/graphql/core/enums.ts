import {
  CodingAuxiliary as CodingAuxiliaries,
  PloverContext as PloverContexts,
  PloverMode as PloverModes,
} from '../../model/vocabulary/plover.ts'
import { PloverType as PloverTypes, QuadClass as QuadClasses } from '../../model/vocabulary/plover.ts'
import * as actors from '../../model/vocabulary/actor.ts'
import * as claims from '../../model/vocabulary/claim.ts'
import * as dates from '../../model/dates/edtf.ts'
import * as demands from '../../model/vocabulary/demand.ts'
import * as developments from '../../model/vocabulary/development.ts'
import * as measures from '../../model/vocabulary/measure.ts'
import * as services from '../../model/vocabulary/service.ts'
import * as sources from '../../model/vocabulary/source.ts'
import * as statements from '../../model/vocabulary/statement.ts'
import type { Vocabulary } from '../../model/vocabulary/vocabulary.ts'
import { builder } from './builder.ts'

/** The enum of a vocabulary, each value with its sentence. */
function enumOf<Value extends string>(
  vocabulary: Pick<Vocabulary<Value>, 'name' | 'description' | 'values' | 'descriptions'>,
) {
  const { name, description, values, descriptions } = vocabulary
  // The keys of what is built are the values.
  const described = Object.fromEntries(values.map((value) => [value, { description: descriptions[value] }])) as {
    [V in Value]: { description: string }
  }
  return builder.enumType(name, { description, values: described })
}

export const PloverType = enumOf(PloverTypes)
export const PloverMode = enumOf(PloverModes)
export const PloverContext = enumOf(PloverContexts)
export const CodingAuxiliary = enumOf(CodingAuxiliaries)
export const QuadClass = enumOf(QuadClasses)
export const ActorKind = enumOf(actors.ActorKind)
export const AffiliationRelation = enumOf(actors.AffiliationRelation)
export const IdentifierScheme = enumOf(actors.IdentifierScheme)
export const Stance = enumOf(claims.Stance)
export const Attribution = enumOf(claims.Attribution)
export const BearingKind = enumOf(claims.BearingKind)
export const ClaimRelationKind = enumOf(claims.ClaimRelationKind)
export const DatePrecision = enumOf(dates.DatePrecision)
export const DateReading = enumOf(dates.DateReading)
export const Remedy = enumOf(demands.Remedy)
export const DemandResponse = enumOf(demands.DemandResponse)
export const DevelopmentKind = enumOf(developments.DevelopmentKind)
export const EvidentialStatus = enumOf(developments.EvidentialStatus)
export const ParticipantRole = enumOf(developments.ParticipantRole)
export const FigureQuantity = enumOf(developments.FigureQuantity)
export const LinkRelation = enumOf(developments.LinkRelation)
export const RevisionKind = enumOf(developments.RevisionKind)
export const EventKind = enumOf(developments.EventKind)
export const Reliability = enumOf(sources.Reliability)
export const Credibility = enumOf(sources.Credibility)
export const MeasureKind = enumOf(measures.MeasureKind)
export const LegalCharacter = enumOf(measures.LegalCharacter)
export const MeasureStatus = enumOf(measures.MeasureStatus)
export const SourceGenre = enumOf(sources.SourceGenre)
export const CitationBasis = enumOf(sources.CitationBasis)
export const SpeechAct = enumOf(statements.SpeechAct)
export const StatementChannel = enumOf(statements.StatementChannel)

export const TensionBucketSize = enumOf(services.TensionBucketSize)

export const DevelopmentOrder = enumOf(services.DevelopmentOrder)
