import { execFile, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import Database from 'better-sqlite3'
import { openStore } from '../src/store/open.ts'
import { freePort, startServing } from './_support/command.ts'
import { event, planned, setting } from './_support/planned-changes.ts'
import { temporaryFile } from './_support/temporary-store.ts'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '..')
const MODULES = join(ROOT, 'node_modules')

const place = temporaryFile()
const { folder } = place
const installed = join(folder, 'node_modules/demarche')
let manifest: { readonly dependencies: Record<string, string>; readonly exports: Record<string, string> }

/** Installs the package as npm does, but its dependencies are links to those of the checkout. No other package is in reach. */
beforeAll(async () => {
  await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: ROOT })
  const [archive = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  mkdirSync(installed, { recursive: true })
  await run('tar', ['-xzf', join(folder, archive), '--strip-components=1', '-C', installed])
  manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as typeof manifest
  for (const name of Object.keys(manifest.dependencies)) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(MODULES, name), link)
  }
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}')
}, 300_000)

afterAll(() => place[Symbol.dispose]())

test('has what it exports, and nothing for development', () => {
  expect(Object.values(manifest.exports).filter((file) => !existsSync(join(installed, file)))).toEqual([])
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' })
  expect(
    files.filter((file) => file.endsWith('.ts') && !/^(dist\/client\/\w[\w-]*|schema\/scalars)\.d\.ts$/.test(file)),
  ).toEqual([])
  expect(files.filter((file) => /generate|vendor\.|released|snapshot|tests|bench/.test(file))).toEqual([])
})

test('gives programs the client, and the scalars for generators', async () => {
  const file = join(folder, 'program.js')
  writeFileSync(
    file,
    `import { follow } from 'demarche/client'
import { resuming } from 'demarche/client/stock'
import { scalars } from 'demarche/scalars'
console.log(typeof follow, typeof resuming, scalars.Key)`,
  )
  const { stdout } = await run(process.execPath, [file])
  expect(stdout).toBe('function function string\n')
})

const PROGRAM = `import { follow, FollowError, type FollowedMessage } from 'demarche/client'
import { resuming, retryForever } from 'demarche/client/stock'
import { scalars, type Scalars } from 'demarche/scalars'

export const more = [resuming, retryForever, scalars.Key satisfies 'string', FollowError]
export const key: Scalars['Key'] = 'a'

interface TypedDocument<Data, Variables> {
  readonly kind: string
  readonly definitions: readonly unknown[]
  __apiType?: (variables: Variables) => Data
}
declare const typed: TypedDocument<{ feed: { cursor: string } }, { first: number }>
declare class TypedDocumentString<Data, Variables> extends String {
  __apiType?: (variables: Variables) => Data
}
export async function read(): Promise<void> {
  for await (const message of follow({ url: '/graphql', query: typed, variables: { first: 1 } })) {
    const { data, cursor }: FollowedMessage<{ feed: { cursor: string } }> = message
    const text: string = data.feed.cursor + cursor
    // @ts-expect-error: it is a string
    const number: number = data.feed.cursor
    void [text, number]
  }
  // @ts-expect-error: \`first\` is a number
  follow({ url: '/graphql', query: typed, variables: { first: 'one' } })
  for await (const { data } of follow({ url: '/graphql', query: new TypedDocumentString<{ a: 1 }, object>('') })) {
    const one: 1 = data.a
    void one
  }
  for await (const { data } of follow({ url: '/graphql', query: 'subscription { feed { cursor } }' })) {
    const unknown: unknown = data['feed']
    // @ts-expect-error: nothing is known of it
    void unknown.cursor
  }
}
`

test.each([
  ['nodenext', 'nodenext'],
  ['node16', 'node16'],
  ['esnext', 'bundler'],
])('has the types of the client and of typed documents for module %s, resolution %s', async (module, resolution) => {
  const file = join(folder, `typed-${module}.ts`)
  writeFileSync(file, PROGRAM)
  const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2022', '--lib', 'es2022,dom']
  const modules = ['--module', module, '--moduleResolution', resolution]
  const tsc = run(join(MODULES, '.bin/tsc'), [...options, ...modules, file], { cwd: folder }).catch(
    (error: { stdout: string }) => error,
  )
  expect((await tsc).stdout).toBe('')
})

