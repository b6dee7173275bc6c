import type { AnyRecord } from '../model/records.ts'
import { contentOf, SPACES, type LoggedChange } from './changes.ts'
import type { Connection } from './database.ts'
import { developmentDeriver } from './derive-developments.ts'
import {
  actorDeriver,
  claimDeriver,
  demandDeriver,
  disputeDeriver,
  placeDeriver,
  sourceDeriver,
} from './derive-references.ts'
import type { Deriver, Deriving } from './deriver.ts'
import { KeyIds } from './key-ids.ts'
import { Rows } from './rows.ts'

/*
 * Everything in the store that is not the log is a function of the log, and `derive` is that function: the only writer of every derived
 * table, called in the transaction that appends, once a batch, in order. It reads nothing but the changes it is given, the log before them
 * and what it derived from it: no clock, no random number. Ids are seqs: a record's is the one at which it entered, a revision's its own.
 * Within a batch the rows of identities come first, then revisions, then what hangs off them, so that no foreign key is ever satisfied
 * late. It never fails on what a released version has accepted: `append` refuses beforehand what a constraint would.
 */

/** Steps up with any change of what is derived from the same log; a store derived with another is rebuilt before it serves. */
const DERIVATION = 3

/** What the derived tables depend on besides the log. */
export const DERIVED_WITH = `demarche ${DERIVATION}, icu ${process.versions.icu ?? 'none'}, unicode ${process.versions.unicode ?? 'none'}`

export interface Derivation {
  /** Derives one batch. The caller holds the transaction, and calls `forget` where it rolls back. */
  derive(batch: readonly LoggedChange[]): void
  /** Ids of records by key, as derived so far. */
  readonly ids: KeyIds
}

/** A derivation that writes through this connection; its statements live as long as the connection does. */
export function derivation(connection: Connection): Derivation {
  const ids = new KeyIds(connection)
  const rows = new Rows(connection)
  ids.onForget(() => rows.forget())
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
    ids,
    derive(batch) {
      const changes = batch.map((change) => ({ change, content: contentOf(change) }))
      const inSpace = new Map(SPACES.map((space) => [space, changes.filter(({ change }) => change.space === space)]))
      for (const step of ['identify', 'describe', 'relate'] as const) {
        for (const space of SPACES) {
          const deriver = derivers[space] as Deriver<AnyRecord>
          for (const [index, { change, content }] of (inSpace.get(space) ?? []).entries()) {
            deriver[step](change, content)
            if ((index + 1) % WAITING_AT_MOST === 0) rows.flush()
          }
          rows.flush()
        }
      }
    },
  }
}

/** Changes whose rows are kept back at once, so that the memory of a batch does not grow with what it says. */
const WAITING_AT_MOST = 1_000
