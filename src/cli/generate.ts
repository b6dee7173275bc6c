import { globSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  GraphQLNonNull,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  parse,
  validate,
  type FieldNode,
  type GraphQLOutputType,
  type SelectionSetNode,
} from 'graphql'
import { printSdl, schema } from '../graphql/schema.ts'
import { readQueryFile } from '../http/pages/assets.ts'
import { dossierSchema } from '../model/records/json-schema.ts'

/*
 * Writes the generated files, which are checked in: the schema of the API with the types of its scalars, the schema of dossiers, and the
 * types of the data that the queries of the pages return.
 */

const SCHEMA = new URL('../../schema/', import.meta.url)
const PAGES = new URL('../http/pages/', import.meta.url)
const PAGE_QUERIES = [
  ...globSync('queries/**/*.graphql', { cwd: fileURLToPath(PAGES) }).toSorted(),
  'playground/queries/3-what-happened-when/2-everything-about-one.graphql',
]

writeFileSync(new URL('schema.graphql', SCHEMA), printSdl())
writeFileSync(new URL('scalars.js', SCHEMA), printScalars().script)
writeFileSync(new URL('scalars.d.ts', SCHEMA), printScalars().types)
writeFileSync(new URL('dossier.schema.json', SCHEMA), `${JSON.stringify(dossierSchema(), null, 2)}\n`)
writeFileSync(new URL('page-data.d.ts', SCHEMA), printPageData())

/** The TypeScript types of the scalars for generators of clients: as a value, and as a type. In JSON, each of them is a string. */
function printScalars(): { script: string; types: string } {
  const scalars = Object.values(schema.getTypeMap()).filter(
    (type) => isScalarType(type) && !isSpecifiedScalarType(type),
  )
  const lines = (print: (name: string) => string) => scalars.map(({ name }) => `  ${print(name)}\n`).join('')
  const documented = scalars.map(({ name, description }) => `  /** ${description} */\n  ${name}: string\n`).join('')
  const head = '// Generated from the schema by `npm run generate:contracts`.\n'
  const values = `/** The TypeScript type of each scalar, as \`scalars\` of GraphQL Code Generator and \`customScalarTypes\` of Relay. */\n`
  return {
    script: `${head}export const scalars = {\n${lines((name) => `${name}: 'string',`)}}\n`,
    types: `${head}${values}export declare const scalars: {\n${lines((name) => `readonly ${name}: 'string'`)}}\n
/** The types themselves, as \`scalars\` of gql.tada. */\nexport type Scalars = {\n${documented}}\n`,
  }
}

/** `XData` is what a query X returns. Each fragment has a type of its own, once if several queries use it. Enums are strings, as in JSON. */
function printPageData(): string {
  const types = new Map<string, string>()
  for (const file of PAGE_QUERIES) {
    const document = parse(readQueryFile(file))
    for (const error of validate(schema, document)) throw error
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION)
        throw new Error(`${file} holds a ${definition.kind}`)
      const isFragment = definition.kind === Kind.FRAGMENT_DEFINITION
      const name = isFragment ? definition.name.value : `${definition.name?.value}Data`
      const type = printSelection(definition.selectionSet, isFragment ? definition.typeCondition.name.value : 'Query')
      if (types.has(name) && types.get(name) !== type)
        throw new Error(`${file} has another ${name} than an earlier file`)
      types.set(name, type)
    }
  }
  const head = '// Generated from the queries of the pages by `npm run generate:contracts`.\n'
  return head + [...types].map(([name, type]) => `export type ${name} = ${type}\n`).join('')
}

/** The fields of an inline fragment are optional: they belong to one of several types. */
function printSelection({ selections }: SelectionSetNode, parent: string): string {
  const parts: string[] = []
  const fields: string[] = []
  for (const selection of selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) parts.push(selection.name.value)
    else if (selection.kind === Kind.INLINE_FRAGMENT)
      parts.push(`Partial<${printSelection(selection.selectionSet, selection.typeCondition?.name.value ?? parent)}>`)
    else fields.push(`  ${printField(selection, parent).replaceAll('\n', '\n  ')}\n`)
  }
  if (fields.length > 0) parts.unshift(`{\n${fields.join('')}}`)
  return parts.join(' & ')
}

function printField(field: FieldNode, parent: string): string {
  const type = schema.getType(parent)
  const definition = isObjectType(type) || isInterfaceType(type) ? type.getFields()[field.name.value] : undefined
  if (definition === undefined) throw new Error(`${parent} has no field ${field.name.value}`)
  return `readonly ${(field.alias ?? field.name).value}: ${printType(definition.type, field)}`
}

function printType(type: GraphQLOutputType, field: FieldNode): string {
  if (!isNonNullType(type)) return `${printType(new GraphQLNonNull(type), field)} | null`
  const inner = type.ofType
  if (isListType(inner)) return `readonly (${printType(inner.ofType, field)})[]`
  if (field.selectionSet !== undefined) return printSelection(field.selectionSet, inner.name)
  return { Int: 'number', Float: 'number', Boolean: 'boolean' }[inner.name] ?? 'string'
}
