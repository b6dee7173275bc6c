import { listFirst, show } from '../../model/errors.ts'
import { existingKeys } from '../../store/queries/changes.ts'
import { actorsBelow, positionsBetween } from '../../store/queries/positions.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import type { StagedRecord } from '../../store/sqlite/staging.ts'
import type { ProblemList } from '../format/problems.ts'
import { addressOf } from '../format/sections.ts'
import { tiesAmong } from './position-holders.ts'
import type { ResolvedRecords } from './resolved-records.ts'
import { areTied, type Reach, superiorsOf, Ties } from './ties.ts'

/*
 * The other end of the rule of `position-holders.ts`: an actor keeps the affiliations that tie the holders of standing positions. A position
 * can have lost its tie only if one of its holder and the actors named was above or equal to what the affiliation led to, and the other was
 * below or equal to the actor. Most pairs of these are still tied in another way; positions are looked up for the others only.
 */

/** Reports every affiliation that a staged actor loses and without which a standing position of the store would have a foreign holder. */
export function checkLostTies(records: ResolvedRecords, problems: ProblemList): void {
  const { staging, reader } = records
  if (reader === undefined) return
  const search = { records, reader, ties: tiesAmong(records), former: formerTies(records) }
  for (const { records: page } of staging.pages(['actor'])) {
    const keys = page.map(({ key }) => key)
    const stored = existingKeys(reader, 'actor', keys)
    for (const staged of page) if (stored.has(staged.key)) checkActor(staged, search, problems)
  }
}

interface Search {
  readonly records: ResolvedRecords
  readonly reader: Reader
  readonly ties: Ties
  /** As they are in the store. */
  readonly former: Ties
}

function formerTies(records: ResolvedRecords): Ties {
  return new Ties((actor) => superiorsOf(records.findStored('actor', actor)))
}

function checkActor(staged: StagedRecord, search: Search, problems: ProblemList): void {
  const { records, reader, ties } = search
  const { key, content } = staged
  // An actor that is not valid is not reported twice.
  if (content === null) return
  const [before, after] = [superiorsOf(records.findStored('actor', key)), superiorsOf(records.find('actor', key))]
  if (after === 'ANY') return
  const lost = before === 'ANY' ? [key] : [...new Set(before)].filter((superior) => !after.includes(superior))
  if (lost.length === 0) return
  const below = actorsBelow(reader, key).map((one) => ties.reach([one]))
  for (const superior of lost) {
    const position = firstUntied(below, superior, search)
    if (position === undefined) continue
    const { statement, holder, named } = position
    const held = `statement ${show(statement)} has ${show(holder)} as the holder of a position, which`
    const names = `ties to an actor that it names (${listFirst(named)})`
    const message =
      superior === key
        ? `${held} nothing but the redacted actor ${names}; add its affiliation, or amend the statement first`
        : `${held} only an affiliation to ${show(superior)} ${names}; keep it, with a date if it has ended, or amend the statement first`
    const at = { ...addressOf(staged), record: `actor ${key}`, path: ['affiliations'] }
    problems.add({ at, code: 'HOLDER_FOREIGN', message })
  }
}

interface UntiedPosition {
  readonly statement: string
  readonly holder: string
  readonly named: readonly string[]
}

/** A standing position that the affiliation with an actor tied and nothing ties any more; undefined if there is none. */
function firstUntied(
  below: readonly Reach[],
  superior: string,
  { records, reader, ties, former }: Search,
): UntiedPosition | undefined {
  const { actors, isOpen } = former.reach([superior])
  const above = [...actors].map((one) => ties.reach([one]))
  const isUntied = (one: Reach, from: readonly Reach[]) =>
    !one.isOpen && (isOpen || from.some((other) => !areTied(one, other)))
  const [some, others] = [below.filter((one) => isUntied(one, above)), above.filter((one) => isUntied(one, below))]
  const keysOf = (reaches: readonly Reach[]) => reaches.flatMap(({ from }) => from)
  if (some.length === 0) return undefined
  for (const { statement, holder, ...held } of positionsBetween(reader, keysOf(some), isOpen ? null : keysOf(others))) {
    const named = JSON.parse(held.named) as string[] // a list of keys
    if (ties.isTied(holder, ties.reach(named)) || records.isApplied('development', statement)) continue
    return { statement, holder, named }
  }
  return undefined
}
