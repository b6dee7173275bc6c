import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

interface ScriptedRequest {
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

export interface ScriptedService extends AsyncDisposable {
  readonly url: string
  readonly requests: readonly ScriptedRequest[]
}

export type Answer = (response: ServerResponse) => void

/** A service that gives one answer after the other, and the last one again and again. */
export async function scriptedService(...answers: readonly Answer[]): Promise<ScriptedService> {
  const requests: ScriptedRequest[] = []
  const server = createServer((request, response) => {
    const answer = (body: unknown) => {
      requests.push({ headers: request.headers, body })
      answers[Math.min(requests.length, answers.length) - 1]?.(response)
    }
    json(request).then(answer, () => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** An event stream. `cut` closes the connection after it; otherwise it stays open. */
export function events(text: string, { cut = false } = {}): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
    response.write(text, () => {
      if (cut) response.destroy()
    })
  }
}

export function next(cursor: string, data: unknown = { at: cursor }): string {
  return `id: ${cursor}\nevent: next\ndata: ${JSON.stringify({ data, extensions: { cursor } })}\n\n`
}

export const COMPLETE = 'event: complete\ndata: \n\n'

/** A response with a status of its own. */
export function status(code: number, body: string, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(body)
  }
}

export function refused(code: string, message = code): string {
  return JSON.stringify({ errors: [{ message, extensions: { code } }] })
}
