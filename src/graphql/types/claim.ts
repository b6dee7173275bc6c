import { idsOfKeys } from '../../store/search/keys.ts'
import {
  type ClaimRelationRow,
  type ClaimRow,
  countClaims,
  readClaimByKey,
  readClaimPage,
  readClaimRelations,
  readClaims,
  readClaimsOfDisputes,
  readDisputes,
  readRelationSources,
} from '../../store/queries/reference-records.ts'
import { builder } from '../core/builder.ts'
import { askedOf, many, one } from '../core/batch-loader.ts'
import { connectionType, paging, rootConnection, perPage } from '../core/connection.ts'
import { Dispute } from './dispute.ts'
import { ClaimRelationKind } from '../core/enums.ts'
import { asKnownAt, readKnown } from '../core/as-of.ts'
import { Node } from '../core/node.ts'
import { Source } from './source.ts'

const ClaimRelation = builder.objectRef<ClaimRelationRow>('ClaimRelation')

export const Claim = builder.objectRef<ClaimRow>('Claim').implement({
  description:
    'A proposition that parties contest. Its words are as they are saved now; positions and bearings are as of the position read.',
  interfaces: [Node],
  fields: (t) => ({
    key: t.expose('key', { type: 'Key', description: 'Its handle among claims.' }),
    revision: t.exposeInt('revision', { description: 'How often it has been saved with a change, 1 for the first.' }),
    proposition: t.exposeString('proposition', {
      description: 'What is contested, as one sentence that is true or false.',
    }),
    dispute: t.field({
      type: Dispute,
      description: 'The dispute in which it is contested.',
      resolve: (claim, _, { reader }) =>
        one(claim, 'dispute', {
          to: ({ disputeId, asOf }) => [disputeId, asOf],
          read: (asked) => readDisputes(reader, asked),
        }),
    }),
    relations: t.field({
      type: [ClaimRelation],
      description: 'How it stands to other claims, as recorded with it.',
      resolve: (claim, _, { reader }) =>
        many(claim, 'relations', (claims) => readClaimRelations(reader, claims.map(askedOf))),
    }),
  }),
})

ClaimRelation.implement({
  description: 'How one claim stands to another. It reads from the claim that carries it to the one it names.',
  fields: (t) => ({
    relation: t.expose('relation', { type: ClaimRelationKind, description: 'How it stands to the other.' }),
    claim: t.field({
      type: Claim,
      description: 'The other claim.',
      resolve: (relation, _, { reader }) =>
        one(relation, 'claim', {
          to: ({ otherId, asOf }) => [otherId, asOf],
          read: (asked) => readClaims(reader, asked),
        }),
    }),
    sources: t.field({
      type: [Source],
      description: 'The sources that set them so; empty where it follows from the words.',
      resolve: (relation, _, { reader }) =>
        many(relation, 'sources', (relations) =>
          readRelationSources(
            reader,
            relations.map(({ claimId, asOf, ordinal }) => [claimId, asOf, ordinal]),
          ),
        ),
    }),
  }),
})

builder.objectField(Dispute, 'claims', (t) =>
  t.field({
    type: [Claim],
    complexity: { field: 1, multiplier: 40 },
    description: 'What is contested in it, in the order in which the claims entered the record.',
    resolve: (dispute, _, { reader }) =>
      many(dispute, 'claims', (disputes) => readClaimsOfDisputes(reader, disputes.map(askedOf))),
  }),
)

const ClaimConnection = connectionType(Claim, { name: 'Claim', of: 'claims' })

builder.queryFields((t) => ({
  claim: t.field({
    type: Claim,
    nullable: true,
    description: 'The claim of a key; null where there is none, or was none yet.',
    args: { key: t.arg({ type: 'Key', required: true, description: 'The key of a claim.' }), ...asKnownAt },
    resolve: (_, args, context) =>
      readKnown(context, args.asKnownAt, (asOf) => readClaimByKey(context.reader, args.key, asOf)),
  }),
  claims: t.field({
    type: ClaimConnection,
    complexity: perPage,
    description: 'Claims in the order in which they entered the record.',
    args: {
      dispute: t.arg({
        type: 'Key',
        description: 'Only what is contested in this dispute. A key that names nothing is refused with UNKNOWN_KEY.',
      }),
      ...paging,
    },
    resolve: (_, { dispute, ...request }, context) => {
      const disputeId = dispute == null ? null : (idsOfKeys(context.reader, 'dispute', [dispute])[0] ?? null)
      const wanted = { disputeId, asOf: context.position() }
      return rootConnection(readClaimPage(context.reader, wanted, request), () => countClaims(context.reader, wanted))
    },
  }),
}))
