import { LRUCache } from 'lru-cache'
import { listFirst, show } from '../../model/errors.ts'
import { isRedacted } from '../../model/records/redaction.ts'
import type { Staging } from '../../store/sqlite/staging.ts'
import type { AddressOf, FieldAddress, ProblemList } from '../format/problems.ts'
import type { ResolvedRecords } from './resolved-records.ts'

/*
 * The holder of a position is a speaker of the statement, an actor spoken for, or an actor tied to one of them by affiliations: in either
 * direction and over any number of steps. The affiliations of an actor are those in the dossier or, if no dossier holds the actor, those
 * in the store. A redacted actor may hold any position, because nothing is left of its affiliations.
 */

/** Notes the affiliations of an actor, valid or not. */
export function noteTies(staging: Staging, raw: unknown, key: string): void {
  for (const { to } of mapsIn(raw, 'affiliations')) if (typeof to === 'string') staging.note('tie', key, to)
}

/** Notes the positions of a statement, valid or not, that belong to none of the actors that the statement names. */
export function noteForeignHolders(staging: Staging, raw: unknown, own: string, at: AddressOf): void {
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

/** How many affiliations are followed. Real hierarchies are far smaller; where there are more, a holder counts as tied. */
const FOLLOWED = 1_000

/** Reports every noted holder that no affiliation ties to an actor that the statement names. */
export function checkHolders(records: ResolvedRecords, problems: ProblemList): void {
  let known: LRUCache<string, readonly string[]> | undefined
  const superiorsOf = (actor: string): readonly string[] => {
    // Making it takes longer than checking most single records, which need none.
    known ??= new LRUCache<string, readonly string[]>({
      max: 10_000,
      memoMethod: (one) =>
        records.isStaged('actor', one)
          ? records.staging.notedUnder('tie', one)
          : (records.find('actor', one)?.affiliations ?? []).map(({ to }) => to),
    })
    return known.memo(actor)
  }
  const isUnknown = (actor: string): boolean => {
    const record = records.find('actor', actor)
    return record !== undefined && isRedacted(record)
  }
  /** The actors and all that affiliations lead to from them; undefined if these are too many to follow. */
  const above = (actors: Iterable<string>): ReadonlySet<string> | undefined => {
    const reached = new Set(actors)
    let followed = 0
    for (const one of reached) {
      const next = superiorsOf(one)
      followed += next.length
      if (followed > FOLLOWED) return undefined
      for (const superior of next) reached.add(superior)
    }
    return reached
  }
  let statement = { own: '', named: [''] as readonly string[], above: above([]) }
  for (const { first: own, second: holder, data } of records.staging.notes('holder')) {
    if (own !== statement.own) {
      const named = records.staging.notedUnder('named', own)
      statement = { own, named, above: above(named) }
    }
    const aboveHolder = above([holder])
    if (aboveHolder === undefined || statement.above === undefined || statement.above.has(holder)) continue
    if (statement.named.some((actor) => aboveHolder.has(actor))) continue
    if ([holder, ...statement.named].some(isUnknown)) continue
    const names = listFirst(statement.named)
    const message = `the statement does not name ${show(holder)}, and no affiliation ties it to an actor that the statement names (${names}); name one of these, or add the affiliation`
    problems.add({ at: data as FieldAddress, code: 'HOLDER_FOREIGN', message }) // as noted above
  }
}

function mapsIn(raw: unknown, list: string): Readonly<Record<string, unknown>>[] {
  return listIn(raw, list).map((item) => (typeof item === 'object' && item !== null ? { ...item } : {}))
}

function listIn(raw: unknown, list: string): readonly unknown[] {
  const value: unknown = typeof raw === 'object' && raw !== null ? Reflect.get(raw, list) : undefined
  return Array.isArray(value) ? value : []
}
