import { DemarcheError, listFirst, show } from '../errors.ts'
import { Stance } from '../vocabulary/claim.ts'
import { DERIVED_ROLES, ParticipantRole } from '../vocabulary/development.ts'
import { modesOf, needsRecipient, PloverMode, PloverType } from '../vocabulary/plover.ts'
import { fromKebab, toKebab } from '../vocabulary/vocabulary.ts'
import { canonicalJson, isMap, listOf } from './canonical-json.ts'
import type { RecordKind } from './definitions.ts'
import { nearestKeys } from './key.ts'
import type { Path } from './references.ts'
import type { ProblemCode } from '../problem-codes.ts'

/** A problem of a record. */
export interface Problem {
  /** The field that is wrong, or the one in which something is missing. */
  readonly path: Path
  readonly code: ProblemCode
  /** What is wrong, and the remedy. It may be written when it is read: of very many problems, few are shown. */
  readonly message: string
  /**
   * The message if the value is known as it was written: the number 7 may be `007`. Only for a value that is no text where a text, or
   * another type, is expected.
   */
  readonly explain?: (written: string) => string
}

/** A message that takes time to write, or is long, is given as a function. */
export type Message = string | (() => string)

export function problemAt(path: Path, code: ProblemCode, message: Message, explain?: Problem['explain']): Problem {
  return {
    path,
    code,
    get message() {
      return typeof message === 'string' ? message : message()
    },
    ...(explain && { explain }),
  }
}

/**
 * Checks the rules between the fields of one record, which the definitions of single fields cannot express. Takes a record as written,
 * valid or not, and ignores what it cannot read, so that other problems do not hide these.
 */
export function checkRules(kind: RecordKind, raw: Readonly<Record<string, unknown>>): Problem[] {
  const problems: Problem[] = []
  const report: Report = (code, path, message) => void problems.push(problemAt(path, code, message))
  checkRepetitions(raw, [], report)
  if (kind === 'place') checkCoordinates(raw, report)
  if (kind === 'event' || kind === 'statement' || kind === 'measure') checkDevelopment(kind, raw, report)
  else checkSelfReferences(raw, raw['key'], report)
  return problems
}

type Fields = Readonly<Record<string, unknown>>
type Report = (code: ProblemCode, path: Path, message: Message) => void

const EXCERPT_WORDS = 12

/** Where an actor, a claim or a dispute may name a record of its own kind. */
function checkSelfReferences(raw: Fields, key: unknown, report: Report): void {
  forEachOf(raw, 'affiliations', ({ to }, path) => refuseSelf(to, key, [...path, 'to'], report))
  forEachOf(raw, 'relations', ({ claim }, path) => refuseSelf(claim, key, [...path, 'claim'], report))
  listOf(raw['precedents']).forEach((precedent, index) => refuseSelf(precedent, key, ['precedents', index], report))
}

function checkDevelopment(kind: 'event' | 'statement' | 'measure', raw: Fields, report: Report): void {
  checkCitations(raw, report)
  forEachOf(raw, 'codings', (coding, path) => checkCoding(coding, path, report))
  forEachOf(raw, 'figures', (figure, path) => checkFigure(figure, path, report))
  forEachOf(raw, 'participants', ({ role }, path) => checkRole(role, [...path, 'role'], report))
  forEachOf(raw, 'links', ({ development }, path) =>
    refuseSelf(development, raw[kind], [...path, 'development'], report),
  )
  refuseRepeated(raw, 'participants', ['actor', 'role'], report)
  refuseRepeated(raw, 'links', ['relation', 'development'], report)
  const disputes = new Set(listOf(raw['disputes']))
  listOf(raw['context-of']).forEach((dispute, index) => {
    if (!disputes.has(dispute)) return
    const message = `${show(dispute)} is also in disputes; a development is either part of a dispute or background to it`
    report('DISPUTE_AND_CONTEXT', ['context-of', index], message)
  })
  if (kind === 'statement') forEachOf(raw, 'positions', (position, path) => checkPosition(position, raw, path, report))
}

