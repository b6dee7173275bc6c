import { type ParsedText, readYaml, withLineFeeds } from './yaml.ts'
import { DEEPEST, type Location, type TextProblem, TOO_DEEP } from './yaml-errors.ts'

/**
 * Reads JSON with the runtime's parser. The YAML reader, which records locations, reads the text again only if a location is
 * requested, or a field is repeated (which the runtime's parser passes over: there are more colons than fields).
 */
export function readJson(raw: string): ParsedText {
  const text = withLineFeeds(raw)
  const { colons, tooDeep } = survey(text)
  if (tooDeep !== undefined) return unread({ ...locationOf(text, tooDeep), code: 'NESTED_TOO_DEEP', message: TOO_DEEP })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return unread(describeJsonError(text))
  }
  if (countFields(value) !== colons) return readYaml(text)
  let located: ParsedText | undefined
  return {
    value,
    problems: [],
    warnings: [],
    isComplete: true,
    // YAML allows no tab before a value that is not in brackets. JSON has tabs between tokens only.
    locate: (path, end) => (located ??= readYaml(text.replaceAll('\t', ' '))).locate(path, end),
  }
}

function unread(problem: TextProblem): ParsedText {
  return { value: undefined, problems: [problem], warnings: [], isComplete: false, locate: () => problem }
}

/** Counts the colons outside of strings, one for each field written, and finds the first bracket that is nested too deep. */
function survey(text: string): { colons: number; tooDeep?: number } {
  let colons = 0
  let open = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at)
    else if (code === COLON) colons++
    else if (code === END_BRACE || code === END_BRACKET) open--
    // The outermost bracket is at depth 0.
    else if ((code === BRACE || code === BRACKET) && open++ > DEEPEST) return { colons, tooDeep: at }
  }
  return { colons }
}

const [QUOTE, COLON, BACKSLASH] = [0x22, 0x3a, 0x5c]
const [BRACE, END_BRACE, BRACKET, END_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d]

/** The offset of the quote that closes a string, or of the end of the text. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1
    while (text.charCodeAt(before) === BACKSLASH) before--
    if ((end - before) % 2 === 1) return end
  }
  return text.length
}

function countFields(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = Array.isArray(value) ? 0 : Object.keys(value).length
  for (const member of Object.values(value)) count += countFields(member)
  return count
}

function locationOf(text: string, offset: number): Location {
  const before = text.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}

/** Where a text stops being JSON, and what JSON allows there. */
function describeJsonError(text: string): TextProblem {
  const { offset, allowed } = findJsonError(text)
  const found = offset < text.length ? `found ${nameCharacter(text.codePointAt(offset) ?? 0)}` : 'the text ends here'
  return { ...locationOf(text, offset), code: 'NOT_JSON', message: `is not JSON: ${found}; allowed: ${allowed}` }
}

function findJsonError(text: string): { offset: number; allowed: string } {
  const open: ('}' | ']')[] = []
  let expected: 'value' | 'name' | 'colon' | 'comma' = 'value'
  let isFirst = false
  let offset = 0
  const skip = (pattern: RegExp): string => {
    pattern.lastIndex = offset
    const [matched = ''] = pattern.exec(text) ?? []
    offset += matched.length
    return matched
  }
  for (;;) {
    skip(/[ \n\r\t]*/y)
    const next = text.charAt(offset)
    const closing = open.at(-1)
    if (next !== '' && next === closing && (expected === 'comma' || isFirst)) {
      open.pop()
      expected = 'comma'
    } else if (expected === 'comma') {
      if (closing === undefined)
        return { offset, allowed: 'nothing after the one value (a file of NDJSON is named .ndjson)' }
      if (next !== ',') return { offset, allowed: `a comma or ${closing}` }
      expected = closing === '}' ? 'name' : 'value'
    } else if (expected === 'colon') {
      if (next !== ':') return { offset, allowed: 'a colon' }
      expected = 'value'
    } else if (next === '"') {
      skip(/"(?:[^"\\\0-\x1f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*/y) // eslint-disable-line no-control-regex
      if (text.charAt(offset) !== '"') return { offset, allowed: 'text that ends with a double quote' }
      expected = expected === 'name' ? 'colon' : 'comma'
    } else if (expected === 'name') {
      return { offset, allowed: 'a name in double quotes' }
    } else if (next === '{' || next === '[') {
      open.push(next === '{' ? '}' : ']')
      expected = next === '{' ? 'name' : 'value'
    } else {
      const start = offset
      if (!/^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(skip(/[^\s,:[\]{}"]*/y)))
        return {
          offset: start,
          allowed: 'a value: text in double quotes, a number, true, false, null, a list or a map',
        }
      expected = 'comma'
      continue
    }
    isFirst = next === '{' || next === '['
    offset++
  }
}

function nameCharacter(code: number): string {
  const isVisible = code > 0x20 && code !== 0x7f
  return isVisible
    ? `"${String.fromCodePoint(code)}"`
    : `the character U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}
