import type { Visit } from '../page.ts'
import { counted } from '../parts/chips.ts'
import { day } from '../parts/dates.ts'
import { html, recorded, type Html } from '../parts/html.ts'
import type { Document } from '../parts/layout.ts'
import { address } from '../parts/links.ts'
import { readMoments, type Moments } from '../parts/moments.ts'

/** What is wrong with the address of a list, by the name of the parameter. */
type Problems = ReadonlyMap<string, string>

/** The moments that a list of records of a dispute can be shown at. */
export function momentsOf(parameters: URLSearchParams): Moments {
  return readMoments(new URLSearchParams([...parameters].filter(([name]) => name === 'known' || name === 'on')))
}

/** The number of the page that an address asks for, from 1. */
export function numberOf(parameters: URLSearchParams, problems: Map<string, string>): number {
  const text = parameters.get('page') ?? '1'
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  problems.set('page', 'Give the number of a page, from 1.')
  return 1
}

export interface List {
  /** What is listed, as `claims`. */
  readonly noun: string
  readonly dispute: { readonly key: string; readonly title: string }
  readonly total: number
  readonly moments: Moments
  readonly problems: Problems
  readonly symbols?: Html
  /** The list, the links to its other pages, and its query. */
  readonly content: Html
}

/** The page of a list of everything of one kind in a dispute. */
export function listPage(
  { noun, dispute, total, moments, problems, symbols, content }: List,
  { parameters }: Visit,
): Document & { readonly status?: number } {
  const { on, known } = moments
  const path = `/${noun}`
  const title = `${noun.charAt(0).toUpperCase()}${noun.slice(1)}: ${dispute.title}`
  const bad = [...moments.problems, ...problems]
  const home = address(`/disputes/${dispute.key}`, { on, known })
  return {
    title,
    path: address(path, { dispute: dispute.key }),
    className: 'list',
    crumbs: [{ name: 'Disputes', href: '/' }, { name: dispute.key, href: home }, { name: title.split(':')[0] }],
    asOf: known ?? undefined,
    symbols,
    main: html`${bad.map(([name, problem]) => html`<p class="err" role="alert"><b>${name}:</b> ${problem}</p>`)}
      ${(on !== null || known !== null) && html`<div class="past" role="note"><p><b>${[on !== null && `As it stood on ${day(on)}`, known !== null && `As recorded here by ${known}`].filter(Boolean).join(', ')}.</b> <a href="${address(path, { dispute: parameters.get('dispute') })}">Return to now</a></p></div>`}
      <p class="kick"><a href="${home}">${recorded(dispute.title)}</a></p>
      <h1>${counted(total, noun.slice(0, -1))} in this dispute</h1>
      ${content}`,
    ...(bad.length > 0 && { status: 400 }),
  }
}

/** Links to the other pages of a list that is read whole. */
export function numberLinks(
  { noun, dispute, total, moments: { on, known } }: Pick<List, 'noun' | 'dispute' | 'total' | 'moments'>,
  { page, size }: { readonly page: number; readonly size: number },
): Html {
  const last = Math.max(Math.ceil(total / size), 1)
  const to = (number: number) =>
    address(`/${noun}`, { dispute: dispute.key, on, known, page: number === 1 ? null : `${number}` })
  return (
    (page > 1 || page < last) &&
    html`<nav class="tools" aria-label="Pages of the list">Page ${page} of ${last}${' '}
      ${page > 1 && html`<a href="${to(Math.min(page, last + 1) - 1)}" rel="prev">The ${size} before these</a>`}
      ${page < last && html`<a href="${to(page + 1)}" rel="next">The ${page + 1 === last ? total - page * size : size} after these</a>`}
    </nav>`
  )
}
