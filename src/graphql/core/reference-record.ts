import type { InputFieldMap, InputShapeFromFields, ObjectRef } from '@pothos/core'
import type { ReferenceKind } from '../../model/records/definitions.ts'
import type { Page, PageRequest } from '../../store/queries/keyset.ts'
import { SEARCH_MAX, searchNames } from '../../store/search/full-text.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import { asKnownAt, readAsOf } from './as-of.ts'
import { builder, type Types } from './builder.ts'
import { connectionType, paging, rootConnection } from './connection.ts'
import type { ReferenceRow } from './node.ts'
import { type Cost, costs } from '../cost/query-cost.ts'
import { perPage } from '../cost/list-cost.ts'

/** A kind of reference record, and how its records are read. */
interface ReferenceRecord<Row, Args extends InputFieldMap, Wanted> {
  readonly name: ReferenceKind
  /** An example of a key, for people. */
  readonly example?: string
  readonly reads: {
    readonly byKey: (reader: Reader, key: string, asOf: number) => Row | undefined
    readonly page: (reader: Reader, wanted: Wanted, request: PageRequest) => Page<Row>
    readonly count: (reader: Reader, wanted: Wanted) => number
  }
  /** Whether the root field takes `asKnownAt`. */
  readonly hasPast: boolean
  /** The description of the list. */
  readonly description: string
  /** The arguments of the list besides paging. */
  readonly args: Args
  readonly wanted: (args: InputShapeFromFields<Args>, reader: Reader, asOf: number) => Wanted
}

/** Adds the root fields of a kind of reference record, one record by its key and the list of all. Returns the type of that list. */
export function recordFields<Row extends ReferenceRow, Args extends InputFieldMap, Wanted>(
  type: ObjectRef<Types, Row>,
  { name, example, reads, hasPast, ...list }: ReferenceRecord<Row, Args, Wanted>,
) {
  const typeName = name.charAt(0).toUpperCase() + name.slice(1)
  const connection = connectionType(type, typeName, `${name}s`)
  const article = name === 'actor' ? 'an' : 'a'
  builder.queryFields((t) => ({
    [name]: t.field({
      type,
      nullable: true,
      description: `The ${name} with this key. Null if there is none${hasPast ? ', or if it was recorded after `asKnownAt`' : ''}.`,
      args: {
        key: t.arg({
          type: 'Key',
          required: true,
          description: `The key of ${article} ${name}${example === undefined ? '' : `, such as ${example}`}.`,
        }),
        ...(hasPast ? asKnownAt : ({} as Partial<typeof asKnownAt>)),
      },
      resolve: (_, args, context) =>
        readAsOf(context, args.asKnownAt, (asOf) => reads.byKey(context.reader, args.key, asOf)) as never, // a row of `type`
    }),
    [`${name}s`]: t.field({
      type: connection,
      nullable: true,
      extensions: costs(perSearchedPage),
      description: list.description,
      args: { ...list.args, ...paging },
      resolve: (_, args, { reader, seq }) => {
        // The arguments are those of `list.args` and of `paging`.
        const wanted = list.wanted(args as unknown as InputShapeFromFields<Args>, reader, seq())
        return rootConnection(reads.page(reader, wanted, args as PageRequest), () => reads.count(reader, wanted))
      },
    }),
  }))
  return connection
}

/** The cost of a page of records, which a search finds among the names of all records of the kind. */
function perSearchedPage({ search, ...request }: PageRequest & { readonly search?: string | null | undefined }): Cost {
  return { ...perPage(request), field: search == null ? 1 : SEARCH }
}

const SEARCH = 1_000

/** The `search` argument of a list of records with names. */
export function searchArgument(searched: string) {
  return builder.args((t) => ({
    search: t.string({
      description: `Only ${searched} in which every word of this text begins a word, ignoring case and diacritics. Names with a hyphen or an apostrophe are also found without it. A blank text matches all, and a text without letters or digits matches none. At most ${SEARCH_MAX} characters; a longer text is refused with SEARCH_TOO_LONG.`,
    }),
  }))
}

/** The ids of the records whose names match the search; null if there is no search. */
export function idsFound(reader: Reader, kind: Parameters<typeof searchNames>[1], search: string | null | undefined) {
  return search == null ? null : searchNames(reader, kind, search)
}

/** The description of the field `revision` of every reference record. */
export const REVISION = 'The number of times the record has been saved with a change, starting at 1.'
