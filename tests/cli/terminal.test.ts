import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { escapeControls, escapeLines } from '../../src/model/text/escape.ts'
import { demarche } from '../_support/command.ts'
import { temporaryFile } from '../_support/temporary-store.ts'

/** Sets a title, colours, deletes, breaks the line and reverses the text. */
const EVIL = '\u001B]0;x\u0007\u009B31m\u007F\r\u061C\u200E\u202Egnp\u2066\u2028'
// eslint-disable-next-line no-control-regex
const OBEYED = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/

it('escapes every control and bidirectional character, and nothing else', () => {
  const control = /[\p{Cc}\p{Bidi_C}\p{Zl}\p{Zp}]/v
  const wrong = Array.from({ length: 0x10000 }, (_, code) => code).filter((code) => {
    const character = String.fromCharCode(code)
    const escaped = control.test(character) ? `\\u${code.toString(16).padStart(4, '0')}` : character
    return escapeControls(character) !== escaped || escapeLines(character) !== (code === 10 ? '\n' : escaped)
  })
  expect(wrong).toEqual([])
})

const DOSSIER = JSON.stringify({
  dossier: 1,
  [EVIL]: [],
  actors: [{ key: EVIL, name: EVIL, kind: EVIL, country: EVIL, [EVIL]: EVIL, identifiers: { [EVIL]: EVIL } }],
  sources: [{ key: 's', title: 'S', published: EVIL, language: EVIL, url: EVIL, reliability: EVIL }],
  developments: [{ event: 'e', places: [EVIL] }],
})
const NAMED = EVIL.replace('\r', '\n')

it.each<[what: string, args: string[]]>([
  ['of files', ['check', `${NAMED}.json`, `${NAMED}.yaml`, `missing${EVIL}`]],
  ['of a store', ['check', '--store', EVIL, `${NAMED}.json`]],
  ['of an import', ['import', '--store', 'a.db', `${NAMED}.json`]],
  ['of a plan', ['import', '--json', '--dry-run', '--store', 'a.db', `${NAMED}.json`]],
  ['of a load', ['serve', '--port', '0', '--store', 'a.db', '--load', `${NAMED}.json`]],
  ['of an export', ['export', '--store', EVIL]],
  ['of an option', ['check', `--${EVIL}`]],
])('prints nothing that a terminal obeys %s', async (_, args) => {
  using place = temporaryFile()
  writeFileSync(join(place.folder, `${NAMED}.json`), DOSSIER)
  writeFileSync(join(place.folder, `${NAMED}.yaml`), `dossier: 1\nx: "\u202E" y\n`)
  const { status, stdout, stderr } = await demarche(args, { cwd: place.folder })
  expect(status).toBeGreaterThan(0)
  expect(OBEYED.test(stdout + stderr)).toBe(false)
})

it('prints JSON that holds the characters themselves', async () => {
  using place = temporaryFile()
  const file = join(place.folder, `${NAMED}.json`)
  writeFileSync(file, DOSSIER)
  const { stdout } = await demarche(['check', '--json', file])
  expect(OBEYED.test(stdout)).toBe(false)
  const { problems } = JSON.parse(stdout) as { problems: { file: string; path: unknown[] }[] }
  expect(problems.every((problem) => problem.file === file)).toBe(true)
  expect(problems.some(({ path }) => path.includes(EVIL))).toBe(true)
})

it('exports the data itself to a pipe or a file', async () => {
  using place = temporaryFile()
  const file = join(place.folder, 'a.json')
  const name = 'Ali \u200F\u202Eb'
  writeFileSync(file, JSON.stringify({ dossier: 1, actors: [{ key: 'a', name, kind: 'person' }] }))
  const store = join(place.folder, 'a.db')
  expect((await demarche(['import', '--store', store, file])).status).toBe(0)
  const { stdout } = await demarche(['export', '--format', 'ndjson', '--store', store])
  expect(stdout).toContain(name)
})

it('prints through one function', () => {
  const folder = new URL('../../src/cli/', import.meta.url)
  const writing = readdirSync(folder).filter((name) => /\.write\(/.test(readFileSync(new URL(name, folder), 'utf8')))
  // The progress line, exported data and a new token are written as they are. The lines of tail wait for their reader, and are escaped.
  expect(writing.toSorted()).toEqual(['command.ts', 'export.ts', 'progress.ts', 'tail.ts', 'token.ts'])
})
