import type { DisputeEvidenceData, DisputePositionsData } from '../../../../schema/page-data.d.ts'
import { hasBegun, isTold, type AsOf } from '../charts/as-of.ts'
import { groupOf } from '../parts/chips.ts'
import { inOrderOfCurrency } from '../parts/dates.ts'

/*
 * The claims of a dispute in the order in which a reader needs them: first those on which a party changed its position, then those on which
 * holders differ, then those that contradict one another, and then the rest by who holds them.
 */

export type Cell = NonNullable<NonNullable<DisputePositionsData['dispute']>['positions']>['cells'][number] & {
  /** Whether positions before those of its history may not have been read. */
  readonly isPartial?: boolean
}
export type Claim = NonNullable<DisputeEvidenceData['dispute']>['claims'][number]
export type Past = Cell['history'][number]

export interface Party {
  readonly key: string
  readonly name: string
}

/** A claim with everyone's position on it. */
export interface Row {
  readonly claim: Claim
  readonly cells: readonly Cell[]
}

export interface Matrix {
  readonly parties: readonly Party[]
  readonly rows: readonly Row[]
  /** Rows that are shown at once, under their headings. Every row is in one group only. */
  readonly groups: readonly { readonly title: string; readonly rows: readonly Row[] }[]
  /** The other rows, by who holds them. */
  readonly rest: readonly { readonly title: string; readonly rows: readonly Row[] }[]
}

export function matrixOf(parties: readonly Party[], claims: readonly Claim[], cells: readonly Cell[]): Matrix {
  const byClaim = Map.groupBy(cells, ({ claim }) => claim.key)
  const rows = claims.map((claim) => ({ claim, cells: byClaim.get(claim.key) ?? [] }))
  const isParty = new Set(parties.map(({ key }) => key))
  const contradicting = contradictions(rows)
  const heading = (row: Row): string | undefined => {
    if (row.cells.some(({ shifted, holder }) => shifted && isParty.has(holder.key))) return CHANGED
    if (new Set(row.cells.map(({ current }) => groupOf(current.stance))).size > 1) return DIFFER
    return contradicting.has(row.claim.key) ? CONTRADICT : undefined
  }
  const place = ({ claim, cells: held }: Row): string | undefined => {
    const [first, second] = held
    if (first === undefined) return (claim.bearings.totalCount ?? 0) > 0 ? 'Evidence only' : 'Nothing on record'
    if (second !== undefined) return 'Held by several alike'
    return isParty.has(first.holder.key) ? `${first.holder.name} alone` : 'Others alone'
  }
  const titles = [
    'Held by several alike',
    ...parties.map(({ name }) => `${name} alone`),
    'Others alone',
    'Evidence only',
    'Nothing on record',
  ]
  const grouped = Map.groupBy(rows, heading)
  const others = Map.groupBy(grouped.get(undefined) ?? [], place)
  const pick = (inGroups: Map<string | undefined, Row[]>, title: string) => {
    const inGroup = inGroups.get(title)
    return inGroup === undefined ? [] : [{ title, rows: inGroup }]
  }
  return {
    parties,
    rows,
    groups: [CHANGED, DIFFER, CONTRADICT].flatMap((title) => pick(grouped, title)),
    rest: titles.flatMap((title) => pick(others, title)),
  }
}

const CHANGED = 'A party changed its position'
const DIFFER = 'Holders differ'
const CONTRADICT = 'Claims that contradict one another'

/** The keys of claims that contradict one another, where something is on record for both. */
function contradictions(rows: readonly Row[]): ReadonlySet<string> {
  const known = new Set(rows.filter(isOnRecord).map(({ claim }) => claim.key))
  const found = new Set<string>()
  for (const { claim } of rows) {
    for (const { relation, claim: other } of claim.relations) {
      if (relation !== 'CONTRADICTS' || !known.has(claim.key) || !known.has(other.key)) continue
      found.add(claim.key)
      found.add(other.key)
    }
  }
  return found
}

function isOnRecord({ claim, cells }: Row): boolean {
  return cells.length > 0 || (claim.bearings.totalCount ?? 0) > 0
}

/** A position of one holder among those of others. */
type HeldPosition = Past & { readonly holder: { readonly key: string } }

/** What a holder held on a claim at the end of a day, from its current position of that day and the positions that are known. */
export function cellOf(
  claim: string,
  current: Cell['current'] & Pick<Cell, 'holder'>,
  positions: readonly HeldPosition[],
  on: string | null,
): Cell {
  const { holder } = current
  const held = positions.filter((each) => each.holder.key === holder.key && (on === null || hasBegun(each.date, on)))
  const history = held.some(({ id }) => id === current.id) ? held : [current]
  return { claim: { key: claim }, holder, current, history, shifted: hasShifted(history) }
}

/** Whether a holder went from one group of stances to another. */
export function hasShifted(history: readonly Pick<Past, 'stance'>[]): boolean {
  return new Set(history.map(({ stance }) => groupOf(stance))).size > 1
}

/** Whether something new took a holder to another group of stances, and did not only repeat what it held. */
export function isNewShift({ history }: Pick<Cell, 'history'>, isNew: (development: string) => boolean): boolean {
  return history.some(
    ({ statement }, index) => isNew(statement.key) && hasShifted(history.slice(Math.max(index - 1, 0), index + 1)),
  )
}

/**
 * A cell as it was when only some of its positions had been reported, with its history in the order of currency: the API lists unknown starts
 * last. Undefined if the holder had no position yet.
 */
export function reportedCell<Held extends Pick<Cell, 'current' | 'history' | 'shifted'>>(
  cell: Held,
  asOf: AsOf,
): Held | undefined {
  const history = inOrderOfCurrency(cell.history).filter(({ statement, citations }) =>
    isTold(asOf, statement.key, citations),
  )
  if (history.length === cell.history.length) return { ...cell, history }
  const weight = ({ attribution }: Past) => (attribution === 'QUOTED' || attribution === 'PARAPHRASED' ? 1 : 0)
  const [first] = history
  if (first === undefined) return undefined
  const last = history.reduce((current, past) => (weight(past) >= weight(current) ? past : current), first)
  // Of a position that was displaced later, no doubts are known here.
  const current = { ...last, statement: { ...last.statement, evidentialStatus: '', credibility: '', citations: [] } }
  const shifted = hasShifted(history)
  return { ...cell, history, current: last.id === cell.current.id ? cell.current : current, shifted }
}

/** The changes of a holder: what it held before its current position, and what it was only inferred to hold since. */
export function changesOf({ current, history }: Pick<Cell, 'current' | 'history'>): {
  readonly before: readonly Past[]
  readonly since: readonly Past[]
} {
  const at = history.findIndex(({ id }) => id === current.id)
  const differs = (past: Past) => groupOf(past.stance) !== groupOf(current.stance)
  const before = history.slice(0, at).filter((past, index) => past.stance !== history[index + 1]?.stance)
  return {
    before: before.some(differs) ? before : [],
    since: history.slice(at + 1).filter((past, index, all) => differs(past) && past.stance !== all[index - 1]?.stance),
  }
}

/** The first of the equal positions that lead up to the current one, and how many they are. Where not all are known, the current one alone. */
export function holdingOf({ current, history, isPartial }: Cell): { readonly first: Past; readonly times: number } {
  if (isPartial) return { first: current, times: 1 }
  const at = history.findIndex(({ id }) => id === current.id)
  let start = Math.max(at, 0)
  while (start > 0 && history[start - 1]?.stance === current.stance) start--
  return { first: history[start] ?? current, times: Math.max(at, 0) - start + 1 }
}
