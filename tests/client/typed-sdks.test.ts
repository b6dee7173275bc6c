import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { buildSchema, getNamedType, parse, TypeInfo, visit, visitWithTypeInfo } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scalars } from '../../schema/scalars.js'
import { readConfig } from '../../src/config.ts'
import { startService } from '../../src/http/server.ts'
import { openLog } from '../../src/log.ts'
import { openApp } from '../_support/app.ts'
import { freePort } from '../_support/command.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '../..')
const EXAMPLES = join(ROOT, 'examples/sdk')
const GENERATED = /\/(node_modules|dist|gql|genql\/src\/genql|__generated__|graphql-env\.d\.ts)$/
const NO_REGISTRY = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT/
/** The node that runs the tests comes first. */
const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}` }

/** Each scalar, as a result or as a variable. */
const QUERY = `query scalarsQuery($key: Key!, $after: FeedCursor, $on: Date, $instant: DateTime!, $country: CountryCode) {
  dispute(key: $key) { key changedAt parties { country } measuresInForceCount(on: $on) }
  actors(country: $country) { totalCount }
  cursorAt(instant: $instant)
  feedPage(after: $after) { __typename }
  developments { nodes { permalink date { edtf earliest } citations { source { language } } } }
  service { head }
}`

/** What a program says of the types of `QUERY`, or of the scalars themselves. */
const TYPES: Readonly<Record<string, string>> = {
  'client-preset': `import { graphql } from './gql/index.ts'
const QUERY = graphql(\`${QUERY}\`)
type Types = NonNullable<(typeof QUERY)['__apiType']> extends (variables: infer Variables) => infer Data ? [Variables, Data] : unknown`,
  'gql.tada': `import type { ResultOf, VariablesOf } from 'gql.tada'
import { graphql } from './graphql.ts'
const QUERY = graphql(\`${QUERY}\`)
type Types = [VariablesOf<typeof QUERY>, ResultOf<typeof QUERY>]`,
  genql: `import type { FieldsSelection, Query, Scalars } from './genql'
type Types = [Scalars, FieldsSelection<Query, { service: { head: true } }>]`,
  relay: `import { graphql } from 'relay-runtime'
import type { scalarsQuery$data, scalarsQuery$variables } from './__generated__/scalarsQuery.graphql'
export const QUERY = graphql\`${QUERY}\`
type Types = [scalarsQuery$variables, scalarsQuery$data]`,
}

const LEAVES = `
type Leaf<T> = 0 extends 1 & T ? 'any' : unknown extends T ? 'unknown'
  : T extends readonly (infer Item)[] ? Leaf<Item>
  : T extends object ? { [Name in keyof T]-?: Leaf<T[Name]> }[keyof T] : 'known'
declare const leaf: Leaf<Types>
export const known: 'known' = leaf
`

const place = temporaryFile()
const client = join(place.folder, 'client')

beforeAll(async () => {
  await run(join(ROOT, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.client.json', '--outDir', client], { cwd: ROOT })
})

afterAll(() => place[Symbol.dispose]())

test('every example is tested, and with every scalar', () => {
  expect(readdirSync(EXAMPLES).filter((name) => name !== '.gitignore')).toEqual(Object.keys(TYPES).toSorted())
  const found = new Set<string>()
  const types = new TypeInfo(buildSchema(readFileSync(join(ROOT, 'schema/schema.graphql'), 'utf8')))
  const add = (type: Parameters<typeof getNamedType>[0]) => void found.add(String(getNamedType(type)))
  visit(
    parse(QUERY),
    visitWithTypeInfo(types, { Field: () => add(types.getType()), Variable: () => add(types.getInputType()) }),
  )
  expect(Object.keys(scalars).filter((name) => !found.has(name))).toEqual([])
})

test('the README shows the files and the versions of the first', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
  const file = (name: string) => readFileSync(join(EXAMPLES, 'client-preset', name), 'utf8')
  for (const name of ['codegen.ts', 'tsconfig.json', 'src/follow.ts']) expect(readme).toContain(file(name))
  const { devDependencies } = JSON.parse(file('package.json')) as { devDependencies: Record<string, string> }
  for (const [name, version] of Object.entries(devDependencies)) expect(readme).toContain(` ${name}@${version}`)
})

describe.each(Object.entries(TYPES))('the example for %s', (name, types) => {
  const example = join(EXAMPLES, name)
  const folder = join(place.folder, name)
  const npm = async (args: string, cwd = folder) => run('npm', args.split(' '), { cwd, env })

  test('generates and compiles, and no scalar is any or unknown', { timeout: 300_000 }, async ({ skip }) => {
    const installed = join(example, 'node_modules/.package-lock.json')
    // Installed in the checkout, so that it is done once.
    if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(join(example, 'package-lock.json')).mtimeMs)
      await npm('ci --prefer-offline --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000', example).catch(
        (error: { stderr: string }) => {
          if (!NO_REGISTRY.test(error.stderr)) throw error
          process.stderr.write(
            `NOT TESTED: the example for ${name}. The registry of npm cannot be reached: ${error.stderr}\n`,
          )
          skip('The registry of npm cannot be reached.')
        },
      )
    cpSync(example, folder, { recursive: true, filter: (source) => !GENERATED.test(source) })
    symlinkSync(join(example, 'node_modules'), join(folder, 'node_modules'))
    installPackage(folder)
    writeFileSync(join(folder, 'src/scalars.ts'), types + LEAVES)
    await npm('run generate')
    const checked = await npm('run --silent check').catch((error: { stdout: string }) => error)
    expect(checked.stdout).toBe('')
  })

  test('queries, and follows through a restart without a gap', async ({ skip }) => {
    skip(!existsSync(folder), 'It was not installed.')
    const port = await freePort()
    await using app = await openApp({ recorded: [setting, [planned('event', event())]], config: { port } })
    const record = async (headline: string) =>
      app.record(planned('event', event({ event: `ferry/${headline}`, headline })))
    const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { scripts: { start: string } }
    const [, ...script] = scripts.start.split(' ')
    const program = spawn(process.execPath, [...script, 'ferry'], {
      cwd: folder,
      env: { ...env, SERVICE_URL: `${app.url}/graphql` },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines = createInterface(program.stdout)[Symbol.asyncIterator]()
    const line = async () => (await lines.next()).value
    try {
      expect(await line()).toBe(`${event().date} ${event().headline} ${app.url}/developments/${event().event}`)
      await record('before')
      expect(await line()).toBe('RECORDED before')
      await app.service.stop()
      await record('meanwhile')
      const config = { ...readConfig({}, {}), port }
      const restarted = await startService({ store: app.store, config, log: openLog('silent'), version: '0.0.0-test' })
      try {
        expect(await line()).toBe('RECORDED meanwhile')
        await record('after')
        expect(await line()).toBe('RECORDED after')
      } finally {
        await restarted.stop()
      }
    } finally {
      program.kill('SIGKILL')
      await once(program, 'close')
    }
  })
})

/** Puts what the package has for clients where npm would install it. */
function installPackage(folder: string): void {
  const installed = join(folder, 'node_modules/demarche')
  rmSync(installed, { recursive: true, force: true })
  cpSync(client, join(installed, 'dist/client'), { recursive: true })
  cpSync(join(ROOT, 'package.json'), join(installed, 'package.json'))
  for (const file of ['schema.graphql', 'scalars.js', 'scalars.d.ts'])
    cpSync(join(ROOT, 'schema', file), join(installed, 'schema', file))
}
