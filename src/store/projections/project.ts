import type { AnyRecord } from '../../model/records/definitions.ts'
import { contentOf, SPACES, type LoggedChange, type Space } from '../log/entries.ts'
import type { Connection } from '../sqlite/connection.ts'
import { developmentDeriver } from './developments.ts'
import { claimDeriver, demandDeriver, disputeDeriver } from './disputes.ts'
import { actorDeriver, placeDeriver, sourceDeriver } from './reference-records.ts'
import type { Deriver, Deriving } from './projector.ts'
import { KeyIds } from './key-ids.ts'
import { Rows } from '../sqlite/write-buffer.ts'

/*
 * Everything in the store that is not the log is a function of the log, and `derive` is that function: the only writer of every derived
 * table, called in the transaction that appends, once a batch, in order. It reads nothing but the changes it is given, the log before them
 * and what it derived from it: no clock, no random number. Ids are seqs: a record's is the one at which it entered, a revision's its own.
 * Within a batch the rows of identities come first, then of each record what is known of it and what hangs off that, so that no foreign
 * key is ever satisfied late. It never fails on what a released version has accepted: `append` refuses beforehand what a constraint would.
 */

/** Steps up with any change of what is derived from the same log; a store derived with another is rebuilt before it serves. */
const DERIVATION = 1

/** What the derived tables depend on besides the log. */
export const DERIVED_WITH = `demarche ${DERIVATION}, icu ${process.versions.icu ?? 'none'}, unicode ${process.versions.unicode ?? 'none'}`

export interface Derivation {
  /** Derives one batch. The caller holds the transaction, and calls `forget` where it rolls back. */
  derive(batch: readonly LoggedChange[]): void
  /** Drops what waits to be written and what is remembered of having been. */
  forget(): void
}

/** A derivation that writes through this connection; its statements live as long as the connection does. */
export function derivation(connection: Connection): Derivation {
  const ids = new KeyIds(connection)
  const rows = new Rows(connection)
  const deriving: Deriving = { connection, rows, ids }
  const derivers = {
    actor: actorDeriver(deriving),
    place: placeDeriver(deriving),
    source: sourceDeriver(deriving),
    dispute: disputeDeriver(deriving),
    claim: claimDeriver(deriving),
    demand: demandDeriver(deriving),
    development: developmentDeriver(deriving),
  }
  return {
    derive(batch) {
      const parts = SPACES.flatMap((space) => partsOf(batch, space))
      for (const { space, changes } of parts) {
        const deriver = derivers[space] as Deriver<AnyRecord>
        for (const change of changes) deriver.identify(change, () => contentOf(change))
        rows.flush()
      }
      for (const { space, changes } of parts) {
        const deriver = derivers[space] as Deriver<AnyRecord>
        for (const change of changes) {
          const content = contentOf(change)
          deriver.describe(change, content)
          deriver.relate(change, content)
        }
        rows.flush()
      }
    },
    forget() {
      rows.forget()
      ids.forget()
      for (const deriver of Object.values<Deriver<never>>(derivers)) deriver.forget?.()
    },
  }
}

/** So many changes at once are worth a statement for many rows; more would only wait in memory. */
const PART = 500

function partsOf(batch: readonly LoggedChange[], space: Space): { space: Space; changes: readonly LoggedChange[] }[] {
  const changes = batch.filter((change) => change.space === space)
  return Array.from({ length: Math.ceil(changes.length / PART) }, (_, part) => ({
    space,
    changes: changes.slice(part * PART, (part + 1) * PART),
  }))
}
