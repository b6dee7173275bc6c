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
      ... on FeedChange {
        development {
          key
        }
      }
    }
  }
`

type Follow = (app: App, after: string) => Promise<Following>

const WAYS: readonly [Follow, ...Follow[]] = [
  async (app, after) => followStream(await app.stream(FEED, { after })),
  async (app, after) => followPlain(await EventStream.get(`${app.url}/feed?after=${after}`)),
  async (app, after) => {
    const socket = await app.socket()
    socket.subscribe('1', FEED, { after })
    return followSocket(socket)
  },
]

test('many who join, leave and resume while others write get each change once, and leave nothing behind', async () => {
  await using app = await openApp({ recorded: [setting] })
  const wanted = Array.from({ length: 120 }, (_, number) => `ferry/event-${number}`)
  const writing = (async () => {
    for (const key of wanted) {
      await app.record(planned('event', event({ event: key })))
      await new Promise(setImmediate)
    }
  })()
  const read = async (number: number): Promise<string[]> => {
    const seen: string[] = []
    let after = encodeFeedCursor(app.store, setting.length)
    for (let connection = 0; seen.length < wanted.length; connection++) {
      await using feed = await (WAYS[(number + connection) % WAYS.length] ?? WAYS[0])(app, after)
      // Each leaves after another number of messages.
      for (let left = 5 + ((number * 7 + connection * 11) % 40); left > 0 && seen.length < wanted.length; left--) {
        const message = await feed.next()
        if (message === undefined) throw new Error(`the feed ended after ${seen.length}`)
        after = message.cursor
        const { development } = message.data['feed'] as { development?: { key: string } }
        if (development !== undefined) seen.push(development.key)
      }
    }
    return seen
  }
  const readers = await Promise.all([
    ...Array.from({ length: 60 }, (_, number) => read(number)),
    writing.then(() => []),
  ])
  for (const seen of readers.slice(0, -1)) expect(seen).toEqual(wanted)
  await expect.poll(() => app.service.open).toEqual({ streams: 0, sockets: 0, followers: 0, clients: 0 })
  expect(app.store.watchers).toBe(0)
})
