import type { z } from 'zod'
import { bare } from './references.ts'
import { recordDefinitions, type AnyRecord, type RecordKind } from './definitions.ts'

/** The same content with its fields in the order of the definition, as people write them, at every depth. */
export function inFieldOrder<Content extends AnyRecord>(kind: RecordKind, content: Content): Content {
  return orders[kind]?.(content) as Content // the same members, in another order
}

type Order = (value: unknown) => unknown

const asItIs: Order = (value) => value

function compile(definition: z.core.$ZodType): Order {
  const { def } = (bare(definition) as z.core.$ZodTypes)._zod // the union of all of Zod's own types: `def.type` tells them apart
  if (def.type === 'array') {
    const order = compile(def.element)
    return order === asItIs ? asItIs : (value) => (Array.isArray(value) ? value.map(order) : value)
  }
  return def.type === 'object' ? orderFields(def.shape) : asItIs
}

function orderFields(shape: z.core.$ZodShape): Order {
  const fields = Object.entries(shape).map(([name, definition]) => ({ name, order: compile(definition) }))
  return (value) => {
    if (typeof value !== 'object' || value === null) return value
    const members = value as Readonly<Record<string, unknown>> // a map of fields
    const ordered: Record<string, unknown> = {}
    for (const { name, order } of fields) {
      if (members[name] !== undefined) ordered[name] = order(members[name])
    }
    return ordered
  }
}

const orders: Readonly<Record<string, Order | undefined>> = Object.fromEntries(
  Object.entries(recordDefinitions).map(([kind, definition]) => [kind, compile(definition)]),
)
