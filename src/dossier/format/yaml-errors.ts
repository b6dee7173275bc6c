import { type CST, type ErrorCode, Parser, type YAMLError } from 'yaml'
import { FIELD_NAMES } from './sections.ts'
import type { ProblemCode } from '../../model/problem-codes.ts'

/** A line and a column, both from 1; columns count UTF-16 code units, as editors do. */
export interface Location {
  readonly line: number
  readonly column: number
}

/** Something wrong with the syntax of a text. */
export interface TextProblem extends Location {
  readonly code: ProblemCode
  readonly message: string
}

/** How deep values may nest. */
export const DEEPEST = 50
export const TOO_DEEP = `values are nested more than ${DEEPEST} deep; a dossier needs fewer than ten levels`

/** More syntax errors than these mostly follow from the first ones. */
const ERRORS_SHOWN = 5
/** How many errors are looked at where a text is wrong throughout. */
const ERRORS_READ = 1_000

/**
 * Says what is wrong with a text that is not YAML, and how to mend it. The library's error code and the text around the error decide,
 * never the library's wording. A bracket or quote that is never closed is reported where it opens. Only the first error of each line is
 * reported, and none after an error that leaves open how the rest is to be read.
 */
export function describeYamlErrors(
  text: string,
  errors: readonly YAMLError[],
  locate: (offset: number) => Location,
): TextProblem[] {
  const tooDeep = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION')
  if (tooDeep !== undefined) return [{ ...locate(tooDeep.pos[0]), code: 'NESTED_TOO_DEEP', message: TOO_DEEP }]
  const lines = new Set(errors.slice(0, ERRORS_READ).map(({ pos }) => locate(pos[0]).line))
  for (const find of [findOddSpaces, findMissingSpaces]) {
    const found = find(text, lines)
    if (found.length > 0) return found
  }
  const spans = findSpans(text).filter(({ sign }) => sign !== BLOCK)
  const hints = errors.slice(0, ERRORS_READ).map((error): Hint & { readonly offset: number } => {
    const offset = error.pos[0]
    const context: ErrorContext = { error, text, offset, spans, lineOf: (other) => locate(other).line }
    return { offset, ...(HINTS[error.code] ?? hintAsReported)(context) }
  })
  // In a text indented with tabs, all other errors follow from the tabs.
  const tabs = hints.filter(({ message }) => message === TAB)
  const ordered = (tabs.length > 0 ? tabs : hints)
    .toSorted((a, b) => a.offset - b.offset)
    .filter(({ isGeneric }, index) => index === 0 || isGeneric !== true)
  const last = ordered.findIndex(({ isLast }) => isLast === true)
  const byLine = new Map<number, TextProblem>()
  for (const { message, offset } of last < 0 ? ordered : ordered.slice(0, last + 1)) {
    const location = locate(offset)
    if (!byLine.has(location.line)) byLine.set(location.line, { ...location, code: 'NOT_YAML', message })
  }
  return [...byLine.values()].slice(0, ERRORS_SHOWN)
}

const ODD = String.raw`[\u00AD\u00A0\u1680\u2000-\u200B\u202F\u205F\u2060\u3000\uFEFF]`
const ODD_NAMES: Readonly<Record<string, string>> = {
  '\u00A0': 'no-break space',
  '\u202F': 'narrow no-break space',
  '\u3000': 'ideographic space',
}
const ODD_SPACE = new RegExp(ODD)
/** A field or an item after a space that YAML does not accept. */
const ODD_INDENT = new RegExp(`^ *${ODD}\\s*(?:-|[^\\s:#"']+:)(?:\\s|$)`)
const ODD_AFTER = new RegExp(`^ *(?:- +)?(?:-|[\\w-]+:)${ODD}`)

/**
 * Finds lines with a space that YAML does not accept, such as the no-break space of a web page, where YAML expects spaces: before a field
 * or, on the lines of errors and the lines before them, after a colon or a dash. All other errors of such a text follow from these spaces.
 */
export function findOddSpaces(text: string, linesOfErrors: ReadonlySet<number>): TextProblem[] {
  if (!ODD_SPACE.test(text)) return []
  const isOdd = (line: string, number: number) =>
    ODD_INDENT.test(line) || (isNear(number, linesOfErrors) && ODD_AFTER.test(line))
  return linesOutsideTexts(text, isOdd).map(({ line, number }) => describeOddSpace(line, number, ODD_INDENT.test(line)))
}

/** Whether a line, or the next, has an error. */
function isNear(line: number, linesOfErrors: ReadonlySet<number>): boolean {
  return linesOfErrors.has(line) || linesOfErrors.has(line + 1)
}

