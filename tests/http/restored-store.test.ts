import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { backUpStore, openStore, restoreStore } from '../../src/store/open.ts'
import { read, refusalsOf } from '../_support/answer.ts'
import { type App, bearer, openApp } from '../_support/app.ts'
import { TRANSPORTS } from '../_support/follow.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'

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
const PAGE =
  'query ($after: FeedCursor) { feedPage(after: $after, references: true) { changes { development { key } } } }'

/** The changes that the backup has. */
const SHARED = setting.length + 1

describe('after a backup was restored', () => {
  test('a page of the feed continues from every shared cursor of the former epoch', async () => {
    await using world = await openRestored()
    for (const cursor of [world.former(0), world.former(SHARED - 1), world.former(SHARED)]) {
      const [fromFormer, fromCurrent] = await Promise.all(
        [cursor, encodeFeedCursor(world.app.store, seqOf(cursor))].map((after) => read(world.app, PAGE, { after })),
      )
      expect(fromFormer).toEqual(fromCurrent)
    }
  })

  test('a page of the feed refuses every other cursor', async () => {
    await using world = await openRestored()
    for (const [cursor, code] of world.refused) {
      const refusal = { code, path: ['feedPage'] }
      expect(await refusalsOf(world.app, PAGE, { after: cursor })).toMatchObject([refusal])
    }
  })

  describe.each(TRANSPORTS)('a subscription over $name', ({ follow, refusal }) => {
    test('continues from the last shared cursor with what was recorded since', async () => {
      await using world = await openRestored()
      for (const after of [world.former(SHARED), encodeFeedCursor(world.app.store, SHARED)]) {
        await using stream = await follow(world.app, FEED, { after })
        expect((await stream.take(1)).map(({ data }) => data)).toEqual([
          { feed: { __typename: 'FeedChange', development: { key: 'ferry/restored' } } },
        ])
      }
    })

    test('refuses every other cursor before it starts', async () => {
      await using world = await openRestored()
      for (const [after, code] of world.refused) {
        const { errors } = await refusal(world.app, FEED, { after })
        expect(errors.map(({ extensions }) => extensions.code)).toEqual([code])
      }
    })
  })

  test('an event stream refuses them in Last-Event-ID too', async () => {
    await using world = await openRestored()
    for (const [cursor, code] of world.refused) {
      if (cursor === '') continue // no header
      await using stream = await world.app.stream(FEED, {}, { 'last-event-id': cursor })
      const refused = await stream.event()
      expect(JSON.parse(refused?.data ?? '')).toMatchObject({ errors: [{ extensions: { code } }] })
      expect((await stream.event())?.event).toBe('complete')
    }
  })

  test('/feed continues from the last shared cursor, and refuses every other one with a status', async () => {
    await using world = await openRestored()
    const stopped = new AbortController()
    const response = await world.app.fetch(`/feed?after=${world.former(SHARED)}`, { signal: stopped.signal })
    let received = ''
    const text = response.body?.pipeThrough(new TextDecoderStream()) ?? []
    for await (const chunk of text) if ((received += chunk).includes('data: ')) break
    stopped.abort()
    expect(received).toContain('"key":"ferry/restored"')
    for (const [cursor, code] of world.refused) {
      if (cursor === '') continue // as without a cursor
      for (const refused of [
        await world.app.fetch(`/feed?after=${cursor}`),
        await world.app.fetch('/feed', { headers: { 'last-event-id': cursor } }),
      ]) {
        expect([refused.status, await refused.json()]).toMatchObject([400, { errors: [{ extensions: { code } }] }])
      }
    }
  })

  test('no response has the ETag that it had before, though the head is the same', async () => {
    await using world = await openRestored()
    const query = `/graphql?query=${encodeURIComponent('{ developments { totalCount } service { head } }')}`
    const now = await world.app.fetch(query, { headers: { 'if-none-match': world.etag } })
    expect([now.status, world.app.store.head()]).toEqual([200, SHARED + 1])
    expect(now.headers.get('etag')).not.toBe(world.etag)
    const head = ((await now.json()) as { data: { service: { head: string } } }).data.service.head
    expect(head).toBe(encodeFeedCursor(world.app.store, SHARED + 1))
  })

  test('the id of a past state names that state as far as it is shared, and is refused beyond', async () => {
    await using world = await openRestored()
    const query = 'query ($id: ID!) { node(id: $id) { ... on Event { key headline } } }'
    expect(await read(world.app, query, { id: world.sharedId })).toEqual({
      node: { key: 'ferry/sinking', headline: 'The ferry sinks' },
    })
    expect(await refusalsOf(world.app, query, { id: world.lostId })).toMatchObject([{ code: 'CURSOR_AHEAD' }])
  })
})

