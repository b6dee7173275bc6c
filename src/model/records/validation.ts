import type { z } from 'zod'
import { article, show } from '../errors.ts'
import {
  changeNote,
  DEVELOPMENT_KINDS,
  isDevelopmentKind,
  LIST_MAX,
  recordDefinitions,
  type RecordKind,
  type RecordOf,
} from './definitions.ts'
import { nearestKeys } from './key.ts'
import { bare, descriptionOf, type Path } from './references.ts'
import { checkRules, type Message, type Problem, problemAt } from './rules.ts'
import type { ProblemCode } from '../problem-codes.ts'

/** A valid record, or all of its problems. */
export interface Validated<Kind extends RecordKind> {
  /** Absent if there are problems. */
  readonly record?: RecordOf<Kind>
  readonly problems: readonly Problem[]
}

/** Validates a record as written against its definition and the rules between its fields. Reports all problems at once. */
export function validateRecord<Kind extends RecordKind>(kind: Kind, raw: unknown): Validated<Kind> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    const message = `found ${show(raw)}; ${article(kind)} is a map of fields`
    return { problems: [{ path: [], code: 'WRONG_TYPE', message }] }
  }
  const long = findLongLists(raw)
  if (long.length > 0) return { problems: long }
  const parsed = recordDefinitions[kind].safeParse(raw, { reportInput: true })
  const broken = checkRules(kind, raw as Record<string, unknown>) // neither a list nor null
  if (parsed.success && broken.length === 0) {
    return { record: parsed.data as RecordOf<Kind>, problems: [] } // parsed by the definition of this kind
  }
  const reported = new Set(broken.map(({ path }) => path.join('\n')))
  const found = (parsed.error?.issues ?? []).flatMap((issue) => describeIssue(kind, issue))
  return { problems: [...found.filter(({ path }) => !reported.has(path.join('\n'))), ...broken] }
}

/** Why a record changed, as the log keeps it, or what is wrong with that. */
export function validateNote(written: string): { readonly note: string; readonly problems: readonly Problem[] } {
  if (written.trim() === '') return { note: written, problems: [problemAt([], 'INVALID', 'is empty; say why')] }
  const { data: note = written, error } = changeNote.safeParse(written)
  const problems = (error?.issues ?? []).map((issue) =>
    issue.code === 'too_big'
      ? problemAt([], 'TOO_LONG', `has ${written.length} characters; the limit is ${issue.maximum}`)
      : problemAt([], 'INVALID', issue.message),
  )
  return { note, problems }
}

/** Finds lists that are longer than a record may have. Such a record is not validated further. */
function findLongLists(value: object, path: Path = [], found: Problem[] = []): readonly Problem[] {
  const isList = Array.isArray(value)
  if (isList && value.length > LIST_MAX) {
    const message = `has ${value.length} items; a list in a record has at most ${LIST_MAX}: divide them among several records`
    found.push({ path, code: 'LIST_TOO_LONG', message })
    return found
  }
  for (const [name, member] of Object.entries(value) as [string, unknown][])
    if (typeof member === 'object' && member !== null)
      findLongLists(member, [...path, isList ? Number(name) : name], found)
  return found
}

function describeIssue(kind: RecordKind, issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path.filter((step) => typeof step !== 'symbol')
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((name) =>
      problemAt([...path, name], 'UNKNOWN_FIELD', () => describeUnknownField(kind, path, name)),
    )
  const [code, message] = explain(kind, path, issue)
  // A reader turns unquoted numbers, true, false and null into values, and does not keep how they were written.
  const isRead = issue.input === null || typeof issue.input === 'number' || typeof issue.input === 'boolean'
  const explainWritten = (written: string) => problemAt(path, ...explain(kind, path, issue, written)).message
  return [problemAt(path, code, message, isRead ? explainWritten : undefined)]
}

