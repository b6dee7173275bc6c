import { isPast, newsOf, type IsNew } from '../charts/as-of.ts'
import { measureColumn } from '../charts/measures.ts'
import { positionChart } from '../charts/positions.ts'
import { axisSymbols } from '../charts/time-axis.ts'
import { timeScale, type TimeScale } from '../charts/time-scale.ts'
import { demandTable, hasNewAnswer, listAnswers } from '../dispute/demands.ts'
import { isNewShift } from '../dispute/matrix.ts'
import { describeBeyond } from '../dispute/tools.ts'
import { page, type Rendered, type Visit } from '../page.ts'
import { attributionNote, capital, counted, fresh, kindClass, onRecord, phrase, stanceOf } from '../parts/chips.ts'
import { describeControls, describePast } from '../parts/controls.ts'
import { shortDated } from '../parts/dates.ts'
import { html, recorded, type Html } from '../parts/html.ts'
import { address, claimLink, datedLink, given, queryTools, without } from '../parts/links.ts'
import { instantShown } from '../parts/moments.ts'
import { describeNews } from '../parts/news.ts'
import { describeProblems } from '../parts/problems.ts'
import { describeFailure, describeReason } from '../parts/sections.ts'
import { describeNames, describeVoices } from './members.ts'
import {
  readActor,
  type Actor,
  type ActorPage,
  type Asked,
  type Cell,
  type Dispute,
  type SectionName,
} from './reading.ts'

export const actorPage = page<ActorPage>({
  path: '/actors/*',
  of: 'actor',
  parameters: [],
  read: readActor,
  render: renderActor,
})

/** Changed positions that are drawn, others that are listed, and demands. */
const MOST = { changed: 12, held: 60, demands: 40 }

function renderActor(data: ActorPage, { parameters, headAt }: Visit): Rendered {
  const { actor, moments, cells, disputes, demands, measures, news, isNew, asked, failures } = data
  const { key, name, kind, country, description, developments } = actor
  const path = `/actors/${key}`
  const again = without(path, parameters, [])
  const changed = cells.filter(({ shifted }) => shifted)
  const held = cells.filter(({ shifted }) => !shifted)
  const scale = scaleOf(disputes, cells)
  const failed = failures.get('news')
  const section = (id: SectionName, title: string, describe: () => Html) => {
    const failure = failures.get(id)
    return failure === undefined ? describe() : describeFailure(failure, { id, title, again })
  }
  const counts = { shown: developments.totalCount ?? 0, all: actor.all.totalCount ?? 0 }
  const shifts = changed.filter((cell) => isNewShift(cell, isNew)).length
  return {
    title: name,
    description: description ?? `What ${name} holds and held, what is demanded of it, and its measures.`,
    path,
    className: 'actor',
    crumbs: [{ name: 'Disputes', href: '/' }, { name: recorded(name) }],
    asOf: moments.known === null ? undefined : (instantShown(moments.known, headAt) ?? undefined),
    follows: isPast(moments) ? undefined : { actors: [key] },
    symbols: axisSymbols(scale),
    isPartial: failures.size > 0,
    ...(moments.problems.size > 0 && { status: 400 }),
    main: html`${describeProblems({ moments: moments.problems })}
      ${describePast(moments, { path, parameters, counts, held: 'Positions, demands and measures' })}
      <p class="kick">${[phrase(kind), country].filter(Boolean).join(', ')}</p>
      <h1 dir="auto">${name}</h1>
      ${describeNames(actor)}
      ${description !== null && html`<p class="stand wide" dir="auto">${description}</p>`}
      ${failed && describeReason(failed, again, 'What is new')}
      ${
        moments.since &&
        news !== null &&
        !failed &&
        describeNews(
          { ...news, since: moments.since, all: counts.shown },
          {
            shifts: shifts > 0 ? [{ name, claims: shifts }] : [],
            answers: demands.filter((demand) => hasNewAnswer(demand, isNew)).length,
            see: html`<a href="${searchFor(asked, newsOf(moments))}">See them all</a>`,
            now: without(path, parameters, ['since', 'by']),
          },
        )
      }
      <div class="lede even">
        <div>${section('disputes', 'Disputes', () => describeDisputes(data))}</div>
        <div>
          <h2 class="sm2">In short</h2>${describeShort({ changed, cells, demands, measures, failures, isThen: isPast(moments) })}
          ${describeControls(path, { moments, parameters, headAt })}
        </div>
      </div>
      ${section('changed', 'What it holds', () => describePositions(asked, { changed, held, scale, isNew, moments }))}
      ${section('demands', 'What is demanded of it', () => describeDemands(demands, { scale, isNew, asked, moments }))}
      ${section('measures', 'Measures', () => describeMeasures(actor, { measures, scale, asked, moments }))}
      ${describeVoices(actor, queryTools('Actor', given(asked)))}
      ${describeLatest(actor, { asked, isNew })}`,
  }
}

