import { DemarcheError } from '../../model/errors.ts'
import { readRevisionContents, wasRedactedSince } from '../../store/queries/changes.ts'
import { readDevelopmentNames } from '../../store/queries/developments.ts'
import {
  readAssessmentActors,
  readAssessments,
  readStatementsMaking,
  readStatusHistories,
} from '../../store/queries/outcomes.ts'
import {
  type DemandRow as Demand,
  demandReads,
  readDemandActors,
  readDisputes,
} from '../../store/queries/reference-records.ts'
import { wholeList, type WholeListOrder } from '../../store/search/development-pages.ts'
import type { DevelopmentFilter, ListConditions } from '../../store/search/filter.ts'
import type { BatchKey } from '../../store/queries/batch.ts'
import type { Page } from '../../store/queries/keyset.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import type { Store } from '../../store/store.ts'
import { type Column, csvLine, headerLine } from './csv.ts'
import { DEVELOPMENT_COLUMNS, developmentRow, type DevelopmentRow } from './development-table.ts'
import { exportDossier } from './dossier.ts'
import { Names } from './names.ts'
import {
  DEMAND_COLUMNS,
  type DemandRow,
  MEASURE_COLUMNS,
  type MeasureRow,
  POSITION_COLUMNS,
  type PositionRow,
  positionRows,
} from './record-tables.ts'

/*
 * Writes the record out, as known at one seq. Everything is read page by page in the order of an index and written in pieces: memory does
 * not grow with the record, and no read of the store is open while a piece is being taken, however long that lasts.
 */

/** What can be exported, by the name of its file. */
export const EXPORTS = [
  'developments.csv',
  'developments.ndjson',
  'dossier.yaml',
  'positions.csv',
  'measures.csv',
  'demands.csv',
] as const
export type ExportName = (typeof EXPORTS)[number]

export interface ExportJob {
  readonly name: ExportName
  /** Null exports everything that stands; a dossier then holds what was retracted, too. */
  readonly filter: DevelopmentFilter | null
  /** The order of the rows that are developments, or belong to one. Default: OLDEST_FIRST. */
  readonly orderBy?: WholeListOrder
  /** The seq as of which the record is read. */
  readonly asOf: number
  /** The key of a dispute: a dossier then holds only what belongs to it, retracted or not, and what this refers to. */
  readonly dispute?: string
  /** The key of a dispute: positions are then those on its claims, whichever disputes their statements are part of. */
  readonly claimsOf?: string
}

/** What is needed of a store. */
export type Exported = Pick<Store, 'reader' | 'head'>

/** Takes a piece of the text. The next piece follows when its promise resolves. */
export type Write = (text: string) => Promise<void>

/**
 * Returns the number of rows or records. Throws what `conditionsOf` throws, and `STORE_BUSY` if a record was redacted meanwhile: what was
 * written may hold what was redacted.
 */
export async function exportRecord(store: Exported, job: ExportJob, write: Write): Promise<number> {
  const head = store.head()
  const count = await exportAll(store.reader, job, write)
  if (!wasRedactedSince(store.reader, head)) return count
  throw new DemarcheError(
    'STORE_BUSY',
    'A record was redacted while it was exported. Discard this copy, and export again.',
  )
}

function exportAll(reader: Reader, job: ExportJob, write: Write): Promise<number> {
  switch (job.name) {
    case 'developments.ndjson':
      return exportDossier(reader, { ...job, format: 'ndjson', write })
    case 'dossier.yaml':
      return exportDossier(reader, { ...job, format: 'yaml', write })
    case 'developments.csv':
      return writeTable(DEVELOPMENT_COLUMNS, developments(reader, job), write)
    case 'positions.csv':
      return writeTable(POSITION_COLUMNS, positions(reader, job), write)
    case 'measures.csv':
      return writeTable(MEASURE_COLUMNS, measures(reader, job), write)
    case 'demands.csv':
      return writeTable(DEMAND_COLUMNS, demands(reader, job), write)
    default:
      return job.name satisfies never
  }
}

/** The characters of a piece. */
const PIECE = 65_536

async function writeTable<Row>(columns: readonly Column<Row>[], rows: Iterable<Row>, write: Write): Promise<number> {
  let pending = headerLine(columns)
  let count = 0
  for (const row of rows) {
    pending += csvLine(columns, row)
    count++
    if (pending.length < PIECE) continue
    await write(pending)
    pending = ''
  }
  await write(pending)
  return count
}

