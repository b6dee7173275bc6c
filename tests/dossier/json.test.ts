import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { readJson } from '../../src/dossier/format/json.ts'

interface Placed {
  readonly path: readonly (string | number)[]
  readonly start: number
  readonly name: number
}

/** Writes a value with white space around every token, and returns the place of every value in it. */
function writeSpaced(value: unknown, space: string): { text: string; places: readonly Placed[] } {
  const places: Placed[] = []
  let text = space
  const write = (one: unknown, path: Placed['path'], name = text.length) => {
    places.push({ path, start: text.length, name })
    if (Array.isArray(one)) {
      text += `[${space}`
      for (const [index, item] of one.entries()) {
        if (index > 0) text += `,${space}`
        write(item, [...path, index])
      }
      text += `]${space}`
    } else if (typeof one === 'object' && one !== null) {
      text += `{${space}`
      for (const [index, [field, member]] of Object.entries(one).entries()) {
        if (index > 0) text += `,${space}`
        const before = text.length
        text += `${JSON.stringify(field)}${space}:${space}`
        write(member, [...path, field], before)
      }
      text += `}${space}`
    } else text += `${JSON.stringify(one)}${space}`
  }
  write(value, [])
  return { text, places }
}

/** The offset of a location in a text. */
function offsetOf(text: string, { line, column }: { readonly line: number; readonly column: number }): number {
  const before = text.split('\n').slice(0, line - 1)
  return before.reduce((length, one) => length + one.length + 1, 0) + column - 1
}

it('finds every value and every name where it was written', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom('', ' ', '\n\t '), (value, space) => {
      const { text, places } = writeSpaced(value, space)
      const { locate } = readJson(text)
      for (const { path, start, name } of places) {
        expect(offsetOf(text, locate(path))).toBe(start)
        expect(offsetOf(text, locate(path, 'name'))).toBe(name)
      }
    }),
  )
})

it.each([
  [['a', 'z'], 5],
  [['a', 'b', 2], 10],
  [['a', 'b', 0, 'c'], 11],
  [['z'], 0],
  [[3], 0],
])('finds the last value on the way to %j, which leads nowhere', (path, offset) => {
  expect(readJson('{"a":{"b":[1,2]},"c":{}}').locate(path)).toEqual({ line: 1, column: offset + 1 })
})

it('accepts exactly the JSON that the runtime accepts', () => {
  const broken = fc
    .tuple(
      fc.json(),
      fc.nat(),
      fc.nat(3),
      fc.constantFrom('', ',', ':', '"', '{', '}', '[', ']', '\\', '0', '-', 'x', '\t'),
    )
    .map(([text, at, left, put]) => {
      const offset = at % (text.length + 1)
      return { text: text.slice(0, offset) + put + text.slice(offset + left), offset }
    })
  fc.assert(
    fc.property(broken, ({ text, offset }) => {
      const { problems } = readJson(text)
      const wrong = problems.filter(({ code }) => code === 'NOT_JSON')
      expect(wrong).toHaveLength(isJson(text) ? 0 : 1)
      // Before the change, the text was JSON: a value can end a few characters before it.
      for (const { column } of wrong) expect(column).toBeGreaterThan(offset - 30)
    }),
  )
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
