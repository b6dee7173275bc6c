import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLField,
  type GraphQLInputType,
} from 'graphql'
import { schema } from '../../src/graphql/schema.ts'
import { createRoutes, type Site } from '../../src/http/routes.ts'
import { openApp, type App } from '../_support/app.ts'
import { EventStream } from '../_support/event-stream.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { Socket } from '../_support/socket.ts'
import type { Proof } from './proof.ts'

/*
 * Who may do what: every root field of the schema and every route, with every kind of credentials, over every transport, where reading needs a token
 * and where it does not. The documents are generated from the schema, and the routes are those that the server has, so that a new field or
 * route is tested, too.
 */

const CREDENTIALS = ['none', 'READ', 'RECORD', 'expired', 'revoked', 'unknown', 'malformed'] as const
type Credentials = (typeof CREDENTIALS)[number]

/** Null if it is admitted. */
type Refusal = 'UNAUTHENTICATED' | 'FORBIDDEN' | null

type Operation = 'query' | 'mutation' | 'subscription'

function expected(operation: Operation, credentials: Credentials, isPrivate: boolean): Refusal {
  if (credentials === 'none') return isPrivate || operation === 'mutation' ? 'UNAUTHENTICATED' : null
  if (credentials === 'READ') return operation === 'mutation' ? 'FORBIDDEN' : null
  return credentials === 'RECORD' ? null : 'UNAUTHENTICATED'
}

/** Values of scalars. */
const EXAMPLES: Readonly<Record<string, string>> = {
  Int: '1',
  Float: '1',
  Boolean: 'true',
  Key: '"ferry/sinking"',
  Date: '"2024-12-25"',
  DateTime: '"2024-12-25T00:00:00Z"',
  Edtf: '"2024-12-25"',
  Language: '"en"',
  LanguageTag: '"en"',
  URL: '"https://example.org/"',
}

const ROOT_FIELDS = [
  ...fieldsOf('query', schema.getQueryType()),
  ...fieldsOf('mutation', schema.getMutationType()),
  ...fieldsOf('subscription', schema.getSubscriptionType()),
  { operation: 'query', name: '__schema', document: '{ __schema { queryType { name } } }' },
  { operation: 'query', name: '__type', document: '{ __type(name: "Query") { name } }' },
  { operation: 'query', name: '__typename', document: '{ __typename }' },
] as const satisfies readonly RootField[]

interface RootField {
  readonly operation: Operation
  readonly name: string
  readonly document: string
}

/** Each returns the code of the refusal. */
const TRANSPORTS: Readonly<Record<string, (asking: Asking) => Promise<Refusal | undefined>>> = {
  POST: async ({ app, field, authorization }) => {
    const accept = 'application/graphql-response+json, text/event-stream;q=0.5'
    const headers = { accept, 'content-type': 'application/json', ...headerOf(authorization) }
    const body = JSON.stringify({ query: field.document })
    return refusalIn(await app.fetch('/graphql', { method: 'POST', headers, body }))
  },
  GET: async ({ app, field, authorization }) => {
    if (field.operation === 'mutation') return undefined
    const headers = { accept: 'application/json, text/event-stream;q=0.5', ...headerOf(authorization) }
    return refusalIn(await app.fetch(`/graphql?${new URLSearchParams({ query: field.document })}`, { headers }))
  },
  'server-sent events': async ({ app, field, authorization }) => {
    await using stream = await EventStream.open(app.url, { query: field.document }, headerOf(authorization))
    // Clients of event streams retry after any other status.
    assert.equal(stream.response.statusCode, 200)
    if (field.operation === 'subscription' && stream.response.headers['content-length'] === undefined) return null
    const next = await stream.event()
    return codeIn(JSON.parse(next?.data ?? 'null'))
  },
  'multipart/mixed': async ({ app, field, authorization }) => {
    const accept = 'multipart/mixed;subscriptionSpec=1.0, application/json'
    const headers = { accept, 'content-type': 'application/json', ...headerOf(authorization) }
    const response = await app.fetch('/graphql', {
      method: 'POST',
      headers,
      body: JSON.stringify({ query: field.document }),
    })
    const isStream = response.headers.get('content-type')?.startsWith('multipart/mixed') ?? false
    if (field.operation === 'subscription' && response.ok) assert.ok(isStream)
    return refusalIn(response)
  },
  'WebSocket, header': async ({ app, field, authorization }) => {
    await using socket = new Socket(app.url, headerOf(authorization))
    const status = await Promise.race([
      once(socket.socket, 'open').then(() => 101),
      once(socket.socket, 'unexpected-response').then(([, response]: IncomingMessage[]) => response?.statusCode),
    ])
    if (status !== 101) return status === 401 ? 'UNAUTHENTICATED' : undefined
    socket.send({ type: 'connection_init' })
    return await overSocket(socket, field)
  },
  'WebSocket, authorization': async ({ app, field, authorization }) => {
    await using socket = new Socket(app.url)
    await once(socket.socket, 'open')
    socket.send({ type: 'connection_init', payload: headerOf(authorization) })
    return await overSocket(socket, field)
  },
  'WebSocket, token': async ({ app, field, authorization }) => {
    await using socket = new Socket(app.url)
    await once(socket.socket, 'open')
    const token = authorization?.replace('Bearer ', '')
    socket.send({ type: 'connection_init', payload: token === undefined ? {} : { token } })
    return await overSocket(socket, field)
  },
}

