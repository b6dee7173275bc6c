import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openStore } from '../../src/store/open.ts'
import { event, setting } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'
import type { Proof } from './proof.ts'
import { hasTool } from './tools.ts'

const WRITER = fileURLToPath(new URL('../_support/story-writer.ts', import.meta.url))
const DEMARCHE = fileURLToPath(new URL('../../src/demarche.mjs', import.meta.url))

export const durable: Proof = {
  name: 'durable',
  promise: 'Every change is flushed to disk before it is acknowledged.',
  async prove({ long }) {
    if (!hasTool('strace')) return 'skipped: strace is not installed'
    using temporary = temporaryFile()
    const { file, folder } = temporary
    const store = await openStore({ file })
    await store.append({ batches: [setting], origin: 'IMPORT' })
    store.close()
    const changes = long ? 1_000 : 20
    const written = await trace(folder, [WRITER, file, 'traced', String(changes)])
    if (written === undefined) return 'skipped: strace may not trace processes here'
    const acknowledged = countFlushed(written, /^(?:write|sendmsg)\(.*ferry\/traced-\d+/)
    assert.equal(acknowledged, changes)
    const dossier = join(folder, 'dossier.ndjson')
    writeFileSync(dossier, JSON.stringify({ development: event({ event: 'ferry/imported' }) }))
    const imported = await trace(folder, [DEMARCHE, 'import', dossier, '--store', file])
    assert.equal(countFlushed(imported ?? [], /^write\(1<.*recorded 1/), 1)
    return `${changes} acknowledgements of appends and 1 summary of an import: each after an fdatasync of the log that holds its change`
  },
}

/** The system calls of a process, in the order in which they ended; undefined if it cannot be traced. */
async function trace(folder: string, args: readonly string[]): Promise<string[] | undefined> {
  const output = join(folder, 'trace')
  const calls = 'trace=pwrite64,fdatasync,fsync,write,sendmsg'
  const traced = spawn('strace', ['-f', '-y', '-s', '200', '-e', calls, '-o', output, process.execPath, ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let said = ''
  traced.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [status] = await once(traced, 'close')
  if (status !== 0 && /ptrace|PTRACE/.test(said)) return undefined
  assert.equal(status, 0, said)
  const begun = new Map<string, string>()
  return readFileSync(output, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, thread = '', call = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? []
      if (call.endsWith('<unfinished ...>')) {
        begun.set(thread, call.replace(' <unfinished ...>', ''))
        return []
      }
      const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(call)
      return [resumed === null ? call : `${begun.get(thread) ?? ''}${resumed[1]}`]
    })
}

/** Counts the acknowledgements. Throws if one came before the log was flushed, or if nothing was written since the one before it. */
function countFlushed(calls: readonly string[], acknowledgement: RegExp): number {
  let [isWritten, isFlushed, acknowledged] = [false, false, 0]
  for (const call of calls) {
    if (/^pwrite64\(\d+<[^>]*-wal>/.test(call)) [isWritten, isFlushed] = [true, false]
    else if (/^f(?:data)?sync\(\d+<[^>]*-wal>\)\s+= 0/.test(call)) isFlushed = isWritten
    else if (acknowledgement.test(call)) {
      assert.ok(isFlushed, `acknowledgement ${acknowledged + 1} came before its change was flushed`)
      acknowledged++
      ;[isWritten, isFlushed] = [false, false]
    }
  }
  return acknowledged
}
