import { DEVELOPMENT_PARTS } from './development-fragments.ts'

/** What the page of a development shows, and its `.json` tells. `DevelopmentData` describes its answer. */
export const DEVELOPMENT_QUERY = /* GraphQL */ `
  query Development($key: Key!) {
    development(key: $key) {
      ...Told
      ...Coded
      ...Bearing
      ...Linked
      ...Kept
      ... on Event {
        eventKind
      }
      ...Said
      ...Measured
    }
  }

  fragment Told on Development {
    id
    key
    kind
    headline
    summary
    date {
      ...Day
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
        ...Name
      }
      role
      note
    }
    places {
      key
      name
      country
    }
    citations {
      source {
        key
        title
        outlet {
          ...Name
        }
        republishedBy {
          ...Name
        }
        genre
        author
        note
        url
        archiveUrl
        publishedOn {
          label
        }
        language
        reliability
      }
      credibility
      basis
      locator
      excerpt
      via {
        ...Name
      }
    }
  }

  fragment Coded on Development {
    codings {
      type
      modes
      contexts
      auxiliaries
      initiators {
        ...Name
      }
      recipients {
        ...Name
      }
      quadClass
      score
      scale
    }
    figures {
      ...Counted
    }
    disagreements {
      quantity
      unit
      figures {
        ...Counted
      }
    }
  }

  fragment Bearing on Development {
    bearings {
      claim {
        ...Proposition
      }
      bearing
      by {
        ...Name
      }
      citation {
        ...Cited
      }
      note
    }
    assessments {
      demand {
        ...Asked
      }
      response
      date {
        ...Day
      }
      note
    }
    statusChanges {
      ...Changed
    }
  }

  fragment Linked on Development {
    links {
      relation
      note
      development {
        ...Headline
      }
    }
    linkedFrom(first: 100) {
      totalCount
      nodes {
        relation
        note
        development {
          ...Headline
        }
      }
    }
  }

  fragment Kept on Development {
    revision
    revisions {
      number
      kind
      note
      recordedAt
      recordedBy
    }
    recordedAt
    amendedAt
    retraction {
      reason
      at
    }
    entryCursor
    permalink
  }

  fragment Said on Statement {
    speakers {
      ...Name
    }
    onBehalfOf {
      ...Name
    }
    addressees {
      ...Name
    }
    acts
    channel
    quotes {
      text
      language
      translated
      citation {
        ...Cited
      }
    }
    positions {
      claim {
        ...Proposition
      }
      holder {
        ...Name
      }
      stance
      attribution
      alternative {
        ...Proposition
      }
      note
      date {
        ...Day
      }
      citations {
        ...Cited
      }
      quotes {
        text
        language
        translated
      }
    }
    demands {
      ...Asked
    }
  }

  fragment Measured on Measure {
    measureKind
    legalCharacter
    legalBasis
    status
    imposedBy {
      ...Name
    }
    targets {
      ...Name
    }
    beneficiaries {
      ...Name
    }
    statusHistory {
      ...Changed
    }
  }

  ${DEVELOPMENT_PARTS}
`