function checkCitations(raw: Fields, report: Report): void {
  const cited = new Set<string>()
  forEachOf(raw, 'citations', ({ source, excerpt }, path) => {
    if (typeof source === 'string') {
      if (cited.has(source)) {
        report('CITED_TWICE', [...path, 'source'], `${show(source)} is cited twice; use one citation per source`)
      }
      cited.add(source)
    }
    const words = typeof excerpt === 'string' ? excerpt.split(/\s+/).filter((word) => word !== '').length : 0
    if (words > EXCERPT_WORDS) {
      const message = `the excerpt has ${words} words; the limit is ${EXCERPT_WORDS}`
      report('EXCERPT_TOO_LONG', [...path, 'excerpt'], message)
    }
  })
  for (const list of ['figures', 'bearings', 'assessments', 'quotes', 'positions']) {
    forEachOf(raw, list, ({ citation }, path) => {
      if (typeof citation !== 'string' || cited.has(citation)) return
      report('NOT_CITED', [...path, 'citation'], () => {
        const near = nearestKeys(citation, cited)
        const all = cited.size === 0 ? 'none' : listFirst(cited)
        const remedy = near.length > 0 ? `did you mean ${near.join(', ')}?` : `cite it, or use a cited source: ${all}`
        return `the development does not cite ${show(citation)}; ${remedy}`
      })
    })
  }
}

function checkCoding(coding: Fields, path: Path, report: Report): void {
  const type = wordOf(coding['type'])
  if (!PloverType.has(type)) return
  const name = toKebab(type)
  if (needsRecipient(type) && listOf(coding['recipients']).length === 0) {
    report('RECIPIENT_MISSING', path, `${name} needs a recipient; name in recipients the actor to whom it was done`)
  }
  const modes = modesOf(type).map(toKebab)
  listOf(coding['modes']).forEach((mode, index) => {
    const value = wordOf(mode)
    if (typeof mode !== 'string' || modes.includes(toKebab(value))) return
    report('MODE_NOT_OF_TYPE', [...path, 'modes', index], () => {
      const near = PloverMode.has(value) ? [] : nearestKeys(mode, modes)
      const meant = near.length > 0 ? `did you mean ${near.join(', ')}? ` : ''
      const remedy = modes.length > 0 ? `${meant}allowed: ${modes.join(', ')}` : `${name} has no modes; remove modes`
      return `${show(mode)} is not a mode of ${name}; ${remedy}`
    })
  })
}

function checkFigure(figure: Fields, path: Path, report: Report): void {
  const { value, min, max } = figure
  if ([value, min, max, figure['as-written']].every((field) => field === undefined)) {
    report('FIGURE_EMPTY', path, 'the figure has no number; give value, min or max, or as-written')
  }
  if (typeof min === 'number' && typeof max === 'number' && min > max) {
    report('FIGURE_INVERTED', [...path, 'min'], `min ${min} is greater than max ${max}; put the smaller number in min`)
  }
}

const FIELDS_BY_ROLE: Readonly<Partial<Record<ParticipantRole, string>>> = {
  SPEAKER: 'speakers',
  ON_BEHALF_OF: 'on-behalf-of',
  ADDRESSEE: 'addressees',
  IMPOSED_BY: 'imposed-by',
  TARGET: 'targets',
}

function checkRole(role: unknown, path: Path, report: Report): void {
  const value = wordOf(role)
  if (!ParticipantRole.has(value) || !DERIVED_ROLES.has(value)) return
  const allowed = ParticipantRole.values.filter((one) => !DERIVED_ROLES.has(one)).map(toKebab)
  const message = `the role ${show(role)} is derived from ${FIELDS_BY_ROLE[value]}; allowed here: ${allowed.join(', ')}`
  report('ROLE_DERIVED', path, message)
}

