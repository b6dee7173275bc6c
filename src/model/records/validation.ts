import type { z } from 'zod'
import { nearestKeys } from './key.ts'
import { bare, type Path } from './references.ts'
import {
  DEVELOPMENT_KINDS,
  isDevelopmentKind,
  recordDefinitions,
  type RecordKind,
  type RecordOf,
} from './definitions.ts'
import { checkRules, type Problem } from './rules.ts'
import { article, show } from './shown-value.ts'

/** A record, or everything that keeps it from being one. */
export interface Validated<Kind extends RecordKind> {
  /** Absent where there are problems. */
  readonly record?: RecordOf<Kind>
  readonly problems: readonly Problem[]
}

/** Holds a record as it was written against its definition and the rules between its fields, and says all that is wrong at once. */
export function validateRecord<Kind extends RecordKind>(kind: Kind, raw: unknown): Validated<Kind> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return {
      problems: [{ path: [], code: 'WRONG_TYPE', message: `found ${show(raw)}; ${article(kind)} is a map of fields` }],
    }
  }
  const parsed = recordDefinitions[kind].safeParse(raw, { reportInput: true })
  const broken = checkRules(kind, raw as Record<string, unknown>) // neither a list nor null
  if (parsed.success && broken.length === 0) {
    return { record: parsed.data as RecordOf<Kind>, problems: [] } // the definition of this very kind has parsed it
  }
  const told = new Set(broken.map(({ path }) => path.join('\n')))
  const found = (parsed.error?.issues ?? []).flatMap((issue) => describeIssue(kind, issue))
  return { problems: [...found.filter(({ path }) => !told.has(path.join('\n'))), ...broken] }
}

function describeIssue(kind: RecordKind, issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path.filter((step) => typeof step !== 'symbol')
  const one = (code: string, message: string): Problem[] => [{ path, code, message }]
  const { input } = issue
  if (issue.code === 'unrecognized_keys') return issue.keys.map((name) => describeUnknownField(kind, path, name))
  if (issue.code === 'custom') {
    const code: unknown = issue.params?.['code']
    return one(typeof code === 'string' ? code : 'INVALID', issue.message)
  }
  if (input === undefined && issue.code !== 'too_small') return one('MISSING', `is missing; ${remedyFor(kind, path)}`)
  if (input === null) return one('MISSING', `is empty; ${remedyFor(kind, path)}`)
  switch (issue.code) {
    case 'invalid_type':
      return one('WRONG_TYPE', describeType(issue))
    case 'invalid_value':
      return one('NOT_ALLOWED', `found ${show(input)}; ${suggest(input, issue.values.map(String))}`)
    case 'too_big':
      return issue.origin === 'string'
        ? one(
            'TOO_LONG',
            `has ${typeof input === 'string' ? input.length : 0} characters; at most ${issue.maximum} are allowed`,
          )
        : one('TOO_BIG', `found ${show(input)}; at most ${issue.maximum} is allowed`)
    case 'too_small':
      return issue.origin === 'array'
        ? one('EMPTY', 'is an empty list; name at least one')
        : one('TOO_SMALL', `found ${show(input)}; at least ${issue.minimum} is allowed`)
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_element':
    case 'invalid_union':
    case 'not_multiple_of':
    default:
      return one('INVALID', `found ${show(input)}; ${remedyFor(kind, path)}`)
  }
}

function describeType(issue: z.core.$ZodIssueInvalidType): string {
  const { input, expected } = issue
  if (!issue.message.startsWith('Invalid input')) return issue.message // the field's own words
  if (expected === 'string' && Number.isInteger(input) && !Number.isSafeInteger(input)) {
    return 'found a number; text is allowed: put it in quotes' // its digits are not the ones that were written
  }
  if (expected === 'string' && (typeof input === 'number' || typeof input === 'boolean')) {
    return `found the ${typeof input} ${input}; text is allowed: put it in quotes, as "${input}"`
  }
  if (expected === 'number' && typeof input === 'number') return `found ${input}; a finite number is allowed`
  if (expected === 'boolean') return `found ${show(input)}; true or false is allowed`
  if (expected === 'array') return `found ${show(input)}; a list is allowed: put it in brackets, as [${sample(input)}]`
  const names: Readonly<Record<string, string>> = {
    string: 'text',
    number: 'a number',
    object: 'a map',
    record: 'a map',
  }
  return `found ${show(input)}; ${names[expected] ?? expected} is allowed`
}

