import fc from 'fast-check'
import type { PlannedChange } from '../../src/store/append.ts'
import { spaceOf, type AnyRecord } from '../../src/model/records/definitions.ts'
import { event, measure, planned, setting, statement } from './planned-changes.ts'

/** One step of a history. */
export type Step =
  | {
      readonly does: 'record'
      readonly what: 'event' | 'statement' | 'measure'
      readonly variant: number
      readonly fails: boolean
    }
  | {
      readonly does: 'amend'
      readonly pick: number
      readonly variant: number
      readonly corrects: boolean
      readonly fails: boolean
    }
  | { readonly does: 'retract'; readonly pick: number }
  | { readonly does: 'save'; readonly pick: number; readonly variant: number; readonly fails: boolean }
  | { readonly does: 'move'; readonly pick: number; readonly variant: number }

const plain = fc.oneof(
  fc.record({
    does: fc.constant('record' as const),
    what: fc.constantFrom('event', 'statement', 'measure'),
    variant: fc.nat(),
    fails: fc.boolean(),
  }),
  fc.record({
    does: fc.constant('amend' as const),
    pick: fc.nat(),
    variant: fc.nat(),
    corrects: fc.boolean(),
    fails: fc.boolean(),
  }),
  fc.record({ does: fc.constant('retract' as const), pick: fc.nat() }),
  fc.record({ does: fc.constant('save' as const), pick: fc.nat(), variant: fc.nat(), fails: fc.boolean() }),
)
const move = fc.record({ does: fc.constant('move' as const), pick: fc.nat(), variant: fc.nat() })
const length = { minLength: 5, maxLength: 40 }

/** Records, revisions, corrections, retractions, reference records saved again, and appends that must be rolled back. */
export const histories: fc.Arbitrary<readonly Step[]> = fc.array(plain, length)

/** The same with disputes, claims and demands that come to refer to records that enter after them. */
export const movingHistories: fc.Arbitrary<readonly Step[]> = fc.array(fc.oneof(plain, move), length)

/** Turns steps into appends. Keeps the current records in a plain list. */
export class Historian {
  readonly #standing = new Map<string, PlannedChange>(setting.map((change) => [markOf(change), change]))
  #recorded = 0
  #entered = 0

  /** The first batch of the history. */
  readonly opening: readonly PlannedChange[] = setting

  /** The batch of a step, and whether it must be refused; null if no record fits the step. */
  plan(step: Step): { readonly batch: readonly PlannedChange[]; readonly refused: boolean } | null {
    const change = this.#change(step)
    if (change === null) return null
    const refused = 'fails' in step && step.fails
    if (refused) return { batch: [change, dangling], refused }
    const batch = step.does === 'move' ? [...entering(this.#entered++), change] : [change]
    for (const each of batch) this.#standing.set(markOf(each), each)
    if (step.does === 'record') this.#recorded++
    return { batch, refused }
  }

  #change(step: Step): PlannedChange | null {
    switch (step.does) {
      case 'record': {
        const content = developmentOf(step.what, `ferry/${step.what}-${this.#recorded}`, step.variant)
        return planned(step.what, content)
      }
      case 'amend': {
        const last = this.#pick(
          step.pick,
          (change) => spaceOf(change.record) === 'development' && change.kind !== 'RETRACTED',
        )
        if (last === null || last.record === 'actor' || !isDevelopmentKind(last.record)) return null
        const content = developmentOf(last.record, last.key, step.variant)
        const kind = step.corrects ? 'CORRECTED' : 'REVISED'
        return planned(last.record, content, { kind, revision: last.revision + 1, note: `variant ${step.variant}` })
      }
      case 'retract': {
        const last = this.#pick(
          step.pick,
          (change) => spaceOf(change.record) === 'development' && change.kind !== 'RETRACTED',
        )
        return last === null ? null : { ...last, kind: 'RETRACTED', revision: last.revision + 1, note: 'withdrawn' }
      }
      case 'save':
      case 'move': {
        const moves = step.does === 'move'
        const last = this.#pick(step.pick, ({ record }) =>
          moves ? MOVABLE.has(record) : spaceOf(record) !== 'development',
        )
        if (last === null) return null
        const content = savedAgain(last, step.variant, moves ? enteringKeys(this.#entered) : undefined)
        return planned(last.record, content, { kind: 'REVISED', revision: last.revision + 1 })
      }
    }
  }

