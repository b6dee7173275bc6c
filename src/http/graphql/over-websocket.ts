import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import {
  GraphQLError,
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql'
import { CloseCode, handleProtocols, makeServer, type Server } from 'graphql-ws'
import { WebSocketServer, type WebSocket } from 'ws'
import type { FrameStream } from './result-stream.ts'
import type { Gate, Refusal } from './executor.ts'
import type { Masking } from './error-masking.ts'

/** How many pings may stay unanswered before a socket is given up. */
const UNANSWERED = 4
/** Unsent bytes past which nothing more is read from a client. */
const UNSENT = 1_048_576
/** Operations that may run on one socket at a time. */
const OPERATIONS = 200

const SERVICE_RESTART = 1012
const TRY_AGAIN_LATER = 1013

export interface SocketOptions {
  readonly gate: Gate
  readonly schema: GraphQLSchema
  readonly masking: Masking
  /** The largest message that is read. */
  readonly messageBytes: number
  /** Milliseconds between signs of life. */
  readonly pingEvery: number
}

/** `graphql-transport-ws` over the same gate as everything else. */
export class Sockets {
  readonly #server: WebSocketServer

  constructor(options: SocketOptions) {
    const protocol = speak(options)
    this.#server = new WebSocketServer({
      noServer: true,
      handleProtocols: (offered) => handleProtocols(offered),
      maxPayload: options.messageBytes,
      perMessageDeflate: false,
    })
    this.#server.on('connection', (socket) => attach(protocol, socket, options))
  }

  get size(): number {
    return this.#server.clients.size
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (upgraded) => this.#server.emit('connection', upgraded, request))
  }

  /** Tells every client to come back, which they do from where they were. Resolves when all have gone. */
  async close(): Promise<void> {
    const gone = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const socket of this.#server.clients) socket.close(SERVICE_RESTART, 'the service restarts')
    await gone
  }

  /** Cuts off whoever does not answer. */
  terminate(): void {
    for (const socket of this.#server.clients) socket.terminate()
  }
}

interface Socketed {
  readonly socket: WebSocket
}

/** What an operation runs with, on its way through graphql-ws. */
interface RunnableArgs extends ExecutionArgs {
  readonly run: () => OperationResult
}

type OperationResult = Promise<FormattedExecutionResult> | AsyncIterableIterator<FormattedExecutionResult>

function speak({ gate, schema, masking }: SocketOptions): Server<Socketed> {
  // What `onSubscribe` returned comes back here, and what `run` returns goes out through `onNext`: both are ours.
  const run = (args: ExecutionArgs) => (args as RunnableArgs).run() as Promise<ExecutionResult>
  return makeServer<Record<string, unknown>, Socketed>({
    async onSubscribe({ subscriptions, extra }, _id, payload): Promise<RunnableArgs | GraphQLError[]> {
      const admission = Object.keys(subscriptions).length > OPERATIONS ? TOO_MANY : gate.admit(payload)
      if (admission.kind === 'REFUSED') return refusalOf(admission)
      const { document, operationName } = admission
      const args = { schema, document, operationName }
      if (admission.kind !== 'SUBSCRIPTION') return { ...args, run: async () => (await admission.answer()).result }
      const opened = await admission.open()
      if ('kind' in opened) return refusalOf(opened)
      return { ...args, run: () => resultsOf(opened, () => extra.socket.close(TRY_AGAIN_LATER), masking) }
    },
    execute: run,
    subscribe: run,
    onNext: (_context, _id, _payload, _args, result) => result as FormattedExecutionResult,
    onError: (_context, _id, _payload, errors) =>
      errors.map((error) => (error instanceof RefusedError ? error.formatted : masking.present(error))),
  })
}

const TOO_MANY: Refusal = {
  kind: 'REFUSED',
  result: {
    errors: [
      {
        message: `${OPERATIONS} operations run on this connection already; complete some, or open another.`,
        extensions: { code: 'SUBSCRIPTIONS_EXHAUSTED' },
      },
    ],
  },
}

/** An error that is ready to be sent, in the shape in which graphql-ws takes errors. */
class RefusedError extends GraphQLError {
  readonly formatted: GraphQLFormattedError

  constructor(formatted: GraphQLFormattedError) {
    super(formatted.message)
    this.formatted = formatted
  }
}

function refusalOf({ result }: Refusal): GraphQLError[] {
  return (result.errors ?? []).map((error) => new RefusedError(error))
}

/** The results of a stream. Where it fails, `giveUp` makes the client resume: an error message would be final. */
function resultsOf(
  stream: FrameStream,
  giveUp: () => void,
  masking: Masking,
): AsyncIterableIterator<FormattedExecutionResult> {
  const over = { done: true, value: undefined } as const
  return {
    async next() {
      try {
        const { done, value } = await stream.next()
        return done === true ? over : { done: false, value: value.result }
      } catch (error) {
        masking.mask(error)
        giveUp()
        return over
      }
    },
    async return() {
      await stream.return()
      return over
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/** Ties a socket to the protocol. What is sent is awaited until the socket has taken it, so that a stream goes at its client's pace. */
function attach(protocol: Server<Socketed>, socket: WebSocket, { masking, pingEvery }: SocketOptions): void {
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (data) => transmit(socket, data),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (take) => {
        socket.on('message', (data: Buffer) => {
          take(data.toString()).catch((error: unknown) => {
            if (socket.readyState !== socket.OPEN) return
            masking.mask(error)
            socket.close(CloseCode.InternalServerError, 'Internal server error')
          })
        })
      },
    },
    { socket },
  )
  const stopPinging = keepAlive(socket, pingEvery)
  // A message that is too large or no message at all: ws closes the socket with the code that says so.
  socket.on('error', () => {})
  socket.once('close', (code, reason) => {
    stopPinging()
    closed(code, reason.toString()).catch((error: unknown) => masking.mask(error))
  })
}

function transmit(socket: WebSocket, data: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.readyState !== socket.OPEN) {
      resolve()
      return
    }
    socket.send(data, (error) => {
      if (socket.isPaused && socket.bufferedAmount < UNSENT) socket.resume()
      if (error) reject(error)
      else resolve()
    })
    if (socket.bufferedAmount >= UNSENT) socket.pause()
  })
}

/** Gives up a socket whose other end is gone. Returns what stops it. */
function keepAlive(socket: WebSocket, pingEvery: number): () => void {
  let unanswered = 0
  socket.on('pong', () => {
    unanswered = 0
  })
  const timer = setInterval(() => {
    if (socket.isPaused) return
    if (unanswered >= UNANSWERED) socket.terminate()
    else if (socket.readyState === socket.OPEN) socket.ping()
    unanswered++
  }, pingEvery)
  return () => clearInterval(timer)
}
