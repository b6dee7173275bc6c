import { randomUUID } from 'node:crypto'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { DemarcheError } from '../model/errors.ts'

/** A file that is there as a whole or, as long as it has not been committed, as it was before. Disposing of it is safe at any time. */
export class AtomicFile implements AsyncDisposable {
  readonly #name: string
  readonly #temporary: string
  readonly #handle: FileHandle
  #isOpen = true

  private constructor(name: string, temporary: string, handle: FileHandle) {
    this.#name = name
    this.#temporary = temporary
    this.#handle = handle
  }

  /** Throws `FILE_UNWRITABLE`. */
  static async create(name: string): Promise<AtomicFile> {
    const temporary = `${name}.${randomUUID().slice(0, 8)}.part`
    try {
      return new AtomicFile(name, temporary, await open(temporary, 'wx'))
    } catch (error) {
      throw unwritable(name, error)
    }
  }

  async write(text: string): Promise<void> {
    try {
      await this.#handle.appendFile(text)
    } catch (error) {
      throw unwritable(this.#name, error)
    }
  }

  /** Puts it in its place, on disk. */
  async commit(): Promise<void> {
    try {
      await this.#handle.sync()
      await this.#close()
      await rename(this.#temporary, this.#name)
    } catch (error) {
      throw unwritable(this.#name, error)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close()
    await rm(this.#temporary, { force: true })
  }

  async #close(): Promise<void> {
    if (this.#isOpen) await this.#handle.close()
    this.#isOpen = false
  }
}

function unwritable(name: string, cause: unknown): DemarcheError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'its folder is not there',
    ENOTDIR: 'a part of its path is a file',
    EACCES: 'its folder may not be written',
    EPERM: 'its folder may not be written',
    EROFS: 'its disk may not be written',
    ENOSPC: 'the disk is full',
    EISDIR: 'it is a folder',
  }
  return new DemarcheError('FILE_UNWRITABLE', `${name} cannot be written: ${reasons[code] ?? code}`, { cause })
}
