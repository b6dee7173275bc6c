import { parseEdtf } from '../../model/dates/edtf.ts'
import { labelEdtf } from '../../model/dates/label.ts'

/*
 * HTML by tagged templates. A template escapes every value except markup that another template made, so text of the record never becomes
 * markup. Attribute values stand in double quotes.
 */

/** Markup made by a template. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type Child = Html | string | number | null | undefined | false | readonly Child[]

/** `null`, `undefined`, `false` and `''` render nothing. The items of a list are rendered one after the other. */
export function html(parts: TemplateStringsArray, ...children: readonly Child[]): Html {
  return new Html(parts.reduce((text, part, index) => text + render(children[index - 1]) + part))
}

/** A text of the record within a line. It has its own direction, so that Arabic or Hebrew leaves the text around it in order. */
export function recorded(text: string): Html {
  return html`<bdi dir="auto">${text}</bdi>`
}

/** The day of an instant, in UTC, in the form of all dates of the pages: `9 October 2025`. */
export function day(instant: string): string {
  return labelEdtf(parseEdtf(instant.slice(0, 10)))
}

/** The value of an `href` attribute. An address that is neither http(s) nor within this service becomes `#`. */
export function href(address: string): string {
  return /^(https?:\/\/|\/(?!\/)|#)/i.test(address) ? address : '#'
}

/** The address that opens a worked query in the playground, by the name of its operation. */
export function playgroundLink(operationName: string, variables?: Readonly<Record<string, string>>): string {
  const link = new URLSearchParams({ operationName, ...(variables && { variables: JSON.stringify(variables) }) })
  return `/graphql?${link}`
}

/** A whole page around its content. */
export function layout(title: string, ...content: readonly Child[]): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="/assets/icon.svg" />
        <link rel="stylesheet" href="/assets/page.css" />
      </head>
      <body>
        <header><a href="/">Demarche</a></header>
        <main>${content}</main>
      </body>
    </html> `
}

function render(child: Child): string {
  if (child === null || child === undefined || child === false) return ''
  if (child instanceof Html) return child.text
  if (isList(child)) return child.map(render).join('')
  return String(child).replace(/[&<>"']/g, (character) => ESCAPES.get(character) ?? character)
}

function isList(child: Child): child is readonly Child[] {
  return Array.isArray(child)
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
])
