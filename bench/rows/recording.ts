import { setTimeout as pause } from 'node:timers/promises'
import { DemarcheError } from '../../src/model/errors.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { runNode } from '../load/child.ts'
import { median } from '../comparison.ts'
import type { ImportTimes } from '../import-process.ts'
import { recordEvent, recordSource } from '../recording.ts'
import type { Bench, Finding, Row } from '../row.ts'

const MOST = 100_000
/** Milliseconds between two appends. */
const EVERY = 1_000

/** The longest wait of a writer that appends once a second while an import runs. */
export const recording: Row = { name: 'recording', measure }

async function measure({ rows, stores }: Bench): Promise<Finding[]> {
  const size = Math.min(MOST, Math.floor(rows / 5))
  const dossier = await stores.dossier(size)
  const file = stores.fresh()
  const store = await openStore({ file })
  const waits: number[] = []
  let refusals = 0
  try {
    await store.append(recordSource('recorder'))
    const running = new AbortController()
    const importing = runNode<ImportTimes>('bench/import-process.ts', [file, dossier])
    const ended = importing.finally(() => running.abort())
    const recorder = (async () => {
      for (let number = 1; !running.signal.aborted; number++) {
        const start = performance.now()
        refusals += await record(store, `recorder/${number}`)
        waits.push(performance.now() - start)
        await pause(EVERY)
      }
    })()
    const [{ batches }] = await Promise.all([ended, recorder])
    const longest = Math.max(...waits)
    const batch = median(batches)
    return [
      {
        what: `longest of ${waits.length} waits of a recorder while ${size} are imported`,
        comparedWith: 'applying one batch of that import',
        ratio: longest / batch,
        mark: { atMost: 2 },
        detail: `${longest.toFixed(0)} ms, ${batch.toFixed(0)} ms (${batches.length} batches); the usual wait ${median(waits).toFixed(0)} ms; refused ${refusals} times`,
      },
    ]
  } finally {
    store.close()
    stores.remove(file)
  }
}

/** Appends an event, and tries again while the store is busy. Returns the number of refusals. */
async function record(store: Store, key: string): Promise<number> {
  for (let refusals = 0; ; refusals++) {
    try {
      await store.append(recordEvent({ key, source: 'recorder' }))
      return refusals
    } catch (error) {
      if (!(error instanceof DemarcheError) || error.code !== 'STORE_BUSY') throw error
    }
  }
}
