import { chmodSync, statSync } from 'node:fs'
import type * as Fs from 'node:fs'
import { expect, test, vi } from 'vitest'
import { openStore, openStoreToRead } from '../../src/store/open.ts'
import { temporaryFile } from '../_support/temporary-store.ts'

// Root may write every file, so that the tests would not see the refusal where they run as root.
vi.mock('node:fs', async (original) => ({
  ...(await original<typeof Fs>()),
  accessSync(file: string) {
    const isWritable = ((statSync(file, { throwIfNoEntry: false })?.mode ?? 0o200) & 0o200) !== 0
    if (!isWritable) throw Object.assign(new Error('permission denied'), { code: 'EACCES' })
  },
}))

test('a store that this user may not write is refused, unless it is opened for reading', async () => {
  using place = temporaryFile()
  const { file } = place
  ;(await openStore({ file })).close()
  chmodSync(file, 0o444)
  await expect(openStore({ file })).rejects.toMatchObject({
    code: 'STORE_UNREACHABLE',
    message: 'the store may not be written by this user; check who owns the file and its folder',
  })
  const reading = await openStoreToRead(file)
  reading.close()
  chmodSync(file, 0o644)
  ;(await openStore({ file })).close()
})
