import type { DevelopmentRecord, RecordKind, RecordOf } from '../../src/model/records/definitions.ts'
import { developmentKeyOf } from '../../src/model/records/derived-fields.ts'
import type { PlannedChange } from '../../src/store/append.ts'
import { planned } from './planned-changes.ts'
import type { RandomDossier } from './random-dossier.ts'

/** One step of a history: a development is recorded, takes the content of another one of its kind, or is retracted. */
export interface Turn {
  /** Index of the development in the dossier. */
  readonly pick: number
  /** Index, among those of its kind, of the development whose content it takes. */
  readonly take: number
  readonly retracts: boolean
  /** Whether it shares a batch with the step before. */
  readonly joins: boolean
}

export interface DossierHistory {
  /** The reference records, which never change, then the developments. */
  readonly batches: readonly (readonly PlannedChange[])[]
  /** By the root field that takes them as an argument. */
  readonly keys: Readonly<Record<string, readonly string[]>>
}

/** Records, amends and retracts developments of a dossier. References to developments that are not yet recorded are left out. */
export function historyOf(dossier: RandomDossier, turns: readonly Turn[]): DossierHistory {
  const batches: PlannedChange[][] = []
  const last = new Map<string, PlannedChange>()
  for (const { pick, take, retracts, joins } of turns) {
    const change = changeOf(dossier, last, { pick, take, retracts })
    if (change === null) continue
    const batch = batches.at(-1)
    if (joins && batch !== undefined && batch.every(({ key }) => key !== change.key)) batch.push(change)
    else batches.push([change])
    last.set(change.key, change)
  }
  const keysOf = (records: readonly { readonly key: string }[]) => records.map(({ key }) => key)
  return {
    batches: [referencesOf(dossier), ...batches],
    keys: {
      actor: keysOf(dossier.actors),
      dispute: keysOf(dossier.disputes),
      claim: keysOf(dossier.claims),
      demand: keysOf(dossier.demands),
      development: dossier.developments.map(developmentKeyOf),
    },
  }
}

function referencesOf(dossier: RandomDossier): PlannedChange[] {
  const all = <Kind extends RecordKind>(kind: Kind, records: readonly RecordOf<Kind>[]) =>
    records.map((record) => planned(kind, record))
  return [
    ...all('actor', dossier.actors),
    ...all('place', dossier.places),
    ...all('source', dossier.sources),
    ...all('dispute', dossier.disputes),
    ...all('claim', dossier.claims),
    ...all('demand', dossier.demands),
  ]
}

function changeOf(
  { developments }: RandomDossier,
  last: ReadonlyMap<string, PlannedChange>,
  { pick, take, retracts }: Omit<Turn, 'joins'>,
): PlannedChange | null {
  const picked = developments[pick % Math.max(1, developments.length)]
  if (picked === undefined) return null
  const key = developmentKeyOf(picked)
  const before = last.get(key)
  if (before?.kind === 'RETRACTED') return null
  if (before !== undefined && retracts) {
    return { ...before, kind: 'RETRACTED', revision: before.revision + 1, note: 'withdrawn' }
  }
  const kind = kindOf(picked)
  const alike = developments.filter((other) => kindOf(other) === kind)
  const { retract: _, ...content } = alike[take % alike.length] ?? picked
  const known = { ...content, [kind]: key, ...onlyKnown(content, key, last) } as DevelopmentRecord // of the same kind
  const revision = (before?.revision ?? 0) + 1
  return planned(kind, known as RecordOf<typeof kind>, {
    kind: before === undefined ? 'RECORDED' : 'REVISED',
    revision,
    ...(before === undefined ? {} : { note: 'better known' }),
  })
}

function onlyKnown(content: DevelopmentRecord, key: string, last: ReadonlyMap<string, PlannedChange>) {
  return {
    links: (content.links ?? []).filter(({ development }) => development !== key && last.has(development)),
    'status-changes': (content['status-changes'] ?? []).filter(({ measure }) => measure !== key && last.has(measure)),
  }
}

function kindOf(content: DevelopmentRecord): 'event' | 'statement' | 'measure' {
  return 'event' in content ? 'event' : 'statement' in content ? 'statement' : 'measure'
}
