import { isPast, type IsNew } from '../charts/as-of.ts'
import { measuresSection } from '../charts/measures.ts'
import { reportDays, storySection } from '../charts/story.ts'
import { tensionSection } from '../charts/tension.ts'
import { axisSymbols } from '../charts/time-axis.ts'
import { timeScale } from '../charts/time-scale.ts'
import { page, type Visit } from '../page.ts'
import { capital, counted } from '../parts/chips.ts'
import { citeSection } from '../parts/citation.ts'
import { day } from '../parts/dates.ts'
import { html, type Html } from '../parts/html.ts'
import type { Document } from '../parts/layout.ts'
import { address, without } from '../parts/links.ts'
import { instantShown, PAST } from '../parts/moments.ts'
import { describeProblems } from '../parts/problems.ts'
import { describeFailure, describeReason } from '../parts/sections.ts'
import { describeBoard, nameParties, type PartyRecord } from './board.ts'
import { describeControls, describePast } from '../parts/controls.ts'
import { describeNews } from '../parts/news.ts'
import { describeDemands, hasNewAnswer } from './demands.ts'
import { describeEvidence } from './evidence.ts'
import { isNewShift, matrixOf } from './matrix.ts'
import { describePositions } from './positions.ts'
import { readDispute, type DisputePage, type SectionName } from './reading.ts'
import { describeSources } from './sources.ts'
import { describeTimeline } from './timeline.ts'
import { sectionTools } from './tools.ts'

export const disputePage = page<DisputePage>({
  path: '/disputes/*',
  of: 'dispute',
  read: readDispute,
  render: renderDispute,
})

function renderDispute(
  data: DisputePage,
  { key, parameters, publicUrl, headAt }: Visit,
): Document & { status?: number; isPartial: boolean } {
  const { dispute, moments, filter, parties, claims, cells, demands, timeline, basis, news } = data
  const { title, summary } = dispute
  const path = `/disputes/${key}`
  const isNew: IsNew = news?.isNew ?? (() => false)
  const matrix = matrixOf(dispute.parties, claims, cells)
  const claim = dispute.centralClaim
  const records = parties.map(({ party, data: record }): PartyRecord => ({
    party,
    data: record,
    cell: cells.find((cell) => cell.claim.key === claim?.key && cell.holder.key === party.key),
  }))
  const { known } = moments
  const isThen = isPast(moments)
  const again = without(path, parameters, [])
  const all = (list: string) => address(list, { dispute: key })
  const section = (id: SectionName, heading: string, describe: () => Html) => {
    const failure = data.failures.get(id)
    return failure === undefined
      ? describe()
      : describeFailure(failure, { id, title: heading, again, tools: sectionTools(id, data) })
  }
  const failed = { now: data.failures.get('now'), news: data.failures.get('news') }
  const dates = [...dispute.oldest.nodes, ...dispute.newest.nodes].map(({ date }) => date)
  const scale = timeScale({ period: dispute.period, lastReportedOn: dispute.lastReportedOn, dates })
  const story =
    data.story &&
    storySection(
      scale,
      data.story,
      sectionTools('story', data),
      [...(data.tension?.marks ?? []), ...timeline.nodes].map(({ date }) => date),
    )
  const shown = dispute.developments.totalCount ?? 0
  const counts = { shown, all: dispute.all.totalCount ?? 0 }
  const isBad = moments.problems.size > 0 || filter.problems.size > 0
  const at = instantShown(known, headAt)
  const main = html`
    ${describeProblems({ moments: moments.problems, filter: filter.problems })}
    ${describePast(moments, { path, parameters, counts, held: 'Positions, demands and measures' })}
    <p class="kick">${nameParties(dispute.parties)} · ${dispute.period.label}</p>
    <h1 dir="auto">${title}</h1>
    ${failed.news && moments.since && describeReason(failed.news, again, 'What is new')}
    ${
      moments.since &&
      news &&
      !failed.news &&
      describeNews(
        { ...news, since: moments.since, all: counts.shown },
        {
          ...changesSince(data, isNew),
          see: html`<a href="#timeline">See them in the timeline</a>`,
          now: without(path, parameters, ['since', 'by']),
        },
      )
    }
    <div class="${dispute.parties.length > 2 ? 'lede one' : 'lede'}">
      <div class="now"><h2 class="vh">Where it stands</h2>${failed.now ? describeReason(failed.now, again) : describeBoard({ claim, parties: records, demands, hasPositions: !data.failures.has('positions'), isNew, isPast: isThen })}</div>
      <div class="sum">
        <p class="stand" dir="auto">${summary}</p>
        ${isThen && headAt !== null && html`<p class="how2">Summary of the whole record, as of ${day(headAt)}.${data.story && data.story.phases.length > 0 && ' The texts of the phases are of that day, too.'}</p>`}
        <p class="basis">${describeBasis(data)}</p>
        ${describeControls(path, { moments, parameters, headAt })}
      </div>
    </div>
    <nav class="sec" aria-label="Sections"><ul>${SECTIONS.filter(([id]) => id !== 'story' || story || data.failures.has('story')).map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
    ${section('story', 'The story', () => story)}
    ${section('positions', 'Who holds what', () => describePositions(matrix, { contradictions: data.contradictions, isPartial: data.isPartial, later: data.later, isNew, isPast: isThen, all: all('/claims'), tools: sectionTools('positions', data) }))}
    ${section('demands', 'What is demanded, and the answer', () => describeDemands(demands, { scale, isNew, isPast: isThen, all: all('/demands'), tools: sectionTools('demands', data) }))}
    ${section('measures', 'Measures', () => data.measures && measuresSection(scale, data.measures, sectionTools('measures', data), isThen))}
    ${section('tension', 'Conflict and cooperation', () => data.tension && tensionSection(scale, data.tension, sectionTools('tension', data), isThen))}
    ${section('timeline', 'Timeline', () => describeTimeline({ developments: timeline, facets: data.facets, filter, size: data.pageSize, scale, isNew, now: isThen ? without(path, parameters, PAST) : undefined, tools: sectionTools('timeline', data) }))}
    ${section('evidence', 'Evidence and findings', () => describeEvidence(claims, { central: claim?.key, isPast: isThen, all: all('/claims'), tools: sectionTools('evidence', data) }))}
    ${section('sources', 'What this rests on', () => describeSources(data.sources, { basis, isPast: isThen, all: all('/sources'), tools: sectionTools('sources', data) }))}
    ${at !== null && citeSection('page', { title, url: publicUrl + path, at })}
  `
  return {
    title,
    description: summary,
    path,
    className: 'dispute',
    crumbs: [{ name: 'Disputes', href: '/' }, { name: key }],
    asOf: known === null ? undefined : (at ?? undefined),
    follows: isThen ? undefined : { disputes: [key] },
    symbols: axisSymbols(scale, data.story ? reportDays(data.story) : []),
    main,
    isPartial: data.failures.size > 0,
    ...(isBad && { status: 400 }),
  }
}

