import { follow, FollowError, type Following } from '../../../client/follow.ts'
import { authorization, loadPage } from './address.ts'
import { News, type Change } from './news.ts'
import { socketFetch } from './socket-fetch.ts'
import { StateLine, type State, type Words } from './state-line.ts'
import { swap } from './swap.ts'

/*
 * Keeps a page current. It follows the feed from the state of the record that the page shows, counts what comes, and changes nothing on the page
 * until the reader asks for it. The new version then says from which state on to follow, so that nothing is offered twice and nothing is lost.
 */

/** Variables are the same for all readers of a page: the service answers them together. */
const FEED = `subscription Page($after: FeedCursor, $filter: FeedFilter) {
  feed(after: $after, filter: $filter) {
    __typename at ... on FeedChange { kind development { key headline date { label } } }
  }
}`

interface Message {
  readonly feed: { readonly __typename: string; readonly at: string } & Partial<Change>
}

/** Milliseconds without a message after which the page says that it connects again. Heartbeats come every 15 seconds. */
const SILENCE = 40_000

/** Failures in a row after which the service counts as out of reach. */
const FAILURES = 3

/** Milliseconds between two changes of what is shown, when many messages come at once. */
const PACE = 200

/** Milliseconds before words say that a new version is loading. */
const PATIENCE = 400

export class Live {
  readonly #line: StateLine
  readonly #news: News
  readonly #isAuto = new URLSearchParams(location.search).get('live') === 'auto'
  readonly #title = document.title
  #filter: object
  #cursor: string | undefined
  #feed: Following<Message> | undefined
  #state: State = 'reconnecting'
  #failures = 0
  /** The last change that the page knows of, and the instant up to which it knows all. */
  #changedAt: string
  #completeTo: string
  #isRenderDue = false
  #isLoading = false

  /** `line` is the line in the header, with the cursor of the page and what it follows. */
  constructor(line: HTMLElement) {
    const { cursor, follows } = line.dataset
    this.#cursor = cursor
    this.#filter = JSON.parse(follows ?? '{}') as object
    this.#changedAt = this.#completeTo = line.querySelector('time')?.dateTime ?? new Date().toISOString()
    this.#line = new StateLine(line, () => this.#press())
    this.#news = new News('disputes' in this.#filter ? 'in this dispute' : '', () => void this.#show())
  }

  /** Opens the feed, unless the reader has paused it or it has ended. */
  open(): void {
    if (this.#feed || this.#state === 'paused' || this.#state === 'ended') return
    void this.#read(
      follow<Message>({
        url: '/graphql',
        query: FEED,
        variables: { filter: this.#filter },
        after: this.#cursor,
        headers: authorization,
        fetch: socketFetch,
        silence: SILENCE,
        onRetry: () => {
          this.#failures++
          this.#enter(this.#failures < FAILURES ? 'reconnecting' : 'offline')
        },
      }),
    )
  }

  /** Closes the feed. The next one goes on where it was. */
  close(): void {
    this.#cursor = this.#feed?.cursor ?? this.#cursor
    void this.#feed?.return()
    this.#feed = undefined
  }

  async #read(feed: Following<Message>): Promise<void> {
    this.#feed = feed
    try {
      for await (const { data } of feed) {
        if (feed !== this.#feed) return
        this.#receive(data.feed)
      }
    } catch (error) {
      if (feed !== this.#feed) return
      this.#feed = undefined
      this.#end(error)
    }
  }

  #receive({ at, kind, development }: Message['feed']): void {
    this.#failures = 0
    this.#state = 'live'
    this.#completeTo = at
    if (kind !== undefined && development !== undefined) {
      this.#changedAt = at
      const wasOver = this.#news.isOver
      this.#news.add({ kind, development })
      if (this.#news.isOver && !wasOver) this.#skip()
    }
    if (this.#isRenderDue) return
    this.#isRenderDue = true
    setTimeout(() => {
      this.#isRenderDue = false
      this.#render()
    }, PACE)
  }

  /** More came than is counted. The page asks for all of it at once when it is shown, and until then follows from now on. */
  #skip(): void {
    this.close()
    this.#cursor = undefined
    this.open()
  }

  #render(): void {
    this.#enter(this.#state)
    if (this.#isLoading) return
    this.#news.render()
    const { isEmpty, summary } = this.#news
    document.title = isEmpty ? this.#title : `(${summary}) ${this.#title}`
    if (isEmpty) return
    this.#line.announce(`${summary}. Show it under the headline.`)
    if (this.#isAuto && !isReading()) void this.#show()
  }

  #enter(state: State, reason?: Words): void {
    this.#state = state
    this.#line.show(state, state === 'live' ? this.#changedAt : this.#completeTo, reason)
  }

  #press(): void {
    if (this.#state === 'ended') return location.reload()
    const isPause = this.#state === 'live'
    this.close()
    this.#enter(isPause ? 'paused' : 'reconnecting')
    if (!isPause) this.open()
  }

  /** Refusals that a later attempt would meet again. */
  #end(error: unknown): void {
    const code = error instanceof FollowError ? error.code : ''
    if (code.startsWith('CURSOR_')) this.#enter('ended', { text: 'Record replaced', rest: ', or restored from a copy' })
    else if (code === 'UNAUTHENTICATED') this.#enter('ended', { text: 'Token no longer valid' })
    else this.#enter('ended', { text: 'Refused', rest: ' by the service' })
  }

  async #show(): Promise<void> {
    if (this.#isLoading) return
    this.#isLoading = true
    const main = document.querySelector('main')
    main?.setAttribute('aria-busy', 'true')
    const waiting = setTimeout(() => this.#news.wait(), PATIENCE)
    try {
      // Another node, which may be behind, must not take the page back. Once the feed has ended, its cursor may mean nothing.
      const seen = this.#state === 'ended' ? undefined : (this.#feed?.cursor ?? this.#cursor)
      const { status, page } = await loadPage(seen)
      const line = page.querySelector<HTMLElement>('.state')
      if (status !== 200 || !line) throw new Error(`it answers with status ${status}`)
      const isFocused = this.#news.element.contains(document.activeElement)
      swap(page, this.#news)
      this.#line.answer('')
      if (isFocused) this.#news.element.focus({ preventScroll: true })
      const { cursor } = line.dataset
      this.close()
      this.#cursor = cursor
      this.#isLoading = false
      if (this.#state !== 'paused') this.open()
    } catch (error) {
      this.#isLoading = false
      const reason = error instanceof TypeError ? 'the service does not answer' : String(error).replace('Error: ', '')
      this.#news.render(reason)
      this.#line.answer(`It did not load: ${reason}.`)
    } finally {
      clearTimeout(waiting)
      main?.removeAttribute('aria-busy')
    }
  }
}

/** Whether the reader has something in hand that a new version would take away. */
function isReading(): boolean {
  const main = document.querySelector('main')
  const selection = getSelection()
  const isSelecting = selection !== null && !selection.isCollapsed && main?.contains(selection.anchorNode) === true
  return isSelecting || (document.activeElement !== main && main?.contains(document.activeElement) === true)
}