/** Without what was written, the message names only the value, and advises nothing that depends on its spelling. */
function explain(
  kind: RecordKind,
  path: Path,
  issue: z.core.$ZodIssue,
  written?: string,
): readonly [code: ProblemCode, message: Message] {
  const { input } = issue
  const found = written ?? show(input)
  if (issue.code === 'custom') {
    const code: unknown = issue.params?.['code']
    return [typeof code === 'string' ? (code as ProblemCode) : 'INVALID', issue.message] // as the definition of the field says
  }
  if (input === undefined && issue.code !== 'too_small')
    return ['MISSING', () => `is missing; ${remedyFor(kind, path)}`]
  if (input === null) return ['MISSING', () => explainNull(kind, path, written)]
  if (issue.code === 'invalid_type') return ['WRONG_TYPE', () => explainType(kind, path, issue, written)]
  if (issue.code === 'invalid_value') {
    return ['NOT_ALLOWED', () => `found ${found}; ${suggest(input, issue.values.map(String))}`]
  }
  if (issue.code === 'too_big') {
    return typeof input === 'string'
      ? ['TOO_LONG', `has ${input.length} characters; the limit is ${issue.maximum}`]
      : ['TOO_BIG', `found ${found}; the maximum is ${issue.maximum}`]
  }
  if (issue.code === 'too_small') {
    return issue.origin === 'array'
      ? ['EMPTY', 'is an empty list; give at least one item']
      : ['TOO_SMALL', `found ${found}; the minimum is ${issue.minimum}`]
  }
  return ['INVALID', () => `found ${found}; ${remedyFor(kind, path)}`]
}

/** Nothing was written, or `null` or `~`, which may have been meant as a text. */
function explainNull(kind: RecordKind, path: Path, written = ''): string {
  if (written === '') return `is empty; ${remedyFor(kind, path)}`
  const quoted =
    refusalOfText(kind, path, written) === null ? ` or, if it is text, put it in quotes, as "${written}"` : ''
  return `found ${written}, which is read as no value; ${remedyFor(kind, path)}${quoted}`
}

function explainType(kind: RecordKind, path: Path, issue: z.core.$ZodIssueInvalidType, written?: string): string {
  const { input, expected, message } = issue
  if (!message.startsWith('Invalid input')) return message // the message of the field itself
  if (expected === 'string' && (typeof input === 'number' || typeof input === 'boolean')) {
    if (written === undefined) return `found a ${typeof input}; a text is expected: put it in quotes`
    const refusal = refusalOfText(kind, path, written)
    if (refusal?.includes(written) === true) return refusal
    return `found the ${typeof input} ${written}; ${refusal ?? `a text is expected: put it in quotes, as "${written}"`}`
  }
  if (expected === 'number' && typeof input === 'number')
    return `found ${written ?? input}; a finite number is expected`
  if ((expected === 'number' || expected === 'boolean') && typeof input === 'string') {
    const meant = expected === 'number' ? numberMeant(input) : booleanMeant(input)
    if (meant !== undefined) return `found ${show(input)}; ${EXPECTED[expected]} is expected: write ${meant}`
  }
  if (expected === 'array') {
    if (lacksSpaceAfterDash(input)) return `found ${show(input)}; a list is expected: write a space after each -`
    const sample = typeof input === 'string' && input.length <= 40 ? input : '…'
    return `found ${show(input)}; a list is expected: put it in brackets, as [${sample}]`
  }
  return `found ${written ?? show(input)}; ${EXPECTED[expected] ?? expected} is expected`
}

/** Whether YAML read the items of a list as one text, or as fields, because there is no space after their dashes. */
export function lacksSpaceAfterDash(value: unknown): boolean {
  const [first] = typeof value === 'object' && value !== null ? Object.keys(value) : [value]
  return typeof first === 'string' && /^-[^\s\d-]/.test(first)
}

/** Why a field refuses a text; null if it accepts it, undefined if it takes no text. */
function refusalOfText(kind: RecordKind, path: Path, written: string): string | null | undefined {
  const definition = definitionAt(kind, path) as z.ZodType | undefined // definitions are classic ones
  if (definition === undefined || descriptionOf(definition).type !== 'string') return undefined
  return definition.safeParse(written).error?.issues[0]?.message ?? null
}

