import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { schema } from '../../src/graphql/schema.ts'
import { Documents } from '../../src/http/graphql/documents.ts'

const QUERY = '{ service { name } }'

describe('documents', () => {
  test('are kept parsed while others come, those longest unasked for going first', () => {
    const documents = new Documents(schema, readConfig({}, {}).limits)
    const [asked, unasked] = [documents.read(QUERY), documents.read(`${QUERY} #`)]
    // Half a mebibyte before the one is asked for again, and half after.
    for (let number = 0; number < 27; number++) documents.read(long(number))
    expect(documents.read(QUERY)).toBe(asked)
    for (let number = 27; number < 54; number++) documents.read(long(number))
    expect(documents.read(QUERY)).toBe(asked)
    expect(documents.read(`${QUERY} #`)).not.toBe(unasked)
  })

  test('are let go where their text is a mebibyte together, however few they are', () => {
    const documents = new Documents(schema, readConfig({}, {}).limits)
    const first = documents.read(QUERY)
    for (let number = 0; number < 53; number++) documents.read(long(number))
    expect(documents.read(QUERY)).not.toBe(first)
  })

  test('are let go where they are thousands, however short they are', () => {
    const documents = new Documents(schema, readConfig({}, {}).limits)
    const first = documents.read(QUERY)
    for (let number = 0; number < 5_300; number++) documents.read(`{ a${number}: __typename }`)
    expect(documents.read(QUERY)).not.toBe(first)
  })

  test('are not kept where they are very long', () => {
    const documents = new Documents(schema, readConfig({}, {}).limits)
    const text = `${QUERY} #${'.'.repeat(20_000)}`
    expect(documents.read(text)).not.toBe(documents.read(text))
  })
})

/** A sound document of twenty thousand characters. */
function long(number: number): string {
  return `${QUERY} #${number}`.padEnd(20_000, '.')
}
