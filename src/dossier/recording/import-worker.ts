import { parentPort, workerData } from 'node:worker_threads'
import { DemarcheError } from '../../model/errors.ts'
import { sent } from '../../store/append.ts'
import { openStore } from '../../store/open.ts'
import { importDossiers } from '../import/import.ts'
import type { ImportJob, ImportOutcome } from './import-thread.ts'

/* Runs one import in a thread of its own, with its own connections to the store. */

// `importInThread` passes it.
const { storeFile, log, dossier, ...options } = workerData as ImportJob

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of Node has no origin
parentPort?.postMessage(await runImport())

async function runImport(): Promise<ImportOutcome> {
  let store
  try {
    // Also for a dry run: `openStoreToRead` would drop the locks that this process has on the store.
    store = await openStore({ file: storeFile, log })
    return { imported: await importDossiers(store, { ...options, files: ['-'], input: [Buffer.from(dossier)] }) }
  } catch (error) {
    // Any other error ends the thread, and is an error of its caller.
    if (!(error instanceof DemarcheError)) throw error
    return { refusal: sent(error) }
  } finally {
    store?.close()
  }
}
