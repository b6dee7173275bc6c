import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { describeLine } from '../src/log.ts'
import { temporaryFile } from './_support/temporary-store.ts'

const time = new Date(2026, 9, 9, 20, 3, 11).getTime()

test.each<[line: object, shown: string]>([
  [
    {
      level: 30,
      msg: 'request',
      requestId: 'r',
      method: 'POST',
      path: '/graphql',
      status: 200,
      ms: 3.1,
      bytes: 9,
      operation: 'Search',
    },
    '20:03:11 POST /graphql 200 3.1 ms Search\n',
  ],
  [
    {
      level: 30,
      msg: 'request',
      requestId: 'r',
      method: 'GET',
      path: '/',
      status: 200,
      ms: 0,
      bytes: 9,
      aborted: true,
    },
    '20:03:11 GET / 200 0 ms aborted\n',
  ],
  [
    { level: 30, msg: 'request', requestId: 'r', method: 'GET', path: '/graphql', status: 101 },
    '20:03:11 GET /graphql 101\n',
  ],
  [{ level: 30, msg: 'request', status: 431 }, '20:03:11 431\n'],
  [{ level: 30, msg: 'started', url: 'http://localhost' }, ''],
  [{ level: 40, msg: 'slow', seconds: 2 }, '20:03:11 WARN slow seconds=2\n'],
  [
    {
      level: 50,
      msg: 'a request failed',
      requestId: 'r',
      err: { message: 'no', stack: 'Error: no\n    at\u001B[31m' },
    },
    '20:03:11 ERROR a request failed requestId=r\nError: no\n    at\\u001b[31m\n',
  ],
  [{ level: 50, msg: 'the store failed', err: { message: 'full' } }, '20:03:11 ERROR the store failed\nfull\n'],
])('a terminal gets %j in one short line', (line, shown) => {
  expect(describeLine(JSON.stringify({ ...line, time }))).toBe(shown)
})

test.skipIf(process.platform !== 'linux')(
  'a service started in a terminal shows its requests there, and no JSON',
  async () => {
    using place = temporaryFile()
    const program = fileURLToPath(new URL('../src/demarche.mjs', import.meta.url))
    const command = `'${process.execPath}' '${program}' serve --port 0 --store '${place.file}'`
    // `script` runs the command in a terminal of its own.
    const child = spawn('script', ['-qefc', command, '/dev/null'], { env: { PATH: process.env['PATH'] } })
    try {
      let shown = ''
      child.stdout.on('data', (text: Buffer) => (shown += text.toString()))
      const until = async (found: RegExp) => {
        while (!found.test(shown)) await once(child.stdout, 'data')
      }
      await until(/Ready\./)
      const [url = ''] = /http:\/\/localhost:\d+/.exec(shown) ?? []
      await fetch(`${url}/health/live`)
      await until(/\d\d:\d\d:\d\d GET \/health\/live 200 [\d.]+ ms\r?\n/)
      expect(shown).not.toContain('"level"')
    } finally {
      child.kill('SIGTERM')
      await once(child, 'close')
    }
  },
)
