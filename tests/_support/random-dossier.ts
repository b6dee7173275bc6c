import fc from 'fast-check'
import type { z } from 'zod'
import { canonicalJson } from '../../src/model/records/canonical-json.ts'
import { referenceFields, type ReferenceSpace } from '../../src/model/records/fields.ts'
import { modesOf, needsRecipient, PloverType } from '../../src/model/vocabulary/plover.ts'
import { bare } from '../../src/model/records/references.ts'
import { recordDefinitions, type RecordKind, type RecordOf } from '../../src/model/records/definitions.ts'
import { DERIVED_ROLES, ParticipantRole } from '../../src/model/vocabulary/development.ts'
import { fromKebab, toKebab } from '../../src/model/vocabulary/vocabulary.ts'

/** A valid dossier as in a file, its sections in the usual order. */
export interface RandomDossier {
  readonly disputes: readonly RecordOf<'dispute'>[]
  readonly actors: readonly RecordOf<'actor'>[]
  readonly places: readonly RecordOf<'place'>[]
  readonly sources: readonly RecordOf<'source'>[]
  readonly claims: readonly RecordOf<'claim'>[]
  readonly demands: readonly RecordOf<'demand'>[]
  readonly developments: readonly (RecordOf<'event'> | RecordOf<'statement'> | RecordOf<'measure'>)[]
}

/**
 * Valid dossiers with every field of every definition, every value of every vocabulary, references forwards and backwards, retractions, and
 * text that is difficult for YAML. Fields are generated from the definitions, so a new field is covered without a change here.
 */
export function dossiers(most = 6): fc.Arbitrary<RandomDossier> {
  const some = (least: number) => fc.integer({ min: least, max: most })
  return fc
    .record({
      dispute: some(1),
      actor: some(2),
      place: some(0),
      source: some(1),
      claim: some(2),
      demand: some(0),
      kinds: fc.array(fc.constantFrom('event' as const, 'statement' as const, 'measure' as const), { maxLength: most }),
    })
    .chain(({ kinds, ...counts }) => {
      const keys = keysFor(counts, kinds)
      const each = <Kind extends RecordKind>(kind: Kind, own: readonly string[]) =>
        fc.tuple(...own.map((key) => recordOf(kind, key, keys))) as fc.Arbitrary<RecordOf<Kind>[]> // one per key
      const all: fc.Arbitrary<unknown> = fc.record({
        disputes: each('dispute', keys.dispute),
        actors: each('actor', keys.actor),
        places: each('place', keys.place),
        sources: each('source', keys.source),
        claims: each('claim', keys.claim),
        demands: each('demand', keys.demand),
        developments: fc.tuple(...kinds.map((kind, index) => recordOf(kind, keys.development[index] ?? '', keys))),
      })
      return (all as fc.Arbitrary<RandomDossier>).map(settleCentralClaims) // generated from the definitions of just these
    })
}

/** The central claim of a dispute is one of its own claims. */
function settleCentralClaims(dossier: RandomDossier): RandomDossier {
  const disputes = dossier.disputes.map(({ 'central-claim': named, ...dispute }) => {
    const own = dossier.claims.filter((claim) => claim.dispute === dispute.key)
    const claim = own.find(({ key }) => key === named) ?? own[0]
    return named === undefined || claim === undefined ? dispute : { ...dispute, 'central-claim': claim.key }
  })
  return { ...dossier, disputes }
}

/** The dossier as a JSON file. */
export function toJson(dossier: RandomDossier): string {
  return JSON.stringify({ dossier: 1, ...dossier })
}

/** The dossier as NDJSON, one record per line. */
export function toNdjson(dossier: RandomDossier): string {
  return Object.entries(dossier)
    .flatMap(([section, records]) =>
      (records as readonly unknown[]).map((record) => `${JSON.stringify({ [section.slice(0, -1)]: record })}\n`),
    )
    .join('')
}

type Keys = Readonly<Record<ReferenceSpace, readonly string[]>>

