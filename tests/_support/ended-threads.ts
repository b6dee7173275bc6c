import type { Worker } from 'node:worker_threads'
import SqliteFile from 'better-sqlite3'
import { openStore } from '../../src/store/open.ts'

/** A process that opens a node, and ends every thread that writes its file; or the first one, after which the file cannot be opened. */
const [, , file = '', url = '', becomesNewer] = process.argv
const threads: Worker[] = []
process.on('worker', (thread) => {
  threads.push(thread)
  if (threads.length > 1 && becomesNewer === undefined) thread.once('online', () => void thread.terminate())
})
const store = await openStore({ file, log: { url } })
if (becomesNewer !== undefined)
  new SqliteFile(file).exec("insert into migrations (made_at, hash) values (9999999999999, '')")
void threads[0]?.terminate()
setTimeout(() => store.close(), 60_000)
