import {
  getNamedType,
  type GraphQLField,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  type GraphQLNamedType,
} from 'graphql'

export interface EverythingOptions {
  /** Fields that are left out at every level. */
  readonly but?: ReadonlySet<string>
  /** Whether arguments with a default are given as null. */
  readonly nulls?: boolean
}

/** A selection of a field with every field below it that needs no argument, down to a depth. */
export function everythingOf(
  field: GraphQLField<unknown, unknown>,
  depth: number,
  options: EverythingOptions = {},
): string {
  const below = everythingBelow(getNamedType(field.type), depth, options)
  const given = field.args.flatMap(({ name, defaultValue }) => {
    if (options.nulls === true && defaultValue !== undefined) return [`${name}: null`]
    return name === 'first' && below !== '' ? ['first: 3'] : []
  })
  return `${field.name}${given.length === 0 ? '' : `(${given.join(', ')})`} ${below}`.trimEnd()
}

/** The selection set of a type, in braces; empty for a type without fields. */
export function everythingBelow(type: GraphQLNamedType, depth: number, options: EverythingOptions = {}): string {
  if (!isObjectType(type) && !isInterfaceType(type)) return ''
  const parts = Object.values(type.getFields())
    .filter(({ name, args }) => options.but?.has(name) !== true && !args.some(isRequiredArgument))
    .filter((below) => depth > 0 || isLeafType(getNamedType(below.type)))
    .map((below) => everythingOf(below, depth - 1, options))
  return `{ __typename ${parts.join(' ')} }`
}
