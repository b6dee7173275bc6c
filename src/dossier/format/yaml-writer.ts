/*
 * Writes the values of records (text, numbers, booleans, lists, maps) as readable YAML 1.2. Long text is folded, and a value that fits in a
 * line is written in one line. Equal values are written alike. Text is written without quotes only if no parser can read it as anything
 * else; a day in a field for dates needs none, because a parser that knows dates reads it as that day.
 */

const WIDTH = 120
const INDENT = 2
/** Longer text is folded over several lines. */
const LONG = 90
/** The fields that hold dates. */
const DATES: ReadonlySet<string> = new Set(['date', 'period', 'published', 'accessed'])

/** Writes a record as an item of a section, with a line feed at the end. */
export function yamlItem(record: object): string {
  const lines = blockMap(record, INDENT * 2)
  return `${' '.repeat(INDENT)}- ${lines.slice(INDENT * 2)}`
}

/** Writes the fields of a map, each on lines of its own. */
function blockMap(map: object, indent: number): string {
  return Object.entries(map)
    .map(([name, value]) => `${' '.repeat(indent)}${name}:${blockValue(value, indent, name)}`)
    .join('')
}

/** Writes what follows a name and a colon: a value on the same line, or lines of its own. */
function blockValue(value: unknown, indent: number, name: string): string {
  if (typeof value === 'string') return ` ${blockText(value, indent, name)}\n`
  const flow = flowValue(value)
  if (flow !== undefined && indent + name.length + 2 + flow.length <= WIDTH) return ` ${flow}\n`
  if (Array.isArray(value)) return `\n${value.map((item) => blockItem(item, indent + INDENT)).join('')}`
  return `\n${blockMap(value as object, indent + INDENT)}` // neither text nor list, and too long for one line
}

function blockItem(item: unknown, indent: number): string {
  const dash = `${' '.repeat(indent)}- `
  if (typeof item === 'string') return `${dash}${blockText(item, indent)}\n`
  const flow = flowValue(item)
  if (flow !== undefined && dash.length + flow.length <= WIDTH) return `${dash}${flow}\n`
  const lines = blockMap(item as object, indent + INDENT) // records hold no lists of lists
  return `${dash}${lines.slice(indent + INDENT)}`
}

/** Writes a value on one line; undefined if it holds text that should be folded. */
function flowValue(value: unknown, name?: string): string | undefined {
  if (typeof value === 'string') return value.length > LONG || value.includes('\n') ? undefined : flowText(value, name)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const parts: string[] = []
  for (const [field, member] of Object.entries(value)) {
    const written = flowValue(member, field)
    if (written === undefined) return undefined
    parts.push(Array.isArray(value) ? written : `${field}: ${written}`)
  }
  return Array.isArray(value) ? `[${parts.join(', ')}]` : `{${parts.join(', ')}}`
}

function flowText(text: string, name?: string): string {
  return isPlain(text, name) && !/[,[\]{}?]/.test(text) ? text : quoted(text)
}

function blockText(text: string, indent: number, name?: string): string {
  if ((text.length > LONG || text.includes('\n')) && isFoldable(text)) return `>-\n${folded(text, indent + INDENT)}`
  return isPlain(text, name) ? text : quoted(text)
}

/** Whether every parser reads the text without quotes as itself, even of YAML 1.1, where `no` means false and `2025-01-01` a day. */
function isPlain(text: string, name = ''): boolean {
  if (!/^[\p{L}\p{N}./(][^\n\t]*$/u.test(text) || UNSAFE.test(text)) return false
  return (
    !/: |:$| #|\s$/.test(text) &&
    !/^(null|true|false|yes|no|on|off|y|n)$/i.test(text) &&
    !/^[.\d][\d._:]*([eExXoObB].*)?$/.test(text) &&
    (DATES.has(name) || !/^\d{4}-\d\d?-\d\d?([Tt\s]|$)/.test(text)) &&
    !/^\.(inf|nan)$/i.test(text)
  )
}

/** JSON is YAML, but for characters that JSON allows and YAML does not: these are escaped. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(new RegExp(UNSAFE, 'gu'), (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
  })
}

/** Line separators and noncharacters, which parsers treat differently. */
const UNSAFE = /[\u0085\u2028\u2029\uFEFF\uFFFE\uFFFF]/u

/** Folding joins lines with single spaces and reads a blank line as a line feed. It would change other white space. */
function isFoldable(text: string): boolean {
  return !UNSAFE.test(text) && !text.includes('\t') && text.split('\n').every((line) => line.trim() === line)
}

function folded(text: string, indent: number): string {
  const margin = ' '.repeat(indent)
  const lines: string[] = []
  for (const [index, paragraph] of text.split('\n').entries()) {
    if (index > 0) lines.push('')
    if (paragraph !== '') lines.push(...wrapped(paragraph, WIDTH - indent).map((line) => margin + line))
  }
  return lines.join('\n')
}

/** Breaks a paragraph at single spaces only, so that folding restores it. */
function wrapped(paragraph: string, width: number): string[] {
  const words = paragraph.split(/(?<! ) (?! )/)
  const lines: string[] = []
  let line = ''
  for (const word of words) {
    if (line === '') line = word
    else if (line.length + 1 + word.length <= width) line += ` ${word}`
    else {
      lines.push(line)
      line = word
    }
  }
  return [...lines, line]
}
