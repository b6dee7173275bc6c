import { unavailable } from '../http-error.ts'
import type { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLFormattedError,
} from 'graphql'
import { CloseCode, handleProtocols, makeServer, type Server, type SubscribePayload } from 'graphql-ws'
import { type Server as SocketServer, WebSocket, WebSocketServer } from 'ws'
import type { Viewer } from '../../model/token.ts'
import type { AccessLog, FollowedOperation } from '../access-log.ts'
import type { Authentication } from '../admission/authentication.ts'
import type { BodyBudget, Client } from '../admission/clients.ts'
import type { Limits } from '../../model/limits.ts'
import type { Metrics } from '../metrics.ts'
import { PacedWebSocket, type Inbox, type Message } from '../paced-web-socket.ts'
import type { Turns } from '../turns.ts'
import type { ErrorMasking } from './error-masking.ts'
import type { Member } from '../../feed/member.ts'
import { textOf, type OperationContext, type OperationState } from './operation.ts'
import type { ResultFormat, SharedResult } from './subscriptions/shared-result.ts'
import { SLOW_CONSUMER } from './subscriptions/streams.ts'
import type { AllowedOperations } from './allowed-operations.ts'
import { queryOf } from './request-parameters.ts'
import type { GraphqlServer } from './yoga.ts'

/** Pings that may stay unanswered before a socket is terminated. */
const UNANSWERED_PINGS = 4
/** Sockets that are pinged or closed in one turn of the event loop. */
const SLICE = 256
/** The milliseconds that the client of a closing socket has to close it too. The types of ws lack this option. */
const CLOSING = { closeTimeout: 2_000 }

const SERVICE_RESTART = 1012
const TRY_AGAIN_LATER = 1013

/** The bytes of a reason for closing a socket. */
const REASON_MAX = 123

export interface WebSocketOptions {
  readonly yoga: GraphqlServer
  readonly authentication: Authentication
  /** Undefined if every operation is accepted. */
  readonly allowedOperations?: AllowedOperations | undefined
  readonly errorMasking: ErrorMasking
  readonly accessLog: AccessLog
  readonly metrics?: Metrics | undefined
  readonly limits: Pick<
    Limits,
    'bodyBytes' | 'operationsPerSocket' | 'initMilliseconds' | 'stalledMilliseconds' | 'connectionMilliseconds'
  >
  /** Milliseconds between pings. */
  readonly pingEvery: number
  readonly turns: Turns
  readonly bodyBudget: BodyBudget
}

interface SocketExtra {
  readonly socket: PacedWebSocket
  readonly client: Client
  /** The id of the request that opened the socket. */
  readonly requestId: string
  /** From the headers of the request, until the client sends another token. */
  viewer: Viewer | null
  /** The message that is being read. Undefined before the first one. */
  message?: Message
  /** The ids of operations that have not started yet, even if the client has completed them meanwhile. */
  readonly starting: Set<string>
}

/** What is known of a socket when it is opened. `requestId` names the request in the log. */
type Opened = Pick<SocketExtra, 'client' | 'requestId' | 'viewer'>

/** `graphql-transport-ws`, through the same pipeline of Yoga as HTTP. */
export class WebSockets {
  readonly #server: SocketServer<typeof PacedWebSocket>
  #pings: NodeJS.Timeout | undefined
  readonly #options: WebSocketOptions

