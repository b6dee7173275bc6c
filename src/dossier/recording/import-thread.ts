import { Worker } from 'node:worker_threads'
import { DemarcheError } from '../../model/errors.ts'
import type { Imported } from '../import/import.ts'
import type { RunOptions } from '../import/run.ts'
import { received, type SentError } from '../../store/append.ts'
import type { OpenOptions } from '../../store/open.ts'

/** An import of the text of a dossier. */
export interface ImportJob extends Pick<
  RunOptions,
  'dryRun' | 'correct' | 'overwrite' | 'atomic' | 'note' | 'by' | 'batchSize'
> {
  readonly storeFile: string
  /** The log that the store is a node of, if it is one. */
  readonly log: OpenOptions['log']
  readonly dossier: string
}

export type ImportOutcome = { readonly imported: Imported } | { readonly refusal: SentError }

/** The script of the thread: TypeScript in a checkout, JavaScript in a package. */
const SCRIPT = new URL(`./import-worker${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url)

/**
 * Imports the text of a dossier in a thread of its own, so that reading, checking and appending it block nothing else. The thread ends with
 * the import, or when `signal` aborts. Throws what an import throws, and `DOSSIER_TOO_BIG` if it takes more than `mebibytes` of memory.
 */
export async function importInThread(
  job: ImportJob,
  { signal, mebibytes }: { readonly signal: AbortSignal; readonly mebibytes: number },
): Promise<Imported> {
  const worker = new Worker(SCRIPT, {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: mebibytes },
  })
  const end = () => void worker.terminate()
  signal.addEventListener('abort', end)
  try {
    const outcome = await new Promise<ImportOutcome>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', (error) => reject(describe(error)))
      worker.once('exit', () => reject(new DemarcheError('STOPPING', 'The service stops. Import again once it runs.')))
    })
    if ('imported' in outcome) return outcome.imported
    // The thread opens the node of a service that runs, whose log has been reached before.
    if (outcome.refusal.code === 'MISCONFIGURED')
      throw new DemarcheError('LOG_UNREACHABLE', 'The log cannot be reached. Nothing was recorded. Try again.')
    throw received(outcome.refusal)
  } finally {
    signal.removeEventListener('abort', end)
  }
}

function describe(error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')) return error
  const message = 'The dossier takes too much memory. Split it, or write it as NDJSON.'
  return new DemarcheError('DOSSIER_TOO_BIG', message)
}
