import type {
  ActorData,
  ActorDemandsData,
  ActorMeasuresData,
  ActorPositionsData,
  Demanded,
} from '../../../schema/page-data.d.ts'
import { DemarcheError } from '../../model/errors.ts'
import { measureColumn } from './charts/measures.ts'
import { positionChart } from './charts/positions.ts'
import { axisSymbols } from './charts/time-axis.ts'
import { timeScale, type TimeScale } from './charts/time-scale.ts'
import { demandTable, listAnswers } from './dispute/demands.ts'
import { page, readQuery, type Visit } from './page.ts'
import { attributionNote, capital, counted, kindClass, lower, phrase, stanceOf } from './parts/chips.ts'
import { shortDated } from './parts/dates.ts'
import { html, joined, recorded, type Html } from './parts/html.ts'
import type { Document } from './parts/layout.ts'
import { actorLink, address, claimLink, datedLink, link, queryTools } from './parts/links.ts'

const QUERIES = {
  actor: readQuery('actor'),
  positions: readQuery('actor-positions'),
  demands: readQuery('actor-demands'),
  measures: readQuery('actor-measures'),
}

type Actor = NonNullable<ActorData['actor']>
type Cell = NonNullable<NonNullable<ActorPositionsData['actor']>['currentPositions']>[number]
type Dispute = NonNullable<ActorDemandsData['dispute']>
type Member = Actor['members']['nodes'][number]

interface ActorPage {
  readonly actor: Actor
  readonly cells: readonly Cell[]
  /** Those in which it occurs most. */
  readonly disputes: readonly Dispute[]
  readonly measures: ActorMeasuresData
  /** What the queries for it and its affiliates are asked with. */
  readonly asked: Asked
}

interface Asked {
  readonly key: string
  readonly affiliated: boolean
}

export const actorPage = page<ActorPage>({
  path: '/actors/*',
  of: 'actor',
  read: readActor,
  render: renderActor,
})

/** The API refuses to find the affiliates of an actor that has too many: its own developments are shown then. */
async function readActor(visit: Visit): Promise<ActorPage | null> {
  return readWith(visit, true).catch((error: unknown) => {
    if (error instanceof DemarcheError && error.code === 'AFFILIATED_TOO_MANY') return readWith(visit, false)
    throw error
  })
}

async function readWith({ key, ask }: Visit, affiliated: boolean): Promise<ActorPage | null> {
  const asked = { key, affiliated }
  const { actor } = await ask<ActorData>(QUERIES.actor, asked)
  if (actor === null) return null
  const positions = await ask<ActorPositionsData>(QUERIES.positions, { key })
  const disputes: Dispute[] = []
  for (const { value } of actor.developments.facets?.disputes ?? []) {
    const { dispute } = await ask<ActorDemandsData>(QUERIES.demands, { dispute: value.key })
    if (dispute !== null) disputes.push(dispute)
  }
  const measures = await ask<ActorMeasuresData>(QUERIES.measures, asked)
  return { actor, cells: positions.actor?.currentPositions ?? [], disputes, measures, asked }
}

/** Changed positions that are drawn, others that are listed, and demands. */
const MOST = { changed: 12, held: 60, demands: 40 }

function renderActor({ actor, cells, disputes, measures, asked }: ActorPage): Document {
  const { key, name, kind, country, description } = actor
  const changed = cells.filter(({ shifted }) => shifted)
  const held = cells.filter(({ shifted }) => !shifted)
  const members = new Set([key, ...forIt(actor).map((member) => member.actor.key)])
  const demands = disputes.flatMap((dispute) =>
    dispute.demands
      .filter(({ addressees }) => addressees.some((addressee) => members.has(addressee.key)))
      .map((demand) => ({ ...demand, dispute: dispute.key })),
  )
  const scale = scaleOf(disputes, cells)
  return {
    title: name,
    description: description ?? `What ${name} holds and held, what is demanded of it, and its measures.`,
    path: `/actors/${key}`,
    className: 'actor',
    crumbs: [{ name: 'Disputes', href: '/' }, { name: recorded(name) }],
    follows: { actors: [key] },
    symbols: axisSymbols(scale),
    main: html`<p class="kick">${[phrase(kind), country].filter(Boolean).join(', ')}</p>
      <h1 dir="auto">${name}</h1>
      ${describeNames(actor)}
      ${description !== null && html`<p class="stand wide" dir="auto">${description}</p>`}
      <div class="lede even">
        <div>${describeDisputes(actor, disputes)}</div>
        <div><h2 class="sm2">In short</h2>${describeShort({ changed, cells, demands, measures })}</div>
      </div>
      ${describePositions(key, { changed, held, scale })}
      ${describeDemands(demands, scale)}
      ${describeMeasures(actor, { measures, scale, asked })}
      ${describeVoices(actor, asked)}
      ${describeLatest(actor, asked)}`,
  }
}

