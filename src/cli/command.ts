import { existsSync, statSync } from 'node:fs'
import { Option } from 'commander'
import { COMMAND, logUrlOf, STORE_DEFAULT, storeFileOf } from '../config.ts'
import type { Checked } from '../dossier/check/check.ts'
import { type DossierProblem, formatNotShown, formatProblem, type NotShown } from '../dossier/format/problems.ts'
import { DemarcheError } from '../model/errors.ts'
import { validateNote } from '../model/records/validation.ts'
import { redactTokens } from '../model/token.ts'
import { escapeLines } from '../model/text/escape.ts'

/*
 * What all commands share. The file of a command exports `add…(program)`, which declares the command and its action. An action returns when
 * its work is done. If it is refused, it throws a DemarcheError, which is printed on stderr and ends with status 1. It sets
 * `process.exitCode` itself only after it has printed what is wrong. Data goes to stdout, everything else to stderr.
 */

export interface StoreFlag {
  readonly store?: string
}

/** `--store FILE`. Without the flag, see `storeFileOf`. */
export function storeOption(): Option {
  return new Option('--store <file>', `the store, an SQLite file (default: DEMARCHE_STORE or ${STORE_DEFAULT})`)
}

/** The file of an existing store, for commands that create none. Throws `STORE_MISSING`. */
export function existingStoreFile(flag: string | undefined): string {
  const file = storeFileOf(process.env, flag)
  if (!isNewStore(file)) return file
  const found = existsSync(file) ? 'is an empty file' : 'does not exist'
  throw new DemarcheError(
    'STORE_MISSING',
    `${file} ${found}; check the path, or create a store with \`demarche import\``,
  )
}

/** The log that a command works on instead of a store; undefined without DEMARCHE_LOG. Throws `MISCONFIGURED` if both are named. */
export function logUrlBeside(store: string | undefined): string | undefined {
  const url = logUrlOf(process.env)
  if (url === undefined || store === undefined) return url
  throw new DemarcheError(
    'MISCONFIGURED',
    'DEMARCHE_LOG is set, so this concerns the log that all nodes share; leave out --store, or unset DEMARCHE_LOG',
  )
}

/** Whether a store would have to be created: the file does not exist, or is empty. */
export function isNewStore(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0
}

/** The end of a command's help. The lines name the program `demarche`. */
export function examples(...lines: readonly string[]): string {
  const heading = lines.length === 1 ? 'Example:' : 'Examples:'
  return `\n${heading}\n${lines.map((line) => `  $ ${asRun(line)}\n`).join('')}`
}

/** Names commands as the reader runs them: messages name the program `demarche`. */
function asRun(text: string): string {
  return text.replaceAll(/\bdemarche (?=\w)/g, `${COMMAND} `)
}

/**
 * Prints text for people, or JSON. Nothing in it reaches a terminal as a command, and no token of a client is shown. Commands between backticks
 * are named as the reader runs them.
 */
export function print(stream: NodeJS.WritableStream, text: string): void {
  const named = stream === process.stderr ? text.replaceAll(/`demarche [^`\n]*`/g, asRun) : text
  stream.write(redactTokens(escapeLines(named)))
}

/** Prints a line for each problem and each warning, and counts those that were not kept. */
export function printProblems(stream: NodeJS.WritableStream, checked: Checked): void {
  printList(stream, '', 'problem', checked.problems, checked.problemsNotShown)
  printList(stream, 'warning: ', 'warning', checked.warnings, checked.warningsNotShown)
}

export function printList(
  stream: NodeJS.WritableStream,
  label: string,
  noun: string,
  problems: readonly DossierProblem[],
  notShown: readonly NotShown[],
): void {
  for (const problem of problems) print(stream, `${label}${formatProblem(problem)}\n`)
  for (const line of formatNotShown(notShown, noun)) print(stream, `${line}\n`)
}

/** The value of a flag that says why. Throws `MISCONFIGURED`. */
export function checkReason(flag: string, value: string): string {
  const { note, problems } = validateNote(value)
  if (problems[0] === undefined) return note
  throw new DemarcheError('MISCONFIGURED', `${flag} ${problems[0].message}`)
}

/** `1 record`, `2 records`, `0 records` */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** A line for each row, in columns of equal width. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const format = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
  return rows.map((row) => `${format(row).trimEnd()}\n`).join('')
}
