import type { z } from 'zod'
import { recordDefinitions, type AnyRecord, type RecordKind } from './definitions.ts'
import { referenceFields, type ReferenceSpace } from './fields.ts'

/*
 * Traversals of records that follow their definitions: the references that a record makes, and its fields in the order of the definition.
 * Each traversal is compiled once per kind of record; interpreting the definition for every record would take longer than the record.
 */

/** A path in a record: names of fields and indexes of lists. */
export type Path = readonly (string | number)[]

/** A field that names another record. */
export interface Reference {
  readonly space: ReferenceSpace
  readonly key: string
  readonly path: Path
}

/** Every reference of a valid record, in the order of the definition. Repeated references are repeated. */
export function referencesOf(kind: RecordKind, content: AnyRecord): Reference[] {
  const found: Reference[] = []
  collectors[kind]?.(content, [], found)
  return found
}

/** The same content with its fields in the order of the definition, at every depth. */
export function inFieldOrder<Content extends AnyRecord>(kind: RecordKind, content: Content): Content {
  return sorters[kind]?.(content) as Content // the same members in another order
}

/** The definition without what makes it optional or prepares its input. */
export function bare(definition: z.core.$ZodType): z.core.$ZodType {
  const { def } = (definition as z.core.$ZodTypes)._zod // the union of all of Zod's types, distinguished by `def.type`
  if (def.type === 'optional') return bare(def.innerType)
  return def.type === 'pipe' ? bare(def.out) : definition
}

/** Zod's description of the bare definition. */
export function descriptionOf(definition: z.core.$ZodType): z.core.$ZodTypes['_zod']['def'] {
  return (bare(definition) as z.core.$ZodTypes)._zod.def // as above
}

/** The fields of a definition and of all definitions within it. */
export function namesOfFields(definition: z.core.$ZodType): string[] {
  const def = descriptionOf(definition)
  if (def.type === 'array') return namesOfFields(def.element)
  if (def.type !== 'object') return []
  return Object.entries(def.shape).flatMap(([name, field]) => [name, ...namesOfFields(field)])
}

type Collect = (value: unknown, path: (string | number)[], found: Reference[]) => void

/** Undefined if nothing below the definition is a reference. */
function compileCollector(definition: z.core.$ZodType): Collect | undefined {
  const reference = referenceFields.get(bare(definition) as z.ZodString) // only strings are registered
  if (reference !== undefined) {
    return (value, path, found) => {
      if (typeof value === 'string') found.push({ space: reference.space, key: value, path: [...path] })
    }
  }
  const def = descriptionOf(definition)
  if (def.type === 'array') return collectFromList(compileCollector(def.element))
  return def.type === 'object' ? collectFromFields(def.shape) : undefined
}

function collectFromList(collect: Collect | undefined): Collect | undefined {
  if (collect === undefined) return undefined
  return (value, path, found) => {
    if (!Array.isArray(value)) return
    for (let index = 0; index < value.length; index++) {
      path.push(index)
      collect(value[index], path, found)
      path.pop()
    }
  }
}

function collectFromFields(shape: z.core.$ZodShape): Collect | undefined {
  const fields = Object.entries(shape).flatMap(([name, definition]) => {
    const collect = compileCollector(definition)
    return collect === undefined ? [] : [{ name, collect }]
  })
  if (fields.length === 0) return undefined
  return (value, path, found) => {
    if (typeof value !== 'object' || value === null) return
    for (const { name, collect } of fields) {
      const member: unknown = (value as Record<string, unknown>)[name] // a field of the definition, present or not
      if (member === undefined) continue
      path.push(name)
      collect(member, path, found)
      path.pop()
    }
  }
}

type Sort = (value: unknown) => unknown

const unsorted: Sort = (value) => value

function compileSorter(definition: z.core.$ZodType): Sort {
  const def = descriptionOf(definition)
  if (def.type === 'array') {
    const sort = compileSorter(def.element)
    return sort === unsorted ? unsorted : (value) => (Array.isArray(value) ? value.map(sort) : value)
  }
  if (def.type !== 'object') return unsorted
  const fields = Object.entries(def.shape).map(([name, field]) => ({ name, sort: compileSorter(field) }))
  return (value) => {
    if (typeof value !== 'object' || value === null) return value
    const members = value as Readonly<Record<string, unknown>> // a map of fields
    const sorted: Record<string, unknown> = {}
    for (const { name, sort } of fields) {
      if (members[name] !== undefined) sorted[name] = sort(members[name])
    }
    return sorted
  }
}

type PerKind<Compiled> = Readonly<Record<string, Compiled | undefined>>

const collectors: PerKind<Collect> = Object.fromEntries(
  Object.entries(recordDefinitions).map(([kind, definition]) => [kind, compileCollector(definition)]),
)
const sorters: PerKind<Sort> = Object.fromEntries(
  Object.entries(recordDefinitions).map(([kind, definition]) => [kind, compileSorter(definition)]),
)
