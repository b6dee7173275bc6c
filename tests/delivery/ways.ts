import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client/core'
import { Client, fetchExchange } from '@urql/core'
import { createClient as createSseClient } from 'graphql-sse'
import { createClient as createWsClient } from 'graphql-ws'
import { followLink } from '../../src/client/apollo.ts'
import { follow } from '../../src/client/follow.ts'
import { resuming, retryForever } from '../../src/client/stock.ts'
import { followExchange } from '../../src/client/urql.ts'
import { DEMARCHE } from '../_support/command.ts'
import { EventStream } from '../_support/event-stream.ts'
import {
  APOLLO_ACCEPT,
  followParts,
  followPlain,
  followSocket,
  followStream,
  type Following,
} from '../_support/follow.ts'
import { Socket } from '../_support/socket.ts'
import type { Asked, Filter } from './log.ts'

/** A message. One without a key is a heartbeat. */
export interface Item {
  readonly cursor: string
  readonly key: string | undefined
}

interface Start {
  readonly url: string
  readonly after: string
  readonly filter: Filter
  /** A file of the member. */
  readonly state: string
  readonly next: (item: Item) => void
  /** Called if the way gives up. It never should. */
  readonly fail: (error: unknown) => void
  /** Called with what the way says about its connection. */
  readonly remark: (text: string) => void
}

/** What a way has said last about its connection, for the report of a fault. */
export class Remarks {
  #last: string[] = []

  readonly note = (text: string): void => {
    this.#last = [...this.#last.slice(-9), `${new Date().toISOString().slice(11, 19)} ${text}`]
  }

  tell(): string {
    return this.#last.length === 0
      ? ''
      : `\n  It said until ${new Date().toISOString().slice(11, 19)}: ${this.#last.join(' ')}`
  }
}

/** A way to follow that resumes by itself, for as long as the service is away. */
export interface Way {
  readonly name: string
  readonly mode: Asked['mode']
  /** Whether it can filter by more than the kind. */
  readonly filters: 'ALL' | 'KINDS'
  /** Returns how to stop. Items come until that has resolved. */
  readonly start: (start: Start) => () => Promise<void>
}

/**
 * Milliseconds in which every way must have what is left, once the service is well. A client replaces a connection on which nothing comes
 * after 30 seconds. After failures in a row, it waits for up to 30 seconds before it connects; that attempt may fail at a node
 * that is only starting, and the next one comes within another 30. The rest is for a busy machine.
 */
export const PATIENCE = 180_000

type Data = Readonly<Record<string, unknown>>

const FEED = `subscription Feed($after: FeedCursor, $filter: FeedFilter) {
  feed(after: $after, filter: $filter, heartbeat: 5) { cursor ... on FeedChange { development { key summary } } } }`

const ALL = `subscription All($after: FeedCursor, $filter: FeedFilter) {
  feed(after: $after, filter: $filter, references: true, heartbeat: 5) {
    cursor
    ... on FeedChange { development { key summary } }
    ... on ReferenceSaved {
      record {
        ... on Actor { key } ... on Place { key } ... on Source { key } ... on Dispute { key } ... on Claim { key } ... on Demand { key }
      }
    }
  } }`

const ADDED = `subscription Added($after: FeedCursor, $filter: FeedFilter) {
  developmentAdded(after: $after, filter: $filter) { cursor development { key summary } } }`

const PAGE = `query Page($after: FeedCursor, $filter: FeedFilter) {
  feedPage(after: $after, filter: $filter, first: 20) { cursor hasMore changes { cursor development { key summary } } } }`

/** From the one field of a message. Messages of `/feed` do not hold their cursor. */
function itemOf(data: Data | null | undefined, id?: string): Item {
  // What the subscriptions above select.
  const [field = {}] = Object.values(data ?? {}) as Partial<Developed>[]
  const cursor = id ?? field.cursor
  if (cursor === undefined) throw new Error(`a message without a cursor: ${JSON.stringify(data)}`)
  return { cursor, key: (field.development ?? field.record)?.key }
}

