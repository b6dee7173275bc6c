import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { openStore, openStoreToRead } from '../../src/store/open.ts'
import { demarche, startServing } from '../_support/command.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'

describe('demarche backup', () => {
  test('copies the store of a running service, with progress', async () => {
    await using world = await openWorld()
    await using serving = await startServing(['--store', world.file])
    const { status, stdout, stderr } = await demarche(['backup', world.backup, '--store', world.file])
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/^backed up .*demarche\.db to .*backup\.db: 8 changes, the last of \S+Z; checked\n$/),
    ])
    expect(stderr).toMatch(/^copying: 0 of (\d+) pages\ncopying: \1 of \1 pages\nchecking the copy\n$/)
    const copy = await openStoreToRead(world.backup)
    expect(copy.head()).toBe(8)
    copy.close()
    expect((await fetch(`${serving.url}/health/ready`)).status).toBe(200)
  })

  test('prints JSON, and refuses to overwrite unless told', async () => {
    await using world = await openWorld()
    const backup = ['backup', world.backup, '--store', world.file]
    const { status, stdout } = await demarche([...backup, '--json'])
    const result = {
      file: world.backup,
      bytes: expect.any(Number),
      head: 8,
      recordedAt: expect.any(String),
      developments: 0,
    }
    expect([status, JSON.parse(stdout)]).toEqual([0, result])
    const before = readFileSync(world.backup)
    const again = await demarche(backup)
    expect([again.status, again.stdout]).toEqual([1, ''])
    expect(again.stderr).toBe(`demarche: ${world.backup}: exists already; choose another name, or pass --overwrite\n`)
    expect(readFileSync(world.backup).equals(before)).toBe(true)
    expect(await demarche([...backup, '--overwrite'])).toMatchObject({ status: 0 })
  })

  test.each([
    [
      'a folder that does not exist',
      'nowhere/backup.db',
      /backup\.db: the file cannot be written; check that its folder exists/,
    ],
    ['a folder', '.', /exists already/],
  ])('refuses %s in one line', async (_, name, line) => {
    await using world = await openWorld()
    const { status, stderr } = await demarche(['backup', join(world.folder, name), '--store', world.file])
    expect(status).toBe(1)
    expect(stderr).toMatch(line)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(readdirSync(world.folder)).toEqual(['demarche.db'])
  })
})

test('a signal in the middle of a copy leaves nothing of it', async () => {
  await using world = await openWorld()
  const store = await openStore({ file: world.file })
  const many = Array.from({ length: 500 }, (_, index) =>
    planned('event', event({ event: `ferry/${index}`, summary: 'long'.padEnd(4_000, 'g') })),
  )
  await store.append({ batches: [many], origin: 'IMPORT' })
  store.close()
  const program = fileURLToPath(new URL('../../src/demarche.mjs', import.meta.url))
  const child = spawn(process.execPath, [program, 'backup', world.backup, '--store', world.file])
  await once(child.stderr, 'data') // the progress of the first pages
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([1, null])
  expect(readdirSync(world.folder).filter((name) => name.startsWith('backup'))).toEqual([])
})

