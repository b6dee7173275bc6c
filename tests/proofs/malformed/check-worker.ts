import { parentPort } from 'node:worker_threads'
import { checkDossiers } from '../../../src/dossier/check/check.ts'

/** Checks the file of each message, and answers what was found, or the error that was thrown. */
parentPort?.on('message', (file: string) => {
  checkDossiers([file]).then(
    (checked) => answer(JSON.stringify(checked)),
    (error: unknown) => answer(`thrown: ${error instanceof Error ? error.stack : String(error)}`),
  )
})

function answer(said: string): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of Node has no origin
  parentPort?.postMessage(said)
}
