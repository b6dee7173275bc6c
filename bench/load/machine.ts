import { freemem, platform } from 'node:os'

/** Descriptors that a process with as many sockets needs for other things. */
const OTHERS = 200
/** Bytes that a subscription costs on both sides, at most. */
const MEMORY = 250_000

/** Throws if this machine cannot hold as many subscriptions in one process. */
export function assertRoomFor(subscribers: number): void {
  const refuse = (reason: string) => {
    throw new Error(`this machine cannot hold ${subscribers} subscribers: ${reason}`)
  }
  // The type of the report is open.
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } }
  const files = Number(userLimits?.open_files?.soft ?? Infinity)
  const needed = subscribers + OTHERS
  if (files < needed) refuse(`a process may open ${files} files; allow ${needed} with ulimit -n`)
  const memory = subscribers * MEMORY
  if (freemem() < memory) refuse(`${megabytes(freemem())} of memory are free, and ${megabytes(memory)} are needed`)
  if (subscribers > PER_ADDRESS && platform() !== 'linux') {
    refuse(`${PER_ADDRESS} connect from one address, and only Linux has more addresses on its loopback interface`)
  }
}

export function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`
}

/** As many subscribers share an address as the limits of a client allow: of its connections, and of its unanswered requests. */
const PER_ADDRESS = 100

/** An address of the loopback interface for a subscriber, by its number. */
export function addressOf(number: number): string {
  if (platform() !== 'linux') return '127.0.0.1'
  const address = Math.floor(number / PER_ADDRESS)
  return `127.1.${Math.floor(address / 250)}.${1 + (address % 250)}`
}