/** The search for its developments. */
function searchFor({ key, filter }: Asked, more?: Readonly<Record<string, string>>): string {
  const includeAffiliated = filter['includeAffiliated'] === true ? 'true' : null
  return address('/search', { actors: key, includeAffiliated, ...more })
}

function scaleOf(disputes: readonly Dispute[], cells: readonly Cell[]): TimeScale {
  const own = disputes.length === 1 ? disputes[0] : undefined
  const last =
    disputes
      .flatMap(({ lastReportedOn }) => lastReportedOn ?? [])
      .toSorted()
      .at(-1) ?? null
  const dates = cells.flatMap(({ history }) => history.map(({ date }) => date))
  // The first dispute is the one that most of it is about.
  return timeScale({ period: own?.period ?? disputes[0]?.period ?? null, lastReportedOn: last, dates })
}

function describeDisputes({ actor, disputes, areAllKnown, moments }: ActorPage): Html {
  const { key, developments } = actor
  const { on, reported } = moments
  const named = new Set(developments.facets?.disputes.map(({ value }) => value.key))
  const then = on !== null || reported !== null
  if (disputes.length === 0) {
    if (then) return html`<p>Nothing of that time names it in a dispute.</p>`
    return html`<p>${areAllKnown ? 'It is no party to a dispute, and no development of one names it.' : 'No development of a dispute names it.'}</p>`
  }
  const more = (developments.facets?.disputeCount ?? 0) - named.size
  return html`<h2 class="sm2">Disputes</h2>
    <ul class="plain">${disputes.map((dispute) => {
      const isParty = dispute.parties.some((party) => party.key === key)
      const unnamed = then ? 'no development of that time names it' : 'no development names it'
      return html`<li><a href="/disputes/${dispute.key}" class="hl" dir="auto">${dispute.title}</a><span class="m">${isParty ? 'party' : 'not a party'} · ${dispute.period.label}${!named.has(dispute.key) && ` · ${unnamed}`}</span></li>`
    })}</ul>
    ${more > 0 && html`<p class="m">And ${counted(more, 'other dispute')}, in which it occurs less.</p>`}`
}

function describeShort({
  changed,
  cells,
  demands,
  measures: { by, against },
  failures,
  isThen,
}: Pick<ActorPage, 'cells' | 'demands' | 'measures' | 'failures'> & {
  readonly changed: readonly Cell[]
  readonly isThen: boolean
}): Html {
  return html`<ul class="plain short">
    ${!failures.has('changed') && html`<li>${cells.length === 0 ? `No position ${onRecord(isThen)}` : html`<b>${changed.length}</b> of ${counted(cells.length, 'position')} changed`}</li>`}
    ${!failures.has('demands') && html`<li>${demands.length === 0 ? `No demand ${isThen ? 'had been put to it by then' : 'is put to it'}` : html`<b>${demands.length}</b> ${demands.length === 1 ? 'demand is' : 'demands are'} put to it: ${listAnswers(demands)}`}</li>`}
    ${!failures.has('measures') && html`<li><b>${by.total}</b> ${by.total === 1 ? 'measure' : 'measures'} of its own ${onRecord(isThen)}, <b>${against.total}</b> against it or what belongs to it</li>`}
  </ul>`
}