function sample(input: unknown): string {
  return typeof input === 'string' && input.length <= 40 ? input : '…'
}

function describeUnknownField(kind: RecordKind, path: Path, name: string): Problem {
  const owner = definitionAt(kind, path)
  const allowed = fieldsOf(owner)
  const others = DEVELOPMENT_KINDS.filter((other) => other !== kind)
  const spelling = toSpelling(name)
  const elsewhere =
    isDevelopmentKind(kind) && path.length === 0
      ? others.find((other) => Object.hasOwn(recordDefinitions[other].shape, spelling) && !allowed.includes(spelling))
      : undefined
  const near = nearestKeys(spelling, allowed)
  const meant = near.length > 0 ? didYouMean(spelling, near) : `allowed: ${allowed.join(', ')}`
  const remedy =
    elsewhere === undefined ? meant : `${spelling} belongs to ${article(elsewhere)}, and this is ${article(kind)}`
  // `{name: Education, Science and Culture}` has a field "Science and Culture".
  const torn = /\s/.test(name) ? `a text with a comma in it needs quotes; ${remedy}` : remedy
  return { path: [...path, name], code: 'UNKNOWN_FIELD', message: `unknown field ${show(name)}; ${torn}` }
}

/** What would have been right, nearest first, and all that is allowed. */
function suggest(input: unknown, allowed: readonly string[]): string {
  const near = typeof input === 'string' ? nearestKeys(toSpelling(input), allowed) : []
  const all = `allowed: ${allowed.join(', ')}`
  return near.length > 0 ? `${didYouMean(toSpelling(String(input)), near)} ${all}` : all
}

function didYouMean(spelling: string, near: readonly string[]): string {
  return `did you mean ${near.includes(spelling) ? spelling : near.join(' or ')}?`
}

/** As the dossier spells: `IN_RESPONSE_TO` and `In response to` are meant as `in-response-to`, `eventKind` as `event-kind`. */
function toSpelling(word: string): string {
  return word
    .replaceAll(/([a-z])([A-Z])/g, '$1-$2')
    .replaceAll(/[_ ]/g, '-')
    .toLowerCase()
}

/** What a field is for and, where words are given, which; for one that holds nothing. */
function remedyFor(kind: RecordKind, path: Path): string {
  const definition = definitionAt(kind, path)
  const values = definition === undefined ? [] : valuesOf(definition)
  const description = definition === undefined ? undefined : describe(definition)
  const allowed = values.length > 0 ? [`allowed: ${values.join(', ')}`] : []
  return [`write ${description === undefined ? 'it' : asObject(description)}`, ...allowed].join('; ')
}

/** `How it was said.` as what follows a verb: `how it was said`. */
function asObject(description: string): string {
  const words = description.replace(/\.$/, '')
  return /^\p{Lu}\p{Ll}/u.test(words) ? words.charAt(0).toLowerCase() + words.slice(1) : words
}

function describe(definition: z.core.$ZodType): string | undefined {
  return (definition as z.ZodType).meta()?.description // every definition of ours is a classic one
}

/** The definition of what stands at a path, as far down as there are definitions. */
function definitionAt(kind: RecordKind, path: Path): z.core.$ZodType | undefined {
  let definition: z.core.$ZodType | undefined = recordDefinitions[kind]
  for (const step of path) {
    if (definition === undefined) return undefined
    const { def }: z.core.$ZodTypes['_zod'] = (bare(definition) as z.core.$ZodTypes)._zod // Zod's own types: `def.type` tells them apart
    if (def.type === 'array') definition = def.element
    else if (def.type === 'object') definition = def.shape[step]
    else if (def.type === 'record') definition = def.valueType
    else definition = undefined
  }
  return definition
}

function fieldsOf(definition: z.core.$ZodType | undefined): readonly string[] {
  if (definition === undefined) return []
  const { def } = (bare(definition) as z.core.$ZodTypes)._zod // as above
  if (def.type === 'object') return Object.keys(def.shape)
  return def.type === 'record' ? valuesOf(def.keyType) : []
}

function valuesOf(definition: z.core.$ZodType): readonly string[] {
  const { def } = (bare(definition) as z.core.$ZodTypes)._zod // as above
  if (def.type === 'enum') return Object.values(def.entries).map(String)
  return def.type === 'literal' ? def.values.map(String) : []
}
