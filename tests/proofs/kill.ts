import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { openStore } from '../../src/store/open.ts'
import { startServing } from '../_support/command.ts'
import { setting } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'
import { developmentsOf } from './logged.ts'
import type { Proof } from './proof.ts'
import { Readers } from './readers.ts'

const WRITERS = 3
const READERS = 20

export const kill: Proof = {
  name: 'kill',
  promise: 'When service and writers are killed, no acknowledged change is lost, and no reader misses or repeats one.',
  async prove({ long }) {
    using temporary = temporaryFile()
    const { file } = temporary
    const store = await openStore({ file })
    await store.append({ batches: [setting], origin: 'IMPORT' })
    using readers = new Readers(READERS, encodeFeedCursor(store, setting.length))
    store.close()
    const acknowledged: string[] = []
    const cycles = long ? 100 : 5
    const writers = Array.from({ length: WRITERS }, (_, writer) => new Writer(file, `first-${writer}`, acknowledged))
    for (let cycle = 0; cycle < cycles; cycle++) {
      const killed = cycle % WRITERS
      if (cycle > 0) writers[killed] = new Writer(file, `cycle-${cycle}`, acknowledged)
      await using serving = await startServing(['--store', file])
      readers.serve(serving.url)
      await Promise.all(writers.map((writer) => writer.hasWritten))
      await wait(Math.random() * 500)
      readers.await()
      // The next cycle replaces the first of these; the last one ends them all.
      const next = writers.filter((_, writer) => cycle === cycles - 1 || writer === (cycle + 1) % WRITERS)
      serving.child.kill('SIGKILL')
      await Promise.all(next.map((writer) => writer.kill()))
    }
    await using serving = await startServing(['--store', file])
    readers.serve(serving.url)
    const recorded = await readers.finish(file)
    const known = new Set(developmentsOf(file))
    const lost = acknowledged.filter((key) => !known.has(key))
    assert.deepEqual(lost, [], 'acknowledged changes that are lost')
    return `${cycles} kills of a service and of one of ${WRITERS} writers: ${acknowledged.length} changes acknowledged, 0 lost; ${READERS} readers connected ${readers.connections} times and saw ${recorded} each: 0 gaps, 0 repeats`
  },
}

/** A process that appends until it is killed. */
class Writer {
  /** Resolves with its first acknowledgement. */
  readonly hasWritten: Promise<unknown>
  readonly #process: ChildProcess

  constructor(file: string, name: string, acknowledged: string[]) {
    this.#process = fork(new URL('../_support/story-writer.ts', import.meta.url), [file, name, '1000000'], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    // A story writer sends keys.
    this.#process.on('message', (key) => acknowledged.push(key as string))
    this.hasWritten = once(this.#process, 'message')
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL')
    await once(this.#process, 'close')
  }
}