interface Asking {
  readonly app: App
  readonly field: RootField
  readonly authorization: string | undefined
}

interface Route {
  readonly method: string
  readonly path: string
  /** Whether it needs no token even where reading needs one; `always` if it looks at no token. */
  readonly isOpen: boolean | 'always'
}

/** What a pattern of a route stands for. */
const PATHS: Readonly<Record<string, readonly string[]>> = {
  '/disputes/*': ['/disputes/ferry', '/disputes/none'],
  '/developments/*': ['/developments/ferry/sinking', '/developments/ferry/sinking.json', '/developments/ferry/none'],
  '/assets/*': ['/assets/playground.css', '/assets/worked-queries.json', '/assets/none'],
  '/graphql': ['/graphql', '/graphql?query={__typename}'],
}

const OPEN: Readonly<Record<string, Route['isOpen']>> = {
  '/assets/playground.css': true,
  '/assets/none': true,
  '/docs/scalars': true,
  '/favicon.ico': true,
  '/health/live': 'always',
  '/health/ready': 'always',
}

/** Every route of the server. Methods that it refuses are left out. */
const ROUTES: readonly Route[] = createRoutes({} as Site).routes.flatMap(({ method, path: pattern }) => {
  const methods = method === 'GET' ? ['GET', 'HEAD'] : [method]
  return (PATHS[pattern] ?? [pattern]).flatMap((path) =>
    methods
      .filter((one) => one !== 'ALL')
      .map((one): Route => ({ method: one, path, isOpen: OPEN[path] ?? one === 'OPTIONS' })),
  )
})

export const access: Proof = {
  name: 'access',
  promise: 'Nobody may do more, or less, than the token allows: each root field and route, over each transport.',
  async prove() {
    let asked = 0
    for (const isPrivate of [false, true]) {
      await using app = await openApp({ recorded: [setting, [planned('event', event())]], config: { isPrivate } })
      const authorizations = await authorizationsOf(app)
      for (const credentials of CREDENTIALS) {
        const authorization = authorizations[credentials]
        for (const [transport, ask] of Object.entries(TRANSPORTS)) {
          for (const field of ROOT_FIELDS) {
            const refusal = await ask({ app, field, authorization })
            if (refusal === undefined) continue
            const tried = { isPrivate, transport, credentials, field: field.name }
            assert.deepEqual(
              { ...tried, refusal },
              { ...tried, refusal: expected(field.operation, credentials, isPrivate) },
            )
            asked++
          }
        }
        for (const route of ROUTES) {
          const admits =
            route.isOpen === 'always' || expected('query', credentials, isPrivate && !route.isOpen) === null
          await askRoute(app, { ...route, isPrivate, credentials, authorization, admits })
          asked++
        }
      }
    }
    const kinds = `${ROOT_FIELDS.length} root fields, ${ROUTES.length} routes, ${CREDENTIALS.length} kinds of credentials`
    return `${asked} requests for ${kinds}: 0 answered that should be refused, 0 refused that should be answered`
  },
}

interface RouteAsked extends Route {
  readonly isPrivate: boolean
  readonly credentials: Credentials
  readonly authorization: string | undefined
  readonly admits: boolean
}