  constructor(options: WebSocketOptions) {
    const { yoga, allowedOperations, authentication, errorMasking, accessLog, metrics, turns, bodyBudget } = options
    const { limits, pingEvery } = options
    this.#options = options
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: limits.bodyBytes,
      perMessageDeflate: false,
      ...CLOSING,
      handleProtocols,
      WebSocket: PacedWebSocket,
    })
    // `onSubscribe` returned these arguments.
    const sendingOf = (args: ExecutionArgs) => (args as Executed).sending
    const protocol = makeServer<Record<string, unknown>, SocketExtra>({
      connectionInitWaitTimeout: limits.initMilliseconds,
      onConnect: ({ connectionParams, extra }) => {
        const { socket } = extra
        const refuse = (reason: unknown) => socket.close(CloseCode.Forbidden, reasonOf(errorMasking, reason))
        try {
          extra.viewer = authentication.viewerIn(connectionParams) ?? extra.viewer
          authentication.assertReader(extra.viewer)
        } catch (error) {
          refuse(error)
          return false
        }
        socket.once('close', authentication.watch(extra.viewer, refuse))
        return true
      },
      onSubscribe: async (context, id, payload) => {
        const { socket, client, viewer, requestId, message, starting } = context.extra
        if (starting.has(id)) return [idInUse()]
        if (Math.max(Object.keys(context.subscriptions).length, starting.size + 1) > limits.operationsPerSocket) {
          return [tooManyOperations(limits)]
        }
        starting.add(id)
        const operation: OperationState = {
          asText: true,
          client,
          viewer,
          bytes: message?.bytes ?? 0,
          isOnSocket: true,
          hasLeft: () => socket.readyState !== socket.OPEN,
          wantsCost: payload.extensions?.['cost'] === true,
        }
        const logged = accessLog.followOperation(requestId, operation)
        const recipient = { id, socket, errorMasking, logged }
        const start = async () => {
          try {
            if (message?.refusal !== undefined) throw message.refusal
            return await run({ yoga, allowedOperations, operation, recipient }, payload)
          } finally {
            message?.release()
            starting.delete(id)
          }
        }
        const executed = await start().catch((error: unknown) => [errorMasking.present(error)])
        if (Array.isArray(executed)) logged.end({ isRefused: true })
        return executed
      },
      execute: sendingOf,
      subscribe: sendingOf,
      onError: (_context, _id, _payload, errors) => {
        for (const { extensions } of errors) metrics?.refused(extensions.code)
        return errors.map(withoutStatus)
      },
    })
    this.#server.on('connection', (socket: PacedWebSocket, opened: Opened) => {
      // ws has closed the socket with the code for the error. An error without a listener would end the process.
      socket.on('error', () => {})
      const inbox = { client: opened.client, turns, bodyBudget }
      speak(protocol, { socket, ...opened, starting: new Set() }, { inbox, errorMasking })
      socket.on('pong', () => (socket.unanswered = 0))
      this.#pings ??= setInterval(() => void this.#pingAll(), pingEvery)
      socket.once('close', () => {
        if (this.size > 0) return
        clearInterval(this.#pings)
        this.#pings = undefined
      })
    })
  }

  get size(): number {
    return this.#server.clients.size
  }

  /** Returns whether the socket was opened; if not, the client got the reason. */
  accept(request: IncomingMessage, socket: Duplex, { head, ...opened }: Opened & { readonly head: Buffer }): boolean {
    let isOpen = false
    this.#server.handleUpgrade(request, socket, head, (upgraded) => {
      isOpen = true
      upgraded.transport = socket
      const { limits, metrics } = this.#options
      // Called when none of what it has to send was taken for so long.
      const onTimeout = () => {
        if (upgraded.bufferedAmount === 0 || upgraded.readyState !== WebSocket.OPEN) return
        metrics?.refused(SLOW_CONSUMER)
        // Its close frame is read last.
        upgraded.resume()
        upgraded.close(SERVICE_RESTART, SLOW_CONSUMER)
      }
      // A callback of `setTimeout` would be called once, also by a socket that has nothing to send.
      if (socket instanceof Socket) socket.setTimeout(limits.stalledMilliseconds).on('timeout', onTimeout)
      this.#server.emit('connection', upgraded, opened)
    })
    return isOpen
  }

  /** Terminates sockets whose clients have gone without closing them. A paused socket is not checked: it does not read its pongs. */
  async #pingAll(): Promise<void> {
    let pinged = 0
    const oldest = performance.now() - this.#options.limits.connectionMilliseconds
    for (const socket of this.#server.clients) {
      if (socket.openedAt <= oldest) socket.close(SERVICE_RESTART, 'the connection is old')
      if (socket.isPaused) continue
      if (socket.unanswered >= UNANSWERED_PINGS) socket.terminate()
      else if (socket.readyState === socket.OPEN) socket.ping()
      socket.unanswered++
      if (++pinged % SLICE === 0) await nextTurn()
    }
  }

  /** Asks every client to reconnect, which resumes its subscriptions. Resolves when all sockets are closed. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    let asked = 0
    for (const socket of this.#server.clients) {
      socket.close(SERVICE_RESTART, 'the service restarts')
      if (++asked % SLICE === 0) await nextTurn()
    }
    await closed
  }

  /** Closes sockets without waiting for their clients. */
  terminate(): void {
    for (const socket of this.#server.clients) socket.terminate()
  }
}

/** Connects a socket with the protocol, as `useServer` of graphql-ws does, which prints internal errors instead of logging them. */
function speak(
  protocol: Server<SocketExtra>,
  extra: SocketExtra,
  { inbox, errorMasking }: { readonly inbox: Inbox; readonly errorMasking: ErrorMasking },
): void {
  const { socket } = extra
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (message) => send(socket, message),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (receive) => {
        socket.receive(inbox, (data, message) => {
          // `onSubscribe` is called before the next message. It releases the message of an operation, which may last.
          extra.message = message
          receive(data.toString())
            .catch((error: unknown) => fail(socket, errorMasking, error))
            .finally(message.release)
        })
      },
    },
    extra,
  )
  socket.once('close', (code, reason) => {
    closed(code, reason.toString()).catch((error: unknown) => errorMasking.mask(error))
  })
}

/** Resolves when the socket has taken the message, or is closed. */
function send(socket: WebSocket, message: string | Buffer): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState === socket.OPEN) socket.send(message, () => resolve())
    else resolve()
  })
}

function fail(socket: WebSocket, errorMasking: ErrorMasking, error: unknown): void {
  socket.close(CloseCode.InternalServerError, errorMasking.mask(error).message)
}

/** The arguments of an operation that has run, with what sends its results. */
interface Executed extends ExecutionArgs {
  readonly sending: AsyncIterableIterator<never>
}

