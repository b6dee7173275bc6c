import { expect, test } from 'vitest'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { openApp, type App } from '../_support/app.ts'
import { EventStream } from '../_support/event-stream.ts'
import { followPlain, followSocket, followStream, type Following } from '../_support/follow.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'

const FEED = /* GraphQL */ `
  subscription ($after: FeedCursor) {
    feed(after: $after, heartbeat: 300) {
      __typename
      cursor
      ... on FeedChange {
        development {
          key
          summary
        }
      }
    }
  }
`

/** 20 MB in 1,200 messages: more than the buffers of a connection hold. */
const CHANGES = 1_200
const SUMMARY = 'x'.repeat(17_000)

interface Stalling {
  readonly following: Following
  /** Starts to read. */
  wake(): void
}

const STALLED: readonly [name: string, stall: (app: App, after: string) => Promise<Stalling>][] = [
  [
    'server-sent events',
    async (app, after) => {
      // Nothing is read from the connection until the first `next`.
      const stream = await app.stream(FEED, { after })
      return { following: followStream(stream), wake: () => {} }
    },
  ],
  [
    '/feed',
    async (app, after) => {
      const stream = await EventStream.get(`${app.url}/feed?after=${after}`)
      return { following: followPlain(stream), wake: () => {} }
    },
  ],
  [
    'WebSocket',
    async (app, after) => {
      const socket = await app.socket()
      socket.socket.pause()
      socket.subscribe('1', FEED, { after })
      return { following: followSocket(socket), wake: () => socket.socket.resume() }
    },
  ],
]

test.each(STALLED)(
  'a client that stops reading over %s delays no other, and later receives everything',
  async (_name, stall) => {
    await using app = await openApp({ recorded: [setting] })
    const after = encodeFeedCursor(app.store, setting.length)
    const stalled = await stall(app, after)
    await using slow = stalled.following
    await expect.poll(() => app.service.open.followers).toBe(1)
    await using fast = followStream(await app.stream(FEED, { after }))
    const keys = Array.from({ length: CHANGES }, (_, number) => `ferry/event-${number}`)
    for (let at = 0; at < keys.length; at += 100) {
      const batch = keys.slice(at, at + 100).map((key) => planned('event', event({ event: key, summary: SUMMARY })))
      await app.record(...batch)
      expect((await fast.take(100)).map(keyOf)).toEqual(keys.slice(at, at + 100))
    }
    stalled.wake()
    expect((await slow.take(CHANGES)).map(keyOf)).toEqual(keys)
  },
)

function keyOf({ data }: { readonly data: Record<string, unknown> }): string {
  return (data['feed'] as { readonly development: { readonly key: string } }).development.key
}
