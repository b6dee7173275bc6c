/*
 * CSV by RFC 4180: records end with CR LF, and a field with a comma, a quotation mark or a line break is in quotation marks. A spreadsheet runs
 * a text as a formula if it begins like one, so such a text gets an apostrophe before it. The rule can be undone: every text that begins with
 * apostrophes and then like a formula gets one more, and a reader takes one away from every text that begins so.
 */

/** The value of a cell: a text, a number, a list of either, or nothing. An item of a list that is null leaves its place empty. */
export type Cell = string | number | null | undefined | readonly (string | number | null | undefined)[]

/** A column of a table. */
export interface Column<Row> {
  /** Stable: programs find a column by it. */
  readonly name: string
  /** For the documentation, in Markdown. */
  readonly description: string
  readonly cell: (row: Row) => Cell
}

/** The line with the names of the columns. */
export function headerLine(columns: readonly Column<never>[]): string {
  return `${columns.map(({ name }) => field(name)).join(',')}\r\n`
}

export function csvLine<Row>(columns: readonly Column<Row>[], row: Row): string {
  let line = ''
  for (const { cell } of columns) line += `${field(cell(row))},`
  return `${line.slice(0, -1)}\r\n`
}

/** Separates the items of a list. */
const SEPARATOR = '; '

function field(cell: Cell): string {
  if (cell === null || cell === undefined || cell === '') return ''
  if (typeof cell === 'number') return String(cell)
  if (typeof cell === 'string') return quoted(neutral(cell))
  if (cell.length < 2) return field(cell[0])
  const text = cell.join(SEPARATOR)
  return cell.every((item) => typeof item === 'number') ? quoted(text) : quoted(neutral(text))
}

/**
 * How a text begins that a spreadsheet may run, or divide into cells: after white space and characters without width, a sign of a formula in
 * any of its widths, a tab or a line break.
 */
const FORMULA = /^['\s\u200b-\u200f\u2060\ufeff]*[=+\-@\t\r\n\u2212\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]/

function neutral(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text
}

/**
 * A semicolon separates fields for spreadsheets of many languages. White space at an end is dropped by some readers unless it is quoted, and a
 * text such as 007 or 2024-12-25 is read as a number or a date.
 */
const QUOTED = /[",;\r\n\t]|^\s|\s$|^[.\d][\d.e+-]*$/i

function quoted(text: string): string {
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
