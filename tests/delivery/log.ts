import type { AnyRecord } from '../../src/model/records/definitions.ts'
import type { PlannedChange } from '../../src/store/append.ts'
import type { Store } from '../../src/store/store.ts'
import { event, measure, planned, setting } from '../_support/planned-changes.ts'

/** A change, as the log has it. */
export interface Logged {
  readonly seq: number
  /** Whether it is of a reference record, of which nothing else is compared. */
  readonly isReference: boolean
  readonly key: string
  /** As in a filter. */
  readonly kind: string
  readonly revision: number
  readonly isRetraction: boolean
  readonly evidentialStatus: string
}

/** What is asked for, in terms of the log. */
export interface Asked {
  /** CHANGES: every change of a development. ALL_CHANGES: those of reference records too, under any filter. ADDED: each new development. */
  readonly mode: 'CHANGES' | 'ALL_CHANGES' | 'ADDED'
  readonly filter?: Filter
}

export interface Filter {
  readonly kinds?: readonly ('EVENT' | 'MEASURE')[]
  readonly evidentialStatuses?: readonly ('CONTESTED' | 'ESTABLISHED')[]
}

/** All changes, in order. Throws if the log has a gap. */
export function loggedIn(store: { readonly reader: Pick<Store['reader'], 'all'> }): Logged[] {
  const rows = store.reader.all<{ seq: number; space: string; key: string; revision: number; kind: string } & Content>(
    `select seq, space, key, revision, kind, upper(record) as record,
      upper(json_extract(content, '$."evidential-status"')) as status from changes order by seq`,
  )
  for (const [index, { seq }] of rows.entries()) if (seq !== index + 1) throw new Error(`the log has a gap at ${seq}`)
  return rows.map(({ seq, space, key, record, revision, kind, status }) => {
    const isReference = space !== 'development'
    return {
      seq,
      isReference,
      key,
      kind: record,
      revision,
      isRetraction: kind === 'RETRACTED',
      evidentialStatus: status,
    }
  })
}

interface Content {
  readonly record: string
  readonly status: string
}

/**
 * The seqs that a client must have that asked after `start`, by the log alone. What was retracted after it was added may be sent or not:
 * that depends on when it was sent, so it is expected if the client has it.
 */
export function expectedSeqs(
  log: readonly Logged[],
  { mode, filter = {} }: Asked,
  { start, had }: { readonly start: number; readonly had: ReadonlySet<number> },
): number[] {
  const { kinds, evidentialStatuses: statuses } = filter
  const matches = ({ kind, evidentialStatus }: Logged) =>
    (kinds as readonly string[] | undefined)?.includes(kind) !== false &&
    (statuses as readonly string[] | undefined)?.includes(evidentialStatus) !== false
  const before = new Map<string, Logged>()
  const retracted = new Set(log.filter(({ isRetraction }) => isRetraction).map(({ key }) => key))
  const seqs: number[] = []
  for (const logged of log) {
    if (logged.isReference) {
      if (mode === 'ALL_CHANGES' && logged.seq > start) seqs.push(logged.seq)
      continue
    }
    const former = before.get(logged.key)
    before.set(logged.key, logged)
    if (logged.seq <= start) continue
    // Content that no longer matches is sent once more, so that the client learns of it.
    if (mode !== 'ADDED' && (matches(logged) || (former !== undefined && matches(former)))) seqs.push(logged.seq)
    if (mode !== 'ADDED' || former !== undefined || !matches(logged)) continue
    if (!retracted.has(logged.key) || had.has(logged.seq)) seqs.push(logged.seq)
  }
  return seqs
}

/** Events, measures and places that are recorded together. */
interface Batch {
  readonly events: number
  readonly measures: number
  readonly places: number
  readonly summary?: string
}

/** The reference records, and the event that measures answer. */
export const BEGINNING: readonly (readonly PlannedChange[])[] = [setting, [planned('event', event())]]

/** Records at random in a store that has the {@link BEGINNING}. */
export class Writer {
  readonly #store: Store
  /** The latest change of each development that is not retracted. */
  readonly #standing = new Map<string, PlannedChange>()
  #written = 0

  constructor(store: Store) {
    this.#store = store
  }

  async record({ events, measures, places, summary = 'It did so at once.' }: Batch): Promise<void> {
    const times = <Change>(count: number, make: (name: string) => Change) =>
      Array.from({ length: count }, () => make(`record-${++this.#written}`))
    const developments = [
      ...times(events, (name) => planned('event', event({ event: `ferry/${name}`, summary }))),
      ...times(measures, (name) => planned('measure', measure({ measure: `ferry/${name}`, summary }))),
    ]
    const saved = times(places, (key) => planned('place', { key, name: 'Place' }))
    for (const change of developments) this.#standing.set(change.key, change)
    if (developments.length + saved.length > 0)
      await this.#store.append({ batches: [[...saved, ...developments]], origin: 'API' })
  }

  /** Revises or retracts one of those that it recorded. A revision changes whether the development is contested. */
  async change(how: 'revise' | 'retract', which: number): Promise<void> {
    const former = [...this.#standing.values()][which % Math.max(1, this.#standing.size)]
    if (former === undefined) return
    const revision = former.revision + 1
    const { record, key, content } = former
    const evidentialStatus = revision % 2 === 0 ? 'contested' : 'established'
    // Two fields that all kinds have.
    const revised = {
      ...content,
      headline: `The ferry, ${revision}`,
      'evidential-status': evidentialStatus,
    } as AnyRecord
    const change: PlannedChange =
      how === 'retract'
        ? { ...former, kind: 'RETRACTED', revision, note: 'so' }
        : { record, key, kind: 'REVISED', revision, note: 'so', content: revised }
    if (how === 'retract') this.#standing.delete(former.key)
    else this.#standing.set(former.key, change)
    await this.#store.append({ batches: [[change]], origin: 'API' })
  }
}
