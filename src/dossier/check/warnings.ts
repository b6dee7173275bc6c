import { weightOfAttribution } from '../../model/analysis/latest.ts'
import { compareCurrent, parseEdtf } from '../../model/dates/edtf.ts'
import { attributionOf, credibilityOf, holdersOf } from '../../model/records/derived-fields.ts'
import type { Path } from '../../model/records/references.ts'
import type { AnyRecord, DevelopmentRecord, RecordOf, StatementRecord } from '../../model/records/definitions.ts'
import { show } from '../../model/records/shown-value.ts'
import { stanceGroupOf, Stance, type StanceGroup } from '../../model/vocabulary/claim.ts'
import { fromKebab } from '../../model/vocabulary/vocabulary.ts'
import { lastChange } from '../../store/log/entries.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import type { Staging } from '../../store/sqlite/staging.ts'
import { standingPositionsOf } from '../../store/queries/positions.ts'
import { noteSuperiors, warnOfCircles } from './affiliation-cycles.ts'
import { knownContent } from '../import/resolved-record.ts'
import type { Place, ProblemList } from '../format/problems.ts'

/*
 * What may be right and deserves a look: a warning refuses nothing. Each is noted record by record and judged when all are staged.
 */

interface Noting {
  readonly staging: Staging
  readonly record: AnyRecord
  readonly placeOf: (path: Path) => Place
}

/** Notes what a valid record may have to be warned of. */
export function noteForWarnings({ staging, record, placeOf }: Noting): void {
  if ('proposition' in record) noteRivals(staging, record)
  if ('affiliations' in record) noteSuperiors(staging, record, placeOf)
  if (!('citations' in record) || record.retract !== undefined) return
  noteConfirmed(staging, record, placeOf)
  if ('statement' in record) noteStances(staging, record, placeOf)
}

export function collectWarnings(staging: Staging, reader: Reader | undefined, warnings: ProblemList): void {
  warnOfConfirmed(staging, reader, warnings)
  warnOfContradictions(staging, reader, warnings)
  warnOfUnused(staging, reader, warnings)
  warnOfCircles(staging, reader, warnings)
}

// ------------------------------------------------------------------ a credibility of 1 resting on one origin

function noteConfirmed(staging: Staging, record: DevelopmentRecord, placeOf: (path: Path) => Place): void {
  const index = record.citations.findIndex(({ credibility }) => credibilityOf(credibility) === 'CONFIRMED')
  if (index < 0) return
  const origins = record.citations.map(({ source, via }): NotedOrigin => ({ source, last: via?.at(-1) ?? null }))
  const noted: NotedConfirmed = { origins, ...placeOf(['citations', index, 'credibility']) }
  staging.note('confirmed', '', '', noted)
}

function warnOfConfirmed(staging: Staging, reader: Reader | undefined, warnings: ProblemList): void {
  for (const { data } of staging.notes('confirmed')) {
    const { origins, ...place } = data as NotedConfirmed // as noted above
    const [origin, ...others] = new Set(origins.map((one) => originOf(one, staging, reader)))
    if (origin === undefined || others.length > 0) continue
    const message = `credibility 1 says that other sources confirm it, and it rests on one origin, ${origin}; cite another, or grade it 2`
    warnings.add({ ...place, code: 'CONFIRMED_BY_ONE', message })
  }
}

/** The last through whom it came, else the source's outlet, else the source. */
function originOf({ source, last }: NotedOrigin, staging: Staging, reader: Reader | undefined): string {
  if (last !== null) return `actor ${last}`
  const content = knownContent(staging, reader, 'source', source) as RecordOf<'source'> | undefined // its space holds nothing else
  return content?.outlet === undefined ? `source ${source}` : `actor ${content.outlet}`
}

interface NotedOrigin {
  readonly source: string
  readonly last: string | null
}

interface NotedConfirmed extends Place {
  readonly origins: readonly NotedOrigin[]
}

// ------------------------------------------------------------------ a holder whose current positions contradict each other

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

function noteStances(staging: Staging, statement: StatementRecord, placeOf: (path: Path) => Place): void {
  const { earliest, latest } = parseEdtf(statement.date)
  for (const [index, position] of (statement.positions ?? []).entries()) {
    const stance = fromKebab(position.stance)
    if (!Stance.has(stance)) continue
    const noted: NotedStance = {
      group: stanceGroupOf(stance),
      weight: weightOfAttribution({ attribution: attributionOf(position) }),
      earliest,
      latest,
      ...placeOf(['positions', index]),
    }
    for (const holder of holdersOf(statement, position)) staging.note('stance', holder, position.claim, noted)
  }
}

