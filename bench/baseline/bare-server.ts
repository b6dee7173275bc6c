import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Operation } from '../load/connection.ts'

/** An HTTP server that passes each posted operation to `respond` and sends the returned body. It does nothing else: the lower limit of cost. */
export function serveBare(respond: (operation: Operation) => string): void {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = respond(JSON.parse(Buffer.concat(chunks).toString()) as Operation) // the bench is the only client
      response.writeHead(200, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(body),
      })
      response.end(body)
    })
  })
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo // a listening TCP server has such an address
    process.stdout.write(`http://127.0.0.1:${port}/graphql\nReady\n`)
  })
  process.once('SIGTERM', () => process.exit(0))
}
