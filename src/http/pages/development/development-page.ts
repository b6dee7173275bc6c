import { HttpError } from '../../http-error.ts'
import { describePast } from '../parts/controls.ts'
import { isPast } from '../charts/as-of.ts'
import { page, type Visit } from '../page.ts'
import { kindClass, lower, phrase } from '../parts/chips.ts'
import { dated, day, minute } from '../parts/dates.ts'
import { html, joined, recorded, type Html } from '../parts/html.ts'
import type { Document } from '../parts/layout.ts'
import { queryTools, without } from '../parts/links.ts'
import { instantShown } from '../parts/moments.ts'
import { describeNews, isRedacted } from '../parts/news.ts'
import { describeProblems } from '../parts/problems.ts'
import { describeChanges, describeEffects } from './changes.ts'
import { describeFigures, describeLinks, describeQuotes } from './content.ts'
import { linkedData } from './linked-data.ts'
import { describeActors, noted, type Development } from './parts.ts'
import { readDevelopment, type DevelopmentPage } from './reading.ts'
import { describeCoding, describeRevision } from './record.ts'
import { citeReport, describeSourcing } from './sourcing.ts'

/** The page of a development, or its data as JSON when `.json` follows the key. */
export const developmentPage = page<DevelopmentPage>({
  path: '/developments/*',
  of: 'development',
  parameters: [],
  read: readDevelopment,
  render: renderDevelopment,
  json: ({ development, moments: { problems } }) => {
    const problem = problems.get('known')
    if (problem !== undefined) throw new HttpError(400, 'REQUEST_INVALID', `Parameter "known": ${problem}`)
    return development
  },
})

function renderDevelopment(
  shown: DevelopmentPage,
  { parameters, publicUrl, headAt }: Visit,
): Document & { status?: number } {
  const { development, moments, absence, isNew } = shown
  const { key, kind, headline, summary, disputes, contextOf } = development
  const isGone = isRedacted(development)
  const path = `/developments/${key}`
  const { known, since, problems } = moments
  const at = instantShown(known, headAt)
  const isThen = isPast(moments)
  return {
    path,
    className: 'dev',
    crumbs: [
      { name: 'Disputes', href: '/' },
      ...[...disputes, ...contextOf].map((dispute) => ({ name: dispute.key, href: `/disputes/${dispute.key}` })),
      { name: phrase(kind) },
    ],
    asOf: known === null ? undefined : (at ?? undefined),
    title: absence ? ABSENT[absence] : isGone ? redactedTitle(development) : headline,
    description: absence || isGone ? undefined : summary,
    follows: isThen ? undefined : { keys: [key] },
    // The canonical address is the one of the newest state.
    data: isThen ? undefined : linkedData(development, publicUrl),
    main: html`${describeProblems({ moments: problems, hasFields: false })}
      ${describePast(moments, { path, parameters })}
      ${since && describeNews({ since, count: Number(isNew(key)), all: null, withdrawn: null }, { now: without(path, parameters, ['since', 'by']) })}
      ${absence ? describeAbsent(shown) : describeDevelopment(shown, { url: publicUrl + path, at })}`,
    ...(problems.size > 0 && { status: 400 }),
  }
}

const ABSENT = { reported: 'Not reported by then', begun: 'Not begun by then' } as const

/** A page of the past shows nothing later: that it is of a later time is all that it says. */
function describeAbsent({ development: { kind }, moments: { on, reported }, absence }: DevelopmentPage): Html {
  const words =
    absence === 'reported'
      ? reported && `Nothing on record shows that this ${lower(kind)} had been reported by ${day(reported)}.`
      : on && `This ${lower(kind)} may have begun only after ${day(on)}.`
  return html`<h1>${absence && ABSENT[absence]}</h1><p>${words}</p>`
}

