import type { DevelopmentRecord } from '../../model/records/definitions.ts'
import { contentOf } from '../log/entries.ts'
import { type Asked, asking, readShares, type Share } from './batch.ts'
import type { Reader } from '../sqlite/prepared.ts'

/** What a revision says, and what the one before it said. */
export interface ContentChange extends Share {
  readonly before: DevelopmentRecord
  readonly after: DevelopmentRecord
}

/** Out of the log, what revisions made of the ones before them; none for a first one, or one that repeats the content. */
export function readContentChanges(reader: Reader, asked: readonly Asked[]): ContentChange[] {
  return readShares<LoggedPair>(reader, PAIRS, asked).map(({ parent, asOf, seq, ...pair }) => ({
    parent,
    asOf,
    // Revisions are of developments.
    before: contentOf({ seq, format: pair.formerFormat, content: pair.former }) as DevelopmentRecord,
    after: contentOf({ seq, format: pair.format, content: pair.content }) as DevelopmentRecord,
  }))
}

interface LoggedPair extends Share {
  readonly seq: number
  readonly format: number
  readonly content: string
  readonly formerFormat: number
  readonly former: string
}

// A revision's id is its seq.
const PAIRS = asking(
  'c.seq, c.format, c.content, p.format as formerFormat, p.content as former',
  `from asked cross join changes c on c.seq = asked.id
   cross join changes p on p.space = c.space and p.key = c.key and p.revision = c.revision - 1
   where p.content <> c.content or p.format <> c.format order by asked.parent`,
)
