import type { InputRef, InputType } from '@pothos/core'
import type { z } from 'zod'
import type { RecordProblem } from '../../dossier/recording/record-check.ts'
import type { WrittenRecord } from '../../dossier/recording/recorder.ts'
import { isDevelopmentKind, recordDefinitions, type RecordKind } from '../../model/records/definitions.ts'
import { valueTypes } from '../../model/records/fields.ts'
import { bare, descriptionOf, type Path } from '../../model/records/references.ts'
import { fromKebab, toKebab } from '../../model/vocabulary/vocabulary.ts'
import { builder, type Types } from '../core/builder.ts'
import * as enums from '../core/enums.ts'

/*
 * The inputs of the API follow from the definitions of records, field by field. They differ from a dossier in five ways: names are in
 * camelCase; the key of every record is `key`; identifiers are a list of schemes and values; the values of vocabularies are enum values,
 * also for grades; and dates are texts. Each compiled type knows its GraphQL type, how a value of that becomes one of a dossier, and where
 * in the input a field of the dossier is found.
 */

/** The values of an input object. */
type Fields = Readonly<Record<string, unknown>>

interface RecordInput {
  /** The whole record. */
  readonly input: InputRef<Fields>
  /** All fields but the key, each optional. */
  readonly patch: InputRef<Fields>
  /** A record from the argument of that name. A field that is null is omitted. */
  readonly record: (argument: 'input', value: Fields) => WrittenRecord
  /** A patch from the argument of that name. A field that is null stays null. */
  readonly patched: (argument: 'patch', value: Fields) => WrittenRecord
}

interface CompiledType {
  readonly type: InputType<Types> | [InputType<Types>]
  readonly convert: (value: unknown, path: Path, problems: RecordProblem[]) => unknown
  /** The rest of a path, as the input writes it below `value`; undefined if a patch does not hold it. */
  readonly locate: (path: Path, value: unknown) => string
}

/** Call it once per kind: it adds types to the schema. */
export function recordInput(kind: RecordKind): RecordInput {
  const name = pascal(kind)
  const description = descriptionIn(recordDefinitions[kind])
  const { retract: _, ...shape } = shapeOf(recordDefinitions[kind])
  const keyField = isDevelopmentKind(kind) ? kind : 'key'
  const fields = compileFields(shape, { [keyField]: 'key' })
  const input = inputObject(`${name}Input`, description, fields)
  const changeable = fields.filter((field) => field.name !== keyField)
  const patch = inputObject(
    `${name}Patch`,
    `Changes of ${isDevelopmentKind(kind) ? 'a development' : 'a record'}. A field that is omitted keeps its value. Null and the empty list clear a field, and are refused for a field that the record needs. A list replaces the whole list.`,
    changeable.map((field) => ({ ...field, required: false })),
  )
  const written = (convert: typeof convertFields, argument: string, value: Fields): WrittenRecord => {
    const problems: RecordProblem[] = []
    const converted = convert(fields, value, [], problems)
    return { fields: converted, problems, pathOf: (path) => `${argument}${locateField(fields, path, value)}` }
  }
  return {
    input,
    patch,
    record: (argument, value) => written(convertFields, argument, value),
    patched: (argument, value) => written(patchFields, argument, value),
  }
}

interface CompiledField {
  /** In a dossier. */
  readonly name: string
  /** In the API. */
  readonly apiName: string
  readonly required: boolean
  readonly description: string
  readonly value: CompiledType
}

function compileFields(shape: z.core.$ZodShape, renamed: Readonly<Record<string, string>> = {}): CompiledField[] {
  return Object.entries(shape).map(([name, definition]) => ({
    name,
    apiName: renamed[name] ?? camel(name),
    required: (definition as z.ZodType).def.type !== 'optional', // definitions are classic ones
    description: descriptionIn(definition),
    value: compile(name, definition),
  }))
}

function inputObject(name: string, description: string, fields: readonly CompiledField[]): InputRef<Fields> {
  return builder.inputType(name, {
    description,
    fields: (t) =>
      Object.fromEntries(
        fields.map(({ apiName, required, description: described, value: { type } }) => [
          apiName,
          t.field({ type: type as InputType<Types>, required, description: described }), // a list of one type is a list type
        ]),
      ),
  })
}

/** Compiles the definition of a field. Types of objects are named after the field that holds them. */
function compile(name: string, definition: z.core.$ZodType): CompiledType {
  const held = valueTypes.get(bare(definition) as z.ZodType)?.type // only classic definitions are registered
  if (held === 'Identifiers') return identifierList
  if (typeof held === 'string') return leaf(held)
  if (held !== undefined) {
    return { ...leaf(enumOf(held.name)), convert: (value) => toKebab(String(value)) }
  }
  const def = descriptionOf(definition)
  if (def.type === 'array') return compileList(compile(name.replace(/s$/, ''), def.element))
  if (def.type === 'object') return compileObject(name, definition)
  const scalar = SCALARS[def.type]
  if (scalar === undefined) throw new Error(`the field ${name} has no input type`)
  return leaf(scalar)
}