function keysFor(counts: Readonly<Record<string, number>>, kinds: readonly RecordKind[]): Keys {
  const named = (space: string) => Array.from({ length: counts[space] ?? 0 }, (_, index) => `${space}-${index}`)
  const development = kinds.map((kind, index) => `story/${kind}-${index}`)
  return {
    actor: named('actor'),
    place: named('place'),
    source: named('source'),
    dispute: named('dispute'),
    claim: named('claim').map((key) => `story/${key}`),
    demand: named('demand').map((key) => `story/${key}`),
    development,
    measure: development.filter((_, index) => kinds[index] === 'measure'),
    statement: development.filter((_, index) => kinds[index] === 'statement'),
  }
}

/** A record of the kind, valid by itself and together with the others. */
function recordOf(kind: RecordKind, key: string, keys: Keys): fc.Arbitrary<Loose> {
  const value = valueOf(recordDefinitions[kind], { keys, name: '' })
  if (value === undefined) throw new Error(`no ${kind} can be made of these keys`)
  return value.map((record) => settle(kind, key, record as Loose))
}

type Loose = Record<string, unknown>

interface Field {
  readonly keys: Keys
  readonly name: string
}

/** Undefined if there is no record to refer to. */
function fieldOf(definition: z.core.$ZodType, field: Field): fc.Arbitrary<unknown> | undefined {
  const inner = bare(definition)
  const reference = referenceFields.get(inner as z.ZodString)
  if (reference !== undefined) {
    const keys = field.keys[reference.space]
    return keys.length === 0 ? undefined : fc.constantFrom(...keys)
  }
  const { def } = (inner as z.core.$ZodTypes)._zod
  if (def.type !== 'array') return valueOf(definition, field)
  const item = fieldOf(def.element, field)
  if (item === undefined) return undefined
  const least = (inner as z.ZodArray).safeParse([]).success ? 0 : 1
  return fc.uniqueArray(item, { minLength: least, maxLength: 3, selector: (value) => canonicalJson([value]) })
}

function valueOf(definition: z.core.$ZodType, field: Field): fc.Arbitrary<unknown> | undefined {
  const special = SPECIAL[field.name]
  if (special !== undefined) return special
  if ((definition as z.core.$ZodTypes)._zod.def.type === 'pipe') return date
  const { def } = (bare(definition) as z.core.$ZodTypes)._zod
  switch (def.type) {
    case 'object':
      return mapOf(def.shape, field)
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries))
    case 'literal':
      return fc.constantFrom(...def.values)
    case 'boolean':
      return fc.boolean()
    case 'number':
      return number
    default:
      return LONG_TEXTS.has(field.name) ? longText : shortText
  }
}

function mapOf(shape: z.core.$ZodShape, { keys }: Field): fc.Arbitrary<Loose> | undefined {
  const fields: Record<string, fc.Arbitrary<unknown>> = {}
  for (const [name, definition] of Object.entries(shape)) {
    const isOptional = isOptionalField(definition)
    const value = fieldOf(isOptional ? innerOf(definition) : definition, { keys, name })
    if (value === undefined && !isOptional) return undefined
    if (value === undefined) continue
    fields[name] = isOptional ? fc.option(value, { nil: undefined, freq: name === 'retract' ? 1 : 2 }) : value
  }
  return fc
    .record(fields)
    .map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)))
}

function isOptionalField(definition: z.core.$ZodType): boolean {
  return (definition as z.core.$ZodTypes)._zod.def.type === 'optional'
}

function innerOf(definition: z.core.$ZodType): z.core.$ZodType {
  const { def } = (definition as z.core.$ZodTypes)._zod
  return def.type === 'optional' ? def.innerType : definition
}

// ------------------------------------------------------------------ single values

