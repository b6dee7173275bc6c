import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, test } from 'vitest'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { openStore } from '../../src/store/open.ts'
import { bearer, openApp } from '../_support/app.ts'
import { DEMARCHE, demarche, freePort, startServing } from '../_support/command.ts'
import { event, measure, planned, setting, statement } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'

const events = (...names: readonly string[]) => names.map((name) => planned('event', event({ event: `ferry/${name}` })))

/** `demarche tail` with its output in a pipe, read line by line. Killed at the end of its block. */
function startTail(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [DEMARCHE, 'tail', ...args], { env: { PATH: process.env['PATH'], ...env } })
  const closed = once(child, 'close') as Promise<[status: number | null, signal: string | null]>
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const remarks = createInterface(child.stderr)[Symbol.asyncIterator]()
  return {
    child,
    closed,
    line: async () => (await lines.next()).value,
    remark: async () => (await remarks.next()).value,
    /** The keys on the next lines. */
    async keys(count: number) {
      const keys: string[] = []
      while (keys.length < count) {
        const line = await this.line()
        if (line === undefined) throw new Error(`tail ended after ${keys.join()}`)
        keys.push((JSON.parse(line) as { development: { key: string } }).development.key)
      }
      return keys
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await closed
    },
  }
}

describe('demarche tail', () => {
  test('prints each change as a line of JSON', async () => {
    await using app = await openApp({ recorded: [setting] })
    await using tail = startTail(['--after', encodeFeedCursor(app.store, 0), app.url])
    await app.record(planned('statement', statement()))
    await app.record(
      planned('statement', statement({ headline: 'New' }), { kind: 'CORRECTED', revision: 2, note: 'Why.' }),
    )
    expect(JSON.parse((await tail.line()) ?? '')).toMatchObject({
      cursor: encodeFeedCursor(app.store, setting.length + 1),
      kind: 'RECORDED',
      revision: { number: 1, note: null },
      development: {
        key: 'ferry/accusation',
        kind: 'STATEMENT',
        headline: 'The North accuses the South',
        date: { edtf: '2025-01-01', label: '1 January 2025', shortLabel: '1 Jan 2025' },
        disputes: [{ key: 'ferry' }],
        citations: [{ source: { key: 'gazette', title: 'The Gazette' } }],
        permalink: `${app.url}/developments/ferry/accusation`,
      },
    })
    expect(JSON.parse((await tail.line()) ?? '')).toMatchObject({
      kind: 'CORRECTED',
      revision: { number: 2, note: 'Why.' },
      development: { headline: 'New' },
    })
  })

  test('prints only the kinds and the disputes that are asked for', async () => {
    await using app = await openApp({ recorded: [setting] })
    const after = encodeFeedCursor(app.store, setting.length)
    await app.record(planned('event', event()))
    await app.record(planned('statement', statement()))
    await app.record(planned('measure', measure()))
    await app.record(planned('event', event({ event: 'ferry/last', disputes: [] })))
    await using kinds = startTail([app.url, '--after', after, '--kinds', 'event,Measure'])
    expect(await kinds.keys(3)).toEqual([event().event, measure().measure, 'ferry/last'])
    await using disputes = startTail([
      `${app.url}/graphql/`,
      '--after',
      after,
      '--dispute',
      'ferry',
      '--kinds',
      'event',
    ])
    expect(await disputes.keys(1)).toEqual([event().event])
    await app.record(...events('b'))
    expect(await disputes.keys(1)).toEqual(['ferry/b'])
  })

  test('prints a line for people on a terminal, which obeys nothing in it', async () => {
    const evil = '\u001B]0;x\u0007\u009B31m\n\u202Egnp'
    await using app = await openApp({ recorded: [setting] })
    const after = encodeFeedCursor(app.store, setting.length)
    await app.record(planned('event', event({ event: 'ferry/a' })))
    await app.record(
      planned('event', event({ event: 'ferry/a', headline: evil }), { kind: 'REVISED', revision: 2, note: evil }),
    )
    await app.record(planned('event', event({ event: 'ferry/a' }), { kind: 'RETRACTED', revision: 3, note: 'Untrue.' }))
    const command = `${process.execPath} ${DEMARCHE} tail ${app.url} --after ${after}`
    const child = spawn('script', ['-qefc', command, '/dev/null'], { env: { PATH: process.env['PATH'] } })
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    const shown = [(await lines.next()).value, (await lines.next()).value, (await lines.next()).value]
    child.kill()
    const escaped = '\\u001b]0;x\\u0007\\u009b31m\\u000a\\u202egnp'
    expect(shown).toEqual([
      '31 Dec 2024       event     The ferry sinks · The Gazette',
      `31 Dec 2024       event     [revised: ${escaped}] ${escaped} · The Gazette`,
      '31 Dec 2024       event     [retracted: Untrue.] The ferry sinks · The Gazette',
    ])
  })

  test('goes on from the position in its file, and after the service was killed, without gap or repeat', async () => {
    using place = temporaryFile()
    const state = join(place.folder, 'feed.cursor')
    const store = await openStore({ file: place.file })
    await store.append({ batches: [setting], origin: 'IMPORT' })
    const port = await freePort()
    const args = [`http://127.0.0.1:${port}`, '--state', state, '--after', encodeFeedCursor(store, setting.length)]
    const serve = () => startServing(['--store', place.file, '--port', String(port)])
    const record = (name: string) => store.append({ batches: [events(name)], origin: 'API' })
    try {
      {
        await using serving = await serve()
        await using tail = startTail(args)
        await record('a')
        expect(await tail.keys(1)).toEqual(['ferry/a'])
        serving.child.kill('SIGKILL')
        expect(await tail.remark()).toMatch(/^The connection (was lost|failed: E[A-Z]+)\. Trying again in \d+ s\.$/)
        await record('b')
        await using _ = await serve()
        expect(await tail.keys(1)).toEqual(['ferry/b'])
        let remark
        do remark = await tail.remark()
        while (remark?.startsWith('The connection'))
        expect(remark).toBe('Connected again.')
        await record('c')
        expect(await tail.keys(1)).toEqual(['ferry/c'])
        tail.child.kill('SIGINT')
        expect(await tail.closed).toEqual([0, null])
      }
      expect(readFileSync(state, 'utf8')).toBe(`${encodeFeedCursor(store, setting.length + 3)}\n`)
      await record('d')
      await using _ = await serve()
      await using tail = startTail(args)
      await record('e')
      expect(await tail.keys(2)).toEqual(['ferry/d', 'ferry/e'])
      // A process that is killed may leave what it was writing.
      tail.child.kill('SIGINT')
      expect(await tail.closed).toEqual([0, null])
    } finally {
      store.close()
    }
    expect(readdirSync(place.folder).filter((name) => name.includes('.part'))).toEqual([])
  })

  test('stores where it starts, before anything is recorded', async () => {
    await using app = await openApp({ recorded: [setting] })
    using place = temporaryFile()
    const state = join(place.folder, 'feed.cursor')
    {
      await using tail = startTail([app.url, '--state', state])
      // The first heartbeat comes at once; what is recorded afterwards is printed.
      while (!readdirSync(place.folder).includes('feed.cursor')) await new Promise((resolve) => setTimeout(resolve, 20))
      tail.child.kill('SIGTERM')
      expect(await tail.closed).toEqual([0, null])
    }
    await app.record(...events('a'))
    await using tail = startTail([app.url, '--state', state])
    expect(await tail.keys(1)).toEqual(['ferry/a'])
  })

  test('says in one line why it is refused for good', async () => {
    await using app = await openApp({ recorded: [setting] })
    await using other = await openApp({ recorded: [setting] })
    using place = temporaryFile()
    const state = join(place.folder, 'feed.cursor')
    writeFileSync(state, `${encodeFeedCursor(other.store, 1)}\n`)
    const refusal = async (...args: string[]) => {
      const { status, stdout, stderr } = await demarche(['tail', app.url, ...args])
      return [status, stdout, stderr]
    }
    const line = (text: string) => [1, '', `demarche: the service refuses the feed: ${text}\n`]
    expect(await refusal('--after', '42')).toEqual(
      line('--after: Not a feed cursor. Pass one back exactly as received, or omit --after. (CURSOR_INVALID)'),
    )
    const [status, , foreign] = await refusal('--state', state)
    expect(status).toBe(1)
    expect(foreign).toMatch(
      /feed\.cursor: The cursor belongs to another store\..*omit .*feed\.cursor\. \(CURSOR_FOREIGN\)\n$/,
    )
    expect(await refusal('--dispute', 'fery')).toEqual(
      line('there is no dispute "fery"; did you mean ferry? (UNKNOWN_KEY)'),
    )
  })

  test('refuses options and files that it cannot use', async () => {
    using place = temporaryFile()
    const file = join(place.folder, 'notes.txt')
    writeFileSync(file, 'not a cursor')
    const refusal = async (...args: string[]) => {
      const { status, stderr } = await demarche(['tail', ...args])
      return [status, stderr]
    }
    expect(await refusal('localhost:4000')).toEqual([
      2,
      'demarche: "localhost:4000" is not the address of a service; write it as http://localhost:4000\n',
    ])
    expect(await refusal('--kinds', 'event,fact')).toEqual([
      2,
      "error: option '--kinds <kinds>' argument 'event,fact' is invalid. Separate by commas: event, statement, measure.\n",
    ])
    expect(await refusal('--state', file)).toEqual([
      2,
      `demarche: ${file} holds no position of demarche tail; name another file for --state\n`,
    ])
    expect(await refusal('--state', place.folder)).toEqual([2, `demarche: ${place.folder} cannot be read: EISDIR\n`])
  })

  test('sends the token of the environment', async () => {
    await using app = await openApp({ recorded: [setting], config: { isPrivate: true } })
    const { authorization } = await bearer(app, 'READ')
    const after = encodeFeedCursor(app.store, setting.length)
    await app.record(...events('a'))
    const { status, stderr } = await demarche(['tail', app.url, '--after', after])
    expect([status, stderr]).toEqual([1, expect.stringContaining('(UNAUTHENTICATED)')])
    await using tail = startTail([app.url, '--after', after], { DEMARCHE_TOKEN: authorization.replace('Bearer ', '') })
    expect(await tail.keys(1)).toEqual(['ferry/a'])
  })

  test('ends quietly when nobody reads its output any more', async () => {
    await using app = await openApp({ recorded: [setting] })
    await using tail = startTail([app.url, '--after', encodeFeedCursor(app.store, setting.length)])
    await app.record(...events('a'))
    expect(await tail.keys(1)).toEqual(['ferry/a'])
    tail.child.stdout.destroy()
    await app.record(...events('b'))
    expect(await tail.closed).toEqual([0, null])
    expect(await tail.remark()).toBeUndefined()
  })
})
