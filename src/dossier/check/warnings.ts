import { weightOfAttribution } from '../../model/analysis/latest.ts'
import { compareCurrent, parseEdtf } from '../../model/dates/edtf.ts'
import type { AnyRecord, DevelopmentRecord, RecordOf, StatementRecord } from '../../model/records/definitions.ts'
import { attributionOf, credibilityOf, holdersOf } from '../../model/records/derived-fields.ts'
import { show } from '../../model/records/shown-value.ts'
import { Stance, type StanceGroup, stanceGroupOf } from '../../model/vocabulary/claim.ts'
import { fromKebab } from '../../model/vocabulary/vocabulary.ts'
import { lastChange } from '../../store/log/entries.ts'
import { standingPositionsOf } from '../../store/queries/positions.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import type { Staging } from '../../store/sqlite/staging.ts'
import type { AddressOf, FieldAddress, ProblemList } from '../format/problems.ts'
import { addressOf } from '../format/sections.ts'
import { noteSuperiors, warnOfCycles } from './affiliation-cycles.ts'
import { resolvedRecord } from './references.ts'

/*
 * A warning points at something that may be right and deserves a look; it refuses nothing. What may need a warning is noted record by record,
 * and judged when all records are staged.
 */

interface NotedRecord {
  readonly staging: Staging
  readonly record: AnyRecord
  readonly at: AddressOf
}

/** Notes what may need a warning in a valid record. */
export function noteForWarnings({ staging, record, at }: NotedRecord): void {
  if ('proposition' in record) noteRivals(staging, record)
  if ('affiliations' in record) noteSuperiors(staging, record, at)
  if (!('citations' in record) || record.retract !== undefined) return
  noteConfirmed(staging, record, at)
  if ('statement' in record) noteStances(staging, record, at)
}

export function collectWarnings(staging: Staging, reader: Reader | undefined, warnings: ProblemList): void {
  warnOfConfirmed(staging, reader, warnings)
  warnOfContradictions(staging, reader, warnings)
  warnOfUnused(staging, reader, warnings)
  warnOfCycles(staging, reader, warnings)
}

// ------------------------------------------------------------------ a credibility of 1 that rests on one origin

interface NotedConfirmed {
  readonly origins: readonly { readonly source: string; readonly lastVia: string | null }[]
  readonly at: FieldAddress
}

function noteConfirmed(staging: Staging, record: DevelopmentRecord, at: AddressOf): void {
  const index = record.citations.findIndex(({ credibility }) => credibilityOf(credibility) === 'CONFIRMED')
  if (index < 0) return
  const origins = record.citations.map(({ source, via }) => ({ source, lastVia: via?.at(-1) ?? null }))
  const noted: NotedConfirmed = { origins, at: at(['citations', index, 'credibility']) }
  staging.note('confirmed', '', '', noted)
}

function warnOfConfirmed(staging: Staging, reader: Reader | undefined, warnings: ProblemList): void {
  for (const { data } of staging.notes('confirmed')) {
    const { origins, at } = data as NotedConfirmed // as noted above
    const [origin, ...others] = new Set(origins.map((one) => originOf(one, staging, reader)))
    if (origin === undefined || others.length > 0) continue
    const message = `credibility 1 means that other sources confirm the content, but all citations rest on one origin, ${origin}; cite another, or grade the content 2`
    warnings.add({ at, code: 'CONFIRMED_BY_ONE', message })
  }
}

/** The last actor that passed the content on, else the source's outlet, else the source. */
function originOf(
  { source, lastVia }: NotedConfirmed['origins'][number],
  staging: Staging,
  reader: Reader | undefined,
): string {
  if (lastVia !== null) return `actor ${lastVia}`
  const content = resolvedRecord(staging, reader, 'source', source) as RecordOf<'source'> | undefined // its space holds nothing else
  return content?.outlet === undefined ? `source ${source}` : `actor ${content.outlet}`
}

// ------------------------------------------------------------------ a holder whose current positions contradict each other

interface HeldStance {
  readonly group: StanceGroup
  /** That of its attribution: the oldest stance of a greater weight displaces all of a lesser. */
  readonly weight: number
  readonly earliest: string | null
  readonly latest: string | null
  /** Undefined if the stance is in the store only. */
  readonly at?: FieldAddress
}

function noteRivals(staging: Staging, claim: RecordOf<'claim'>): void {
  for (const rival of rivalsIn(claim)) {
    staging.note('rival', claim.key, rival)
    staging.note('rival', rival, claim.key)
  }
}

function rivalsIn(claim: RecordOf<'claim'>): string[] {
  return (claim.relations ?? [])
    .filter(({ relation }) => relation === 'contradicts' || relation === 'alternative-to')
    .map((relation) => relation.claim)
}

