import { keysetPage, type Page, type PageRequest, readBySelect } from './keyset.ts'
import { ACTOR_COLUMNS, type ActorRow } from './actors.ts'
import { type Asked, asking, readShares, type Share } from './batch.ts'
import type { Reader } from '../sqlite/prepared.ts'

export interface DisputeRow {
  readonly record: 'dispute'
  readonly id: number
  readonly key: string
  readonly revision: number
  readonly asOf: number
  readonly title: string
  readonly summary: string
  readonly period: string
}

export const DISPUTE_COLUMNS = `'dispute' as record, d.id, d.key, d.revision, d.title, d.summary, d.period`

export function readDisputes(reader: Reader, asked: readonly Asked[]): (DisputeRow & Share)[] {
  return readShares(reader, DISPUTES, asked)
}

const DISPUTES = asking(DISPUTE_COLUMNS, 'from asked cross join disputes d on d.id = asked.id')

/** Undefined where there is none of that key, or none yet. */
export function readDisputeByKey(reader: Reader, key: string, asOf: number): DisputeRow | undefined {
  return reader.get(`select ${DISPUTE_COLUMNS}, @asOf as asOf from disputes d where d.key = @key and d.id <= @asOf`, {
    key,
    asOf,
  })
}

/** By their latest change, or that of their developments, latest first. Throws `BAD_PAGING` and `BAD_CURSOR`. */
export function readDisputePage(reader: Reader, asOf: number, request: PageRequest): Page<DisputeRow> {
  const read = readBySelect<DisputeRow & { readonly changedSeq: number }>({
    reader,
    select: `select * from (select ${DISPUTE_COLUMNS}, @asOf as asOf, ${LAST_CHANGE} as changedSeq
      from disputes d where d.id <= @asOf) where true`,
    parameters: { asOf },
    key: ['changedSeq', 'id'],
    descending: true,
  })
  return keysetPage(
    { name: 'disputes', shape: ['NUMBER', 'NUMBER'], positionOf: ({ changedSeq, id }) => [changedSeq, id], read },
    request,
  )
}

const LAST_CHANGE = '(select max(seq) from dispute_changes where dispute_id = d.id and seq <= @asOf)'

export function countDisputes(reader: Reader, asOf: number): number {
  return reader.get<{ count: number }>('select count(*) as count from disputes where id <= ?', asOf)?.count ?? 0
}

export interface ChangedAtRow extends Share {
  /** Milliseconds since 1970. */
  readonly at: number
}

/** When each dispute, or one of its developments, last changed. */
export function readDisputesChangedAt(reader: Reader, asked: readonly Asked[]): ChangedAtRow[] {
  return readShares(reader, CHANGED_AT, asked)
}

const CHANGED_AT = asking(
  'c.at',
  `from asked cross join changes c on c.seq =
     (select max(seq) from dispute_changes where dispute_id = asked.id and seq <= asked.as_of)`,
)

/** In the dispute's order. */
export function readParties(reader: Reader, asked: readonly Asked[]): (ActorRow & Share)[] {
  return readShares(reader, PARTIES, asked)
}

const PARTIES = asking(
  ACTOR_COLUMNS,
  `from asked cross join dispute_parties x on x.dispute_id = asked.id
   cross join actors a on a.id = x.actor_id and a.id <= asked.as_of order by asked.parent, x.ordinal`,
)

/** Identified by its dispute and its ordinal. */
export interface PhaseRow extends Share {
  readonly disputeId: number
  readonly ordinal: number
  readonly label: string
  readonly edtf: string
  readonly summary: string
}

export function readPhases(reader: Reader, asked: readonly Asked[]): PhaseRow[] {
  return readShares(reader, PHASES, asked)
}

const PHASES = asking(
  'x.dispute_id as disputeId, x.ordinal, x.label, x.edtf, x.summary',
  'from asked cross join dispute_phases x on x.dispute_id = asked.id order by asked.parent, x.ordinal',
)

export function readPrecedents(reader: Reader, asked: readonly Asked[]): (DisputeRow & Share)[] {
  return readShares(reader, PRECEDENTS, asked)
}

const PRECEDENTS = asking(
  DISPUTE_COLUMNS,
  `from asked cross join dispute_precedents x on x.dispute_id = asked.id
   cross join disputes d on d.id = x.precedent_id and d.id <= asked.as_of order by asked.parent, x.ordinal`,
)
