import type { Visit } from '../page.ts'
import { isPast } from '../charts/as-of.ts'
import { counted } from '../parts/chips.ts'
import { describeControls, describePast } from '../parts/controls.ts'
import { html, recorded, type Html } from '../parts/html.ts'
import type { Document } from '../parts/layout.ts'
import { address, without } from '../parts/links.ts'
import { instantShown, readMoments, readOnce, type Moments } from '../parts/moments.ts'
import { describeNews, type Counts } from '../parts/news.ts'
import { describeProblems } from '../parts/problems.ts'

/** The times and the page that a list is asked for, with what is wrong with its address. */
export interface Asked {
  readonly moments: Moments
  /** From 1. */
  readonly number: number
}

export function readAsked(parameters: URLSearchParams): Asked & { readonly problems: Map<string, string> } {
  const { problems: bad, ...moments } = readMoments(parameters)
  const problems = new Map(bad)
  readOnce(parameters, 'dispute', problems)
  const text = readOnce(parameters, 'page', problems) ?? '1'
  const isNumber = /^[1-9]\d{0,5}$/.test(text)
  if (!isNumber) problems.set('page', 'Give the number of a page, from 1.')
  return { moments: { ...moments, problems }, number: isNumber ? Number(text) : 1, problems }
}

export interface List {
  /** What is listed, as `claims`. */
  readonly noun: string
  readonly dispute: { readonly key: string; readonly title: string }
  readonly total: number
  readonly moments: Moments
  /** Of the developments of the dispute. Null on a page of the present without marks. */
  readonly counts: Counts | null
  /** What of the list is as it was on the day, as `Positions`. */
  readonly held?: string
  /** What has no date, as claims, is listed whole at any time. */
  readonly isUndated?: boolean
  readonly symbols?: Html
  /** The list, the links to its other pages, and its query. */
  readonly content: Html
}

/** The page of a list of everything of one kind in a dispute. */
export function listPage(
  { noun, dispute, total, moments, counts, held, isUndated = false, symbols, content }: List,
  { parameters, headAt }: Visit,
): Document & { readonly status?: number } {
  const { known, since, problems } = moments
  const path = `/${noun}`
  const name = `${noun.charAt(0).toUpperCase()}${noun.slice(1)}`
  const home = `/disputes/${dispute.key}`
  return {
    title: `${name}: ${dispute.title}`,
    path: address(path, { dispute: dispute.key }),
    className: 'list',
    crumbs: [{ name: 'Disputes', href: '/' }, { name: dispute.key, href: home }, { name }],
    asOf: known === null ? undefined : (instantShown(known, headAt) ?? undefined),
    symbols,
    main: html`${describeProblems({ moments: problems })}
      ${describePast(moments, { path, parameters, counts: counts ?? undefined, held })}
      <p class="kick"><a href="${home}">${recorded(dispute.title)}</a></p>
      <h1>${counted(total, noun.slice(0, -1))} in this dispute${!isUndated && isPast(moments) && ', on record by then'}</h1>
      ${
        since &&
        counts?.news &&
        describeNews(
          { ...counts.news, since, all: counts.shown },
          {
            see: html`<a href="${home}#timeline">See them in the timeline</a>`,
            now: without(path, parameters, ['since', 'by']),
          },
        )
      }
      ${describeControls(path, { moments, parameters, headAt })}
      ${content}`,
    ...(problems.size > 0 && { status: 400 }),
  }
}

/** Links to the other pages of a list that is read whole. */
export function numberLinks(
  { noun, dispute, total }: Pick<List, 'noun' | 'dispute' | 'total'>,
  { page, size }: { readonly page: number; readonly size: number },
): Html {
  const last = Math.max(Math.ceil(total / size), 1)
  const to = (number: number) => address(`/${noun}`, { dispute: dispute.key, page: number === 1 ? null : `${number}` })
  return (
    (page > 1 || page < last) &&
    html`<nav class="tools" aria-label="Pages of the list">Page ${page} of ${last}${' '}
      ${page > 1 && html`<a href="${to(Math.min(page, last + 1) - 1)}" rel="prev">The ${size} before these</a>`}
      ${page < last && html`<a href="${to(page + 1)}" rel="next">The ${page + 1 === last ? total - page * size : size} after these</a>`}
    </nav>`
  )
}
