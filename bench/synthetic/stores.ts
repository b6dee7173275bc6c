import { createHash } from 'node:crypto'
import { constants, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CONTENT_FORMAT } from '../../src/model/records/canonical-record.ts'
import { PROJECTED_WITH } from '../../src/store/projections/project.ts'
import { ROOT, runNode } from '../load/child.ts'
import { writeDossier } from './dossier-file.ts'
import type { ImportTimes } from '../import-process.ts'

/*
 * Synthetic dossiers, and the stores that a real import makes of them. They are kept in the temporary folder of the system and reused while
 * the number of developments, the seed and a fingerprint stay the same. The fingerprint covers the generator, the migrations and the version
 * of the projections.
 */

/** The files of this folder that determine the content of a dossier. */
const GENERATOR = ['random', 'words', 'world', 'dispute', 'development', 'dossier-file']

export class Stores {
  readonly folder: string
  readonly #seed: number
  readonly #log: (line: string) => void

  constructor(seed: number, log: (line: string) => void) {
    this.#seed = seed
    this.#log = log
    this.folder = join(tmpdir(), 'demarche-bench', fingerprint())
    mkdirSync(this.folder, { recursive: true })
  }

  /** Path of a dossier in NDJSON with this many developments. */
  async dossier(rows: number): Promise<string> {
    const file = join(this.folder, `${rows}-${this.#seed}.ndjson`)
    if (existsSync(file)) return file
    const partial = `${file}.${process.pid}`
    await writeDossier(partial, { rows, seed: this.#seed })
    renameSync(partial, file)
    return file
  }

  /** Path of a store with this many developments. It is shared: never write to it. */
  async filled(rows: number): Promise<string> {
    const file = join(this.folder, `${rows}-${this.#seed}.db`)
    if (existsSync(file)) return file
    const known = existsSync(join(this.folder, `${rows}-${this.#seed}.ndjson`))
    this.#log(`creating a store of ${rows} developments`)
    const dossier = await this.dossier(rows)
    const partial = this.fresh()
    const { whole } = await runNode<ImportTimes>('bench/import-process.ts', [partial, dossier])
    if (!known) rmSync(dossier)
    renameSync(partial, file)
    this.#log(`imported ${rows} developments in ${(whole / 1000).toFixed(0)} s`)
    return file
  }

  /** Path of a copy of such a store, for writing. Call `remove` at the end. */
  async copy(rows: number): Promise<string> {
    const file = this.fresh()
    copyFileSync(await this.filled(rows), file, constants.COPYFILE_FICLONE)
    return file
  }

  /** Path for a new store. Call `remove` at the end. */
  fresh(): string {
    return join(this.folder, `scratch-${process.pid}-${++this.#scratched}.db`)
  }

  #scratched = 0

  remove(file: string): void {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
  }
}

function fingerprint(): string {
  const hash = createHash('sha256').update(`${PROJECTED_WITH} ${CONTENT_FORMAT}`)
  const migrations = join(ROOT, 'migrations')
  for (const name of readdirSync(migrations).filter((each) => each.endsWith('.sql'))) {
    hash.update(readFileSync(join(migrations, name)))
  }
  for (const name of GENERATOR) hash.update(readFileSync(join(import.meta.dirname, `${name}.ts`)))
  return hash.digest('hex').slice(0, 12)
}
