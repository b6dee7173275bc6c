import type { ListedDemandsData } from '../../../../schema/page-data.d.ts'
import { axisSymbols } from '../charts/time-axis.ts'
import { timeScale } from '../charts/time-scale.ts'
import { demandTable } from '../dispute/demands.ts'
import { page, readQuery } from '../page.ts'
import { html } from '../parts/html.ts'
import { queryTools } from '../parts/links.ts'
import { listPage, momentsOf, numberLinks, numberOf } from './list.ts'

type Dispute = NonNullable<ListedDemandsData['dispute']>

const QUERY = readQuery('lists/demands')

/** Demands on one page. */
const SIZE = 50

/** All demands of a dispute, page by page, each with its answers. */
export const demandsPage = page<Dispute>({
  path: '/demands',
  of: 'dispute',
  keyIn: 'dispute',
  moments: ['on', 'known'],
  read: async ({ key, parameters, ask }) => {
    const { known, on } = momentsOf(parameters)
    return (await ask<ListedDemandsData>(QUERY, { key, known, on })).dispute
  },
  render: (dispute, visit) => {
    const moments = momentsOf(visit.parameters)
    const problems = new Map<string, string>()
    const number = numberOf(visit.parameters, problems)
    const { known, on } = moments
    const { key, period, lastReportedOn, demands } = dispute
    const shown = demands.slice((number - 1) * SIZE, number * SIZE)
    const dates = demands.flatMap(({ assessments }) => assessments.map(({ date }) => date))
    const scale = timeScale({ period, lastReportedOn, dates })
    const list = { noun: 'demands', dispute, total: demands.length, moments, problems, symbols: axisSymbols(scale) }
    const content = html`${shown.length > 0 ? demandTable(shown, { scale, isNew: () => false }) : html`<p>None on this page.</p>`}
      ${numberLinks(list, { page: number, size: SIZE })}
      ${queryTools('ListedDemands', { key, ...(known !== null && { known }), ...(on !== null && { on }) })}`
    return listPage({ ...list, content }, visit)
  },
})
