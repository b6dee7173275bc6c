import { describe, expect, test } from 'vitest'
import { openStore, openStoreToRead } from '../../src/store/open.ts'
import { setting } from '../_support/planned-changes.ts'
import { ARE_NODES } from '../_support/shared-log.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

const NEVER_MADE = `demarche_${'0'.repeat(64)}`

describe('the tokens of a store', () => {
  test('are found by their secret, and by nothing else', async () => {
    await using place = await openTemporaryStore()
    const { tokens } = place.store
    const { secret, token } = await tokens.create({ scope: 'READ', name: 'desk', lifetime: 1_000 })
    const found = { name: 'desk', scope: 'READ', createdAt: place.clock.at, expiresAt: place.clock.at + 1_000 }
    expect(tokens.find(secret)).toMatchObject(found)
    const others = [
      '',
      'desk',
      token.hash,
      NEVER_MADE,
      secret.slice(0, -1),
      `${secret}0`,
      secret.toUpperCase(),
      ` ${secret}`,
    ]
    for (const other of others) expect([other, tokens.find(other)]).toEqual([other, undefined])
  })

  test.skipIf(ARE_NODES)('are known at once when another process creates or revokes them', async () => {
    await using place = await openTemporaryStore()
    const { tokens } = place.store
    expect(tokens.list()).toEqual([])
    const other = await openStore({ file: place.file })
    try {
      const { secret } = await other.tokens.create({ scope: 'READ' })
      expect(tokens.find(secret)).toMatchObject({ name: 'read-1', revokedAt: null })
      await other.tokens.revoke('read-1')
      expect(tokens.find(secret)?.revokedAt).toBeTypeOf('number')
    } finally {
      other.close()
    }
  })

  test('are created side by side with each other and with what is recorded', async () => {
    await using place = await openTemporaryStore()
    const { store } = place
    const made = [1, 2, 3].map(() => store.tokens.create({ scope: 'READ' }))
    await Promise.all([...made, store.append({ batches: [setting], origin: 'API' })])
    expect(store.tokens.list().map(({ name }) => name)).toEqual(['read-1', 'read-2', 'read-3'])
    expect(store.head()).toBe(setting.length)
  })

  test('keep the latest use', async () => {
    await using place = await openTemporaryStore()
    const { tokens } = place.store
    for (const name of ['a', 'b', 'c']) await tokens.create({ scope: 'READ', name })
    await tokens.recordUse(
      new Map([
        ['a', 5],
        ['b', 7],
      ]),
    )
    await tokens.recordUse(
      new Map([
        ['a', 9],
        ['b', 6],
        ['gone', 1],
      ]),
    )
    // A node has it from its log.
    await expect
      .poll(() => tokens.list().map(({ name, lastUsedAt }) => [name, lastUsedAt]))
      .toEqual([
        ['a', 9],
        ['b', 7],
        ['c', null],
      ])
  })

  test('are read where the store is open for reading only, and not changed', async () => {
    await using place = await openTemporaryStore()
    const { secret } = await place.store.tokens.create({ scope: 'RECORD' })
    const reading = await openStoreToRead(place.file)
    try {
      expect(reading.tokens.find(secret)).toMatchObject({ name: 'record-1' })
      await expect(reading.tokens.create({ scope: 'READ' })).rejects.toThrow('open for reading only')
      await expect(reading.tokens.revoke('record-1')).rejects.toThrow('open for reading only')
    } finally {
      reading.close()
    }
  })

  test.each(['', ' desk', 'desk ', 'a\nb', '\u001B[31m', '-desk', 'x'.repeat(101), 'a\u202Eb'])(
    'are not called %j',
    async (name) => {
      await using place = await openTemporaryStore()
      const code = 'TOKEN_NAME_INVALID'
      await expect(place.store.tokens.create({ scope: 'READ', name })).rejects.toMatchObject({ code })
    },
  )

  test.each(['x', 'x'.repeat(100), 'Ελένη desk 2', 'ci@example.org'])('can be called %j', async (name) => {
    await using place = await openTemporaryStore()
    expect((await place.store.tokens.create({ scope: 'READ', name })).token.name).toBe(name)
  })
})
