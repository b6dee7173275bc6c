import type { ErrorCode } from './error-codes.ts'

/**
 * An error that the caller can act on. `code` is stable and part of the contract. `message` is one line for people that names the problem
 * and the remedy, without internal details. Every other error is a defect and is masked.
 */
export class DemarcheError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = new.target.name
    this.code = code
  }
}

/** An error of a store as a whole. `message` goes to clients too, `asSentence`, and does not name the file; commands print `file` before it. */
export class StoreError extends DemarcheError {
  readonly file: string

  constructor(code: ErrorCode, message: string, options: { readonly file: string; readonly cause?: unknown }) {
    super(code, message, options)
    this.file = options.file
  }
}

/** No record has this key. `nearest` holds the most similar keys. */
export class UnknownKeyError extends DemarcheError {
  readonly kind: string
  readonly key: string
  readonly nearest: readonly string[]

  constructor(kind: string, key: string, nearest: readonly string[], remark = '') {
    const hint = nearest.length > 0 ? `; did you mean ${nearest.join(', ')}?` : remark
    super('UNKNOWN_KEY', `there is no ${kind} "${key}"${hint}`)
    this.kind = kind
    this.key = key
    this.nearest = nearest
  }
}

/** A message or a fragment as clients see it. Commands print those of a store after the name of its file. */
export function asSentence(message: string): string {
  const begun = message.replace(/^[a-z](?=[a-z]*[ ,])/, (letter) => letter.toUpperCase())
  return /[.?!…]$/.test(begun) ? begun : `${begun}.`
}

/** How many characters of a message clients see before `…`, 500 in all. What they sent may be quoted in it. */
export const MESSAGE_MAX = 499

const SHOWN = 60

/** A value as messages show it: strings quoted and shortened, lists and maps by type, other values as they are. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(clip(value))
  if (Array.isArray(value)) return 'a list'
  if (value === undefined || value === null) return 'nothing'
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'a map'
}

/** The text, cut after `max` characters: sixty by default. */
export function clip(text: string, max = SHOWN): string {
  if (text.length <= max) return text
  // Half of a surrogate pair would not be text.
  return `${text.slice(0, max).replace(/[\ud800-\udbff]$/, '')}…`
}

const NAMED = 10

/** The first ten, and how many more there are. */
export function listFirst(items: Iterable<string>): string {
  const all = [...items]
  const more = all.length > NAMED ? ` and ${all.length - NAMED} more` : ''
  return `${all.slice(0, NAMED).join(', ')}${more}`
}

/** The noun with its article: `an event`, `a statement`. */
export function article(noun: string): string {
  return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`
}
