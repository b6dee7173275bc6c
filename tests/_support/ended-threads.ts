import type { Worker } from 'node:worker_threads'
import { openStore } from '../../src/store/open.ts'

/** A process that opens a node, and ends every thread that writes its file. */
const [, , file = '', url = ''] = process.argv
const threads: Worker[] = []
process.on('worker', (thread) => {
  threads.push(thread)
  if (threads.length > 1) thread.once('online', () => void thread.terminate())
})
const store = await openStore({ file, log: { url } })
void threads[0]?.terminate()
setTimeout(() => store.close(), 60_000)
