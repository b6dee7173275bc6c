import type { EnumRef } from '@pothos/core'
import { DatePrecision as DatePrecisions, DateReading as DateReadings } from '../../model/dates/edtf.ts'
import * as actor from '../../model/vocabulary/actor.ts'
import * as claim from '../../model/vocabulary/claim.ts'
import * as demand from '../../model/vocabulary/demand.ts'
import * as development from '../../model/vocabulary/development.ts'
import * as measure from '../../model/vocabulary/measure.ts'
import * as plover from '../../model/vocabulary/plover.ts'
import * as service from '../../model/vocabulary/service.ts'
import * as source from '../../model/vocabulary/source.ts'
import * as statement from '../../model/vocabulary/statement.ts'
import type { Vocabulary } from '../../model/vocabulary/vocabulary.ts'
import { builder, type Types } from './builder.ts'

export const { DatePrecision, DateReading } = enumsOf({ DatePrecision: DatePrecisions, DateReading: DateReadings })
export const { ActorKind, AffiliationRelation, IdentifierScheme } = enumsOf(actor)
export const { Stance, Attribution, BearingKind, ClaimRelationKind } = enumsOf(claim)
export const { Remedy, DemandResponse } = enumsOf(demand)
export const {
  AmendmentKind,
  DevelopmentKind,
  EventKind,
  EvidentialStatus,
  FigureQuantity,
  LinkRelation,
  ParticipantRole,
  RevisionKind,
} = enumsOf(development)
export const { MeasureKind, LegalCharacter, MeasureStatus } = enumsOf(measure)
export const { PloverType, PloverMode, PloverContext, CodingAuxiliary, QuadClass } = enumsOf(plover)
export const { DevelopmentOrder, TensionBucketSize, TokenScope } = enumsOf(service)
export const { Reliability, Credibility, SourceGenre, CitationBasis } = enumsOf(source)
export const { SpeechAct, StatementChannel } = enumsOf(statement)

type Enums<Module> = {
  readonly [Name in keyof Module]: Module[Name] extends Vocabulary<infer Value> ? EnumRef<Types, Value> : never
}

/** The enums of the vocabularies that a module exports. Each vocabulary is exported under its own name. */
function enumsOf<Module extends Readonly<Record<string, unknown>>>(module: Module): Enums<Module> {
  // The order of the members of a module depends on who loads it.
  const vocabularies = Object.values(module)
    .filter(isVocabulary)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const enums = vocabularies.map(({ name, description, values, descriptions }) => {
    const described = values.map((value) => [value, { description: descriptions[value] ?? '' }])
    return [name, builder.enumType(name, { description, values: Object.fromEntries(described) })]
  })
  return Object.fromEntries(enums) as Enums<Module> // as the exports of the module
}

function isVocabulary(value: unknown): value is Vocabulary<string> {
  return typeof value === 'object' && value !== null && 'descriptions' in value
}
