import type { News } from './news.ts'

/** The parts of a page that a new version replaces. Of the header, only the words for print: it holds the state of the connection. */
const PARTS = ['svg.defs', 'main', '.foot', '.paper']

/**
 * Puts a new version of the page in place of the old one. Elements with an id that have not changed stay as they are, opened details stay
 * open, and what was typed into a form stays typed. What is at the top of the window stays there, be it the bar or an element with an id.
 */
export function swap(fresh: Document, news: News): void {
  const bar = news.element
  const [main, incoming] = [document.querySelector('main'), fresh.querySelector('main')]
  if (!main || !incoming) return
  const top = [bar, ...main.querySelectorAll('[id]')].find(
    (element) =>
      (element === bar || find(incoming, element.id)) &&
      element.getBoundingClientRect().top >= 0 &&
      element.getBoundingClientRect().height > 0,
  )
  const offset = top?.getBoundingClientRect().top ?? 0
  const focused = document.activeElement?.id
  bar.remove()
  keepInput(main, incoming)
  keepUnchanged(main, incoming)
  for (const selector of PARTS) {
    const [former, next] = [document.querySelector(selector), fresh.querySelector(selector)]
    if (former && next) former.replaceChildren(...next.childNodes)
  }
  news.place()
  // It grows by what came in, and that is above all that the reader reads.
  news.settle()
  document.title = fresh.title
  if (focused && document.activeElement === document.body) find(main, focused)?.focus({ preventScroll: true })
  const place = top && (top === bar ? bar : find(main, top.id))
  if (place) scrollBy({ top: place.getBoundingClientRect().top - offset, behavior: 'instant' })
}

function keepUnchanged(old: Element, fresh: Element): void {
  for (const element of fresh.querySelectorAll('[id]')) {
    const former = fresh.contains(element) && find(old, element.id)
    if (former && former.isEqualNode(element)) element.replaceWith(former)
  }
}

function keepInput(old: Element, fresh: Element): void {
  const details = detailsOf(fresh)
  for (const [name, { open }] of detailsOf(old)) {
    const same = details.get(name)
    if (same) same.open = open
  }
  for (const field of old.querySelectorAll<HTMLInputElement | HTMLSelectElement>(':is(input, select)[id]')) {
    const same = find(fresh, field.id) as typeof field | null
    if (same) same.value = field.value
  }
}

/** Details have no id of their own: they are named by their place within an element that has one. */
function detailsOf(root: Element): ReadonlyMap<string, HTMLDetailsElement> {
  const named = new Map<string, HTMLDetailsElement>()
  for (const details of root.querySelectorAll('details')) {
    const name = details.closest('[id]')?.id ?? ''
    let index = 0
    while (named.has(`${name} ${index}`)) index++
    named.set(`${name} ${index}`, details)
  }
  return named
}

function find(root: Element, id: string): HTMLElement | null {
  return root.querySelector(`#${CSS.escape(id)}`)
}
