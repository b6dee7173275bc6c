import { canonicalJson } from './canonical-json.ts'
import { DemarcheError } from '../errors.ts'
import { nearestKeys } from './key.ts'
import { modesOf, needsRecipient, PloverMode, PloverType } from '../vocabulary/plover.ts'
import type { Path } from './references.ts'
import type { RecordKind } from './definitions.ts'
import { show } from './shown-value.ts'
import { Stance } from '../vocabulary/claim.ts'
import { DERIVED_ROLES, ParticipantRole } from '../vocabulary/development.ts'
import { fromKebab, toKebab } from '../vocabulary/vocabulary.ts'

/** Something wrong with a record. */
export interface Problem {
  /** Where in the record: the field that is wrong, or the one that lacks something. */
  readonly path: Path
  /** Stable, UPPER_SNAKE. */
  readonly code: string
  /** What was found; what is allowed. */
  readonly message: string
}

const EXCERPT_WORDS = 12

/**
 * What has to hold between the fields of one record, and no definition of a single field can say. Takes a record as it was written, valid
 * or not, and passes over what it cannot read, so that a slip elsewhere hides none of these.
 */
export function checkRules(kind: RecordKind, raw: Readonly<Record<string, unknown>>): Problem[] {
  const problems: Problem[] = []
  const report = (code: string, path: Path, message: string) => void problems.push({ path, code, message })
  checkRepetitions(raw, [], report)
  switch (kind) {
    case 'actor':
      forEachOf(raw, 'affiliations', (affiliation, path) => {
        refuseSelf(affiliation['to'], raw['key'], [...path, 'to'], report)
      })
      break
    case 'place':
      checkCoordinates(raw, report)
      break
    case 'dispute':
      listOf(raw['precedents']).forEach((key, index) => refuseSelf(key, raw['key'], ['precedents', index], report))
      break
    case 'claim':
      forEachOf(raw, 'relations', (relation, path) => {
        refuseSelf(relation['claim'], raw['key'], [...path, 'claim'], report)
      })
      break
    case 'source':
    case 'demand':
      break
    case 'event':
    case 'statement':
    case 'measure':
      checkDevelopment(kind, raw, report)
      break
  }
  return problems
}

type Loose = Readonly<Record<string, unknown>>
type Report = (code: string, path: Path, message: string) => void

function checkDevelopment(kind: 'event' | 'statement' | 'measure', raw: Loose, report: Report): void {
  checkCitations(raw, report)
  forEachOf(raw, 'codings', (coding, path) => checkCoding(coding, path, report))
  forEachOf(raw, 'figures', (figure, path) => checkFigure(figure, path, report))
  forEachOf(raw, 'participants', (participant, path) => checkRole(participant['role'], [...path, 'role'], report))
  forEachOf(raw, 'links', (link, path) => {
    refuseSelf(link['development'], raw[kind], [...path, 'development'], report)
  })
  refuseRepeated(raw, 'participants', ['actor', 'role'], report)
  refuseRepeated(raw, 'links', ['relation', 'development'], report)
  const disputes = new Set(listOf(raw['disputes']))
  listOf(raw['context-of']).forEach((dispute, index) => {
    if (!disputes.has(dispute)) return
    const message = `${show(dispute)} is among its disputes too; a development is part of a dispute or background to it`
    report('DISPUTE_AND_CONTEXT', ['context-of', index], message)
  })
  if (kind === 'statement') forEachOf(raw, 'positions', (position, path) => checkPosition(position, raw, path, report))
}

function checkCitations(raw: Loose, report: Report): void {
  const cited = new Set<string>()
  forEachOf(raw, 'citations', ({ source, excerpt }, path) => {
    if (typeof source === 'string') {
      if (cited.has(source)) {
        report('CITED_TWICE', [...path, 'source'], `${show(source)} is cited twice; give one citation a source`)
      }
      cited.add(source)
    }
    const words = typeof excerpt === 'string' ? excerpt.split(/\s+/).filter((word) => word !== '').length : 0
    if (words > EXCERPT_WORDS) {
      const message = `the excerpt has ${words} words; at most ${EXCERPT_WORDS} may be copied`
      report('EXCERPT_TOO_LONG', [...path, 'excerpt'], message)
    }
  })
  for (const list of ['figures', 'bearings', 'quotes', 'positions']) {
    forEachOf(raw, list, ({ citation }, path) => {
      if (typeof citation !== 'string' || cited.has(citation)) return
      const near = nearestKeys(citation, cited)
      const allowed =
        near.length > 0
          ? `did you mean ${near.join(', ')}?`
          : `cite it, or name one that is cited: ${enumerate(cited, 'none is')}`
      report('NOT_CITED', [...path, 'citation'], `the development does not cite ${show(citation)}; ${allowed}`)
    })
  }
}

function checkCoding(coding: Loose, path: Path, report: Report): void {
  const type = typeof coding['type'] === 'string' ? fromKebab(coding['type']) : ''
  if (!PloverType.has(type)) return
  const name = toKebab(type)
  if (needsRecipient(type) && listOf(coding['recipients']).length === 0) {
    report('RECIPIENT_MISSING', path, `${name} lacks its recipient; name in recipients whom it was done to`)
  }
  const allowed = modesOf(type)
  listOf(coding['modes']).forEach((mode, index) => {
    const value = typeof mode === 'string' ? fromKebab(mode) : ''
    if (allowed.some((one) => one === value)) return
    const modes = allowed.map(toKebab)
    const near = PloverMode.has(value) || typeof mode !== 'string' ? [] : nearestKeys(mode, modes)
    const meant = near.length > 0 ? `did you mean ${near.join(', ')}? ` : ''
    const remedy = modes.length > 0 ? `${meant}allowed: ${modes.join(', ')}` : `${name} has no modes; leave them out`
    report('MODE_NOT_OF_TYPE', [...path, 'modes', index], `${show(mode)} is no mode of ${name}; ${remedy}`)
  })
}

