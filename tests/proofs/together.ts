import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { openStore } from '../../src/store/open.ts'
import { demarche, startServing } from '../_support/command.ts'
import { event, setting } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'
import type { Proof } from './proof.ts'
import { Readers } from './readers.ts'

const RECORDS = 300
const TEN_MINUTES = 600_000

export const together: Proof = {
  name: 'together',
  promise: 'Two services and two imports on one store lose nothing, and both services send the same feed.',
  async prove({ long }) {
    using temporary = temporaryFile()
    const { file, folder } = temporary
    const store = await openStore({ file })
    await store.append({ batches: [setting], origin: 'IMPORT' })
    const start = encodeFeedCursor(store, setting.length)
    store.close()
    await using first = await startServing(['--store', file])
    await using second = await startServing(['--store', file])
    using firstReaders = new Readers(2, start)
    firstReaders.serve(first.url)
    using secondReaders = new Readers(2, start)
    secondReaders.serve(second.url)
    const end = performance.now() + (long ? TEN_MINUTES : 0)
    let rounds = 0
    do {
      const dossiers = ['a', 'b'].map((side) => {
        const dossier = join(folder, `${side}.ndjson`)
        const lines = Array.from({ length: RECORDS }, (_, number) =>
          JSON.stringify({ development: event({ event: `ferry/${side}-${rounds}-${number}` }) }),
        )
        writeFileSync(dossier, lines.join('\n'))
        return dossier
      })
      const imported = await Promise.all(dossiers.map((dossier) => demarche(['import', dossier, '--store', file])))
      for (const { status, stderr } of imported) assert.equal(status, 0, stderr)
      rounds++
    } while (performance.now() < end)
    const counts = await Promise.all([firstReaders, secondReaders].map((readers) => readers.finish(file)))
    assert.deepEqual(counts, [rounds * 2 * RECORDS, rounds * 2 * RECORDS])
    return `${rounds} rounds of two imports: ${counts[0]} changes recorded, 0 lost; the readers of both services saw all in the same order`
  },
}
