import type { EverythingAboutOneData } from '../../../../schema/page-data.d.ts'
import {
  hasBegun,
  isShown,
  isTold,
  judge,
  scopeOf,
  whichOf,
  type AsOf,
  type Citing,
  type IsNew,
} from '../charts/as-of.ts'
import { entryAt } from '../dispute/sources.ts'
import type { Visit } from '../page.ts'
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
  const isThen = await whichOf(ask, linked, { filter: scopeOf(moments), known })
  return { ...whole, ...developmentAt(development, { asOf, isThen }) }
}

interface Past {
  readonly asOf: AsOf
  /** Whether another development, by its key, is of that past. */
  readonly isThen: (key: string) => boolean
}

/** What had appeared of a development, and what it hung together with then. */
function developmentAt(
  development: Development,
  { asOf, isThen }: Past,
): Pick<DevelopmentPage, 'development' | 'unplaced'> {
  const { key } = development
  const hasAppeared = ({ citation }: { readonly citation: Citing | null }) => isTold(asOf, key, citation && [citation])
  const unplaced = new Set<Item<'positions'> | Item<'assessments'>>()
  const placed = <Placed extends Item<'positions'> | Item<'assessments'>>(item: Placed, isPlaced: boolean) => {
    if (isPlaced) return item
    const alone = { ...item, previous: null }
    unplaced.add(alone)
    return alone
  }
  const history = development.statusHistory?.filter(({ date, development: by }) => isShown(asOf, date, by.key))
  const after = development.linkedFrom.nodes.filter((link) => isThen(link.development.key))
  const { citations } = entryAt(development, asOf.reported)
  return {
    development: {
      ...development,
      citations,
      // How many are independent of the others is known of all of them only.
      independentSources: citations.length === development.citations.length ? development.independentSources : 0,
      figures: development.figures.filter(hasAppeared),
      disagreements: development.disagreements.filter(({ figures }) => figures.every(hasAppeared)),
      bearings: development.bearings.filter(hasAppeared),
      assessments: development.assessments
        .filter((answer) => isShown(asOf, answer.date, key, answer.citation && [answer.citation]))
        .map((answer) => placed(answer, isAnswerShown(answer.previous, asOf))),
      links: development.links.filter((link) => isThen(link.development.key)),
      linkedFrom: { totalCount: after.length, nodes: after },
      ...(development.quotes && { quotes: development.quotes.filter(hasAppeared) }),
      ...(development.positions && {
        positions: development.positions
          .filter((position) => isTold(asOf, key, position.citations))
          .map((position) => placed(position, isPositionShown(position.previous, asOf))),
      }),
      ...(history && {
        statusHistory: history,
        status: inOrderOfCurrency(history).at(-1)?.status ?? null,
      }),
    },
    unplaced,
  }
}

/** Whether what came before is of that past, or nothing did. */
function isPositionShown(previous: Item<'positions'>['previous'], asOf: AsOf): boolean {
  return previous === null || isShown(asOf, previous.date, previous.statement.key, previous.citations)
}

/** The same of an answer to a demand. */
function isAnswerShown(previous: Item<'assessments'>['previous'], asOf: AsOf): boolean {
  if (previous === null) return true
  const { date, development, citation } = previous
  return isShown(asOf, date, development.key, citation && [citation])
}
