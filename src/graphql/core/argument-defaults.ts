import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isInterfaceType,
  isIntrospectionType,
  isNonNullType,
  isObjectType,
} from 'graphql'

type Field = GraphQLField<unknown, unknown>
type Arguments = Readonly<Record<string, unknown>>

/**
 * Makes every argument with a default nullable: an explicit null means the default, for clients that send all variables of a form. Such an
 * argument is declared as required, so that its resolver always receives a value.
 */
export function acceptNullForDefaults(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    // The types of introspection are shared by all schemas of the process.
    if (isIntrospectionType(type) || (!isObjectType(type) && !isInterfaceType(type))) continue
    for (const field of Object.values(type.getFields())) {
      if (!field.args.some(hasDefault)) continue
      for (const arg of field.args) if (hasDefault(arg) && isNonNullType(arg.type)) arg.type = arg.type.ofType
      field.resolve &&= withDefaults(field, field.resolve)
      field.subscribe &&= withDefaults(field, field.subscribe)
    }
  }
  return schema
}

/** The arguments with the default in place of every null that has one. */
export function argumentsOf<Args extends Arguments>({ args }: Pick<Field, 'args'>, values: Args): Args {
  const nulls = args.filter((arg) => hasDefault(arg) && values[arg.name] === null)
  if (nulls.length === 0) return values
  return { ...values, ...Object.fromEntries(nulls.map(({ name, defaultValue }) => [name, defaultValue])) }
}

function hasDefault({ defaultValue }: GraphQLArgument): boolean {
  return defaultValue !== undefined
}

/** Keeps the number of parameters, because the JSON writer passes `info` only to resolvers that declare it. */
function withDefaults(field: Field, resolve: GraphQLFieldResolver<unknown, unknown>): typeof resolve {
  if (resolve.length < 4) {
    const short = resolve as (parent: unknown, args: Arguments, context: unknown) => unknown // as its length says
    return (parent, args: Arguments, context) => short(parent, argumentsOf(field, args), context)
  }
  return (parent, args: Arguments, context, info) => resolve(parent, argumentsOf(field, args), context, info)
}
