import { isMap } from '../../model/records/canonical-json.ts'
import { isDevelopmentKind } from '../../model/records/definitions.ts'
import { nearestKeys } from '../../model/records/key.ts'
import type { Path } from '../../model/records/references.ts'
import { show } from '../../model/errors.ts'
import { lacksSpaceAfterDash } from '../../model/records/validation.ts'
import { readJson } from './json.ts'
import type { DossierProblem } from './problems.ts'
import { DOSSIER_VERSION, isSection, type RecordAddress, SECTION_NAMES, SECTIONS } from './sections.ts'
import { type Locate, readYaml } from './yaml.ts'
import type { ProblemCode } from '../../model/problem-codes.ts'

/** Receives what a file holds, in the order in which it is written. */
export interface DossierHandler {
  record(address: RecordAddress, value: unknown): void
  problem(problem: DossierProblem): void
  warning(warning: DossierProblem): void
}

export interface ReadDocument {
  /** Whether every record of the file reached the handler. */
  readonly isComplete: boolean
  readonly locate: Locate
}

/** Passes the records of a whole dossier, YAML or JSON, to the handler. */
export function readDocument(file: string, text: string, json: boolean, handler: DossierHandler): ReadDocument {
  const { value, problems, warnings, isComplete, locate } = json ? readJson(text) : readYaml(text)
  const report = reportTo(handler, file, locate)
  for (const problem of problems) handler.problem({ file, ...problem, record: null, path: [] })
  for (const warning of warnings) handler.warning({ file, ...warning, record: null, path: [] })
  if (!isComplete) return { isComplete, locate }
  if (!isMap(value)) {
    const isEmpty = value === undefined || value === null
    const found = isEmpty
      ? 'is empty; a dossier'
      : `found ${locate([]).written ?? show(value)}; a dossier is a map that`
    return {
      isComplete: report(isEmpty ? 'FILE_EMPTY' : 'WRONG_TYPE', [], `${found} starts with "dossier: 1"`),
      locate,
    }
  }
  checkVersion(value['dossier'], report, locate)
  // What has a problem may be the key of a record, or a whole section.
  let areSectionsComplete = problems.length === 0
  for (const [name, records] of Object.entries(value)) {
    if (name === 'dossier') continue
    if (!isSection(name)) {
      report('UNKNOWN_FIELD', [name], describeUnknownSection(name), 'name')
    } else if (!Array.isArray(records)) {
      const remedy = lacksSpaceAfterDash(records) ? 'write a space after each -' : 'expected a list of records'
      report('WRONG_TYPE', [name], `found ${show(records)}; ${remedy}`)
    } else {
      records.forEach((record: unknown, index) => handler.record({ file, section: name, index, offset: null }, record))
      continue
    }
    areSectionsComplete = false
  }
  return { isComplete: areSectionsComplete, locate }
}

export interface Line {
  readonly file: string
  /** From 1. */
  readonly number: number
  /** The byte at which it begins. */
  readonly offset: number
}

/** Passes the record of a line of NDJSON, written under the singular of its section, to the handler. Returns whether it could be read. */
export function readLine({ file, number, offset }: Line, text: string, handler: DossierHandler): boolean {
  const { value, problems, isComplete, locate } = readJson(text)
  const report = reportTo(handler, file, (path, end) => ({ line: number, column: locate(path, end).column }))
  for (const problem of problems) {
    const message = isComplete || !/\r(?=[^\n])/.test(text) ? problem.message : LINES_END_IN_CR
    handler.problem({ file, ...problem, message, line: number, record: null, path: [] })
  }
  if (!isComplete) return false
  const fields = isMap(value) ? Object.entries(value) : []
  const [[name, record] = ['', undefined]] = fields
  if (fields.length !== 1) {
    const found = isMap(value) ? `a map of ${fields.length}` : show(value)
    return report('WRONG_TYPE', [], `found ${found}; ${LINE_ALLOWED}`)
  }
  const section = SECTION_NAMES.find((one) => SECTIONS[one] === name)
  if (section !== undefined) handler.record({ file, section, index: number, offset }, record)
  else if (name === 'dossier') checkVersion(record, report, locate)
  else return report('UNKNOWN_FIELD', [name], describeUnknownRecord(name), 'name')
  return problems.length === 0
}

const LINES_END_IN_CR = 'the lines end in CR alone; save the file with LF or CRLF at the end of each line'

const LINE_ALLOWED = `a line holds one record under the name of its kind: ${Object.values(SECTIONS).join(', ')}`

type Report = (code: ProblemCode, path: Path, message: string, end?: 'name') => false

function reportTo(handler: DossierHandler, file: string, locate: Locate): Report {
  return (code, path, message, end) => {
    handler.problem({ file, ...locate(path, end), record: null, path, code, message })
    return false
  }
}

function checkVersion(version: unknown, report: Report, locate: Locate): void {
  if (version === DOSSIER_VERSION) return
  const message =
    version === undefined
      ? `is missing; write "dossier: ${DOSSIER_VERSION}", the version of the format`
      : `found ${locate(['dossier']).written ?? show(version)}; this version of Demarche reads dossier: ${DOSSIER_VERSION}`
  report('VERSION_UNKNOWN', ['dossier'], message)
}

function describeUnknownSection(name: string): string {
  const near = nearestKeys(name.toLowerCase(), SECTION_NAMES)
  const meant = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `allowed: dossier, ${SECTION_NAMES.join(', ')}`
  return `unknown field ${show(name)}; ${meant}`
}

function describeUnknownRecord(name: string): string {
  const singular = isDevelopmentKind(name) ? 'development' : isSection(name) ? SECTIONS[name] : undefined
  const near = singular === undefined ? nearestKeys(name, Object.values(SECTIONS)) : [singular]
  return `unknown field ${show(name)}; ${near.length > 0 ? `did you mean ${near.join(' or ')}?` : LINE_ALLOWED}`
}
