import { type BearingRow, BEARINGS_ON_CLAIM, readBearings } from '../../store/queries/positions.ts'
import { type ClaimRow, readClaims } from '../../store/queries/reference-records.ts'
import { readDevelopments } from '../../store/queries/developments.ts'
import { readBearingActors } from '../../store/queries/development-parts.ts'
import { Actor } from './actor.ts'
import { builder } from '../core/builder.ts'
import { Claim } from './claim.ts'
import { askedOf, many, one } from '../core/batch-loader.ts'
import { connectionType, paging, sharedConnection, perPage } from '../core/connection.ts'
import { onDay } from './demand.ts'
import { Citation, citationOf } from './development-parts.ts'
import { askedOfRevision, Development } from './development.ts'
import { BearingKind } from '../core/enums.ts'

const Bearing = builder.objectRef<BearingRow>('Bearing').implement({
  description:
    'What a development means for a contested claim, beyond anyone’s position: a finding, a ruling, debris. Conflicting readings of one report are a bearing each.',
  fields: (t) => ({
    claim: t.field({
      type: Claim,
      description: 'The claim.',
      resolve: (bearing, _, { reader }) =>
        one(bearing, 'claim', {
          to: ({ claimId, asOf }) => [claimId, asOf],
          read: (asked) => readClaims(reader, asked),
        }),
    }),
    bearing: t.expose('bearing', { type: BearingKind, description: 'What it means for the claim.' }),
    by: t.field({
      type: [Actor],
      description: 'Who says that it means so; empty where that is the source itself.',
      resolve: (bearing, _, { reader }) =>
        many(bearing, 'by', (bearings) =>
          readBearingActors(
            reader,
            bearings.map(({ revisionId, asOf, ordinal }) => [revisionId, asOf, ordinal]),
          ),
        ),
    }),
    citation: t.field({
      type: Citation,
      description: 'The development’s citation of the source that says so.',
      resolve: (bearing, _, context) => citationOf(bearing, context),
    }),
    note: t.exposeString('note', { nullable: true, description: 'What is to be known of it.' }),
    development: t.field({
      type: Development,
      description: 'The development that bears on the claim.',
      resolve: (bearing, _, { reader }) =>
        one(bearing, 'development', {
          to: ({ developmentId, asOf }) => [developmentId, asOf],
          read: (asked) => readDevelopments(reader, asked),
        }),
    }),
  }),
})

const BearingConnection = connectionType(Bearing, { name: 'Bearing', of: 'bearings' })

builder.interfaceField(Development, 'bearings', (t) =>
  t.field({
    type: [Bearing],
    description: 'What it means for contested claims, beyond any position taken in it, as recorded.',
    resolve: (development, _, { reader }) =>
      many(development, 'bearings', (all) => readBearings(reader, all.map(askedOfRevision))),
  }),
)

builder.objectField(Claim, 'bearings', (t) =>
  t.field({
    type: BearingConnection,
    complexity: perPage,
    description: 'What standing developments mean for it, oldest first; those of unknown date come last.',
    args: { on: t.arg({ type: 'Date', description: onDay }), ...paging },
    resolve: (claim, { on, ...request }, { reader }) =>
      sharedConnection<ClaimRow, BearingRow>(claim, BEARINGS_ON_CLAIM, {
        reader,
        to: askedOf,
        request,
        parameters: { on: on ?? null },
      }),
  }),
)