interface Developed {
  readonly cursor: string
  readonly development: { readonly key: string }
  readonly record: { readonly key: string }
}

type Variables = Readonly<Pick<Start, 'after' | 'filter'>>

/** A node that is behind, or cannot ask its log, refuses a cursor for now: the client asks again. Any other error is thrown. */
function refusedForNow(error: unknown): undefined {
  if (!/"(?:NODE_BEHIND|LOG_UNREACHABLE)"/.test(String(error))) throw error
}

type Connect = (url: string, variables: Variables) => Promise<Following>

/** A connection that is opened again after its last cursor, as a client does that is written by hand. */
function reconnecting(name: string, mode: Way['mode'], connect: Connect): Way {
  const start = ({ url, after, filter, next, fail }: Start) => {
    let cursor = after
    let feed: Following | undefined
    const stopping = new AbortController()
    const run = async () => {
      while (!stopping.signal.aborted) {
        // The service may be away.
        feed = await connect(url, { after: cursor, filter }).catch(() => undefined)
        for (;;) {
          const message = stopping.signal.aborted ? undefined : await feed?.next().catch(refusedForNow)
          if (message === undefined) break
          cursor = message.cursor
          next(itemOf(message.data, cursor))
        }
        await feed?.[Symbol.asyncDispose]()
        await wait(50, undefined, { signal: stopping.signal }).catch(() => {})
      }
    }
    run().catch(fail)
    return async () => {
      stopping.abort()
      await feed?.[Symbol.asyncDispose]()
    }
  }
  return { name, mode, filters: mode === 'ADDED' ? 'KINDS' : 'ALL', start }
}

const overStream =
  (query: string): Connect =>
  async (url, variables) =>
    followStream(await EventStream.open(url, { query, variables }))

const overParts =
  (query: string): Connect =>
  async (url, variables) =>
    followParts(await EventStream.open(url, { query, variables }, { accept: APOLLO_ACCEPT }))

const overSocket =
  (query: string): Connect =>
  async (url, variables) => {
    const socket = await Socket.open(url)
    socket.subscribe('1', query, variables)
    return followSocket(socket)
  }

const plain: Connect = async (url, { after, filter: { kinds = [] } }) => {
  const asked = new URLSearchParams({ after, ...(kinds.length > 0 && { kinds: kinds.join() }) })
  return followPlain(await EventStream.get(`${url}/feed?${asked.toString()}`))
}

interface Sink {
  next(result: { readonly data?: unknown }): void
  error(error: unknown): void
  complete(): void
}

/** A client of the package, or one that it extends. */
function client(name: string, subscribe: (url: string, variables: Variables, sink: Sink) => () => void): Way {
  const start = ({ url, after, filter, next, fail }: Start) => {
    const stop = subscribe(
      `${url}/graphql`,
      { after, filter },
      {
        next: ({ data }) => next(itemOf(data as Data)),
        error: fail,
        complete: () => fail(new Error('the feed is complete')),
      },
    )
    return async () => stop()
  }
  return { name, mode: 'CHANGES', filters: 'ALL', start }
}

const delay = () => 100
const soon = () => wait(100)
const stock = { ...retryForever, retry: soon, retryWait: soon }

/** A stall only delays it: nothing in the service waits for it. A page that is cut off is read again. */
const polling: Way = {
  name: 'feedPage',
  mode: 'CHANGES',
  filters: 'ALL',
  start({ url, after: start, filter, next, fail }) {
    const stopping = new AbortController()
    const { signal } = stopping
    const read = async (after: string) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        signal,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: PAGE, variables: { after, filter } }),
      })
      return (await response.json()) as { data?: { feedPage: Page } | null; errors?: unknown }
    }
    const run = async () => {
      for (let after = start; !signal.aborted;) {
        // The service may be away.
        const answer = await read(after).catch(() => undefined)
        if (answer !== undefined && answer.data == null) refusedForNow(new Error(JSON.stringify(answer.errors)))
        const page = answer?.data?.feedPage
        if (page !== undefined && !signal.aborted) {
          for (const field of page.changes) next(itemOf({ field }))
          next({ cursor: page.cursor, key: undefined })
          after = page.cursor
        }
        if (page?.hasMore !== true) await wait(50)
      }
    }
    run().catch(fail)
    return async () => stopping.abort()
  },
}