function checkPosition(position: Fields, statement: Fields, path: Path, report: Report): void {
  const speakers = listOf(statement['speakers'])
  if (position['holder'] === undefined && speakers.length > 1) {
    const message = `the statement has ${speakers.length} speakers and the position no holder; name the holder`
    report('HOLDER_MISSING', path, message)
  }
  const { stance, alternative } = position
  if (stance === 'offers-alternative' && alternative === undefined) {
    report('ALTERNATIVE_MISSING', path, 'offers-alternative needs a rival claim; name it in alternative')
  } else if (stance !== 'offers-alternative' && alternative !== undefined && Stance.has(wordOf(stance))) {
    const message = `${show(stance)} takes no alternative; remove it, or make the stance offers-alternative`
    report('ALTERNATIVE_UNASKED', [...path, 'alternative'], message)
  } else if (alternative !== undefined && alternative === position['claim']) {
    report('SELF_REFERENCE', [...path, 'alternative'], `${show(alternative)} is the claim itself; name another`)
  }
}

function checkCoordinates(raw: Fields, report: Report): void {
  for (const [given, missing] of [
    ['latitude', 'longitude'],
    ['longitude', 'latitude'],
  ] as const) {
    if (raw[given] === undefined || raw[missing] !== undefined) continue
    report('COORDINATE_MISSING', [given], `${given} is given without ${missing}; give both or neither`)
  }
}

function refuseSelf(key: unknown, own: unknown, path: Path, report: Report): void {
  if (typeof key !== 'string' || key !== own) return
  report('SELF_REFERENCE', path, `${show(key)} is the record itself; name another`)
}

/** Refuses equal items in any list: keys, words or whole maps. Maps with only the same identity are left to `refuseRepeated`. */
function checkRepetitions(value: unknown, path: Path, report: Report): void {
  if (Array.isArray(value)) {
    const seen = new Map<string, number>()
    value.forEach((item: unknown, index) => {
      // Numbers and nothing are no entries of any list: 1e3 and 1000 are different texts.
      if (typeof item !== 'string' && (typeof item !== 'object' || item === null)) return
      const text = value.length > 1 ? comparable(item) : ''
      const first = seen.get(text) ?? index
      seen.set(text, first)
      const name = typeof item === 'object' ? 'the same entry' : show(item)
      if (first !== index) {
        report('REPEATED', [...path, index], `${name} is repeated, first as item ${first + 1}; remove one`)
      }
      if (typeof item === 'object') checkRepetitions(item, [...path, index], report)
    })
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      // The definition of a map with free names ignores this one.
      if (name === '__proto__') report('UNKNOWN_FIELD', [...path, name], 'unknown field "__proto__"; remove it')
      if (typeof member === 'object') checkRepetitions(member, [...path, name], report)
    }
  }
}

function refuseRepeated(raw: Fields, list: string, fields: readonly string[], report: Report): void {
  /** Each as text, written once for all that have its identity. */
  const seen = new Map<string, { readonly item: Fields; text?: string }>()
  forEachOf(raw, list, (item, path) => {
    const values = fields.map((field) => item[field])
    if (values.some((value) => typeof value !== 'string')) return
    const identity = values.join(' ')
    const first = seen.get(identity)
    if (first === undefined) seen.set(identity, { item })
    // Whole maps that are equal are reported by `checkRepetitions`.
    else if ((first.text ??= comparable(first.item)) !== comparable(item)) {
      report('REPEATED', path, `${values.map(show).join(' with ')} is repeated; merge the two`)
    }
  })
}

/** Equal texts for values that are equal in the log, where an empty list equals none. */
function comparable(value: unknown): string {
  if (typeof value !== 'object') return JSON.stringify(value) ?? ''
  try {
    return canonicalJson(value)
  } catch (error) {
    if (error instanceof DemarcheError) return JSON.stringify(value)
    throw error
  }
}

function forEachOf(raw: Fields, list: string, visit: (item: Fields, path: Path) => void): void {
  listOf(raw[list]).forEach((item, index) => {
    if (isMap(item)) visit(item, [list, index])
  })
}

/** The UPPER_SNAKE form of a word of a dossier; empty if it is not a text. */
function wordOf(value: unknown): string {
  return typeof value === 'string' ? fromKebab(value) : ''
}
