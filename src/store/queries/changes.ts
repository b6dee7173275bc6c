import type { DevelopmentRecord } from '../../model/records/definitions.ts'
import { contentOf } from '../log/entries.ts'
import { alias, eq, sql } from '../schema/drizzle.ts'
import { changes } from '../schema/log.ts'
import type { Reader } from '../sqlite/prepared.ts'
import { batch, type BatchKey, type BatchRow, selectBatch, batchRead } from './batch.ts'
import { pick, select } from './select.ts'

/** The greatest seq recorded by an instant, in milliseconds since 1970; 0 where there is none. */
export function seqAt(reader: Reader, instant: number): number {
  return reader.get(SEQ_AT, { instant })?.seq ?? 0
}

const SEQ_AT = select(
  pick(changes, 'seq'),
  sql`from ${changes} where ${changes.at} <= @instant order by ${changes.at} desc, ${changes.seq} desc limit 1`,
)

/** The last seq of a change's batch, as of which everything appended together is known; the seq itself where there is no such change. */
export function readBatchEnd(reader: Reader, seq: number): number {
  return reader.get(CHANGE, { seq })?.batch ?? seq
}

/** When a change was recorded, in milliseconds since 1970; null where there is no such change. */
export function readRecordedAt(reader: Reader, seq: number): number | null {
  return reader.get(CHANGE, { seq })?.at ?? null
}

const CHANGE = select(pick(changes, 'batch', 'at'), sql`from ${changes} where ${changes.seq} = @seq`)

/** The content of a revision, and of the revision before it. */
export interface ContentChange extends BatchRow {
  readonly before: DevelopmentRecord
  readonly after: DevelopmentRecord
}

/** How revisions changed the content; nothing for a first revision, or one that repeats the content. */
export function readContentChanges(reader: Reader, keys: readonly BatchKey[]): ContentChange[] {
  return readPairs(reader, keys).map(({ parent, asOf, seq, ...pair }) => ({
    parent,
    asOf,
    // Revisions belong to developments.
    before: contentOf({ seq, format: pair.formerFormat, content: pair.former }) as DevelopmentRecord,
    after: contentOf({ seq, format: pair.format, content: pair.content }) as DevelopmentRecord,
  }))
}

const former = alias(changes, 'former')

// The id of a revision is its seq.
const readPairs = batchRead(
  selectBatch(
    { ...pick(changes, 'seq', 'format', 'content'), formerFormat: former.format, former: former.content },
    sql`from ${batch} cross join ${changes} on ${eq(changes.seq, batch.id)}
      cross join ${changes} ${former} on ${eq(former.space, changes.space)} and ${eq(former.key, changes.key)}
        and ${former.revision} = ${changes.revision} - 1
      where ${former.content} <> ${changes.content} or ${former.format} <> ${changes.format} order by ${batch.parent}`,
  ),
)
