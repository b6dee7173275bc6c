/** The streams that are open, so that a service that stops can end them. */
export class OpenStreams {
  readonly #ends = new Set<() => void>()
  #cut = false

  /** Whether the service stops: streams end without saying that they are complete, and clients resume elsewhere. */
  get cut(): boolean {
    return this.#cut
  }

  get size(): number {
    return this.#ends.size
  }

  /** `end` is called when the service stops, at once where it does already. Returns what to call when the stream is over. */
  add(end: () => void): () => void {
    const own = () => end()
    this.#ends.add(own)
    if (this.#cut) own()
    return () => this.#ends.delete(own)
  }

  cutAll(): void {
    this.#cut = true
    for (const end of this.#ends) end()
  }
}
