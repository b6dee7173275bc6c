import {
  claimReads,
  type ClaimRelationRow,
  type ClaimRow,
  readCentralClaims,
  readClaimRelations,
  readClaims,
  readClaimsOfDisputes,
  readDisputes,
  readRelationsFrom,
  readRelationSources,
} from '../../store/queries/reference-records.ts'
import { loadMany } from '../core/batch-loader.ts'
import { builder } from '../core/builder.ts'
import { ClaimRelationKind } from '../core/enums.ts'
import { Node } from '../core/node.ts'
import { costs } from '../cost/query-cost.ts'
import { recordFields, REVISION } from '../core/reference-record.ts'
import { idOfKey, recordKey, toMany, toOne } from '../core/relation.ts'
import { Dispute } from './dispute.ts'
import { Source } from './source.ts'

const ClaimRelation = builder.objectRef<ClaimRelationRow>('ClaimRelation')

export const Claim = builder.objectRef<ClaimRow>('Claim').implement({
  description:
    'A proposition that parties contest. Its text is returned in its current state. Positions and bearings are those of the state of the record that is read.',
  interfaces: [Node],
  fields: (t) => ({
    key: t.expose('key', { type: 'Key', description: 'The key, unique among claims.' }),
    revision: t.exposeInt('revision', { description: REVISION }),
    proposition: t.exposeString('proposition', {
      description: 'The contested proposition, as a sentence that is true or false.',
    }),
    dispute: t.field({
      type: Dispute,
      description: 'The dispute in which the claim is contested.',
      resolve: toOne('disputeId', readDisputes),
    }),
    relations: t.field({
      type: [ClaimRelation],
      description: 'How the claim relates to other claims, as recorded with it.',
      resolve: toMany('relations', readClaimRelations, recordKey),
    }),
    relatedFrom: t.field({
      type: [ClaimRelation],
      description:
        'The relations that other claims have to this one, in the order of entry of those claims. `claim` is the claim that carries the relation.',
      resolve: toMany('relatedFrom', readRelationsFrom, recordKey),
    }),
  }),
})

ClaimRelation.implement({
  description:
    'A relation between two claims. Read it from the claim that carries the relation to the claim that it names. In `relations`, `claim` is the claim that is named; in `relatedFrom`, the one that carries the relation.',
  fields: (t) => ({
    relation: t.expose('relation', { type: ClaimRelationKind, description: 'The relation to the other claim.' }),
    claim: t.field({ type: Claim, description: 'The other claim.', resolve: toOne('otherId', readClaims) }),
    sources: t.field({
      type: [Source],
      description: 'The sources for the relation. Empty if it follows from the text of the claims.',
      resolve: toMany('sources', readRelationSources, ({ claimId, asOf, ordinal }) => [claimId, asOf, ordinal]),
    }),
  }),
})

builder.objectFields(Dispute, (t) => ({
  centralClaim: t.field({
    type: Claim,
    nullable: true,
    description:
      'The claim on which the dispute turns. Null if the record of the dispute names none, or if the claim was not recorded yet in the state that is read.',
    resolve: (dispute, _, { reader }) =>
      loadMany(dispute, 'centralClaim', (disputes) => readCentralClaims(reader, disputes.map(recordKey)))[0],
  }),
  claims: t.field({
    type: [Claim],
    extensions: costs({ items: 40 }),
    description: 'The claims contested in the dispute, in order of entry.',
    resolve: toMany('claims', readClaimsOfDisputes, recordKey),
  }),
}))

recordFields(Claim, {
  name: 'claim',
  reads: claimReads,
  hasPast: true,
  description: 'Claims in order of entry.',
  args: builder.args((t) => ({
    dispute: t.field({
      type: 'Key',
      description: 'Only claims contested in this dispute. An unknown key is refused with UNKNOWN_KEY.',
    }),
  })),
  wanted: ({ dispute }, reader, asOf) => ({ disputeId: idOfKey(reader, 'dispute', dispute), asOf }),
})
