import { LRUCache } from 'lru-cache'
import { weightOfAttribution } from '../../model/analysis/latest.ts'
import { compareCurrent, instantOf, parseEdtf } from '../../model/dates/edtf.ts'
import { languageTagDoubt } from '../../model/records/codes.ts'
import {
  type AnyRecord,
  type DevelopmentRecord,
  type RecordKind,
  type RecordOf,
  spaceOf,
  type StatementRecord,
} from '../../model/records/definitions.ts'
import { attributionOf, credibilityOf, holdersOf } from '../../model/records/derived-fields.ts'
import { show } from '../../model/errors.ts'
import { mixedWords, type MixedWord } from '../../model/text/lookalikes.ts'
import { Stance, type StanceGroup, stanceGroupOf } from '../../model/vocabulary/claim.ts'
import { fromKebab } from '../../model/vocabulary/vocabulary.ts'
import { standingPositionsOf } from '../../store/queries/positions.ts'
import type { Staging } from '../../store/sqlite/staging.ts'
import type { Path } from '../../model/records/references.ts'
import type { AddressOf, FieldAddress, ProblemList } from '../format/problems.ts'
import { addressOf } from '../format/sections.ts'
import { noteSuperiors, warnOfCycles } from './affiliation-cycles.ts'
import { noteIdentities, warnOfDuplicates } from './duplicates.ts'
import { type PlausibilityNotes, warnOfImplausible } from './plausibility/implausible.ts'
import type { ResolvedRecords } from './resolved-records.ts'

/*
 * A warning points at something that may be right and deserves a look; it refuses nothing. What may need a warning is noted record by
 * record, and judged when all records are staged.
 */

interface NotedRecord {
  readonly staging: Staging
  readonly plausibility: PlausibilityNotes
  readonly kind: RecordKind
  readonly key: string
  readonly record: AnyRecord
  readonly at: AddressOf
}

/** Notes what may need a warning in a valid record that was staged. */
export function noteForWarnings({ staging, plausibility, kind, key, record, at }: NotedRecord): void {
  noteMixedWords(staging, record, at)
  noteDoubtfulLanguages(staging, record, at)
  noteIdentities(staging, record, at)
  if ('proposition' in record) noteRivals(staging, record)
  if ('affiliations' in record) noteSuperiors(staging, record, at)
  if ('citations' in record && record.retract !== undefined) return
  plausibility.note(spaceOf(kind), key, record)
  if (!('citations' in record)) return
  noteConfirmed(staging, record, at)
  if ('statement' in record) noteStances(staging, record, at)
}

export function collectWarnings(records: ResolvedRecords, warnings: ProblemList): void {
  warnOfMixedWords(records, warnings)
  warnOfLanguages(records, warnings)
  warnOfImplausible(records, warnings)
  warnOfDuplicates(records, warnings)
  warnOfConfirmed(records, warnings)
  warnOfContradictions(records, warnings)
  warnOfUnused(records, warnings)
  warnOfCycles(records, warnings)
}

// ------------------------------------------------------------------ a word of letters of two scripts that look the same

interface NotedWord extends MixedWord {
  readonly at: FieldAddress
}

function noteMixedWords(staging: Staging, record: AnyRecord, at: AddressOf): void {
  for (const { path, text } of textsOf(record)) {
    for (const mixed of mixedWords(text)) {
      const noted: NotedWord = { ...mixed, at: at(path) }
      staging.note('mixed', '', '', noted)
    }
  }
}

/** All texts in a value of a record, with their paths. */
function* textsOf(value: unknown, path: Path = []): Generator<{ readonly path: Path; readonly text: string }> {
  if (typeof value === 'string') yield { path, text: value }
  else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      yield* textsOf(member, [...path, Array.isArray(value) ? Number(name) : name])
    }
  }
}

