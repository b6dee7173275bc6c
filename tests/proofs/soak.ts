import assert from 'node:assert/strict'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { importDossiers } from '../../src/dossier/import/import.ts'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { openStore } from '../../src/store/open.ts'
import { bundledRecord } from '../_support/bundled-record.ts'
import { demarche, type Serving, startServing } from '../_support/command.ts'
import { setting } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'
import type { Proof } from './proof.ts'
import { Readers } from './readers.ts'
import { Load, TIMES } from './soak/load.ts'
import { HELD, type Held } from './soak/probe.ts'

/*
 * A service in a process of its own under a mixed load, at fifty times the rate of a normal day. Memory is measured after a garbage collection,
 * and its slope is fitted over the second half, when caches and compiled code have settled. A leak of one object a request shows as a slope.
 */

const TEN_MINUTES = 600_000
const TEN_SECONDS = 10_000
const MEBIBYTE = 1_048_576

/** In bytes, what may be added in the second half: in the long form, some 200 bytes a request. In the short form, only gross leaks exceed it. */
const HEAP_GROWTH = 4 * MEBIBYTE
const RESIDENT_GROWTH = { long: 32 * MEBIBYTE, short: 64 * MEBIBYTE }
/** SQLite begins the log anew when it has four mebibytes and no reader is in it. */
const LOG_SIZE = 16 * MEBIBYTE
/** Milliseconds in which the service has to close what its clients have left. */
const SETTLING = 15_000

const PROBE = new URL('soak/probe.ts', import.meta.url).href
const CACHE_BYTES = String(4 * MEBIBYTE)

export const soak: Proof = {
  name: 'soak',
  promise:
    'Under a mixed load, memory, descriptors and the log stay as they are, and nothing is left when all clients have gone.',
  async prove({ long }) {
    using temporary = temporaryFile()
    const { file } = temporary
    const store = await openStore({ file })
    await store.append({ batches: [setting], origin: 'IMPORT' })
    await importDossiers(store, { files: [bundledRecord] })
    using readers = new Readers(3, encodeFeedCursor(store, 0))
    store.close()
    const { stdout: token } = await demarche(['token', 'create', '--scope', 'record', '--store', file])
    await using serving = await startServing(['--store', file, '--admin-port', '0'], {
      // The response cache is full long before the second half.
      env: { LOG_LEVEL: 'error', DEMARCHE_RESPONSE_CACHE_BYTES: CACHE_BYTES, DEMARCHE_TRUSTED_PROXIES: '127.0.0.1' },
      node: ['--expose-gc', '--import', PROBE],
    })
    let said = ''
    serving.child.stderr?.on('data', (text: string) => (said += text))
    readers.serve(serving.url)
    const load = new Load(serving.url, token.trim())
    await load.prepare()
    const before = await heldBy(serving)
    load.start()
    const samples: Sample[] = []
    const start = performance.now()
    const [length, size] = long ? [TEN_MINUTES, 'long' as const] : [TEN_SECONDS, 'short' as const]
    for (let at = 0; at < length; at = performance.now() - start) {
      await wait(Math.max(length / 100, 500))
      samples.push({ at, held: await heldBy(serving), log: statSync(`${file}-wal`).size })
    }
    await load.stop()
    await readers.finish(file)
    const after = await settled(serving, before)

    const half = samples.slice(samples.length / 2)
    const growth = (read: (held: Held) => number) => slope(half.map(({ at, held }) => [at, read(held)])) * (length / 2)
    const [heap, resident] = [growth(({ heap: bytes }) => bytes), growth(({ resident: bytes }) => bytes)]
    const log = Math.max(...samples.map((sample) => sample.log))
    const descriptors = Math.max(...samples.map(({ held }) => held.descriptors))
    const { done, leftOut, unexpected } = load
    const sum = Object.entries(done).map(([name, count]) => `${count} ${name}`)
    const figures = `${TIMES} × a normal day for ${Math.round(length / 1000)} s: ${sum.join(', ')} (${leftOut} left out); in the second half the heap grew by ${mebibytes(heap)} to ${mebibytes(after.heap)}, resident memory by ${mebibytes(resident)} to ${mebibytes(after.resident)}; log at most ${mebibytes(log)}; descriptors ${before.descriptors} before, at most ${descriptors}, ${after.descriptors} after`
    assert.deepEqual({ unexpected, said }, { unexpected: [], said: '' }, figures)
    assert.ok(heap <= HEAP_GROWTH, `the heap grows: ${figures}`)
    assert.ok(resident <= RESIDENT_GROWTH[size], `resident memory grows: ${figures}`)
    assert.ok(log <= LOG_SIZE, `the log of the store grows: ${figures}`)
    return figures
  },
}

interface Sample {
  /** Milliseconds since the start. */
  readonly at: number
  readonly held: Held
  /** Bytes of the write-ahead log. */
  readonly log: number
}

/** Asks the probe in the service. */
async function heldBy({ child }: Serving): Promise<Held> {
  let said = ''
  child.kill('SIGUSR2')
  for (;;) {
    const [text] = (await once(child.stdout ?? child, 'data')) as [string]
    said += text
    const [, json] = new RegExp(`${HELD}(.*)\\n`).exec(said) ?? []
    if (json !== undefined) return JSON.parse(json) as Held
  }
}

/** What the service holds when all clients have gone: nothing more than before. Throws what is left. */
async function settled(serving: Serving, before: Held): Promise<Held> {
  const metrics = /http:\S+\/metrics/.exec(serving.printed)?.[0] ?? ''
  const end = performance.now() + SETTLING
  for (;;) {
    const open = await (await fetch(metrics, { headers: { connection: 'close' } })).text()
    const counts = [...open.matchAll(/^demarche_(?:subscribers|event_streams|websockets|clients|queued_clients) .*$/gm)]
    const held = await heldBy(serving)
    const left = [
      ...counts.map(([line]) => line).filter((line) => !line.endsWith(' 0')),
      ...Object.entries(held.resources)
        .filter(([name, count]) => count > (before.resources[name] ?? 0) && name !== 'Immediate')
        .map(([name, count]) => `${count} ${name}, ${before.resources[name] ?? 0} before`),
      ...(held.descriptors > before.descriptors
        ? [`${held.descriptors} descriptors, ${before.descriptors} before`]
        : []),
    ]
    if (left.length === 0) return held
    if (performance.now() > end) throw new Error(`left when all clients had gone: ${left.join('; ')}`)
    await wait(500)
  }
}

/** Of the line through points that fits best. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x0, y0] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))]
  const [above, below] = [mean(points.map(([x, y]) => (x - x0) * (y - y0))), mean(points.map(([x]) => (x - x0) ** 2))]
  return above / below
}

function mebibytes(bytes: number): string {
  return `${(bytes / MEBIBYTE).toFixed(1)} MiB`
}
