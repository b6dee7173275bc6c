import type { DevelopmentDocumentsData, EverythingAboutOneData } from '../../../../schema/page-data.d.ts'
import { hasBegun, isShown, judge, scopeOf, whichOf, type AsOf, type IsNew } from '../charts/as-of.ts'
import { isPublishedBy } from '../dispute/sources.ts'
import { readQuery, type Visit } from '../page.ts'
import { readText } from '../assets.ts'
import { inOrderOfCurrency } from '../parts/dates.ts'
import { readMoments, type Moments } from '../parts/moments.ts'
import type { Development, Item } from './parts.ts'

export interface DevelopmentPage {
  /** As it was at the times of the page. */
  readonly development: Development
  readonly moments: Moments
  /** Why it is not of the time of the page. Undefined if it is. */
  readonly absence: 'reported' | 'begun' | undefined
  /** Its positions and answers before which others stand that are not of that time. */
  readonly unplaced: ReadonlySet<Item<'positions'> | Item<'assessments'>>
  readonly isNew: IsNew
}

/** The playground shows the same query. */
const QUERY = readText('playground/queries/3-what-happened-when/2-everything-about-one.graphql')
const DOCUMENTS = readQuery('development-documents')

export async function readDevelopment({ key, parameters, ask }: Visit): Promise<DevelopmentPage | null> {
  const moments = readMoments(parameters)
  const { on, reported, known } = moments
  const { development } = await ask<EverythingAboutOneData>(QUERY, { key, known })
  if (development === null) return null
  const { positions = [], assessments, statusHistory = [], links, linkedFrom, date, retraction } = development
  const linked = [...links, ...linkedFrom.nodes].map((one) => one.development.key)
  const { asOf, isNew } = await judge(ask, moments, [
    key,
    ...positions.flatMap(({ previous }) => previous?.statement.key ?? []),
    ...assessments.flatMap(({ previous }) => previous?.development.key ?? []),
    ...statusHistory.map((change) => change.development.key),
  ])
  const whole = { development, moments, absence: undefined, unplaced: new Set<never>(), isNew }
  // What was retracted has no time any more.
  if ((on === null && reported === null) || retraction !== null) return whole
  if (!asOf.isReported(key)) return { ...whole, absence: 'reported' }
  const isBegun = on === null || hasBegun(date, on)
  // A change of its status may say that a measure had begun.
  if (!isBegun && !statusHistory.some((change) => isShown(asOf, change.date, change.development.key)))
    return { ...whole, absence: 'begun' }
  const documents = (await ask<DevelopmentDocumentsData>(DOCUMENTS, { key, known })).development?.citations ?? []
  const appeared = new Set(
    documents.flatMap(({ source }) => (isPublishedBy(source.publishedOn, reported) ? source.key : [])),
  )
  const isThen = await whichOf(ask, linked, { filter: scopeOf(moments), known })
  return { ...whole, ...developmentAt(development, { asOf, appeared, isThen }) }
}

interface Cited {
  readonly source: { readonly key: string }
}

interface Past {
  readonly asOf: AsOf
  /** The keys of the documents that had appeared. */
  readonly appeared: ReadonlySet<string>
  /** Whether another development, by its key, is of that past. */
  readonly isThen: (key: string) => boolean
}

/** What had appeared of a development, and what it hung together with then. */
function developmentAt(
  development: Development,
  { asOf, appeared, isThen }: Past,
): Pick<DevelopmentPage, 'development' | 'unplaced'> {
  const isCited = ({ source }: Cited) => appeared.has(source.key)
  const isTold = ({ citation }: { readonly citation: Cited | null }) => citation === null || isCited(citation)
  const unplaced = new Set<Item<'positions'> | Item<'assessments'>>()
  const placed = <Placed extends Item<'positions'> | Item<'assessments'>>(item: Placed, by: string | undefined) => {
    if (by === undefined || item.previous === null || isShown(asOf, item.previous.date, by)) return item
    const alone = { ...item, previous: null }
    unplaced.add(alone)
    return alone
  }
  const history = development.statusHistory?.filter(({ date, development: by }) => isShown(asOf, date, by.key))
  const cited = development.citations.filter(isCited)
  const after = development.linkedFrom.nodes.filter((link) => isThen(link.development.key))
  return {
    development: {
      ...development,
      citations: cited,
      // How many are independent of the others is known of all of them only.
      independentSources: cited.length === development.citations.length ? development.independentSources : 0,
      figures: development.figures.filter(isTold),
      disagreements: development.disagreements.filter(({ figures }) => figures.every(isTold)),
      bearings: development.bearings.filter(isTold),
      assessments: development.assessments
        .filter((answer) => isTold(answer) && (asOf.on === null || hasBegun(answer.date, asOf.on)))
        .map((answer) => placed(answer, answer.previous?.development.key)),
      links: development.links.filter((link) => isThen(link.development.key)),
      linkedFrom: { totalCount: after.length, nodes: after },
      ...(development.quotes && { quotes: development.quotes.filter(isTold) }),
      ...(development.positions && {
        positions: development.positions
          .filter(({ citations }) => citations.some(isCited))
          .map((position) => placed(position, position.previous?.statement.key)),
      }),
      ...(history && {
        statusHistory: history,
        status: inOrderOfCurrency(history).at(-1)?.status ?? null,
      }),
    },
    unplaced,
  }
}