function describePositions(
  { key, known, on }: Asked,
  {
    changed,
    held,
    scale,
    isNew,
    moments,
  }: Pick<ActorPage, 'isNew' | 'moments'> & {
    readonly changed: readonly Cell[]
    readonly held: readonly Cell[]
    readonly scale: TimeScale
  },
): Html {
  if (changed.length + held.length === 0) return null
  const drawn = changed.slice(0, MOST.changed)
  const listed = [...changed.slice(MOST.changed), ...held].slice(0, MOST.held)
  const unlisted = changed.length + held.length - drawn.length - listed.length
  const rows = drawn.map(({ claim, history }) => ({
    name: html`${markOf(history, isNew)}${claimLink(claim, 'hl')}<span class="vh">: ${history.map(({ stance, date }) => `${stanceOf(stance)}, ${date.shortLabel}`).join('; ')}</span>`,
    positions: history,
  }))
  return html`<section id="changed">
    <h2>${drawn.length > 0 ? 'Where it changed its position' : 'What it holds'}</h2>
    ${drawn.length > 0 && positionChart(scale, rows)}
    ${drawn.length > 0 && listed.length > 0 && html`<h3 class="gap">What else it holds <span class="n">${listed.length + unlisted}</span></h3>`}
    ${listed.length > 0 && html`<ul class="plain cols2">${listed.map((cell) => describeHeld(cell, isNew))}</ul>`}
    ${unlisted > 0 && html`<p class="m">And ${counted(unlisted, 'more claim')}: the query lists all.</p>`}
    ${queryTools('ActorPositions', given({ key, known, on }), null, describeBeyond(['reported'], moments))}
  </section>`
}

/** The mark of positions some of which are new. */
function markOf(history: Cell['history'], isNew: IsNew): Html {
  return history.some(({ statement }) => isNew(statement.key)) && fresh(isNew.words)
}

function describeHeld({ claim, current, history }: Cell, isNew: IsNew): Html {
  const { stance, attribution, date, statement } = current
  return html`<li>${markOf(history, isNew)}${claimLink(claim, 'hl')}<span class="m">${capital(stanceOf(stance))}, <a href="/developments/${statement.key}">${shortDated(date)}</a>${attributionNote(attribution)}</span></li>`
}

function describeDemands(
  demands: ActorPage['demands'],
  {
    scale,
    isNew,
    asked: { known, on },
    moments,
  }: Pick<ActorPage, 'isNew' | 'asked' | 'moments'> & { readonly scale: TimeScale },
): Html {
  const [first] = demands
  return (
    first &&
    html`<section id="demands">
      <h2>What is demanded of it</h2>
      ${demandTable(demands.slice(0, MOST.demands), { scale, isNew })}
      ${demands.length > MOST.demands && html`<p class="m">And ${counted(demands.length - MOST.demands, 'more demand')}.</p>`}
      ${queryTools('ActorDemands', given({ dispute: first.dispute, known, on }), null, describeBeyond(['reported'], moments))}
    </section>`
  )
}

function describeMeasures(
  { key, name }: Actor,
  {
    measures: { by, against },
    scale,
    asked,
    moments,
  }: Pick<ActorPage, 'measures' | 'asked' | 'moments'> & { readonly scale: TimeScale },
): Html {
  const columns = [
    { title: html`By ${recorded(name)}`, titled: key, list: by },
    { title: html`Against ${recorded(name)} or what belongs to it`, list: against },
  ].filter(({ list }) => list.shown.length > 0)
  const rest = by.total - by.shown.length + against.total - against.shown.length
  return (
    columns.length > 0 &&
    html`<section id="measures">
      <h2>Measures</h2>
      <div class="${columns.length > 1 ? 'two' : undefined}">${columns.map(({ list, ...column }) => measureColumn(scale, list.shown, column))}</div>
      ${rest > 0 && html`<p class="m">And ${counted(rest, 'older one')}.</p>`}
      ${queryTools('ActorMeasures', given(asked), html`<a href="${searchFor(asked, { kinds: 'MEASURE' })}">All</a>`, describeBeyond(['on', 'reported'], moments))}
    </section>`
  )
}

function describeLatest({ developments }: Actor, { asked, isNew }: Pick<ActorPage, 'asked' | 'isNew'>): Html {
  const { nodes, totalCount } = developments
  const describe = (entry: (typeof nodes)[number]) => {
    const isFresh = isNew(entry.key)
    return html`<li class="${isFresh ? `${kindClass(entry.kind)} isnew` : kindClass(entry.kind)}" id="${entry.key}">${isFresh && fresh(isNew.words)}${datedLink(entry)}</li>`
  }
  return (
    nodes.length > 0 &&
    html`<section id="latest">
      <h2>Latest of its developments <span class="n">${totalCount}</span></h2>
      <ul class="tl flat">${nodes.map(describe)}</ul>
      ${queryTools('Actor', given(asked), html`<a href="${searchFor(asked)}">All</a>`)}
    </section>`
  )
}
