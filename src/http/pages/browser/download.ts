import { isFile } from '../parts/file-path.ts'
import { authorization } from './address.ts'
import { save } from './save.ts'

/** Makes links to files send the token of the tab: a browser that follows a link sends none. */
export function sendTokenWithFiles(): void {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (!link || link.origin !== location.origin || !isFile(link.pathname)) return
    event.preventDefault()
    if (link.ariaBusy !== 'true') void download(link)
  })
}

/** Saves the file that a link leads to. The browser holds the content of a blob on disk if it is large. */
async function download(link: HTMLAnchorElement): Promise<void> {
  if (link.nextElementSibling?.matches('.flag')) link.nextElementSibling.remove()
  link.ariaBusy = 'true'
  try {
    const response = await fetch(link.href, { headers: authorization() })
    if (!response.ok) throw new Error(await messageOf(response))
    await save(response)
  } catch (error) {
    const problem = Object.assign(document.createElement('span'), { className: 'flag', role: 'alert' })
    problem.textContent =
      error instanceof TypeError ? 'The service does not answer.' : String(error).replace('Error: ', '')
    link.after(problem)
  } finally {
    link.ariaBusy = null
  }
}

async function messageOf(response: Response): Promise<string> {
  const body = (await response.json().catch(() => null)) as { errors?: { message?: string }[] } | null
  return body?.errors?.[0]?.message ?? `The service answers with status ${response.status}.`
}
