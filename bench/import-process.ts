import { importDossiers } from '../src/dossier/import/import.ts'
import { openStore } from '../src/store/open.ts'
import type { Store } from '../src/store/store.ts'

/*
 * Imports a dossier as `demarche import` does, and prints `ImportTimes` as JSON: node import-process.ts STORE FILE
 */

export interface ImportTimes {
  readonly records: number
  /** Milliseconds from process start to the last commit. */
  readonly whole: number
  /** Milliseconds from process start until the dossier was read and checked. */
  readonly checkedAfter: number
  /** Milliseconds of each batch: append, project, commit. */
  readonly batches: readonly number[]
  /** Peak memory in bytes. */
  readonly memory: number
}

const [file = '', dossier = ''] = process.argv.slice(2)
const store = await openStore({ file })
const batches: number[] = []
const timed: Store = {
  ...store,
  async append(append) {
    const began = performance.now()
    const appended = await store.append(append)
    batches.push(performance.now() - began)
    return appended
  },
}
let checkedAfter = 0
const imported = await importDossiers(timed, {
  files: [dossier],
  onRead: () => (checkedAfter = performance.now()),
})
const whole = performance.now()
store.close()
if (imported.refused) throw new Error(`the dossier was refused: ${JSON.stringify(imported.problems[0])}`)
const times: ImportTimes = {
  records: imported.records,
  whole,
  checkedAfter,
  batches,
  memory: process.resourceUsage().maxRSS * 1024,
}
process.stdout.write(JSON.stringify(times))
