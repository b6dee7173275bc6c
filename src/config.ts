import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { BlockList, isIPv6 } from 'node:net'
import { z } from 'zod'
import { DemarcheError } from './model/errors.ts'
import { LIMIT_NAMES, limitVariable, LIMITS, type LimitName, type Limits } from './model/limits.ts'
import { nearestKeys } from './model/records/key.ts'

export const STORE_DEFAULT = 'demarche.db'
/** Holds the token that `demarche tail` sends. It is no setting of the service, which may run in the same environment. */
export const TOKEN_VARIABLE = 'DEMARCHE_TOKEN'
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

type Environment = Readonly<Record<string, string | undefined>>

/** The settings of the command line. They win over the environment. */
export interface Flags {
  readonly store?: string
  readonly host?: string
  readonly port?: string
  readonly adminPort?: string
}

export type Config = ReturnType<typeof readConfig>

// The error of a schema says what its variable accepts.
const settings = z.object({
  DEMARCHE_STORE: text('the name of a file').default(STORE_DEFAULT),
  HOST: text('a host name or address').default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535).default(4000),
  DEMARCHE_ADMIN_PORT: wholeNumber(0, 65_535).optional(),
  DEMARCHE_ORIGINS: list(isOrigin, '* or origins such as https://example.org, separated by commas').default([]),
  DEMARCHE_PUBLIC_URL: webAddress().optional(),
  DEMARCHE_HOSTS: list(
    isHost,
    '* or host names such as record.example.org, without ports, separated by commas',
  ).default([]),
  DEMARCHE_TRUSTED_PROXIES: list(isNetwork, 'addresses or networks such as 10.0.0.0/8, separated by commas').default(
    [],
  ),
  DEMARCHE_PRIVATE: yesOrNo().default(false),
  LOG_LEVEL: z.enum(LOG_LEVELS, `one of ${LOG_LEVELS.join(', ')}`).default('info'),
  DEMARCHE_RESPONSE_CACHE_BYTES: wholeNumber(0, 17_179_869_184).default(67_108_864),
})

const LOG_ADDRESS = 'the address of a log in PostgreSQL, such as postgres://demarche_node@db.example/demarche'

const logSettings = z.object({
  DEMARCHE_LOG: z.string().refine(isPostgres, LOG_ADDRESS).optional(),
  DEMARCHE_LOG_POLL: wholeNumber(10, 60_000).default(1_000),
  DEMARCHE_LOG_PATIENCE: wholeNumber(100, 600_000).default(5_000),
  DEMARCHE_LOG_GRACE: wholeNumber(0, 604_800).default(300),
  DEMARCHE_NODE: text('a name of this node').default(hostname()),
})

const limitVariables = z.object(
  Object.fromEntries(
    LIMIT_NAMES.map((name) => {
      const { least, most, default: value } = LIMITS[name]
      return [limitVariable(name), wholeNumber(least, most).default(value)]
    }),
  ),
)

/** The variables of the environment that are read. */
export const VARIABLES: readonly string[] = [settings, logSettings, limitVariables].flatMap(({ shape }) =>
  Object.keys(shape),
)

const OURS = 'DEMARCHE_'

/** An empty variable counts as unset, an empty flag as a mistake. Throws one `MISCONFIGURED` with a line for every mistake. */
export function readConfig(environment: Environment, flags: Flags) {
  const flagged: Environment = {
    DEMARCHE_STORE: flags.store,
    HOST: flags.host,
    PORT: flags.port,
    DEMARCHE_ADMIN_PORT: flags.adminPort,
  }
  const given = Object.fromEntries(VARIABLES.map((name) => [name, flagged[name] ?? (environment[name] || undefined)]))
  const [read, limits, log] = [settings.safeParse(given), limitVariables.safeParse(given), logSettings.safeParse(given)]
  const problems = [...mistakesIn([read, limits, log], given, flagged), ...unknownVariables(environment)]
  if (!read.success || !limits.success || !log.success || problems.length > 0)
    throw new DemarcheError('MISCONFIGURED', problems.join('\n'))
  const { data } = read
  return Object.freeze({
    store: data.DEMARCHE_STORE,
    host: data.HOST,
    /** 0 lets the system choose. */
    port: data.PORT,
    /** Where the metrics are served, on loopback only. Undefined if they are not. */
    adminPort: data.DEMARCHE_ADMIN_PORT,
    /** Foreign browser origins that may read responses and open WebSockets; `*` allows any. */
    origins: data.DEMARCHE_ORIGINS,
    /** Without a slash at its end. Undefined if it follows from host and port. */
    publicUrl: data.DEMARCHE_PUBLIC_URL,
    /** Host names by which clients reach the service, in addition to those of `host` and `publicUrl`; `*` allows any. */
    hosts: data.DEMARCHE_HOSTS,
    /** Addresses and networks of proxies, which name the address of a client in `X-Forwarded-For`. */
    trustedProxies: data.DEMARCHE_TRUSTED_PROXIES,
    /** Whether reading needs a token, too. */
    isPrivate: data.DEMARCHE_PRIVATE,
    logLevel: data.LOG_LEVEL,
    /** The size of the response cache; 0 disables it. */
    responseCacheBytes: data.DEMARCHE_RESPONSE_CACHE_BYTES,
    limits: limitsFrom(limits.data),
    /** The log in PostgreSQL that this service is a node of. Undefined if the store holds its log itself. */
    log: logFrom(log.data),
  })
}