const SECTIONS = [
  ['story', 'Story'],
  ['positions', 'Positions'],
  ['demands', 'Demands'],
  ['measures', 'Measures'],
  ['tension', 'Tension'],
  ['timeline', 'Timeline'],
  ['evidence', 'Evidence'],
  ['sources', 'Sources'],
] as const

/** What the record rests on, and how far it reaches. */
function describeBasis({ dispute, sources, basis, moments, failures }: DisputePage): Html {
  const { on, reported } = moments
  const isNow = on === null && reported === null
  const newest = isNow ? dispute.lastReportedOn : sources.nodes[0]?.publishedOn?.latest
  const total = dispute.developments.totalCount ?? 0
  const documents = sources.totalCount ?? 0
  const single = basis !== null && documents > 1 && `; ${countOf(basis.single, total, 'rests', 'rest')} on a single one`
  const days = basis !== null && total > 0 && ` ${capital(countOf(basis.dated, total, 'is', 'are'))} dated to the day.`
  return html`<b>${counted(total, 'development')}</b>${on !== null && ' that had begun by then,'}${!failures.has('sources') && html` from <a href="#sources">${counted(documents, 'document')}</a>`}${single}.${days}${
    newest &&
    (isNow
      ? html` The newest document is of ${day(newest)}: <b>of anything later this record knows nothing.</b>`
      : html` The newest of these documents is of ${day(newest)}.`)
  }`
}

/** How many of all do something: `none is`, `1 is`, `13 are`, `all are`. */
function countOf(count: number, all: number, one: string, many: string): string {
  if (count === 0) return `none ${one}`
  if (count === all) return all === 1 ? `it ${one}` : `all ${many}`
  return `${count} ${count === 1 ? one : many}`
}

function changesSince({ dispute, cells, demands }: DisputePage, isNew: (key: string) => boolean) {
  const shifts = dispute.parties.flatMap(({ key, name }) => {
    const claims = cells.filter((cell) => cell.holder.key === key && isNewShift(cell, isNew)).length
    return claims > 0 ? [{ name, claims }] : []
  })
  return { shifts, answers: demands.filter((demand) => hasNewAnswer(demand, isNew)).length }
}
