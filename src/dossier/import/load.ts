import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DemarcheError } from '../../model/errors.ts'
import type { Store } from '../../store/store.ts'
import { importDossiers, type Imported } from './import.ts'
import { formatProblem } from '../format/problems.ts'

/**
 * Brings a store up to dossiers before it is served: files, and folders for the dossiers in them. What is in conflict with amendments made
 * by other means is left as it is and comes back among the conflicts. Throws `DOSSIER_REFUSED`, a line for each problem, where anything is
 * wrong; then nothing has been imported.
 */
export async function loadDossiers(store: Store, paths: readonly string[]): Promise<Imported> {
  const files: string[] = []
  for (const path of paths) files.push(...(await filesIn(path)))
  const imported = await importDossiers(store, { files, keepConflicts: true })
  if (imported.problemCount === 0) return imported
  const lines = imported.problems.map(formatProblem)
  const more = imported.problemCount - lines.length
  if (more > 0) lines.push(`… and ${more} more problems`)
  throw new DemarcheError('DOSSIER_REFUSED', lines.join('\n'))
}

const ENDINGS = /\.(ya?ml|json|ndjson|jsonl)$/i

/** A file itself, there or not; of a folder the dossiers right in it, by name. */
async function filesIn(path: string): Promise<string[]> {
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false, // the reading says what is wrong with it
  )
  if (!isFolder) return [path]
  const names = (await readdir(path)).filter((name) => ENDINGS.test(name) && !name.startsWith('.')).toSorted()
  if (names.length === 0)
    throw new DemarcheError('DOSSIER_REFUSED', `${path}: holds no dossier (.yaml, .yml, .json, .ndjson)`)
  return names.map((name) => join(path, name))
}
