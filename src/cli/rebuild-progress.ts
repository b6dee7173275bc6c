/** Shows how far something has come: on a terminal in one line that moves, elsewhere in a line a tenth. Done is the last call. */
export function progressTo(stream: NodeJS.WriteStream, what: string): (done: number, total: number) => void {
  let tenth = -1
  return (done, total) => {
    const share = total === 0 ? 1 : done / total
    const line = `${what}: ${done} of ${total} changes`
    if (stream.isTTY) stream.write(`\r${line}${share === 1 ? '\n' : ''}`)
    else if (Math.floor(share * 10) > tenth) stream.write(`${line}\n`)
    tenth = Math.floor(share * 10)
  }
}
