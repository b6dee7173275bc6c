import { existsSync } from 'node:fs'
import { Option } from 'commander'
import { STORE_DEFAULT, storeFileOf } from '../config.ts'
import { DemarcheError } from '../model/errors.ts'

/*
 * What every command shares. A command's file exports `add…(program)`, which declares it and gives it an action. The action returns
 * when its work is done, throws a DemarcheError where it is refused (one line on stderr, status 1), and sets `process.exitCode` itself
 * only where it has already said what is wrong. Data goes to stdout, all else to stderr.
 */

export interface StoreFlag {
  readonly store?: string
}

/** `--store FILE`; where it is left out, the environment says (see `storeFileOf`). */
export function storeOption(): Option {
  return new Option('--store <file>', `the store, a SQLite file (DEMARCHE_STORE, else ${STORE_DEFAULT})`)
}

/** The file of a store that has to be there, for commands that only read or derive. Throws `STORE_MISSING`. */
export function existingStoreFile(flag: string | undefined): string {
  const file = storeFileOf(process.env, flag)
  if (existsSync(file)) return file
  throw new DemarcheError(
    'STORE_MISSING',
    `${file} is not there; look at the name, or make a store with import or serve`,
  )
}

/** The end of a command's help. */
export function examples(...lines: readonly string[]): string {
  const heading = lines.length === 1 ? 'Example:' : 'Examples:'
  return `\n${heading}\n${lines.map((line) => `  $ ${line}\n`).join('')}`
}
