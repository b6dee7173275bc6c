import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { openApp, type App } from '../_support/app.ts'
import { EventStream } from '../_support/event-stream.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'

const { limits: LIMITS } = readConfig({}, {})

const FEED = /* GraphQL */ `
  subscription ($after: FeedCursor) {
    feed(after: $after, heartbeat: 300) {
      cursor
      at
      ... on FeedChange {
        development {
          key
          summary
          participations {
            actor {
              name
            }
          }
        }
      }
    }
  }
`

/** A subscription as its client sees its end. */
interface Followed extends AsyncDisposable {
  /** Stops reading, and reads on. */
  pause(): void
  resume(): void
  /** The text of each message that has come. */
  readonly received: readonly string[]
  /** How many pings have come. */
  readonly pings: () => number
  /** `cut`, `ended` without an event that says so, or the code of a closed WebSocket. */
  readonly end: Promise<string | number>
}

const WAYS: readonly (readonly [string, (app: App, after: string) => Promise<Followed>])[] = [
  ['server-sent events', async (app, after) => readStream(await app.stream(FEED, { after }))],
  ['/feed', async (app, after) => readStream(await EventStream.get(`${app.url}/feed?after=${after}`))],
  ['WebSocket', followSocket],
]

/** Reads all frames with data. */
function readStream({ response }: EventStream): Followed {
  const received: string[] = []
  let pings = 0
  let unread = ''
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const frames = `${unread}${chunk}`.split('\n\n')
    unread = frames.pop() ?? ''
    for (const frame of frames) {
      const data = /^data: (.+)$/m.exec(frame)?.[1]
      if (data === undefined) pings++
      else received.push(data)
    }
  })
  response.on('error', () => {})
  return {
    received,
    pings: () => pings,
    pause: () => response.pause(),
    resume: () => response.resume(),
    end: new Promise((resolve) => response.once('close', () => resolve(response.complete ? 'ended' : 'cut'))),
    [Symbol.asyncDispose]: async () => void response.destroy(),
  }
}

async function followSocket(app: App, after: string): Promise<Followed> {
  const { socket, ...rest } = await app.socket().then((opened) => ({
    socket: opened.socket,
    subscribe: () => opened.subscribe('1', FEED, { after }),
    close: () => opened[Symbol.asyncDispose](),
  }))
  const received: string[] = []
  let pings = 0
  socket.on('ping', () => pings++)
  socket.on('message', (data: Buffer) => received.push(data.toString()))
  rest.subscribe()
  return {
    received,
    pings: () => pings,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    end: once(socket, 'close').then(([code]) => code as number),
    [Symbol.asyncDispose]: rest.close,
  }
}

