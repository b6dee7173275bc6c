import { readFileSync } from 'node:fs'
import { BlockList, isIPv6 } from 'node:net'
import { z } from 'zod'
import { DemarcheError } from './model/errors.ts'
import { nearestKeys } from './model/records/key.ts'

export const STORE_DEFAULT = 'demarche.db'
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

type Environment = Readonly<Record<string, string | undefined>>

/** The settings of the command line. They win over the environment. */
export interface Flags {
  readonly store?: string
  readonly host?: string
  readonly port?: string
}

export type Config = ReturnType<typeof readConfig>
export type Limits = Config['limits']

// The error of a schema says what its variable accepts.
const variables = z.object({
  DEMARCHE_STORE: text('the name of a file').default(STORE_DEFAULT),
  HOST: text('a host name or address').default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535).default(4000),
  DEMARCHE_ORIGINS: list(isOrigin, '* or origins such as https://example.org, separated by commas').default([]),
  DEMARCHE_PUBLIC_URL: webAddress().optional(),
  DEMARCHE_HOSTS: list(
    isHost,
    '* or host names such as record.example.org, without ports, separated by commas',
  ).default([]),
  DEMARCHE_PROXIES: list(isNetwork, 'addresses or networks such as 10.0.0.0/8, separated by commas').default([]),
  DEMARCHE_PRIVATE: yesOrNo().default(false),
  LOG_LEVEL: z.enum(LOG_LEVELS, `one of ${LOG_LEVELS.join(', ')}`).default('info'),
  DEMARCHE_LIMIT_DEPTH: wholeNumber(1, 100).default(12),
  DEMARCHE_LIMIT_COMPLEXITY: wholeNumber(1, 100_000_000).default(50_000),
  DEMARCHE_LIMIT_EVENT_COMPLEXITY: wholeNumber(1, 100_000_000).default(5_000),
  DEMARCHE_LIMIT_TOKENS: wholeNumber(1, 100_000).default(2_000),
  DEMARCHE_LIMIT_BODY_BYTES: wholeNumber(1_024, 1_073_741_824).default(1_048_576),
  DEMARCHE_LIMIT_BODIES_BYTES: wholeNumber(1_024, 17_179_869_184).default(67_108_864),
  DEMARCHE_LIMIT_RESULT_FIELDS: wholeNumber(1, 100_000_000).default(200_000),
  DEMARCHE_LIMIT_RESULT_BYTES: wholeNumber(1_024, 268_435_456).default(10_485_760),
  DEMARCHE_LIMIT_SUBSCRIPTIONS: wholeNumber(1, 10_000_000).default(20_000),
  DEMARCHE_LIMIT_CLIENT_REQUESTS: wholeNumber(1, 1_000_000).default(100),
  DEMARCHE_LIMIT_CLIENT_CONNECTIONS: wholeNumber(1, 1_000_000).default(250),
  DEMARCHE_LIMIT_CLIENT_SUBSCRIPTIONS: wholeNumber(1, 10_000_000).default(1_000),
  DEMARCHE_LIMIT_ANSWER_BYTES: wholeNumber(0, 17_179_869_184).default(67_108_864),
})

const OURS = 'DEMARCHE_'