function searchAll({ key, affiliated }: Asked, kinds?: string): Html {
  return html`<a href="${address('/search', { kinds, actors: key, includeAffiliated: affiliated ? 'true' : null })}">All</a>`
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

const SCHEMES: Readonly<Record<string, string>> = { ISO_3166_1: 'ISO 3166-1', IATA: 'IATA', ICAO: 'ICAO', LEI: 'LEI' }

function describeNames({ aliases, identifiers, affiliations }: Actor): Html {
  const parts = [
    aliases.length > 0 && html`Also ${joined(aliases.map(recorded))}`,
    ...identifiers.map(({ scheme, value, url }) => link(url, `${SCHEMES[scheme] ?? phrase(scheme)} ${value}`)),
  ]
  const belongs = affiliations.map(
    ({ relation, office, organisation, date }) =>
      html`${office === null ? capital(RELATIONS[relation] ?? lower(relation)) : recorded(office)}: ${actorLink(organisation)}${date && ` (${date.label})`}`,
  )
  return [
    parts.some(Boolean) && html`<p class="by">${joined(parts, ' · ')}</p>`,
    belongs.length > 0 && html`<p class="by">${joined(belongs, ' · ')}</p>`,
  ]
}

function describeDisputes({ key, developments }: Actor, disputes: readonly Dispute[]): Html {
  if (disputes.length === 0) return html`<p>It occurs in no dispute.</p>`
  const more = (developments.facets?.disputeCount ?? 0) - disputes.length
  return html`<h2 class="sm2">Disputes</h2>
    <ul class="plain">${disputes.map(
      (dispute) =>
        html`<li><a href="/disputes/${dispute.key}" class="hl" dir="auto">${dispute.title}</a><span class="m">${dispute.parties.some((party) => party.key === key) ? 'party' : 'not a party'} · ${dispute.period.label}</span></li>`,
    )}</ul>
    ${more > 0 && html`<p class="m">And ${counted(more, 'other dispute')}, in which it occurs less.</p>`}`
}

function describeShort({
  changed,
  cells,
  demands,
  measures,
}: {
  readonly changed: readonly Cell[]
  readonly cells: readonly Cell[]
  readonly demands: readonly Demanded[]
  readonly measures: ActorMeasuresData
}): Html {
  const [by, against] = [measures.by?.totalCount ?? 0, measures.against?.totalCount ?? 0]
  return html`<ul class="plain short">
    <li>${cells.length === 0 ? 'No position on record' : html`<b>${changed.length}</b> of ${counted(cells.length, 'position')} changed`}</li>
    <li>${demands.length === 0 ? 'No demand is put to it' : html`<b>${demands.length}</b> ${demands.length === 1 ? 'demand is' : 'demands are'} put to it: ${listAnswers(demands)}`}</li>
    <li><b>${by}</b> ${by === 1 ? 'measure' : 'measures'} of its own on record, <b>${against}</b> against it or what belongs to it</li>
  </ul>`
}

function describePositions(
  key: string,
  {
    changed,
    held,
    scale,
  }: { readonly changed: readonly Cell[]; readonly held: readonly Cell[]; readonly scale: TimeScale },
): Html {
  if (changed.length + held.length === 0) return null
  const drawn = changed.slice(0, MOST.changed)
  const listed = [...changed.slice(MOST.changed), ...held].slice(0, MOST.held)
  const unlisted = changed.length + held.length - drawn.length - listed.length
  const rows = drawn.map(({ claim, history }) => ({
    name: html`${claimLink(claim, 'hl')}<span class="vh">: ${history.map(({ stance, date }) => `${stanceOf(stance)}, ${date.shortLabel}`).join('; ')}</span>`,
    positions: history,
  }))
  return html`<section id="changed">
    <h2>${drawn.length > 0 ? 'Where it changed its position' : 'What it holds'}</h2>
    ${drawn.length > 0 && positionChart(scale, rows)}
    ${drawn.length > 0 && listed.length > 0 && html`<h3 class="gap">What else it holds <span class="n">${listed.length + unlisted}</span></h3>`}
    ${listed.length > 0 && html`<ul class="plain cols2">${listed.map(describeHeld)}</ul>`}
    ${unlisted > 0 && html`<p class="m">And ${counted(unlisted, 'more claim')}: the query lists all.</p>`}
    ${queryTools('ActorPositions', { key })}
  </section>`
}

function describeHeld({ claim, current }: Cell): Html {
  const { stance, attribution, date, statement } = current
  return html`<li>${claimLink(claim, 'hl')}<span class="m">${capital(stanceOf(stance))}, <a href="/developments/${statement.key}">${shortDated(date)}</a>${attributionNote(attribution)}</span></li>`
}

function describeDemands(demands: readonly (Demanded & { readonly dispute: string })[], scale: TimeScale): Html {
  const [first] = demands
  return (
    first &&
    html`<section id="demands">
      <h2>What is demanded of it</h2>
      ${demandTable(demands.slice(0, MOST.demands), { scale, isNew: () => false })}
      ${demands.length > MOST.demands && html`<p class="m">And ${counted(demands.length - MOST.demands, 'more demand')}.</p>`}
      ${queryTools('ActorDemands', { dispute: first.dispute })}
    </section>`
  )
}

function describeMeasures(
  { key, name }: Actor,
  {
    measures,
    scale,
    asked,
  }: { readonly measures: ActorMeasuresData; readonly scale: TimeScale; readonly asked: Asked },
): Html {
  const [by, against] = [measures.by, measures.against]
  const columns = [
    { title: html`By ${recorded(name)}`, titled: key, list: by },
    { title: html`Against ${recorded(name)} or what belongs to it`, list: against },
  ].filter(({ list }) => (list?.nodes.length ?? 0) > 0)
  const rest = [by, against].reduce((sum, list) => sum + (list?.totalCount ?? 0) - (list?.nodes.length ?? 0), 0)
  return (
    columns.length > 0 &&
    html`<section id="measures">
      <h2>Measures</h2>
      <div class="${columns.length > 1 ? 'two' : undefined}">${columns.map(({ list, ...column }) => measureColumn(scale, list?.nodes ?? [], column))}</div>
      ${rest > 0 && html`<p class="m">And ${counted(rest, 'older one')}.</p>`}
      ${queryTools('ActorMeasures', asked, searchAll(asked, 'MEASURE'))}
    </section>`
  )
}

const RELATIONS: Readonly<Record<string, string>> = {
  OFFICE_HOLDER: 'office-holder',
  ORGAN_OF: 'organ',
  SUBSIDIARY_OF: 'owned or controlled',
  MEMBER_OF: 'member',
  EMPLOYED_BY: 'employee',
  CLOSE_TO: 'close to it',
  SUCCESSOR_OF: 'successor',
  PURPORTED: 'said to act for it',
}

/** Its organs and office-holders, whose words count as its own. */
function forIt({ members }: Actor): readonly Member[] {
  return members.nodes.filter(({ relation }) => relation === 'OFFICE_HOLDER' || relation === 'ORGAN_OF')
}

function describeVoices(actor: Actor, asked: Asked): Html {
  const { members } = actor
  const speaking = forIt(actor)
  const others = members.nodes.filter((member) => !speaking.includes(member))
  const rest = (members.totalCount ?? 0) - members.nodes.length
  const list = (listed: readonly Member[]) =>
    html`<ul class="plain cols2">${listed.map(({ relation, office, date, actor: member }) => {
      const words = [
        office === null ? capital(RELATIONS[relation] ?? lower(relation)) : recorded(office),
        date && recorded(date.label),
      ]
      return html`<li>${actorLink(member)}<span class="m">${joined(words, ' · ')}</span></li>`
    })}</ul>`
  return (
    members.nodes.length > 0 &&
    html`<section id="voices">
      <h2>${speaking.length > 0 ? 'Who speaks and acts for it' : 'Who belongs to it'}</h2>
      ${speaking.length > 0 && list(speaking)}
      ${speaking.length > 0 && others.length > 0 && html`<h3 class="gap">Who else belongs to it</h3>`}
      ${others.length > 0 && list(others)}
      ${rest > 0 && html`<p class="m">And ${counted(rest, 'other')}.</p>`}
      ${queryTools('Actor', asked)}
    </section>`
  )
}

function describeLatest({ developments }: Actor, asked: Asked): Html {
  const { nodes, totalCount } = developments
  return (
    nodes.length > 0 &&
    html`<section id="latest">
      <h2>Latest of its developments <span class="n">${totalCount}</span></h2>
      <ul class="tl flat">${nodes.map((entry) => html`<li class="${kindClass(entry.kind)}" id="${entry.key}">${datedLink(entry)}</li>`)}</ul>
      ${queryTools('Actor', asked, searchAll(asked))}
    </section>`
  )
}