/** A refusal says nothing else, and is not cached. */
async function askRoute(app: App, { method, path, authorization, ...tried }: RouteAsked): Promise<void> {
  const response = await app.fetch(path, { method, headers: headerOf(authorization) })
  const wanted = { ...tried, method, path }
  assert.deepEqual({ ...wanted, admits: response.status !== 401 }, wanted)
  if (tried.admits) {
    // A feed has no end.
    await response.body?.cancel()
    return
  }
  assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer realm="demarche"/)
  assert.equal(response.headers.get('cache-control'), 'no-store')
  const said = /^\{"errors":\[\{"message":"[^"]*","extensions":\{"code":"UNAUTHENTICATED"\}\}\]\}\n$/
  assert.match(await response.text(), method === 'HEAD' ? /^$/ : said)
}

function fieldsOf(
  operation: Operation,
  type: { getFields(): Readonly<Record<string, GraphQLField<unknown, unknown>>> } | null | undefined,
): RootField[] {
  return Object.values(type?.getFields() ?? {}).map((field) => {
    const args = field.args.filter(isRequiredArgument).map(({ name, type: input }) => `${name}: ${exampleOf(input)}`)
    const selection = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : ''
    const document = `${operation} { ${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}${selection} }`
    return { operation, name: field.name, document }
  })
}

/** The least value of a type, as a literal. */
function exampleOf(type: GraphQLInputType): string {
  const nullable = getNullableType(type)
  if (isNonNullType(nullable)) throw new Error('a type is non-null twice')
  if (isListType(nullable)) return '[]'
  if (isEnumType(nullable)) return nullable.getValues()[0]?.name ?? ''
  if (!isInputObjectType(nullable)) return EXAMPLES[nullable.name] ?? '"x"'
  const fields = Object.values(nullable.getFields()).filter(isRequiredInputField)
  return `{ ${fields.map(({ name, type: input }) => `${name}: ${exampleOf(input)}`).join(', ')} }`
}

async function authorizationsOf({ store }: App): Promise<Record<Credentials, string | undefined>> {
  const bearer = async (scope: 'READ' | 'RECORD', name: string, lifetime?: number) =>
    `Bearer ${(await store.tokens.create({ scope, name, lifetime })).secret}`
  const authorizations = {
    none: undefined,
    READ: await bearer('READ', 'reader'),
    RECORD: await bearer('RECORD', 'recorder'),
    expired: await bearer('RECORD', 'late', 0),
    revoked: await bearer('RECORD', 'gone'),
    unknown: `Bearer demarche_${'0'.repeat(64)}`,
    malformed: 'Bearer demarche_1',
  }
  await store.tokens.revoke('gone')
  return authorizations
}

function headerOf(authorization: string | undefined): Record<string, string> {
  return authorization === undefined ? {} : { authorization }
}

async function refusalIn(response: Response): Promise<Refusal> {
  const isStream = /^(?:text\/event-stream|multipart\/mixed)/.test(response.headers.get('content-type') ?? '')
  if (isStream) {
    await response.body?.cancel()
    return null
  }
  const refusal = codeIn(await response.json())
  // A field that is refused does not make the request one.
  if (response.status === 401) assert.equal(refusal, 'UNAUTHENTICATED')
  return refusal
}

function codeIn(body: unknown): Refusal {
  // Every body is a GraphQL result.
  const { errors = [] } = body as { errors?: readonly { readonly extensions?: { readonly code?: string } }[] }
  const codes = errors.map(({ extensions }) => extensions?.code)
  return (
    codes.find((code): code is 'UNAUTHENTICATED' | 'FORBIDDEN' => code === 'UNAUTHENTICATED' || code === 'FORBIDDEN') ??
    null
  )
}

async function overSocket(socket: Socket, { operation, document }: RootField): Promise<Refusal> {
  const acknowledged = await socket.message()
  if (acknowledged === undefined) {
    assert.equal((await socket.closed()).code, 4403)
    return 'UNAUTHENTICATED'
  }
  socket.subscribe('q', document)
  if (operation === 'subscription') {
    // The next operation is answered after this one has been refused or started.
    socket.subscribe('r', '{ __typename }')
  }
  const message = await socket.message()
  return codeIn(message?.type === 'error' ? { errors: message.payload } : message?.payload)
}