interface Page {
  readonly cursor: string
  readonly hasMore: boolean
  readonly changes: readonly Developed[]
}

/** It is stopped by a signal: if it is killed, it may print the last line again, as its help says. */
const tail: Way = {
  name: 'demarche tail',
  mode: 'CHANGES',
  filters: 'KINDS',
  start({ url, after, filter: { kinds = [] }, state, next, fail, remark }) {
    const filtered = kinds.length > 0 ? ['--kinds', kinds.join().toLowerCase()] : []
    const args = [DEMARCHE, 'tail', url, '--json', '--state', state, '--after', after, ...filtered]
    const child = spawn(process.execPath, args, {
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    createInterface(child.stderr).on('line', remark)
    const lines = createInterface(child.stdout)
    lines.on('line', (line) => next(itemOf({ line: JSON.parse(line) as unknown })))
    const closed = Promise.all([once(child, 'close'), once(lines, 'close')])
    let isStopping = false
    child.on('close', (status) => {
      if (!isStopping) fail(new Error(`it ended with status ${status}`))
    })
    return async () => {
      isStopping = true
      child.kill('SIGTERM')
      await closed
    }
  },
}

export const WAYS: readonly [Way, ...Way[]] = [
  reconnecting('feed over server-sent events', 'CHANGES', overStream(FEED)),
  reconnecting('developmentAdded over server-sent events', 'ADDED', overStream(ADDED)),
  reconnecting('feed over WebSocket', 'CHANGES', overSocket(FEED)),
  reconnecting('developmentAdded over WebSocket', 'ADDED', overSocket(ADDED)),
  reconnecting('feed with references over server-sent events', 'ALL_CHANGES', overStream(ALL)),
  reconnecting('feed with references over WebSocket', 'ALL_CHANGES', overSocket(ALL)),
  reconnecting('feed over multipart', 'CHANGES', overParts(FEED)),
  reconnecting('/feed', 'ADDED', plain),
  polling,
  client('follow', (url, { after, ...variables }, sink) => {
    const feed = follow<Data>({ url, query: FEED, variables, after, delay })
    const deliver = async () => {
      for await (const message of feed) sink.next(message)
      sink.complete()
    }
    deliver().catch((error: unknown) => sink.error(error))
    return () => void feed.return()
  }),
  client('Apollo Client', (url, variables, sink) => {
    const link = ApolloLink.split(
      ({ operationType }) => operationType === 'subscription',
      followLink({ url, delay }),
      new HttpLink({ uri: url }),
    )
    const apollo = new ApolloClient({ link, cache: new InMemoryCache() })
    const results = apollo.subscribe({ query: gql(FEED), variables, fetchPolicy: 'no-cache' })
    const subscription = results.subscribe({
      ...sink,
      next: ({ data, error }) => (error === undefined ? sink.next({ data }) : sink.error(error)),
    })
    return () => subscription.unsubscribe()
  }),
  client('urql', (url, variables, sink) => {
    const urql = new Client({ url, exchanges: [followExchange({ url, delay }), fetchExchange] })
    const results = urql.subscription<Data>(FEED, variables)
    const subscription = results.subscribe(({ data, error }) => (error ? sink.error(error) : sink.next({ data })))
    return () => subscription.unsubscribe()
  }),
  client('graphql-sse', (url, variables, sink) =>
    resuming(createSseClient({ url, ...stock })).subscribe<Data>({ query: FEED, variables: { ...variables } }, sink),
  ),
  client('graphql-ws', (url, variables, sink) =>
    resuming(createWsClient({ url: url.replace('http', 'ws'), ...stock })).subscribe<Data>(
      { query: FEED, variables: { ...variables } },
      sink,
    ),
  ),
  tail,
]
