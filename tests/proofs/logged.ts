import assert from 'node:assert/strict'
import Database from 'better-sqlite3'

/** The keys of the developments that entered a log, in order. Throws if the log has a gap. */
export function developmentsOf(file: string): string[] {
  const connection = new Database(file, { readonly: true })
  const logged = connection.prepare('select seq, space, key from changes order by seq').all() as {
    seq: number
    space: string
    key: string
  }[]
  connection.close()
  for (const [index, { seq }] of logged.entries()) assert.equal(seq, index + 1, 'a gap in the log')
  return logged.filter(({ space }) => space === 'development').map(({ key }) => key)
}
