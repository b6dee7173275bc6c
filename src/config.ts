import { readFileSync } from 'node:fs'
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
  DEMARCHE_ORIGINS: origins().default([]),
  DEMARCHE_PUBLIC_URL: webAddress().optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, `one of ${LOG_LEVELS.join(', ')}`).default('info'),
  DEMARCHE_LIMIT_DEPTH: wholeNumber(1, 100).default(12),
  DEMARCHE_LIMIT_COMPLEXITY: wholeNumber(1, 100_000_000).default(50_000),
  DEMARCHE_LIMIT_TOKENS: wholeNumber(1, 100_000).default(2_000),
  DEMARCHE_LIMIT_BODY_BYTES: wholeNumber(1_024, 1_073_741_824).default(1_048_576),
  DEMARCHE_LIMIT_SUBSCRIPTIONS: wholeNumber(1, 10_000_000).default(20_000),
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
    logLevel: data.LOG_LEVEL,
    /** What is refused before it costs anything, and how much is cached. */
    limits: Object.freeze({
      /** How deep the fields of an operation may nest. Introspection has a rule of its own. */
      depth: data.DEMARCHE_LIMIT_DEPTH,
      /** The cost of an operation; see `query-cost.ts`. */
      complexity: data.DEMARCHE_LIMIT_COMPLEXITY,
      /** Lexical tokens of a document. */
      tokens: data.DEMARCHE_LIMIT_TOKENS,
      /** The size of a request's body or of a WebSocket message. */
      bodyBytes: data.DEMARCHE_LIMIT_BODY_BYTES,
      /** Subscriptions open at the same time, over all transports. */
      subscriptions: data.DEMARCHE_LIMIT_SUBSCRIPTIONS,
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

function wholeNumber(least: number, most: number) {
  const expected = `a whole number from ${least} to ${most}`
  return z
    .string()
    .trim()
    .regex(/^\d{1,15}$/, expected)
    .transform(Number)
    .refine((number) => number >= least && number <= most, expected)
}

function origins() {
  return z
    .string()
    .transform((list) => Object.freeze(list.split(/[\s,]+/).filter((origin) => origin !== '')))
    .refine(
      (list) => list.every((origin) => origin === '*' || isOrigin(origin)),
      '* or origins such as https://example.org, separated by commas',
    )
}

function isOrigin(value: string): boolean {
  return /^https?:/.test(value) && URL.canParse(value) && new URL(value).origin === value
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
