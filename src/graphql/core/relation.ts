import type { BatchKey, BatchRow } from '../../store/queries/batch.ts'
import {
  readDevelopmentNames,
  readDevelopments,
  readDevelopmentsOfRevisions,
  readNamesOfRevisions,
} from '../../store/queries/developments.ts'
import { idsOfKeys } from '../../store/search/keys.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import { loadMany, loadOne, loadOneOrNull } from './batch-loader.ts'
import type { Context } from './context.ts'
import { selectsOnly, type Selected } from './selection.ts'

/*
 * Resolvers of fields that lead from a row to other rows. Each loads its relation for the whole batch of the row (`batch-loader.ts`).
 */

type Keyed<Name extends string, Id> = { readonly [Key in Name]: Id } & { readonly asOf: number }
type Read<Row> = (reader: Reader, keys: readonly BatchKey[]) => readonly Row[]
type ReadContext = Pick<Context, 'reader'>

/** Resolves to the rows of a relation, in the order in which they are read. */
export function toMany<Parent extends object, Row extends BatchRow>(
  relation: string,
  read: Read<Row>,
  keyOf: (parent: Parent) => BatchKey,
) {
  return (parent: Parent, _: unknown, { reader }: ReadContext): readonly Row[] =>
    loadMany(parent, relation, (parents: readonly Parent[]) => read(reader, parents.map(keyOf)))
}

/** Resolves to the row whose id the parent holds in the field `name`. */
export function toOne<Name extends string, Row extends BatchRow>(name: Name, read: Read<Row>) {
  return (parent: Keyed<Name, number>, _: unknown, { reader }: ReadContext): Row =>
    loadOne(parent, name, { to: (each) => [each[name], each.asOf], read: (keys) => read(reader, keys) })
}

/** Resolves to the row whose id the parent may hold in the field `name`; null if the id is null or was not yet recorded. */
export function toOneOrNull<Name extends string, Row extends BatchRow>(name: Name, read: Read<Row>) {
  return (parent: Keyed<Name, number | null>, _: unknown, { reader }: ReadContext): Row | null =>
    loadOneOrNull(parent, name, {
      to: ({ [name]: id, asOf }) => (id === null || id > asOf ? null : [id, asOf]),
      read: (keys) => read(reader, keys),
    })
}

/** A read of fewer columns, for when only some fields are selected. */
interface Narrow<Row> {
  /** The fields that need no more than these columns. */
  readonly fields: ReadonlySet<string>
  readonly read: Read<Partial<Row> & BatchRow>
}

/** Resolves like {@link toOne}. If only the fields of `narrow` are selected below, the row holds no more than those. */
export function toOneNarrow<Name extends string, Row extends BatchRow>(
  name: Name,
  read: Read<Row>,
  narrow: Narrow<Row>,
) {
  return (parent: Keyed<Name, number>, _: unknown, { reader }: ReadContext, info: Selected): Row => {
    const to = (each: Keyed<Name, number>): BatchKey => [each[name], each.asOf]
    if (!selectsOnly(info, narrow.fields)) return loadOne(parent, name, { to, read: (keys) => read(reader, keys) })
    // The columns that the row lacks belong to fields that are not selected.
    return loadOne(parent, `${name}, narrow`, { to, read: (keys) => narrow.read(reader, keys) as readonly Row[] })
  }
}

/** The fields of a development that `readDevelopmentNames` reads. */
const NAME_FIELDS: ReadonlySet<string> = new Set(['__typename', 'id', 'key', 'kind', 'headline'])

/** Resolves to the development whose id the parent holds in the field `name`. */
export function toDevelopment<Name extends string>(name: Name) {
  return toOneNarrow(name, readDevelopments, { fields: NAME_FIELDS, read: readDevelopmentNames })
}

/** Resolves to the development that says what the parent holds. */
export const ownDevelopment = toOneNarrow('revisionId', readDevelopmentsOfRevisions, {
  fields: NAME_FIELDS,
  read: readNamesOfRevisions,
})

/** The key of a record in a batch read. */
export function recordKey({ id, asOf }: { readonly id: number; readonly asOf: number }): BatchKey {
  return [id, asOf]
}

/** A development, or a part of one. */
export interface OfRevision {
  readonly revisionId: number
  readonly asOf: number
}

/** The key of a revision: what a development says belongs to its revision. */
export function revisionKey({ revisionId, asOf }: OfRevision): BatchKey {
  return [revisionId, asOf]
}

/** The key of a part of a revision that has parts of its own. */
export function partKey({ revisionId, asOf, ordinal }: OfRevision & { readonly ordinal: number }): BatchKey {
  return [revisionId, asOf, ordinal]
}

/** The id of the record with this key; null without a key. Throws `UNKNOWN_KEY`. */
export function idOfKey(
  reader: Reader,
  kind: Parameters<typeof idsOfKeys>[1],
  key: string | null | undefined,
): number | null {
  return key == null ? null : (idsOfKeys(reader, kind, [key])[0] ?? null)
}
