import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { hash } from 'node:crypto'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { openStore } from '../../src/store/open.ts'
import { demarche } from '../_support/command.ts'
import { STORY } from '../_support/ferry-dossier.ts'
import { planned, setting } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'

/** A folder with a dossier, and a store in a folder of its own. */
async function openPlace() {
  const place = temporaryFile()
  const folder = join(place.folder, 'store')
  mkdirSync(folder)
  const dossier = join(place.folder, 'story.yaml')
  writeFileSync(dossier, STORY)
  const file = join(folder, 'demarche.db')
  const fill = async () => {
    const store = await openStore({ file })
    await store.append({ batches: [setting], origin: 'IMPORT' })
    return store
  }
  return { folder, file, dossier, fill, [Symbol.dispose]: () => place[Symbol.dispose]() }
}

const READING = (dossier: string) => [['export'], ['check', dossier], ['import', '--dry-run', dossier]]

/** The names in a folder, with what is in each file and when it was written. */
function stateOf(folder: string): string[] {
  return readdirSync(folder).map((name) => {
    const file = join(folder, name)
    return `${name} ${statSync(file).mtimeMs} ${hash('sha256', readFileSync(file))}`
  })
}

async function readAll({ file, dossier }: { file: string; dossier: string }) {
  const commands = READING(dossier).map((args) => demarche([...args, '--store', file]))
  return (await Promise.all(commands)).map(({ status }) => status)
}

describe('commands that read', () => {
  test('leave a closed store and its folder byte for byte', async () => {
    using place = await openPlace()
    const store = await place.fill()
    store.close()
    const before = stateOf(place.folder)
    expect(await readAll(place)).toEqual([0, 0, 0])
    expect(stateOf(place.folder)).toEqual(before)
  })

  test('read what a running service has committed, and leave its files', async () => {
    using place = await openPlace()
    const store = await place.fill()
    await store.append({ batches: [[planned('place', { key: 'hill', name: 'The Hill' })]], origin: 'IMPORT' })
    const names = readdirSync(place.folder)
    const { stdout } = await demarche(['export', '--store', place.file])
    expect(stdout).toContain('key: hill')
    expect(readdirSync(place.folder)).toEqual(names)
    store.close()
  })

  test('read a store that was copied with its log, and leave the copy', async () => {
    using place = await openPlace()
    const store = await place.fill()
    const copy = join(place.folder, 'copy.db')
    for (const suffix of ['', '-wal']) copyFileSync(place.file + suffix, copy + suffix)
    store.close()
    const before = stateOf(place.folder)
    const { stdout } = await demarche(['export', '--store', copy])
    expect(stdout).toContain('key: north')
    expect(stateOf(place.folder)).toEqual(before)
  })

  test('follow a link to a store', async () => {
    using place = await openPlace()
    const store = await place.fill()
    store.close()
    const link = join(place.folder, 'link.db')
    symlinkSync(place.file, link)
    expect((await demarche(['export', '--store', link])).stdout).toContain('key: north')
    expect(readdirSync(place.folder)).toEqual(['demarche.db', 'link.db'])
  })

  test('read from a folder and a file that may not be written', async () => {
    using place = await openPlace()
    const store = await place.fill()
    store.close()
    const before = stateOf(place.folder)
    chmodSync(place.file, 0o444)
    chmodSync(place.folder, 0o555)
    // Root may write anyway; the commands must then leave no trace either.
    expect(await readAll(place)).toEqual([0, 0, 0])
    expect(stateOf(place.folder)).toEqual(before)
    chmodSync(place.folder, 0o755)
  })

  test.each([
    [
      'an empty file',
      '',
      'is an empty file; check the path, or create a store with `npm run --silent demarche -- import`',
    ],
    ['a letter', 'a letter, '.repeat(40), ': not a store, or damaged; restore it from a backup'],
  ])('refuse %s, and leave it as it is', async (_, text, message) => {
    using place = await openPlace()
    writeFileSync(place.file, text)
    const before = stateOf(place.folder)
    for (const args of [['export'], ['rebuild'], ['check', place.dossier]]) {
      const { status, stdout, stderr } = await demarche([...args, '--store', place.file])
      expect([status, stdout]).toEqual([1, ''])
      expect(stderr).toContain(message)
    }
    expect(stateOf(place.folder)).toEqual(before)
  })

  test('refuse files of other programs, and commands that write leave them as they are too', async () => {
    using place = await openPlace()
    const other = new Database(place.file)
    other.exec('create table migrations (id integer primary key, migration text); create table letters (text)')
    other.close()
    const before = stateOf(place.folder)
    for (const args of [['export'], ['import', place.dossier], ['rebuild'], ['serve', '--port', '0']]) {
      const { status, stderr } = await demarche([...args, '--store', place.file])
      expect(status).toBe(1)
      expect(stderr).toContain('a SQLite file of another program, not a store; choose another file')
    }
    expect(stateOf(place.folder)).toEqual(before)
  })

  test('refuse the half of a store that was copied without its log', async () => {
    using place = await openPlace()
    const store = await place.fill()
    const copy = join(place.folder, 'copy.db')
    copyFileSync(place.file, copy)
    store.close()
    for (const command of ['export', 'rebuild']) {
      const { status, stderr } = await demarche([command, '--store', copy])
      expect(status).toBe(1)
      expect(stderr).toContain('its -wal file is missing')
    }
  })

  test('refuse a store of another version', async () => {
    using place = await openPlace()
    const store = await place.fill()
    store.close()
    const earlier = new Database(place.file)
    earlier.exec('update migrations set made_at = made_at - 1000000000000')
    earlier.close()
    const { status, stderr } = await demarche(['export', '--store', place.file])
    expect(status).toBe(1)
    expect(stderr).toContain('was written by a version from before this release')
  })

  test('say that a store holds nothing', async () => {
    using place = await openPlace()
    const store = await openStore({ file: place.file })
    store.close()
    expect(await demarche(['export', '--store', place.file])).toEqual({
      status: 0,
      signal: null,
      stdout: 'dossier: 1\n',
      stderr: 'the store holds no records: nothing was ever imported\n',
    })
  })
})

test('an import that is refused leaves no new store behind', async () => {
  using place = await openPlace()
  writeFileSync(place.dossier, STORY.replace('channel: speech', 'channel: talk'))
  expect(await demarche(['import', place.dossier, '--store', place.file])).toMatchObject({ status: 1 })
  expect(readdirSync(place.folder)).toEqual([])
})