function noteStances(staging: Staging, statement: StatementRecord, at: AddressOf): void {
  const { earliest, latest } = parseEdtf(statement.date)
  for (const [index, position] of (statement.positions ?? []).entries()) {
    const stance = fromKebab(position.stance)
    if (!Stance.has(stance)) continue
    const noted: HeldStance = {
      group: stanceGroupOf(stance),
      weight: weightOfAttribution({ attribution: attributionOf(position) }),
      earliest,
      latest,
      at: at(['positions', index]),
    }
    for (const holder of holdersOf(statement, position)) staging.note('stance', holder, position.claim, noted)
  }
}

/** Judges one holder after the other: the stances in the dossiers together with those in the store. */
function warnOfContradictions(staging: Staging, reader: Reader | undefined, warnings: ProblemList): void {
  const rivals = (claim: string) => rivalsOf(claim, staging, reader)
  let current: CurrentStances | undefined
  for (const { first: holder, second: claim, data } of staging.notes('stance')) {
    if (current?.holder !== holder) {
      if (current !== undefined) warnOfHolder(current, rivals, warnings)
      current = new CurrentStances(holder)
      for (const stored of stancesInStore(holder, staging, reader)) current.add(stored.claim, stored)
    }
    current.add(claim, data as HeldStance) // as noted above
  }
  if (current !== undefined) warnOfHolder(current, rivals, warnings)
}

/** The stances in developments that the dossiers do not hold. */
function* stancesInStore(holder: string, staging: Staging, reader: Reader | undefined) {
  if (reader === undefined) return
  for (const { claim, development, stance, attribution, earliest, latest } of standingPositionsOf(reader, holder)) {
    if (staging.find('development', development) !== undefined) continue
    yield { claim, group: stanceGroupOf(stance), weight: weightOfAttribution({ attribution }), earliest, latest }
  }
}

/** The most current stances of a holder on each claim: more than one where several are equally current. */
class CurrentStances {
  readonly holder: string
  readonly #stances = new Map<string, HeldStance[]>()

  constructor(holder: string) {
    this.holder = holder
  }

  add(claim: string, stance: HeldStance): void {
    const stances = this.#stances.get(claim) ?? []
    const [best] = stances
    const order = best === undefined ? 1 : stance.weight - best.weight || compareCurrent(stance, best)
    if (order > 0) this.#stances.set(claim, [stance])
    else if (order === 0) stances.push(stance)
  }

  get claims(): Iterable<string> {
    return this.#stances.keys()
  }

  /** The last stance of a group, if it is among the most current. */
  of(claim: string, group: StanceGroup): HeldStance | undefined {
    return this.#stances.get(claim)?.findLast((stance) => stance.group === group)
  }
}

function warnOfHolder(
  current: CurrentStances,
  rivals: (claim: string) => ReadonlySet<string>,
  warnings: ProblemList,
): void {
  const holder = show(current.holder)
  /** Points at the latest of the stances that the dossiers hold. */
  const warn = (stances: readonly HeldStance[], message: string) => {
    const [stance] = stances.filter(({ at }) => at !== undefined).toSorted((a, b) => compareCurrent(b, a))
    if (stance?.at !== undefined) warnings.add({ at: stance.at, code: 'POSITIONS_CONTRADICT', message })
  }
  for (const claim of current.claims) {
    const [held, against] = [current.of(claim, 'FOR'), current.of(claim, 'AGAINST')]
    if (held === undefined) continue
    if (against !== undefined) warn([against, held], `${holder} holds and rejects ${show(claim)} at the same time`)
    for (const rival of rivals(claim)) {
      const other = current.of(rival, 'FOR')
      // Each pair comes up twice, once from either side.
      if (other === undefined || claim > rival) continue
      const message = `${holder} holds both ${show(claim)} and ${show(rival)}, which contradict each other or are alternatives`
      warn([other, held], message)
    }
  }
}

function rivalsOf(claim: string, staging: Staging, reader: Reader | undefined): ReadonlySet<string> {
  const rivals = new Set(staging.notedUnder('rival', claim))
  if (staging.find('claim', claim) === undefined) {
    const content = resolvedRecord(staging, reader, 'claim', claim) as RecordOf<'claim'> | undefined // its space holds nothing else
    for (const rival of content === undefined ? [] : rivalsIn(content)) rivals.add(rival)
  }
  return rivals
}

// ------------------------------------------------------------------ an actor never used

/** An actor that the store already holds was used, or warned of, when it was imported. */
function warnOfUnused(staging: Staging, reader: Reader | undefined, warnings: ProblemList): void {
  for (const actor of staging.records(['actor'])) {
    const { key } = actor
    if (staging.notedUnder('use', key).length > 0) continue
    if (reader !== undefined && lastChange(reader, 'actor', key) !== undefined) continue
    const message = 'no record names this actor; use it, or remove it'
    warnings.add({ at: { ...addressOf(actor), record: `actor ${key}`, path: ['key'] }, code: 'ACTOR_UNUSED', message })
  }
}