describe.each(WAYS)('a feed over %s', (way, follow) => {
  test('has the same bytes live and read later', async () => {
    await using app = await openApp({ recorded: [setting] })
    const after = encodeFeedCursor(app.store, setting.length)
    await using live = await follow(app, after)
    await expect.poll(() => app.service.open.followers).toBe(1)
    for (let number = 0; number < 30; number++) await app.record(numbered(number))
    // The feed of changes has heartbeats, whose time differs.
    const changes = ({ received }: Followed) => received.filter((text) => text.includes('ferry/event-'))
    await expect.poll(() => changes(live)).toHaveLength(30)
    await using later = await follow(app, after)
    await expect.poll(() => changes(later)).toHaveLength(30)
    expect(changes(later)).toEqual(changes(live))
  })

  test('is ended as one to resume when its client does not read for too long', async () => {
    // Longer than the process, in which another client reads, may stand still on a busy machine.
    const limits = { ...LIMITS, stalledMilliseconds: 2_000 }
    await using app = await openApp({ recorded: [setting], config: { limits, adminPort: 0 } })
    const after = encodeFeedCursor(app.store, setting.length)
    await using slow = await follow(app, after)
    await using reading = await follow(app, after)
    await expect.poll(() => app.service.open.followers).toBe(2)
    slow.pause()
    // 20 MB, more than the buffers of a connection hold.
    for (let at = 0; at < 1_200; at += 100) {
      await app.record(...Array.from({ length: 100 }, (_, number) => numbered(at + number, 'x'.repeat(17_000))))
    }
    await expect.poll(() => counted(app)).toBe('1')
    slow.resume()
    expect(await slow.end).toBe(way === 'WebSocket' ? 1012 : 'cut')
    await expect.poll(() => app.service.open.followers).toBe(1)
    await expect.poll(() => reading.received.length).toBeGreaterThanOrEqual(1_200)
    expect(slow.received.length).toBeLessThan(1_200)
    await using resumed = await follow(app, after)
    await expect.poll(() => resumed.received.length).toBeGreaterThanOrEqual(1_200)
  })

  test('is ended when its client reads no more after it had nothing to read for long', async () => {
    const limits = { ...LIMITS, stalledMilliseconds: 10 }
    await using app = await openApp({ recorded: [setting], config: { limits, adminPort: 0 } })
    await using slow = await follow(app, encodeFeedCursor(app.store, setting.length))
    await expect.poll(() => app.service.open.followers).toBe(1)
    // For longer than a client may stall, so that the time is over before there is anything to read.
    await wait(10 * limits.stalledMilliseconds)
    slow.pause()
    for (let at = 0; at < 1_200; at += 100) {
      await app.record(...Array.from({ length: 100 }, (_, number) => numbered(at + number, 'x'.repeat(17_000))))
    }
    await expect.poll(() => counted(app)).toBe('1')
    slow.resume()
    expect(await slow.end).toBe(way === 'WebSocket' ? 1012 : 'cut')
  })

  test('is ended as one to resume when it is old', async () => {
    const limits = { ...LIMITS, connectionMilliseconds: 1 }
    await using app = await openApp({ recorded: [setting], config: { limits }, pingEvery: 20 })
    await using followed = await follow(app, encodeFeedCursor(app.store, 0))
    expect(await followed.end).toBe(way === 'WebSocket' ? 1012 : 'ended')
    await expect.poll(() => app.service.open).toEqual({ streams: 0, sockets: 0, followers: 0, clients: 0 })
  })

  test('goes on while it is not old, however often that is checked', async () => {
    const limits = { ...LIMITS, connectionMilliseconds: 600_000 }
    await using app = await openApp({ recorded: [setting], config: { limits }, pingEvery: 5 })
    await using followed = await follow(app, encodeFeedCursor(app.store, setting.length))
    await expect.poll(followed.pings).toBeGreaterThan(10)
    await app.record(numbered(1))
    await expect.poll(() => followed.received.filter((text) => text.includes('ferry/event-1'))).toHaveLength(1)
    expect(app.service.open.followers).toBe(1)
  })

  test('is ended as one to resume when the service stops', async () => {
    await using app = await openApp({ recorded: [setting] })
    await using followed = await follow(app, encodeFeedCursor(app.store, 0))
    await expect.poll(() => app.service.open.followers).toBe(1)
    await app.service.stop()
    expect(await followed.end).toBe(way === 'WebSocket' ? 1012 : 'ended')
  })

  test('is cut when the store fails, and sends no error that a client takes for final', async () => {
    await using app = await openApp({ recorded: [setting] })
    await using followed = await follow(app, encodeFeedCursor(app.store, setting.length))
    await expect.poll(() => app.service.open.followers).toBe(1)
    const head = app.store.head.bind(app.store)
    app.store.head = () => {
      throw new Error('the disk is gone')
    }
    await app.record(numbered(1))
    expect(await followed.end).toBe(way === 'WebSocket' ? 1013 : 'cut')
    app.store.head = head
    expect(followed.received.filter((text) => text.includes('error'))).toEqual([])
    await expect.poll(() => app.service.open).toEqual({ streams: 0, sockets: 0, followers: 0, clients: 0 })
    expect(app.store.watchers).toBe(0)
  })
})

function numbered(number: number, summary = 'It sank at the ford.') {
  return planned('event', event({ event: `ferry/event-${number}`, summary }))
}

/** How many clients were closed because they did not read, by the metrics. */
async function counted({ service: { metricsUrl = '' } }: App): Promise<string | undefined> {
  const metrics = await (await fetch(metricsUrl)).text()
  return /^demarche_refusals_total\{code="SLOW_CONSUMER"\} (\d+)$/m.exec(metrics)?.[1]
}
