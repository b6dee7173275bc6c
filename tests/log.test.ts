import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { describeLine, openLog } from '../src/log.ts'
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

const TOKEN = `demarche_${'0a'.repeat(32)}`

test('the line of a request has the form of any other, and no token and no character that a terminal obeys', () => {
  let written = ''
  const log = openLog('info', false, { write: (line) => (written = line), flush: () => {} })
  const request = { requestId: 'r', method: 'GET', path: '/a"b\\', status: 200, ms: 0.25, bytes: 9, operation: 'Find' }
  const read = () => ({ ...(JSON.parse(written) as object), time: 0 })
  for (const logged of [request, { ...request, aborted: true }, { status: 400 }]) {
    log.request(logged)
    const ours = read()
    log.info(logged, 'request')
    expect(ours).toEqual(read())
  }
  for (const [chosen, shown] of [
    [`/${TOKEN}`, '/demarche_…'],
    [`/x${TOKEN.toUpperCase()}y`, '/xdemarche_…y'],
    ['/\u009b31m\u202e\u007f\n', '/\\u009b31m\\u202e\\u007f\\n'],
  ] as const) {
    for (const field of ['path', 'operation'] as const) {
      log.request({ ...request, [field]: chosen })
      expect(written).toContain(`"${field}":"${shown}"`)
    }
  }
})

test.each([
  ['ends', ''],
  ['is ended', 'process.exit(3)'],
  ['crashes', "setImmediate(() => { throw new Error('crash') })"],
])('no line is lost when the process %s', async (_, end) => {
  const log = fileURLToPath(new URL('../src/log.ts', import.meta.url))
  const program = `import { openLog } from '${log}'
    const log = openLog('info')
    for (let status = 0; status < 2000; status++) log.request({ status })
    log.error('in between')
    for (let status = 2000; status < 4000; status++) log.request({ status })
    ${end}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'ignore', 'pipe'] })
  let text = ''
  child.stderr.setEncoding('utf8').on('data', (more: string) => (text += more))
  await once(child, 'close')
  const lines = text.split('\n').filter((line) => line.startsWith('{"level"'))
  const statuses = lines.map((line) => (JSON.parse(line) as { status?: number }).status ?? 'error')
  const numbers = Array.from({ length: 4000 }, (_unused, index) => index)
  expect(statuses).toEqual([...numbers.slice(0, 2000), 'error', ...numbers.slice(2000)])
})

test('an error is written at once, with the requests before it', async () => {
  const log = fileURLToPath(new URL('../src/log.ts', import.meta.url))
  const program = `import { openLog } from '${log}'
    globalThis.setInterval = () => ({ unref() {} })
    const log = openLog('info')
    log.request({ status: 200 })
    log.error('failed')
    setTimeout(() => {}, 60_000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'ignore', 'pipe'] })
  try {
    const [text] = (await once(child.stderr, 'data')) as [Buffer]
    expect(text.toString()).toMatch(/"status":200.*\n.*"failed"}\n$/)
  } finally {
    child.kill('SIGKILL')
  }
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