interface FoundLine {
  readonly line: string
  /** From 1. */
  readonly number: number
}

/** The first lines that look wrong and are not inside a text of several lines. */
function linesOutsideTexts(text: string, isWrong: (line: string, number: number) => boolean): FoundLine[] {
  const found: FoundLine[] = []
  /** The texts of several lines, from top to bottom. They do not overlap. Searched for only when a line looks wrong. */
  let texts: Span[] | undefined
  let next = 0
  let offset = 0
  for (const [index, line] of text.split('\n').entries()) {
    if (isWrong(line, index + 1)) {
      texts ??= findSpans(text).filter(({ sign }) => TEXT_SIGNS.has(sign))
      while ((texts[next]?.end ?? Infinity) <= offset) next++
      if ((texts[next]?.start ?? Infinity) >= offset) found.push({ line, number: index + 1 })
    }
    if (found.length === ERRORS_SHOWN) break
    offset += line.length + 1
  }
  return found
}

function describeOddSpace(text: string, line: number, isIndent: boolean): TextProblem {
  const column = text.search(ODD_SPACE)
  const odd = text.charAt(column)
  const code = odd.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
  const where = isIndent ? 'this line is indented with' : 'this is'
  const message = `${where} the character U+${code} (${ODD_NAMES[odd] ?? 'not a space in YAML'}); use spaces`
  return { line, column: column + 1, code: 'NOT_YAML', message }
}

/** Text after | or >. */
const BLOCK = '|'
/** The signs of texts whose lines may begin with anything. */
const TEXT_SIGNS: ReadonlySet<string> = new Set(['"', "'", BLOCK])

