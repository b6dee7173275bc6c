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

  /** `onPress` is called for the button of the line: to pause, to go on, or to load the page again. */
  constructor(line: Element, onPress: () => void) {
    this.#line = line
    this.#button.addEventListener('click', onPress)
    this.#status.className = 'vh'
    this.#status.setAttribute('role', 'status')
    document.body.append(this.#status)
  }

  /** `at` is the last change while the page is live, and else the instant up to which it is complete. */
  show(state: State, at: string, reason = ''): void {
    const { text, rest, action } = describe(state, clock(at), reason)
    setText(this.#word, WORDS[state])
    this.#word.className = state === 'live' ? 'on' : 'off'
    // The narrow layout hides the rest.
    setText(this.#text, text)
    if (rest) this.#text.append(Object.assign(document.createElement('span'), { className: 'lg', textContent: rest }))
    setText(this.#button, action)
    this.#button.hidden = action === ''
    if (!this.#line.contains(this.#word)) {
      this.#line.classList.add('live')
      this.#line.prepend(this.#word, this.#text, this.#button)
    }
    if (state !== this.#state) this.announce(`${WORDS[state]}. ${text}${rest}`)
    this.#state = state
  }

  /** Tells screen readers, at most every 30 seconds: the last of the texts within that time. */
  announce(text: string): void {
    clearTimeout(this.#announcing)
    const announce = () => {
      this.#announcedAt = performance.now()
      this.#status.textContent = text
    }
    const wait = this.#announcedAt + ANNOUNCED_EVERY - performance.now()
    this.#announcing = setTimeout(announce, Math.max(wait, 0))
  }
}

function describe(state: State, at: string, reason: string): { text: string; rest: string; action: string } {
  switch (state) {
    case 'live':
      return { text: `Last change ${at}`, rest: '', action: 'Pause' }
    case 'paused':
      return { text: `at ${at}`, rest: '', action: 'Go on' }
    case 'reconnecting':
      return { text: `Complete to ${at}`, rest: '', action: '' }
    case 'offline':
      return { text: `Complete to ${at}`, rest: '; all below can be read', action: '' }
    case 'ended':
      return { text: '', rest: reason, action: 'Load it again' }
  }
}

function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })

/** The time of an instant in UTC, with the day if that is not today. */
function clock(at: string): string {
  const instant = new Date(at)
  const iso = instant.toISOString()
  const time = `${iso.slice(11, 16)} UTC`
  return iso.slice(0, 10) === new Date().toISOString().slice(0, 10) ? time : `${DAY.format(instant)}, ${time}`
}
