import type { IncomingMessage, ServerResponse } from 'node:http'
import { DemarcheError } from '../model/errors.ts'
import { Exchange, HttpError, sendJson, sendPage, wantsPage } from './request-context.ts'
import { html, layout } from './pages/html.ts'
import type { Masking } from './graphql/error-masking.ts'
import type { Origins } from './origin.ts'

type Handler = (exchange: Exchange, rest: string) => void | Promise<void>

export interface Route {
  /** A whole path; one that ends in `/` stands for all below it, whose rest the handler is given, decoded. */
  readonly path: string
  /** HEAD goes with GET. */
  readonly get?: Handler
  readonly post?: Handler
}

/** Finds the route of a request, lets it answer, and answers for it where it refuses or fails. */
export class Router {
  readonly #routes: readonly Route[]
  readonly #origins: Origins
  readonly #masking: Masking

  constructor(routes: readonly Route[], origins: Origins, masking: Masking) {
    this.#routes = routes
    this.#origins = origins
    this.#masking = masking
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = new Exchange(request, response)
    Object.assign(exchange.headers, COMMON_HEADERS)
    // A client that goes while it is answered is no failure of ours.
    response.on('error', () => {})
    try {
      await this.#dispatch(exchange)
    } catch (error) {
      this.#refuse(exchange, error)
    }
  }

  async #dispatch(exchange: Exchange): Promise<void> {
    const { route, rest } = this.#find(exchange)
    const { method = '' } = exchange.request
    if (method === 'OPTIONS') {
      this.#origins.answerPreflight(exchange, methodsOf(route))
      return
    }
    const handler = method === 'GET' || method === 'HEAD' ? route.get : method === 'POST' ? route.post : undefined
    if (handler === undefined) {
      const allow = methodsOf(route)
      throw new HttpError(405, 'METHOD_NOT_ALLOWED', `${method} is not answered here, only ${allow}`, { allow })
    }
    this.#origins.share(exchange)
    await handler(exchange, decoded(rest))
  }

  #find(exchange: Exchange): { route: Route; rest: string } {
    const [written = ''] = exchange.target.split('?', 1)
    // What is written as we write it needs no reading.
    const plain = this.#routes.find(({ path }) => path === written)
    if (plain !== undefined) return { route: plain, rest: '' }
    const { pathname } = exchange.url
    const route = this.#routes.find(
      ({ path }) => path === pathname || (path.endsWith('/') && path !== '/' && pathname.startsWith(path)),
    )
    if (route === undefined) throw new HttpError(404, 'NOT_FOUND', `there is nothing at ${pathname}`)
    return { route, rest: pathname.slice(route.path.length) }
  }

  #refuse(exchange: Exchange, error: unknown): void {
    const { response } = exchange
    const { status, code, message, headers, requestId } = this.#describe(error)
    if (response.headersSent) {
      // Nothing can be said any more; the cut tells that the answer is not whole.
      response.destroy()
      return
    }
    const extensions = requestId === undefined ? { code } : { code, requestId }
    const answer = { status, headers: { 'cache-control': 'no-store', ...headers } }
    if (wantsPage(exchange))
      sendPage(
        exchange,
        layout(
          `${status}`,
          html`<h1>${status}</h1>
            <p>${message}</p>`,
        ),
        answer,
      )
    else sendJson(exchange, { errors: [{ message, extensions }] }, answer)
  }

  #describe(error: unknown) {
    if (error instanceof HttpError) {
      const { status, code, message, headers } = error
      return { status, code, message, headers, requestId: undefined }
    }
    if (error instanceof DemarcheError) {
      return { status: 400, code: error.code, message: error.message, headers: {}, requestId: undefined }
    }
    return { status: 500, code: 'INTERNAL', headers: {}, ...this.#masking.mask(error) }
  }
}

const COMMON_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

function methodsOf({ get, post }: Route): string {
  return [...(get ? ['GET', 'HEAD'] : []), ...(post ? ['POST'] : []), 'OPTIONS'].join(', ')
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    throw new HttpError(400, 'ADDRESS_MALFORMED', 'the address holds a "%" that stands for nothing')
  }
}
