import type { Reader } from '../sqlite/prepared.ts'

/** The greatest seq that had been recorded at an instant (milliseconds since 1970, itself included); 0 where there was none. */
export function seqAt(reader: Reader, instant: number): number {
  const sql = 'select seq from changes where at <= ? order by at desc, seq desc limit 1'
  return reader.get<{ seq: number }>(sql, instant)?.seq ?? 0
}
