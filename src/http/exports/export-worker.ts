import { parentPort, workerData } from 'node:worker_threads'
import { DemarcheError } from '../../model/errors.ts'
import { exportRecord } from '../../dossier/export/export.ts'
import { openBeside } from '../../store/open.ts'
import { type ExportMessage, PIECES_AHEAD, type ThreadJob } from './export-thread.ts'

/* Runs one export in a thread of its own, with its own connection to the store. */

// `exportInThread` passes it.
const { storeFile, ...job } = workerData as ThreadJob

/** One for each piece that was not taken yet. */
const ahead: Promise<void>[] = []
const takers: (() => void)[] = []
parentPort?.on('message', () => takers.shift()?.())

await run()
parentPort?.close()

async function run(): Promise<void> {
  let store
  try {
    store = await openBeside(storeFile)
    await exportRecord(store, job, write)
    send({ end: true })
  } catch (error) {
    // Any other error ends the thread, and is an error of its caller.
    if (!(error instanceof DemarcheError)) throw error
    send({ refusal: { code: error.code, message: error.message } })
  } finally {
    store?.close()
  }
}

async function write(text: string): Promise<void> {
  if (text === '') return
  if (ahead.length === PIECES_AHEAD) await ahead.shift()
  ahead.push(new Promise((resolve) => takers.push(resolve)))
  const piece = new TextEncoder().encode(text)
  send({ piece }, [piece.buffer])
}

function send(message: ExportMessage, moved: ArrayBuffer[] = []): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of Node has no origin
  parentPort?.postMessage(message, moved)
}
