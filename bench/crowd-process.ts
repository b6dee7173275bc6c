import { once } from 'node:events'
import { connect } from 'node:net'
import type { Command, CrowdOptions, Reply, Wave } from './load/crowd.ts'
import { addressOf } from './load/machine.ts'
import { monotonic } from './load/processor.ts'
import { Subscriber } from './load/subscriber.ts'

/*
 * Holds thousands of subscribers and says when the last of them received what it waits for. Commands and replies are messages of the parent
 * process: see `Crowd`.
 */

/** Sockets that are being connected at the same time. More would overflow the backlog of the server, which then answers after a second. */
const CONNECTING = 128
/** Subscriptions that are being opened at the same time, unless all are. */
const OPENING = 64
/** Milliseconds without any progress after which a command fails. */
const PATIENCE = 60_000

let subscribers: Subscriber[] = []
/** By subscriber, the markers received, and those awaited in total. */
let received = new Uint32Array()
let awaited = new Uint32Array()
/** By subscriber, when the last awaited marker arrived. */
let doneAt = new Float64Array()
let first = 0
let remaining = 0
let live = 0
let progress = 0
let failure: string | undefined
/** Subscribers that may be closed by the service. */
let stalled: readonly number[] = []
let lost = 0
let notify: () => void = () => {}

function create({ url, transport, operations, count }: CrowdOptions): void {
  received = new Uint32Array(count)
  awaited = new Uint32Array(count)
  doneAt = new Float64Array(count)
  remaining = count
  subscribers = []
  connectNext({ url: new URL(url), transport, operations, count })
}

interface Connecting extends Omit<CrowdOptions, 'url'> {
  readonly url: URL
}

let connected = 0

function connectNext(options: Connecting): void {
  const { url, transport, operations, count } = options
  while (subscribers.length < count && subscribers.length - connected < CONNECTING) {
    const index = subscribers.length
    const subscriber = new Subscriber(
      {
        url,
        transport,
        operation: operations[index % operations.length] ?? { query: '', variables: {} },
        from: addressOf(index),
        onLive: () => {
          live++
          advance()
        },
        onMarker: () => {
          const markers = (received[index] ?? 0) + 1
          received[index] = markers
          progress++
          if (markers !== awaited[index] || index < first) return
          doneAt[index] = monotonic()
          if (--remaining === 0) advance()
        },
        onLost: (reason) => {
          lost++
          if (!stalled.includes(index)) failure ??= `subscriber ${index + 1}: ${reason}`
          advance()
        },
      },
      () => {
        connected++
        connectNext(options)
        advance()
      },
    )
    subscribers.push(subscriber)
  }
}

function advance(): void {
  progress++
  notify()
}

/** Resolves when the condition holds. Throws when a subscriber fails, or nothing arrives for a minute. */
async function until(condition: () => boolean, describe: () => string): Promise<void> {
  for (;;) {
    if (failure !== undefined) throw new Error(failure)
    if (condition()) return
    const before = progress
    let timeout: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      notify = resolve
      timeout = setTimeout(resolve, PATIENCE)
    })
    clearTimeout(timeout)
    if (progress === before && !condition()) throw new Error(`nothing was received for a minute: ${describe()}`)
  }
}

/** Expects this many more markers of each subscriber from `start` on. */
function expect(markers: number, start: number): void {
  first = start
  remaining = subscribers.length - start
  for (let index = start; index < subscribers.length; index++) {
    if (received[index] !== awaited[index] && failure === undefined) {
      failure = `subscriber ${index + 1} received ${received[index]} events instead of ${awaited[index]}`
    }
    awaited[index] = (awaited[index] ?? 0) + markers
  }
  const [sample] = subscribers.slice(start)
  if (sample !== undefined) sample.kept = []
}

async function receive(): Promise<Omit<Wave, 'sentAt'>> {
  const markers = awaited.at(-1)
  await until(
    () => remaining === 0,
    () => `${remaining} of ${subscribers.length} subscribers wait for event ${markers}`,
  )
  const times = doneAt.slice(first).toSorted()
  const [sample] = subscribers.slice(first)
  const kept = Buffer.concat(sample?.kept ?? [])
  if (sample !== undefined) sample.kept = undefined
  return {
    medianAt: times[times.length >> 1] ?? Number.NaN,
    p99At: times[Math.ceil(times.length * 0.99) - 1] ?? Number.NaN,
    lastAt: times.at(-1) ?? Number.NaN,
    sample: kept.toString('base64'),
  }
}

async function subscribe({ atOnce, markers }: { atOnce: boolean; markers: number }): Promise<Wave> {
  expect(markers, 0)
  const sentAt = monotonic()
  let sent = 0
  const mostOpening = atOnce ? subscribers.length : OPENING
  const isLive = () => {
    while (sent < subscribers.length && sent - live < mostOpening) subscribers[sent++]?.subscribe()
    return live === subscribers.length
  }
  await until(isLive, () => `${live} of ${subscribers.length} subscriptions are open`)
  if (markers === 0) return { sentAt, medianAt: sentAt, p99At: sentAt, lastAt: sentAt, sample: '' }
  return { sentAt, ...(await receive()) }
}

/** Sends an HTTP request that makes the service send a marker to each subscriber. */
async function send(url: string, request: string): Promise<Wave> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), noDelay: true })
  await once(socket, 'connect')
  let response = ''
  socket.setEncoding('utf8').on('data', (text: string) => (response += text))
  expect(1, 0)
  const sentAt = monotonic()
  socket.write(request)
  try {
    return { sentAt, ...(await receive()) }
  } catch (error) {
    throw new Error(`${String(error)}; the request was answered by ${response.slice(0, 500)}`, { cause: error })
  } finally {
    socket.destroy()
  }
}

async function run(command: Command): Promise<Wave | number | undefined> {
  switch (command.name) {
    case 'connect':
      create(command.options)
      await until(
        () => connected === command.options.count,
        () => `${connected} sockets are connected`,
      )
      return undefined
    case 'subscribe':
      return subscribe(command)
    case 'send':
      return send(command.url, command.request)
    case 'receive':
      return { sentAt: Number.NaN, ...(await receive()) }
    case 'expect':
      expect(command.markers, command.start)
      return undefined
    case 'stall':
      stalled = command.indexes
      for (const index of stalled) subscribers[index]?.pause()
      return undefined
    case 'lost':
      return lost
  }
}

process.on('message', ({ id, command }: { readonly id: number; readonly command: Command }) => {
  const reply = (answer: Reply) => process.send?.(answer)
  run(command).then(
    (result) => reply({ id, result }),
    (error: unknown) => reply({ id, error: error instanceof Error ? error.message : String(error) }),
  )
})
process.once('disconnect', () => process.exit(0))