function checkFigure(figure: Loose, path: Path, report: Report): void {
  const { value, min, max } = figure
  if (value === undefined && min === undefined && max === undefined && figure['as-written'] === undefined) {
    report('FIGURE_EMPTY', path, 'the figure gives no number; give value, min or max, or as-written')
  }
  if (typeof min === 'number' && typeof max === 'number' && min > max) {
    report('FIGURE_INVERTED', [...path, 'min'], `min ${min} is greater than max ${max}; put the smaller number in min`)
  }
}

function checkRole(role: unknown, path: Path, report: Report): void {
  const value = typeof role === 'string' ? fromKebab(role) : ''
  if (!ParticipantRole.has(value) || !DERIVED_ROLES.has(value)) return
  const fields = {
    SPEAKER: 'speakers',
    ON_BEHALF_OF: 'on-behalf-of',
    ADDRESSEE: 'addressees',
    IMPOSED_BY: 'imposed-by',
  }
  const field = value in fields ? fields[value as keyof typeof fields] : 'targets' // `in` has just told
  const typed = ParticipantRole.values.filter((one) => !DERIVED_ROLES.has(one)).map(toKebab)
  const message = `the role ${show(role)} follows from ${field} and is not typed in; allowed: ${typed.join(', ')}`
  report('ROLE_DERIVED', path, message)
}

function checkPosition(position: Loose, statement: Loose, path: Path, report: Report): void {
  const speakers = listOf(statement['speakers'])
  if (position['holder'] === undefined && speakers.length > 1) {
    const message = `the statement has ${speakers.length} speakers and the position no holder; name in holder whose it is`
    report('HOLDER_MISSING', path, message)
  }
  const { stance, alternative } = position
  if (stance === 'offers-alternative' && alternative === undefined) {
    report('ALTERNATIVE_MISSING', path, 'offers-alternative names no rival claim; name it in alternative')
  } else if (stance !== 'offers-alternative' && alternative !== undefined && isStance(stance)) {
    const message = `${show(stance)} offers no alternative; leave it out, or make the stance offers-alternative`
    report('ALTERNATIVE_UNASKED', [...path, 'alternative'], message)
  } else if (alternative !== undefined && alternative === position['claim']) {
    report('SELF_REFERENCE', [...path, 'alternative'], `${show(alternative)} is the claim itself; name another`)
  }
}

function isStance(value: unknown): boolean {
  return typeof value === 'string' && Stance.has(fromKebab(value))
}

function checkCoordinates(raw: Loose, report: Report): void {
  for (const [given, missing] of [
    ['latitude', 'longitude'],
    ['longitude', 'latitude'],
  ] as const) {
    if (raw[given] === undefined || raw[missing] !== undefined) continue
    report('COORDINATE_MISSING', [given], `${given} stands without ${missing}; give both or neither`)
  }
}

function refuseSelf(key: unknown, own: unknown, path: Path, report: Report): void {
  if (typeof key !== 'string' || key !== own) return
  report('SELF_REFERENCE', path, `${show(key)} is the record itself; name another`)
}

/** Wherever a list says the same twice: a key, a word, or a whole map. Maps that only share what makes them one are for `refuseRepeated`. */
function checkRepetitions(value: unknown, path: Path, report: Report): void {
  if (Array.isArray(value)) {
    if (value.length > 1) {
      const seen = new Map<string, number>()
      value.forEach((item: unknown, index) => {
        const text = sameText(item)
        const first = seen.get(text)
        if (first === undefined) seen.set(text, index)
        else
          report(
            'REPEATED',
            [...path, index],
            `${nameItem(item)} stands twice, first as number ${first + 1}; once is enough`,
          )
      })
    }
    value.forEach((item: unknown, index) => {
      if (typeof item === 'object') checkRepetitions(item, [...path, index], report)
    })
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      // The definition of a map of free names passes over this one.
      if (name === '__proto__') report('UNKNOWN_FIELD', [...path, name], 'unknown field "__proto__"; leave it out')
      if (typeof member === 'object') checkRepetitions(member, [...path, name], report)
    }
  }
}

function refuseRepeated(raw: Loose, list: string, fields: readonly string[], report: Report): void {
  const seen = new Map<string, Loose>()
  forEachOf(raw, list, (item, path) => {
    const values = fields.map((field) => item[field])
    if (values.some((value) => typeof value !== 'string')) return
    const mark = values.join(' ')
    const first = seen.get(mark)
    if (first === undefined) seen.set(mark, item)
    // One that repeats the whole map has been reported as such.
    else if (sameText(first) !== sameText(item))
      report('REPEATED', path, `${values.map(show).join(' with ')} stands twice; join the two`)
  })
}

/** One text for values that the log does not tell apart: an empty list is as good as none. */
function sameText(value: unknown): string {
  if (typeof value !== 'object') return JSON.stringify(value) ?? ''
  try {
    return canonicalJson(value)
  } catch (error) {
    if (error instanceof DemarcheError) return JSON.stringify(value)
    throw error
  }
}

function forEachOf(raw: Loose, list: string, visit: (item: Loose, path: Path) => void): void {
  listOf(raw[list]).forEach((item, index) => {
    if (typeof item === 'object' && item !== null && !Array.isArray(item)) visit(item as Loose, [list, index])
  })
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function nameItem(item: unknown): string {
  return typeof item === 'object' ? 'the same entry' : show(item)
}

function enumerate(values: Iterable<string>, none: string): string {
  const all = [...values]
  return all.length === 0 ? none : all.join(', ')
}
