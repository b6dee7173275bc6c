import type { ErrorCode, YAMLError } from 'yaml'
import { TOO_DEEP } from './json.ts'
import type { Position } from './location.ts'
import { type Opening, YamlOpenings } from './yaml-openings.ts'

/** Where a text is no YAML of ours. */
export interface YamlSlip extends Position {
  readonly code: string
  readonly message: string
}

/** Slips of the grammar beyond these mostly follow from the ones before. */
const SLIPS_SHOWN = 5
/** Where a text is wrong throughout. */
const LOOKED_AT = 1_000

/**
 * What is wrong with a text, in our words, where the slip was made: what is never closed is told where it opens. The first of each line;
 * nothing after a slip that leaves open how the rest is to be read.
 */
export function describeYamlErrors(
  text: string,
  errors: readonly YAMLError[],
  at: (offset: number) => Position,
): YamlSlip[] {
  const bottomless = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION')
  if (bottomless !== undefined) return [{ ...at(bottomless.pos[0]), code: 'NESTED_TOO_DEEP', message: TOO_DEEP }]
  const openings = new YamlOpenings(text)
  const told: Told[] = []
  for (const error of errors.slice(0, LOOKED_AT)) {
    const offset = error.pos[0]
    const slip: Slip = { error, text, offset, openings, lineOf: (place) => at(place).line }
    told.push({ offset, ...(CURES[error.code]?.(slip) ?? sayAsFound(slip)) })
  }
  const tabs = told.filter(({ message }) => message === TAB)
  const ordered = (tabs.length > 0 ? tabs : told).toSorted((a, b) => a.offset - b.offset)
  const end = ordered.findIndex(({ isLast }) => isLast === true)
  const lines = new Map<number, YamlSlip>()
  for (const { message, offset } of end < 0 ? ordered : ordered.slice(0, end + 1)) {
    const position = at(offset)
    if (!lines.has(position.line)) lines.set(position.line, { ...position, code: 'NOT_YAML', message })
  }
  return [...lines.values()].slice(0, SLIPS_SHOWN)
}

/** What the library found, and what tells the words for it. */
interface Slip {
  readonly error: YAMLError
  readonly text: string
  /** Of the error. */
  readonly offset: number
  readonly openings: YamlOpenings
  readonly lineOf: (offset: number) => number
}

interface Cure {
  readonly message: string
  /** Of the slip, where it is not the error's. */
  readonly offset?: number
  /** Nothing after it is certain. */
  readonly isLast?: true
}

type Told = Cure & { readonly offset: number }

const QUOTE_IT = 'put the text in quotes, or use >-'
const IF_TEXT = 'if it is text, put it in quotes or use >-'
const TAB = 'a tab indents this line; indent with spaces'

/** By the library's codes; what it has one code for is told apart by its words. */
const CURES: Readonly<Partial<Record<ErrorCode, (slip: Slip) => Cure>>> = {
  BAD_ALIAS: ({ text, offset }) => readAs(text.charAt(offset), 'a mark that other places refer to'),
  BAD_COLLECTION_TYPE: sayOfTag,
  BAD_DIRECTIVE: () => ({
    message: `a line that begins with % is an instruction for YAML; take it out, or ${QUOTE_IT}`,
  }),
  BAD_DQ_ESCAPE: ({ text, offset }) => ({
    message: `${text.slice(offset, offset + 2)} means nothing within double quotes; write \\\\ for a backslash`,
  }),
  BAD_INDENT: sayOfIndent,
  BAD_SCALAR_START: ({ text, offset }) => ({
    message: `a text may not begin with ${text.charAt(offset)}; ${QUOTE_IT}`,
  }),
  BLOCK_AS_IMPLICIT_KEY: sayOfColon,
  BLOCK_IN_FLOW: sayOfColon,
  KEY_OVER_1024_CHARS: sayOfColon,
  MISSING_CHAR: sayOfMissing,
  MULTILINE_IMPLICIT_KEY: (slip) => (beginsLine(slip) ? MISPLACED_LINE : sayOfColon(slip)),
  MULTIPLE_DOCS: () => ({ message: 'a second document begins here; a dossier is one document', isLast: true }),
  NON_STRING_KEY: () => ({ message: 'the name of a field is no text; write it in quotes' }),
  TAB_AS_INDENT: () => ({ message: TAB }),
  TAG_RESOLVE_FAILED: sayOfTag,
  UNEXPECTED_TOKEN: sayOfUnexpected,
}

const MISPLACED_LINE: Cure = {
  message:
    'no field begins here; write it as "name: value", or indent it deeper than the field whose text it goes on with',
  isLast: true,
}

const UNEVEN: Cure = {
  message: 'this line begins in another column than the ones it belongs with; indent it as they are',
  isLast: true,
}

function sayAsFound({ error }: Slip): Cure {
  const words = `${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`.replaceAll(/\s+/g, ' ')
  return { message: `is not YAML: ${words}; ${IF_TEXT}`, isLast: true }
}

