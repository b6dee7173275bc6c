import { Option } from 'commander'
import { STORE_DEFAULT } from '../config.ts'

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

/** The end of a command's help. */
export function examples(...lines: readonly string[]): string {
  const heading = lines.length === 1 ? 'Example:' : 'Examples:'
  return `\n${heading}\n${lines.map((line) => `  $ ${line}\n`).join('')}`
}
