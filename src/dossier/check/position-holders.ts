import { listFirst, show } from '../../model/errors.ts'
import type { Staging } from '../../store/sqlite/staging.ts'
import type { AddressOf, FieldAddress, ProblemList } from '../format/problems.ts'
import type { ResolvedRecords } from './resolved-records.ts'
import { type Reach, superiorsOf, Ties } from './ties.ts'

/*
 * The holder of a position is a speaker of the statement, an actor spoken for, or an actor tied to one of them by affiliations (`ties.ts`).
 * A retracted statement takes no position any more.
 */

/** Notes the affiliations of an actor, valid or not. */
export function noteTies(staging: Staging, raw: unknown, key: string): void {
  for (const { to } of mapsIn(raw, 'affiliations')) if (typeof to === 'string') staging.note('tie', key, to)
}

/** Notes the positions of a statement, valid or not, that belong to none of the actors that the statement names. */
export function noteForeignHolders(staging: Staging, raw: unknown, own: string, at: AddressOf): void {
  if (typeof raw === 'object' && raw !== null && 'retract' in raw) return
  const named = new Set<string>()
  for (const actor of [...listIn(raw, 'speakers'), ...listIn(raw, 'on-behalf-of')])
    if (typeof actor === 'string') named.add(actor)
  const foreign = [...mapsIn(raw, 'positions').entries()].filter(
    ([, { holder }]) => typeof holder === 'string' && !named.has(holder),
  )
  if (named.size === 0 || foreign.length === 0) return
  for (const actor of named) staging.note('named', own, actor)
  for (const [index, { holder }] of foreign)
    staging.note('holder', own, String(holder), at(['positions', index, 'holder']))
}

/** Reports every noted holder that no affiliation ties to an actor that the statement names. */
export function checkHolders(records: ResolvedRecords, problems: ProblemList): void {
  const ties = tiesAmong(records)
  let statement = { own: '', named: undefined as Reach | undefined }
  for (const { first: own, second: holder, data } of records.staging.notes('holder')) {
    if (own !== statement.own) statement = { own, named: ties.reach(records.staging.notedUnder('named', own)) }
    const { named } = statement
    if (named === undefined || ties.isTied(holder, named) || !records.isApplied('development', own)) continue
    const names = listFirst(named.from)
    const message = `the statement does not name ${show(holder)}, and no affiliation ties it to an actor that the statement names (${names}); name one of these, or add the affiliation`
    problems.add({ at: data as FieldAddress, code: 'HOLDER_FOREIGN', message }) // as noted above
  }
}

/** The ties among actors as they are once the dossiers are imported. */
export function tiesAmong(records: ResolvedRecords): Ties {
  return new Ties((actor) => {
    const record = records.find('actor', actor)
    // Valid or not: an actor with a problem is not reported for its statements as well.
    if (record === undefined && records.isStaged('actor', actor)) return records.staging.notedUnder('tie', actor)
    return superiorsOf(record)
  })
}

function mapsIn(raw: unknown, list: string): Readonly<Record<string, unknown>>[] {
  return listIn(raw, list).map((item) => (typeof item === 'object' && item !== null ? { ...item } : {}))
}

function listIn(raw: unknown, list: string): readonly unknown[] {
  const value: unknown = typeof raw === 'object' && raw !== null ? Reflect.get(raw, list) : undefined
  return Array.isArray(value) ? value : []
}
