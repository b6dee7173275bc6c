import { LRUCache } from 'lru-cache'
import { show } from '../../model/errors.ts'
import type { Staging } from '../../store/sqlite/staging.ts'
import type { AddressOf, FieldAddress, ProblemList } from '../format/problems.ts'
import type { ResolvedRecords } from './resolved-records.ts'

/*
 * The holder of a position is a speaker of the statement, an actor spoken for, or an actor tied to one of them by affiliations: in either
 * direction and over any number of steps. The affiliations of an actor are those in the dossier or, if no dossier holds the actor, those
 * in the store.
 */

/** Notes the affiliations of an actor, valid or not. */
export function noteTies(staging: Staging, raw: unknown, key: string): void {
  for (const { to } of mapsIn(raw, 'affiliations')) if (typeof to === 'string') staging.note('tie', key, to)
}

/** Notes the positions of a statement, valid or not, that belong to none of the actors that the statement names. */
export function noteForeignHolders(staging: Staging, raw: unknown, at: AddressOf): void {
  const named = [...listIn(raw, 'speakers'), ...listIn(raw, 'on-behalf-of')].filter(
    (actor) => typeof actor === 'string',
  )
  for (const [index, { holder }] of mapsIn(raw, 'positions').entries()) {
    if (typeof holder !== 'string' || named.includes(holder) || named.length === 0) continue
    const noted: NotedHolder = { named, at: at(['positions', index, 'holder']) }
    staging.note('holder', holder, '', noted)
  }
}

/** Reports every noted holder that no affiliation ties to an actor that the statement names. */
export function checkHolders(records: ResolvedRecords, problems: ProblemList): void {
  const superiors = new LRUCache<string, readonly string[]>({
    max: 10_000,
    memoMethod: (actor) =>
      records.isStaged('actor', actor)
        ? records.staging.notedUnder('tie', actor)
        : (records.find('actor', actor)?.affiliations ?? []).map(({ to }) => to),
  })
  /** Whether affiliations lead from an actor up to one of the targets. */
  const lead = (actor: string, targets: readonly string[]): boolean => {
    const reached = new Set([actor])
    for (const one of reached) {
      for (const above of superiors.memo(one)) {
        if (targets.includes(above)) return true
        reached.add(above)
      }
    }
    return false
  }
  for (const { first: holder, data } of records.staging.notes('holder')) {
    const { named, at } = data as NotedHolder // as noted above
    if (lead(holder, named) || named.some((actor) => lead(actor, [holder]))) continue
    const message = `the statement does not name ${show(holder)}, and no affiliation ties it to an actor that the statement names (${named.join(', ')}); name one of these, or add the affiliation`
    problems.add({ at, code: 'HOLDER_FOREIGN', message })
  }
}

interface NotedHolder {
  readonly named: readonly string[]
  readonly at: FieldAddress
}

function mapsIn(raw: unknown, list: string): Readonly<Record<string, unknown>>[] {
  return listIn(raw, list).map((item) => (typeof item === 'object' && item !== null ? { ...item } : {}))
}

function listIn(raw: unknown, list: string): readonly unknown[] {
  const value: unknown = typeof raw === 'object' && raw !== null ? Reflect.get(raw, list) : undefined
  return Array.isArray(value) ? value : []
}
