import htm from 'htm'
import { createContext, h, type ComponentType, type VNode } from 'preact'
import { useContext } from 'preact/hooks'
import { renderToString } from 'preact-render-to-string'

/*
 * HTML by tagged templates. Text and attribute values are escaped when a page is rendered, so text of the record never becomes markup.
 *
 * A line break renders nothing at the edge of a text, with the spaces around it: write the space between two values on one line, or as
 * `${' '}`. `null`, `undefined`, booleans and `''` render nothing, and as the value of an attribute leave it out, except that `true` and
 * `''` set it.
 *
 * Each `<a>` takes the moments of its page along where it leads to another page (see `carry`), but for one with `exact`.
 */

/** What a template makes, and what it takes. The items of a list are rendered one after the other. */
export type Html = VNode | string | number | boolean | null | undefined | readonly Html[]

export const html: (strings: TemplateStringsArray, ...values: readonly Html[]) => Html =
  // Its types are those of its CommonJS form.
  (htm as unknown as typeof htm.default).bind((type: string, props: Anchor | null, ...children: readonly Html[]) =>
    h(type === 'a' ? Link : type, props, ...children),
  )

interface Anchor {
  readonly href?: string
  /** Whether the address is shown as it is. */
  readonly exact?: boolean
}

/** What a document makes of the address of each link. */
type Written = (href: string) => string

const Links = createContext<Written>((href) => href)

const Link: ComponentType<Anchor> = ({ exact, ...props }) => {
  const written = useContext(Links)
  return h('a', exact || props.href === undefined ? props : { ...props, href: written(props.href) })
}

/** A text of the record within a line. It has its own direction, so that Arabic or Hebrew leaves the text around it in order. */
export function recorded(text: string): Html {
  return html`<bdi dir="auto">${text}</bdi>`
}

/** Data for programs within a page, which browsers never run. */
export function dataBlock(type: string, value: unknown): Html {
  // `</script>` in a text must not end the element.
  const __html = JSON.stringify(value).replaceAll('<', String.raw`\u003c`)
  // A node of an element with its own properties is a node.
  return h('script', { type, dangerouslySetInnerHTML: { __html } }) as VNode
}

/** A whole document, with its links written as it says. */
export function printDocument(root: Html, written: Written = (href) => href): string {
  return `<!doctype html>\n${renderToString(h(Links.Provider, { value: written }, h('html', { lang: 'en' }, root)))}\n`
}

/** Puts a separator between the items that render something. */
export function joined(items: readonly Html[], separator: Html = ', '): readonly Html[] {
  const shown = items.filter((item) => item !== null && item !== undefined && typeof item !== 'boolean' && item !== '')
  return shown.map((item, index) => (index > 0 ? [separator, item] : item))
}
