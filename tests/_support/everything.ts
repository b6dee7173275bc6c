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
  /** Fields that are left out wherever they stand. */
  readonly but?: ReadonlySet<string>
}

/** A selection of a field and all that can be asked below it without an argument, down to a depth. */
export function everythingOf(
  field: GraphQLField<unknown, unknown>,
  depth: number,
  options: EverythingOptions = {},
): string {
  const below = everythingBelow(getNamedType(field.type), depth, options)
  const paged = field.args.some(({ name }) => name === 'first') ? '(first: 3)' : ''
  return below === '' ? field.name : `${field.name}${paged} ${below}`
}

/** What can be asked of a type, in braces; nothing where it has no fields. */
export function everythingBelow(type: GraphQLNamedType, depth: number, options: EverythingOptions = {}): string {
  if (!isObjectType(type) && !isInterfaceType(type)) return ''
  const parts = Object.values(type.getFields())
    .filter(({ name, args }) => options.but?.has(name) !== true && !args.some(isRequiredArgument))
    .filter((below) => depth > 0 || isLeafType(getNamedType(below.type)))
    .map((below) => everythingOf(below, depth - 1, options))
  return `{ __typename ${parts.join(' ')} }`
}