interface Running extends Pick<WebSocketOptions, 'yoga' | 'allowedOperations'> {
  readonly operation: OperationState
  readonly recipient: SocketRecipient
}

/** Runs an operation through Yoga's pipeline. Returns the errors if nothing was executed: graphql-ws sends them as an `error` message. */
async function run(
  { yoga, allowedOperations, operation, recipient }: Running,
  payload: SubscribePayload,
): Promise<Executed | readonly GraphQLError[]> {
  const contextValue: OperationContext = { operation }
  const { parse, validate, execute, subscribe, schema } = yoga.getEnveloped(contextValue)
  const query = queryOf(payload, allowedOperations) ?? payload.query
  const { variables } = payload
  const operationName = payload.operationName || undefined
  // Yoga leaves these types open.
  const document = parse(query) as DocumentNode
  const errors = validate(schema, document) as readonly GraphQLError[]
  if (errors.length > 0) return errors
  const args = { schema, document, operationName, variableValues: variables, contextValue } as ExecutionArgs
  const isSubscription = getOperationAST(document, operationName)?.operation === OperationTypeNode.SUBSCRIPTION
  const result: ExecutionResult = await (isSubscription ? subscribe(args) : execute(args))
  const { member } = operation
  if (member !== undefined) return { ...args, sending: sendAll(member, recipient) }
  if ('data' in result) return { ...args, sending: sendOne(result, recipient) }
  // An `error` message would be final. The client connects again and resumes.
  const [error] = result.errors ?? []
  if (isSubscription && unavailable(error?.originalError) !== undefined) recipient.socket.close(TRY_AGAIN_LATER)
  return result.errors ?? []
}

interface SocketRecipient {
  readonly id: string
  readonly socket: PacedWebSocket
  readonly errorMasking: ErrorMasking
  readonly logged: FollowedOperation
}

/** A message without its beginning, which has the id. */
const PAYLOAD: ResultFormat = { result: (text) => `${text}}` }

function beginningOf(id: string): string {
  return `{"id":${JSON.stringify(id)},"type":"next","payload":`
}

const DONE = { done: true, value: undefined } as const

/** Sends a result as text, and returns none: graphql-ws would write it as JSON again. */
function sendOne(
  result: ExecutionResult,
  { id, socket, errorMasking, logged }: SocketRecipient,
): AsyncIterableIterator<never> {
  return {
    async next() {
      try {
        const message = Buffer.from(`${beginningOf(id)}${PAYLOAD.result(textOf(result))}`)
        logged.add(message.length)
        await send(socket, message)
      } catch (error) {
        fail(socket, errorMasking, error)
      }
      logged.end()
      return DONE
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/**
 * Sends a subscription, and returns none of its results. A feed that fails closes the socket, which makes the client reconnect and resume:
 * an `error` message would be final. It is sent if the client cannot resume.
 */
function sendAll(member: Member<SharedResult>, { id, socket, logged }: SocketRecipient): AsyncIterableIterator<never> {
  const beginning = Buffer.from(beginningOf(id))
  const resume = () => member.resume()
  const ended = Promise.withResolvers<never>()
  return {
    // The client ends it, or the socket: then nobody waits for it any more.
    next() {
      member.start({
        isReady: () => socket.isReady(resume),
        send(results) {
          const messages = results.map((result) => Buffer.concat([beginning, result.in(PAYLOAD)]))
          for (const { length } of messages) logged.add(length)
          return socket.sendResults(messages, resume)
        },
        fail(reason) {
          if (reason === undefined) return socket.close(TRY_AGAIN_LATER)
          const { message, code } = reason
          ended.reject(new GraphQLError(message, { extensions: { code } }))
        },
      })
      return ended.promise
    },
    async return() {
      member.end()
      // A client may end subscriptions without end on a socket that it does not read.
      socket.forget(resume)
      logged.end()
      return DONE
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/** Clients take the code for final if it is 4401, and connect again with another token if it is 4403. */
function reasonOf(errorMasking: ErrorMasking, error: unknown): string {
  return errorMasking.present(error).message.slice(0, REASON_MAX)
}

/**
 * graphql-ws tells operations apart by their ids only: it would take one that was completed before it started for the next one of the same
 * id, and nobody would end it.
 */
function idInUse(): GraphQLError {
  const message = 'An operation with this id has not ended yet. Give each operation an id of its own.'
  return new GraphQLError(message, { extensions: { code: 'REQUEST_INVALID' } })
}

function tooManyOperations({ operationsPerSocket }: Pick<Limits, 'operationsPerSocket'>): GraphQLError {
  const message = `This connection already runs ${operationsPerSocket} operations; complete some, or open another connection.`
  return new GraphQLError(message, { extensions: { code: 'SUBSCRIPTIONS_EXHAUSTED' } })
}

/** The HTTP status in an error is for Yoga only. */
function withoutStatus(error: GraphQLError): GraphQLFormattedError {
  const { http: _, ...extensions } = error.extensions
  return { ...error.toJSON(), extensions }
}
