import { minute } from './dates.ts'
import { html, type Html } from './html.ts'

/** How to cite a page as it is: its title, and the address that shows it unchanged for ever. */
export function citeSection(what: string, { title, url, at }: { title: string; url: string; at: string }): Html {
  return html`<section class="citebox" id="cite">
    <h2>Cite this ${what}</h2>
    <p class="cite">“<bdi dir="auto">${title}</bdi>”, Demarche, as recorded on ${minute(at)}. <span class="url">${url}?known=${at}</span></p>
  </section>`
}