/** Everything that is recorded of a development, and which source says so. A retraction stands above the text. */
function describeDevelopment(
  { development, moments, unplaced }: DevelopmentPage,
  { url, at }: { readonly url: string; readonly at: string | null },
): Html {
  const { on, reported, known } = moments
  const { key, kind, eventKind, measureKind, headline, summary, date, places, acts, retraction } = development
  if (isRedacted(development)) return describeRedacted(development)
  const type = eventKind ?? measureKind
  const variables = { key, ...(known !== null && { known }) }
  const tools = queryTools('EverythingAboutOne', variables)
  return html`<article class="${retraction ? 'gone' : undefined}">
    ${retraction && html`<p><b>Retracted on ${day(retraction.at)}:</b> ${recorded(retraction.reason)}</p><p class="m">It is shown as it was last recorded, and counted nowhere.</p>`}
    <p class="kick ${kindClass(kind)}"><b>${phrase(kind)}</b>${type && type !== 'OTHER' && `: ${phrase(type).toLowerCase()}`} · ${dated(date)}${noted(date.note)}${places.length > 0 && html` · ${joined(places.map(({ name }) => recorded(name)))}`}</p>
    <h1 dir="auto">${headline}</h1>
    <div class="lede">
      <div>
        ${describeActors(development)}
        <p class="stand" dir="auto">${summary}</p>
        ${(on !== null || reported !== null) && at !== null && html`<p class="how2">Text and grades of the whole record, as of ${day(at)}.</p>`}
        ${
          acts !== undefined &&
          acts.length > 0 &&
          html`<p class="acts2">${joined(
            acts.map((act) => html`<span>${phrase(act)}</span>`),
            ' ',
          )}</p>`
        }
        ${describeMeasure(development)}
      </div>
      ${describeSourcing(development)}
    </div>
    ${describeChanges(development, unplaced, tools)}
    ${describeEffects(development, tools)}
    ${describeQuotes(development, tools)}
    ${describeFigures(development, tools)}
    ${describeLinks(development, tools)}
    ${describeCite(development, { url, at, known, tools })}
    ${describeRecord(development)}
  </article>`
}

/** What is left of a development whose content the law demanded to remove. Its date and its grades say nothing. */
function describeRedacted(development: Development): Html {
  const { key, kind, retraction } = development
  return html`<article class="gone">
    <p><b>Redacted${retraction && html` on ${day(retraction.at)}`}.</b>${retraction && html` ${recorded(retraction.reason)}`}</p>
    <p class="m">The law demanded that its content be removed, from all revisions. Its key remains: <code>${key}</code>. It is counted nowhere.</p>
    <p class="kick ${kindClass(kind)}"><b>${phrase(kind)}</b></p>
    <h1>${redactedTitle(development)}</h1>
    ${describeRecord(development)}
    ${queryTools('EverythingAboutOne', { key })}
  </article>`
}

function redactedTitle({ kind }: Development): string {
  return `Redacted ${lower(kind)}`
}

/** What is known of a measure in law. A retracted one has no status any more. */
function describeMeasure({ legalCharacter, legalBasis, status, retraction }: Development): Html {
  const facts: readonly (readonly [string, Html])[] = [
    ['Last reported', retraction === null && status && phrase(status)],
    ['Legal character', legalCharacter && phrase(legalCharacter)],
    ['Legal basis', legalBasis && recorded(legalBasis)],
  ]
  const given = facts.filter(([, value]) => Boolean(value))
  return (
    given.length > 0 &&
    html`<dl class="facts">${given.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`
  )
}

/** How to cite the reports, and this entry at an address that shows it unchanged for ever. */
function describeCite(
  { key, headline, citations, revision, revisions }: Development,
  {
    url,
    at,
    known,
    tools,
  }: { readonly url: string; readonly at: string | null; readonly known: string | null; readonly tools: Html },
): Html {
  const [one, another] = citations
  const recordedAt = revisions.find(({ number }) => number === revision)?.recordedAt
  return html`<section class="citebox" id="cite">
    <h2>Cite</h2>
    <h3>${one && another ? 'The reports' : 'The report'}</h3>
    ${citations.map((citation) => html`<p class="cite">${citeReport(citation)}</p>`)}
    ${
      at !== null &&
      html`<h3>This entry, as it stands ${known === null ? 'now' : 'at that instant'}</h3>
      <p class="cite">“${recorded(headline)}”, Demarche, revision ${revision}${recordedAt && `, recorded on ${minute(recordedAt)}`}. <span class="url">${url}?known=${at}</span></p>
      <p class="m">That address goes on showing this state after corrections. The address without <code>known</code> shows the newest: <a class="url" href="/developments/${key}" exact>${url}</a> · <a href="/developments/${key}.json">JSON</a> · <a href="/developments/${key}?known=${at}" exact>as known then</a></p>`
    }
    ${tools}
  </section>`
}

function describeRecord({ codings, revisions }: Development): Html {
  return html`<div id="record">
    <h2 class="vh">How it is recorded</h2>
    <details class="more">
    <summary>${codings.length > 0 ? 'Coding and revisions' : 'Revisions'}</summary>
    <div class="two">
      ${codings.length > 0 && html`<div><h2 class="sm2">Coding, PLOVER 2.0</h2><ul class="plain">${codings.map((coding) => html`<li>${describeCoding(coding)}</li>`)}</ul></div>`}
      <div><h2 class="sm2">Revisions</h2><ul class="plain">${revisions.map((revision) => html`<li>${describeRevision(revision)}</li>`)}</ul></div>
    </div>
    </details>
  </div>`
}
