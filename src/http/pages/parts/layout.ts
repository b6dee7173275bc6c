import type { FrameData } from '../../../../schema/page-data.d.ts'
import { clip } from '../../../model/errors.ts'
import { counted } from './chips.ts'
import { instant } from './dates.ts'
import { dataBlock, html, printDocument, type Html } from './html.ts'

/** What a page shows within the frame that all pages have. */
export interface Document {
  /** The heading of the page, as browsers list it. */
  readonly title: string
  /** In one or two sentences, for search engines and previews. It is shortened. */
  readonly description?: string | undefined
  /** The path of the page, without its parameters. Undefined for an error. */
  readonly path?: string | undefined
  /** The class of the body. */
  readonly className?: string | undefined
  /** The way to the page, from the list of disputes down. The last one is the page itself. */
  readonly crumbs: readonly Crumb[]
  /** The instant that the page shows the record at, if not the last change. */
  readonly asOf?: string | undefined
  /** The filter of the feed for what changes the page, if it is to follow the record. */
  readonly follows?: Readonly<Record<string, readonly string[]>> | undefined
  /** JSON-LD. */
  readonly data?: object | undefined
  /** Symbols of SVG that this page needs beside the shared ones. */
  readonly symbols?: Html
  readonly main: Html
}

interface Crumb {
  readonly name: Html
  /** Undefined for the page itself. */
  readonly href?: string | undefined
}

export interface Frame {
  /** Without a trailing slash. */
  readonly publicUrl: string
  /** Null where the record cannot be read, or not by this reader. */
  readonly service: FrameData['service'] | null
  /** What the page makes of the addresses of its links. */
  readonly written?: ((href: string) => string) | undefined
}

/** The whole document of a page. */
export function layout(document: Document, { publicUrl, service, written }: Frame): string {
  const { title, description, path, className, crumbs, asOf, follows, data, symbols, main } = document
  const at = asOf ?? service?.headAt
  const disputes = follows?.['disputes'] ?? []
  const only = disputes.length > 0 ? `?${new URLSearchParams(disputes.map((key) => ['disputes', key]))}` : ''
  const root = [
    html`<head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>${title === BRAND ? BRAND : `${title} · ${BRAND}`}</title>
      ${description && html`<meta name="description" content="${shorten(description)}" />`}
      <meta name="color-scheme" content="light dark" />
      <link rel="icon" href="/assets/icon.svg" />
      <link rel="stylesheet" href="/assets/page.css" />
      <script type="module" src="/assets/page.js"></script>
      ${path !== undefined && html`<link rel="canonical" href="${publicUrl + path}" />`}
      ${service && FEEDS.map(([type, feed]) => html`<link rel="alternate" type="${type}" title="Newly recorded developments" href="${feed}${only}" />`)}
      ${data !== undefined && dataBlock('application/ld+json', data)}
    </head>`,
    html`<body class="${className}">
      <a class="skip" href="#main">Skip to the content</a>
      <header class="top">
        <p class="brand"><a href="/">${BRAND}</a></p>
        <nav aria-label="You are here">
          <ol>${crumbs.map(({ name, href }) =>
            href === undefined
              ? html`<li aria-current="page">${name}</li>`
              : html`<li><a href="${href}">${name}</a></li>`,
          )}</ol>
        </nav>
        ${service && html`<p class="state" data-cursor="${service.head}" data-follows="${follows && JSON.stringify(follows)}"><span class="paper">${at ? html`Record as of ${instant(at)}` : 'Nothing is recorded yet'}</span></p>`}
      </header>
      ${service && html`<svg class="defs" width="0" height="0" aria-hidden="true" focusable="false">${SYMBOLS}${symbols}</svg>`}
      <main id="main">${main}</main>
      <footer class="foot">
        <nav aria-label="About this service">
          <ul>
            <li><a href="/">All disputes</a></li>
            <li><a href="/search">Search</a></li>
            <li><a href="/graphql">Query it yourself</a></li>
            <li><a href="/schema.graphql">Schema</a></li>
            <li><a href="/feed.atom${only}">Atom</a></li>
            <li><a href="/feed.json${only}">JSON Feed</a></li>
          </ul>
        </nav>
        ${service && describeService(service)}
      </footer>
    </body>`,
  ]
  return printDocument(root, written)
}

const BRAND = 'Demarche'

const FEEDS = [
  ['application/atom+xml', '/feed.atom'],
  ['application/feed+json', '/feed.json'],
] as const

function describeService({ version, developments, recordedFrom }: FrameData['service']): Html {
  return html`<p>
    Demarche ${version} keeps what was reported about a dispute, with its sources. It does not say who is right.${' '}
    ${counted(developments, 'development')}${recordedFrom && html`, recorded from ${instant(recordedFrom)}`}.
  </p>`
}

/** Characters of a description that search engines and previews show. */
const DESCRIPTION = 155

function shorten(text: string): string {
  return text.length <= DESCRIPTION ? text : clip(text, DESCRIPTION).replace(/\s+\S*…$/, '…')
}

/**
 * The marks of dates and answers. Their widths are percentages of the chart that uses them: a day (`d`, about `da`), once within (`w`, with
 * rough bounds `wa`), all that time (`b`, still so `o`), with an unknown start (`u`), and the answers to a demand (`r0` to `r5`, `r6` contested,
 * `r7` no longer demanded).
 */
const SYMBOLS = html`
  <symbol id="d" overflow="visible"><circle r="4.5" /></symbol>
  <symbol id="da" overflow="visible"><circle r="4" class="h" /></symbol>
  <symbol id="w" overflow="visible"><line x2="100%" y1="4" y2="4" /><line y2="8" /><line x1="100%" x2="100%" y2="8" /></symbol>
  <symbol id="wa" overflow="visible"><line x2="100%" y1="4" y2="4" class="da" /><line y2="8" /><line x1="100%" x2="100%" y2="8" /></symbol>
  <symbol id="b" overflow="visible"><rect width="100%" height="8" /></symbol>
  <symbol id="o" overflow="visible"><rect width="100%" height="8" /><svg x="100%" overflow="visible"><path d="M-1-1l8 5-8 5z" /></svg></symbol>
  <symbol id="u" overflow="visible"><line x2="100%" y1="4" y2="4" /><line x1="100%" x2="100%" y2="8" /><path d="M-1 4l6-4v8z" /></symbol>
  <symbol id="r0" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.5" class="h da" /></symbol>
  <symbol id="r1" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.5" class="h" /></symbol>
  <symbol id="r2" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.5" class="h" /><path d="M8 8V1.5A6.5 6.5 0 0 1 14.5 8z" /></symbol>
  <symbol id="r3" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.5" class="h" /><path d="M8 1.5a6.5 6.5 0 0 1 0 13z" /></symbol>
  <symbol id="r4" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.5" class="h" /><path d="M8 8H1.5A6.5 6.5 0 1 0 8 1.5z" /></symbol>
  <symbol id="r5" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.5" class="f" /></symbol>
  <symbol id="r6" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.5" class="h" /><path d="M8 1.5a6.5 6.5 0 0 1 0 13l2-4-3.5-2.5 2-3z" /></symbol>
  <symbol id="r7" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.5" class="h" /><line x1="3.5" x2="12.5" y1="12.5" y2="3.5" /></symbol>
`
