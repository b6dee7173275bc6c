import { html, recorded, type Html } from './html.ts'

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

export function actorLink({ key, name }: Named): Html {
  return html`<a href="/actors/${key}">${recorded(name)}</a>`
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
export function playgroundLink(operationName: string, variables?: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams({ operationName, ...(variables && { variables: JSON.stringify(variables) }) })
  return `/graphql?${query}`
}

/** A path with parameters. Those without a value are left out. */
export function address(path: string, parameters: Readonly<Record<string, string | null | undefined>>): string {
  const entries = Object.entries(parameters).flatMap(([name, value]) => (value ? [[name, value]] : []))
  return entries.length === 0 ? path : `${path}?${new URLSearchParams(entries)}`
}