/** An empty variable counts as unset, an empty flag as a mistake. Throws one `MISCONFIGURED` with a line for every mistake. */
export function readConfig(environment: Environment, flags: Flags) {
  const flagged: Environment = { DEMARCHE_STORE: flags.store, HOST: flags.host, PORT: flags.port }
  const given = Object.fromEntries(
    Object.keys(variables.shape).map((name) => [name, flagged[name] ?? (environment[name] || undefined)]),
  )
  const read = variables.safeParse(given)
  const mistakes = new Map<unknown, string>()
  for (const { path, message } of read.error?.issues ?? []) {
    const [name] = path
    const variable = String(name)
    const shown = flagged[variable] === undefined ? variable : `--${variable.replace(OURS, '').toLowerCase()}`
    if (!mistakes.has(name)) mistakes.set(name, `${shown} is ${JSON.stringify(given[variable])}; expected ${message}`)
  }
  const problems = [...mistakes.values(), ...unknownVariables(environment)]
  if (!read.success || problems.length > 0) throw new DemarcheError('MISCONFIGURED', problems.join('\n'))
  const { data } = read
  return Object.freeze({
    store: data.DEMARCHE_STORE,
    host: data.HOST,
    /** 0 lets the system choose. */
    port: data.PORT,
    /** Foreign browser origins that may read responses and open WebSockets; `*` allows any. */
    origins: data.DEMARCHE_ORIGINS,
    /** Without a slash at its end. Undefined if it follows from host and port. */
    publicUrl: data.DEMARCHE_PUBLIC_URL,
    /** Host names by which clients reach the service, in addition to those of `host` and `publicUrl`; `*` allows any. */
    hosts: data.DEMARCHE_HOSTS,
    /** Addresses and networks of proxies, which name the address of a client in `X-Forwarded-For`. */
    proxies: data.DEMARCHE_PROXIES,
    /** Whether reading needs a token, too. */
    isPrivate: data.DEMARCHE_PRIVATE,
    logLevel: data.LOG_LEVEL,
    /** What is refused before it costs anything, and how much is cached. */
    limits: Object.freeze({
      /** How deep the fields of an operation may nest. Introspection has a rule of its own. */
      depth: data.DEMARCHE_LIMIT_DEPTH,
      /** The cost of an operation; see `query-cost.ts`. */
      complexity: data.DEMARCHE_LIMIT_COMPLEXITY,
      /** The cost of one event of a subscription. */
      eventComplexity: data.DEMARCHE_LIMIT_EVENT_COMPLEXITY,
      /** Lexical tokens of a document. */
      tokens: data.DEMARCHE_LIMIT_TOKENS,
      /** The size of a request's body or of a WebSocket message. */
      bodyBytes: data.DEMARCHE_LIMIT_BODY_BYTES,
      /** The size of all bodies and messages together that are being read or belong to operations that have not started. */
      bodiesBytes: Math.max(data.DEMARCHE_LIMIT_BODIES_BYTES, data.DEMARCHE_LIMIT_BODY_BYTES),
      /** The fields of one result, counted while it is made. Those of an introspection are counted before. */
      resultFields: data.DEMARCHE_LIMIT_RESULT_FIELDS,
      /** The size of the data of one result as JSON, counted while it is made. */
      resultBytes: data.DEMARCHE_LIMIT_RESULT_BYTES,
      /** Subscriptions open at the same time, over all transports. */
      subscriptions: data.DEMARCHE_LIMIT_SUBSCRIPTIONS,
      /** What one client may have open at the same time: an IPv4 address, or a network of IPv6 addresses (/64). */
      client: Object.freeze({
        /** Requests that run or wait to run. */
        requests: data.DEMARCHE_LIMIT_CLIENT_REQUESTS,
        /** Event streams and WebSockets. */
        connections: data.DEMARCHE_LIMIT_CLIENT_CONNECTIONS,
        subscriptions: data.DEMARCHE_LIMIT_CLIENT_SUBSCRIPTIONS,
      }),
      /** The size of the response cache; 0 disables it. */
      answerBytes: data.DEMARCHE_LIMIT_ANSWER_BYTES,
    }),
  })
}

/** A misspelt limit would be no limit, so variables with our prefix that are not settings are refused. */
function unknownVariables(environment: Environment): string[] {
  const known = Object.keys(variables.shape).filter((name) => name.startsWith(OURS))
  return Object.keys(environment)
    .filter((name) => name.startsWith(OURS) && !known.includes(name))
    .map((name) => {
      const [nearest] = nearestKeys(
        name.slice(OURS.length),
        known.map((one) => one.slice(OURS.length)),
      )
      return `${name} is not a setting of this version; ${nearest === undefined ? 'remove it' : `did you mean ${OURS}${nearest}?`}`
    })
}

function text(expected: string) {
  return z.string().refine((value) => value.trim() !== '', expected)
}

function yesOrNo() {
  return z.enum(['1', 'true', '0', 'false'], '1 or 0').transform((value) => value === '1' || value === 'true')
}

function wholeNumber(least: number, most: number) {
  const expected = `a whole number from ${least} to ${most}`
  return z
    .string()
    .trim()
    .regex(/^\d{1,15}$/, expected)
    .transform(Number)
    .refine((number) => number >= least && number <= most, expected)
}

/** Values separated by commas or white space, each of which passes `isValid`. */
function list(isValid: (value: string) => boolean, expected: string) {
  return z
    .string()
    .transform((joined) => Object.freeze(joined.split(/[\s,]+/).filter((value) => value !== '')))
    .refine((values) => values.every(isValid), expected)
}

function isOrigin(value: string): boolean {
  if (value === '*') return true
  return /^https?:/.test(value) && URL.canParse(value) && new URL(value).origin === value
}

function isHost(value: string): boolean {
  return (
    value === '*' || (URL.canParse(`http://${value}`) && new URL(`http://${value}`).hostname === value.toLowerCase())
  )
}

function isNetwork(value: string): boolean {
  try {
    blockListOf([value])
    return true
  } catch {
    return false
  }
}

/** A list of addresses, and of networks such as 10.0.0.0/8. Throws for what is neither. */
export function blockListOf(networks: readonly string[]): BlockList {
  const blockList = new BlockList()
  for (const network of networks) {
    const [address = '', bits, ...rest] = network.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (rest.length > 0 || bits === '') throw new TypeError(`"${network}" is not a network`)
    if (bits === undefined) blockList.addAddress(address, family)
    else blockList.addSubnet(address, Number(bits), family)
  }
  return blockList
}

function webAddress() {
  return z
    .string()
    .refine(isWebAddress, 'an http or https address without a query, such as https://example.org')
    .transform((address) => address.replace(/\/+$/, ''))
}

function isWebAddress(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, search, hash, username } = new URL(value)
  return /^https?:$/.test(protocol) && `${search}${hash}${username}` === ''
}

/** The store's file, for commands that need no other setting. */
export function storeFileOf(environment: Environment, flag: string | undefined): string {
  return flag ?? (environment['DEMARCHE_STORE'] || STORE_DEFAULT)
}

export function readVersion(): string {
  // package.json is one folder above this file, in a checkout as in a package.
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return (manifest as { version: string }).version // our own file
}
