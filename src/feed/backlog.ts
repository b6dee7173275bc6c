import type { LRUCache } from 'lru-cache'
import type { Store } from '../store/store.ts'
import { type FeedQuery, type LoggedItem, PAGE, PAGE_MAX } from './feed-query.ts'
import type { Message, Render } from './message.ts'

/*
 * The messages of a group, read page by page and cached. A page holds the messages of all items between two seqs, so that members at
 * different seqs share it. Pages never overlap. Each message of a page is made once, and all who wait for it get it.
 *
 * A page is outdated after a commit that may have changed what it says: any commit, if its messages show the record as it stands; otherwise
 * a redaction, or the saving of a reference record, whose names messages show in their current form. Then it is read again. Whether it is
 * outdated is checked in each turn in which messages are made, and again after each commit that is noticed in it.
 *
 * The first message of a page may read the relations of all its items. Pages are therefore as long as allowed while that is quick, and
 * shorter if it is slow or if commits outdate them.
 */

/** The messages after a seq, up to the seq to which the log was read for them. */
export interface Part<M> {
  readonly messages: readonly M[]
  /** Those of the messages. */
  readonly seqs: readonly number[]
  readonly upTo: number
  /** The head of the log when it was read. */
  readonly head: number
}

/** What one read of the log finds. */
export interface Page<M> {
  readonly after: number
  upTo: number
  readonly head: number
  /** Their messages are not made yet. */
  readonly items: LoggedItem[]
  readonly messages: M[]
  readonly seqs: number[]
  /** Resolves when all messages are made, or the page is outdated. */
  filled: Promise<void> | undefined
  /** Removes it from its backlog. */
  readonly forget: () => void
}

export interface BacklogOptions<M> {
  readonly store: Store
  readonly query: FeedQuery
  readonly render: Render<M>
  /** The head of the log as it was noticed last. */
  readonly head: () => number
  /** The seq of the last change by which messages of earlier ones may be outdated that do not show the head. */
  readonly lastOutdating: () => number
  /** The pages of all backlogs. A value means nothing, but must be a new object: with the value that it has, a page keeps its size. */
  readonly pages: LRUCache<Page<M>, object>
  /** Resolves when the next message may be made. */
  readonly turn: () => Promise<unknown>
}

/** Milliseconds for which messages are made in one turn. */
const TURN = 4

/** The memory of a page beside its messages, and that of an item whose message is not made yet. */
const [PAGE_BYTES, ITEM_BYTES] = [500, 2_000]
/** A page ends with the message by which its messages are larger: they are sent together. */
const PAGE_BYTES_MAX = 300_000

export class Backlog<M extends Message> {
  readonly #options: BacklogOptions<M>
  /** By seq. */
  readonly #pages: Page<M>[] = []
  #showsHead: boolean
  /** Pages that were read at an earlier head are forgotten. */
  #forgotten = 0
  /** How many items the next page may have. */
  #limit: number = PAGE
  #commits = 0

  constructor(options: BacklogOptions<M>) {
    this.#options = options
    this.#showsHead = options.query.showsHead
  }

  /** What `read` returns, if it is made already. */
  peek(after: number): Part<M> | undefined {
    this.#forgetOutdated()
    const page = this.#find(after)
    return page !== undefined && page.items.length === 0 ? partOf(page, after) : undefined
  }

  /**
   * The next messages after a seq, as many as one page holds. None if the page was outdated meanwhile: then read again. Thousands may wait for
   * one page: after it, each of them waits for its turn, while the next page is made.
   */
  async read(after: number, turn?: () => Promise<unknown>): Promise<Part<M>> {
    this.#forgetOutdated()
    const page = this.#find(after) ?? this.#load(after)
    page.filled ??= turn === undefined ? this.#fill(page) : this.#options.turn().then(() => this.#fill(page))
    await page.filled
    const { store, head, pages } = this.#options
    if (turn !== undefined) {
      if (pages.has(page) && page.upTo < head()) this.#make(page.upTo).catch(() => {})
      await turn()
    }
    // What was redacted meanwhile must not be sent.
    if (head() > page.head && store.lastRedaction() > page.head)
      return { messages: [], seqs: [], upTo: after, head: page.head }
    return partOf(page, after)
  }

  /** Says that the log has grown, so that pages may be outdated. */
  noticeCommit(): void {
    this.#commits++
  }

