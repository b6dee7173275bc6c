import { existsSync, readdirSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { printSdl } from '../../src/graphql/schema.ts'
import { openStore } from '../../src/store/open.ts'
import { demarche } from '../_support/command.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'

const COMMANDS = ['serve', 'import', 'check', 'export', 'token', 'backup', 'restore', 'rebuild', 'schema']

describe('demarche', () => {
  test('prints its help if no command is given', async () => {
    const { status, stdout, stderr } = await demarche([])
    expect([status, stderr]).toEqual([0, ''])
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'))
  })

  test.each(COMMANDS)('explains %s with an example', async (command) => {
    const { status, stdout } = await demarche([command, '--help'])
    expect(status).toBe(0)
    expect(stdout).toContain(`$ npm run --silent demarche -- ${command}`)
  })

  test('takes the usual short forms, and explains a command by name', async () => {
    const [long, ...others] = await Promise.all(
      [
        ['import', '--help'],
        ['import', '-h'],
        ['help', 'import'],
      ].map(async (args) => demarche(args)),
    )
    for (const other of others) expect(other).toEqual(long)
    const [whole, help, short] = await Promise.all([[], ['help'], ['-h']].map(async (args) => demarche(args)))
    expect([help, short]).toEqual([whole, whole])
    expect(await demarche(['-V'])).toEqual(await demarche(['--version']))
    expect(await demarche(['help', 'help'])).toMatchObject({ status: 0, stderr: '' })
  })

  test('explains what an import holds in memory', async () => {
    const { stdout } = await demarche(['import', '--help'])
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /one transaction, however large: all records are held in memory, .* in a cycle/,
    )
  })

  test.each([
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['serv'], /Did you mean serve\?/],
    [['help', 'serv'], /unknown command 'serv'\n\(Did you mean serve\?\)/],
    [['serve', '--colour'], /unknown option '--colour'/],
    [['check'], /missing required argument/],
    [['serve', '--port', '70000'], /^demarche: --port is "70000"; expected a whole number from 0 to 65535\n$/],
  ])('exits %j with status 2 and one line that says why', async (args, line) => {
    const { status, stdout, stderr } = await demarche(args)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(line)
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  test('reports every mistake in the configuration at once', async () => {
    const env = {
      PORT: 'x',
      LOG_LEVEL: 'loud',
      DEMARCHE_ORIGINS: 'example.org',
      DEMARCHE_PUBLIC_URL: 'ftp://x',
      DEMARCHE_LIMIT_DEPTH: '0',
    }
    const { status, stderr } = await demarche(['serve', '--host', ''], { env })
    expect(status).toBe(2)
    expect(stderr.trimEnd().split('\n')).toEqual([
      'demarche: --host is ""; expected a host name or address',
      'demarche: PORT is "x"; expected a whole number from 0 to 65535',
      'demarche: DEMARCHE_ORIGINS is "example.org"; expected * or origins such as https://example.org, separated by commas',
      'demarche: DEMARCHE_PUBLIC_URL is "ftp://x"; expected an http or https address without a query, such as https://example.org',
      'demarche: LOG_LEVEL is "loud"; expected one of fatal, error, warn, info, debug, trace, silent',
      'demarche: DEMARCHE_LIMIT_DEPTH is "0"; expected a whole number from 1 to 100',
    ])
  })

  test.each(['serve', 'rebuild'])('%s refuses a store that cannot be opened in one line', async (command) => {
    const { status, stderr } = await demarche([command, '--store', '/nowhere/at/all.db'])
    expect(status).toBe(1)
    expect(stderr).toMatch(/^demarche: \/nowhere\/at\/all\.db:? [^\n]+\n$/)
  })

  test.each([['export'], ['rebuild'], ['check', 'a.yaml']])(
    '%s refuses a store that does not exist, and creates none',
    async (...command) => {
      using place = temporaryFile('mistyped.db')
      const { status, stdout, stderr } = await demarche([...command, '--store', place.file])
      expect([status, stdout]).toEqual([1, ''])
      expect(stderr).toBe(
        `demarche: ${place.file} does not exist; check the path, or create a store with \`npm run --silent demarche -- import\`\n`,
      )
      expect(readdirSync(place.folder)).toEqual([])
    },
  )

  test('prints the schema', async () => {
    expect(await demarche(['schema'])).toMatchObject({ status: 0, stdout: printSdl(), stderr: '' })
  })

  test('exits quietly when its reader closes the pipe', async () => {
    const program = fileURLToPath(new URL('../../src/demarche.mjs', import.meta.url))
    const child = spawn(process.execPath, [program, 'schema'])
    child.stdout.destroy()
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    const [status] = await once(child, 'close')
    expect([status, stderr]).toEqual([0, ''])
  })

  test('rebuilds a store with progress, and changes no result', async () => {
    using place = temporaryFile()
    const before = await openStore({ file: place.file })
    await before.append({ batches: [setting, [planned('event', event())]], origin: 'API' })
    const developments = before.reader.all('select * from developments')
    before.close()
    const { status, stdout, stderr } = await demarche(['rebuild', '--store', place.file])
    expect([status, stdout]).toEqual([0, ''])
    const total = setting.length + 1
    expect(stderr).toContain(`rebuilding: ${total} of ${total} changes\n`)
    const after = await openStore({ file: place.file })
    expect(after.reader.all('select * from developments')).toEqual(developments)
    after.close()
  })

  test('takes the store from the flag, else from the environment', async () => {
    using place = temporaryFile()
    using other = temporaryFile()
    const store = await openStore({ file: place.file })
    store.close()
    const outcomes = await Promise.all([
      demarche(['rebuild', '--store', place.file], { env: { DEMARCHE_STORE: other.file } }),
      demarche(['rebuild'], { env: { DEMARCHE_STORE: place.file } }),
    ])
    const rebuilt = { status: 0, stderr: expect.stringMatching(/^rebuilding: 0 of 0 changes\n/) }
    expect(outcomes).toEqual([expect.objectContaining(rebuilt), expect.objectContaining(rebuilt)])
    expect(existsSync(other.file)).toBe(false)
  })

  test('reports in one line that Node is too old', async () => {
    const old = "data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '20.11.0' })"
    const { status, stdout, stderr } = await demarche(['schema'], { node: ['--import', old] })
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^demarche: this is Node 20\.11\.0, but Demarche needs 22\.18 or later; [^\n]+\n$/)
  })
})
