import assert from 'node:assert/strict'
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { text as consume } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { openStore } from '../../src/store/open.ts'
import { startServing } from '../_support/command.ts'
import { event, setting } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'
import type { Proof } from './proof.ts'
import { Readers } from './readers.ts'

const DEMARCHE = fileURLToPath(new URL('../../src/demarche.mjs', import.meta.url))
const RECORDS = 300
const TEN_MINUTES = 600_000

export const together: Proof = {
  name: 'together',
  promise: 'Two services and two imports on one store lose nothing, and both services send the same feed.',
  async prove({ long }) {
    using temporary = temporaryFile()
    const { file } = temporary
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
      // Both hold the shared ones: whichever import comes second finds them there, or is overtaken while it imports.
      const imports = ['a', 'b'].map((side) => {
        const lines = [side, 'shared'].flatMap((owner) =>
          Array.from({ length: RECORDS }, (_, number) =>
            JSON.stringify({ development: event({ event: `ferry/${owner}-${rounds}-${number}` }) }),
          ),
        )
        return new Import(file, `${lines.join('\n')}\n`)
      })
      // Then both have started, and begin to check and to append at once.
      await Promise.all(imports.map((one) => one.hasRead))
      for (const [status, said] of await Promise.all(imports.map((one) => one.end()))) assert.equal(status, 0, said)
      rounds++
    } while (performance.now() < end)
    const counts = await Promise.all([firstReaders, secondReaders].map((readers) => readers.finish(file)))
    assert.deepEqual(counts, [rounds * 3 * RECORDS, rounds * 3 * RECORDS])
    return `${rounds} rounds of two imports: ${counts[0]} changes recorded, 0 lost; the readers of both services saw all in the same order`
  },
}

/** An import of NDJSON from its standard input. */
class Import {
  /** Resolves when it has read all of the text but what a pipe holds. */
  readonly hasRead: Promise<void>
  readonly #process: ChildProcessByStdio<Writable, null, Readable>

  constructor(file: string, text: string) {
    this.#process = spawn(process.execPath, [DEMARCHE, 'import', '-', '--store', file], {
      stdio: ['pipe', 'ignore', 'pipe'],
    })
    this.hasRead = new Promise((resolve) => this.#process.stdin.write(text, () => resolve()))
  }

  /** Its exit status, and what it printed on stderr. */
  async end(): Promise<readonly [status: unknown, said: string]> {
    this.#process.stdin.end()
    const said = await consume(this.#process.stderr)
    if (this.#process.exitCode === null) await once(this.#process, 'exit')
    return [this.#process.exitCode, said]
  }
}
