import { show } from '../../model/errors.ts'
import type { AnyRecord, Space } from '../../model/records/definitions.ts'
import type { Path } from '../../model/records/references.ts'
import { toKebab } from '../../model/vocabulary/vocabulary.ts'
import { storedIdentities } from '../../store/queries/identities.ts'
import type { Note, Staging } from '../../store/sqlite/staging.ts'
import type { AddressOf, FieldAddress, ProblemList, RecordProblem } from '../format/problems.ts'
import type { ResolvedRecords } from './resolved-records.ts'

/*
 * Two actors or places with one identifier, or two sources with one URL, are usually one record written twice. Every identity is noted
 * under a name that is the same for the same thing, so that equal ones come one after the other when the notes are read in their order.
 */

interface NotedIdentity {
  readonly space: Space
  /** The register of an identifier; null for a URL. */
  readonly scheme: string | null
  readonly value: string
  readonly at: FieldAddress
}

/** Notes the identifiers and URLs of a record. */
export function noteIdentities(staging: Staging, record: AnyRecord, at: AddressOf): void {
  const note = (space: Space, key: string, scheme: string | null, value: string, path: Path): void => {
    const noted: NotedIdentity = { space, scheme, value, at: at(path) }
    staging.note('identity', nameOf(space, scheme, value), key, noted)
  }
  if ('reliability' in record) {
    for (const field of ['url', 'archive-url'] as const)
      if (record[field] !== undefined) note('source', record.key, null, record[field], [field])
  } else if ('identifiers' in record) {
    const space = 'kind' in record ? 'actor' : 'place'
    for (const [scheme, value = ''] of Object.entries(record.identifiers ?? {}))
      note(space, record.key, scheme, value, ['identifiers', scheme])
  }
}

/** Equal for the same thing: the case of an identifier, and the scheme and last slash of a web address, do not matter. */
function nameOf(space: Space, scheme: string | null, value: string): string {
  const isAddress = scheme === null || scheme === 'website'
  return `${space} ${scheme} ${isAddress ? bareAddress(value) : value.toUpperCase()}`
}

function bareAddress(address: string): string {
  if (!URL.canParse(address)) return address
  const { host, pathname, search, hash } = new URL(address)
  return `${host}${pathname.replace(/\/$/, '')}${search}${hash}`
}

/** How many identities are looked up in the store at once. */
const LOOKED_UP = 10_000

export function warnOfDuplicates(records: ResolvedRecords, warnings: ProblemList): void {
  let first: Note | undefined
  let fresh: Note[] = []
  for (const note of records.staging.notes('identity')) {
    const { space, at } = note.data as NotedIdentity // as noted above
    if (first?.first !== note.first) first = note
    else if (first.second !== note.second) warnings.add(describe(note, first.second, at))
    if (records.reader === undefined || records.isStored(space, note.second)) continue
    fresh.push(note)
    if (fresh.length < LOOKED_UP) continue
    warnOfStored(fresh, records, warnings)
    fresh = []
  }
  warnOfStored(fresh, records, warnings)
}

/** Warns of new records with an identity that a record of the store has, unless a dossier holds that record too. */
function warnOfStored(fresh: readonly Note[], records: ResolvedRecords, warnings: ProblemList): void {
  const { reader } = records
  if (reader === undefined || fresh.length === 0) return
  for (const [space, notes] of Map.groupBy(fresh, ({ data }) => (data as NotedIdentity).space)) {
    const values = notes.flatMap(({ data }) => spellingsOf(data as NotedIdentity))
    const stored = new Map(
      storedIdentities(reader, space, values)
        .filter(({ key }) => !records.isStaged(space, key))
        .map(({ key, scheme, value }) => [nameOf(space, scheme === null ? null : toKebab(scheme), value), key]),
    )
    for (const note of notes) {
      const other = stored.get(note.first)
      if (other !== undefined) warnings.add(describe(note, other, (note.data as NotedIdentity).at))
    }
  }
}

/** The spellings that the store is searched for. */
function spellingsOf({ scheme, value }: NotedIdentity): string[] {
  if (scheme !== null && scheme !== 'website') return [value]
  const rest = bareAddress(value)
  return [value, ...['https', 'http'].flatMap((protocol) => ['', '/'].map((end) => `${protocol}://${rest}${end}`))]
}

function describe({ data }: Note, other: string, at: FieldAddress): RecordProblem {
  const { space, scheme, value } = data as NotedIdentity
  const what = scheme === null ? 'address' : `${scheme} identifier`
  const message = `the ${what} ${show(value)} is also that of the ${space} ${show(other)}; if the two are one, keep one record, else correct the ${what}`
  return { at, code: scheme === null ? 'URL_SHARED' : 'IDENTIFIER_SHARED', message }
}
