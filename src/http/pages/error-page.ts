import { STATUS_CODES } from 'node:http'
import { html, layout, type Html } from './html.ts'

export interface ErrorPage {
  readonly status: number
  readonly message: string
  /** The keys of developments that may have been meant. */
  readonly nearest: readonly string[]
}

/** The page of an error: what is wrong, and where to go on. */
export function describeError({ status, message, nearest }: ErrorPage): Html {
  const title = [status, STATUS_CODES[status]].join(' ')
  return layout(
    `${title} · Demarche`,
    html`<h1>${title}</h1>
      <p>${nearest.length === 0 ? sentence(message) : suggest(message, nearest)}</p>
      <p><a href="/">The disputes on record</a> · <a href="/graphql">Playground</a></p>`,
  )
}

/** The nearest keys as links, in place of those that the message ends with. */
function suggest(message: string, nearest: readonly string[]): Html {
  const links = nearest.map((key, index) => html`${index > 0 && ', '}<a href="/developments/${key}">${key}</a>`)
  return html`${sentence(message.slice(0, message.lastIndexOf('; did you mean ')))} Did you mean ${links}?`
}

/**
 * Messages of the lower layers start with a small letter and have no full stop, because commands print them after a name. What
 * stands between backticks is code.
 */
function sentence(message: string): Html {
  const text = message.charAt(0).toUpperCase() + message.slice(1)
  const parts = (/[.?!…]$/.test(text) ? text : `${text}.`).split('`')
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`
}
