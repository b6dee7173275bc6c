import fc from 'fast-check'

/** Something wrong that is done to a text. Positions are taken modulo the length of the text, so that every edit fits every text. */
export type Edit =
  | { readonly cut: number; readonly length: number }
  | { readonly insert: string; readonly at: number }
  | { readonly replace: number; readonly by: string }
  | { readonly repeat: number; readonly length: number; readonly times: number }
  | { readonly move: number; readonly length: number; readonly to: number }
  | { readonly end: number }

const position = fc.nat({ max: 1_048_576 })

/** Up to five edits, which insert any of the words of a language, or any byte. */
export function edits(words: readonly string[]): fc.Arbitrary<readonly Edit[]> {
  const inserted = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...words) },
    { weight: 1, arbitrary: fc.nat({ max: 255 }).map((byte) => String.fromCharCode(byte)) },
  )
  const length = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 200 }))
  const edit: fc.Arbitrary<Edit> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ insert: inserted, at: position }) },
    { weight: 3, arbitrary: fc.record({ replace: position, by: inserted }) },
    { weight: 2, arbitrary: fc.record({ cut: position, length }) },
    { weight: 1, arbitrary: fc.record({ repeat: position, length, times: fc.constantFrom(1, 2, 50, 1_000) }) },
    { weight: 1, arbitrary: fc.record({ move: position, length, to: position }) },
    { weight: 1, arbitrary: fc.record({ end: position }) },
  )
  return fc.array(edit, { maxLength: 5 })
}

/** Nothing so many times as often as edits. */
export function sometimes<Value>(all: fc.Arbitrary<readonly Value[]>, never: number): fc.Arbitrary<readonly Value[]> {
  return fc.oneof({ weight: never, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: all })
}

/** The text after the edits. Words that are already part of the text (a field, a number, a string) are replaced as a whole. */
export function edited(text: string, all: readonly Edit[]): string {
  return all.reduce(applyEdit, text)
}

function applyEdit(text: string, edit: Edit): string {
  const at = (index: number) => (text.length === 0 ? 0 : index % text.length)
  if ('cut' in edit) return text.slice(0, at(edit.cut)) + text.slice(at(edit.cut) + edit.length)
  if ('insert' in edit) return text.slice(0, at(edit.at)) + edit.insert + text.slice(at(edit.at))
  if ('replace' in edit) {
    const start = at(edit.replace)
    const [word = ''] = /^(?:\w+|"[^"]*"|.|\s)/.exec(text.slice(start)) ?? []
    return text.slice(0, start) + edit.by + text.slice(start + word.length)
  }
  if ('repeat' in edit) {
    const part = text.slice(at(edit.repeat), at(edit.repeat) + edit.length)
    return text.slice(0, at(edit.repeat)) + part.repeat(edit.times) + text.slice(at(edit.repeat))
  }
  if ('move' in edit) {
    const part = text.slice(at(edit.move), at(edit.move) + edit.length)
    return applyEdit(applyEdit(text, { cut: edit.move, length: edit.length }), { insert: part, at: edit.to })
  }
  return text.slice(0, at(edit.end))
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** Something wrong that is done to a value: the one at an index of all that are nested in it is replaced, removed, wrapped or renamed. */
export interface JsonEdit {
  readonly at: number
  readonly to: OddValue
}

type OddValue = { readonly value: Json } | 'removed' | 'in a list' | 'in an object' | 'renamed' | 'twice'

/** Stands for lists in lists that are too deep to be written by `JSON.stringify`. */
const DEEP = 'TOO DEEP'

/** JSON of a value. */
export function write(value: Json): string {
  return JSON.stringify(value).replaceAll(`"${DEEP}"`, '['.repeat(50_000) + ']'.repeat(50_000))
}

const ODD: readonly Json[] = [
  [null, true, 0, -1, 0.5, -0, 1e308, 2 ** 31, 2 ** 53, '', ' ', '0', 'null', '\u0000', '\ud800', '\u202e', '😀'],
  ['__proto__', 'constructor', 'x'.repeat(70_000), 'toString', '2024-02-30', '2024-01-01/..', '../..', '%', "'; --"],
  [[], {}, [null], [[]], ['', ''], { __typename: 'Query' }, { key: null }, { length: -1 }, { toString: 1 }, DEEP],
  JSON.parse('{"__proto__": {"polluted": true}}') as Json,
].flat()

export const jsonEdits: fc.Arbitrary<readonly JsonEdit[]> = fc.array(
  fc.record({
    at: position,
    to: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...ODD).map((value): OddValue => ({ value })) },
      { weight: 1, arbitrary: fc.constantFrom<OddValue>('removed', 'in a list', 'in an object', 'renamed', 'twice') },
    ),
  }),
  { maxLength: 4 },
)

export function editedJson(value: Json, all: readonly JsonEdit[]): Json {
  return all.reduce<Json>((changed, { at, to }) => {
    let left = at % countValues(changed)
    const visit = (current: Json): Json | undefined => {
      if (left-- === 0) return change(current, to)
      if (Array.isArray(current)) {
        return current.flatMap((item: Json) => {
          const isChanged = left === 0
          const next = visit(item)
          return next === undefined ? [] : isChanged && to === 'twice' ? [next, next] : [next]
        })
      }
      if (!isObject(current)) return current
      const entries = Object.entries(current).flatMap(([name, item]) => {
        const isRenamed = left === 0 && to === 'renamed'
        const next = visit(item)
        return next === undefined ? [] : [[isRenamed ? `${name}s` : name, next] as const]
      })
      return Object.fromEntries(entries)
    }
    return visit(changed) ?? null
  }, value)
}

function change(value: Json, to: OddValue): Json | undefined {
  if (typeof to === 'object') return to.value
  if (to === 'removed') return undefined
  if (to === 'in a list') return [value]
  return to === 'in an object' ? { value } : value
}

function countValues(value: Json): number {
  if (Array.isArray(value)) return 1 + value.reduce((sum: number, item: Json) => sum + countValues(item), 0)
  return isObject(value) ? 1 + Object.values(value).reduce<number>((sum, item) => sum + countValues(item), 0) : 1
}

function isObject(value: Json): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
