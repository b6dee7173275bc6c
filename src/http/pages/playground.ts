import { sendPage, type RequestContext } from '../request-context.ts'
import type { WorkedQuery } from './assets.ts'
import { html, printDocument, type Html } from './parts/html.ts'
import { playgroundLink } from './parts/links.ts'

/** The only inline style of GraphiQL: while a dialog is open, the page behind it does not scroll. */
const SCROLL_LOCK = "'sha256-nzTgYzXYDNe6BAHiiI7NNlfK8n/auuOAhh2t92YvuXo='"

/** Everything comes from this service. Fonts and cursors are data URLs of the style sheet. No other inline script or style is allowed. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' ${SCROLL_LOCK}`,
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export function servePlayground(context: RequestContext, page: string): Response {
  return sendPage(context, page, { policy: POLICY, headers: { 'cache-control': 'no-cache' } })
}

/** GraphiQL with worked queries. */
export function describePlayground(queries: readonly WorkedQuery[]): string {
  return printDocument(html`<head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Demarche playground</title>
        <link rel="icon" href="/assets/icon.svg" />
        <link rel="stylesheet" href="/assets/graphiql.css" />
        <link rel="stylesheet" href="/assets/explorer.css" />
        <link rel="stylesheet" href="/assets/playground.css" />
        <script src="/assets/react.js" defer></script>
        <script src="/assets/react-dom.js" defer></script>
        <script src="/assets/graphiql.js" defer></script>
        <script src="/assets/explorer.js" defer></script>
        <script src="/assets/live.js" defer></script>
        <script src="/assets/playground.js" defer></script>
      </head>
      <body>
        <header>
          <h1><a href="/">Demarche</a></h1>
          <label>Token <input id="token" type="password" autocomplete="off" spellcheck="false" /></label>
          <details id="worked-queries" open>
            <summary>Worked queries</summary>
            <nav id="queries" aria-label="Worked queries">
              ${[...Map.groupBy(queries, ({ question }) => question)].map(describeGroup)}
            </nav>
          </details>
        </header>
        <main id="graphiql"><p class="waiting">The playground is loading. It needs JavaScript.</p></main>
        <p id="notice" role="status"></p>
      </body>`)
}

function describeGroup([question, queries]: readonly [string, readonly WorkedQuery[]]): Html {
  return html`<h2>${question}</h2>
    <ul>
      ${queries.map(({ title, name }) => html`<li><a href="${playgroundLink(name)}">${title}</a></li>`)}
    </ul>`
}
