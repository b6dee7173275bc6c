import { expect, test } from 'vitest'
import { read } from '../_support/answer.ts'
import { openMadeDisputes, MADE_DISPUTES } from '../_support/made-disputes.ts'

test('the made disputes are valid, and have the sizes that they are made for', async () => {
  const keys = Object.keys(MADE_DISPUTES) as (keyof typeof MADE_DISPUTES)[] // its own keys
  await using app = await openMadeDisputes(keys)
  const { disputes } = await read(
    app,
    '{ disputes(first: 10) { nodes { key parties { key } developments { totalCount } tension { marks { totalCount } } } } }',
  )
  const { nodes } = disputes as { nodes: readonly Sized[] }
  const sizes = nodes.map(({ key, parties, developments, tension }) => [
    key,
    parties.length,
    developments.totalCount,
    tension.marks.totalCount,
  ])
  expect(new Set(sizes)).toEqual(
    new Set([
      ['five-states', 5, 2_000, 400],
      ['two-developments', 2, 2, 0],
      ['one-party', 1, 3, 0],
      ['hostile', 2, 29, 29],
      ['harmless', 2, 29, 29],
    ]),
  )
})

interface Sized {
  readonly key: string
  readonly parties: readonly unknown[]
  readonly developments: { readonly totalCount: number }
  readonly tension: { readonly marks: { readonly totalCount: number } }
}
