import { getNamedType, isInterfaceType, isLeafType } from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../../src/graphql/schema.ts'
import { LISTED_FIELDS } from '../../src/graphql/types/development.ts'
import { read } from '../_support/answer.ts'
import { openBundledRecord } from '../_support/bundled-record.ts'

test('every listed field says the same whether a list reads few columns or all', async () => {
  await using app = await openBundledRecord()
  for (const field of LISTED_FIELDS) {
    const listOf = (more: string) => `{ developments(first: 100) { nodes { ${selectionOf(field)} ${more} } } }`
    const narrow = await read(app, listOf(''))
    const wide = await read(app, listOf('x: summary'))
    expect(withoutX(wide)).toEqual(narrow)
  }
})

test('a source named by a citation says the same whether few of its columns are read or all', async () => {
  await using app = await openBundledRecord()
  const listOf = (more: string) =>
    `{ developments(first: 100) { nodes { citations { source { __typename id key revision title language reliability ${more} } } } } }`
  expect(withoutX(await read(app, listOf('x: url')))).toEqual(await read(app, listOf('')))
})

test('lists that need few columns and lists that need all stand side by side', async () => {
  await using app = await openBundledRecord()
  const { disputes } = await read(
    app,
    `{ disputes { nodes {
      few: developments(first: 5) { nodes { key } totalCount }
      all: developments(first: 5) { nodes { key ...More @include(if: false) } edges { cursor node { ...More } } }
      some: developments(first: 5) { edges { node { ... on Development { key } snippet: date { label } } } }
    } } } fragment More on Development { key summary amendedAt }`,
  )
  expect(JSON.stringify(disputes)).toContain('"summary":"')
})

function selectionOf(field: string): string {
  const development = schema.getType('Development')
  if (!isInterfaceType(development)) throw new Error('developments are no interface')
  const type = development.getFields()[field]?.type
  if (type === undefined || isLeafType(getNamedType(type))) return field
  return field === 'date' ? 'date { edtf note label earliest }' : `${field} { __typename }`
}

function withoutX(data: Record<string, unknown>): unknown {
  return JSON.parse(JSON.stringify(data, (name, value: unknown) => (name === 'x' ? undefined : value)))
}
