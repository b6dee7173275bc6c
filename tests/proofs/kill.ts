import assert from 'node:assert/strict'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { openStore } from '../../src/store/open.ts'
import { demarche, startServing } from '../_support/command.ts'
import { setting } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'
import { developmentsOf } from './logged.ts'
import type { Proof } from './proof.ts'
import { Readers } from './readers.ts'
import { Writers } from './writers.ts'

const WRITERS = 3
const READERS = 20

export const kill: Proof = {
  name: 'kill',
  promise:
    'When the service is killed, no acknowledged change is lost or recorded twice, and no reader misses or repeats one.',
  async prove({ long }) {
    using temporary = temporaryFile()
    const { file } = temporary
    const store = await openStore({ file })
    await store.append({ batches: [setting], origin: 'IMPORT' })
    using readers = new Readers(READERS, encodeFeedCursor(store, setting.length))
    store.close()
    const { stdout: token } = await demarche(['token', 'create', '--scope', 'record', '--store', file])
    using writers = new Writers(WRITERS, token.trim())
    const cycles = long ? 100 : 5
    for (let cycle = 0; cycle < cycles; cycle++) {
      await using serving = await startServing(['--store', file])
      for (const clients of [readers, writers]) clients.serve(serving.url)
      for (let left = 1 + Math.floor(Math.random() * 30); left > 0; left--) await writers.written()
      for (const clients of [readers, writers]) clients.await()
      serving.child.kill('SIGKILL')
    }
    await using serving = await startServing(['--store', file])
    for (const clients of [readers, writers]) clients.serve(serving.url)
    await writers.finish()
    const recorded = developmentsOf(file)
    const { acknowledged, retries } = writers
    assert.deepEqual(recorded.toSorted(), acknowledged.toSorted(), 'the log has not exactly what was acknowledged')
    await readers.finish(file)
    return `${cycles} kills: ${acknowledged.length} changes acknowledged to ${WRITERS} writers, ${retries} mutations sent again: 0 lost, 0 recorded twice; ${READERS} readers (event streams, WebSockets, /feed) connected ${readers.connections} times and saw ${recorded.length} each: 0 gaps, 0 repeats`
  },
}