/** A dash before a field or a bracket. */
const DASH_WITHOUT_SPACE = /^ *(?:- +)*-(?=[\w-]+:(?:\s|$)|[{["'])/
/** A field of a record or of the dossier, and its colon. */
const COLON_WITHOUT_SPACE = new RegExp(`^ *(?:- *)*(?:${[...FIELD_NAMES].join('|')}):(?=[^\\s:/])`)

/** Finds dashes and colons without a space after them. If one is near an error, the errors follow from them. */
function findMissingSpaces(text: string, linesOfErrors: ReadonlySet<number>): TextProblem[] {
  const find = (line: string) => DASH_WITHOUT_SPACE.exec(line)?.[0] ?? COLON_WITHOUT_SPACE.exec(line)?.[0]
  const found = linesOutsideTexts(text, (line) => find(line) !== undefined)
  if (!found.some(({ number }) => isNear(number, linesOfErrors))) return []
  return found.map(({ line, number }) => {
    const before = find(line) ?? ''
    return { line: number, column: before.length, code: 'NOT_YAML', message: spaceAfter(before.slice(-1)) }
  })
}

/** What to say of a dash or a colon. */
export function spaceAfter(sign: string): string {
  return `write a space after ${sign === ':' ? 'the colon' : sign}; without one, YAML reads it as part of a text`
}

interface ErrorContext {
  readonly error: YAMLError
  readonly text: string
  /** Where the library found the error. */
  readonly offset: number
  readonly spans: readonly Span[]
  readonly lineOf: (offset: number) => number
}

interface Hint {
  readonly message: string
  /** Where the mistake was made, if not where the library found the error. */
  readonly offset?: number
  /** How the text after this error is to be read is uncertain. */
  readonly isLast?: true
  /** In the library's words, which help little after another error. */
  readonly isGeneric?: true
}

const QUOTE_IT = 'put the text in quotes, or use >-'
const IF_TEXT = 'if it is text, put it in quotes or use >-'
const TAB = 'this line is indented with a tab; use spaces'

const HINTS: Readonly<Partial<Record<ErrorCode, (context: ErrorContext) => Hint>>> = {
  BAD_ALIAS: ({ text, offset }) => ({ message: `${text.charAt(offset)} is read as an anchor or alias; ${IF_TEXT}` }),
  BAD_COLLECTION_TYPE: hintAtTag,
  BAD_DIRECTIVE: () => ({ message: `a line that starts with % is a YAML directive; remove it, or ${QUOTE_IT}` }),
  BAD_DQ_ESCAPE: ({ text, offset }) => ({
    message: `${text.slice(offset, offset + 2)} is not an escape sequence; write \\\\ for a backslash`,
  }),
  BAD_INDENT: hintAtStructure,
  BAD_SCALAR_START: ({ text, offset }) => ({ message: `text cannot start with ${text.charAt(offset)}; ${QUOTE_IT}` }),
  BLOCK_AS_IMPLICIT_KEY: hintAtColon,
  BLOCK_IN_FLOW: hintAtColon,
  KEY_OVER_1024_CHARS: hintAtColon,
  MISSING_CHAR: hintAtStructure,
  MULTILINE_IMPLICIT_KEY: (context) => (startsLine(context) ? STRAY_LINE : hintAtColon(context)),
  MULTIPLE_DOCS: () => ({ message: 'a second document starts here; a dossier is a single document', isLast: true }),
  NON_STRING_KEY: () => ({ message: 'a field name must be text; put it in quotes' }),
  TAB_AS_INDENT: () => ({ message: TAB }),
  TAG_RESOLVE_FAILED: hintAtTag,
  UNEXPECTED_TOKEN: hintAtToken,
}

const STRAY_LINE: Hint = {
  message:
    'this line is neither a field nor part of the text above; write it as "name: value", or indent it deeper than the field whose text it continues',
  isLast: true,
}

const MISALIGNED: Hint = {
  message: 'this line is not aligned with its neighbours; indent it as they are',
  isLast: true,
}

function hintAsReported({ error }: ErrorContext): Hint {
  const words = `${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`.replaceAll(/\s+/g, ' ')
  return { message: `is not YAML: ${words}; ${IF_TEXT}`, isLast: true, isGeneric: true }
}

function hintAtTag({ text, offset }: ErrorContext): Hint {
  const [tag = '!'] = /^\S{0,40}/.exec(text.slice(offset, offset + 40)) ?? []
  return { message: `${tag} is read as a tag, and tags are not allowed; remove it or, ${IF_TEXT}` }
}

/** Text with a colon in it was read as a field. */
function hintAtColon({ text, offset }: ErrorContext): Hint {
  const [line = '', ...others] = text.slice(offset, offset + 5_000).split('\n')
  if (/^\s*-(?:\s|$)/.test(line)) return MISALIGNED
  if (/^[?:](?:\s|$)/.test(line)) return { message: `${line.charAt(0)} is read as the start of a field; ${IF_TEXT}` }
  const further = others.findIndex(hasColon)
  if (hasColon(line) || further < 0)
    return { message: `a colon and a space make this text a field of its own; ${QUOTE_IT}` }
  const before = [line, ...others.slice(0, further)].join('\n').length + 1
  const indent = /^ */.exec(others[further] ?? '')?.[0].length ?? 0
  return {
    message: `this line continues the text above and has a colon; if it is a field, align it with its neighbours, else ${QUOTE_IT}`,
    offset: offset + before + indent,
  }
}

function hasColon(line: string): boolean {
  return /:(?:\s|$)/.test(line)
}

function startsLine({ text, offset }: ErrorContext): boolean {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).trim() === ''
}

/** Something is missing, or begins in the wrong column. */
function hintAtStructure(context: ErrorContext): Hint {
  const { text, offset, spans, error } = context
  const before = spanBefore(context)
  if (before?.isClosed === false) return hintAtComment(text, before.start, offset) ?? hintAtUnclosed(before)
  const unclosed = spans.findLast(({ sign, isClosed, start }) => sign in CLOSING && !isClosed && start < offset)
  if (unclosed !== undefined) return hintAtComment(text, unclosed.start, offset) ?? hintAtUnclosed(unclosed)
  const next = text.charAt(offset)
  if (next === '#') return { message: `# directly after a value; put a space before a comment or, ${IF_TEXT}` }
  const isInBrackets = spans.some(({ sign, start, end }) => sign in CLOSING && start < offset && offset < end)
  if (error.code === 'MISSING_CHAR' && isInBrackets) {
    if (before !== undefined && !(before.sign in CLOSING)) return hintAtFollowed(before, context)
    return { message: 'a comma is missing before this; add one, or put the text in quotes' }
  }
  if (error.code === 'BAD_INDENT' && (isInBrackets || /[}\]]/.test(next)))
    return { message: 'this line is indented too little; indent it deeper than its field', isLast: true }
  const [line = ''] = text.slice(offset, offset + 5_000).split('\n', 1)
  if (!hasColon(line) && !line.startsWith('- '))
    return hintAtComment(text, 0, offset) ?? (error.code === 'BAD_INDENT' ? MISALIGNED : STRAY_LINE)
  return MISALIGNED
}

/** A text that was cut by ` #` before the error: on the last line before it, or after a bracket that is not closed. */
function hintAtComment(text: string, from: number, offset: number): Hint | undefined {
  const before = text.slice(Math.max(from, offset - 5_000), offset).trimEnd()
  const start = from === 0 ? before.lastIndexOf('\n') + 1 : 0
  const [matched] = /^(?!\s*#)[^"'#]*?\S #[^\s#!]/.exec(before.slice(start).split('\n', 1)[0] ?? '') ?? []
  if (matched === undefined) return undefined
  const sign = Math.max(from, offset - 5_000) + start + matched.length - 2
  return {
    message: `a # after a space starts a comment, which hides the rest of this line; ${IF_TEXT}`,
    offset: sign,
    isLast: true,
  }
}

function hintAtToken(context: ErrorContext): Hint {
  const { text, offset } = context
  const before = spanBefore(context)
  const next = text.charAt(offset)
  if (/[}\]]/.test(next) && (before === undefined || before.sign in CLOSING))
    return { message: `${next} closes nothing; remove it or, ${IF_TEXT}`, isLast: true }
  if (before !== undefined) return hintAtFollowed(before, context)
  if (/^-\s/.test(text.slice(offset, offset + 2)))
    return { message: `- starts a list; start the list on the next line or, ${IF_TEXT}` }
  if (/[|>][^\n]*$/.test(text.slice(Math.max(0, offset - 80), offset)))
    return { message: 'text after | or > starts on the next line, indented; move it there, or put it in quotes' }
  return hintAsReported(context)
}

