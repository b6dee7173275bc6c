import { isInterfaceType, isObjectType, type GraphQLError, type GraphQLSchema } from 'graphql'
import { listFirst } from '../model/errors.ts'
import { nearestKeys } from '../model/records/key.ts'

const FIELD = /^Cannot query field "(\w+)" on type "(\w+)"\.(?! Did you mean to use an inline fragment)/
const ARGUMENT = /^Unknown argument "(\w+)" on field "(\w+)\.(\w+)"\./

/**
 * The message of an error of validation. For a field or an argument that does not exist, it names the nearest ones, or those that exist if
 * none is near. GraphQL's own suggestions are often far from what was written, as `after` for `filter`, and often missing.
 */
export function nameExisting(schema: GraphQLSchema, { message }: GraphQLError): string {
  const [problem = '', name = '', typeName = '', fieldName] = FIELD.exec(message) ?? ARGUMENT.exec(message) ?? []
  const type = schema.getType(typeName)
  if (!isObjectType(type) && !isInterfaceType(type)) return message
  const fields = type.getFields()
  if (fieldName === undefined) return `${problem} ${suggest(name, 'fields', Object.keys(fields))}`
  const known = fields[fieldName]?.args.map((argument) => argument.name) ?? []
  return `${problem} ${known.length === 0 ? 'It has no arguments.' : suggest(name, 'arguments', known)}`
}

function suggest(name: string, what: string, known: readonly string[]): string {
  const near = nearestKeys(name, known)
  return near.length > 0 ? `Did you mean ${near.join(', ')}?` : `Its ${what} are ${listFirst(known)}.`
}