function warnOfMixedWords(records: ResolvedRecords, warnings: ProblemList): void {
  for (const { data } of records.staging.notes('mixed')) {
    const { word, strays, scripts, at } = data as NotedWord // as noted above
    const [stray, own] = scripts
    const message = `${show(word)} has ${stray} ${strays.join(', ')} among ${own} letters, which looks the same; write it in one script`
    warnings.add({ at, code: 'MIXED_SCRIPTS', message })
  }
}

// ------------------------------------------------------------------ a language that is probably another

function noteDoubtfulLanguages(staging: Staging, record: AnyRecord, at: AddressOf): void {
  const note = (tag: string, path: Path) => {
    if (languageTagDoubt(tag) !== null) staging.note('language', tag, '', at(path))
  }
  if ('language' in record) note(record.language, ['language'])
  if ('quotes' in record) record.quotes?.forEach(({ language }, index) => note(language, ['quotes', index, 'language']))
}

function warnOfLanguages(records: ResolvedRecords, warnings: ProblemList): void {
  for (const { first: tag, data } of records.staging.notes('language')) {
    const message = languageTagDoubt(tag)
    if (message !== null) warnings.add({ at: data as FieldAddress, code: 'LANGUAGE_DOUBTFUL', message }) // as noted above
  }
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

function warnOfConfirmed(records: ResolvedRecords, warnings: ProblemList): void {
  for (const { data } of records.staging.notes('confirmed')) {
    const { origins, at } = data as NotedConfirmed // as noted above
    const [origin, ...others] = new Set(origins.map((one) => originOf(one, records)))
    if (origin === undefined || others.length > 0) continue
    const message = `credibility 1 means that other sources confirm the content, but all citations rest on one origin, ${origin}; cite another, or grade the content 2`
    warnings.add({ at, code: 'CONFIRMED_BY_ONE', message })
  }
}

/** The last actor that passed the content on, else the source's outlet, else the source. */
function originOf({ source, lastVia }: NotedConfirmed['origins'][number], records: ResolvedRecords): string {
  const actor = lastVia ?? records.find('source', source)?.outlet
  return actor === undefined ? `source ${source}` : `actor ${actor}`
}

// ------------------------------------------------------------------ a holder whose current positions contradict each other

interface HeldStance {
  readonly group: StanceGroup
  /** That of its attribution: the oldest stance of a greater weight displaces all of a lesser. */
  readonly weight: number
  readonly earliest: string | null
  readonly latest: string | null
  readonly instant: string | null
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
  const { earliest, latest, instant } = parseEdtf(statement.date)
  for (const [index, position] of (statement.positions ?? []).entries()) {
    const stance = fromKebab(position.stance)
    if (!Stance.has(stance)) continue
    const noted: HeldStance = {
      group: stanceGroupOf(stance),
      weight: weightOfAttribution({ attribution: attributionOf(position) }),
      earliest,
      latest,
      instant,
      at: at(['positions', index]),
    }
    for (const holder of holdersOf(statement, position)) staging.note('stance', holder, position.claim, noted)
  }
}

/** Judges one holder after the other: the stances in the dossiers together with those in the store. */
function warnOfContradictions(records: ResolvedRecords, warnings: ProblemList): void {
  const rivals = new LRUCache<string, ReadonlySet<string>>({
    max: 1_000,
    memoMethod: (claim) => findRivals(claim, records),
  })
  const rivalsOf: RivalsOf = (claim) => rivals.memo(claim)
  let current: CurrentStances | undefined
  for (const { first: holder, second: claim, data } of records.staging.notes('stance')) {
    if (current?.holder !== holder) {
      if (current !== undefined) warnOfHolder(current, rivalsOf, warnings)
      current = new CurrentStances(holder)
      for (const stored of stancesInStore(holder, records)) current.add(stored.claim, stored)
    }
    current.add(claim, data as HeldStance) // as noted above
  }
  if (current !== undefined) warnOfHolder(current, rivalsOf, warnings)
}

/** The stances in developments that the dossiers do not hold. */
function* stancesInStore(holder: string, records: ResolvedRecords) {
  if (records.reader === undefined) return
  for (const { claim, development, stance, attribution, ...date } of standingPositionsOf(records.reader, holder)) {
    if (records.isStaged('development', development)) continue
    const [group, weight] = [stanceGroupOf(stance), weightOfAttribution({ attribution })]
    yield { claim, group, weight, ...date, instant: instantOf(date) }
  }
}

/** The most current stances of a holder on each claim: the last of each group where several are equally current. */
class CurrentStances {
  readonly holder: string
  readonly #stances = new Map<string, Map<StanceGroup, HeldStance>>()

  constructor(holder: string) {
    this.holder = holder
  }

  add(claim: string, stance: HeldStance): void {
    const stances = this.#stances.get(claim)
    const [best] = stances?.values() ?? []
    const order = best === undefined ? 1 : stance.weight - best.weight || compareCurrent(stance, best)
    if (order > 0) this.#stances.set(claim, new Map([[stance.group, stance]]))
    else if (order === 0) stances?.set(stance.group, stance)
  }

  get claims(): ReadonlyMap<string, unknown> {
    return this.#stances
  }

  /** The last stance of a group, if it is among the most current. */
  of(claim: string, group: StanceGroup): HeldStance | undefined {
    return this.#stances.get(claim)?.get(group)
  }
}

/** How many pairs of claims are named for one holder. */
const PAIRS_NAMED = 20

function warnOfHolder(current: CurrentStances, rivalsOf: RivalsOf, warnings: ProblemList): void {
  const holder = show(current.holder)
  let pairs = 0
  /** Points at the latest of the stances that the dossiers hold. */
  const warn = (stances: readonly HeldStance[], message: string) => {
    const [stance] = stances.filter(({ at }) => at !== undefined).toSorted((a, b) => compareCurrent(b, a))
    if (stance?.at !== undefined) warnings.add({ at: stance.at, code: 'POSITIONS_CONTRADICT', message })
  }
  for (const claim of current.claims.keys()) {
    const [held, against] = [current.of(claim, 'FOR'), current.of(claim, 'AGAINST')]
    if (held === undefined) continue
    if (against !== undefined) warn([against, held], `${holder} holds and rejects ${show(claim)} at the same time`)
    const rivals = rivalsOf(claim)
    const [fewer, more] = rivals.size < current.claims.size ? [rivals, current.claims] : [current.claims, rivals]
    for (const rival of fewer.keys()) {
      // Each pair comes up twice, once from either side.
      const other = claim < rival && more.has(rival) ? current.of(rival, 'FOR') : undefined
      if (other === undefined) continue
      if (++pairs > PAIRS_NAMED) {
        warn([other, held], `${holder} holds more pairs of claims that contradict each other or are alternatives`)
        return
      }
      const message = `${holder} holds both ${show(claim)} and ${show(rival)}, which contradict each other or are alternatives`
      warn([other, held], message)
    }
  }
}

type RivalsOf = (claim: string) => ReadonlySet<string>

function findRivals(claim: string, records: ResolvedRecords): ReadonlySet<string> {
  const record = records.find('claim', claim)
  return new Set([...records.staging.notedUnder('rival', claim), ...(record === undefined ? [] : rivalsIn(record))])
}

// ------------------------------------------------------------------ an actor never used

/** An actor that the store already holds was used, or warned of, when it was imported. */
function warnOfUnused(records: ResolvedRecords, warnings: ProblemList): void {
  for (const actor of records.staging.records(['actor'])) {
    const { key } = actor
    if (records.staging.notedUnder('use', key).length > 0 || records.isStored('actor', key)) continue
    const message = 'no record names this actor; use it, or remove it'
    warnings.add({ at: { ...addressOf(actor), record: `actor ${key}`, path: ['key'] }, code: 'ACTOR_UNUSED', message })
  }
}
