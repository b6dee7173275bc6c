import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, print } from 'graphql'
import { expect, test } from 'vitest'
import { textOf } from '../../src/client/document.ts'
import { schema } from '../../src/graphql/schema.ts'
import { randomDocument } from '../_support/random-document.ts'

const QUERIES = join(import.meta.dirname, '../../src/http/pages/playground/queries')

const EVERYTHING = `
  subscription Everything($a: [Int!]! = [1, 2] @x, $b: Filter = {kinds: [EVENT], text: "a\\"\\u007f\\n😀", n: null, o: {p: -1.5e3}}) @live(if: true) {
    a: feed(after: $a, filter: {text: """
      block
        "text" \\"""
    """}) @include(if: $b) @skip(if: false) { ...Parts @defer ... @include(if: $b) { x } ... on FeedChange @y { cursor } y }
    b
  }
  query { x }
  { y }
  fragment Parts on FeedMessage @z(w: ENUM) { __typename ...Other }
  fragment Other on FeedMessage { cursor }`

function printed(document: Parameters<typeof textOf>[0]): string {
  return print(parse(textOf(document)))
}

test('prints a syntax tree as graphql-js does', () => {
  expect(printed(parse(EVERYTHING, { noLocation: true }))).toBe(
    print(parse(EVERYTHING.replace(/"""[^]*"""/, '"block\\n  \\"text\\" \\"\\"\\""'))),
  )
})

test('prints every worked query and random documents as graphql-js does', () => {
  const worked = readdirSync(QUERIES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => readFileSync(join(QUERIES, file), 'utf8'))
  const random = Array.from({ length: 100 }, (_, seed) => randomDocument(schema, {}, seed).query)
  expect(worked.length).toBeGreaterThan(10)
  const documents = [...worked, ...random].map((text) => parse(text))
  expect(documents.filter((document) => printed(document) !== print(document))).toEqual([])
})

test('takes text, and an object that becomes text', () => {
  class TypedDocumentString extends String {}
  expect(textOf('{ x }')).toBe('{ x }')
  expect(textOf(new TypedDocumentString('{ x }') as { __apiType?: () => unknown })).toBe('{ x }')
})