describe('demarche restore', () => {
  test('refuses a store that a service uses, in one line, and leaves both alone', async () => {
    await using world = await openWorld()
    await demarche(['backup', world.backup, '--store', world.file])
    await using serving = await startServing(['--store', world.file])
    for (const replace of [[], ['--replace']]) {
      const { status, stdout, stderr } = await demarche(['restore', world.backup, '--store', world.file, ...replace])
      expect([status, stdout]).toEqual([1, ''])
      expect(stderr).toBe(
        `demarche: ${world.file}: another process has the store open, such as \`npm run --silent demarche -- serve\`; stop it first, and run the command again\n`,
      )
    }
    expect((await fetch(`${serving.url}/health/ready`)).status).toBe(200)
    serving.child.kill('SIGTERM')
    expect(await serving.outcome).toMatchObject({ status: 0 })
    const { status, stdout } = await demarche(['restore', world.backup, '--store', world.file])
    expect([status, stdout.split('\n')]).toEqual([
      0,
      [
        expect.stringMatching(/^restored .*demarche\.db from .*backup\.db: 8 changes, the last of \S+Z; checked$/),
        'cursors: valid up to change 8; later ones from before are refused with CURSOR_AHEAD',
        'tokens: those of the replaced store; what was revoked stays revoked',
        '',
      ],
    ])
  })

  test('refuses a store in use by a service that planned and made imports, which open it once more', async () => {
    await using world = await openWorld()
    await demarche(['backup', world.backup, '--store', world.file])
    const token = await demarche(['token', 'create', '--scope', 'record', '--name', 'desk', '--store', world.file])
    await using serving = await startServing(['--store', world.file])
    const dossier = 'dossier: 1\nactors: [{key: tug, name: Tug, kind: state}]\n'
    for (const dryRun of [true, false]) {
      const response = await fetch(`${serving.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token.stdout.trim()}` },
        body: JSON.stringify({
          query: `mutation ($dossier: String!, $dryRun: Boolean!) {
            importDossier(dossier: $dossier, dryRun: $dryRun) { __typename } }`,
          variables: { dossier, dryRun },
        }),
      })
      expect(await response.json()).toMatchObject({ data: { importDossier: { __typename: 'DossierImported' } } })
      const { status, stderr } = await demarche(['restore', world.backup, '--store', world.file, '--replace'])
      expect([status, stderr]).toEqual([1, expect.stringContaining('another process has the store open')])
    }
  })

  test('says what would be lost, and after --replace what was lost', async () => {
    await using world = await openWorld()
    await demarche(['backup', world.backup, '--store', world.file])
    const store = await openStore({ file: world.file })
    await store.append({ batches: [[planned('event', event())]], origin: 'API' })
    store.close()
    await demarche(['redact', 'ferry/sinking', '--reason', 'Order', '--store', world.file])
    const restore = ['restore', world.backup, '--store', world.file]
    const refused = await demarche(restore)
    expect([refused.status, refused.stdout]).toEqual([1, ''])
    expect(refused.stderr).toMatch(
      /the store is ahead of the backup: 2 of its 10 changes, .* would be lost\..*--replace/,
    )
    const { status, stdout } = await demarche([...restore, '--replace', '--json'])
    expect([status, JSON.parse(stdout)]).toMatchObject([
      0,
      { head: 8, replaced: { lost: 2, redactionsUndone: ['ferry/sinking'], tokensKept: true } },
    ])
  })

  test('says that revoked tokens of a backup work again where nothing says otherwise', async () => {
    await using world = await openWorld()
    await demarche(['backup', world.backup, '--store', world.file])
    const moved = join(world.folder, 'moved.db')
    const { status, stdout } = await demarche(['restore', world.backup, '--store', moved])
    expect(status).toBe(0)
    expect(stdout).toContain('tokens: those of the backup; one that was revoked after it works again')
  })

  test('refuses what is no backup in one line', async () => {
    await using world = await openWorld()
    writeFileSync(world.backup, 'text')
    for (const name of [world.backup, join(world.folder, 'nothing.db'), world.folder]) {
      const { status, stdout, stderr } = await demarche(['restore', name, '--store', world.file])
      expect([status, stdout]).toEqual([1, ''])
      expect(stderr.startsWith(`demarche: ${name}: `)).toBe(true)
      expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    }
  })
})

/** A store with eight changes in a folder of its own. */
async function openWorld() {
  const place = temporaryFile()
  const store = await openStore({ file: place.file })
  await store.append({ batches: [setting], origin: 'IMPORT' })
  store.close()
  return {
    ...place,
    backup: join(place.folder, 'backup.db'),
    [Symbol.asyncDispose]: async () => place[Symbol.dispose](),
  }
}
