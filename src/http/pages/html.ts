/*
 * HTML by tagged template. Whatever is put into a template is escaped, so text of the record can never become markup; only what a
 * template made itself goes in as it is. Attributes always stand in double quotes.
 */

/** Markup that a template made. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type Child = Html | string | number | null | undefined | false | readonly Child[]

/** `null`, `undefined` and `false` leave nothing; lists stand one item after the other. */
export function html(parts: TemplateStringsArray, ...children: readonly Child[]): Html {
  return new Html(parts.reduce((text, part, index) => text + render(children[index - 1]) + part))
}

/** An address for `href`: one that is not http(s) or within this service leads nowhere. */
export function href(address: string): string {
  return /^(https?:\/\/|\/(?!\/)|#)/i.test(address) ? address : '#'
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
