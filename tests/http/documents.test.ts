import { expect, test } from 'vitest'
import { Turns } from '../../src/http/turns.ts'
import { readConfig } from '../../src/config.ts'
import { Recorder } from '../../src/dossier/recording/recorder.ts'
import { Feed } from '../../src/feed/feed.ts'
import type { SharedResult } from '../../src/http/graphql/subscriptions/shared-result.ts'
import { schema } from '../../src/graphql/schema.ts'
import { ErrorMasking } from '../../src/http/graphql/error-masking.ts'
import { Executor } from '../../src/http/graphql/executor.ts'
import { createGraphqlServer } from '../../src/http/graphql/yoga.ts'
import { openLog } from '../../src/log.ts'
import { openStore } from '../../src/store/open.ts'
import { temporaryFile } from '../_support/temporary-store.ts'

const QUERY = '{ service { name } }'

test('documents stay parsed while others come, and the least recently used go first', async () => {
  await using parser = await openParser()
  const [used, unused] = [parser.parse(QUERY), parser.parse(`${QUERY} #`)]
  // Half a mebibyte of text before the first is used again, and half after.
  for (let number = 0; number < 27; number++) parser.parse(long(number))
  expect(parser.parse(QUERY)).toBe(used)
  for (let number = 27; number < 54; number++) parser.parse(long(number))
  expect(parser.parse(QUERY)).toBe(used)
  expect(parser.parse(`${QUERY} #`)).not.toBe(unused)
})

test('documents leave the cache when their text exceeds a mebibyte, however few they are', async () => {
  await using parser = await openParser()
  const first = parser.parse(QUERY)
  for (let number = 0; number < 53; number++) parser.parse(long(number))
  expect(parser.parse(QUERY)).not.toBe(first)
})

test('documents leave the cache when there are thousands, however short they are', async () => {
  await using parser = await openParser()
  const first = parser.parse(QUERY)
  for (let number = 0; number < 5_300; number++) parser.parse(`{ a${number}: __typename }`)
  expect(parser.parse(QUERY)).not.toBe(first)
})

test('a very long document is not cached', async () => {
  await using parser = await openParser()
  const text = `${QUERY} #${'.'.repeat(20_000)}`
  expect(parser.parse(text)).not.toBe(parser.parse(text))
})

/** The parser of the service, with its cache. */
async function openParser() {
  const file = temporaryFile()
  const store = await openStore({ file: file.file })
  const { limits } = readConfig({}, {})
  const publicUrl = 'http://localhost'
  const options = {
    schema,
    store,
    recorder: new Recorder(store),
    feed: new Feed<SharedResult>(store),
    errorMasking: new ErrorMasking(openLog('silent'), String),
    turns: new Turns(),
    limits,
    isPrivate: false,
    publicUrl,
    startedAt: 0,
    version: '',
  }
  const yoga = createGraphqlServer({
    executor: new Executor(options),
    errorMasking: options.errorMasking,
    limits,
  })
  return {
    parse: (text: string): unknown => yoga.getEnveloped({ operation: {} }).parse(text),
    [Symbol.asyncDispose]: async () => {
      store.close()
      file[Symbol.dispose]()
    },
  }
}

/** A valid document of twenty thousand characters. */
function long(number: number): string {
  return `${QUERY} #${number}`.padEnd(20_000, '.')
}
