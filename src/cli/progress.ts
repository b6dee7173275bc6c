import { escapeControls } from '../model/text/escape.ts'

/**
 * Reports the progress of a long import. On a terminal, one line is overwritten at most ten times a second; elsewhere, each finished step
 * gets a line.
 */
export class ImportProgress {
  readonly #stream: NodeJS.WriteStream
  #shownAt = 0
  #isOpen = false

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
  }

  report(line: string, isFinished: boolean): void {
    if (!this.#stream.isTTY) {
      if (isFinished) this.#stream.write(`${escapeControls(line)}\n`)
    } else if (isFinished || performance.now() - this.#shownAt >= 100) this.show(line)
  }

  /** Shows the current step, on a terminal only. */
  show(line: string): void {
    if (!this.#stream.isTTY) return
    this.#shownAt = performance.now()
    this.#stream.write(`\r\u001B[K${escapeControls(line)}`)
    this.#isOpen = true
  }

  /** Ends the line that is overwritten. It may be called twice. */
  end(): void {
    if (this.#isOpen) this.#stream.write('\n')
    this.#isOpen = false
  }
}

/** Shows progress: on a terminal in one line that is overwritten, elsewhere in a line for each tenth. The last call reports the end. */
export function progressTo(
  stream: NodeJS.WriteStream,
  action: string,
  unit = 'changes',
): (done: number, total: number) => void {
  let tenth = -1
  return (done, total) => {
    const share = total === 0 ? 1 : done / total
    const line = `${action}: ${done} of ${total} ${unit}`
    if (stream.isTTY) stream.write(`\r${line}${share === 1 ? '\n' : ''}`)
    else if (Math.floor(share * 10) > tenth) stream.write(`${line}\n`)
    tenth = Math.floor(share * 10)
  }
}