/** A number that is in quotes, or whose digits are grouped; undefined if the text is no such number. */
function numberMeant(text: string): string | undefined {
  const digits = text.trim().replaceAll(/(?<=\d)[,_'\s](?=\d{3}(?!\d))/g, '')
  return /^[+-]?\d+(?:\.\d+)?$/.test(digits) && Number.isFinite(Number(digits)) ? digits : undefined
}

/** `yes` and `no` are texts in YAML 1.2. */
function booleanMeant(text: string): string | undefined {
  if (/^(?:y|yes|on|true)$/i.test(text.trim())) return 'true'
  return /^(?:n|no|off|false)$/i.test(text.trim()) ? 'false' : undefined
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
}

function describeUnknownField(kind: RecordKind, path: Path, name: string): string {
  const allowed = fieldsAt(kind, path)
  const spelling = toSpelling(name)
  const elsewhere =
    isDevelopmentKind(kind) && path.length === 0 && !allowed.includes(spelling)
      ? DEVELOPMENT_KINDS.find((other) => Object.hasOwn(recordDefinitions[other].shape, spelling))
      : undefined
  const near = nearestKeys(spelling, allowed)
  const meant = near.length > 0 ? didYouMean(near) : `allowed: ${allowed.join(', ')}`
  const remedy =
    elsewhere === undefined ? meant : `${spelling} is a field of ${article(elsewhere)}, and this is ${article(kind)}`
  // `{name: Education, Science and Culture}` has a field "Science and Culture".
  // `{value: 1,000}` has a field "000".
  const quotes =
    /^\d{3}$/.test(name) && allowed.includes('value')
      ? 'a number is written without commas; '
      : /\s/.test(name)
        ? 'a text with a comma needs quotes; '
        : ''
  return `unknown field ${show(name)}; ${quotes}${remedy}`
}

/** The nearest allowed values, and all of them. */
function suggest(input: unknown, allowed: readonly string[]): string {
  if (typeof input === 'string' && /^\d+$/.test(input) && allowed.includes(input))
    return `write ${input} without quotes`
  const near = typeof input === 'string' ? nearestKeys(toSpelling(input), allowed) : []
  // A map may have a field `toString`.
  const grade = typeof input === 'string' || typeof input === 'number' ? String(input) : ''
  const meant = gradeMeant(grade, allowed) ?? (near.length > 0 ? didYouMean(near) : '')
  return `${meant} allowed: ${allowed.join(', ')}`.trimStart()
}

/** What to write if a grade of the Admiralty code is written as a whole, as C3, or in the place of its other half. */
function gradeMeant(grade: string, allowed: readonly string[]): string | undefined {
  const [, letter = '', digit = ''] = /^([A-F]?)[ -]?([1-6]?)$/i.exec(grade) ?? []
  const isReliability = allowed.includes('A')
  const [own, other] = isReliability ? [letter, digit] : [digit, letter]
  if (other === '' || !(isReliability || allowed.includes('1'))) return undefined
  const [source, citation] = [
    `${letter.toUpperCase()} is the reliability of the source`,
    `${digit} is the credibility of the citation`,
  ]
  if (own === '') return `${isReliability ? citation : source};`
  return `${source}, and ${citation}: write ${own.toUpperCase()};`
}

function didYouMean(near: readonly string[]): string {
  return `did you mean ${near.join(' or ')}?`
}

/** The spelling of dossiers: `IN_RESPONSE_TO` and `In response to` mean `in-response-to`, `eventKind` means `event-kind`. */
function toSpelling(word: string): string {
  return word
    .replaceAll(/([a-z])([A-Z])/g, '$1-$2')
    .replaceAll(/[_ ]/g, '-')
    .toLowerCase()
}

/** What to write in a field without a value: what the field is for, and the allowed values if there are some. */
function remedyFor(kind: RecordKind, path: Path): string {
  const definition = definitionAt(kind, path)
  const values = definition === undefined ? [] : valuesOf(definition)
  const described = [definition, definition && bare(definition)] as (z.ZodType | undefined)[] // definitions are classic ones
  const description = described.map((one) => one?.meta()?.description).find((one) => one !== undefined) ?? 'It.'
  const allowed = values.length > 0 ? `; allowed: ${values.join(', ')}` : ''
  return `write ${description.charAt(0).toLowerCase()}${description.slice(1).replace(/\.$/, '')}${allowed}`
}

/** The definition at a path; undefined where the path leaves the definition. */
function definitionAt(kind: RecordKind, path: Path): z.core.$ZodType | undefined {
  let definition: z.core.$ZodType | undefined = recordDefinitions[kind]
  for (const step of path) {
    if (definition === undefined) return undefined
    const def: ReturnType<typeof descriptionOf> = descriptionOf(definition)
    if (def.type === 'array') definition = def.element
    else if (def.type === 'object') definition = def.shape[step]
    else return undefined
  }
  return definition
}

function fieldsAt(kind: RecordKind, path: Path): readonly string[] {
  const definition = definitionAt(kind, path)
  if (definition === undefined) return []
  const def = descriptionOf(definition)
  return def.type === 'object' ? Object.keys(def.shape) : []
}

function valuesOf(definition: z.core.$ZodType): readonly string[] {
  const def = descriptionOf(definition)
  if (def.type === 'enum') return Object.values(def.entries).map(String)
  return def.type === 'literal' ? def.values.map(String) : []
}
