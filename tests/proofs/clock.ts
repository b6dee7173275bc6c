import assert from 'node:assert/strict'
import { openStore } from '../../src/store/open.ts'
import { seqAt } from '../../src/store/queries/changes.ts'
import { planned } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'
import type { Proof } from './proof.ts'

const HOUR = 3_600_000

/** What the clock shows before each change: set back an hour, across a leap day, and past the end of 32-bit seconds. */
const INSTANTS = [
  Date.UTC(2025, 2, 30, 2),
  Date.UTC(2025, 2, 30, 2) - HOUR,
  Date.UTC(2025, 2, 30, 1, 30),
  Date.UTC(2028, 1, 28, 23, 59, 59, 999),
  Date.UTC(2028, 1, 29, 12),
  Date.UTC(2028, 1, 29, 12) - HOUR,
  Date.UTC(2028, 2, 1),
  Date.UTC(2038, 0, 19, 3, 14, 7, 999),
  Date.UTC(2038, 0, 19, 3, 14, 8),
  Date.UTC(2038, 0, 19, 3, 14, 8) - HOUR,
  Date.UTC(2106, 1, 7, 6, 28, 16),
]

export const clock: Proof = {
  name: 'clock',
  promise: 'Whatever the clock does, the order of changes and the times at which they were recorded agree.',
  async prove() {
    using temporary = temporaryFile()
    let now = INSTANTS[0] ?? 0
    for (const [index, instant] of INSTANTS.entries()) {
      now = instant
      // Opened anew each time, as after a restart with a wrong clock.
      const store = await openStore({ file: temporary.file, now: () => now })
      await store.append({ batches: [[planned('place', { key: `place-${index}`, name: 'Place' })]], origin: 'API' })
      store.close()
    }
    const store = await openStore({ file: temporary.file })
    const logged = store.reader.all<{ seq: number; at: number }>('select seq, at from changes order by seq')
    let latest = 0
    let behind = 0
    for (const [index, { seq, at }] of logged.entries()) {
      if ((INSTANTS[index] ?? 0) < latest) behind++
      latest = Math.max(latest, INSTANTS[index] ?? 0)
      assert.deepEqual({ seq, at }, { seq: index + 1, at: latest })
    }
    assert.equal(logged.length, INSTANTS.length)
    for (const { at } of logged) {
      const known = logged.filter((change) => change.at <= at).length
      assert.equal(seqAt(store.reader, at), known)
    }
    store.close()
    return `${INSTANTS.length} changes, ${behind} of them with the clock behind the change before: 0 out of order`
  },
}
