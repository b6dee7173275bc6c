import fc from 'fast-check'
import { documents } from './documents.ts'
import { edited, editedJson, edits, type Json, jsonEdits, sometimes, write as writeJson } from './edits.ts'

/** A frame of a WebSocket, as it is written: what its head says need not hold. */
interface Frame {
  readonly payload: string
  readonly fin?: boolean
  readonly reserved?: number
  readonly opcode?: number
  readonly isMasked?: boolean
  /** The length that it claims to have. */
  readonly length?: number
  readonly form?: 7 | 16 | 64
}

const TEXT = 1
const CLOSE = 8

const FEED = 'subscription { feed(heartbeat: 5) { __typename cursor } }'

/** Exchanges of clients of graphql-transport-ws: each message that they send. */
const EXCHANGES: readonly (readonly Json[])[] = [
  [{ type: 'connection_init' }, { type: 'subscribe', id: '1', payload: { query: '{ __typename }' } }],
  [
    { type: 'connection_init', payload: { authorization: 'Bearer TOKEN' } },
    { type: 'ping' },
    { type: 'subscribe', id: 'a', payload: { query: FEED, variables: {}, operationName: null, extensions: {} } },
    { type: 'pong', payload: { at: 1 } },
    { type: 'complete', id: 'a' },
    {
      type: 'subscribe',
      id: 'a',
      payload: { query: 'query ($k: Key!) { actor(key: $k) { name } }', variables: { k: 'russia' } },
    },
  ],
  [
    { type: 'connection_init', payload: { token: 'TOKEN' } },
    { type: 'subscribe', id: '1', payload: { query: FEED } },
    { type: 'subscribe', id: '1', payload: { query: FEED } },
    {
      type: 'subscribe',
      id: '2',
      payload: { query: 'mutation { savePlace(input: { key: "a", name: "b" }) { __typename } }' },
    },
    { type: 'complete', id: '1' },
    { type: 'complete', id: '2' },
  ],
]

const exchanges: fc.Arbitrary<readonly Json[]> = fc.oneof(
  fc.constantFrom(...EXCHANGES),
  documents.map((payload): readonly Json[] => [
    { type: 'connection_init', payload: { token: 'TOKEN' } },
    { type: 'subscribe', id: '1', payload: { query: payload.query, variables: payload.variables } },
  ]),
)

const WORDS = ['{', '}', '"', '[', ':', 'null', '"type"', '"id"', '"subscribe"', '"\\u0000"', '\\ud800', '\xff', '\xc3']

const messages: fc.Arbitrary<readonly string[]> = fc
  .record({
    exchange: exchanges,
    json: jsonEdits,
    text: sometimes(edits(WORDS), 1),
    at: fc.nat({ max: 9 }),
  })
  .map(({ exchange, json, text, at }) => {
    const changed = editedJson(exchange, json)
    const all = (Array.isArray(changed) ? changed : [changed]).map((message: Json) => bytesOf(writeJson(message)))
    return all.map((message, index) => (index === at % all.length ? edited(message, text) : message))
  })

const wrongFrame = fc.record(
  {
    at: fc.nat({ max: 9 }),
    fin: fc.boolean(),
    reserved: fc.integer({ min: 0, max: 7 }),
    opcode: fc.integer({ min: 0, max: 15 }),
    isMasked: fc.boolean(),
    length: fc.constantFrom(0, 1, 125, 126, 65_535, 65_536, 2 ** 20 + 1, 2 ** 31, 2 ** 53 - 1),
    form: fc.constantFrom<7 | 16 | 64>(7, 16, 64),
    payload: fc.constantFrom('', '\xff\xfe', '\x03\xe8', '\x00', '\x03\xe8\xff', '\x0f\xa0reason', 'x'.repeat(126)),
  },
  { requiredKeys: ['at'] },
)

/** The frames of one connection after its handshake. The last one closes it. */
export const frames: fc.Arbitrary<string> = fc
  .record({
    sent: messages,
    wrong: fc.array(wrongFrame, { maxLength: 3 }),
    bytes: sometimes(edits(['\x00', '\x81\x00', '\x88\x80']), 4),
  })
  .map(({ sent, wrong, bytes }) => {
    const all = sent.map((payload): Frame => ({ payload }))
    for (const { at, ...frame } of wrong) {
      const index = at % (all.length + 1)
      const payload = all[index]?.payload ?? ''
      // Either one of the frames is wrong, or another one comes between them.
      if (frame.payload === undefined) all[index] = { payload, ...frame }
      else all.splice(index, 0, { ...frame, payload: frame.payload })
    }
    const written = all.map(write).join('')
    return edited(written, bytes) + write({ opcode: CLOSE, payload: '\x03\xe8' })
  })

/** The head of the request before the frames. */
export const HANDSHAKE = [
  'GET /graphql HTTP/1.1',
  'host: localhost',
  'connection: Upgrade',
  'upgrade: websocket',
  'sec-websocket-version: 13',
  'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-protocol: graphql-transport-ws',
  '',
  '',
].join('\r\n')

/** A text as bytes, one per character. */
export function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1')
}

function write({ payload, fin = true, reserved = 0, opcode = TEXT, isMasked = true, ...head }: Frame): string {
  const { length = payload.length, form = length < 126 ? 7 : length < 65_536 ? 16 : 64 } = head
  const start = Buffer.alloc(form === 7 ? 2 : form === 16 ? 4 : 10)
  start[0] = (fin ? 0x80 : 0) | (reserved << 4) | opcode
  start[1] = (isMasked ? 0x80 : 0) | (form === 7 ? length & 0x7f : form === 16 ? 126 : 127)
  if (form === 16) start.writeUInt16BE(length & 0xffff, 2)
  if (form === 64) start.writeBigUInt64BE(BigInt(length), 2)
  // A mask of zeros leaves the payload as it is.
  return `${start.toString('latin1')}${isMasked ? '\0\0\0\0' : ''}${payload}`
}
