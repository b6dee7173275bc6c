import assert from 'node:assert/strict'
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, rmSync, statSync, watch } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { backUpStore, openStore, openStoreToRead } from '../../src/store/open.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'
import type { Proof } from './proof.ts'

const DEMARCHE = fileURLToPath(new URL('../../src/demarche.mjs', import.meta.url))
const WRITER = fileURLToPath(new URL('../_support/story-writer.ts', import.meta.url))
const onProgress = () => {}

export const swap: Proof = {
  name: 'swap',
  promise: 'When a backup or a restore is killed, there is the old file or the new one, whole.',
  async prove({ long }) {
    using place = temporaryFile()
    const { file, folder } = place
    const backup = join(folder, 'backup.db')
    const events = Array.from({ length: 500 }, (_, index) =>
      planned('event', event({ event: `ferry/${index}`, summary: 'long'.padEnd(4_000, 'g') })),
    )
    const store = await openStore({ file })
    await store.append({ batches: [setting, events], origin: 'IMPORT' })
    store.close()
    await backUpStore({ file, to: backup, onProgress })
    const [backups, restores] = [
      { old: 0, new: 0 },
      { old: 0, new: 0 },
    ]
    let window = await killDuring(['backup', backup, '--overwrite', '--store', file])
    let restoreWindow = await killDuring(['restore', backup, '--store', file])
    const rounds = long ? 100 : 3
    for (let round = 0; round < rounds; round++) {
      const before = await check(backup)
      await killWriter(file, `round-${round}`)
      const { head } = await check(file)
      window = Math.max(window, await killDuring(['backup', backup, '--overwrite', '--store', file], window))
      const after = await check(backup)
      assert.ok([before.head, head].includes(after.head), `the backup has ${after.head} changes`)
      backups[after.head === head ? 'new' : 'old']++

      assert.ok(statSync(`${file}-wal`).size > 0)
      const was = await check(file)
      restoreWindow = Math.max(
        restoreWindow,
        await killDuring(['restore', backup, '--replace', '--store', file], restoreWindow),
      )
      const is = await check(file)
      const isNew = is.epochs > was.epochs
      assert.equal(is.head, isNew ? after.head : was.head)
      restores[isNew ? 'new' : 'old']++
      for (const name of readdirSync(folder)) if (name.includes('.part')) rmSync(join(folder, name))
    }
    return `${rounds} backups killed: ${backups.old} old, ${backups.new} new; ${rounds} restores killed: ${restores.old} old, ${restores.new} new; 0 of them damaged`
  },
}

/**
 * Kills a command at a random moment within so many milliseconds from when it makes its temporary file; without a number, lets it end. Returns how
 * long it had the file.
 */
async function killDuring(args: readonly string[], within?: number): Promise<number> {
  const store = args.at(-1) ?? ''
  const child = spawn(process.execPath, [DEMARCHE, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const exited = once(child, 'exit')
  let madeAt = performance.now()
  const watcher = watch(dirname(store), (_, name) => {
    if (!name?.endsWith('.part') || madeAt !== startedAt) return
    madeAt = performance.now()
    if (within !== undefined) void wait(Math.random() * within).then(() => child.kill('SIGKILL'))
  })
  const startedAt = madeAt
  const [status, signal] = (await exited) as [number | null, NodeJS.Signals | null]
  watcher.close()
  assert.ok(status === 0 || signal === 'SIGKILL', said)
  return performance.now() - madeAt
}

/** Leaves a write-ahead log with changes. */
async function killWriter(file: string, name: string): Promise<void> {
  const writer = fork(WRITER, [file, name, '1000'], { execPath: process.execPath, stdio: 'ignore' })
  await once(writer, 'message')
  writer.kill('SIGKILL')
  await once(writer, 'exit')
}

/** Throws if the file is not a whole store. */
async function check(file: string): Promise<{ readonly head: number; readonly epochs: number }> {
  const copied = `${file}.checked`
  const { head } = await backUpStore({ file, to: copied, onProgress })
  rmSync(copied)
  const store = await openStoreToRead(file)
  const epochs = store.epochs().length
  store.close()
  return { head, epochs }
}
