import { counted, enumerate } from '../parts/chips.ts'
import { day, minute } from '../parts/dates.ts'
import { html, type Html } from '../parts/html.ts'
import { address } from '../parts/links.ts'
import { MOMENTS, type Moments, type Since } from '../parts/moments.ts'

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
  const field = (name: string, type: string) => {
    const problem = problems.get(name)
    const id = `f-${name}`
    // A browser shows nothing of a value that is no day in a field for days.
    const isPlain = problem !== undefined || (parameters.get(name) ?? '').length > 10
    return html`<input id="${id}" type="${isPlain ? 'text' : type}" name="${name}" value="${parameters.get(name)}" aria-invalid="${problem && 'true'}" aria-describedby="${problem && `${id}-problem`}" />${problem && html` <span class="flag" id="${id}-problem">${problem}</span>`}`
  }
  const by = moments.since?.by ?? (parameters.get('by') === 'record' ? 'record' : 'reports')
  const option = (value: Since['by'], words: string) =>
    html`<option value="${value}" selected="${by === value}">${words}</option>`
  const kept = [...parameters].filter(([name]) => ![...MOMENTS, 'after', 'before'].some((own) => own === name))
  return html`<form class="look" method="get" action="${path}">
    ${kept.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
    <details open="${isOpen}">
      <summary>See what is new, or look back</summary>
      <p class="fr">
        <label for="f-since">New since</label> ${field('since', 'date')} <label for="f-by">by when it was</label>${' '}
        <select id="f-by" name="by">${option('reports', 'reported')}${option('record', 'recorded here')}</select>${problems.has('by') && html` <span class="flag">${problems.get('by')}</span>`}
      </p>
      <p class="fr"><label for="f-on">As it stood on</label> ${field('on', 'date')}</p>
      <p class="fr"><label for="f-reported">As reported by</label> ${field('reported', 'date')}</p>
      <p class="fr"><label for="f-known">As recorded here by</label> ${field('known', 'text')}</p>
      <p>
        <button>Set</button>${' '}
        ${headAt !== null && html`<a href="${address(path, { since: headAt, by: 'record' })}">Address that shows what is new from now on</a>`}
      </p>
    </details>
  </form>`
}

/** What stands above a page of the past. Null for the page as it is now. */
export function describePast(
  path: string,
  { on, reported, known }: Moments,
  { shown, all }: { readonly shown: number; readonly all: number },
): Html {
  const parts = [
    on !== null && `As it stood on ${day(on)}`,
    reported !== null && `As reported by ${day(reported)}`,
    known !== null && `As recorded here by ${minute(new Date(known).toISOString())}`,
  ].filter((part) => part !== false)
  if (parts.length === 0) return null
  const beyond = [reported !== null && 'was reported later', on !== null && 'cannot have begun by then'].filter(Boolean)
  const left =
    beyond.length > 0 && `${shown} of ${counted(all, 'development')}; what ${beyond.join(' or ')} is left out. `
  const held = on !== null && 'Positions, demands and measures are those of that day. '
  const words = parts.map((part, index) => (index > 0 ? part.charAt(0).toLowerCase() + part.slice(1) : part))
  return html`<div class="past" role="note">
    <p><b>${enumerate(words)}.</b> ${left}${held}<a href="${path}">Return to now</a></p>
  </div>`
}

/** What is new since the time that the reader asked for. */
interface News {
  readonly since: Since
  /** Of all developments that the page is of. */
  readonly count: number
  readonly all: number
}

/** What stands above a page with marks. */
export function describeNews(
  { since, count, all }: News,
  {
    shifts,
    answers,
    now,
  }: {
    readonly shifts: readonly { readonly name: string; readonly claims: number }[]
    readonly answers: number
    readonly now: string
  },
): Html {
  const when = since.by === 'reports' || since.text.length === 10 ? day(since.day) : minute(since.instant)
  const what = since.by === 'reports' ? 'first reported' : 'recorded or amended here'
  return html`<div class="since" role="note">
    <p>
      <b>Since ${when}:</b> ${count === 0 ? 'none' : count} of ${counted(all, 'development')} ${count === 1 ? 'was' : 'were'} ${what}.${' '}
      ${shifts.map(({ name, claims }) => html`<b><bdi dir="auto">${name}</bdi> changed position</b> on ${counted(claims, 'claim')}. `)}
      ${answers > 0 && html`<b>${counted(answers, 'demand')}</b> got a new answer. `}
    </p>
    <p class="acts">${count > 0 && html`<a href="#timeline">See them in the timeline</a> · `}<a href="${now}">Remove the marks</a></p>
  </div>`
}
