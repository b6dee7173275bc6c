import { readFileSync } from 'node:fs'
import { hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openStore } from '../../src/store/open.ts'
import { demarche } from '../_support/command.ts'
import { setting } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'

const TOKEN = /^demarche_[0-9a-f]{64}\n$/

describe('demarche token', () => {
  test('create prints the token alone on standard output, and creates the store', async () => {
    using place = temporaryFile()
    const { status, stdout, stderr } = await token(
      place,
      'create',
      '--scope',
      'record',
      '--expires',
      '90d',
      '--name',
      'desk',
    )
    expect([status, stdout]).toEqual([0, expect.stringMatching(TOKEN)])
    expect(stderr).toMatch(
      /^created the token "desk", which allows to record and expires at \S+Z; it is not shown again\n$/,
    )
    const [listed] = await list(place)
    const { createdAt, expiresAt } = listed ?? {}
    expect(Date.parse(String(expiresAt)) - Date.parse(String(createdAt))).toBe(90 * 86_400_000)
    expect(listed).toMatchObject({ name: 'desk', scope: 'RECORD', lastUsedAt: null, revokedAt: null })
  })

  test('stores the hash of a token, and its secret nowhere', async () => {
    using place = temporaryFile()
    const { stdout } = await token(place, 'create', '--scope', 'read')
    const secret = stdout.trim()
    const bytes = readFileSync(place.file).toString('latin1')
    expect(bytes).toContain(hash('sha256', secret))
    expect(bytes).not.toContain(secret.slice(-20))
  })

  test('numbers tokens without a name, and never gives a name twice', async () => {
    using place = temporaryFile()
    for (const name of ['read-1', 'read-2']) {
      const { stderr } = await token(place, 'create', '--scope', 'read')
      expect(stderr).toMatch(`"${name}", which allows to read and does not expire;`)
    }
    await token(place, 'revoke', 'read-1')
    expect((await token(place, 'create', '--scope', 'read')).stderr).toContain('"read-3"')
    expect(await token(place, 'create', '--scope', 'read', '--name', 'read-1')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: 'demarche: there is a token "read-1" already; choose another name (a revoked token keeps its name)\n',
    })
  })

  test('revoke of an unknown name says how to list the tokens, as the reader runs commands', async () => {
    using place = temporaryFile()
    await token(place, 'create', '--scope', 'read')
    expect(await token(place, 'revoke', 'nobody')).toMatchObject({
      status: 1,
      stderr: 'demarche: there is no token "nobody"; see `npm run --silent demarche -- token list`\n',
    })
  })

  test('revoke takes a name, or the token itself, and says when it was revoked already', async () => {
    using place = temporaryFile()
    const { stdout } = await token(place, 'create', '--scope', 'read', '--name', 'desk')
    expect(await token(place, 'revoke', 'desc')).toMatchObject({
      status: 1,
      stderr: 'demarche: there is no token "desc"; did you mean desk?\n',
    })
    const revoked = { status: 0, stdout: '', stderr: 'the token "desk" is revoked\n' }
    expect(await token(place, 'revoke', stdout.trim())).toMatchObject(revoked)
    expect((await list(place))[0]?.['revokedAt']).toMatch(/Z$/)
    const again = await token(place, 'revoke', 'desk')
    expect(again.stderr).toMatch(/^the token "desk" was revoked already, at \S+Z\n$/)
  })

  test('never prints a token that it does not know', async () => {
    using place = temporaryFile()
    await token(place, 'create', '--scope', 'read')
    const secret = `demarche_${'0123456789abcdef'.repeat(4)}`
    for (const args of [
      ['revoke', secret],
      ['create', '--scope', 'read', '--name', secret],
      ['create', '--scope', secret],
      [secret],
    ]) {
      const { status, stdout, stderr } = await token(place, ...args)
      expect([status === 0, `${stdout}${stderr}`.includes('0123456789abcdef')]).toEqual([false, false])
    }
  })

  test.each([
    ['1m', 60_000],
    ['12h', 43_200_000],
    ['3650d', 315_360_000_000],
  ])('create takes --expires %s', async (text, duration) => {
    using place = temporaryFile()
    await token(place, 'create', '--scope', 'read', '--expires', text)
    const [{ createdAt, expiresAt } = {}] = await list(place)
    expect(Date.parse(String(expiresAt)) - Date.parse(String(createdAt))).toBe(duration)
  })

  test.each(['3651d', '0d', '90', '1.5d', '1y', ''])('create refuses --expires %j', async (text) => {
    using place = temporaryFile()
    const { status, stdout, stderr } = await token(place, 'create', '--scope', 'read', `--expires=${text}`)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toContain('such as 30m, 12h, 90d or 52w, at most 3650d')
  })

  test('list shows a table, and needs a store', async () => {
    using place = temporaryFile()
    expect(await token(place, 'list')).toMatchObject({ status: 1, stdout: '' })
    await token(place, 'create', '--scope', 'read', '--name', 'a')
    await token(place, 'create', '--scope', 'record', '--name', 'desk', '--expires', '1h')
    const { stdout } = await token(place, 'list')
    const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\dZ`
    expect(stdout.split('\n')).toEqual([
      'NAME  SCOPE   CREATED            EXPIRES            LAST USE  REVOKED',
      expect.stringMatching(new RegExp(`^a     read    ${time}  never              never     no$`)),
      expect.stringMatching(new RegExp(`^desk  record  ${time}  ${time}  never     no$`)),
      '',
    ])
  })

  test('keeps tokens out of the log and of exports, and through a rebuild', async () => {
    using place = temporaryFile()
    const store = await openStore({ file: place.file })
    await store.append({ batches: [setting], origin: 'IMPORT' })
    const head = store.head()
    const { secret } = await store.tokens.create({ scope: 'RECORD', name: 'the-desk' })
    expect(store.head()).toBe(head)
    store.close()
    await demarche(['rebuild', '--store', place.file])
    const { stdout } = await demarche(['export', '--store', place.file])
    expect([stdout.includes('north'), stdout.includes('the-desk'), stdout.includes(secret)]).toEqual([
      true,
      false,
      false,
    ])
    expect(await list(place)).toMatchObject([{ name: 'the-desk' }])
  })
})

interface Place {
  readonly file: string
}

async function token({ file }: Place, ...args: readonly string[]) {
  return demarche(['token', ...args, '--store', file])
}

async function list(place: Place): Promise<Record<string, unknown>[]> {
  const { stdout } = await token(place, 'list', '--json')
  // The command prints an array of objects.
  return JSON.parse(stdout) as Record<string, unknown>[]
}
