import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Question } from './connection.ts'

/** Answers what is posted with what `answer` makes of it, and nothing else: the bare limit of what the service could reach. */
export function serveBare(answer: (question: Question) => string): void {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = answer(JSON.parse(Buffer.concat(chunks).toString()) as Question) // what asks is the bench itself
      response.writeHead(200, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(body),
      })
      response.end(body)
    })
  })
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo // of a TCP server that listens
    process.stdout.write(`http://127.0.0.1:${port}/graphql\nReady\n`)
  })
  process.once('SIGTERM', () => process.exit(0))
}
