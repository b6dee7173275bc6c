import { createHash } from 'node:crypto'
import { constants, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CONTENT_FORMAT } from '../src/store/log/entries.ts'
import { DERIVED_WITH } from '../src/store/projections/project.ts'
import { ROOT, runNode } from './child.ts'
import { writeDossier } from './dossier-file.ts'
import type { ImportTimes } from './import-process.ts'

/*
 * Synthetic dossiers and the stores that a real import made of them, kept in the system's folder for temporary files. A store is found again
 * by its number of developments, its seed, and a fingerprint of what makes and derives it: a change of any of these makes another.
 */

/** What a dossier and a store follow from, besides the code that the fingerprint of `DERIVED_WITH` stands for. */
const GENERATOR = ['random', 'words', 'world', 'synthetic-dispute', 'synthetic-development', 'dossier-file']

export class Stores {
  readonly folder: string
  readonly #seed: number
  readonly #tell: (line: string) => void

  constructor(seed: number, tell: (line: string) => void) {
    this.#seed = seed
    this.#tell = tell
    this.folder = join(tmpdir(), 'demarche-bench', fingerprint())
    mkdirSync(this.folder, { recursive: true })
  }

  /** A dossier of so many developments, as NDJSON. */
  async dossier(rows: number): Promise<string> {
    const file = join(this.folder, `${rows}-${this.#seed}.ndjson`)
    if (existsSync(file)) return file
    const partial = `${file}.${process.pid}`
    await writeDossier(partial, { rows, seed: this.#seed })
    renameSync(partial, file)
    return file
  }

  /** A store of so many developments. Nobody may write to it. */
  async filled(rows: number): Promise<string> {
    const file = join(this.folder, `${rows}-${this.#seed}.db`)
    if (existsSync(file)) return file
    const known = existsSync(join(this.folder, `${rows}-${this.#seed}.ndjson`))
    this.#tell(`making a store of ${rows} developments`)
    const dossier = await this.dossier(rows)
    const partial = this.fresh()
    const { whole } = await runNode<ImportTimes>('bench/import-process.ts', [partial, dossier])
    if (!known) rmSync(dossier)
    renameSync(partial, file)
    this.#tell(`imported ${rows} developments in ${(whole / 1000).toFixed(0)} s`)
    return file
  }

  /** A copy of a store of so many developments, to write to. `remove` it. */
  async copy(rows: number): Promise<string> {
    const file = this.fresh()
    copyFileSync(await this.filled(rows), file, constants.COPYFILE_FICLONE)
    return file
  }

  /** The name of a store that is not there yet. `remove` it. */
  fresh(): string {
    return join(this.folder, `scratch-${process.pid}-${++this.#scratched}.db`)
  }

  #scratched = 0

  remove(file: string): void {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
  }
}

function fingerprint(): string {
  const hash = createHash('sha256').update(`${DERIVED_WITH} ${CONTENT_FORMAT}`)
  const migrations = join(ROOT, 'migrations')
  for (const name of readdirSync(migrations).filter((each) => each.endsWith('.sql'))) {
    hash.update(readFileSync(join(migrations, name)))
  }
  for (const name of GENERATOR) hash.update(readFileSync(join(ROOT, 'bench', `${name}.ts`)))
  return hash.digest('hex').slice(0, 12)
}
