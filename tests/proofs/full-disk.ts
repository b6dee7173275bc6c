import assert from 'node:assert/strict'
import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { openStore } from '../../src/store/open.ts'
import { setting } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'
import type { Proof } from './proof.ts'
import type { Recorded } from './recorder.ts'
import { hasTool } from './tools.ts'

export const fullDisk: Proof = {
  name: 'full-disk',
  promise:
    'When the disk is full, changes are refused with a code and reading goes on; with space again, recording resumes.',
  async prove({ long }) {
    if (!hasTool('prlimit')) return 'skipped: prlimit is not installed'
    using temporary = temporaryFile()
    const { file } = temporary
    const store = await openStore({ file })
    await store.append({ batches: [setting], origin: 'IMPORT' })
    const recorder = fork(new URL('recorder.ts', import.meta.url), [file], { stdio: 'inherit' })
    const limit = (bytes: number | 'unlimited') => {
      execFileSync('prlimit', ['--pid', String(recorder.pid), `--fsize=${bytes}:unlimited`])
    }
    const acknowledged: string[] = []
    let refused = 0
    const record = async (key: string): Promise<Recorded> => {
      recorder.send(key)
      const [recorded] = (await once(recorder, 'message')) as [Recorded]
      if (recorded.code === null) acknowledged.push(key)
      return recorded
    }
    const rounds = long ? 10 : 1
    try {
      await once(recorder, 'message')
      for (let round = 0; round < rounds; round++) {
        assert.deepEqual(await record(`ferry/before-${round}`), { code: null, head: store.head() })
        const head = store.head()
        // No file of the process can grow.
        limit(Math.min(statSync(`${file}-wal`).size, statSync(file).size))
        for (let attempt = 0; attempt < 5; attempt++, refused++) {
          const key = `ferry/full-${round}-${attempt}`
          assert.deepEqual(await record(key), { code: 'STORE_FULL', head }, 'a change on a full disk')
        }
        limit('unlimited')
        assert.deepEqual(await record(`ferry/after-${round}`), { code: null, head: head + 1 })
      }
    } finally {
      recorder.kill('SIGKILL')
      await once(recorder, 'exit')
    }
    store.close()
    const again = await openStore({ file })
    const keys = again.reader.all<{ key: string }>("select key from changes where space = 'development' order by seq")
    assert.deepEqual(
      keys.map(({ key }) => key),
      acknowledged,
    )
    again.close()
    return `${rounds} rounds: ${refused} changes refused with STORE_FULL, ${acknowledged.length} acknowledged, 0 lost, 0 restarts`
  },
}
