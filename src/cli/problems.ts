import type { Checked } from '../dossier/check/check.ts'
import { type DossierProblem, formatProblem } from '../dossier/format/problems.ts'

/** Prints a line for each problem and each warning, and counts those that were not kept. */
export function printProblems(stream: NodeJS.WritableStream, checked: Checked): void {
  printList(stream, '', 'more problem', checked.problems, checked.problemCount)
  printList(stream, 'warning: ', 'more warning', checked.warnings, checked.warningCount)
}

export function printList(
  stream: NodeJS.WritableStream,
  label: string,
  rest: string,
  problems: readonly DossierProblem[],
  total: number,
): void {
  for (const problem of problems) stream.write(`${label}${formatProblem(problem)}\n`)
  if (total > problems.length) stream.write(`… and ${count(total - problems.length, rest)}\n`)
}

/** `1 record`, `2 records`, `0 records` */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
