import { signIn } from './address.ts'
import { sendTokenWithFiles } from './download.ts'
import { Live } from './live.ts'

/** Milliseconds that a hidden page stays connected. */
const HIDDEN = 60_000

/** Everything that the script does for a page. Without it, the page is whole. */
function start(): void {
  const form = document.querySelector<HTMLFormElement>('#sign-in')
  if (form) {
    sendTokenWithFiles()
    signIn(form, start)
    return
  }
  const line = document.querySelector<HTMLElement>('.state[data-follows]')
  if (!line) return
  const live = new Live(line)
  let closing: ReturnType<typeof setTimeout> | undefined
  document.addEventListener('visibilitychange', () => {
    clearTimeout(closing)
    if (document.hidden) closing = setTimeout(() => live.close(), HIDDEN)
    else live.open()
  })
  // An open connection keeps a page out of the cache for going back.
  addEventListener('pagehide', () => live.close())
  addEventListener('pageshow', (event) => event.persisted && live.open())
  addEventListener('online', () => {
    live.close()
    live.open()
  })
  live.open()
}

start()