test('serves its pages and exports', async () => {
  const demarche = join(installed, 'src/demarche.mjs')
  const service = spawn(process.execPath, [demarche, 'serve', '--port', '0', '--load', join(installed, 'dossiers')], {
    cwd: folder,
  })
  try {
    let printed = ''
    service.stdout.on('data', (text: Buffer) => (printed += text.toString()))
    while (!printed.includes('Ready.')) await once(service.stdout, 'data')
    const [url = ''] = /http:\/\/localhost:\d+/.exec(printed) ?? []
    const page = await (await fetch(`${url}/graphql`, { headers: { accept: 'text/html' } })).text()
    const assets = [...page.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path = '']) => path)
    expect(assets.length).toBeGreaterThan(6)
    for (const path of assets) expect([path, (await fetch(url + path)).status]).toEqual([path, 200])
    // In a thread, whose script is another file.
    expect(await (await fetch(`${url}/export/demands.csv`)).text()).toContain('j2-8243/punish')
  } finally {
    service.kill('SIGKILL')
    await once(service, 'close')
  }
})

/** All rows of a query. Empty if the file has no such table yet. */
function rowsOf(file: string, query: string): unknown[] {
  try {
    using connection = new Connection(file)
    return connection.all(query)
  } catch {
    return []
  }
}

class Connection implements Disposable {
  readonly #database: Database.Database

  constructor(file: string) {
    this.#database = new Database(file, { readonly: true })
  }

  all(query: string): unknown[] {
    return this.#database.prepare(query).all()
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 50))
}

test('the example of a mirror stores every change once, through kills of both sides', async () => {
  using source = temporaryFile()
  const store = await openStore({ file: source.file })
  await store.append({ batches: [setting], origin: 'IMPORT' })
  const old = Array.from({ length: 60 }, (_, number) => planned('event', event({ event: `ferry/old-${number}` })))
  await store.append({ batches: [old], origin: 'IMPORT' })
  const amended = [
    planned('event', event({ event: 'ferry/old-1', headline: 'New' }), {
      kind: 'REVISED',
      revision: 2,
      note: 'Why.',
    }),
    planned('event', event({ event: 'ferry/old-2' }), { kind: 'RETRACTED', revision: 2, note: 'Untrue.' }),
    planned('place', { key: 'ford', name: 'The Old Ford' }, { kind: 'REVISED', revision: 2 }),
  ]
  await store.append({ batches: [amended], origin: 'IMPORT' })
  store.close()

  const port = await freePort()
  const serve = () => startServing(['--store', source.file, '--port', String(port)])
  copyFileSync(join(ROOT, 'examples/mirror.ts'), join(folder, 'mirror.ts'))
  const startMirror = (file: string) =>
    spawn(process.execPath, ['mirror.ts', `http://127.0.0.1:${port}`, file], { cwd: folder })
  const recordEvents = async (name: string) => {
    const writer = fork(new URL('_support/story-writer.ts', import.meta.url), [source.file, name, '10'])
    const ended = once(writer, 'exit')
    await once(writer, 'message')
    return { ended }
  }
  const CHANGES = 'select key, revision from changes order by key, revision'
  const changesOf = (file: string) => rowsOf(join(folder, file), CHANGES)
  const isComplete = (file: string) => changesOf(file).length === rowsOf(source.file, CHANGES).length
  let mirror = startMirror('mirror.db')
  try {
    {
      await using serving = await serve()
      await until(() => changesOf('mirror.db').length > 0)
      const recording = await recordEvents('first')
      serving.child.kill('SIGKILL')
      mirror.kill('SIGKILL')
      await Promise.all([serving.outcome, recording.ended])
    }
    mirror = startMirror('mirror.db')
    const recording = await recordEvents('second')
    await recording.ended
    await using _ = await serve()
    await until(() => isComplete('mirror.db'))
    mirror.kill('SIGKILL')
    expect(changesOf('mirror.db')).toEqual(rowsOf(source.file, CHANGES))
    mirror = startMirror('fresh.db')
    await until(() => isComplete('fresh.db'))
  } finally {
    mirror.kill('SIGKILL')
  }
  const RECORDS = 'select * from records order by type, key'
  const records = rowsOf(join(folder, 'mirror.db'), RECORDS)
  expect(records).toHaveLength(setting.length + 60 + 20)
  expect(records).toEqual(rowsOf(join(folder, 'fresh.db'), RECORDS))
  expect(records).toContainEqual(
    expect.objectContaining({ type: 'Event', key: 'ferry/old-2', kind: 'RETRACTED', revision: 2 }),
  )
})
