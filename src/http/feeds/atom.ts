import { renderToString } from 'preact-render-to-string'
import type { VNode } from 'preact'
import { html } from '../pages/parts/html.ts'
import type { FeedDocument } from './feed-document.ts'

/** What XML 1.0 forbids, also as a reference: control characters, lone surrogates, U+FFFE and U+FFFF. */
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu

/** An Atom feed (RFC 4287), paged by RFC 5005. */
export function printAtom({ id, title, home, self, next, updatedAt, entries }: FeedDocument): string {
  const feed = html`<feed xmlns="http://www.w3.org/2005/Atom">
    <id>${id}</id>
    <title>${title}</title>
    <updated>${updatedAt}</updated>
    <author><name>Demarche</name></author>
    <link rel="self" type="application/atom+xml" href="${self}" />
    <link rel="alternate" type="text/html" href="${home}" />
    ${next !== undefined && html`<link rel="next" type="application/atom+xml" href="${next}" />`}
    ${entries.map(
      (entry) =>
        html`<entry>
          <id>${entry.id}</id>
          <title>${entry.title}</title>
          <link rel="alternate" type="text/html" href="${entry.url}" />
          <published>${entry.publishedAt}</published>
          <updated>${entry.updatedAt}</updated>
          ${entry.authors.map((name) => html`<author><name>${name}</name></author>`)}
          ${entry.categories.map(({ term, label }) => html`<category term="${term}" label="${label}" />`)}
          <summary>${entry.summary}</summary>
        </entry>`,
    )}
  </feed>`
  // A template with one root is one node.
  return `<?xml version="1.0" encoding="utf-8"?>\n${renderToString(feed as VNode)}\n`
    .replaceAll(FORBIDDEN, '')
    .replaceAll(']]>', ']]&gt;')
}
