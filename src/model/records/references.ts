import type { z } from 'zod'
import { referenceFields, type ReferenceSpace } from './fields.ts'
import { recordDefinitions, type AnyRecord, type RecordKind } from './definitions.ts'

/** A place in a record: names of fields and indexes of lists. */
export type Path = readonly (string | number)[]

/** A field that names another record. */
export interface Reference {
  readonly space: ReferenceSpace
  readonly key: string
  readonly path: Path
}

/** Every reference that a valid record makes, in the order of the definition's fields; one made twice is given twice. */
export function referencesOf(kind: RecordKind, content: AnyRecord): Reference[] {
  const found: Reference[] = []
  walks[kind]?.(content, [], found)
  return found
}

type Walk = (value: unknown, path: (string | number)[], found: Reference[]) => void

/** The definition beneath what makes it optional or prepares its input. */
export function bare(definition: z.core.$ZodType): z.core.$ZodType {
  const { def } = (definition as z.core.$ZodTypes)._zod // the union of all of Zod's own types: the type of `def` tells them apart
  if (def.type === 'optional') return bare(def.innerType)
  if (def.type === 'pipe') return bare(def.out)
  return definition
}

/** Undefined where nothing beneath the definition is a reference. */
function compile(definition: z.core.$ZodType): Walk | undefined {
  const inner = bare(definition)
  const reference = referenceFields.get(inner as z.ZodString) // registered on strings alone
  if (reference !== undefined) return noteReference(reference.space)
  const { def } = (inner as z.core.$ZodTypes)._zod
  if (def.type === 'array') return walkList(compile(def.element))
  if (def.type === 'object') return walkFields(def.shape)
  return undefined
}

function noteReference(space: ReferenceSpace): Walk {
  return (value, path, found) => {
    if (typeof value === 'string') found.push({ space, key: value, path: [...path] })
  }
}

function walkList(walk: Walk | undefined): Walk | undefined {
  if (walk === undefined) return undefined
  return (value, path, found) => {
    if (!Array.isArray(value)) return
    for (let index = 0; index < value.length; index++) {
      path.push(index)
      walk(value[index], path, found)
      path.pop()
    }
  }
}

function walkFields(shape: z.core.$ZodShape): Walk | undefined {
  const fields = Object.entries(shape)
    .map(([name, definition]) => ({ name, walk: compile(definition) }))
    .filter((field): field is { name: string; walk: Walk } => field.walk !== undefined)
  if (fields.length === 0) return undefined
  return (value, path, found) => {
    if (typeof value !== 'object' || value === null) return
    for (const { name, walk } of fields) {
      const member: unknown = (value as Record<string, unknown>)[name] // a field of the definition, present or not
      if (member === undefined) continue
      path.push(name)
      walk(member, path, found)
      path.pop()
    }
  }
}

// Compiled once: a walk over the definitions for every record would cost more than the record.
const walks: Readonly<Record<string, Walk | undefined>> = Object.fromEntries(
  Object.entries(recordDefinitions).map(([kind, definition]) => [kind, compile(definition)]),
)
