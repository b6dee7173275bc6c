/*
 * What of the answer to `DEVELOPMENT_QUERY` the page itself puts to use. Fields of one kind of development are missing from the others.
 */

export interface DevelopmentData {
  readonly key: string
  readonly kind: string
  readonly headline: string
  readonly summary: string
  readonly date: Day
  readonly evidentialStatus: string
  readonly credibility: string
  readonly independentSources: number
  readonly disputes: readonly { readonly title: string }[]
  readonly contextOf: readonly { readonly title: string }[]
  readonly participations: readonly Participation[]
  readonly places: readonly Named[]
  readonly citations: readonly Citation[]
  readonly codings: readonly Coding[]
  readonly figures: readonly Figure[]
  readonly disagreements: readonly Disagreement[]
  readonly bearings: readonly Bearing[]
  readonly assessments: readonly Assessment[]
  readonly statusChanges: readonly StatusChange[]
  readonly links: readonly Linked[]
  readonly linkedFrom: { readonly totalCount: number; readonly nodes: readonly Linked[] }
  readonly revisions: readonly Revision[]
  readonly retraction: { readonly reason: string; readonly at: string } | null
  readonly permalink: string
  readonly eventKind?: string
  readonly acts?: readonly string[]
  readonly channel?: string
  readonly quotes?: readonly Quote[]
  readonly positions?: readonly Position[]
  readonly demands?: readonly Demand[]
  readonly measureKind?: string
  readonly legalCharacter?: string
  readonly legalBasis?: string | null
  readonly status?: string | null
  readonly statusHistory?: readonly StatusChange[]
}

interface Day {
  readonly label: string
  readonly note: string | null
}

export interface Named {
  readonly name: string
}

export interface Participation {
  readonly actor: Named
  readonly role: string
  readonly note: string | null
}

/** A citation as something that rests on it names it. */
export interface Cited {
  readonly source: { readonly key: string; readonly title: string }
  readonly locator: string | null
}

export interface Citation extends Cited {
  readonly source: Cited['source'] & {
    readonly url: string | null
    readonly archiveUrl: string | null
    readonly author: string | null
    readonly outlet: Named | null
    readonly republishedBy: Named | null
    readonly publishedOn: { readonly label: string } | null
    readonly reliability: string
    readonly note: string | null
  }
  readonly credibility: string
  readonly basis: string
  readonly excerpt: string | null
  /** Nearest first. */
  readonly via: readonly Named[]
}

export interface Coding {
  readonly type: string
  readonly modes: readonly string[]
  readonly contexts: readonly string[]
  readonly auxiliaries: readonly string[]
  readonly initiators: readonly Named[]
  readonly recipients: readonly Named[]
  readonly quadClass: string
  readonly score: number
}

export interface Figure {
  readonly quantity: string
  readonly value: number | null
  readonly min: number | null
  readonly max: number | null
  readonly unit: string | null
  readonly asWritten: string | null
  readonly note: string | null
  readonly citation: Cited
}

export interface Disagreement {
  readonly quantity: string
  readonly unit: string | null
  readonly figures: readonly Figure[]
}

export interface Bearing {
  readonly claim: Claim
  readonly bearing: string
  /** Empty where the source itself says so. */
  readonly by: readonly Named[]
  readonly citation: Cited
  readonly note: string | null
}

interface Claim {
  readonly proposition: string
}

export interface Assessment {
  readonly demand: Demand
  readonly response: string
  readonly date: Day
  readonly note: string | null
}

export interface Demand {
  readonly text: string
  readonly remedy: string
  readonly madeBy: readonly Named[]
  readonly addressees: readonly Named[]
}

export interface StatusChange {
  readonly measure: { readonly key: string; readonly headline: string }
  readonly status: string
  readonly date: Day
  readonly note: string | null
  readonly development: Headline
}

export interface Headline {
  readonly key: string
  readonly headline: string
  readonly date: { readonly label: string }
}

export interface Linked {
  readonly relation: string
  readonly note: string | null
  readonly development: Headline
}

export interface Revision {
  readonly number: number
  readonly kind: string
  readonly note: string | null
  readonly recordedAt: string
  readonly recordedBy: string | null
}

export interface Quote {
  readonly text: string
  readonly language: string
  readonly translated: boolean | null
  readonly citation: Cited
}

export interface Position {
  readonly claim: Claim
  readonly holder: Named
  readonly stance: string
  readonly attribution: string
  /** The claim put in the place of `claim`. */
  readonly alternative: Claim | null
  readonly note: string | null
  readonly citations: readonly Cited[]
}
