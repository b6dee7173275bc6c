/** The rows of a table by RFC 4180, or with another end of a row. Throws for what the standard does not allow. */
export function parseCsv(text: string, rowEnd: '\r\n' | '\n' = '\r\n'): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  const field = new RegExp(`(?:"((?:[^"]|"")*)"|([^",\\r\\n]*))(,|${rowEnd})`, 'gy')
  while (field.lastIndex < text.length) {
    const at = field.lastIndex
    const match = field.exec(text)
    if (match === null) throw new Error(`not CSV: ${JSON.stringify(text.slice(at, at + 80))}`)
    const [, quoted, plain, end] = match
    row.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  if (row.length > 0) throw new Error('the last row has no end')
  return rows
}

/** The rows below the header, each by the names of its columns. */
export function parseTable(text: string): Record<string, string>[] {
  const [header = [], ...rows] = parseCsv(text)
  return rows.map((row) => {
    if (row.length !== header.length) throw new Error(`a row has ${row.length} fields, not ${header.length}`)
    return Object.fromEntries(header.map((name, index) => [name, row[index] ?? '']))
  })
}
