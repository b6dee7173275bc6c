import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { checkDossiers } from '../../src/dossier/check/check.ts'
import { importDossiers } from '../../src/dossier/import/import.ts'
import { formatProblem } from '../../src/dossier/format/problems.ts'
import { WHOLE_FILE_BYTES } from '../../src/dossier/format/dossier-files.ts'
import { check, STORY } from '../_support/ferry-dossier.ts'
import { temporaryFile } from '../_support/temporary-store.ts'

const north = { actor: { key: 'north', name: 'Northland', kind: 'state' } }
const south = {
  actor: { key: 'south', name: 'Southland', kind: 'state', affiliations: [{ to: 'north', relation: 'close-to' }] },
}
const lines = (...records: readonly unknown[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('')

it.each<[what: string, content: string | Uint8Array, name: string, says: string]>([
  ['that is empty', '', 'a.yaml', 'a.yaml: is empty; a dossier starts with "dossier: 1"'],
  ['with nothing but comments', '# soon\n', 'a.yaml', 'a.yaml:1:1: is empty; a dossier starts with "dossier: 1"'],
  ['of NDJSON without lines', '', 'a.ndjson', 'a.ndjson: is empty; a dossier starts with "dossier: 1"'],
  [
    'that is not a map',
    '- a\n- b\n',
    'a.yaml',
    'a.yaml:1:1: found a list; a dossier is a map that starts with "dossier: 1"',
  ],
  [
    'without a version',
    'actors: []\n',
    'a.yaml',
    'a.yaml:1:1 dossier: is missing; write "dossier: 1", the version of the format',
  ],
  ['in UTF-16', Buffer.from(`\uFEFF${STORY}`, 'utf16le'), 'a.yaml', 'a.yaml: is UTF-16; save it as UTF-8'],
  ['in UTF-16 without a mark', Buffer.from(STORY, 'utf16le'), 'a.ndjson', 'a.ndjson: is UTF-16; save it as UTF-8'],
  [
    'compressed by gzip',
    gzipSync(STORY),
    'a.yaml.gz',
    'a.yaml.gz: is compressed by gzip; gunzip it first, or pipe its text to -',
  ],
  [
    'compressed by gzip, under another name',
    gzipSync(STORY),
    'a.ndjson',
    'a.ndjson: is compressed by gzip; gunzip it first, or pipe its text to -',
  ],
  [
    'compressed by Zstandard',
    Buffer.from('28b52ffd2000', 'hex'),
    'a.yaml.zst',
    'a.yaml.zst: is compressed by Zstandard; unpack it first, or pipe its text to -',
  ],
  [
    'of a spreadsheet',
    Buffer.from('504b0304140006', 'hex'),
    'a.xlsx',
    'a.xlsx: is a zip archive, or a spreadsheet or document made of one; unzip it first, or write it as YAML, JSON or NDJSON',
  ],
  ['of PDF', '%PDF-1.7\n', 'a.pdf', 'a.pdf: is a PDF; write its content as YAML, JSON or NDJSON'],
  ['of HTML', '\uFEFF<!doctype html>', 'a.yaml', 'a.yaml: is HTML or XML; a dossier is YAML, JSON or NDJSON'],
  [
    'that is a store',
    Buffer.from('SQLite format 3\0'),
    'a.db',
    'a.db: is a store or another SQLite database; write its records with `demarche export`',
  ],
  [
    'in Latin-1',
    Buffer.from('dossier: 1\n# caf\u00e9\n', 'latin1'),
    'a.yaml',
    'a.yaml:2:1: is not UTF-8, perhaps Latin-1 or Windows-1251; save it as UTF-8',
  ],
  [
    'with a line in Latin-1',
    Buffer.from('{"dossier": 1}\n{"actor": "\u00e9"}\n', 'latin1'),
    'a.ndjson',
    'a.ndjson:2:1: is not UTF-8, perhaps Latin-1 or Windows-1251; save it as UTF-8',
  ],
  [
    'of broken YAML',
    'dossier: 1\nactors: [\n',
    'a.yaml',
    'a.yaml:2:9: the [ opened here is never closed; close it with ] or, if it is text, put it in quotes or use >-',
  ],
  [
    'of broken JSON',
    '{"dossier": 1,\n "actors": [}',
    'a.json',
    'a.json:2:13: is not JSON: found "}"; allowed: a value: text in double quotes, a number, true, false, null, a list or a map',
  ],
  [
    'of JSON that ends early',
    '{"dossier": 1',
    'a.json',
    'a.json:1:14: is not JSON: the text ends here; allowed: a comma or }',
  ],
  [
    'of JSON with a repeated field',
    '{"dossier": 1, "actors": [],\n "actors": []}',
    'a.json',
    'a.json:2:2: the field "actors" is given twice; give it once',
  ],
  [
    'with two documents',
    'dossier: 1\n---\ndossier: 1\n',
    'a.yaml',
    'a.yaml:2:1: a second document starts here; a dossier is a single document',
  ],
  [
    'in another version of YAML',
    '%YAML 1.1\n---\ndossier: 1\n',
    'a.yaml',
    'a.yaml:1:1: found YAML 1.1; only YAML 1.2 is allowed: remove the %YAML line',
  ],
  [
    'with a line of NDJSON that is a list',
    '[]\n',
    'a.ndjson',
    'a.ndjson:1:1: found a list; a line holds one record under the name of its kind: dispute, actor, place, source, claim, demand, development',
  ],
  [
    'with a line of NDJSON under a plural',
    '{"actors": {}}\n',
    'a.ndjson',
    'a.ndjson:1:2 actors: unknown field "actors"; did you mean actor?',
  ],
  [
    'with a line of NDJSON under a kind of development',
    '{"event": {}}\n',
    'a.ndjson',
    'a.ndjson:1:2 event: unknown field "event"; did you mean development?',
  ],
  [
    'with a line of NDJSON of another version',
    '{"dossier": 2}\n',
    'a.ndjson',
    'a.ndjson:1:13 dossier: found 2; this version of Demarche reads dossier: 1',
  ],
])('refuses a file %s with one line', async (_, content, name, says) => {
  expect((await check(content, name)).problems).toEqual([says])
})

it('refuses an alias bomb at the alias that goes too far', async () => {
  const doubled = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
  for (const [name, before] of ['ba', 'cb', 'dc', 'ed', 'fe'].map(([one, other]) => [one, other])) {
    doubled.push(`${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(', ')}]`)
  }
  expect((await check(doubled.join('\n'))).problems).toEqual([
    'story.yaml:5:36: the aliases so far stand for more than 100000 values; write the values out',
  ])
})

it('refuses an alias of itself, and nesting without end', async () => {
  expect((await check('dossier: &d [*d]')).problems).toEqual([
    'story.yaml:1:14: *d is part of the value that it stands for; write the value out',
  ])
  for (const name of ['a.yaml', 'a.json']) {
    const { problems } = await check('['.repeat(100_000), name)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain('values are nested more than 50 deep; a dossier needs fewer than ten levels')
  }
})

it('allows nesting of 50 levels in JSON, and names the bracket that goes further', async () => {
  const nested = (levels: number) => `{"dossier": 1,\n "actors": ${'['.repeat(levels)}${']'.repeat(levels)}}`
  expect((await check(nested(50), 'a.json')).problems.join()).not.toContain('nested')
  expect((await check(nested(51), 'a.json')).problems).toEqual([
    'a.json:2:62: values are nested more than 50 deep; a dossier needs fewer than ten levels',
  ])
  // More than the YAML parser could hold in memory.
  const line = `{"actor": ${'['.repeat(6_000_000)}${']'.repeat(6_000_000)}}\n`
  expect((await check(line, 'a.ndjson')).problems).toEqual([
    'a.ndjson:1:61: values are nested more than 50 deep; a dossier needs fewer than ten levels',
  ])
})

it('refuses more lines and punctuation marks than the YAML parser could hold', async () => {
  const text = (marks: number) => `dossier: 1\n# ${'-'.repeat(marks - 4)}\n`
  expect((await check(text(4_000_000))).problems).toEqual([])
  expect((await check(text(4_000_001))).problems).toEqual([
    'story.yaml:1:1: has more than 4000000 lines and punctuation marks; split it, or write it as NDJSON',
  ])
})

it('reads no pipe or device that lies in a folder', async () => {
  using place = temporaryFile()
  symlinkSync('/dev/urandom', join(place.folder, 'endless.ndjson'))
  execFileSync('mkfifo', [join(place.folder, 'pipe.yaml')])
  writeFileSync(join(place.folder, 'story.yaml'), STORY)
  const { problems, files } = await checkDossiers([place.folder])
  expect(problems.map(formatProblem)).toEqual([
    `${place.folder}: contains a pipe, a socket or a device, which is not read; remove or rename endless.ndjson`,
    `${place.folder}: contains a pipe, a socket or a device, which is not read; remove or rename pipe.yaml`,
  ])
  expect(files).toBe(1)
})

it('accepts aliases that save typing', async () => {
  const text = STORY.replace('parties: [north, south]', 'parties: &both [north, south]').replace(
    'initiators: [north]',
    'initiators: *both',
  )
  expect((await check(text)).problems).toEqual([])
})

it('refuses a folder, a missing file and a repeated file, each with its reason', async () => {
  using place = temporaryFile()
  const folder = join(place.folder, 'dossiers')
  mkdirSync(folder)
  const story = join(place.folder, 'story.yaml')
  writeFileSync(story, STORY)
  const absent = join(place.folder, 'absent.yaml')
  const { problems } = await checkDossiers([folder, absent, story, story])
  expect(problems.map(formatProblem)).toEqual([
    `${folder}: contains no dossier (.yaml, .yml, .json, .ndjson, .jsonl)`,
    `${absent}: does not exist; check the name and the folder`,
    `${story}: is listed twice; list each file once`,
  ])
})

it('refuses more than 16 MiB of YAML or JSON, but not of NDJSON', async () => {
  const big = '#'.repeat(WHOLE_FILE_BYTES + 1)
  expect((await check(big)).problems).toEqual([
    'story.yaml: is 16.0 MiB; a file of YAML or JSON may be 16 MiB: split it, or write it as NDJSON, which has no limit',
  ])
  const record = `${JSON.stringify(north)}\n`
  const many = record + `${' '.repeat(65_535)}\n`.repeat(260)
  expect(many.length).toBeGreaterThan(WHOLE_FILE_BYTES)
  expect((await check(many, 'a.ndjson')).problems).toEqual([])
})

it('accepts a byte order mark, Windows line ends, blank lines and a missing last line end', async () => {
  expect((await check(`\uFEFF${STORY.replaceAll('\n', '\r\n')}`)).problems).toEqual([])
  const text = `\uFEFF${lines({ dossier: 1 }, north)}\r\n\n${JSON.stringify(south)}`
  expect((await check(text, 'a.ndjson')).problems).toEqual([])
  expect((await check(lines(north, south).trimEnd(), 'unnamed')).problems).toEqual([])
})

it('recognises the format of an unnamed text by its first line', async () => {
  for (const text of [STORY, lines(south, north), JSON.stringify({ dossier: 1, actors: [north.actor] }, null, 2)]) {
    expect((await check(text, 'unnamed')).problems).toEqual([])
  }
})

it('finds line and column in a line of NDJSON', async () => {
  const { problems } = await check(
    lines(north, {
      actor: { key: 'east', name: 'Eastland', kind: 'stat', affiliations: [{ to: 'nort', relation: 'close-to' }] },
    }),
    'a.ndjson',
  )
  expect(problems).toEqual([
    'a.ndjson:2:49 actor east kind: found "stat"; did you mean state? allowed: state, organ, organisation, company, outlet, person, group, unnamed',
    'a.ndjson:2:78 actor east affiliations[0].to: there is no actor "nort"; did you mean north?',
  ])
})

it('finds line and column of many problems in a long file of JSON, and of a repeated field', async () => {
  const actors = Array.from({ length: 300 }, (_, index) => ({
    key: `a-${index}`,
    name: 'A',
    kind: index % 2 === 0 ? 'stat' : 'state',
  }))
  const text = JSON.stringify({ dossier: 1, actors }, null, 1)
  const written = text.split('\n')
  const wrong = written.flatMap((line, index) =>
    line.includes('"stat"') ? [`${index + 1}:${line.indexOf('"stat"') + 1}`] : [],
  )
  const found = (await check(text, 'a.json')).problems.map((problem) => problem.split(' ')[0])
  expect(found).toEqual(wrong.map((place) => `a.json:${place}`))
  const twice = text.replace('"name": "A"', '"kind": "stat",\n   "name": "A"')
  const again = (await check(twice, 'a.json')).problems
  expect(again.filter((problem) => problem.includes('twice'))).toHaveLength(1)
})

it('reports the problems of all files at once, file by file, from top to bottom', async () => {
  using place = temporaryFile()
  const files = ['b.yaml', 'a.ndjson'].map((name) => join(place.folder, name))
  writeFileSync(
    files[0] ?? '',
    'dossier: 1\nactors:\n  - {key: north, name: North, kind: stat}\n  - {key: south, kind: state, affiliations: [{to: wset, relation: close-to}]}\n',
  )
  writeFileSync(files[1] ?? '', lines({ actor: { key: 'west', name: 'West', kind: 'state' } }, north))
  const { problems } = await checkDossiers(files)
  expect(problems.map(({ line, record, path, code }) => [line, record, path.join('.'), code])).toEqual([
    [3, 'actor north', 'kind', 'NOT_ALLOWED'],
    [4, 'actor south', 'name', 'MISSING'],
    [4, 'actor south', 'affiliations.0.to', 'KEY_UNKNOWN'],
    [2, 'actor north', 'key', 'KEY_REPEATED'],
  ])
})

it('reports no unknown keys if a file could not be read', async () => {
  using place = temporaryFile()
  const files = ['a.yaml', 'b.yaml'].map((name) => join(place.folder, name))
  writeFileSync(files[0] ?? '', 'dossier: 1\nactors: [')
  writeFileSync(
    files[1] ?? '',
    'dossier: 1\ndisputes:\n  - {key: d, title: D, summary: D, period: 2024, parties: [north]}\n',
  )
  expect((await checkDossiers(files)).problems.map(({ code }) => code)).toEqual(['NOT_YAML'])
})

it('keeps the first thousand problems and counts the others', async () => {
  using place = temporaryFile()
  const file = join(place.folder, 'a.ndjson')
  writeFileSync(
    file,
    lines(...Array.from({ length: 1_500 }, (_, index) => ({ actor: { key: `a-${index}`, name: 'A', kind: 'stat' } }))),
  )
  const checked = await checkDossiers([file])
  expect(checked.problems).toHaveLength(1_000)
  expect(checked.problemCount).toBe(1_500)
})

it('gives the location of a repeated key in another file, whatever its format', async () => {
  using place = temporaryFile()
  const write = (name: string, text: string) => {
    const file = join(place.folder, name)
    writeFileSync(file, text)
    return file
  }
  const json = write('a.json', JSON.stringify({ dossier: 1, actors: [south.actor, north.actor] }, null, 1))
  const yaml = write('b.yaml', 'dossier: 1\nactors:\n  - {key: north, name: North, kind: state}\n')
  const ndjson = write('c.ndjson', lines({ dossier: 1 }, north))
  const { problems } = await checkDossiers([json, yaml, ndjson])
  expect(problems.map(formatProblem)).toEqual([
    `${yaml}:3:11 actor north key: the key "north" is already used at ${json}:15; give each record its own key`,
    `${ndjson}:2:17 actor north key: the key "north" is already used at ${json}:15; give each record its own key`,
  ])
})

it('gives no location in a file that has changed since it was read, except for the line of NDJSON', async () => {
  using place = temporaryFile()
  const files = ['a.yaml', 'b.json', 'c.ndjson'].map((name) => join(place.folder, name))
  const [yaml = '', json = '', ndjson = ''] = files
  const text = 'dossier: 1\nactors: [{key: a, name: A, kind: state, affiliations: [{to: x, relation: close-to}]}]\n'
  const b = { key: 'b', name: 'B', kind: 'state', affiliations: [{ to: 'x', relation: 'close-to' }] }
  writeFileSync(yaml, text)
  writeFileSync(json, JSON.stringify({ dossier: 1, actors: [b] }))
  writeFileSync(ndjson, lines({ dossier: 1 }, { actor: { ...b, key: 'c' } }))
  const { problems } = await importDossiers(undefined, {
    files,
    onCheck: () => {
      writeFileSync(yaml, `# changed\n${text}`)
      rmSync(ndjson)
    },
  })
  const unknown = 'there is no actor "x"; add an actor with that key, or name an existing one'
  expect(problems.map(formatProblem)).toEqual([
    `${yaml} actor a affiliations[0].to: ${unknown}`,
    `${json}:1:83 actor b affiliations[0].to: ${unknown}`,
    `${ndjson}:2 actor c affiliations[0].to: ${unknown}`,
  ])
})

it('says once that a file repeats the keys of another, if there are more than ten', async () => {
  using place = temporaryFile()
  const [first, second] = ['a.yaml', 'b.yaml'].map((name) => join(place.folder, name)) as [string, string]
  const places = (count: number) =>
    `dossier: 1\nplaces:\n${Array.from({ length: count }, (_, index) => `  - {key: p${index}, name: P}\n`).join('')}`
  const codesFor = async (count: number) => {
    for (const file of [first, second]) writeFileSync(file, places(count))
    return await checkDossiers([place.folder])
  }
  const ten = await codesFor(10)
  expect(ten.problems.map(({ code }) => code)).toEqual(Array.from({ length: 10 }, () => 'KEY_REPEATED'))
  const eleven = await codesFor(11)
  expect(eleven).toMatchObject({ problemCount: 11, records: 22 })
  expect(eleven.problems.slice(0, 2).map(formatProblem)).toEqual([
    `${second}: has 11 keys that ${first} uses too; if the files are versions of one dossier, check or import each by itself`,
    `${second}:3:11 place p0 key: the key "p0" is already used at ${first}:3; give each record its own key`,
  ])
})