/** Holder by holder: what the dossiers say of each, with what the store holds besides. */
function warnOfContradictions(staging: Staging, reader: Reader | undefined, warnings: ProblemList): void {
  const rivals = (claim: string) => rivalsOf(claim, staging, reader)
  let current = new Current()
  let of: string | undefined
  for (const { first: holder, second: claim, data } of staging.notes('stance')) {
    if (of !== undefined && holder !== of) warnOfHolder(of, current, rivals, warnings)
    if (holder !== of) {
      current = new Current()
      for (const held of stancesInStore(holder, staging, reader)) current.add(held.claim, held)
    }
    of = holder
    current.add(claim, data as NotedStance) // as noted above
  }
  if (of !== undefined) warnOfHolder(of, current, rivals, warnings)
}

/** Of the developments that the dossiers do not have. */
function* stancesInStore(holder: string, staging: Staging, reader: Reader | undefined) {
  if (reader === undefined) return
  for (const { claim, development, stance, attribution, earliest, latest } of standingPositionsOf(reader, holder)) {
    if (staging.find('development', development) !== undefined) continue
    yield { claim, group: stanceGroupOf(stance), weight: weightOfAttribution({ attribution }), earliest, latest }
  }
}

/** By claim, the most current of a holder's stances, with others that are as current. */
class Current {
  readonly #stances = new Map<string, HeldStance[]>()

  add(claim: string, stance: HeldStance): void {
    const [best, ...level] = this.#stances.get(claim) ?? []
    const order = best === undefined ? 1 : compareStances(stance, best)
    if (best === undefined || order > 0) this.#stances.set(claim, [stance])
    else if (order === 0) this.#stances.set(claim, [best, ...level, stance])
  }

  get claims(): Iterable<string> {
    return this.#stances.keys()
  }

  /** The last that the holder took, where it took any of that group. */
  of(claim: string, group: StanceGroup): HeldStance | undefined {
    return this.#stances.get(claim)?.findLast((stance) => stance.group === group)
  }
}

function warnOfHolder(
  holder: string,
  current: Current,
  rivals: (claim: string) => ReadonlySet<string>,
  warnings: ProblemList,
): void {
  const warn = (stances: readonly HeldStance[], message: string) => {
    const [noted] = stances.filter((stance) => 'file' in stance).toSorted((a, b) => compareCurrent(b, a))
    if (noted === undefined) return
    const { file, line, column, record, path } = noted
    warnings.add({ file, line, column, record, path, code: 'POSITIONS_CONTRADICT', message })
  }
  for (const claim of current.claims) {
    const [held, against] = [current.of(claim, 'FOR'), current.of(claim, 'AGAINST')]
    if (held === undefined) continue
    if (against !== undefined)
      warn([against, held], `${show(holder)} holds and rejects ${show(claim)} at the same time`)
    for (const rival of rivals(claim)) {
      const other = current.of(rival, 'FOR')
      // Each pair is met from both sides.
      if (other === undefined || claim > rival) continue
      warn(
        [other, held],
        `${show(holder)} holds both ${show(claim)} and ${show(rival)}, which contradict each other or are alternatives`,
      )
    }
  }
}

function rivalsOf(claim: string, staging: Staging, reader: Reader | undefined): ReadonlySet<string> {
  const rivals = new Set(staging.notedUnder('rival', claim))
  if (staging.find('claim', claim) === undefined) {
    const content = knownContent(staging, reader, 'claim', claim) as RecordOf<'claim'> | undefined // its space holds nothing else
    for (const rival of content === undefined ? [] : rivalsIn(content)) rivals.add(rival)
  }
  return rivals
}

function compareStances(a: HeldStance, b: HeldStance): number {
  return a.weight - b.weight || compareCurrent(a, b)
}

interface Stanced {
  readonly group: StanceGroup
  /** Of its attribution: of a greater one, even the oldest displaces all of a lesser. */
  readonly weight: number
  readonly earliest: string | null
  readonly latest: string | null
}

type NotedStance = Stanced & Place

/** Of the dossiers, which know its place, or of the store. */
type HeldStance = NotedStance | Stanced

// ------------------------------------------------------------------ an actor never used

/** Whoever the store knows already has had a use, or a warning. */
function warnOfUnused(staging: Staging, reader: Reader | undefined, warnings: ProblemList): void {
  for (const { key, file, line, column } of staging.records(['actor'])) {
    if (staging.notedUnder('use', key).length > 0) continue
    if (reader !== undefined && lastChange(reader, 'actor', key) !== undefined) continue
    const message = 'nothing names this actor; use it or take it out'
    warnings.add({ file, line, column, record: `actor ${key}`, path: ['key'], code: 'ACTOR_UNUSED', message })
  }
}
