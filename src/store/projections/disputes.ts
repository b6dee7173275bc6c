import type { RecordOf } from '../../model/records/definitions.ts'
import { ClaimRelationKind } from '../../model/vocabulary/claim.ts'
import { Remedy } from '../../model/vocabulary/demand.ts'
import type { LoggedChange } from '../log/entries.ts'
import { clearing, enters, identity } from './projector-steps.ts'
import type { Deriving, ReferenceDeriver } from './projector.ts'
import { valueOf } from './postings.ts'
import { updater } from '../sqlite/write-buffer.ts'
import {
  claimRelations,
  claimRelationSources,
  claims,
  demandActors,
  demands,
  disputeChanges,
  disputeParties,
  disputePhases,
  disputePrecedents,
  disputes,
  phaseSources,
} from '../schema/reference-records.ts'

export function disputeDeriver({ connection, rows, ids }: Deriving): ReferenceDeriver<'dispute'> {
  const insert = rows.into(disputes)
  const update = updater(connection, disputes)
  const insertParty = rows.into(disputeParties)
  const insertPhase = rows.into(disputePhases)
  const insertPhaseSource = rows.into(phaseSources)
  const insertPrecedent = rows.into(disputePrecedents)
  const insertChange = rows.into(disputeChanges)
  const clear = clearing(connection, 'dispute_id', [
    'phase_sources',
    'dispute_phases',
    'dispute_parties',
    'dispute_precedents',
  ])
  const row = (change: LoggedChange, dispute: RecordOf<'dispute'>, id: number) => ({
    ...identity(change, id),
    title: dispute.title,
    summary: dispute.summary,
    period: dispute.period,
  })
  return {
    identify(change, contentOf) {
      if (!enters(change)) return
      insert(row(change, contentOf(), change.seq))
      ids.add('dispute', change.key, change.seq)
    },
    describe(change, dispute) {
      const id = ids.of('dispute', dispute.key)
      if (!enters(change)) {
        update(row(change, dispute, id))
        clear(id)
      }
      insertChange({ disputeId: id, seq: change.seq })
    },
    relate(_change, dispute) {
      const disputeId = ids.of('dispute', dispute.key)
      dispute.parties.forEach((party, ordinal) => insertParty({ disputeId, ordinal, actorId: ids.of('actor', party) }))
      dispute.precedents?.forEach((precedent, ordinal) =>
        insertPrecedent({ disputeId, ordinal, precedentId: ids.of('dispute', precedent) }),
      )
      dispute.phases?.forEach((phase, ordinal) => {
        insertPhase({ disputeId, ordinal, label: phase.label, edtf: phase.date, summary: phase.summary })
        phase.sources?.forEach((source, place) =>
          insertPhaseSource({ disputeId, phase: ordinal, ordinal: place, sourceId: ids.of('source', source) }),
        )
      })
    },
  }
}

export function claimDeriver({ connection, rows, ids }: Deriving): ReferenceDeriver<'claim'> {
  const insert = rows.into(claims)
  const update = updater(connection, claims)
  const insertRelation = rows.into(claimRelations)
  const insertSource = rows.into(claimRelationSources)
  const clear = clearing(connection, 'claim_id', ['claim_relation_sources', 'claim_relations'])
  const row = (change: LoggedChange, claim: RecordOf<'claim'>, id: number) => ({
    ...identity(change, id),
    disputeId: ids.of('dispute', claim.dispute),
    proposition: claim.proposition,
  })
  return {
    identify(change, contentOf) {
      if (!enters(change)) return
      insert(row(change, contentOf(), change.seq))
      ids.add('claim', change.key, change.seq)
    },
    describe(change, claim) {
      if (enters(change)) return
      const id = ids.of('claim', claim.key)
      update(row(change, claim, id))
      clear(id)
    },
    relate(_change, claim) {
      const claimId = ids.of('claim', claim.key)
      claim.relations?.forEach(({ relation, claim: other, sources: said }, ordinal) => {
        const kind = valueOf(ClaimRelationKind, relation)
        insertRelation({ claimId, ordinal, relation: kind, otherId: ids.of('claim', other) })
        said?.forEach((source, place) =>
          insertSource({ claimId, relation: ordinal, ordinal: place, sourceId: ids.of('source', source) }),
        )
      })
    },
  }
}

export function demandDeriver({ connection, rows, ids }: Deriving): ReferenceDeriver<'demand'> {
  const insert = rows.into(demands)
  const update = updater(connection, demands)
  const insertActor = rows.into(demandActors)
  const clear = clearing(connection, 'demand_id', ['demand_actors'])
  const row = (change: LoggedChange, demand: RecordOf<'demand'>, id: number) => ({
    ...identity(change, id),
    disputeId: ids.of('dispute', demand.dispute),
    text: demand.text,
    remedy: valueOf(Remedy, demand.remedy),
  })
  return {
    identify(change, contentOf) {
      if (!enters(change)) return
      insert(row(change, contentOf(), change.seq))
      ids.add('demand', change.key, change.seq)
    },
    describe(change, demand) {
      if (enters(change)) return
      const id = ids.of('demand', demand.key)
      update(row(change, demand, id))
      clear(id)
    },
    relate(_change, demand) {
      const demandId = ids.of('demand', demand.key)
      for (const side of ['MADE_BY', 'ADDRESSEE'] as const) {
        const members = side === 'MADE_BY' ? demand['made-by'] : demand.addressees
        members?.forEach((actor, ordinal) => insertActor({ demandId, side, ordinal, actorId: ids.of('actor', actor) }))
      }
    },
  }
}
