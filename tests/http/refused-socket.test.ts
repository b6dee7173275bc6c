import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { refuseSocket } from '../../src/http/refused-socket.ts'
import { HttpError } from '../../src/http/http-error.ts'

test('a refused connection is gone soon after the answer, even if its client neither stops sending nor closes it', async () => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {})
    refuseSocket(socket, new HttpError(400, 'REQUEST_MALFORMED', 'Not a valid HTTP request.'))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  client.on('error', () => {})
  let received = ''
  client.on('data', (chunk: Buffer) => (received += chunk.toString()))
  const sending = setInterval(() => client.write('x'.repeat(1_000)), 10)
  await once(client, 'end')
  expect(received).toMatch(/^HTTP\/1.1 400 Bad Request\r\nconnection: close\r\n/)
  expect(received).toContain('"code":"REQUEST_MALFORMED"')
  await new Promise((resolve) => client.once('close', resolve))
  clearInterval(sending)
  await new Promise((resolve) => server.close(resolve))
})
