import { fileURLToPath } from 'node:url'
import { importDossiers } from '../../src/dossier/import/import.ts'
import { read } from './answer.ts'
import { type App, openApp } from './app.ts'

export const bundledRecord = fileURLToPath(new URL('../../dossiers/j2-8243.yaml', import.meta.url))

/** The service with a store that holds only the bundled record. */
export async function openBundledRecord(): Promise<App> {
  const app = await openApp()
  await importDossiers(app.store, { files: [bundledRecord] })
  return app
}

/** Every development with its citations and the records it refers to. */
export async function allDevelopments(app: App): Promise<readonly DevelopmentRead[]> {
  const found: DevelopmentRead[] = []
  let after: string | null = null
  do {
    const { developments } = await read(app, DEVELOPMENTS, { after })
    const { nodes, pageInfo } = developments as Connection<DevelopmentRead>
    found.push(...nodes)
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null
  } while (after !== null)
  return found
}

const DEVELOPMENTS = `query ($after: String) { developments(first: 100, after: $after) {
  pageInfo { hasNextPage endCursor }
  nodes { key evidentialStatus credibility date { edtf latest note }
    citations { source { key } basis excerpt } figures { citation { source { key } } } bearings { citation { source { key } } }
    ... on Statement { speakers { key } onBehalfOf { key } quotes { text citation { source { key } } } positions { holder { key } } } } } }`

/** The positions of the two parties on a day, by key of the claim without the prefix of the dispute. */
export async function stancesOn(
  app: App,
  day: string,
): Promise<Record<'azerbaijan' | 'russia', Record<string, string>>> {
  const { claims } = await read(
    app,
    `query ($day: Date!) { claims(dispute: "j2-8243", first: 100) { nodes { key currentPositions(on: $day) { holder { key } stance } } } }`,
    { day },
  )
  const { nodes } = claims as Connection<ClaimRead>
  const heldBy = (party: string) =>
    Object.fromEntries(
      nodes.flatMap(({ key, currentPositions }) =>
        currentPositions
          .filter(({ holder }) => holder.key === party)
          .map(({ stance }) => [key.replace('j2-8243/', ''), stance]),
      ),
    )
  return { azerbaijan: heldBy('azerbaijan'), russia: heldBy('russia') }
}

export interface Keyed {
  readonly key: string
}
interface Cited {
  readonly citation: { readonly source: Keyed }
}
export interface Connection<Node> {
  readonly nodes: readonly Node[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string }
}
export interface DevelopmentRead extends Keyed {
  readonly evidentialStatus: string
  readonly credibility: string
  readonly date: { readonly edtf: string; readonly latest: string | null; readonly note: string | null }
  readonly citations: readonly { source: Keyed; basis: string; excerpt: string | null }[]
  readonly figures: readonly Cited[]
  readonly bearings: readonly Cited[]
  readonly speakers?: readonly Keyed[]
  readonly onBehalfOf?: readonly Keyed[]
  readonly quotes?: readonly (Cited & { readonly text: string })[]
  readonly positions?: readonly { readonly holder: Keyed }[]
}
interface ClaimRead extends Keyed {
  readonly currentPositions: readonly { readonly holder: Keyed; readonly stance: string }[]
}
export interface SourceRead extends Keyed {
  readonly publishedOn: { readonly latest: string | null; readonly note: string | null } | null
  readonly citedBy: { readonly totalCount: number }
}
export interface FigureRead extends Cited {
  readonly quantity: string
  readonly value: number
  readonly unit: string
}
export interface BearingRead extends Cited {
  readonly claim: Keyed
}
export interface PositionRead {
  readonly stance: string
  readonly attribution: string
  readonly statement: Keyed
}
