import { authorization } from './address.ts'

/** Paths of files. Of the pages, the browser asks without the token, and each then tries the one that the tab has. */
const FILE = /^\/export\/|\.(atom|graphql|json)$/

/** Makes links to files send the token of the tab: a browser that follows a link sends none. */
export function sendTokenWithFiles(): void {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (!link || link.origin !== location.origin || !FILE.test(link.pathname)) return
    event.preventDefault()
    if (link.ariaBusy !== 'true') void download(link)
  })
}

/** Saves the file under the name that the server gives it. The browser holds the content of a blob on disk if it is large. */
async function download(link: HTMLAnchorElement): Promise<void> {
  if (link.nextElementSibling?.matches('.flag')) link.nextElementSibling.remove()
  link.ariaBusy = 'true'
  try {
    const response = await fetch(link.href, { headers: authorization() })
    if (!response.ok) throw new Error(await messageOf(response))
    const named = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1]
    const href = URL.createObjectURL(await response.blob())
    const saved = document.createElement('a')
    saved.href = href
    saved.download = named ?? link.pathname.slice(link.pathname.lastIndexOf('/') + 1)
    saved.click()
    setTimeout(() => URL.revokeObjectURL(href), RELEASED)
  } catch (error) {
    const problem = Object.assign(document.createElement('span'), { className: 'flag', role: 'alert' })
    problem.textContent =
      error instanceof TypeError ? 'The service does not answer.' : String(error).replace('Error: ', '')
    link.after(problem)
  } finally {
    link.ariaBusy = null
  }
}

/** Milliseconds after which the browser has begun to save a file. */
const RELEASED = 60_000

async function messageOf(response: Response): Promise<string> {
  const body = (await response.json().catch(() => null)) as { errors?: { message?: string }[] } | null
  return body?.errors?.[0]?.message ?? `The service answers with status ${response.status}.`
}
