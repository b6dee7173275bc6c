import { DemarcheError } from '../errors.ts'

/**
 * One text for one content, so that equal contents are equal bytes and a hash of it means something: object keys sorted by UTF-16 code
 * unit, no white space, absent members and empty lists left out, and an object all of whose members are left out is left out with them.
 * Throws `NOT_CANONICAL` for what no record may hold: NUL, a lone surrogate, a `__proto__` member, a number that is not finite.
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
      if (!Number.isFinite(value)) throw new DemarcheError('NOT_CANONICAL', `${value} is not a finite number`)
      return JSON.stringify(value)
    case 'object':
      return Array.isArray(value) ? writeList(value) : writeObject(value)
    default:
      throw new DemarcheError('NOT_CANONICAL', `a record holds no ${typeof value}`)
  }
}

function writeString(text: string): string {
  if (plain.test(text)) return `"${text}"`
  if (text.includes('\0')) throw new DemarcheError('NOT_CANONICAL', 'a text holds the character NUL')
  if (!text.isWellFormed()) throw new DemarcheError('NOT_CANONICAL', 'a text holds half of a surrogate pair')
  return JSON.stringify(text)
}

function writeList(list: readonly unknown[]): string | undefined {
  if (list.length === 0) return undefined
  return `[${list.map((item) => write(item) ?? '{}').join(',')}]`
}

function writeObject(object: object): string | undefined {
  const members: string[] = []
  // By UTF-16 code unit, as sorting does unless told otherwise.
  for (const name of Object.keys(object).toSorted()) {
    if (name === '__proto__') throw new DemarcheError('NOT_CANONICAL', 'a record has no member __proto__')
    const written = write((object as Readonly<Record<string, unknown>>)[name]) // a name of its own
    if (written !== undefined) members.push(`${writeString(name)}:${written}`)
  }
  return members.length === 0 ? undefined : `{${members.join(',')}}`
}

/** What JSON writes as it stands. */
const plain = /^[ !#-[\]-~]*$/
