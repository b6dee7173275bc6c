import { TOKEN_NEEDED } from '../admission/authentication.ts'
import { capital, enumerate } from './parts/chips.ts'
import { html, type Html } from './parts/html.ts'
import { layout } from './parts/layout.ts'

export interface ErrorPage {
  readonly status: number
  readonly message: string
  /** The kind of the record that was asked for. */
  readonly kind: string | undefined
  /** The keys of records of that kind that may have been meant. */
  readonly nearest: readonly string[]
  readonly publicUrl: string
  /** Whether the address is that of a file. */
  readonly isFile: boolean
}

/** The page of an error: what is wrong, and where to go on. Where reading needs a token, it asks for one. */
export function describeError({ status, message, kind, nearest, publicUrl, isFile }: ErrorPage): string {
  const isSignIn = message === TOKEN_NEEDED
  const title = isSignIn ? 'Sign in to read' : titleOf(status, kind)
  const words = nearest.length === 0 ? sentence(message) : suggest(message, kind, nearest)
  const main = html`<h1>${title}</h1>
    <p>${isSignIn ? `This ${isFile ? 'file' : 'record'} is read with a token, which the operator of the service gives you.${isFile ? ' Sign in, and it is saved. In a tab in which you have signed in, a plain click on its link saves it at once.' : ''}` : words}</p>
    ${status === 401 ? SIGN_IN : html`<p class="m">HTTP status ${status}</p>`}
    <p><a href="/">The disputes on record</a> · <a href="/search">Search</a> · <a href="/graphql">Playground</a></p>`
  return layout({ title, className: 'error', crumbs: [{ name: title }], main }, { publicUrl, service: null })
}

/** What went wrong, in a few words that are no code. */
function titleOf(status: number, kind: string | undefined): string {
  if (status === 404) return kind === undefined ? 'There is no such page' : `There is no such ${kind}`
  return TITLES[status] ?? (status < 500 ? 'This address cannot be answered' : 'This page cannot be shown now')
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'This address cannot be read',
  401: 'This record is read with a token',
  403: 'This is not allowed',
  405: 'This address takes no such request',
  429: 'Too many requests',
}

/**
 * The script of the pages shows the form, which has its place until then, and sends the token in a header. The field has no name and the form
 * submits nothing, so that a token never gets into an address.
 */
const SIGN_IN = html`<form id="sign-in" method="dialog" inert>
    <p class="fr">
      <label for="token">Token</label>
      <input id="token" type="password" autocomplete="off" spellcheck="false" required />
      <button>Sign in</button>
    </p>
    <p class="m">This tab of the browser keeps the token until it is closed.</p>
  </form>
  <noscript><p>Signing in needs scripts, and this browser has them off.</p></noscript>`

/** The nearest keys as links, in place of those that the message ends with. */
function suggest(message: string, kind: string | undefined, nearest: readonly string[]): Html {
  const links = nearest.map((key) => (PATHED.has(kind) ? html`<a href="/${kind}s/${key}">${key}</a>` : key))
  return html`${sentence(message.slice(0, message.lastIndexOf('; did you mean ')))} Did you mean ${enumerate(links, 'or')}?`
}

/** The kinds of records that have pages. */
const PATHED: ReadonlySet<string | undefined> = new Set(['actor', 'claim', 'development', 'dispute', 'source'])

/**
 * Messages of the lower layers start with a small letter and have no full stop, because commands print them after a name. What
 * stands between backticks is code. Quotation marks are straight, as programs write them.
 */
function sentence(message: string): Html {
  const text = capital(message)
  const parts = (/[.?!…]$/.test(text) ? text : `${text}.`).split('`')
  return parts.map((part, index) =>
    index % 2 === 1 ? html`<code>${part}</code>` : part.replaceAll(/"([^"]*)"/g, '“$1”'),
  )
}
