import { DemarcheError } from '../errors.ts'

/**
 * The canonical JSON of a value: equal values give equal bytes. Keys are sorted by UTF-16 code unit; white space, absent members, empty
 * lists and objects without members are left out. Throws `NOT_CANONICAL` for what no record may contain: NUL, a lone surrogate, a member
 * `__proto__`, or a number that is not finite.
 */
export function canonicalJson(value: unknown): string {
  return write(value) ?? '{}'
}

function write(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined
  switch (typeof value) {
    case 'string':
      return writeString(value)
    case 'boolean':
      return String(value)
    case 'number':
      if (!Number.isFinite(value)) throw notCanonical(`${value} is not a finite number`)
      return JSON.stringify(value)
    case 'object':
      return Array.isArray(value) ? writeList(value) : writeObject(value)
    default:
      throw notCanonical(`a record cannot contain a ${typeof value}`)
  }
}

function writeString(text: string): string {
  if (UNESCAPED.test(text)) return `"${text}"`
  if (text.includes('\0')) throw notCanonical('a text contains the character NUL')
  if (!text.isWellFormed()) throw notCanonical('a text contains half of a surrogate pair')
  return JSON.stringify(text)
}

function writeList(list: readonly unknown[]): string | undefined {
  return list.length === 0 ? undefined : `[${list.map((item) => write(item) ?? '{}').join(',')}]`
}

function writeObject(object: object): string | undefined {
  const members: string[] = []
  // The default order of toSorted is by UTF-16 code unit.
  for (const name of Object.keys(object).toSorted()) {
    if (name === '__proto__') throw notCanonical('a record cannot contain a member __proto__')
    const written = write((object as Readonly<Record<string, unknown>>)[name]) // one of its own keys
    if (written !== undefined) members.push(`${writeString(name)}:${written}`)
  }
  return members.length === 0 ? undefined : `{${members.join(',')}}`
}

function notCanonical(message: string): DemarcheError {
  return new DemarcheError('NOT_CANONICAL', message)
}

/** Texts that JSON does not escape. */
const UNESCAPED = /^[ !#-[\]-~]*$/

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The items of a list, and none for anything else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
