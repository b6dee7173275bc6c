import { shortDated, type InShort } from './dates.ts'
import { html, joined, recorded, type Html } from './html.ts'
import type { momentsIn } from './moments.ts'

/** A record that has a page of its own, and the text that names it. */
interface Named {
  readonly key: string
  readonly name: string
}

/** A link to another site. An address that is not http(s) is not linked. */
export function link(url: string | null, text: Html): Html {
  return url !== null && /^https?:\/\//i.test(url) ? html`<a href="${url}">${text}</a>` : text
}

/** `className` is `hl` where the headline stands in a running text. */
export function developmentLink(
  { key, headline }: { readonly key: string; readonly headline: string },
  className?: string,
): Html {
  return html`<a href="/developments/${key}" class="${className}">${recorded(headline)}</a>`
}

/** The same with its date. */
export function datedLink(
  development: { readonly key: string; readonly headline: string; readonly date: InShort },
  className?: string,
): Html {
  return html`${developmentLink(development, className)} <span class="d">${shortDated(development.date)}</span>`
}

/** The date of what a development says, as a link to it. */
export function dateLink({ key }: { readonly key: string }, date: InShort): Html {
  return html`<a href="/developments/${key}" class="d">${shortDated(date)}</a>`
}

export function actorLink({ key, name }: Named): Html {
  return html`<a href="/actors/${key}">${recorded(name)}</a>`
}

/** Several actors, each as a link. */
export function actorLinks(actors: readonly Named[]): Html {
  return joined(actors.map(actorLink))
}

export function claimLink(
  { key, proposition }: { readonly key: string; readonly proposition: string },
  className?: string,
): Html {
  return html`<a href="/claims/${key}" class="${className}">${recorded(proposition)}</a>`
}

export function sourceLink({ key, name }: Named): Html {
  return html`<a href="/sources/${key}">${recorded(name)}</a>`
}

/** The address that opens a worked query or a query of the pages in the playground, by the name of its operation. */
export function playgroundLink(operationName: string, variables?: object): string {
  const query = new URLSearchParams({ operationName, ...(variables && { variables: JSON.stringify(variables) }) })
  return `/graphql?${query}`
}

/** What leads to the query of a part of a page, with other links (`more`), and what the query gives beyond the page. */
export function queryTools(operation: string, variables: object, more?: Html, beyond?: Html): Html {
  return html`<p class="tools"><a href="${playgroundLink(operation, variables)}">Query</a>${beyond}${more && html` ${more}`}</p>`
}

/** An address with the moments of the page that links to it. What it says of a moment itself, it keeps. */
export function carry(href: string, moments: ReturnType<typeof momentsIn>): string {
  const [, path = '', query = '', fragment = ''] = /^([^?#]*)\??([^#]*)(.*)$/.exec(href) ?? []
  const parameters = new URLSearchParams(query)
  const added = moments.filter(([name]) => !parameters.has(name)).map(([name, value]) => [name, value])
  const all = [query, new URLSearchParams(added).toString()].filter(Boolean).join('&')
  return `${path}${all && `?${all}`}${fragment}`
}

/** A path with parameters. Those without a value are left out. */
export function address(path: string, parameters: Readonly<Record<string, string | null | undefined>>): string {
  const entries = Object.entries(parameters).flatMap(([name, value]) => (value ? [[name, value]] : []))
  return entries.length === 0 ? path : `${path}?${new URLSearchParams(entries)}`
}

/** Variables of a query without those that are not given. */
export function given<Variables extends object>(variables: Variables): Partial<Variables> {
  // Leaving out entries makes the type partial.
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== null)) as Partial<Variables>
}

/** A path with the parameters of a page but for some. */
export function without(path: string, parameters: URLSearchParams, names: readonly string[]): string {
  const rest = new URLSearchParams([...parameters].filter(([name]) => !names.includes(name)))
  return rest.size > 0 ? `${path}?${rest}` : path
}
