import { formatProblem, type DossierProblem } from '../dossier/format/problems.ts'

interface Found {
  readonly problems: readonly DossierProblem[]
  readonly problemCount: number
  readonly warnings: readonly DossierProblem[]
  readonly warningCount: number
}

/** Problems, a line each; then, apart, the warnings. Those beyond the ones kept are counted. */
export function printProblems(stream: NodeJS.WritableStream, found: Found): void {
  const { problems, problemCount, warnings, warningCount } = found
  for (const problem of problems) stream.write(`${formatProblem(problem)}\n`)
  if (problemCount > problems.length) stream.write(`… and ${problemCount - problems.length} more problems\n`)
  for (const warning of warnings) stream.write(`warning: ${formatProblem(warning)}\n`)
  if (warningCount > warnings.length) stream.write(`… and ${warningCount - warnings.length} more warnings\n`)
}

/** `1 record`, `2 records`, `0 records` */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
