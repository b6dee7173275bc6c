import { html, type Child, type Html } from './html.ts'

/** A whole page around its content. */
export function layout(title: string, ...content: readonly Child[]): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="/assets/icon.svg" />
        <link rel="stylesheet" href="${STYLE}" />
      </head>
      <body>
        <header><a href="/">Demarche</a></header>
        <main>${content}</main>
      </body>
    </html> `
}

/** Where the style of these pages is served. */
const STYLE = '/assets/page.css'
