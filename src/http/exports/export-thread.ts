import { Worker } from 'node:worker_threads'
import type { ErrorCode } from '../../model/error-codes.ts'
import { DemarcheError } from '../../model/errors.ts'
import type { ExportJob } from '../../dossier/export/export.ts'

export interface ThreadJob extends ExportJob {
  readonly storeFile: string
}

/** What the thread sends: a piece of the text, its end, or why it ends early. */
export type ExportMessage =
  | { readonly piece: Uint8Array<ArrayBuffer> }
  | { readonly end: true }
  | { readonly refusal: { readonly code: ErrorCode; readonly message: string } }

/** How many pieces the thread may be ahead of what was taken. */
export const PIECES_AHEAD = 2

/** The script of the thread: TypeScript in a checkout, JavaScript in a package. */
const SCRIPT = new URL(`./export-worker${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url)

/** More than any export takes. */
const MEBIBYTES = 256

/**
 * Exports in a thread of its own, with its own connection to the store, and calls `onPiece` for each piece of the text. The thread makes at
 * most {@link PIECES_AHEAD} pieces whose promises are not resolved yet. It ends when `signal` aborts. Resolves at the end of the thread, and
 * throws what an export throws.
 */
export async function exportInThread(
  job: ThreadJob,
  { signal, onPiece }: { readonly signal: AbortSignal; readonly onPiece: (piece: Uint8Array) => Promise<void> },
): Promise<void> {
  const worker = new Worker(SCRIPT, { workerData: job, resourceLimits: { maxOldGenerationSizeMb: MEBIBYTES } })
  const end = () => void worker.terminate()
  signal.addEventListener('abort', end)
  try {
    await new Promise<void>((resolve, reject) => {
      let isComplete = false
      worker.on('message', (message: ExportMessage) => {
        if ('refusal' in message) reject(new DemarcheError(message.refusal.code, message.refusal.message))
        else if ('end' in message) isComplete = true
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
        else onPiece(message.piece).then(() => worker.postMessage('taken'), reject)
      })
      worker.once('error', reject)
      worker.once('exit', () => {
        if (isComplete) resolve()
        else reject(new DemarcheError('STOPPING', 'The export was ended. Export again.'))
      })
    })
  } finally {
    signal.removeEventListener('abort', end)
    await worker.terminate()
  }
}