const SAVE = /* GraphQL */ `
  mutation ($input: PlaceInput!, $key: String) {
    savePlace(input: $input, idempotencyKey: $key) {
      ... on PlaceSaved {
        cursor
        place {
          key
          revision
        }
      }
    }
  }
`

test('a mutation that is sent again is answered as before if the backup has its change, and executed if it was lost', async () => {
  using place = temporaryFile()
  const backup = join(place.folder, 'backup.db')
  const save = async (app: App, key: string, headers: { authorization: string }) => {
    const variables = { input: { key, name: 'A place' }, key }
    const { body } = await app.ask(SAVE, variables, headers)
    const { savePlace } = body.data as { savePlace: { cursor: string; place: unknown } }
    const { cursor, place: saved } = savePlace
    return { seq: seqOf(cursor), saved }
  }
  let token: { authorization: string }
  let kept: unknown
  {
    await using app = await openApp({ file: place.file, recorded: [setting] })
    token = await bearer(app, 'RECORD')
    kept = await save(app, 'kept', token)
    await backUpStore({ file: place.file, to: backup, onProgress: () => {} })
    await save(app, 'before', token)
    expect(await save(app, 'lost', token)).toMatchObject({ seq: SHARED + 2 })
  }
  await restoreStore({ backup, file: place.file, replace: true, now: Date.now(), onProgress: () => {} })
  await using app = await openApp({ file: place.file })
  expect(await save(app, 'kept', token)).toEqual(kept)
  expect(app.store.head()).toBe(SHARED)
  const again = await save(app, 'lost', token)
  expect(again).toEqual({ seq: SHARED + 1, saved: { key: 'lost', revision: 1 } })
  expect(await save(app, 'lost', token)).toEqual(again)
})

/** A service on a store that was restored to its ninth change and has a new tenth one; before that it had another. */
async function openRestored() {
  const place = temporaryFile()
  const backup = join(place.folder, 'backup.db')
  // Nothing but the store tells one process from the other.
  const fixed = { now: () => Date.UTC(2025, 0, 1), config: { publicUrl: 'http://localhost' } }
  let former: (seq: number) => string
  let etag: string | null
  let ids: string[]
  {
    await using app = await openApp({ ...fixed, file: place.file, recorded: [setting, [planned('event', event())]] })
    await backUpStore({ file: place.file, to: backup, onProgress: () => {} })
    await app.record(planned('event', event({ event: 'ferry/lost' })))
    const epoch = app.store.epoch()
    former = (seq) => encodeFeedCursor({ epoch: () => epoch }, seq)
    const query = encodeURIComponent('{ developments { totalCount } service { head } }')
    etag = (await app.fetch(`/graphql?query=${query}`)).headers.get('etag')
    const { feedPage } = await read(app, '{ feedPage { changes { development { id } } } }')
    ids = (feedPage as { changes: { development: { id: string } }[] }).changes.map(({ development }) => development.id)
  }
  await restoreStore({ backup, file: place.file, replace: true, now: Date.now(), onProgress: () => {} })
  const app = await openApp({
    ...fixed,
    file: place.file,
    recorded: [[planned('event', event({ event: 'ferry/restored' }))]],
  })
  const stranger = join(place.folder, 'stranger.db')
  const other = await openStore({ file: stranger })
  const current = encodeFeedCursor(app.store, SHARED)
  const refused: [cursor: string, code: string][] = [
    // The store has as many changes again, but another one of that number.
    [former(SHARED + 1), 'CURSOR_AHEAD'],
    [former(1_000_000), 'CURSOR_AHEAD'],
    [encodeFeedCursor(app.store, SHARED + 2), 'CURSOR_AHEAD'],
    [encodeFeedCursor(other, 0), 'CURSOR_FOREIGN'],
    [encodeFeedCursor(other, 1), 'CURSOR_FOREIGN'],
    ['', 'CURSOR_INVALID'],
    ['x', 'CURSOR_INVALID'],
    [current.slice(0, -1), 'CURSOR_INVALID'],
    [`${current}A`, 'CURSOR_INVALID'],
    [current.toLowerCase(), 'CURSOR_INVALID'],
  ]
  other.close()
  const [sharedId = '', lostId = ''] = ids
  return {
    app,
    former,
    refused,
    etag: etag ?? '',
    sharedId,
    lostId,
    [Symbol.asyncDispose]: async () => {
      await app[Symbol.asyncDispose]()
      place[Symbol.dispose]()
    },
  } satisfies { readonly app: App } & AsyncDisposable & Record<string | symbol, unknown>
}

function seqOf(cursor: string): number {
  return Number(Buffer.from(cursor, 'base64url').toString().split('.').at(-2))
}
