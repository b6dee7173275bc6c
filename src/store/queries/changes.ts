import type { DevelopmentRecord, Space } from '../../model/records/definitions.ts'
import { contentOf } from '../../model/records/canonical-record.ts'
import { alias, eq, sql } from '../schema/drizzle.ts'
import { OPEN, revisions } from '../schema/developments.ts'
import { type answers, changes, identitiesOf, type LoggedChange } from '../schema/log.ts'
import type { Reader } from '../sqlite/prepared.ts'
import { batch, type BatchKey, type BatchRow, selectBatch, batchRead } from './batch.ts'
import { pick, select } from './select.ts'

/** The last change of a record, up to a seq if one is given; undefined for a new key. */
export function lastChange(reader: Reader, space: Space, key: string, upTo = OPEN): LoggedChange | undefined {
  return reader.get(
    'select * from changes where space = ? and key = ? and seq <= ? order by revision desc limit 1',
    space,
    key,
    upTo,
  )
}

/** Those of the keys that are in the log. */
export function existingKeys(reader: Reader, space: Space, keys: readonly string[]): ReadonlySet<string> {
  return new Set(reader.all<{ key: string }>(EXISTING_KEYS, space, JSON.stringify(keys)).map(({ key }) => key))
}

export const EXISTING_KEYS =
  'select key from changes where space = ? and key in (select value from json_each(?)) and revision = 1'

/** The hash of a record as it was last imported; undefined if it never was. */
export function baselineOf(reader: Reader, space: Space, key: string): string | undefined {
  return reader.get<{ hash: string }>('select hash from baselines where space = ? and key = ?', space, key)?.hash
}

/** The last change of a record that was imported; undefined if none was. */
export function lastImported(reader: Reader, space: Space, key: string): LoggedChange | undefined {
  return reader.get(
    "select * from changes where space = ? and key = ? and origin = 'IMPORT' order by revision desc limit 1",
    space,
    key,
  )
}

/** A record as `serve --load` last read it, and the revision that the store had after that; undefined if it was never loaded. */
export function lastLoad(reader: Reader, space: Space, key: string): { hash: string; revision: number } | undefined {
  return reader.get('select hash, revision from loads where space = ? and key = ?', space, key)
}

/** The answer to an idempotency key that was written after an instant, in milliseconds since 1970. */
export function answerTo(reader: Reader, by: string, key: string, after: number): AnswerRow | undefined {
  return reader.get('select hash, seq, plan from answers where by = ? and key = ? and at > ?', by, key, after)
}

export type AnswerRow = Pick<typeof answers.$inferSelect, 'hash' | 'seq' | 'plan'>

/** The keys of a space, each once, in no particular order. */
export function* keysOf(reader: Reader, space: Space): IterableIterator<string> {
  const rows = reader.iterate<{ key: string }>('select key from changes where space = ? and revision = 1', space)
  for (const { key } of rows) yield key
}

/**
 * The last change up to a seq of every record of a space, in order of first entry. Read page by page: no read of the store stays open while
 * the caller waits, which would keep the write-ahead log from being reused.
 */
export function* latestContents(reader: Reader, space: Space, upTo: number): IterableIterator<LatestContent> {
  for (let after = 0; ;) {
    const page = reader.all<LatestContent>(
      `select last.*, record.id as enteredAs from ${identitiesOf(space)} record
       cross join changes last on last.space = @space and last.key = record.key and last.revision =
         (select max(revision) from changes where space = @space and key = record.key and seq <= @upTo)
       where record.id > @after and record.id <= @upTo order by record.id limit ${CONTENTS_PAGE}`,
      { space, after, upTo },
    )
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < CONTENTS_PAGE) return
    after = last.enteredAs
  }
}

/** A change with the seq at which its record entered. */
type LatestContent = LoggedChange & { readonly enteredAs: number }

/** A content may take megabytes. */
const CONTENTS_PAGE = 25

/** The seq at which a record entered; undefined for a new key. */
export function enteredAs(reader: Reader, space: Space, key: string): number | undefined {
  return reader.get<{ id: number }>(`select id from ${identitiesOf(space)} where key = ?`, key)?.id
}

/** Whether anything was redacted after a seq. */
export function wasRedactedSince(reader: Reader, seq: number): boolean {
  return reader.get("select 1 from changes where seq > ? and kind = 'REDACTED' limit 1", seq) !== undefined
}

/** A revision of a development with its content, in the order of the ids. */
export type RevisionContent = ReturnType<typeof readRevisionContents>[number]

export function readRevisionContents(reader: Reader, revisionIds: readonly number[]) {
  return reader.all(REVISION_CONTENTS, { revisions: JSON.stringify(revisionIds) })
}

const first = alias(changes, 'first')

const REVISION_CONTENTS = select(
  {
    ...pick(changes, 'seq', 'key', 'format', 'content'),
    ...pick(revisions, 'developmentId', 'kind', 'number', 'retracted', 'note', 'recordedAt', 'credibility'),
    ...pick(revisions, 'earliest', 'latest'),
    firstRecordedAt: sql<number>`case when ${revisions.number} = 1 then ${revisions.recordedAt} else
      (select ${first.at} from ${changes} ${first} where ${first.seq} = ${revisions.developmentId}) end`,
  },
  sql`from json_each(@revisions) j cross join ${revisions} on ${revisions.id} = j.value
    cross join ${changes} on ${changes.seq} = ${revisions.id} order by j.key`,
)

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

/** The key and the content of the record that each of these changes holds. */
export function readContents(reader: Reader, seqs: readonly number[]) {
  const rows = reader.all(CONTENTS, { seqs: JSON.stringify(seqs) })
  return rows.map((row) => ({ seq: row.seq, key: row.key, content: contentOf(row) }))
}

const CONTENTS = select(
  pick(changes, 'seq', 'key', 'format', 'content'),
  sql`from json_each(@seqs) j cross join ${changes} on ${changes.seq} = j.value`,
)

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