function hintAtUnclosed({ start, sign }: Span): Hint {
  const remedy =
    sign in CLOSING
      ? `close it with ${CLOSING[sign]} or, ${IF_TEXT}`
      : 'close it, and indent all its lines deeper than the field'
  return { message: `the ${sign} opened here is never closed; ${remedy}`, offset: start, isLast: true }
}

/** Something follows a quoted text, an alias or a bracket that should have been the whole value. */
function hintAtFollowed({ start, end, sign }: Span, { text, offset, lineOf }: ErrorContext): Hint {
  if (sign === '*') return { message: `* is read as an alias, a reference to an anchor; ${IF_TEXT}`, offset: start }
  const isOfManyLines = text.slice(start, end).includes('\n')
  const where = isOfManyLines ? `on line ${lineOf(offset)}` : 'before the text ends'
  const remedy =
    sign === "'"
      ? "write '' for an apostrophe within single quotes, or use >-"
      : sign === '"'
        ? 'write \\" for a quote within double quotes, or use >-'
        : QUOTE_IT
  const message = `the ${sign} opened here is closed ${where}; ${remedy}`
  return { message, offset: start, ...(isOfManyLines ? { isLast: true } : {}) }
}

const CLOSING: Readonly<Record<string, string>> = { '{': '}', '[': ']' }

/** A quoted text, an alias, or a list or map in brackets, as the parser delimits it. */
interface Span {
  readonly start: number
  /** The offset after its last character; infinite for a bracket that is never closed. */
  readonly end: number
  readonly sign: string
  readonly isClosed: boolean
}

/** What ends right before the error, white space aside. */
function spanBefore({ text, offset, spans }: ErrorContext): Span | undefined {
  const trimmed = text.slice(0, offset).trimEnd().length
  return spans.find(({ end }) => end === offset) ?? spans.find(({ end }) => end === trimmed)
}

/** The spans of a text in the order in which they open. */
function findSpans(text: string): Span[] {
  const spans: Span[] = []
  const waiting: unknown[] = [...new Parser().parse(text)]
  for (let token = waiting.pop(); token !== undefined; token = waiting.pop()) {
    if (typeof token !== 'object' || token === null) continue
    if ('type' in token) spans.push(...spanOf(token as CST.Token)) // everything in the syntax tree with a type is a token
    for (const part of Object.values(token)) if (typeof part === 'object') waiting.push(part)
  }
  return spans.toSorted((a, b) => a.start - b.start)
}

function spanOf(token: CST.Token): Span[] {
  if (token.type === 'flow-collection') {
    const { offset: start, source: sign } = token.start
    const closing = token.end.find(({ source }) => source === CLOSING[sign])
    return [
      { start, sign, end: closing === undefined ? Infinity : closing.offset + 1, isClosed: closing !== undefined },
    ]
  }
  if (token.type === 'block-scalar') {
    return [{ start: token.offset, sign: BLOCK, end: token.offset + token.source.length, isClosed: true }]
  }
  if (token.type !== 'single-quoted-scalar' && token.type !== 'double-quoted-scalar' && token.type !== 'alias')
    return []
  const { offset: start, source } = token
  const sign = source.charAt(0)
  return [
    { start, sign, end: start + source.length, isClosed: sign === '*' || (source.length > 1 && source.endsWith(sign)) },
  ]
}
