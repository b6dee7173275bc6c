import fc from 'fast-check'
import type { DevelopmentRecord } from '../../src/model/records/definitions.ts'
import type { PlannedChange } from '../../src/store/append.ts'
import type { Store } from '../../src/store/store.ts'
import { type Content, contents, references } from './filter-world.ts'
import type { LoggedChange } from './filter-oracle.ts'
import { planned } from './planned-changes.ts'
import { ARE_NODES } from './shared-log.ts'

export interface RandomHistory {
  readonly references: readonly PlannedChange[]
  /** Batches of changes of developments, in order. */
  readonly batches: readonly (readonly PlannedChange[])[]
}

/** Developments recorded, amended and retracted. */
export function histories(size: {
  crowd?: number
  minLength?: number
  maxLength: number
}): fc.Arbitrary<RandomHistory> {
  const step = fc.record({
    does: fc.constantFrom('record', 'record', 'record', 'amend', 'retract'),
    pick: fc.nat(),
    content: contents(size),
    /** Whether it shares a batch with the step before. */
    joins: fc.boolean(),
  })
  const steps = fc.array(step, { minLength: size.minLength ?? 1, maxLength: size.maxLength, size: 'max' })
  return fc.tuple(references(size), steps).map(([opening, taken]) => {
    const last = new Map<string, PlannedChange>()
    const batches: PlannedChange[][] = []
    for (const { does, pick, content, joins } of taken) {
      const known = [...last.values()]
      const before = does === 'record' ? undefined : known[pick % Math.max(1, known.length)]
      const change = changeOf({ does, before, content, fresh: `development-${last.size}` })
      if (change === null) continue
      last.set(change.key, change)
      const batch = batches.at(-1)
      if (joins && batch !== undefined && batch.every(({ key }) => key !== change.key)) batch.push(change)
      else batches.push([change])
    }
    return { references: opening, batches }
  })
}

function changeOf(step: {
  readonly does: string
  readonly before: PlannedChange | undefined
  readonly content: Content
  readonly fresh: string
}): PlannedChange | null {
  const { does, before, content, fresh } = step
  if (before === undefined) return plan(content(fresh))
  if (before.kind === 'RETRACTED') return null
  const revision = before.revision + 1
  if (does === 'retract') return { ...before, kind: 'RETRACTED', revision, note: 'withdrawn' }
  const change = plan(content(before.key))
  // A development keeps its kind.
  return change.record === before.record ? { ...change, kind: 'REVISED', revision, note: 'better known' } : null
}

function plan(content: DevelopmentRecord): PlannedChange {
  if ('event' in content) return planned('event', content)
  return 'statement' in content ? planned('statement', content) : planned('measure', content)
}

/** Appends a history, several batches per transaction, one second apart. Returns the changes of developments as the log then holds them. */
export async function appendHistory(
  store: Store,
  { references: opening, batches }: RandomHistory,
  clock: { at: number },
  together = 2,
): Promise<LoggedChange[]> {
  await store.append({ batches: [opening], origin: 'IMPORT' })
  const changes: LoggedChange[] = []
  for (let at = 0; at < batches.length; at += together) {
    clock.at += 1_000
    const taken = batches.slice(at, at + together)
    let seq = store.head()
    await store.append({ batches: taken, origin: 'IMPORT' })
    const logged = ARE_NODES ? dateOfHead(store) : clock.at
    for (const change of taken.flat()) changes.push({ seq: ++seq, at: logged, change })
  }
  return changes
}

/** The clock of their log dates what nodes record. */
function dateOfHead(store: Store): number {
  const [last] = store.reader.all<{ at: number }>('select at from changes where seq = @seq', { seq: store.head() })
  if (last === undefined) throw new Error('the log is empty')
  return last.at
}

export function keysOf(changes: readonly LoggedChange[]): string[] {
  return [...new Set(changes.map(({ change }) => change.key))]
}
