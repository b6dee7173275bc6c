import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const SOURCES = resolve(import.meta.dirname, '../src')

/** Imports go to the same layer or down. */
const LAYERS: readonly (readonly [folder: RegExp, layer: number])[] = [
  [/^client\//, 0],
  [/^model\//, 1],
  [/^store\//, 2],
  [/^(feed|dossier)\//, 3],
  [/^graphql\//, 4],
  [/^http\//, 5],
  [/^(cli\/|demarche\.mjs$)/, 6],
]

/** Used by layers 5 and 6 only; lower layers receive values. */
const OUTSIDE = ['config.ts', 'log.ts']

/** What upper layers may call: the four doors, the administration of logs, the queries, the searches, and the temporary database of an import. */
const STORE_ENTRANCES =
  /^store\/((store|open|append|rebuild)\.ts|nodes\/administration\.ts|queries\/|search\/|sqlite\/staging\.ts)/

const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(ts|mjs)$/.test(file))
const imports = new Map(files.map((file) => [file, importsOf(file)]))
const valueImports = new Map(files.map((file) => [file, importsOf(file, { types: false })]))

describe('the source tree', () => {
  test('has files in every layer', () => {
    const layers = new Set(files.map(layerOf))
    expect(LAYERS.map(([, layer]) => layer).filter((layer) => !layers.has(layer))).toEqual([])
  })

  test('assigns every file to a layer', () => {
    expect(files.filter((file) => layerOf(file) === undefined && !OUTSIDE.includes(file))).toEqual([])
  })

  test('imports downwards only', () => {
    const upwards = edges().filter(([from, to]) => (layerOf(to) ?? 0) > (layerOf(from) ?? 0) && !OUTSIDE.includes(from))
    expect(upwards).toEqual([])
  })

  test('keeps feed and dossier from importing each other', () => {
    const across = edges().filter(
      ([from, to]) =>
        layerOf(from) === 3 && layerOf(to) === 3 && dirname(from).split('/')[0] !== dirname(to).split('/')[0],
    )
    expect(across).toEqual([])
  })

  test('imports configuration and log in layers 5 and 6 only', () => {
    const reaching = edges().filter(([from, to]) => OUTSIDE.includes(to) && (layerOf(from) ?? 6) < 5)
    expect(reaching).toEqual([])
  })

  test('never imports queries or search from projections, nor search from queries', () => {
    const forbidden = edges().filter(
      ([from, to]) =>
        (from.startsWith('store/projections/') && /^store\/(queries|search)\//.test(to)) ||
        (from.startsWith('store/queries/') && to.startsWith('store/search/')),
    )
    expect(forbidden).toEqual([])
  })

  test('enters the store from above through its doors, queries, searches and types only', () => {
    const entering = edges(valueImports).filter(
      ([from, to]) => layerOf(from) !== 2 && layerOf(to) === 2 && !STORE_ENTRANCES.test(to),
    )
    expect(entering).toEqual([])
  })

  test('gives the client of the feed no dependencies, except those of the clients that it extends', () => {
    const clients = files.filter((file) => file.startsWith('client/'))
    expect(clients.flatMap((file) => packagesOf(file).map((name) => `${file}: ${name}`)).toSorted()).toEqual([
      'client/apollo.ts: @apollo/client/core',
      'client/urql.ts: @urql/core',
    ])
    const users = /^(client|cli|http\/pages\/browser)\//
    expect(edges().filter(([from, to]) => to.startsWith('client/') && !users.test(from))).toEqual([])
  })

  test('shares with the script of the pages nothing but the client of the feed, and which paths are files', () => {
    const isScript = (file: string) => file.startsWith('http/pages/browser/')
    const isShared = (file: string) => file.startsWith('client/') || file === 'http/pages/parts/file-path.ts'
    const across = edges().filter(([from, to]) => isScript(from) !== isScript(to) && !isShared(to))
    expect(across).toEqual([])
    expect(files.filter(isScript).flatMap((file) => packagesOf(file))).toEqual([])
  })

  test('holds at most 15 files in a folder', () => {
    const all = readdirSync(SOURCES, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const crowded = [...Map.groupBy(all, ({ parentPath }) => parentPath)].filter(([, held]) => held.length > 15)
    expect(crowded.map(([folder]) => relative(SOURCES, folder))).toEqual([])
  })

  test('has no import cycle', () => {
    expect(findCycle()).toBeNull()
  })

  test('loads for a command line that only asks for help what describes the commands', () => {
    const statics = new Map(files.map((file) => [file, importsOf(file, { types: false, later: false })]))
    const loaded = new Set(['cli/main.ts'])
    for (const file of loaded) for (const target of statics.get(file) ?? []) loaded.add(target)
    const packages = new Set([...loaded].flatMap((file) => specifiersOf(file, { types: false, later: false })))
    expect([...packages].filter((name) => !/^(\.|node:)/.test(name)).toSorted()).toEqual([
      'commander',
      'lru-cache',
      'zod',
    ])
    expect([...loaded].filter((file) => /^(store|feed|graphql|http)\//.test(file))).toEqual([])
  })

  test('imports Drizzle and SQLite in the store only', () => {
    const outside = files.filter(
      (file) => layerOf(file) !== 2 && packagesOf(file).some((name) => /drizzle|sqlite/.test(name)),
    )
    expect(outside).toEqual([])
  })

  test('contains SQL in the store only', () => {
    const sql =
      /['"`]\s*(select\s[^'"`]*\sfrom|insert\s+into|update\s+\w+\s+set|delete\s+from|create\s+(virtual\s+)?table|pragma\s)/i
    const outside = files.filter((file) => layerOf(file) !== 2 && sql.test(read(file)))
    expect(outside).toEqual([])
  })
})

function layerOf(file: string): number | undefined {
  return LAYERS.find(([folder]) => folder.test(file))?.[1]
}

function edges(of = imports): [from: string, to: string][] {
  return [...of].flatMap(([from, targets]) => targets.map((to): [string, string] => [from, to]))
}

/** The files of the first import cycle that is found, or null. */
function findCycle(): string[] | null {
  const done = new Set<string>()
  const path: string[] = []
  const visit = (file: string): string[] | null => {
    const at = path.indexOf(file)
    if (at >= 0) return [...path.slice(at), file]
    if (done.has(file)) return null
    path.push(file)
    for (const target of imports.get(file) ?? []) {
      const cycle = visit(target)
      if (cycle !== null) return cycle
    }
    path.pop()
    done.add(file)
    return null
  }
  for (const file of files) {
    const cycle = visit(file)
    if (cycle !== null) return cycle
  }
  return null
}

/** Which imports of a file count: `import type`, and `import(…)`, which a file does when it needs it. */
interface Counted {
  readonly types?: boolean
  readonly later?: boolean
}

/** The source files that a file imports. */
function importsOf(file: string, counted?: Counted): string[] {
  return specifiersOf(file, counted)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => relative(SOURCES, resolve(SOURCES, dirname(file), specifier)))
    .filter((target) => target.endsWith('.ts') && !target.startsWith('..'))
}

function packagesOf(file: string): string[] {
  return specifiersOf(file).filter((specifier) => !specifier.startsWith('.'))
}

function specifiersOf(file: string, { types = true, later = true }: Counted = {}): string[] {
  let text = read(file)
  if (!types) text = text.replaceAll(/^import type .*$/gm, '')
  if (!later) text = text.replaceAll(/\bimport\(/g, '')
  const statements = text.matchAll(
    /^(?:import|export)\s+(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm,
  )
  return [...statements].map((match) => match[1] ?? match[2] ?? '')
}

function read(file: string): string {
  return readFileSync(join(SOURCES, file), 'utf8')
}
