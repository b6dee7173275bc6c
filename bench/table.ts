import { isReached, type Finding, type Mark } from './row.ts'

/** A Markdown table of the findings, and the number of marks that were reached. */
export function formatTable(findings: readonly Finding[]): string {
  const lines = findings.map((finding) => [
    finding.what,
    finding.comparedWith,
    finding.ratio.toFixed(2),
    finding.mark === undefined ? '–' : markOf(finding.mark),
    verdictOf(isReached(finding)),
    finding.detail,
  ])
  const table = [['row', 'compared with', 'ratio', 'mark', 'reached', 'measured'], ...lines]
  const widths = table[0]?.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0))) ?? []
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`
  const rule = line(widths.map((width) => '-'.repeat(width)))
  const [head = [], ...body] = table
  const marked = findings.map(isReached).filter((reached) => reached !== undefined)
  const count = `${marked.filter(Boolean).length} of ${marked.length} marks reached.\n`
  return `${line(head)}${rule}${body.map(line).join('')}\n${count}`
}

function markOf(mark: Mark): string {
  return 'atLeast' in mark ? `≥ ${mark.atLeast}` : `≤ ${mark.atMost}`
}

function verdictOf(reached: boolean | undefined): string {
  if (reached === undefined) return ''
  return reached ? 'yes' : 'NO'
}
