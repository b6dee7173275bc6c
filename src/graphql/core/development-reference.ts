import type { GraphQLResolveInfo } from 'graphql'
import type { DevelopmentRow } from '../../store/queries/developments.ts'
import type { BatchKey, BatchRow } from '../../store/queries/batch.ts'
import { readDevelopmentNames, readDevelopments } from '../../store/queries/developments.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import { one } from './batch-loader.ts'
import { selectsOnly } from './selection.ts'

interface DevelopmentReference<Parent> {
  readonly to: (parent: Parent) => BatchKey
  readonly reader: Reader
  readonly info: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>
}

/**
 * The development that the parent refers to, as `one` reads it. Where nothing but its name is selected, its row has no more than what
 * these fields tell.
 */
export function developmentOf<Parent extends object>(
  parent: Parent,
  relation: string,
  { to, reader, info }: DevelopmentReference<Parent>,
): DevelopmentRow {
  if (!selectsOnly(info, OF_ITS_NAME))
    return one(parent, relation, { to, read: (asked) => readDevelopments(reader, asked) })
  return one(parent, `${relation}, its name`, {
    to,
    // What the row lacks is asked by fields that are not selected.
    read: (asked) => readDevelopmentNames(reader, asked) as (DevelopmentRow & BatchRow)[],
  })
}

/** The fields that a name tells: see `readDevelopmentNames`. */
const OF_ITS_NAME: ReadonlySet<string> = new Set(['__typename', 'id', 'key', 'kind', 'headline'])
