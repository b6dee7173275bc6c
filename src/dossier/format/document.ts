import { nearestKeys } from '../../model/records/key.ts'
import { isDevelopmentKind } from '../../model/records/definitions.ts'
import { show } from '../../model/records/shown-value.ts'
import { readJson } from './json.ts'
import { Lines, type Locate } from './location.ts'
import { DOSSIER_VERSION, isSection, SECTION_NAMES, SECTIONS, type Section } from './sections.ts'
import type { DossierSink } from './handler.ts'
import { readYaml } from './yaml.ts'

/** Reads a whole dossier, YAML or JSON, and hands on its records. Returns whether these are all that it holds. */
export function readDocument(file: string, text: string, json: boolean, sink: DossierSink): boolean {
  const { value, slips, readable, locate } = json ? readJsonDocument(text) : readYaml(text)
  for (const { line, column, code, message } of slips)
    sink.problem({ file, line, column, record: null, path: [], code, message })
  if (!readable) return false
  const report = (code: string, path: readonly string[], message: string, at?: 'name'): false => {
    sink.problem({ file, ...locate(path, at), record: null, path, code, message })
    return false
  }
  if (value === undefined || value === null)
    return report('FILE_EMPTY', [], 'is empty; a dossier begins with "dossier: 1"')
  if (typeof value !== 'object' || Array.isArray(value)) {
    return report('WRONG_TYPE', [], `found ${show(value)}; a dossier is a map that begins with "dossier: 1"`)
  }
  const members = value as Readonly<Record<string, unknown>> // neither a list nor null
  checkVersion(members['dossier'], report)
  let whole = true
  for (const [name, records] of Object.entries(members)) {
    if (name === 'dossier') continue
    if (isSection(name)) whole = readSection(file, name, records, { sink, locate, report }) && whole
    else whole = report('UNKNOWN_FIELD', [name], describeUnknownSection(name), 'name')
  }
  return whole
}

/** Reads one line of NDJSON: a record under the singular of its section, or the version of the format. */
export function readLine(file: string, text: string, line: number, sink: DossierSink): boolean {
  const read = readJson(text)
  const at = (offset: number) => ({ line, column: offset + 1 })
  const report = (code: string, offset: number, path: readonly string[], message: string): false => {
    sink.problem({ file, ...at(offset), record: null, path, code, message })
    return false
  }
  for (const { offset, code, message } of read.slips) report(code, offset, [], message)
  const { value } = read
  if (value === undefined) return false
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return report('WRONG_TYPE', 0, [], `found ${show(value)}; ${LINE_ALLOWED}`)
  }
  const [member, ...more] = Object.entries(value)
  if (member === undefined || more.length > 0) {
    return report(
      'WRONG_TYPE',
      0,
      [],
      `found a map of ${1 + more.length - (member === undefined ? 1 : 0)}; ${LINE_ALLOWED}`,
    )
  }
  const [name, record] = member as [string, unknown]
  if (name === 'dossier') {
    checkVersion(record, (code, path, message) => report(code, read.offsetOf(path), path, message))
    return true
  }
  const section = SECTION_NAMES.find((one) => SECTIONS[one] === name)
  if (section === undefined) {
    const near = nearestKeys(name, SINGULARS)
    const plural = isSection(name)
      ? `did you mean ${SECTIONS[name]}?`
      : near.length > 0
        ? `did you mean ${near.join(' or ')}?`
        : ''
    const kinds = isDevelopmentKind(name) ? 'did you mean development?' : plural
    return report(
      'UNKNOWN_FIELD',
      read.offsetOf([name], 'name'),
      [name],
      `unknown field ${show(name)}; ${kinds || LINE_ALLOWED}`,
    )
  }
  const locate: Locate = (path, end) => at(read.offsetOf([name, ...path], end))
  sink.record({ file, section, place: name, value: record, position: { line, column: 1 }, locate })
  return true
}

const SINGULARS = Object.values(SECTIONS)
const LINE_ALLOWED = `a line holds one record under the name of what it is: ${SINGULARS.join(', ')}`

type Report = (code: string, path: readonly string[], message: string, at?: 'name') => false

interface Document {
  readonly sink: DossierSink
  readonly locate: Locate
  readonly report: Report
}

function readSection(file: string, section: Section, records: unknown, { sink, locate, report }: Document): boolean {
  if (!Array.isArray(records))
    return report('WRONG_TYPE', [section], `found ${show(records)}; a list of records is allowed`)
  records.forEach((value: unknown, index) => {
    const within: Locate = (path, at) => locate([section, index, ...path], at)
    sink.record({ file, section, place: `${section}[${index}]`, value, position: within([]), locate: within })
  })
  return true
}

function readJsonDocument(text: string): ReturnType<typeof readYaml> {
  const read = readJson(text)
  const lines = new Lines(text)
  const slips = read.slips.map(({ offset, code, message }) => ({ ...lines.at(offset), code, message }))
  const locate: Locate = (path, at) => lines.at(read.offsetOf(path, at))
  return { value: read.value, slips, readable: read.value !== undefined, locate }
}

function checkVersion(version: unknown, report: Report): void {
  if (version === DOSSIER_VERSION) return
  const message =
    version === undefined
      ? `is missing; write "dossier: ${DOSSIER_VERSION}", the version of the format`
      : `found ${show(version)}; this version of Demarche reads dossier: ${DOSSIER_VERSION}`
  report('VERSION_UNKNOWN', ['dossier'], message)
}

function describeUnknownSection(name: string): string {
  const near = nearestKeys(name.toLowerCase(), SECTION_NAMES)
  const meant = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `allowed: dossier, ${SECTION_NAMES.join(', ')}`
  return `unknown field ${show(name)}; ${meant}`
}
