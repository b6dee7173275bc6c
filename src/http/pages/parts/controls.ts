import { counted, enumerate } from './chips.ts'
import { day, minute } from './dates.ts'
import { html, type Html } from './html.ts'
import { hiddenFields, inputField, selectField } from './form-field.ts'
import { without } from './links.ts'
import { MOMENTS, PAST, type Moment, type Moments, type Since } from './moments.ts'

/** The form for what is new, and for the page as it would have been. */
export function describeControls(
  path: string,
  {
    moments,
    parameters,
    headAt,
  }: { readonly moments: Moments; readonly parameters: URLSearchParams; readonly headAt: string | null },
): Html {
  const { problems } = moments
  const isOpen = MOMENTS.some((name) => parameters.get(name))
  const field = (name: Moment, label: string) => ({
    name,
    label,
    value: parameters.get(name) ?? '',
    problem: problems.get(name),
  })
  const by = { ...field('by', 'by when it was'), value: moments.since?.by ?? parameters.get('by') ?? 'reports' }
  const isKept = (name: string) => ![...MOMENTS, ...PAGED].some((own) => own === name)
  const kept = [...parameters].filter(([name]) => isKept(name))
  return html`<form class="look" method="get" action="${path}">
    ${hiddenFields(kept)}
    <details open="${isOpen}">
      <summary>See what is new, or look back</summary>
      ${inputField(field('since', 'New since'), 'date')}
      ${selectField(by, BY)}
      ${inputField(field('on', 'As it stood on'), 'date')}
      ${inputField(field('reported', 'As reported by'), 'date')}
      ${inputField(field('known', 'As recorded here by'), 'text')}
      <p>
        <button>Set</button>${' '}
        ${headAt !== null && html`<a href="${`${path}?${new URLSearchParams([...kept, ['since', headAt], ['by', 'record']])}`}" exact>Address that shows what is new from now on</a>`}
      </p>
    </details>
  </form>`
}

/** The parameters that say which page of a list is shown. */
const PAGED = ['after', 'before', 'page']

const BY: readonly (readonly [Since['by'], string])[] = [
  ['reports', 'reported'],
  ['record', 'recorded here'],
]

interface PastPage {
  readonly path: string
  readonly parameters: URLSearchParams
  /** How many developments the page is of, and how many they are now. */
  readonly counts?: { readonly shown: number; readonly all: number } | undefined
  /** What is shown as it was on the day: `Positions, demands and measures`. */
  readonly held?: string | undefined
}

/** What stands above a page of the past. Null for the page as it is now. */
export function describePast({ on, reported, known }: Moments, { path, parameters, counts, held }: PastPage): Html {
  const parts = [
    on !== null && `As it stood on ${day(on)}`,
    reported !== null && `As reported by ${day(reported)}`,
    known !== null && `As recorded here by ${minute(new Date(known).toISOString())}`,
  ].filter((part) => part !== false)
  if (parts.length === 0) return null
  const beyond = [reported !== null && 'was reported later', on !== null && 'may have begun only later'].filter(Boolean)
  const left =
    beyond.length > 0 &&
    `${counts ? `${counts.shown} of ${counted(counts.all, 'development')}; what` : 'What'} ${beyond.join(' or ')} is left out. `
  // The page as it is now may have other pages.
  const now = without(path, parameters, [...PAST, ...PAGED])
  const words = parts.map((part, index) => (index > 0 ? part.charAt(0).toLowerCase() + part.slice(1) : part))
  return html`<div class="past" role="note">
    <p><b>${enumerate(words)}.</b> ${left}${on !== null && held !== undefined && `${held} are those of that day. `}<a href="${now}" exact>Return to now</a></p>
  </div>`
}
