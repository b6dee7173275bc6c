import type { Path } from '../../model/records/references.ts'

/*
 * Finds a place in a JSON text without reading the rest of it: what is not on the way is passed over, bracket by bracket.
 */

/**
 * The offset of what stands at a path, or of the name before it; where it stands nowhere, of what would hold it. The text has to be JSON
 * that gives no name twice in one object.
 */
export function seekInJson(text: string, path: Path, at: 'name' | 'value' = 'value'): number {
  const root = endOfSpace(text, 0)
  let place: Place = { start: root, name: root }
  for (const step of path) {
    const next = typeof step === 'number' ? itemOf(text, place.start, step) : fieldOf(text, place.start, step)
    if (next === undefined) return place.start
    place = next
  }
  return at === 'name' ? place.name : place.start
}

/** Of the quote that ends the string that begins there, or of the end of the text. */
export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end >= 0) {
    let backslashes = 0
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++
    if (backslashes % 2 === 0) return end
    end = text.indexOf('"', end + 1)
  }
  return text.length
}

interface Place {
  readonly start: number
  /** Of the name before it, where it has one. */
  readonly name: number
}

function fieldOf(text: string, object: number, field: string): Place | undefined {
  if (text.charCodeAt(object) !== BRACE) return undefined
  let name = endOfSpace(text, object + 1)
  while (text.charCodeAt(name) === QUOTE) {
    const end = endOfString(text, name) + 1
    const start = endOfSpace(text, endOfSpace(text, end) + 1)
    if (isName(text.slice(name, end), field)) return { start, name }
    name = endOfSpace(text, endOfSpace(text, endOfValue(text, start)) + 1)
  }
  return undefined
}

function itemOf(text: string, list: number, index: number): Place | undefined {
  if (text.charCodeAt(list) !== BRACKET) return undefined
  let start = endOfSpace(text, list + 1)
  if (text.charCodeAt(start) === END_BRACKET) return undefined
  for (let passed = 0; passed < index; passed++) {
    const end = endOfSpace(text, endOfValue(text, start))
    if (text.charCodeAt(end) !== COMMA) return undefined
    start = endOfSpace(text, end + 1)
  }
  return { start, name: start }
}

/** Whether a string as written, in its quotes, is that name. */
function isName(written: string, name: string): boolean {
  return written.includes('\\') ? JSON.parse(written) === name : written.slice(1, -1) === name
}

function endOfValue(text: string, start: number): number {
  let open = 0
  for (let at = start; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at)
        break
      case BRACE:
      case BRACKET:
        open++
        break
      case END_BRACE:
      case END_BRACKET:
        // The bracket of what holds it ends a number or a word.
        if (open === 0) return at
        open--
        break
      case COMMA:
        if (open === 0) return at
        continue
      default:
        continue
    }
    if (open === 0) return at + 1
  }
  return text.length
}

function endOfSpace(text: string, start: number): number {
  let at = start
  for (;;) {
    const code = text.charCodeAt(at)
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at
    at++
  }
}

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c]
const [BRACE, END_BRACE, BRACKET, END_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d]
