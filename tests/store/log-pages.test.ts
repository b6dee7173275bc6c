import SqliteFile from 'better-sqlite3'
import { expect, test } from 'vitest'
import { PAGE, PAGE_BYTES, pagesOf } from '../../src/store/log/pages.ts'

test.each([
  ['by count', Array<number>(PAGE + 1).fill(1), [PAGE, 1]],
  ['by count, however little its contents are', Array<number>(PAGE).fill(0), [PAGE]],
  ['with the content that brings it to its bytes', [PAGE_BYTES - 1, 1, 1], [2, 1]],
  ['after the one that brings it to its bytes', [PAGE_BYTES - 2, 1, 1, 1], [3, 1]],
  ['after a content that is larger than a page', [PAGE_BYTES + 1, PAGE_BYTES + 1, 1], [1, 1, 1]],
])('a page of a log ends %s', (_, bytes, sizes) => {
  const file = logOf(bytes.map((length, index) => ({ batch: index + 1, length })))
  expect(pageSizes(pagesOf(file))).toEqual(sizes)
})

test('a page of a log goes on to the end of a batch where that is asked for', () => {
  const file = logOf([1, 4, 4, 4, 5].map((batch) => ({ batch, length: PAGE_BYTES / 2 })))
  expect(pageSizes(pagesOf(file))).toEqual([2, 2, 1])
  expect(pageSizes(pagesOf(file, { toBatchEnd: true }))).toEqual([4, 1])
})

function logOf(changes: readonly { readonly batch: number; readonly length: number }[]) {
  const file = new SqliteFile(':memory:')
  file.exec('create table changes (seq integer primary key, batch integer, content text)')
  const insert = file.prepare('insert into changes (batch, content) values (?, ?)')
  for (const { batch, length } of changes) insert.run(batch, 'x'.repeat(length))
  return file
}

/** How many changes each page has. All together are the log. */
function pageSizes(pageAfter: ReturnType<typeof pagesOf>): number[] {
  const sizes: number[] = []
  for (let seq = 0; ;) {
    const page = pageAfter(seq)
    if (page.length === 0) return sizes
    expect(page.map((change) => change.seq)).toEqual(page.map((_, index) => seq + index + 1))
    sizes.push(page.length)
    seq += page.length
  }
}
