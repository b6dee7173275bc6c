/** A change of the feed, as far as the page needs it. */
export interface Change {
  readonly kind: string
  readonly development: {
    readonly key: string
    readonly headline: string
    readonly date: { readonly label: string }
  }
}

/** The changes that are counted, and of these the ones that are listed once they are shown. */
const COUNTED = 100
const LISTED = 50

/** The listed ones that need no press. */
const OPEN = 5

type Item = Change['development'] & { readonly word: string }

/** What came in and is not shown yet, and what was shown last: one bar under the headline. Its first line has its room from the start. */
export class News {
  readonly #bar = document.createElement('div')
  readonly #words = document.createElement('b')
  /** What stands after them where there is room. */
  readonly #rest = Object.assign(document.createElement('span'), { className: 'lg' })
  readonly #show = Object.assign(document.createElement('button'), { type: 'button', textContent: 'Show' })
  readonly #list = document.createElement('ul')
  /** The same at the edge of the window, while the bar is out of sight. */
  readonly #edge = Object.assign(document.createElement('button'), { type: 'button', className: 'edge' })
  readonly #where: string
  #isInSight = true
  #waiting = new Map<string, Item>()
  #isOver = false

  /** `where` stands after the number of changes. */
  constructor(where: string, onShow: () => void) {
    this.#bar.id = 'news'
    this.#bar.tabIndex = -1
    this.#where = where
    this.#show.addEventListener('click', onShow)
    this.#edge.addEventListener('click', onShow)
    const line = document.createElement('p')
    line.append(this.#words, this.#rest, this.#show)
    this.#bar.append(line, this.#list, this.#edge)
    new IntersectionObserver(([entry]) => {
      this.#isInSight = entry?.isIntersecting ?? true
      this.#renderEdge()
    }).observe(line)
    this.#list.className = 'plain'
    this.render()
    this.place()
  }

  /** Puts the bar under the headline of the page. */
  place(): void {
    document.querySelector('main h1')?.after(this.#bar)
  }

  get element(): HTMLElement {
    return this.#bar
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  /** Whether more came in than is counted. */
  get isOver(): boolean {
    return this.#isOver
  }

  add({ kind, development }: Change): void {
    const { key } = development
    const former = this.#waiting.get(key)?.word
    const word = kind === 'RECORDED' || (former === 'new' && kind !== 'RETRACTED') ? 'new' : kind.toLowerCase()
    this.#waiting.delete(key)
    if (this.#isOver || (former === 'new' && word !== 'new')) return
    if (this.#waiting.size === COUNTED) this.#isOver = true
    else this.#waiting.set(key, { ...development, word })
  }

  /** `2 new, 1 corrected`. Three kinds would not fit into a line on a phone. */
  get summary(): string {
    if (this.#isOver) return `${COUNTED}+ changes`
    const counts = new Map<string, number>()
    for (const { word } of this.#waiting.values()) counts.set(word, (counts.get(word) ?? 0) + 1)
    if (counts.size > 2) return `${this.#waiting.size} changes`
    return [...counts].map(([word, count]) => `${count} ${word}`).join(', ')
  }

  /** `problem` is why what came in could not be shown. */
  render(problem = ''): void {
    const { isEmpty } = this
    const hasList = this.#list.childElementCount > 0
    const waiting = hasList ? `More: ${this.summary}` : this.summary
    this.#words.textContent = problem ? 'It did not load' : isEmpty ? (hasList ? 'Just in:' : '') : waiting
    this.#rest.textContent = problem ? `(${problem})` : this.#where
    this.#rest.hidden = isEmpty
    this.#show.textContent = problem ? 'Try again' : 'Show'
    this.#show.hidden = isEmpty
    this.#bar.className = this.#words.textContent === '' ? '' : 'since'
    this.#renderEdge()
  }

  #renderEdge(): void {
    this.#edge.textContent = [this.#words.textContent, this.#show.textContent].join(' · ')
    this.#edge.hidden = this.isEmpty || this.#isInSight
  }

  /** Says that what came in is on its way. */
  wait(): void {
    this.#words.textContent = 'Loading…'
  }

  /** Lists what came in, now that the page shows it. */
  settle(): void {
    const listed = [...this.#waiting.values()].slice(-LISTED).toReversed().map(describe)
    this.#list.replaceChildren(...listed.slice(0, OPEN))
    const rest = listed.slice(OPEN)
    if (rest.length > 0) {
      const details = document.createElement('details')
      const summary = document.createElement('summary')
      summary.textContent = this.#isOver ? `${rest.length} more, and others that are not listed` : `${rest.length} more`
      const list = document.createElement('ul')
      list.append(...rest)
      details.append(summary, list)
      const item = document.createElement('li')
      item.append(details)
      this.#list.append(item)
    }
    this.#waiting = new Map()
    this.#isOver = false
    this.render()
  }
}

/** A link to where the development stands on the page, or else to its own page. Text of the record is set as text. */
function describe({ key, headline, date, word }: Item): Element {
  const item = document.createElement('li')
  const place = document.getElementById(key)
  const link = document.createElement('a')
  // The links of the page have its moments.
  const moments = document.querySelector<HTMLAnchorElement>('.brand a')?.search ?? ''
  link.href = place ? `#${key}` : `/developments/${key}${moments}`
  link.dir = 'auto'
  link.textContent = headline
  link.addEventListener('click', () => {
    for (let within = place?.closest('details'); within; within = within.parentElement?.closest('details'))
      within.open = true
  })
  item.append(link, ` (${word === 'new' ? '' : `${word}; `}${date.label})`)
  return item
}