/** Text that some YAML readers take for another type, and text that is difficult to quote or fold. */
const HARD = [
  'yes',
  'No',
  'null',
  '~',
  'true',
  '12',
  '-3',
  '1e5',
  '0x1F',
  '0o17',
  '.5',
  '.inf',
  '.nan',
  '2024',
  '2024-12-25',
  '12:30:45',
  '...',
  '---',
  '- x',
  '? x',
  ': x',
  'x:',
  'x: y',
  'x #y',
  '#x',
  "it's",
  "'x'",
  '"x"',
  'x "y" z',
  '[x]',
  '{x}',
  'x, y',
  'x]',
  '*x',
  '&x',
  '!x',
  '%x',
  '@x',
  '`x`',
  '|',
  '>',
  '>-',
  '=',
  '<<',
  'x\ny',
  'x\n\ny',
  'x\n\n\ny',
  'x\n y',
  'x \ny',
  'x\ty',
  'x  y',
  'x\u00a0y',
  'x\u2028y',
  'x\ufeffy',
  'x\u00ady',
  'Bakıda',
  'Əliyev',
  'תל אביב',
  '北京',
  '🇦🇿',
  'e\u0301',
  '\\',
  '\\n',
  'x\\',
  '__proto__',
  'constructor',
  'a/b',
  '(x)',
]

const word = fc.oneof(fc.constantFrom(...HARD), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }))
const shortText = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => tidy(words.join(' '), 90))
const longText = fc
  .array(fc.oneof({ weight: 6, arbitrary: fc.lorem({ maxCount: 30 }) }, { weight: 1, arbitrary: word }), {
    minLength: 1,
    maxLength: 8,
  })
  .chain((parts) => fc.constantFrom(' ', ' ', '\n', '\n\n', '  ').map((between) => tidy(parts.join(between), 900)))

const LONG_TEXTS = new Set([
  'summary',
  'proposition',
  'text',
  'note',
  'description',
  'published-note',
  'date-note',
  'legal-basis',
])

/** Text as the model requires it: no control characters except line feeds and tabs, no padding, not empty, not too long. */
function tidy(text: string, most: number): string {
  const cut = Array.from(text.replaceAll(/\p{Cc}/gu, (character) => ('\n\t'.includes(character) ? character : '')))
    .slice(0, most)
    .join('')
  const whole = cut.slice(0, most).toWellFormed().trim()
  return whole === '' ? 'x' : whole
}

const number = fc.oneof(
  fc.integer({ min: 0, max: 10_000 }),
  fc
    .double({ noNaN: true, min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER })
    .map((value) => (Object.is(value, -0) ? 0 : value)),
)

const day = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((value) => value.toISOString().slice(0, 10))

const date = fc.oneof(
  day,
  day.map((value) => value.slice(0, 7)),
  day.map((value) => value.slice(0, 4)),
  day.map((value) => `${value}~`),
  day.map((value) => `${value.slice(0, 7)}?`),
  day.map((value) => `${value}/..`),
  day.map((value) => `../${value}`),
  day.map((value) => `${value}T06:28:00+04:00`),
  fc.tuple(day, day).map((days) => days.toSorted().join('/')),
  fc.tuple(day, day).map((days) => `[${days.toSorted().join('..')}]`),
)

const SPECIAL: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  accessed: day,
  url: fc.webUrl(),
  'archive-url': fc.webUrl({ withQueryParameters: true }),
  wikidata: fc.integer({ min: 1 }).map((item) => `Q${item}`),
  'iso-3166-1': fc.constantFrom('AZ', 'NO', 'RU', 'XK'),
  iata: fc.constantFrom('J2', 'SU', '9W', 'GYD'),
  icao: fc.constantFrom('AHY', 'UBBB', 'UATE'),
  lei: fc.constantFrom('5493001KJTIIGC8Y1R12', '549300DTUYXVMJXZNY75'),
  geonames: fc.integer({ min: 1 }).map(String),
  website: fc.webUrl().map((address) => address.slice(0, 200)),
  language: fc.constantFrom('en', 'az-Latn', 'ru', 'zh-Hant-TW'),
  country: fc.constantFrom('AZ', 'NO', 'RU', 'KZ'),
  latitude: fc.double({ min: -90, max: 90, noNaN: true }).map((value) => value + 0),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }).map((value) => value + 0),
  role: fc.constantFrom(...ParticipantRole.values.filter((role) => !DERIVED_ROLES.has(role)).map(toKebab)),
  excerpt: fc.lorem({ maxCount: 12 }).map((text) => text.slice(0, 200).trim()),
}

