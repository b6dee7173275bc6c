import { InvalidArgumentError, Option, type Command } from 'commander'
import type { TokenScope } from '../model/vocabulary/service.ts'
import { storeFileOf } from '../config.ts'
import type { Token, Tokens } from '../store/tokens.ts'
import { isExpired } from '../model/token.ts'
import {
  examples,
  existingStoreFile,
  formatTable,
  logUrlBeside,
  print,
  storeOption,
  type StoreFlag,
} from './command.ts'
import { progressTo } from './progress.ts'

export function addToken(program: Command): void {
  const token = program
    .command('token')
    .description('create, list and revoke the tokens with which clients read and record')
    .helpCommand(false)
    .addHelpText(
      'after',
      examples('demarche token create --scope record --expires 90d --name desk', 'demarche token list'),
    )
  token
    .command('create')
    .description('create a token; it is printed once, alone on standard output')
    .addOption(
      new Option('--scope <scope>', 'what it allows; record includes read')
        .choices(['read', 'record'])
        .makeOptionMandatory(),
    )
    .option(
      '--expires <duration>',
      'how long it holds, such as 30m, 12h, 90d or 52w (default: until it is revoked)',
      parseDuration,
    )
    .option(
      '--name <text>',
      'its name in the list, and in the log of what it records (default: the scope and a number)',
    )
    .addOption(storeOption())
    .addHelpText('after', examples('demarche token create --scope record --expires 90d --name desk > desk.token'))
    .action(createToken)
  token
    .command('list')
    .description('list all tokens, without their secrets')
    .option('--json', 'print a JSON array')
    .addOption(storeOption())
    .addHelpText('after', examples('demarche token list', 'demarche token list --json'))
    .action(listTokens)
  token
    .command('revoke')
    .description('revoke a token for good; running services refuse it within a second')
    .argument('<name>', 'its name, or the token itself if it leaked')
    .addOption(storeOption())
    .addHelpText('after', examples('demarche token revoke desk'))
    .action(revokeToken)
}

interface CreateFlags extends StoreFlag {
  readonly scope: 'read' | 'record'
  /** Milliseconds. */
  readonly expires?: number
  readonly name?: string
}

async function createToken({ scope, expires, name, store }: CreateFlags): Promise<void> {
  await withTokens(
    store,
    () => storeFileOf(process.env, store),
    async (tokens) => {
      const { token, secret } = await tokens.create({
        // Vocabularies are in upper case.
        scope: scope.toUpperCase() as TokenScope,
        name,
        lifetime: expires,
      })
      const end = token.expiresAt === null ? 'does not expire' : `expires at ${timeOf(token.expiresAt)}`
      print(
        process.stderr,
        `created the token "${token.name}", which allows to ${scope} and ${end}; it is not shown again\n`,
      )
      process.stdout.write(`${secret}\n`)
    },
  )
}

async function revokeToken(name: string, flags: StoreFlag): Promise<void> {
  await withTokens(
    flags.store,
    () => existingStoreFile(flags.store),
    async (tokens) => {
      const { token, wasRevoked } = await tokens.revoke(name)
      const when = wasRevoked ? `was revoked already, at ${timeOf(token.revokedAt ?? 0)}` : 'is revoked'
      print(process.stderr, `the token "${token.name}" ${when}\n`)
    },
  )
}

async function listTokens({ store: flag, json = false }: StoreFlag & { readonly json?: boolean }): Promise<void> {
  const show = (tokens: readonly Token[], now: number) => {
    if (json) print(process.stdout, `${JSON.stringify(tokens.map(dated), null, 2)}\n`)
    else if (tokens.length === 0) print(process.stderr, 'no tokens; create one with `demarche token create`\n')
    else print(process.stdout, table(tokens, now))
  }
  const url = logUrlBeside(flag)
  if (url !== undefined) {
    const { withLogTokens } = await import('../store/nodes/administration.ts')
    await withLogTokens(url, async (tokens, now) => show(tokens.list(), now))
    return
  }
  const { openStoreToRead } = await import('../store/open.ts')
  const store = await openStoreToRead(existingStoreFile(flag))
  try {
    show(store.tokens.list(), store.now())
  } finally {
    store.close()
  }
}

/** The tokens of the log that nodes share, or of a store, which is created and migrated first, if necessary. */
async function withTokens(
  flag: string | undefined,
  file: () => string,
  work: (tokens: Tokens) => Promise<void>,
): Promise<void> {
  const url = logUrlBeside(flag)
  if (url !== undefined) {
    const { withLogTokens } = await import('../store/nodes/administration.ts')
    await withLogTokens(url, work)
    return
  }
  const { openStore } = await import('../store/open.ts')
  const store = await openStore({ file: file(), onRebuild: progressTo(process.stderr, 'rebuilding the store') })
  try {
    await work(store.tokens)
  } finally {
    store.close()
  }
}

/** A token as JSON, with ISO 8601 times; null if there is none. */
function dated({ name, scope, createdAt, expiresAt, lastUsedAt, revokedAt }: Token) {
  return {
    name,
    scope,
    createdAt: timeOf(createdAt),
    expiresAt: expiresAt === null ? null : timeOf(expiresAt),
    lastUsedAt: lastUsedAt === null ? null : timeOf(lastUsedAt),
    revokedAt: revokedAt === null ? null : timeOf(revokedAt),
  }
}

/** To the minute, in UTC; a state for those that ended. */
function table(tokens: readonly Token[], now: number): string {
  const short = (at: number | null, none: string) => (at === null ? none : `${timeOf(at).slice(0, 16)}Z`)
  const rows = tokens.map((token) => [
    token.name,
    token.scope.toLowerCase(),
    short(token.createdAt, ''),
    `${short(token.expiresAt, 'never')}${isExpired(token, now) ? ' (expired)' : ''}`,
    short(token.lastUsedAt, 'never'),
    short(token.revokedAt, 'no'),
  ])
  return formatTable([['NAME', 'SCOPE', 'CREATED', 'EXPIRES', 'LAST USE', 'REVOKED'], ...rows])
}

function timeOf(at: number): string {
  return new Date(at).toISOString()
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
const LONGEST_DAYS = 3_650

/** Milliseconds. */
function parseDuration(text: string): number {
  const [, number, unit = ''] = /^([1-9]\d{0,6})([mhdw])$/.exec(text) ?? []
  const duration = Number(number) * (UNITS[unit] ?? Number.NaN)
  if (duration <= LONGEST_DAYS * 86_400_000) return duration
  throw new InvalidArgumentError(
    `Expected minutes, hours, days or weeks, such as 30m, 12h, 90d or 52w, at most ${LONGEST_DAYS}d.`,
  )
}
