/**
 * An error that a caller can act on. `code` is stable and belongs to the contract; `message` is one line for people that names the
 * place and the remedy and holds nothing internal. Whatever is no `DemarcheError` is a defect of ours and is masked at the edge.
 */
export class DemarcheError extends Error {
  readonly code: string

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = new.target.name
    this.code = code
  }
}

/** A key that names nothing, with the nearest ones that do. */
export class UnknownKeyError extends DemarcheError {
  readonly key: string
  readonly nearest: readonly string[]

  constructor(kind: string, key: string, nearest: readonly string[]) {
    const hint = nearest.length > 0 ? `; did you mean ${nearest.join(', ')}?` : ''
    super('UNKNOWN_KEY', `there is no ${kind} "${key}"${hint}`)
    this.key = key
    this.nearest = nearest
  }
}
