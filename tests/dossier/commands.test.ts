import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { STORY, storyWith } from '../_support/ferry-dossier.ts'
import { temporaryFile } from '../_support/temporary-store.ts'

const program = fileURLToPath(new URL('../../src/demarche.mjs', import.meta.url))

interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A folder with a dossier in it, and commands run in it. */
function openFolder() {
  const place = temporaryFile()
  writeFileSync(join(place.folder, 'story.yaml'), STORY)
  return {
    folder: place.folder,
    run: (args: readonly string[], input = '') => run(place.folder, args, input),
    write: (name: string, text: string) => writeFileSync(join(place.folder, name), text),
    [Symbol.dispose]: () => place[Symbol.dispose](),
  }
}

function run(folder: string, args: readonly string[], input: string): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { ...process.env, DEMARCHE_STORE: 'story.db' },
  })
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  child.stdin.on('error', () => {}) // a command that reads nothing may be gone before it is written to
  child.stdin.end(input)
  return new Promise((resolve) => {
    child.on('close', (status) => {
      resolve({ status, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() })
    })
  })
}

it('prints each problem of a check on a line of standard output, and sets the exit status', async () => {
  using folder = openFolder()
  expect(await folder.run(['check', 'story.yaml'])).toEqual({
    status: 0,
    stdout: '',
    stderr: 'checked 12 records in 1 file: no problems\n',
  })
  folder.write('slip.yaml', storyWith(['channel: speech', 'channel: spech']))
  const slip = await folder.run(['check', 'slip.yaml'])
  expect(slip.status).toBe(1)
  expect(slip.stdout).toMatch(
    /^slip\.yaml:55:14 statement ferry\/accusation channel: found "spech"; did you mean speech\? allowed: [^\n]*\n$/,
  )
  expect(slip.stderr).toBe('checked 12 records in 1 file: 1 problem\n')
  const json = JSON.parse((await folder.run(['check', '--json', 'slip.yaml'])).stdout) as object
  expect(json).toMatchObject({
    problemCount: 1,
    problems: [
      {
        file: 'slip.yaml',
        line: 55,
        column: 14,
        record: 'statement ferry/accusation',
        path: ['channel'],
        code: 'NOT_ALLOWED',
      },
    ],
  })
  expect(readdirSync(folder.folder).toSorted()).toEqual(['slip.yaml', 'story.yaml'])
})

it('plans and imports a dossier, and then finds nothing to do', async () => {
  using folder = openFolder()
  const plan = await folder.run(['import', '--dry-run', 'story.yaml'])
  expect(plan).toMatchObject({ status: 0, stderr: 'read story.yaml: 12 records\n' })
  expect(plan.stdout).toMatch(/^would record actor north\n(would record [^\n]*\n){11}would record 12; head 0\n$/)
  expect(existsSync(join(folder.folder, 'story.db'))).toBe(false)
  expect(await folder.run(['import', 'story.yaml'])).toMatchObject({ status: 0, stdout: 'recorded 12; head 12\n' })
  expect(await folder.run(['import', 'story.yaml'])).toMatchObject({
    status: 0,
    stdout: 'recorded 0, unchanged 12; head 12\n',
  })
  folder.write('story.yaml', storyWith(['headline: The ferry sinks', 'headline: The ferry goes down']))
  expect(await folder.run(['import', '--note', 'new pictures', 'story.yaml'])).toMatchObject({
    status: 0,
    stdout:
      'revised event ferry/sinking\n  headline: "The ferry sinks" → "The ferry goes down"\nrecorded 0, revised 1, unchanged 11; head 13\n',
  })
})

it('lists the records that an import amends, however many it adds', async () => {
  using folder = openFolder()
  await folder.run(['import', 'story.yaml'])
  const places = Array.from(
    { length: 1_200 },
    (_, index) => `{"place": {"key": "p${index}", "name": "Place ${index}"}}`,
  )
  const east = '{"place": {"key": "ford", "name": "The Ford on the East"}}'
  folder.write('places.ndjson', ['{"dossier": 1}', ...places, east].join('\n'))
  const plan = await folder.run(['import', '--dry-run', 'places.ndjson'])
  expect(plan.stdout).toMatch(
    /\nwould revise place ford\n  latitude: 60.5 → nothing\n  longitude: 10 → nothing\n  name: [^\n]*\n… and 200 more changes\nwould record 1200, revise 1; head 12\n$/,
  )
  expect(await folder.run(['import', 'places.ndjson'])).toMatchObject({
    status: 0,
    stdout: `revised place ford\n  latitude: 60.5 → nothing\n  longitude: 10 → nothing\n  name: "The Ford" → "The Ford on the East"\nrecorded 1200, revised 1; head 1213\n`,
  })
  folder.write('story.yaml', storyWith(['    event-kind: incident', '    event-kind: incident\n    retract: misread']))
  expect(await folder.run(['import', '--correct', 'story.yaml'])).toMatchObject({
    status: 0,
    stdout:
      'corrected place ford\n  latitude: nothing → 60.5\n  longitude: nothing → 10\n  name: "The Ford on the East" → "The Ford"\nretracted event ferry/sinking\nrecorded 0, corrected 1, retracted 1, unchanged 10; head 1215\n',
  })
  const json = JSON.parse((await folder.run(['import', '--json', 'places.ndjson'])).stdout) as object
  expect(json).toMatchObject({ amended: [{ outcome: 'REVISED', record: 'place', key: 'ford' }], changeCount: 1 })
})

