import assert from 'node:assert/strict'
import { copyFileSync, statSync, truncateSync } from 'node:fs'
import { openStore, rebuildStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { projectedRows } from '../_support/projected-rows.ts'
import { temporaryFile } from '../_support/temporary-store.ts'
import type { Proof } from './proof.ts'

export const tornLog: Proof = {
  name: 'torn-log',
  promise: 'A store whose write-ahead log was cut anywhere opens with exactly the commits before the cut.',
  async prove({ long }) {
    using temporary = temporaryFile()
    const { file } = temporary
    const first = await openStore({ file })
    await first.append({ batches: [setting], origin: 'IMPORT' })
    first.close()
    const store = await openStore({ file })
    const commits = [{ head: store.head(), size: 0 }]
    for (let number = 0; number < 30; number++) {
      const batch = [0, 1].map((one) => planned('event', event({ event: `ferry/event-${number}-${one}` })))
      await store.append({ batches: [batch], origin: 'API' })
      commits.push({ head: store.head(), size: statSync(`${file}-wal`).size })
    }
    const log = logOf(store)
    const whole = statSync(`${file}-wal`).size
    const trials = long ? 200 : 20
    let lost = 0
    for (let trial = 0; trial < trials; trial++) {
      using cut = temporaryFile()
      const at = Math.floor(Math.random() * whole)
      copyFileSync(file, cut.file)
      copyFileSync(`${file}-wal`, `${cut.file}-wal`)
      truncateSync(`${cut.file}-wal`, at)
      const expected = commits.findLast(({ size }) => size <= at)?.head ?? 0
      lost += store.head() - expected
      const torn = await openStore({ file: cut.file })
      assert.equal(torn.head(), expected, `cut at byte ${at} of ${whole}`)
      assert.deepEqual(logOf(torn), log.slice(0, expected))
      const { last } = await torn.append({
        batches: [[planned('place', { key: 'hill', name: 'The Hill' })]],
        origin: 'API',
      })
      assert.equal(last, expected + 1)
      torn.close()
      const rows = projectedRows(cut.file)
      await rebuildStore(cut.file, () => {})
      assert.deepEqual(projectedRows(cut.file), rows)
    }
    store.close()
    return `${trials} cuts: ${trials} exact prefixes of the log, ${lost} changes beyond the cuts, 0 others lost`
  },
}

function logOf(store: Store): unknown[] {
  return store.reader.all('select * from changes order by seq')
}