// ------------------------------------------------------------------ rules between fields

function settle(kind: RecordKind, key: string, record: Loose): Loose {
  const own = kind === 'event' || kind === 'statement' || kind === 'measure' ? kind : 'key'
  record[own] = key
  settleOthers(record, key)
  if (own === 'key') return record
  const citations = uniqueBy(mapsIn(record, 'citations'), ['source'])
  record['citations'] = citations
  const cited = citations[0]?.['source']
  for (const list of ['figures', 'bearings', 'assessments', 'quotes', 'positions']) {
    for (const part of mapsIn(record, list)) if (part['citation'] !== undefined) part['citation'] = cited
    if (record[list] !== undefined) record[list] = uniqueBy(mapsIn(record, list), null)
  }
  for (const coding of mapsIn(record, 'codings')) settleCoding(coding)
  for (const figure of mapsIn(record, 'figures')) settleFigure(figure)
  for (const position of mapsIn(record, 'positions')) settlePosition(position, record)
  for (const list of ['codings', 'figures', 'positions']) {
    if (record[list] !== undefined) record[list] = uniqueBy(mapsIn(record, list), null)
  }
  return record
}

function settleOthers(record: Loose, key: string): void {
  const not = (list: string, field: string) => {
    if (record[list] !== undefined) record[list] = mapsIn(record, list).filter((item) => item[field] !== key)
  }
  not('affiliations', 'to')
  not('relations', 'claim')
  not('links', 'development')
  if (record['links'] !== undefined) record['links'] = uniqueBy(mapsIn(record, 'links'), ['relation', 'development'])
  if (record['participants'] !== undefined)
    record['participants'] = uniqueBy(mapsIn(record, 'participants'), ['actor', 'role'])
  if (record['precedents'] !== undefined)
    record['precedents'] = listIn(record, 'precedents').filter((other) => other !== key)
  const disputes = listIn(record, 'disputes')
  if (record['context-of'] !== undefined)
    record['context-of'] = listIn(record, 'context-of').filter((one) => !disputes.includes(one))
  if (record['latitude'] === undefined || record['longitude'] === undefined) {
    delete record['latitude']
    delete record['longitude']
  }
}

function settleCoding(coding: Loose): void {
  const type = fromKebab(String(coding['type']))
  if (!PloverType.has(type)) return
  const modes = new Set<unknown>(modesOf(type).map(toKebab))
  if (coding['modes'] !== undefined) coding['modes'] = listIn(coding, 'modes').filter((mode) => modes.has(mode))
  if (needsRecipient(type) && listIn(coding, 'recipients').length === 0) coding['recipients'] = coding['initiators']
}

function settleFigure(figure: Loose): void {
  const { value, min, max } = figure
  if (typeof min === 'number' && typeof max === 'number' && min > max) Object.assign(figure, { min: max, max: min })
  if (value === undefined && min === undefined && max === undefined) figure['as-written'] ??= 'dozens'
}

function settlePosition(position: Loose, statement: Loose): void {
  const speakers = listIn(statement, 'speakers')
  if (position['holder'] !== undefined || speakers.length > 1) position['holder'] = speakers[0]
  if (position['stance'] === 'offers-alternative' && position['alternative'] === position['claim'])
    delete position['alternative']
  if (position['stance'] === 'offers-alternative' && position['alternative'] === undefined)
    position['stance'] = 'denies'
  if (position['stance'] !== 'offers-alternative') delete position['alternative']
}

function uniqueBy(items: readonly Loose[], fields: readonly string[] | null): Loose[] {
  const seen = new Set<string>()
  return items.filter((item) => {
    const mark = canonicalJson(fields === null ? item : fields.map((field) => item[field]))
    return !seen.has(mark) && seen.add(mark) !== undefined
  })
}

function mapsIn(record: Loose, list: string): Loose[] {
  return listIn(record, list) as Loose[] // lists of maps, as in the definitions
}

function listIn(record: Loose, list: string): unknown[] {
  const value = record[list]
  return Array.isArray(value) ? value : []
}
