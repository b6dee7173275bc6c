import { readFileSync } from 'node:fs'
import { DemarcheError } from './model/errors.ts'
import { nearestKeys } from './model/records/key.ts'

export const STORE_DEFAULT = 'demarche.db'
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** What is refused before it costs anything, and what is not kept. */
export interface Limits {
  /** How deep fields may stand within fields; introspection is measured by its own rule. */
  readonly depth: number
  /** What an operation may cost, in fields that it can return at most. */
  readonly complexity: number
  /** Lexical tokens of a document. */
  readonly tokens: number
  /** Of a request's body or a WebSocket message. */
  readonly bodyBytes: number
  /** Open at the same time, over all transports. */
  readonly subscriptions: number
  /** Of answers that are kept to be given again; 0 keeps none. */
  readonly answerBytes: number
}

export interface Config {
  readonly store: string
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** Browser origins that may read answers and open WebSockets, beside the service's own; `*` allows any. */
  readonly origins: readonly string[]
  /** Without a slash at its end. Undefined where it follows from host and port. */
  readonly publicUrl: string | undefined
  readonly logLevel: (typeof LOG_LEVELS)[number]
  readonly limits: Limits
}

/** What the command line says; it wins over the environment. */
export interface Flags {
  readonly store?: string
  readonly host?: string
  readonly port?: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** Throws one `MISCONFIGURED` that names everything wrong, a line each. */
export function readConfig(environment: Environment, flags: Flags): Config {
  const settings = new Settings(environment)
  const config: Config = {
    store: settings.read(
      'DEMARCHE_STORE',
      STORE_DEFAULT,
      someText('the name of a file'),
      flagged('--store', flags.store),
    ),
    host: settings.read('HOST', '127.0.0.1', someText('a host name or address'), flagged('--host', flags.host)),
    port: settings.read('PORT', 4000, wholeNumber(0, 65_535), flagged('--port', flags.port)),
    origins: settings.read('DEMARCHE_ORIGINS', [], originList),
    publicUrl: settings.read('DEMARCHE_PUBLIC_URL', undefined, webAddress),
    logLevel: settings.read('LOG_LEVEL', 'info', oneOf(LOG_LEVELS)),
    limits: Object.freeze({
      depth: settings.read('DEMARCHE_LIMIT_DEPTH', 12, wholeNumber(1, 100)),
      complexity: settings.read('DEMARCHE_LIMIT_COMPLEXITY', 50_000, wholeNumber(1, 100_000_000)),
      tokens: settings.read('DEMARCHE_LIMIT_TOKENS', 2_000, wholeNumber(1, 100_000)),
      bodyBytes: settings.read('DEMARCHE_LIMIT_BODY_BYTES', 1_048_576, wholeNumber(1_024, 1_073_741_824)),
      subscriptions: settings.read('DEMARCHE_LIMIT_SUBSCRIPTIONS', 20_000, wholeNumber(1, 10_000_000)),
      answerBytes: settings.read('DEMARCHE_LIMIT_ANSWER_BYTES', 67_108_864, wholeNumber(0, 17_179_869_184)),
    }),
  }
  settings.refuseProblems()
  return Object.freeze(config)
}

/** Reads one setting after the other and remembers what is wrong with each. */
class Settings {
  readonly #environment: Environment
  readonly #problems: string[] = []
  readonly #known: string[] = []

  constructor(environment: Environment) {
    this.#environment = environment
  }

  /** An empty variable counts as one that is not set, an empty flag as a mistake. */
  read<T>(variable: string, standard: T, parse: Parse<T>, flag?: Given): T {
    this.#known.push(variable)
    const fromEnvironment = this.#environment[variable] || undefined
    const given = flag ?? (fromEnvironment === undefined ? undefined : { name: variable, text: fromEnvironment })
    if (given === undefined) return standard
    const parsed = parse(given.text)
    if (!(parsed instanceof Refusal)) return parsed
    this.#problems.push(`${given.name} is ${JSON.stringify(given.text)}; it has to be ${parsed.accepted}`)
    return standard
  }

  /** Also refuses variables that look like ours and are not: a limit that is misspelt would be none. */
  refuseProblems(): void {
    for (const variable of Object.keys(this.#environment)) {
      if (!variable.startsWith(OURS) || this.#known.includes(variable)) continue
      const names = this.#known.filter((name) => name.startsWith(OURS)).map((name) => name.slice(OURS.length))
      const [nearest] = nearestKeys(variable.slice(OURS.length), names)
      const remedy = nearest === undefined ? 'take it away' : `did you mean ${OURS}${nearest}?`
      this.#problems.push(`${variable} is no setting of this version; ${remedy}`)
    }
    if (this.#problems.length > 0) throw new DemarcheError('MISCONFIGURED', this.#problems.join('\n'))
  }
}

const OURS = 'DEMARCHE_'

interface Given {
  readonly name: string
  readonly text: string
}

type Parse<T> = (text: string) => T | Refusal

class Refusal {
  readonly accepted: string

  constructor(accepted: string) {
    this.accepted = accepted
  }
}

function flagged(name: string, text: string | undefined): Given | undefined {
  return text === undefined ? undefined : { name, text }
}

function someText(what: string): Parse<string> {
  return (text) => (text.trim() === '' ? new Refusal(what) : text)
}

function wholeNumber(least: number, most: number): Parse<number> {
  return (text) => {
    const number = /^\d{1,15}$/.test(text.trim()) ? Number(text) : Number.NaN
    return number >= least && number <= most ? number : new Refusal(`a whole number from ${least} to ${most}`)
  }
}

function oneOf<T extends string>(values: readonly T[]): Parse<T> {
  return (text) => values.find((value) => value === text) ?? new Refusal(`one of ${values.join(', ')}`)
}

function originList(text: string): readonly string[] | Refusal {
  const origins = text.split(/[\s,]+/).filter((part) => part !== '')
  const fine = origins.every((origin) => origin === '*' || isOrigin(origin))
  if (fine) return Object.freeze(origins)
  return new Refusal('* or origins such as https://example.org, separated by commas')
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text
}

function webAddress(text: string): string | Refusal {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const fine =
    url !== undefined && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '' && url.username === ''
  return fine
    ? text.replace(/\/+$/, '')
    : new Refusal('an http or https address without query, such as https://example.org')
}

/** The store's file where a command needs nothing else from the configuration. */
export function storeFileOf(environment: Environment, flag: string | undefined): string {
  return flag ?? (environment['DEMARCHE_STORE'] || STORE_DEFAULT)
}

export function readVersion(): string {
  // package.json stands one folder above this file, in a checkout as in a package.
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return (manifest as { version: string }).version // our own file
}
