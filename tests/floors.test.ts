import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const SOURCES = resolve(import.meta.dirname, '../src')

/** The house: imports go to the same floor or down. */
const FLOORS: readonly (readonly [folder: RegExp, floor: number])[] = [
  [/^model\//, 1],
  [/^store\//, 2],
  [/^(feed|dossier)\//, 3],
  [/^graphql\//, 4],
  [/^http\//, 5],
  [/^(cli\/|cli\.ts$|demarche\.mjs$)/, 6],
]

/** Handed down as values, never imported, below floor 5. */
const OUTSIDE = ['config.ts', 'log.ts']

const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(ts|mjs)$/.test(file))
const imports = new Map(files.map((file) => [file, importsOf(file)]))

describe('the house', () => {
  test('has files on every floor', () => {
    const floors = new Set(files.map(floorOf))
    expect(FLOORS.map(([, floor]) => floor).filter((floor) => !floors.has(floor))).toEqual([])
  })

  test('gives every file a floor', () => {
    expect(files.filter((file) => floorOf(file) === undefined && !OUTSIDE.includes(file))).toEqual([])
  })

  test('imports downwards only', () => {
    const upwards = edges().filter(([from, to]) => (floorOf(to) ?? 0) > (floorOf(from) ?? 0) && !OUTSIDE.includes(from))
    expect(upwards).toEqual([])
  })

  test('keeps the feed and the dossier apart', () => {
    const across = edges().filter(
      ([from, to]) =>
        floorOf(from) === 3 && floorOf(to) === 3 && dirname(from).split('/')[0] !== dirname(to).split('/')[0],
    )
    expect(across).toEqual([])
  })

  test('hands configuration and log down as values', () => {
    const reaching = edges().filter(([from, to]) => OUTSIDE.includes(to) && (floorOf(from) ?? 6) < 5)
    expect(reaching).toEqual([])
  })

  test('has no cycle of imports', () => {
    expect(findCycle()).toBeNull()
  })

  test('keeps Drizzle and SQLite in the store', () => {
    const outside = files.filter(
      (file) => floorOf(file) !== 2 && packagesOf(file).some((name) => /drizzle|sqlite/.test(name)),
    )
    expect(outside).toEqual([])
  })

  test('keeps SQL in the store', () => {
    const sql =
      /['"`]\s*(select\s[^'"`]*\sfrom|insert\s+into|update\s+\w+\s+set|delete\s+from|create\s+(virtual\s+)?table|pragma\s)/i
    const outside = files.filter((file) => floorOf(file) !== 2 && sql.test(read(file)))
    expect(outside).toEqual([])
  })
})

function floorOf(file: string): number | undefined {
  return FLOORS.find(([folder]) => folder.test(file))?.[1]
}

function edges(): [from: string, to: string][] {
  return [...imports].flatMap(([from, targets]) => targets.map((to): [string, string] => [from, to]))
}

/** The names of files that import each other in a circle, the first one found; null where there is none. */
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

/** Files of ours that a file imports, for values or for types. */
function importsOf(file: string): string[] {
  return specifiersOf(file)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => relative(SOURCES, resolve(SOURCES, dirname(file), specifier)))
    .filter((target) => target.endsWith('.ts') && !target.startsWith('..'))
}

function packagesOf(file: string): string[] {
  return specifiersOf(file).filter((specifier) => !specifier.startsWith('.'))
}

function specifiersOf(file: string): string[] {
  const statements = read(file).matchAll(
    /^(?:import|export)\s+(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm,
  )
  return [...statements].map((match) => match[1] ?? match[2] ?? '')
}

function read(file: string): string {
  return readFileSync(join(SOURCES, file), 'utf8')
}
