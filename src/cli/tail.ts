import { readFile } from 'node:fs/promises'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { follow, FollowError, type FollowedMessage } from '../client/follow.ts'
import { DemarcheError } from '../model/errors.ts'
import { escapeControls } from '../model/text/escape.ts'
import { redactTokens } from '../model/token.ts'
import { DevelopmentKind } from '../model/vocabulary/development.ts'
import { TOKEN_VARIABLE } from '../config.ts'
import { examples, print } from './command.ts'
import { writeAtomically } from './export.ts'

interface Flags {
  readonly after?: string
  readonly kinds?: readonly string[]
  readonly dispute?: readonly string[]
  readonly json?: true
  readonly state?: string
}

/** What `query` selects. */
interface Tailed {
  readonly feed: { readonly __typename: 'Heartbeat' | 'Other' } | ({ readonly __typename: 'FeedChange' } & Change)
}

interface Change {
  readonly cursor: string
  readonly at: string
  readonly kind: string
  readonly revision: { readonly number: number; readonly note: string | null }
  readonly development: {
    readonly key: string
    readonly kind: string
    readonly headline: string
    readonly date: { readonly edtf: string; readonly label: string; readonly shortLabel: string }
    readonly disputes: readonly { readonly key: string }[]
    readonly citations: readonly { readonly source: { readonly key: string; readonly title: string } }[]
    readonly permalink: string
  }
}

const query = `subscription Tail($filter: FeedFilter) {
  feed(filter: $filter, heartbeat: 60) {
    __typename
    ... on FeedChange {
      cursor at kind
      revision { number note }
      development {
        key kind headline permalink
        date { edtf label shortLabel }
        disputes { key }
        citations { source { key title } }
      }
    }
  }
}`

const KINDS = DevelopmentKind.values

export function addTail(program: Command): void {
  program
    .command('tail')
    .description('print the changes of a service as they are recorded, and resume after interruptions')
    .argument('[url]', 'the address of the service', 'http://localhost:4000')
    .option('--after <cursor>', 'start after this cursor (default: now)')
    .addOption(
      new Option('--kinds <kinds>', `only these, separated by commas: ${KINDS.join(', ').toLowerCase()}`).argParser(
        readKinds,
      ),
    )
    .option('--dispute <key>', 'only developments of this dispute; may be repeated', addKey)
    .option('--json', 'print each change as one line of JSON (default: if the output is not a terminal)')
    .option('--state <file>', 'store the position here after each line, and start from it next time')
    .addHelpText(
      'after',
      `${examples('demarche tail --dispute j2-8243', 'demarche tail https://record.example.org --state feed.cursor >> changes.ndjson')}
A service that asks for a token gets the one in ${TOKEN_VARIABLE}.\n`,
    )
    .action(runTail)
}

function readKinds(text: string): readonly string[] {
  const kinds = text.toUpperCase().split(',')
  if (kinds.every((kind) => (KINDS as readonly string[]).includes(kind))) return kinds
  throw new InvalidArgumentError(`Separate by commas: ${KINDS.join(', ').toLowerCase()}.`)
}

function addKey(key: string, keys: readonly string[] | undefined): readonly string[] {
  return [...(keys ?? []), key]
}

/**
 * The position is stored after its line has been written: a change is printed again if the process is killed in between, and never skipped.
 * The line of a change has no line feed of its own, and nothing in it reaches a terminal as a command.
 */
