import type { Demanded, ListedDemandsData } from '../../../../schema/page-data.d.ts'
import { judge, type IsNew } from '../charts/as-of.ts'
import { axisSymbols } from '../charts/time-axis.ts'
import { timeScale } from '../charts/time-scale.ts'
import { demandsAt, demandTable, developmentsOfDemands } from '../dispute/demands.ts'
import { describeBeyond } from '../dispute/tools.ts'
import { page, readQuery } from '../page.ts'
import { html } from '../parts/html.ts'
import { given, queryTools } from '../parts/links.ts'
import { readCounts, type Counts } from '../parts/news.ts'
import { listPage, numberLinks, readAsked, type Asked } from './list.ts'

interface Demands {
  readonly dispute: NonNullable<ListedDemandsData['dispute']>
  readonly asked: Asked
  readonly counts: Counts | null
  readonly demands: readonly Demanded[]
  readonly isNew: IsNew
}

const QUERY = readQuery('lists/demands')

/** Demands on one page. */
const SIZE = 50

/** All demands of a dispute, page by page, each with its answers. */
export const demandsPage = page<Demands>({
  path: '/demands',
  of: 'dispute',
  keyIn: 'dispute',
  parameters: ['page'],
  read: async ({ key, parameters, ask }) => {
    const asked = readAsked(parameters)
    const { moments } = asked
    const { dispute } = await ask<ListedDemandsData>(QUERY, { key, known: moments.known, on: moments.on })
    if (dispute === null) return null
    const { asOf, isNew } = await judge(ask, moments, developmentsOfDemands(dispute.demands))
    const counts = await readCounts(ask, moments, { disputes: [key] })
    return { dispute, asked, counts, demands: demandsAt(dispute.demands, asOf), isNew }
  },
  render: ({ dispute, asked: { moments, number }, counts, demands, isNew }, visit) => {
    const { key, period, lastReportedOn } = dispute
    const { known, on } = moments
    const shown = demands.slice((number - 1) * SIZE, number * SIZE)
    const dates = demands.flatMap(({ assessments }) => assessments.map(({ date }) => date))
    const scale = timeScale({ period, lastReportedOn, dates })
    const list = { noun: 'demands', dispute, total: demands.length, moments, counts, held: 'Demands and answers' }
    const content = html`${shown.length > 0 ? demandTable(shown, { scale, isNew }) : html`<p>None on this page.</p>`}
      ${numberLinks(list, { page: number, size: SIZE })}
      ${queryTools('ListedDemands', given({ key, known, on }), null, describeBeyond(['on', 'reported'], moments))}`
    return listPage({ ...list, symbols: axisSymbols(scale), content }, visit)
  },
})