/** The log in PostgreSQL, for commands that need no other setting; undefined if the store holds its log itself. Throws `MISCONFIGURED`. */
export function readLogSettings(environment: Environment): ReturnType<typeof logFrom> {
  const given = Object.fromEntries(Object.keys(logSettings.shape).map((name) => [name, environment[name] || undefined]))
  const log = logSettings.safeParse(given)
  if (log.success) return logFrom(log.data)
  throw new DemarcheError('MISCONFIGURED', mistakesIn([log], given).join('\n'))
}

function logFrom(data: z.infer<typeof logSettings>) {
  if (data.DEMARCHE_LOG === undefined) return undefined
  return Object.freeze({
    /** Secret: it may have a password. */
    url: data.DEMARCHE_LOG,
    /** Milliseconds between two looks at the log, in case that no notice of a change comes. */
    poll: data.DEMARCHE_LOG_POLL,
    /** Milliseconds that a write waits for the log before it is refused. */
    patience: data.DEMARCHE_LOG_PATIENCE,
    /** Milliseconds that tokens hold while the log cannot be reached. */
    grace: data.DEMARCHE_LOG_GRACE * 1000,
    /** The name of this node among those of the log. */
    node: data.DEMARCHE_NODE,
  })
}

interface Checked {
  readonly error?: z.ZodError | undefined
}

/** A line for each setting that is wrong. */
function mistakesIn(checked: readonly Checked[], given: Environment, flagged: Environment = {}): string[] {
  const mistakes = new Map<string, string>()
  for (const { path, message } of checked.flatMap(({ error }) => error?.issues ?? [])) {
    const variable = String(path[0])
    const shown =
      flagged[variable] === undefined ? variable : `--${variable.replace(OURS, '').toLowerCase().replaceAll('_', '-')}`
    const value = variable === 'DEMARCHE_LOG' ? withoutPassword(given[variable] ?? '') : given[variable]
    if (!mistakes.has(variable)) mistakes.set(variable, `${shown} is ${JSON.stringify(value)}; expected ${message}`)
  }
  return [...mistakes.values()]
}

/** An address as it may be shown: without its password, and cut off where there may be another secret. */
export function withoutPassword(address: string): string {
  const url = URL.parse(address)
  // Anything may stand in what is no address.
  if (url === null || url.host === '') return '…'
  const user = url.username === '' ? '' : `${url.username}@`
  return `${url.protocol}//${user}${url.host}${url.pathname}`
}

function limitsFrom(values: Readonly<Record<string, number>>): Limits {
  // Every limit has a variable, and every variable a default.
  const limits = Object.fromEntries(LIMIT_NAMES.map((name) => [name, values[limitVariable(name)]])) as Record<
    LimitName,
    number
  >
  // There is always room for one body.
  return Object.freeze({
    ...limits,
    bodiesBytes: Math.max(limits.bodiesBytes, limits.bodyBytes, limits.recordingBodyBytes),
  })
}

/** A misspelt limit would be no limit, so variables with our prefix that are not settings are refused. */
function unknownVariables(environment: Environment): string[] {
  const known = [...VARIABLES, TOKEN_VARIABLE].filter((name) => name.startsWith(OURS))
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

function isPostgres(value: string): boolean {
  return URL.canParse(value) && /^postgres(ql)?:\/\//i.test(value)
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

/** The address of the log that nodes share; undefined without one. Throws `MISCONFIGURED`, without the password. */
export function logUrlOf(environment: Environment): string | undefined {
  return readLogSettings(environment)?.url
}

/** The same for commands that cannot do without. */
export function requireLogUrl(environment: Environment): string {
  const url = logUrlOf(environment)
  if (url !== undefined) return url
  throw new DemarcheError('MISCONFIGURED', `DEMARCHE_LOG is not set; set it to ${LOG_ADDRESS}`)
}

/** What runs a command: a checkout holds the sources, a package the compiled files. */
export const COMMAND = import.meta.url.endsWith('.ts') ? 'npm run --silent demarche --' : 'npx demarche'

export function readVersion(): string {
  // package.json is one folder above this file, in a checkout as in a package.
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return (manifest as { version: string }).version // our own file
}
