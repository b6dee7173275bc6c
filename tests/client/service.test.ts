import { expect, test } from 'vitest'
import { follow } from '../../src/client/follow.ts'
import { readConfig } from '../../src/config.ts'
import { startService } from '../../src/http/server.ts'
import { openLog } from '../../src/log.ts'
import { bearer, openApp } from '../_support/app.ts'
import { freePort } from '../_support/command.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'

const ADDED = 'subscription { developmentAdded { development { key } } }'

interface Added {
  readonly developmentAdded: { readonly development: { readonly key: string } }
}

test('a feed that starts now misses nothing once it is open, even if the service ends before the first message', async () => {
  const port = await freePort()
  await using app = await openApp({ recorded: [setting], config: { port } })
  const feed = follow<Added>({ url: `${app.url}/graphql`, query: ADDED, delay: () => 50 })
  const first = feed.next()
  await expect.poll(() => feed.cursor).toBeDefined()
  await app.service.stop()
  await app.record(planned('event', event()))
  const config = { ...readConfig({}, {}), port }
  const restarted = await startService({ store: app.store, config, log: openLog('silent'), version: '0.0.0-test' })
  expect((await first).value?.data.developmentAdded.development.key).toBe(event().event)
  await feed.return()
  await restarted.stop()
})

test('a refused feed has the code and the message of the service', async () => {
  await using app = await openApp({ recorded: [setting] })
  const url = `${app.url}/graphql`
  const refusal = (query: string, after?: string) => follow({ url, query, after }).next()
  await expect(refusal(ADDED, '42')).rejects.toMatchObject({ code: 'CURSOR_INVALID', retryable: false })
  await expect(refusal('subscription { nothing }')).rejects.toMatchObject({ code: 'QUERY_INVALID' })
  await expect(refusal('subscription {')).rejects.toMatchObject({ code: 'QUERY_MALFORMED' })
  const headers = { authorization: 'Bearer demarche_none' }
  await expect(follow({ url, query: ADDED, headers }).next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  await expect(follow({ url: `${app.url}/nothing`, query: ADDED }).next()).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('a feed goes on with a new token when its own is revoked, and ends without one', async () => {
  await using app = await openApp({ recorded: [setting], config: { isPrivate: true } })
  const [old, renewed] = [await bearer(app, 'READ'), await bearer(app, 'READ')]
  const options = { url: `${app.url}/graphql`, query: ADDED, delay: () => 50 }
  const tokens = [old, renewed]
  const feeds = [
    follow<Added>({ ...options, headers: () => tokens.shift() ?? renewed }),
    follow<Added>({ ...options, headers: old }),
  ]
  const [renewing, ending] = feeds.map((feed) => feed.next().catch((error: unknown) => error))
  await expect.poll(() => feeds.map((feed) => feed.cursor !== undefined)).toEqual([true, true])
  await app.store.tokens.revoke('read-1')
  expect(await ending).toMatchObject({ code: 'UNAUTHENTICATED' })
  await app.record(planned('event', event()))
  expect(await renewing).toMatchObject({
    value: { data: { developmentAdded: { development: { key: event().event } } } },
  })
  await feeds[0]?.return()
})
