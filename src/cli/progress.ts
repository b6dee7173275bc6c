/**
 * Tells how something long goes on: on a terminal in one line that is written over, else a line for each step that has ended. A terminal
 * hears of it ten times a second at most.
 */
export class ImportProgress {
  readonly #stream: NodeJS.WriteStream
  #toldAt = 0
  #isOpen = false

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
  }

  /** `ended` tells the end of a step from a word in the middle of it. */
  tell(line: string, ended: boolean): void {
    if (!this.#stream.isTTY) {
      if (ended) this.#stream.write(`${line}\n`)
      return
    }
    if (!ended && performance.now() - this.#toldAt < 100) return
    this.show(line)
  }

  /** On a terminal alone: what is going on. */
  show(line: string): void {
    if (!this.#stream.isTTY) return
    this.#toldAt = performance.now()
    this.#stream.write(`\r\u001B[K${line}`)
    this.#isOpen = true
  }

  /** Leaves the line that was written over as it is. May be called twice. */
  end(): void {
    if (this.#isOpen) this.#stream.write('\n')
    this.#isOpen = false
  }
}
