import { Agent, request } from 'node:http'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { readdirSync, writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { openStore } from '../../src/store/open.ts'
import { ask } from '../_support/app.ts'
import { demarche, startServing } from '../_support/command.ts'
import { EventStream } from '../_support/event-stream.ts'
import { STORY } from '../_support/ferry-dossier.ts'
import { followSocket, followStream, type Following } from '../_support/follow.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { Socket } from '../_support/socket.ts'
import { temporaryFile } from '../_support/temporary-store.ts'

const FEED =
  'subscription ($after: FeedCursor) { feed(after: $after, heartbeat: 300) { __typename cursor ... on FeedChange { development { key } } } }'

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ family }) => family === 'IPv6'),
)
const EVERYWHERE = hasIpv6 ? ['0.0.0.0', '::'] : ['0.0.0.0']

describe('demarche serve', () => {
  test('prints its addresses, loads dossiers, and serves', async () => {
    using place = temporaryFile()
    await using serving = await startServing(['--store', place.file, '--load', 'dossiers'])
    const { printed, url } = serving
    for (const part of [`${url}/\n`, `${url}/graphql`, `${url}/schema.graphql`, place.file, 'curl -N']) {
      expect(printed).toContain(part)
    }
    const { body } = await ask(url, { query: '{ disputes { nodes { key } } }' })
    expect(JSON.stringify(body.data)).toContain('"j2-8243"')
  })

  test('reports a port that is taken, and what to do', async () => {
    using place = temporaryFile()
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const { status, stdout, stderr } = await demarche(['serve', '--store', place.file, '--port', `${port}`])
    other.close()
    expect([status, stdout, readdirSync(place.folder)]).toEqual([1, '', []])
    expect(stderr).toBe(`demarche: another program uses port ${port}; choose another with --port or PORT\n`)
  })

  test('refuses an invalid dossier, and leaves no new store behind', async () => {
    using place = temporaryFile()
    const dossier = join(place.folder, 'story.yaml')
    writeFileSync(dossier, STORY.replace('channel: speech', 'channel: talk'))
    const { status, stderr } = await demarche(['serve', '--store', place.file, '--port', '0', '--load', place.folder])
    expect(status).toBe(1)
    expect(stderr).toMatch(/^demarche: .*story\.yaml:55:14 statement ferry\/accusation channel: found "talk"/)
    expect(readdirSync(place.folder)).toEqual(['story.yaml'])
  })

  test('says what it loaded, keeps what was amended since, and says so once', async () => {
    using place = temporaryFile()
    const [own, other] = ['own.yaml', 'other.yaml'].map((name) => join(place.folder, name)) as [string, string]
    writeFileSync(own, STORY)
    writeFileSync(other, STORY.replace('headline: The ferry sinks', 'headline: The ferry goes down'))
    const start = async () => {
      await using serving = await startServing(['--store', place.file, '--load', own])
      const loaded = /loaded {6}(.*)/.exec(serving.printed)?.[1]
      const asked = await ask(serving.url, { query: '{ events { nodes { headline } } }' })
      serving.child.kill('SIGTERM')
      const { stderr } = await serving.outcome
      return {
        loaded,
        data: asked.body.data,
        warnings: stderr.split('\n').filter((line) => line.startsWith('warning: ')),
      }
    }
    expect(await start()).toMatchObject({ loaded: '12 records from 1 file: 12 recorded', warnings: [] })
    await demarche(['import', other, '--store', place.file])
    const kept = {
      loaded: '12 records from 1 file: 11 unchanged, 1 kept as amended in the store (event ferry/sinking)',
      data: { events: { nodes: [{ headline: 'The ferry goes down' }] } },
    }
    expect(await start()).toEqual({
      ...kept,
      warnings: [expect.stringMatching(/own\.yaml:35:5 event ferry\/sinking: was amended by an import/)],
    })
    expect(await start()).toEqual({ ...kept, warnings: [] })
  })

  test('logs its start, what it loaded, every request and its end as JSON', async () => {
    using place = temporaryFile()
    const dossier = join(place.folder, 'story.yaml')
    writeFileSync(dossier, STORY)
    await using serving = await startServing(['--store', place.file, '--load', dossier])
    for (let count = 0; count < 50; count++) await fetch(`${serving.url}/health/live`)
    serving.child.kill('SIGTERM')
    const { stderr } = await serving.outcome
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.filter(({ msg }) => msg !== 'request')).toMatchObject([
      { msg: 'loaded', files: 1, records: 12, recorded: 12, unchanged: 0, kept: 0 },
      { msg: 'started', url: serving.url, head: 12 },
      { msg: 'stopping', signal: 'SIGTERM' },
      { msg: 'stopped' },
    ])
    expect(lines.filter(({ path }) => path === '/health/live')).toHaveLength(50)
  })

  test.each(EVERYWHERE)('says which setting gives others on %s an address', async (host) => {
    using place = temporaryFile()
    await using serving = await startServing(['--store', place.file, '--host', host])
    expect(serving.printed).toContain('for others  set DEMARCHE_PUBLIC_URL')
    expect(serving.printed).toContain(`http://demarche.example.org:${new URL(serving.url).port};`)
    await using configured = await startServing(['--store', place.file, '--host', host], {
      env: { DEMARCHE_PUBLIC_URL: 'https://demarche.example.org' },
    })
    expect(configured.printed).toContain('for others  https://demarche.example.org/\n')
    expect(configured.printed).not.toContain('DEMARCHE_PUBLIC_URL')
  })

  test('stops gracefully on SIGTERM, with streams, sockets and idle connections open', async () => {
    using place = temporaryFile()
    await using serving = await startServing(['--store', place.file])
    const query = 'subscription { developmentAdded { cursor } }'
    const stream = await EventStream.open(serving.url, { query })
    await using socket = await Socket.open(serving.url)
    socket.subscribe('1', query)
    const agent = new Agent({ keepAlive: true })
    const kept = request(`${serving.url}/health/live`, { agent }).end()
    const [response] = await once(kept, 'response')
    await once(response.resume(), 'end')
    serving.child.kill('SIGTERM')
    expect(await stream.event()).toBeUndefined()
    expect(await socket.closed()).toMatchObject({ code: 1012 })
    expect(await serving.outcome).toMatchObject({ status: 0, signal: null })
    agent.destroy()
  })

  test('stops at once on a second SIGTERM', async () => {
    using place = temporaryFile()
    await using serving = await startServing(['--store', place.file])
    // An upload that never ends keeps the service from stopping.
    const upload = request(`${serving.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': 1_000 },
    })
    upload.on('error', () => {})
    upload.write('{')
    await once(upload, 'socket')
    expect((await ask(serving.url, { query: '{ __typename }' })).status).toBe(200)
    serving.child.kill('SIGTERM')
    await once(serving.child.stderr ?? serving.child, 'data')
    // A signal that follows at once counts as the same.
    const insisting = setInterval(() => serving.child.kill('SIGTERM'), 50)
    expect(await serving.outcome).toMatchObject({ status: 1, signal: null })
    clearInterval(insisting)
  })

  test('answers and stops although nobody takes what it logs', async () => {
    using place = temporaryFile()
    await using serving = await startServing(['--store', place.file])
    serving.child.stderr?.pause()
    // 600 KB of lines are more than a pipe or a socket holds.
    for (let times = 0; times < 20; times++) {
      await Promise.all(Array.from({ length: 50 }, () => fetch(`${serving.url}/${'x'.repeat(500)}`)))
    }
    expect((await ask(serving.url, { query: '{ __typename }' })).status).toBe(200)
    const exit = once(serving.child, 'exit')
    serving.child.kill('SIGTERM')
    expect(await exit).toEqual([null, 'SIGKILL'])
    serving.child.stderr?.resume()
  })

  test('keeps running if nobody reads its output', async () => {
    using place = temporaryFile()
    await using serving = await startServing(['--store', place.file])
    serving.child.stdout?.destroy()
    expect((await ask(serving.url, { query: '{ __typename }' })).status).toBe(200)
  })

  test('sends subscribers what another process imports', async () => {
    using place = temporaryFile()
    const dossier = join(place.folder, 'dossier.yaml')
    writeFileSync(
      dossier,
      `dossier: 1
sources: [{key: gazette, title: The Gazette, language: en, reliability: B}]
developments:
  - event: ferry/sinking
    headline: The ferry sinks
    summary: It sank at the ford.
    date: 2024-12-31
    event-kind: incident
    evidential-status: established
    citations: [{source: gazette, credibility: 2, basis: own-reporting}]
`,
    )
    await using serving = await startServing(['--store', place.file])
    await using feed = followStream(await EventStream.open(serving.url, { query: FEED }))
    const imported = await demarche(['import', dossier, '--store', place.file])
    expect(imported).toMatchObject({ status: 0 })
    expect(keysOf(await feed.take(1))).toEqual(['ferry/sinking'])
  })

  test.each(['server-sent events', 'WebSocket'])(
    'loses nothing and repeats nothing when it is killed in the middle of a stream over %s',
    async (transport) => {
      using place = temporaryFile()
      const store = await openStore({ file: place.file })
      await store.append({ batches: [setting], origin: 'API' })
      const wanted = Array.from({ length: 400 }, (_, number) => `ferry/event-${number}`)
      const writing = write(wanted, async (key) => {
        await store.append({ batches: [[planned('event', event({ event: key }))]], origin: 'API' })
      })
      const seen: string[] = []
      let cursor = encodeFeedCursor(store, setting.length)
      while (seen.length < wanted.length) {
        await using serving = await startServing(['--store', place.file])
        await using feed = await follow(transport, serving.url, { after: cursor })
        // Killed after so many messages, which leaves others on their way.
        for (let count = 0; count < 90 && seen.length < wanted.length; count++) {
          const message = await feed.next()
          if (message === undefined) break
          seen.push(...keysOf([message]))
          cursor = message.cursor
        }
        serving.child.kill('SIGKILL')
      }
      await writing
      store.close()
      expect(seen).toEqual(wanted)
    },
  )
})

async function write(keys: readonly string[], record: (key: string) => Promise<void>): Promise<void> {
  for (const key of keys) await record(key)
}

async function follow(transport: string, url: string, variables: Record<string, unknown>): Promise<Following> {
  if (transport !== 'WebSocket') return followStream(await EventStream.open(url, { query: FEED, variables }))
  const socket = await Socket.open(url)
  socket.subscribe('1', FEED, variables)
  return followSocket(socket)
}

function keysOf(messages: readonly { readonly data: Record<string, unknown> }[]): string[] {
  return messages.map(
    ({ data }) => (data['feed'] as { readonly development: { readonly key: string } }).development.key,
  )
}