async function runTail(address: string, flags: Flags): Promise<void> {
  const { state, kinds, dispute: disputes } = flags
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(signal))
  const token = process.env[TOKEN_VARIABLE]
  const format = flags.json === true || !process.stdout.isTTY ? formatJson : formatLine
  let stored = state === undefined ? undefined : await readState(state)
  let isInterrupted = false
  const feed = follow<Tailed>({
    url: endpointOf(address),
    query,
    variables: { filter: { kinds, disputes } },
    after: stored ?? flags.after,
    headers: token ? { authorization: `Bearer ${token}` } : {},
    signal: stop.signal,
    onRetry(error, delay) {
      isInterrupted = true
      print(process.stderr, `${reasonOf(error)} Trying again in ${Math.ceil(delay / 1_000)} s.\n`)
    },
  })
  const show = async ({ data: { feed: message }, cursor }: FollowedMessage<Tailed>) => {
    if (isInterrupted) print(process.stderr, 'Connected again.\n')
    isInterrupted = false
    if (message.__typename === 'FeedChange') await printLine(format(message))
    if (state === undefined || cursor === stored) return
    await writeAtomically(state, (write) => write(`${cursor}\n`), { sync: false })
    stored = cursor
  }
  try {
    for await (const message of feed) await show(message)
  } catch (error) {
    if (stop.signal.aborted) return
    if (!(error instanceof FollowError)) throw error
    throw new DemarcheError('FEED_REFUSED', refusalOf(error, stored === undefined ? '--after' : state))
  }
}

/** The position that was stored in a file; undefined if it does not exist. Throws `MISCONFIGURED` for another file. */
async function readState(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new DemarcheError('MISCONFIGURED', `${file} cannot be read: ${error.code ?? 'unknown'}`)
  })
  if (text === undefined || /^[\w-]{1,500}\n$/.test(text)) return text?.trim()
  throw new DemarcheError('MISCONFIGURED', `${file} holds no position of demarche tail; name another file for --state`)
}

/** The address of `/graphql` of a service. Throws `MISCONFIGURED`. */
function endpointOf(address: string): string {
  if (!/^https?:\/\//.test(address) || !URL.canParse(address))
    throw new DemarcheError(
      'MISCONFIGURED',
      `"${address}" is not the address of a service; write it as http://localhost:4000`,
    )
  return address.replace(/(\/graphql)?\/*$/, '/graphql')
}

function reasonOf({ code, message, cause }: FollowError): string {
  if (code !== 'CONNECTION_LOST') return message.replace(/\.?$/, '.')
  // `fetch` names the reason in the cause of its error: an error of the system, or one of its own such as UND_ERR_SOCKET.
  const { code: reason } = ((cause as Error | undefined)?.cause ?? {}) as { code?: unknown }
  const isOfSystem = typeof reason === 'string' && /^E[A-Z0-9]+$/.test(reason)
  return isOfSystem ? `The connection failed: ${reason}.` : 'The connection was lost.'
}

/** In one line. `from` is where the position comes from. */
function refusalOf({ code, message }: FollowError, from = '--after'): string {
  const isPosition = code.startsWith('CURSOR_')
  const text = isPosition ? message.replace('Last-Event-ID', from).replace('the header', from) : message
  return `the service refuses the feed: ${text} (${code})`
}

/** A line as people read it: the date, the kind, what happened to the development if it is not new, the headline, and the sources. */
function formatLine({ kind, revision, development: { date, kind: of, headline, citations } }: Change): string {
  const note = revision.note === null ? '' : `: ${revision.note}`
  const change = kind === 'RECORDED' ? '' : `[${kind.toLowerCase()}${note}] `
  const [first, ...more] = [...new Set(citations.map(({ source }) => source.title))]
  const sources = first === undefined ? '' : ` · ${first}${more.length > 0 ? ` and ${more.length} more` : ''}`
  return `${date.shortLabel.padEnd(17)} ${of.toLowerCase().padEnd(9)} ${change}${headline}${sources}`
}

function formatJson({ cursor, at, kind, revision, development }: Change): string {
  return JSON.stringify({ cursor, at, kind, revision, development })
}

/** Resolves when the line has been written. If nobody reads it any more, the process ends. */
function printLine(line: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(`${redactTokens(escapeControls(line))}\n`, (error) => {
      if (error == null) resolve()
    })
  })
}
