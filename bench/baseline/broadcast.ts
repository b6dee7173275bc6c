import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'

/*
 * The lower limit of what a broadcast costs: `node:http` and `ws` send one prepared buffer to each subscriber, one after the other. The server
 * knows no operation, no store and no slow client. It is controlled by requests of its own:
 * - POST /opening: the body is what each subscriber receives when it subscribes.
 * - POST /frame: the body is what each subscriber receives from now on.
 * - POST /broadcast: sends it.
 * - POST /idle: from now on, sends a heartbeat every fifteen seconds and a ping every twelve, as Demarche does. POST /busy: no longer.
 *
 * node baseline/broadcast.ts
 */

const CURSOR = '0'.repeat(64)
const PING = Buffer.from(`id: ${CURSOR}\n\n`)
const RESULT = `{"data":{"feed":{}},"extensions":{"cursor":"${CURSOR}"}}`
const EVENT = Buffer.from(`id: ${CURSOR}\nevent: next\ndata: ${RESULT}\n\n`)
const MESSAGE = Buffer.from(`{"id":"1","type":"next","payload":${RESULT}}`)

let opening: Buffer = EVENT
let frame: Buffer = EVENT
let timers: NodeJS.Timeout[] = []
const responses = new Set<ServerResponse>()

const server = createServer((request, response) => {
  if (request.url === '/graphql') {
    request.resume()
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    response.write(opening)
    responses.add(response)
    response.once('close', () => responses.delete(response))
    return
  }
  void control(request).then(() => response.end())
})
const webSockets = new WebSocketServer({ server, perMessageDeflate: false })
webSockets.on('connection', (socket: WebSocket) => {
  socket.on('error', () => {})
  socket.on('message', (data: Buffer) => {
    // The first message is `connection_init`, the second one `subscribe`.
    if (data.includes('connection_init')) socket.send('{"type":"connection_ack"}')
    else socket.send(MESSAGE, { binary: false })
  })
})

async function control(request: IncomingMessage): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer) // without an encoding, a request has buffers
  const body = Buffer.concat(chunks)
  actions[request.url ?? '']?.(body)
}

const actions: Readonly<Record<string, (body: Buffer) => void>> = {
  '/opening': (body) => (opening = body),
  '/frame': (body) => (frame = body),
  '/broadcast': () => {
    for (const response of responses) response.write(frame)
    for (const socket of webSockets.clients) socket.send(frame, { binary: false })
  },
  '/idle': () => (timers = [setInterval(beat, 15_000), setInterval(ping, 12_000)]),
  '/busy': () => {
    for (const timer of timers) clearInterval(timer)
  },
}

function beat(): void {
  for (const response of responses) response.write(EVENT)
  for (const socket of webSockets.clients) socket.send(MESSAGE, { binary: false })
}

function ping(): void {
  for (const response of responses) response.write(PING)
  for (const socket of webSockets.clients) socket.ping()
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo // a listening TCP server has such an address
  process.stdout.write(`http://127.0.0.1:${port}/graphql\nReady\n`)
})
process.once('SIGTERM', () => process.exit(0))
