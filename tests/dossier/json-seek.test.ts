import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { seekInJson } from '../../src/dossier/format/json-seek.ts'

interface Placed {
  readonly path: readonly (string | number)[]
  readonly start: number
  readonly name: number
}

/** Writes a value with that space around everything, and tells where everything stands. */
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

it('finds everything where it was written', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom('', ' ', '\n\t '), (value, space) => {
      const { text, places } = writeSpaced(value, space)
      for (const { path, start, name } of places) {
        expect(seekInJson(text, path)).toBe(start)
        expect(seekInJson(text, path, 'name')).toBe(name)
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
])('stops at %j where its holder begins when it stands nowhere', (path, offset) => {
  expect(seekInJson('{"a":{"b":[1,2]},"c":{}}', path)).toBe(offset)
})