const SCALARS: Readonly<Record<string, 'String' | 'Float' | 'Boolean'>> = {
  string: 'String',
  number: 'Float',
  boolean: 'Boolean',
}

function leaf(type: InputType<Types>): CompiledType {
  return { type, convert: (value) => value, locate: () => '' }
}

function enumOf(name: string): InputType<Types> {
  const found = Object.entries(enums).find(([exported]) => exported === name)
  if (found === undefined) throw new Error(`there is no enum ${name}`)
  return found[1]
}

function compileList(item: CompiledType): CompiledType {
  return {
    type: [item.type as InputType<Types>], // no list holds lists
    convert: (value, path, problems) =>
      (value as readonly unknown[]).map((each, index) => item.convert(each, [...path, index], problems)), // a list of the input
    locate: ([index, ...rest], value) =>
      index === undefined
        ? ''
        : `[${index}]${item.locate(rest, (value as readonly unknown[] | undefined)?.[Number(index)])}`, // as above
  }
}

const objects = new Map<z.core.$ZodType, CompiledType>()

/** An object that several records hold is one type. */
function compileObject(name: string, definition: z.core.$ZodType): CompiledType {
  const known = objects.get(bare(definition))
  if (known !== undefined) return known
  const fields = compileFields(shapeOf(definition))
  const compiled: CompiledType = {
    type: inputObject(`${pascal(name)}Input`, descriptionIn(definition), fields),
    convert: (value, path, problems) => convertFields(fields, value as Fields, path, problems), // an object of the input
    locate: (path, value) => locateField(fields, path, value as Fields | undefined),
  }
  objects.set(bare(definition), compiled)
  return compiled
}

function convertFields(
  fields: readonly CompiledField[],
  values: Fields,
  path: Path,
  problems: RecordProblem[],
): Record<string, unknown> {
  const record = patchFields(fields, values, path, problems)
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null))
}

/** The same with the fields that are null. */
function patchFields(
  fields: readonly CompiledField[],
  values: Fields,
  path: Path,
  problems: RecordProblem[],
): Record<string, unknown> {
  const record: Record<string, unknown> = {}
  for (const { name, apiName, value } of fields) {
    const given = values[apiName]
    if (given !== undefined) record[name] = given === null ? null : value.convert(given, [...path, name], problems)
  }
  return record
}

function locateField(fields: readonly CompiledField[], [step, ...rest]: Path, values: Fields | undefined): string {
  const field = fields.find(({ name }) => name === step)
  if (field === undefined) return ''
  return `.${field.apiName}${field.value.locate(rest, values?.[field.apiName])}`
}

interface Identifier {
  readonly scheme: string
  readonly value: string
}

const IdentifierInput = builder.inputType('IdentifierInput', {
  description: 'An identifier in another register.',
  fields: (t) => ({
    scheme: t.field({ type: enums.IdentifierScheme, required: true, description: 'The register.' }),
    value: t.string({ required: true, description: 'The identifier, in the form of its register.' }),
  }),
})

/** A dossier has a map of schemes, in which each is given once. */
const identifierList: CompiledType = {
  type: [IdentifierInput],
  convert(value, path, problems) {
    const identifiers: Record<string, string> = {}
    for (const [index, { scheme, value: identifier }] of (value as readonly Identifier[]).entries()) {
      const name = toKebab(scheme)
      if (Object.hasOwn(identifiers, name)) {
        const message = `the scheme ${scheme} is given twice; give it once`
        problems.push({ path: [...path, name, index], code: 'FIELD_REPEATED', message })
      }
      identifiers[name] = identifier
    }
    return identifiers
  },
  locate([name, index], value) {
    if (name === undefined) return ''
    if (index !== undefined) return `[${index}].scheme`
    if (value === undefined) return ''
    const scheme = fromKebab(String(name))
    return `[${(value as readonly Identifier[]).findLastIndex((each) => each.scheme === scheme)}].value`
  },
}

function shapeOf(definition: z.core.$ZodType): z.core.$ZodShape {
  const def = descriptionOf(definition)
  if (def.type !== 'object') throw new Error('the definition is no object')
  return def.shape
}

/** What a definition says of itself, or else of what it holds. */
function descriptionIn(definition: z.core.$ZodType): string {
  const { description } = (definition as z.ZodType).meta() ?? {} // definitions are classic ones
  if (description !== undefined) return description
  const { def } = (definition as z.core.$ZodTypes)._zod // the union of all of Zod's types
  if (def.type === 'optional') return descriptionIn(def.innerType)
  return def.type === 'pipe' ? descriptionIn(def.out) : ''
}

/** `date-note` is `dateNote`. */
function camel(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function pascal(name: string): string {
  const text = camel(name)
  return text.charAt(0).toUpperCase() + text.slice(1)
}