/** How many revisions are found at once. Where a filter needs it, what is found is sorted, so that larger pages cost less. */
const FOUND = 1_000

/** How many are read at once, with their contents. A content may take megabytes. */
const READ = 25

function* pages(reader: Reader, { filter, orderBy = 'OLDEST_FIRST', asOf }: ExportJob, also: ListConditions = {}) {
  const names = new Names(reader)
  for (const found of wholeList(reader, { filter, also, asOf }, { orderBy, size: FOUND })) {
    for (let at = 0; at < found.length; at += READ) {
      const revisions = readRevisionContents(reader, found.slice(at, at + READ))
      yield revisions.map((revision) => developmentRow(revision, names, asOf))
    }
  }
}

function* developments(reader: Reader, job: ExportJob): Iterable<DevelopmentRow> {
  for (const page of pages(reader, job)) yield* page
}

function* positions(reader: Reader, job: ExportJob): Iterable<PositionRow> {
  const { claimsOf } = job
  const all = claimsOf === undefined
  for (const page of pages(reader, job, { kinds: ['STATEMENT'], ...(!all && { claimsOf: [claimsOf] }) })) {
    const rows = page.flatMap(positionRows)
    yield* all ? rows : rows.filter(({ position, names }) => names.disputeOfClaim(position.claim) === claimsOf)
  }
}

function* measures(reader: Reader, job: ExportJob): Iterable<MeasureRow> {
  for (const page of pages(reader, job, { kinds: ['MEASURE'] })) {
    const keys = page.map(({ revision }) => [revision.developmentId, job.asOf] as const)
    const histories = Map.groupBy(readStatusHistories(reader, keys), ({ parent }) => parent)
    const keyOf = keysOf(reader, [...histories.values()].flat(), job.asOf)
    yield* page.map((row, index) => ({ ...row, statuses: histories.get(index) ?? [], keyOf }))
  }
}

function* demands(reader: Reader, { filter, asOf }: ExportJob): Iterable<DemandRow> {
  const [disputes, only] = [filter?.disputes ?? [], filter?.demands ?? []]
  for (let after: string | null = null; ;) {
    const page: Page<Demand> = demandReads.page(reader, { disputeId: null, asOf }, { first: READ, after })
    const all = page.rows.map(({ id }) => [id, asOf] as const)
    const titles = readDisputes(
      reader,
      page.rows.map(({ disputeId }) => [disputeId, asOf] as const),
    )
    const actors = Map.groupBy(readDemandActors(reader, all), ({ parent }) => parent)
    const assessments = Map.groupBy(judgedAssessments(reader, all), ({ parent }) => parent)
    const statements = Map.groupBy(readStatementsMaking(reader, all), ({ parent }) => parent)
    const keyOf = keysOf(reader, [...assessments.values()].flat(), asOf)
    for (const [index, demand] of page.rows.entries()) {
      const dispute = titles.find(({ parent }) => parent === index)
      if (disputes.length > 0 && !disputes.includes(dispute?.key ?? '')) continue
      if (only.length > 0 && !only.includes(demand.key)) continue
      const of = <Row>(rows: ReadonlyMap<number, readonly Row[]>) => rows.get(index) ?? []
      yield { demand, dispute, actors: of(actors), assessments: of(assessments), madeIn: of(statements), keyOf }
    }
    if (!page.hasNextPage()) return
    after = page.cursorAt(-1)
  }
}

/** The assessments of demands, with the keys of the actors who judge so. */
function judgedAssessments(reader: Reader, demandKeys: readonly BatchKey[]) {
  const assessments = readAssessments(reader, demandKeys)
  const parts = assessments.map(({ revisionId, asOf, ordinal }) => [revisionId, asOf, ordinal] as const)
  const judges = Map.groupBy(readAssessmentActors(reader, parts), ({ parent }) => parent)
  return assessments.map((each, index) => ({ ...each, by: (judges.get(index) ?? []).map(({ key }) => key) }))
}

/** Finds the keys of the developments that the rows name by their ids. */
function keysOf(
  reader: Reader,
  rows: readonly { readonly developmentId: number }[],
  asOf: number,
): (developmentId: number) => string {
  const ids = [...new Set(rows.map(({ developmentId }) => developmentId))]
  const named = readDevelopmentNames(
    reader,
    ids.map((id) => [id, asOf] as const),
  )
  const keys = new Map(named.map(({ id, key }) => [id, key]))
  return (id) => keys.get(id) ?? ''
}
