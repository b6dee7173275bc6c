import type { TokenScope } from './vocabulary/service.ts'

/** The user of a token. A request without one has no viewer. */
export interface Viewer {
  /** The name of the token. */
  readonly name: string
  /** RECORD includes READ. */
  readonly scope: TokenScope
  /** Milliseconds since 1970. Undefined if the token does not expire. */
  readonly expiresAt?: number | undefined
}

/** Whether the token no longer holds at an instant, in milliseconds since 1970. */
export function isExpired({ expiresAt }: { readonly expiresAt: number | null }, now: number): boolean {
  return expiresAt !== null && expiresAt <= now
}

/** The beginning of every token, for which secret scanners can look. */
export const TOKEN_PREFIX = 'demarche_'

export const TOKEN_FORM = /^demarche_[0-9a-f]{64}$/

/** Also the larger part of a token. */
const TOKENS = /demarche_[0-9a-f]{16,}/gi

export function holdsToken(text: string): boolean {
  return text.search(TOKENS) >= 0
}

/** An address without percent-encoding, for finding a token in it. Also what was encoded again, up to thrice, is decoded, and nothing is refused. */
export function plainAddress(address: string): string {
  let plain = address
  for (let times = 0; times < 3 && plain.includes('%'); times++) plain = decoded(plain)
  return plain
}

function decoded(text: string): string {
  return text.replace(/%(?:25)*([0-9a-f]{2})/gi, (_, octet: string) => String.fromCharCode(Number.parseInt(octet, 16)))
}

/** The text with every token replaced, for what is printed or logged. */
export function redactTokens(text: string): string {
  return text.replace(TOKENS, `${TOKEN_PREFIX}…`)
}

const NAME = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._@+-]{0,98}[\p{L}\p{M}\p{N}._@+-])?$/u

/** What the name of a token must be, if this one is not; null if it is valid. */
export function tokenNameProblem(name: string): string | null {
  if (holdsToken(name)) return 'a name must not hold a token, because names are shown'
  if (NAME.test(name)) return null
  return 'a name has up to 100 letters, digits, spaces and . _ @ + -, and starts with a letter or digit'
}
