import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../../src/store/open.ts'
import { ownLog } from './shared-log.ts'
import type { Store } from '../../src/store/store.ts'

/** A file name in a temporary folder, which is removed at the end of the block. */
export function temporaryFile(name = 'demarche.db'): Disposable & { readonly file: string; readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'demarche-'))
  return {
    folder,
    file: join(folder, name),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** A fresh, migrated store on a temporary file. Its clock changes only when `clock.at` is set. */
export async function openTemporaryStore(): Promise<
  AsyncDisposable & { readonly store: Store; readonly file: string; readonly clock: { at: number } }
> {
  const place = temporaryFile()
  const clock = { at: Date.UTC(2025, 0, 1) }
  const store = await openStore({ file: place.file, now: () => clock.at, pollEvery: 20, ...(await ownLog()) })
  return {
    store,
    file: place.file,
    clock,
    [Symbol.asyncDispose]: async () => {
      store.close()
      place[Symbol.dispose]()
    },
  }
}
