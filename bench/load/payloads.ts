import type { Transport } from './subscriber.ts'

/** The chunks of an event stream, or the frames of a WebSocket. */
export function payloadsOf(bytes: Buffer, transport: Transport): Buffer[] {
  const payloads: Buffer[] = []
  let at = bytes.subarray(0, 5).toString() === 'HTTP/' ? bytes.indexOf('\r\n\r\n') + 4 : 0
  while (at < bytes.length) {
    const { start, length, end } = transport === 'SSE' ? chunkAt(bytes, at) : messageAt(bytes, at)
    payloads.push(bytes.subarray(start, start + length))
    at = end
  }
  return payloads
}

interface Extent {
  readonly start: number
  readonly length: number
  /** Where the next one begins. */
  readonly end: number
}

function chunkAt(bytes: Buffer, at: number): Extent {
  const start = bytes.indexOf('\r\n', at) + 2
  const length = Number.parseInt(bytes.subarray(at, start).toString(), 16)
  return { start, length, end: start + length + 2 }
}

function messageAt(bytes: Buffer, at: number): Extent {
  const short = (bytes[at + 1] ?? 0) & 0x7f
  const [start, length] =
    short < 126
      ? [at + 2, short]
      : short === 126
        ? [at + 4, bytes.readUInt16BE(at + 2)]
        : [at + 10, Number(bytes.readBigUInt64BE(at + 2))]
  return { start, length, end: start + length }
}
