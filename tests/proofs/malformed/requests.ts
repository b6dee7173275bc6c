import fc from 'fast-check'
import { readWorkedQueries } from '../../../src/http/pages/assets.ts'
import { documents, type GraphqlRequest } from './documents.ts'
import { edited, editedJson, edits, type Json, jsonEdits, sometimes, write } from './edits.ts'
import { bytesOf } from './frames.ts'

const GRAPHQL_WORDS = [
  ['{', '}', '(', ')', '[', ']', ':', '!', '$', '...', '@', '|', '&', '=', '"', '"""', '#', ',', '\\', '\ufeff'],
  ['$v', '$v0', '@skip(if: true)', '@include', '@defer', '@stream', '@oneOf', '...F', '... on Query', '{ ...F }'],
  ['query', 'mutation', 'subscription', 'fragment F on Query { ...F }', 'extend', 'type Query { a: Int }', 'on'],
  ['null', 'true', '-', '1e999', '99999999999', '-0', '0.1', '01', '"\\u{110000}"', '"\\uD800"', '"\\x"', '\0'],
  ['first: 100', 'first: -1', 'last: 1', 'after: "x"', 'before: ""', '__typename', '__schema', '__type', 'nodes'],
]
  .flat()
  .map(bytesOf)

const worked: fc.Arbitrary<GraphqlRequest> = fc.constantFrom(
  ...readWorkedQueries().map(({ query, variables = '{}' }) => ({
    query,
    variables: JSON.parse(variables) as GraphqlRequest['variables'],
  })),
)

/** The body of a request, as JSON in bytes. */
const bodies: fc.Arbitrary<string> = fc
  .record({
    request: fc.oneof({ weight: 3, arbitrary: documents }, { weight: 2, arbitrary: worked }),
    text: sometimes(edits(GRAPHQL_WORDS), 2),
    more: fc.constantFrom<Json>({}, { operationName: 'Q', extensions: {} }, { operationName: null, extensions: null }),
    json: sometimes(jsonEdits, 6),
    bytes: sometimes(edits(['{', '}', '"', ',', ':', '[', '\xff', '\xed\xa0\x80', '\xef\xbb\xbf', '\\u', 'NaN']), 10),
  })
  .map(({ request, text, more, json, bytes }) => {
    const query = Buffer.from(edited(bytesOf(request.query), text), 'latin1').toString()
    const body = { query, variables: request.variables, ...(more as object) } as Json
    return edited(bytesOf(write(editedJson(body, json))), bytes)
  })

const ACCEPTED = [
  'application/graphql-response+json',
  'application/json',
  '*/*',
  'text/event-stream',
  'multipart/mixed;subscriptionSpec="1.0", application/json',
  'text/html,application/xhtml+xml',
  'image/png',
]

const accepted = fc.oneof(
  { weight: 4, arbitrary: fc.constant('application/graphql-response+json') },
  { weight: 1, arbitrary: fc.constantFrom(...ACCEPTED) },
)
const authorized = fc.constantFrom('', ...Array.from({ length: 4 }, () => 'authorization: Bearer TOKEN\r\n'))

/** Whole requests: each is answered. */
export const graphqlRequests: fc.Arbitrary<string> = fc
  .record({ body: bodies, accept: accepted, authorization: authorized, isGet: fc.nat({ max: 9 }) })
  .map(({ body, accept, authorization, isGet }) => {
    const head = `host: localhost\r\nconnection: close\r\naccept: ${accept}\r\n${authorization}`
    if (isGet === 0) return `GET /graphql?query=${encodeURIComponent(body).slice(0, 8_000)} HTTP/1.1\r\n${head}\r\n`
    const content = `content-type: application/json\r\ncontent-length: ${body.length}\r\n`
    return `POST /graphql HTTP/1.1\r\n${head}${content}\r\n${body}`
  })

const QUERY = '{"query":"query Q($k: Key!) { actor(key: $k) { name } }","variables":{"k":"russia"}}'
const CHUNKED = `${QUERY.length.toString(16)}\r\n${QUERY}\r\n0\r\n\r\n`
const JSON_POST = 'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n'

const PATHS = [
  ['/', '/graphql', '/graphql?query=%7B__typename%7D', '/graphql?query={actors{nodes{key}}}&variables={}'],
  ['/developments/j2-8243/crash', '/developments/%6a2-8243%2Fcrash', '/assets/playground.css', '/favicon.ico'],
  ['/assets/../package.json', '/assets/%2e%2e/%2e%2e/package.json', '/assets/__proto__', '/developments/%ff'],
  [
    '/feed',
    '/feed?after=x',
    '/feed?dispute=&actor=none',
    '/schema.graphql',
    '/schema.json',
    '/docs/scalars',
    '/health/live',
    '/health/ready',
    '//graphql',
    '*',
    '?',
  ],
  ['http://localhost/graphql', 'http://other.example/', '/graphql?query=a&query=b', '/developments/%00', '/%'],
].flat()

const METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'DELETE', 'TRACE', 'CONNECT', 'PRI', 'get', 'X']

const HEADERS = [
  ['host: localhost', 'host: other.example', 'host: [::1', 'host: a b', 'host:', 'connection: keep-alive'],
  ['connection: upgrade\r\nupgrade: websocket', 'upgrade: h2c', 'expect: 100-continue', 'expect: x', 'te: trailers'],
  ['content-length: 5', 'content-length: -1', 'content-length: 1e3', 'content-length: 99999999999999999999'],
  ['transfer-encoding: chunked', 'transfer-encoding: gzip, chunked', 'transfer-encoding: identity'],
  ['content-type: application/json', 'content-type: text/plain', 'content-type: application/json; charset=utf-16'],
  ['content-type: multipart/form-data; boundary=x', 'content-encoding: gzip', 'content-encoding: identity'],
  ['authorization: Bearer TOKEN', 'authorization: Bearer', 'authorization: Basic eDp5', 'authorization: \xff'],
  ['authorization: Bearer demarche_x\r\nauthorization: Bearer TOKEN', 'if-none-match: *', 'if-none-match: W/"x"'],
  ['if-none-match: "', 'range: bytes=0-', 'last-event-id: x', 'last-event-id: \xe2\x98\x83', 'demarche-cost: 1'],
  ['origin: null', 'origin: http://', 'origin: http://localhost', 'sec-fetch-site: cross-site', 'cookie: a=b'],
  ['sec-websocket-version: 12', 'sec-websocket-key: x', 'sec-websocket-protocol: graphql-ws', 'x-forwarded-for: x'],
  ['sec-websocket-extensions: permessage-deflate; server_max_window_bits=99', 'accept-encoding: gzip', ': x', 'x'],
  [...ACCEPTED.map((type) => `accept: ${type}`), 'accept: ;q=', 'accept: a/b;q=2,*/*;q=x', 'accept: text/html;q=0'],
  [`x: ${'x'.repeat(20_000)}`, 'x: \0', 'x: a\r\n b', 'x: a\nb', 'x\u00a0: y', 'accept-language: \u0080'],
].flat()

const HTTP_WORDS = [
  ['\r\n', '\n', '\r', '\0', ' ', '\t', ':', '/', '?', '#', '%', '%00', '%ff', '..', '\xff', 'HTTP/1.1', 'HTTP/2.0'],
  [
    'HTTP/1.0',
    '\r\n\r\n',
    '0\r\n\r\n',
    'ffffffff\r\n',
    '-1\r\n',
    ';x=y',
    ...HEADERS.map((header) => `\r\n${header}\r\n`),
  ],
].flat()

/** Requests of HTTP of which each part may be anything. Some are never finished, or are followed by another one. */
export const rawRequests: fc.Arbitrary<string> = fc
  .record({
    first: fc.oneof(
      fc
        .record({
          method: fc.oneof(
            { weight: 3, arbitrary: fc.constant('GET') },
            { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
          ),
          path: fc.constantFrom(...PATHS),
          headers: fc.array(fc.constantFrom(...HEADERS), { maxLength: 5 }),
        })
        .map(({ method, path, headers }) => {
          const lines = headers.map((header) => `${header}\r\n`).join('')
          return `${method} ${path} HTTP/1.1\r\nhost: localhost\r\n${lines}\r\n`
        }),
      fc.constantFrom(
        `${JSON_POST}content-length: ${QUERY.length}\r\n\r\n${QUERY}`,
        `${JSON_POST}transfer-encoding: chunked\r\n\r\n${CHUNKED}`,
        `${JSON_POST}expect: 100-continue\r\ncontent-length: ${QUERY.length}\r\n\r\n${QUERY}`,
        `GET /graphql?${new URLSearchParams({ query: '{ actors { nodes { key } } }' })} HTTP/1.1\r\nhost: localhost\r\n\r\n`,
      ),
    ),
    text: sometimes(edits(HTTP_WORDS), 1),
    repeats: fc.constantFrom(1, 1, 1, 2, 5),
    last: fc.constantFrom('', 'GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n'),
  })
  .map(({ first, text, repeats, last }) => edited(first.repeat(repeats), text) + last)

/** Whole requests that import a dossier, in a dry run or not. */
export function importOf(dossier: string, dryRun: boolean): string {
  const query = `mutation ($dossier: String!, $dryRun: Boolean) { importDossier(dossier: $dossier, dryRun: $dryRun) {
    __typename ... on UserError { code message } ... on InvalidInput { problems { path code message line column } } } }`
  const body = bytesOf(
    JSON.stringify({ query, variables: { dossier: Buffer.from(dossier, 'latin1').toString(), dryRun } }),
  )
  const head = `${JSON_POST}connection: close\r\nauthorization: Bearer TOKEN\r\ncontent-length: ${body.length}\r\n`
  return `${head}\r\n${body}`
}
