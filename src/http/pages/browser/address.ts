import { isFile } from '../parts/file-path.ts'
import { save } from './save.ts'

/** The name under which the session keeps the token, here and in the playground. */
const TOKEN = 'demarche:token'

/** The header with the token of this tab, if it has one. */
export function authorization(): { readonly authorization?: string } {
  const token = sessionStorage.getItem(TOKEN)
  return token === null ? {} : { authorization: `Bearer ${token}` }
}

/** The page at the address of the window, as it is now, and not before a cursor that was seen. */
export async function loadPage(after?: string): Promise<{ readonly status: number; readonly page: Document }> {
  const headers = { accept: 'text/html', ...(after !== undefined && { 'demarche-after': after }), ...authorization() }
  const response = await fetch(location.href, { headers, cache: 'no-cache' })
  return { status: response.status, page: new DOMParser().parseFromString(await response.text(), 'text/html') }
}

/**
 * Where reading needs a token, the page is only a form. A token that the tab has is tried at once. Calls `onPage` once the page has come in
 * place of the form.
 */
export function signIn(form: HTMLFormElement, onPage: () => void): void {
  const field = form.querySelector<HTMLInputElement>('input')
  const problem = Object.assign(document.createElement('p'), { className: 'flag', id: 'token-problem' })
  const enter = async () => {
    if (isFile(location.pathname)) return enterFile()
    const { status, page } = await loadPage()
    if (status === 401) {
      sessionStorage.removeItem(TOKEN)
      refuse('The service does not know this token, or it is no longer valid.')
      return
    }
    document.title = page.title
    document.body.replaceWith(page.body)
    offerSignOut()
    focusHeadline()
    document.getElementById(location.hash.slice(1))?.scrollIntoView()
    onPage()
  }
  /** The address is that of a file: a browser that opens it in a tab sends no token. */
  const enterFile = async () => {
    const response = await fetch(location.href, { headers: authorization() })
    if (response.status === 401) {
      sessionStorage.removeItem(TOKEN)
      return refuse('The service does not know this token, or it is no longer valid.')
    }
    if (!response.ok) return refuse(`The service answers with status ${response.status}.`)
    await save(response)
    const saved = Object.assign(document.createElement('p'), { textContent: 'The file is saved.', tabIndex: -1 })
    saved.setAttribute('role', 'status')
    form.replaceWith(saved)
    saved.focus()
  }
  const refuse = (text: string) => {
    form.inert = false
    problem.textContent = text
    form.append(problem)
    field?.setAttribute('aria-invalid', 'true')
    field?.setAttribute('aria-describedby', problem.id)
    field?.focus()
  }
  const attempt = () => enter().catch(() => refuse('The service does not answer. Try again.'))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    sessionStorage.setItem(TOKEN, field?.value.trim().replace(/^bearer +/i, '') ?? '')
    void attempt()
  })
  if (sessionStorage.getItem(TOKEN) === null) form.inert = false
  else void attempt()
}

/** The field that had the focus is gone: a reader goes on at the start of the page. */
function focusHeadline(): void {
  const headline = document.querySelector<HTMLElement>('h1')
  if (!headline) return
  headline.tabIndex = -1
  headline.focus({ preventScroll: true })
}

/** A button in the header, which stays while the page is renewed. Without the token, the page is the form again. */
function offerSignOut(): void {
  const button = Object.assign(document.createElement('button'), { type: 'button', textContent: 'Sign out' })
  button.addEventListener('click', () => {
    sessionStorage.removeItem(TOKEN)
    location.reload()
  })
  const line = Object.assign(document.createElement('p'), { className: 'out' })
  line.append(button)
  document.querySelector('.top')?.append(line)
}
