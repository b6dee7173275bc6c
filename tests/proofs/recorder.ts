import { DemarcheError } from '../../src/model/errors.ts'
import { openStore } from '../../src/store/open.ts'
import { event, planned } from '../_support/planned-changes.ts'

/** What came of a change. */
export interface Recorded {
  /** Null if it was recorded. */
  readonly code: string | null
  /** As read afterwards. */
  readonly head: number
}

/** A process that appends an event for each key that its parent sends, and answers what came of it. */
const store = await openStore({ file: process.argv[2] ?? '' })
process.on('message', (key) => {
  void record(String(key)).then((recorded) => process.send?.(recorded))
})
process.send?.('ready')

async function record(key: string): Promise<Recorded> {
  const code = await store.append({ batches: [[planned('event', event({ event: key }))]], origin: 'API' }).then(
    () => null,
    (error: unknown) => (error instanceof DemarcheError ? error.code : String(error)),
  )
  return { code, head: store.head() }
}
