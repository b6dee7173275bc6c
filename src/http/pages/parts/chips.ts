import { html, type Html } from './html.ts'

/** A value of a vocabulary as words: `IN_FORCE` becomes `in force`. */
export function lower(value: string): string {
  return value.toLowerCase().replaceAll('_', ' ')
}

/** The same at the start of a line: `In force`. */
export function phrase(value: string): string {
  return capital(lower(value))
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** A number with its noun: `1 claim`, `3 claims`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** Words that stand together in a list: `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly Html[], conjunction = 'and'): Html {
  return items.map((item, index) => [index > 0 && (index === items.length - 1 ? ` ${conjunction} ` : ', '), item])
}

/** Doubt about what stands beside it. */
export function flag(words: string): Html {
  return html` <b class="flag">${words}</b>`
}

/** Nothing on record, in a cell of a table. */
export function nothing(words = 'Not on record'): Html {
  return html`<span class="none"><span aria-hidden="true">–</span><span class="vh">${words}</span></span>`
}

/** What is new since the day that the reader asked for. */
export function fresh(words = 'New'): Html {
  return html`<b class="new">${words}</b>${' '}`
}
