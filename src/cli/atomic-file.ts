import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { DemarcheError } from '../model/errors.ts'

/** Writes a file as a whole: unless everything was written to disk, the file of that name stays as it was. Throws `FILE_UNWRITABLE`. */
export async function writeAtomically<Result>(
  name: string,
  writeContent: (write: (text: string) => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const temporary = `${name}.${randomUUID().slice(0, 8)}.part`
  try {
    let result: Result
    {
      await using file = await open(temporary, 'wx')
      result = await writeContent((text) => file.appendFile(text))
      await file.sync()
    }
    await rename(temporary, name)
    return result
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
    const code = String('code' in error ? error.code : 'unknown')
    throw new DemarcheError('FILE_UNWRITABLE', `${name} cannot be written: ${REASONS[code] ?? code}`, { cause: error })
  } finally {
    await rm(temporary, { force: true }).catch(() => {}) // its folder may not exist
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'a part of its path is a file',
  EACCES: 'its folder is not writable',
  EPERM: 'its folder is not writable',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EISDIR: 'it is a folder',
}
