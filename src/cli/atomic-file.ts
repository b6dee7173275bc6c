import { randomUUID } from 'node:crypto'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { DemarcheError } from '../model/errors.ts'

/** Writes a file as a whole: until it is committed, the file of that name stays as it was. It may be disposed of at any time. */
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

  /** Syncs the file to disk and gives it its name. */
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
    ENOENT: 'its folder does not exist',
    ENOTDIR: 'a part of its path is a file',
    EACCES: 'its folder is not writable',
    EPERM: 'its folder is not writable',
    EROFS: 'the disk is read-only',
    ENOSPC: 'the disk is full',
    EISDIR: 'it is a folder',
  }
  return new DemarcheError('FILE_UNWRITABLE', `${name} cannot be written: ${reasons[code] ?? code}`, { cause })
}