it('checks dossiers together with a store if one is given', async () => {
  using folder = openFolder()
  folder.write(
    'more.yaml',
    'dossier: 1\nactors:\n  - {key: east, name: Eastland, kind: state, affiliations: [{to: north, relation: close-to}]}\n',
  )
  expect(await folder.run(['check', 'more.yaml'])).toMatchObject({ status: 1 })
  expect(await folder.run(['check', '--store', 'story.db', 'more.yaml'])).toMatchObject({ status: 1 })
  await folder.run(['import', 'story.yaml'])
  expect(await folder.run(['check', '--store', 'story.db', 'more.yaml'])).toMatchObject({ status: 0 })
})

it('imports YAML and NDJSON from standard input', async () => {
  using folder = openFolder()
  expect(await folder.run(['import', '-'], STORY)).toMatchObject({ status: 0, stdout: 'recorded 12; head 12\n' })
  const ndjson = await folder.run(['export', '--format', 'ndjson'])
  expect(await folder.run(['import', '--store', 'again.db', '-'], ndjson.stdout)).toMatchObject({
    status: 0,
    stdout: 'recorded 12; head 12\n',
  })
  expect(await folder.run(['import', '-'], '')).toMatchObject({
    status: 1,
    stderr: '-: is empty; a dossier starts with "dossier: 1"\nnothing was imported: 1 problem\n',
  })
})

const manyPlaces = Array.from(
  { length: 3_000 },
  (_, index) => `{"place": {"key": "p${index}", "name": "A place"}}\n`,
).join('')

it.each([
  ['YAML', storyWith(['actor: south, role', 'actor: suoth, role']), '43:28'],
  [
    'NDJSON',
    `${manyPlaces}{"actor": {"key": "a", "name": "A", "kind": "state", "affiliations": [{"to": "b"}]}}`,
    '3001:78',
  ],
])('finds line and column in %s on standard input', async (_, text, location) => {
  using folder = openFolder()
  const { status, stdout } = await folder.run(['check', '-'], text)
  expect(status).toBe(1)
  expect(stdout).toMatch(new RegExp(`^-:${location} `, 'm'))
})

it('imports nothing if anything is wrong', async () => {
  using folder = openFolder()
  folder.write('slip.yaml', storyWith(['actor: south, role', 'actor: suoth, role']))
  expect(await folder.run(['import', 'slip.yaml'])).toEqual({
    status: 1,
    stdout: '',
    stderr:
      'read slip.yaml: 12 records\n' +
      'slip.yaml:43:28 event ferry/sinking participants[0].actor: there is no actor "suoth"; did you mean south?\n' +
      'nothing was imported: 1 problem\n',
  })
  expect(readdirSync(folder.folder).toSorted()).toEqual(['slip.yaml', 'story.yaml'])
})

it.each([
  ['no file', ['import'], "error: missing required argument 'file'\n"],
  ['an unknown flag', ['check', '--sotre', 'story.yaml'], "error: unknown option '--sotre'\n(Did you mean --store?)\n"],
  [
    'an unknown format',
    ['export', '--format', 'xml'],
    "error: option '--format <format>' argument 'xml' is invalid. Allowed choices are yaml, ndjson, csv.\n",
  ],
  ['an empty note', ['import', '--note', ' ', 'story.yaml'], 'demarche: --note is empty; say why\n'],
  [
    'a long note',
    ['import', '--note', 'x'.repeat(2_001), 'story.yaml'],
    'demarche: --note has 2001 characters; the limit is 2000\n',
  ],
  ['an empty reason', ['redact', 'ferry', '--reason', ''], 'demarche: --reason is empty; say why\n'],
  [
    'a long reason',
    ['redact', 'ferry', '--reason', 'x'.repeat(2_100)],
    'demarche: --reason has 2100 characters; the limit is 2000\n',
  ],
])('is misused with %s: status 2', async (_, args, says) => {
  using folder = openFolder()
  expect(await folder.run(args)).toEqual({ status: 2, stdout: '', stderr: says })
})

it('writes an exported file as a whole or not at all', async () => {
  using folder = openFolder()
  await folder.run(['import', 'story.yaml'])
  expect(await folder.run(['export', '--out', 'out.yaml'])).toEqual({
    status: 0,
    stdout: '',
    stderr: 'wrote 12 records to out.yaml\n',
  })
  const written = readFileSync(join(folder.folder, 'out.yaml'), 'utf8')
  expect(written).toBe((await folder.run(['export'])).stdout)
  expect(await folder.run(['export', '--dispute', 'fery', '--out', 'out.yaml'])).toEqual({
    status: 1,
    stdout: '',
    stderr: 'demarche: there is no dispute "fery"; did you mean ferry?\n',
  })
  expect(readFileSync(join(folder.folder, 'out.yaml'), 'utf8')).toBe(written)
  expect(await folder.run(['export', '--out', 'nowhere/out.yaml'])).toMatchObject({
    status: 1,
    stderr: 'demarche: nowhere/out.yaml cannot be written: its folder does not exist\n',
  })
  expect(readdirSync(folder.folder).filter((name) => name.endsWith('.part'))).toEqual([])
})

it('exits quietly when its reader closes the pipe', async () => {
  using folder = openFolder()
  await folder.run(['import', 'story.yaml'])
  const child = spawn(process.execPath, [program, 'export', '--store', 'story.db'], {
    cwd: folder.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.destroy()
  const stderr: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  const status = await new Promise((resolve) => child.on('close', resolve))
  expect([status, Buffer.concat(stderr).toString()]).toEqual([0, ''])
})

it('reports in one line that a file is not a store', async () => {
  using folder = openFolder()
  folder.write('story.db', 'no store at all, but long enough to be looked at by a database engine: '.repeat(20))
  expect(await folder.run(['import', 'story.yaml'])).toEqual({
    status: 1,
    stdout: '',
    stderr: 'demarche: story.db: not a store, or damaged; restore it from a backup\n',
  })
})