function sayOfTag({ text, offset }: Slip): Cure {
  const [tag = '!'] = /^\S{0,40}/.exec(text.slice(offset, offset + 40)) ?? []
  return { message: `${tag} is read as a tag, and tags are not allowed; take it out or, ${IF_TEXT}` }
}

function sayOfColon({ error, text, offset }: Slip): Cure {
  const [line = '', ...others] = text.slice(offset, offset + SEEN).split('\n')
  if (error.message.includes('block sequence') || /^-(?:\s|$)/.test(line)) return UNEVEN
  if (/^[?:](?:\s|$)/.test(line)) return readAs(line.charAt(0), 'the beginning of a field')
  const further = others.findIndex(hasColon)
  if (hasColon(line) || further < 0)
    return { message: `a colon and a space make this text a field of its own; ${QUOTE_IT}` }
  const before = [line, ...others.slice(0, further)].join('\n').length + 1
  const indent = /^ */.exec(others[further] ?? '')?.[0].length ?? 0
  return {
    message: `a colon, in a line that goes on with the text above; indent it as its neighbours if it is a field, else ${QUOTE_IT}`,
    offset: offset + before + indent,
  }
}

function beginsLine({ text, offset }: Slip): boolean {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).trim() === ''
}

/** How far a colon is looked for. */
const SEEN = 5_000

function hasColon(line: string): boolean {
  return /:(?:\s|$)/.test(line)
}

function sayOfIndent(slip: Slip): Cure {
  const { error, openings, offset } = slip
  const opening = /end with a/.test(error.message) ? openings.unclosedBefore(offset) : undefined
  if (opening !== undefined) return sayOfUnclosed(opening)
  if (/Flow end indicator|must be sufficiently indented|^Block scalar/.test(error.message))
    return {
      message: 'this line stands too far left; indent it deeper than the field that it belongs to',
      isLast: true,
    }
  return /same column/.test(error.message) ? UNEVEN : sayAsFound(slip)
}

function sayOfMissing(slip: Slip): Cure {
  const { error, openings, offset } = slip
  const { message } = error
  const before = openings.before(offset)
  if (/closing ['"]quote/.test(message) && before !== undefined) return sayOfUnclosed(before)
  if (/end with a/.test(message)) {
    const opening = openings.unclosedBefore(offset)
    if (opening !== undefined) return sayOfUnclosed(opening)
  }
  if (message.startsWith('Missing , ')) {
    const isText = before !== undefined && /['"*]/.test(before.sign)
    return isText
      ? sayOfFollowed(before, slip)
      : { message: 'a comma is missing before this; put one, or put the text in quotes' }
  }
  if (/^Missing ,|^Missing space/.test(message)) return sayAsFound(slip)
  if (message.startsWith('Comments must'))
    return { message: `a # right after a value; put a space before a comment or, ${IF_TEXT}` }
  if (message.startsWith('Implicit map keys')) return MISPLACED_LINE
  return message.startsWith('Sequence item') ? UNEVEN : sayAsFound(slip)
}

function sayOfUnexpected(slip: Slip): Cure {
  const { error, text, openings, offset } = slip
  const { message } = error
  const before = openings.before(offset)
  if (message.endsWith('at node end') && before !== undefined) return sayOfFollowed(before, slip)
  if (message.startsWith('Unexpected block-seq-ind')) {
    return { message: `a - begins a list; begin that on the next line or, ${IF_TEXT}` }
  }
  if (/^(?:Not a YAML token|Block scalar header)/.test(message)) {
    return { message: 'a text after | or > begins on the next line, indented; move it there, or put it in quotes' }
  }
  if (/^Unexpected flow-\w+-end/.test(message)) {
    return {
      message: `${text.charAt(offset)} closes nothing; take it out or, ${IF_TEXT}`,
      isLast: true,
    }
  }
  return sayAsFound(slip)
}

function sayOfUnclosed({ offset, sign }: Opening): Cure {
  const remedy =
    sign in CLOSING
      ? `close it with ${CLOSING[sign]} or, ${IF_TEXT}`
      : `close it, and indent all its lines deeper than the field`
  return { message: `the ${sign} that opens here is not closed; ${remedy}`, offset, isLast: true }
}

const CLOSING: Readonly<Record<string, string>> = { '{': '}', '[': ']' }

/** Of what ends before the text does. */
function sayOfFollowed({ offset, sign, isOfManyLines }: Opening, { offset: end, lineOf }: Slip): Cure {
  if (sign === '*') return { ...readAs('*', 'a reference to what has that mark'), offset }
  const where = isOfManyLines ? `on line ${lineOf(end)}` : `before the text ends`
  const remedy =
    sign === "'"
      ? "write '' for an apostrophe within single quotes, or use >-"
      : sign === '"'
        ? 'write \\" for a quote within double quotes, or use >-'
        : QUOTE_IT
  return {
    message: `the ${sign} that opens here is closed ${where}; ${remedy}`,
    offset,
    ...(isOfManyLines ? { isLast: true } : {}),
  }
}

function readAs(sign: string, what: string): Cure {
  return { message: `a ${sign} here is read as ${what}; ${IF_TEXT}` }
}