  close(): void {
    for (const page of this.#pages.slice()) this.#options.pages.delete(page)
  }

  /** Makes the next page in time for those who wait for their turn. Those who read it meet its error, if there is one. */
  async #make(after: number): Promise<void> {
    const page = this.#find(after) ?? this.#load(after)
    await (page.filled ??= this.#options.turn().then(() => this.#fill(page)))
  }

  #find(after: number): Page<M> | undefined {
    const page = this.#pages[this.#indexAfter(after) - 1]
    if (page === undefined || page.upTo <= after) return undefined
    this.#options.pages.get(page) // what is read stays longest
    return page
  }

  /** The index of the first page that starts later. */
  #indexAfter(seq: number): number {
    let [low, high] = [0, this.#pages.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#pages[middle]?.after ?? Infinity) <= seq) low = middle + 1
      else high = middle
    }
    return low
  }

  #load(after: number): Page<M> {
    const { store, query, pages } = this.#options
    const head = store.head()
    const index = this.#indexAfter(after)
    const end = Math.min(head, this.#pages[index]?.after ?? head)
    // What shows the record as of `upTo` has to be read up to the head.
    const { items, scannedUpTo } = query.read(after, query.showsHead ? head : end, this.#limit)
    const page: Page<M> = {
      after,
      upTo: Math.min(scannedUpTo, end),
      head,
      items: items.filter(({ seq }) => seq <= end),
      messages: [],
      seqs: [],
      filled: undefined,
      forget: () => {
        const at = this.#pages.indexOf(page)
        if (at >= 0) this.#pages.splice(at, 1)
      },
    }
    this.#pages.splice(index, 0, page)
    pages.set(page, {}, { size: PAGE_BYTES + items.length * ITEM_BYTES })
    // It is larger than all of the cache.
    if (!pages.has(page)) page.forget()
    return page
  }

  /** Makes the messages of a page, in turns of a few milliseconds. */
  async #fill(page: Page<M>): Promise<void> {
    const { render, pages, turn } = this.#options
    let bytes = PAGE_BYTES
    let longest = 0
    let startedAt = performance.now()
    let checkedAt: number | undefined
    try {
      for (let item = page.items[0]; item !== undefined; item = page.items[0]) {
        if (performance.now() - startedAt > TURN) {
          await turn()
          startedAt = performance.now()
          checkedAt = undefined
        }
        if (checkedAt !== this.#commits && page.head < this.#validSince()) {
          this.#limit = PAGE
          return
        }
        checkedAt = this.#commits
        const { message, showsHead } = await render(item)
        page.items.shift()
        page.messages.push(message)
        page.seqs.push(item.seq)
        this.#showsHead ||= showsHead
        longest = Math.max(longest, performance.now() - startedAt)
        bytes += message.bytes
        if (bytes <= PAGE_BYTES_MAX || page.items.length === 0) continue
        page.items.length = 0
        page.upTo = item.seq
      }
    } catch (error) {
      pages.delete(page)
      throw error
    }
    this.#limit = longest > 2 * TURN ? Math.ceil(this.#limit / 2) : Math.min(this.#limit * 2, PAGE_MAX)
    // It may have been outdated, or dropped from the cache.
    if (pages.has(page)) pages.set(page, {}, { size: bytes })
  }

  #forgetOutdated(): void {
    const validSince = this.#validSince()
    if (validSince === this.#forgotten) return
    this.#forgotten = validSince
    for (const page of this.#pages.filter(({ head }) => head < validSince)) this.#options.pages.delete(page)
  }

  /** Pages that were read at an earlier head are outdated. */
  #validSince(): number {
    const { head, lastOutdating } = this.#options
    return this.#showsHead ? head() : lastOutdating()
  }
}

function partOf<M>({ after: start, upTo, head, items, messages, seqs }: Page<M>, after: number): Part<M> {
  const made = { head, upTo: items.length === 0 ? upTo : Math.max(after, seqs.at(-1) ?? start) }
  const first = seqs.findIndex((seq) => seq > after)
  // Most members start with the page, and share its arrays.
  if (first === 0 && items.length === 0) return { ...made, messages, seqs }
  return first < 0
    ? { ...made, messages: [], seqs: [] }
    : { ...made, messages: messages.slice(first), seqs: seqs.slice(first) }
}
