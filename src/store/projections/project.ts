import { contentOf } from '../../model/records/canonical-record.ts'
import { SPACES, type AnyRecord } from '../../model/records/definitions.ts'
import type { LoggedChange } from '../schema/log.ts'
import type { Connection } from '../sqlite/connection.ts'
import { WriteBuffer } from '../sqlite/write-buffer.ts'
import { developmentProjector } from './developments.ts'
import { KeyIds, type Projector } from './projector.ts'
import * as records from './reference-records.ts'

/*
 * Everything in the store that is not the log is a function of the log, and `project` is that function: the only writer of every projected
 * table, called in the transaction that appends, once for each batch, in order. A redaction, which rewrites changes, calls `reproject`
 * before. It reads the changes it is given, the log before them and earlier projections, and nothing else: no clock, no random number. Ids
 * are seqs: a record's is the one at which it entered, a revision's its own. Within a batch the rows of identities come first, then what is
 * known of each record and what hangs off that, so every foreign key is satisfied when its row is written. It never fails on what a released
 * version accepted: `append` refuses beforehand what a constraint would.
 */

/** Increase it with any change of what is projected from the same log: a store projected with another value is rebuilt before it serves. */
const PROJECTION = 5

/** What the projected tables depend on besides the log. */
export const PROJECTED_WITH = `demarche ${PROJECTION}, icu ${process.versions.icu ?? 'none'}, unicode ${process.versions.unicode ?? 'none'}`

export interface Projection {
  /** Projects one batch. The caller holds the transaction, and calls `reset` if it rolls back. */
  project(batch: readonly LoggedChange[]): void
  /**
   * Projects all changes of one record anew: `rewrite` replaces the contents of those that are held, and returns them. Nothing else that is
   * projected follows from these contents. The caller holds the transaction.
   */
  reproject(held: readonly LoggedChange[], rewrite: () => readonly LoggedChange[]): void
  /** Makes of what is projected from a seq on what another date of these changes would have made of it. The caller holds the transaction. */
  redate(first: number, at: number): void
  /** Drops buffered rows and cached ids. */
  reset(): void
}

/** A projection that writes through this connection. Its prepared statements live as long as the connection. */
export function projection(connection: Connection): Projection {
  const ids = new KeyIds(connection)
  const rows = new WriteBuffer(connection)
  const context = { connection, rows, ids }
  const redateRevisions = connection.prepare('update revisions set recorded_at = ? where id >= ?')
  const projectors = {
    actor: records.actorProjector(context),
    place: records.placeProjector(context),
    source: records.sourceProjector(context),
    dispute: records.disputeProjector(context),
    claim: records.claimProjector(context),
    demand: records.demandProjector(context),
    development: developmentProjector(context),
  }
  return {
    project(batch) {
      const parts = SPACES.flatMap((space) => {
        const projector = projectors[space] as Projector<AnyRecord> // gets changes of its space only
        return partsOf(batch.filter((change) => change.space === space)).map((changes) => ({ projector, changes }))
      })
      for (const { projector, changes } of parts) {
        for (const change of changes) projector.identify(change, () => contentOf(change))
        rows.flush()
      }
      for (const { projector, changes } of parts) {
        for (const change of changes) projector.describe(change, contentOf(change))
        rows.flush()
      }
    },
    reproject(held, rewrite) {
      const [first] = held
      if (first === undefined) return
      projectors[first.space].reproject(held, rewrite)
      rows.flush()
    },
    redate(first, at) {
      redateRevisions.run(at, first)
    },
    reset() {
      rows.clear()
      ids.clear()
    },
  }
}

/** How many changes are projected before their rows are written: enough to fill statements of many rows, and little memory. */
const PART = 500

function partsOf(changes: readonly LoggedChange[]): (readonly LoggedChange[])[] {
  return Array.from({ length: Math.ceil(changes.length / PART) }, (_, at) => changes.slice(at * PART, (at + 1) * PART))
}
