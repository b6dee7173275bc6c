/** What the page of a development shows, and its `.json` tells. */
export const DEVELOPMENT_QUERY = /* GraphQL */ `
  query Development($key: Key!) {
    development(key: $key) {
      key
      kind
      headline
      summary
      date {
        edtf
        label
        earliest
        latest
        note
      }
      evidentialStatus
      credibility
      independentSources
      disputes {
        key
        title
      }
      contextOf {
        key
        title
      }
      participations {
        actor {
          key
          name
        }
        role
        note
      }
      places {
        key
        name
        country
      }
      figures {
        quantity
        value
        min
        max
        unit
        asWritten
        note
        citation {
          source {
            key
          }
        }
      }
      bearings {
        claim {
          key
          proposition
        }
        bearing
        by {
          key
          name
        }
        note
      }
      assessments {
        demand {
          key
          text
        }
        response
        date {
          label
        }
        note
      }
      statusChanges {
        measure {
          key
          headline
        }
        status
        date {
          label
        }
        note
      }
      citations {
        source {
          key
          title
          url
          archiveUrl
          outlet {
            key
            name
          }
          publishedOn {
            label
          }
          reliability
        }
        credibility
        basis
        locator
        excerpt
        via {
          key
          name
        }
      }
      links {
        relation
        note
        development {
          key
          headline
        }
      }
      linkedFrom(first: 100) {
        nodes {
          relation
          note
          development {
            key
            headline
          }
        }
      }
      revision
      revisions {
        number
        kind
        note
        recordedAt
      }
      recordedAt
      amendedAt
      retraction {
        reason
        at
      }
      entryCursor
      permalink
      ... on Event {
        eventKind
      }
      ... on Statement {
        speakers {
          key
          name
        }
        onBehalfOf {
          key
          name
        }
        addressees {
          key
          name
        }
        acts
        channel
        quotes {
          text
          language
          translated
          citation {
            source {
              key
            }
          }
        }
        positions {
          claim {
            key
            proposition
          }
          holder {
            key
            name
          }
          stance
          note
        }
        demands {
          key
          text
        }
      }
      ... on Measure {
        measureKind
        legalCharacter
        legalBasis
        status
        imposedBy {
          key
          name
        }
        targets {
          key
          name
        }
        beneficiaries {
          key
          name
        }
        statusHistory {
          status
          date {
            label
          }
          note
        }
      }
    }
  }
`

export interface Named {
  readonly name: string
}

export interface Linked {
  readonly relation: string
  readonly note: string | null
  readonly development: { readonly key: string; readonly headline: string }
}

/** What of the query the page itself puts to use. */
export interface DevelopmentData {
  readonly key: string
  readonly kind: string
  readonly headline: string
  readonly summary: string
  readonly date: { readonly label: string; readonly note: string | null }
  readonly evidentialStatus: string
  readonly credibility: string
  readonly independentSources: number
  readonly disputes: readonly { readonly title: string }[]
  readonly places: readonly Named[]
  readonly figures: readonly Figure[]
  readonly citations: readonly Citation[]
  readonly links: readonly Linked[]
  readonly linkedFrom: { readonly nodes: readonly Linked[] }
  readonly revisions: readonly { number: number; kind: string; note: string | null; recordedAt: string }[]
  readonly retraction: { readonly reason: string; readonly at: string } | null
  readonly permalink: string
  readonly speakers?: readonly Named[]
  readonly onBehalfOf?: readonly Named[]
  readonly addressees?: readonly Named[]
  readonly quotes?: readonly { readonly text: string; readonly language: string }[]
  readonly positions?: readonly Position[]
  readonly demands?: readonly { readonly text: string }[]
  readonly bearings: readonly Bearing[]
  readonly imposedBy?: readonly Named[]
  readonly targets?: readonly Named[]
  readonly status?: string | null
}

export interface Figure {
  readonly quantity: string
  readonly value: number | null
  readonly min: number | null
  readonly max: number | null
  readonly unit: string | null
  readonly asWritten: string | null
  readonly citation: { readonly source: { readonly key: string } }
}

export interface Citation {
  readonly source: {
    readonly key: string
    readonly title: string
    readonly url: string | null
    readonly outlet: Named | null
    readonly publishedOn: { readonly label: string } | null
    readonly reliability: string
  }
  readonly credibility: string
  readonly basis: string
  readonly excerpt: string | null
}

export interface Position {
  readonly claim: { readonly proposition: string }
  readonly holder: Named
  readonly stance: string
  readonly note: string | null
}

export interface Bearing {
  readonly claim: { readonly proposition: string }
  readonly bearing: string
  readonly by: readonly Named[]
}