  #pick(pick: number, among: (change: PlannedChange) => boolean): PlannedChange | null {
    const candidates = [...this.#standing.values()].filter(among)
    return candidates[pick % Math.max(1, candidates.length)] ?? null
  }
}

const MOVABLE: ReadonlySet<string> = new Set(['dispute', 'claim', 'demand'])

const enteringKeys = (count: number) => ({ actor: `actor-${count}`, dispute: `dispute-${count}` })

/** An actor and a dispute that no earlier record can refer to. */
function entering(count: number): readonly PlannedChange[] {
  const { actor, dispute } = enteringKeys(count)
  return [
    planned('actor', { key: actor, name: 'Newland', kind: 'state' }),
    planned('dispute', { key: dispute, title: 'New', summary: 'It is new.', period: '2024', parties: [actor] }),
  ]
}

/** Another content for a reference record of the same kind, which refers to an actor and a dispute. */
function savedAgain(
  { record, key }: PlannedChange,
  variant: number,
  { actor, dispute } = { actor: 'south', dispute: 'ferry' },
): AnyRecord {
  const some = <Item>(items: readonly Item[]) => items.slice(0, variant % (items.length + 1))
  switch (record) {
    case 'place':
      return { key, name: `Place ${variant}`, identifiers: variant % 2 === 0 ? {} : { geonames: String(variant) } }
    case 'source':
      return {
        key,
        title: `Title ${variant}`,
        language: 'en',
        reliability: 'C',
        ...(variant % 2 === 0 ? {} : { outlet: 'north' }),
      }
    case 'dispute':
      return {
        key,
        title: `Title ${variant}`,
        summary: 'Changed.',
        period: '2024',
        parties: [actor, ...some(['north'])],
        phases: some([{ label: 'First', date: '2024', summary: 'It began.', sources: ['gazette'] }]),
        precedents: some(['ferry']),
      }
    case 'claim':
      return {
        key,
        dispute,
        proposition: `Proposition ${variant}`,
        relations: some([{ relation: 'refines', claim: 'ferry/sunk', sources: ['gazette'] }]),
      }
    case 'demand':
      return {
        key,
        dispute,
        text: `Text ${variant}`,
        remedy: 'release',
        'made-by': [actor, ...some(['north'])],
        addressees: some(['north']),
      }
    default:
      return {
        key,
        name: `Name ${variant}`,
        kind: 'state',
        aliases: some([`Alias ${variant}`, 'Bakıda']),
        affiliations: some([{ to: 'south', relation: 'organ-of', sources: ['gazette'] }]),
        identifiers: variant % 2 === 0 ? {} : { wikidata: `Q${variant}` },
      }
  }
}

const dangling = planned('event', event({ event: 'ferry/dangling', places: ['nowhere'] }))
const dates = [
  '2024-12-31',
  '2025-01~',
  '[2024-12-25..2025-02-10]',
  '2025-01-05/..',
  '../2025-01',
  '2024-12-25T06:28:00Z',
  '2024',
]

function developmentOf(what: 'event' | 'statement' | 'measure', key: string, variant: number) {
  const date = dates[variant % dates.length] ?? '2025'
  const disputes = variant % 3 === 0 ? [] : ['ferry']
  const headline = `Bakıda ${what} ${variant}`
  const participants = variant % 2 === 0 ? [] : [{ actor: 'south', role: 'affected' as const }]
  if (what === 'event') return event({ event: key, date, disputes, headline, participants })
  if (what === 'measure') return measure({ measure: key, date, disputes, headline, participants, links: [] })
  return statement({
    statement: key,
    date,
    disputes,
    headline,
    participants,
    ...(variant % 5 === 0 ? { quotes: [], positions: [] } : {}),
  })
}

function isDevelopmentKind(record: PlannedChange['record']): record is 'event' | 'statement' | 'measure' {
  return record === 'event' || record === 'statement' || record === 'measure'
}

function markOf(change: PlannedChange): string {
  return `${spaceOf(change.record)} ${change.key}`
}
