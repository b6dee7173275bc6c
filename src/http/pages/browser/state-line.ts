/** Milliseconds between two announcements to screen readers. */
const ANNOUNCED_EVERY = 30_000

const WORDS = {
  live: 'Live',
  paused: 'Paused',
  reconnecting: 'Reconnecting',
  offline: 'Offline',
  ended: 'Ended',
} as const

export type State = keyof typeof WORDS

/** The line in the header that says how current the page is. On screen it replaces what the page says without a script. */
export class StateLine {
  readonly #line: Element
  readonly #word = document.createElement('b')
  readonly #text = document.createElement('span')
  readonly #button = Object.assign(document.createElement('button'), { type: 'button' })
  readonly #status = document.createElement('p')
  #state: State | undefined
  #announcedAt = -ANNOUNCED_EVERY
  #announcing: ReturnType<typeof setTimeout> | undefined

  /** `onPress` is called for the button of the line: to pause, to go on, to try now, or to load the page again. */
  constructor(line: Element, onPress: () => void) {
    this.#line = line
    this.#button.addEventListener('click', onPress)
    this.#status.className = 'vh'
    this.#status.setAttribute('role', 'status')
    document.body.append(this.#status)
  }

  /** `at` is the last change while the page is live, and else the instant up to which it is complete. */
  show(state: State, at: string, reason: Words = { text: '' }): void {
    const { lead = '', text, rest = '', action } = describe(state, clock(at), reason)
    setText(this.#word, WORDS[state])
    this.#word.className = state === 'live' ? 'on' : 'off'
    if (this.#text.textContent !== lead + text + rest) this.#text.replaceChildren(wide(lead), text, wide(rest))
    setText(this.#button, action)
    if (!this.#line.contains(this.#word)) {
      this.#line.classList.add('live')
      this.#line.prepend(this.#word, this.#text, this.#button)
    }
    if (state !== this.#state) this.announce(`${WORDS[state]}. ${this.#text.textContent}`)
    this.#state = state
  }

  /** Tells screen readers, at most every 30 seconds: the last of the texts within that time, unless they know it. */
  announce(text: string): void {
    clearTimeout(this.#announcing)
    const wait = this.#announcedAt + ANNOUNCED_EVERY - performance.now()
    this.#announcing = setTimeout(() => text !== this.#status.textContent && this.answer(text), Math.max(wait, 0))
  }

  /** Tells screen readers at once what came of what the reader has just done. */
  answer(text: string): void {
    clearTimeout(this.#announcing)
    this.#announcedAt = performance.now()
    this.#status.textContent = text
  }
}

/** What the line says. The narrow layout hides the lead and the rest. */
export interface Words {
  readonly lead?: string
  readonly text: string
  readonly rest?: string
}

/** Each state has a button: one that goes takes the focus with it. */
function describe(state: State, at: string, reason: Words): Words & { readonly action: string } {
  switch (state) {
    case 'live':
      return { text: `Last change ${at}`, action: 'Pause' }
    case 'paused':
      return { text: `at ${at}`, action: 'Go on' }
    case 'reconnecting':
      return { lead: 'Complete ', text: `to ${at}`, action: 'Try now' }
    case 'offline':
      return { lead: 'Complete ', text: `to ${at}`, rest: '; all below can be read', action: 'Try now' }
    case 'ended':
      return { ...reason, action: 'Reload' }
  }
}

function wide(textContent: string): Element {
  return Object.assign(document.createElement('span'), { className: 'lg', textContent })
}

function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

const DAY = { day: 'numeric', month: 'short', timeZone: 'UTC' } as const

/** The time of an instant in UTC, with the day if that is not today, and its year if that is not this year. */
function clock(at: string): string {
  const instant = new Date(at)
  const [iso, now] = [instant.toISOString(), new Date().toISOString()]
  const time = `${iso.slice(11, 16)} UTC`
  if (iso.slice(0, 10) === now.slice(0, 10)) return time
  const year = iso.slice(0, 4) === now.slice(0, 4) ? {} : ({ year: 'numeric' } as const)
  return `${instant.toLocaleDateString('en-GB', { ...DAY, ...year })}, ${time}`
}
