/** The fragments in which the query of a development names people, claims, demands, figures and the like. */
export const DEVELOPMENT_PARTS = /* GraphQL */ `
  fragment Day on UncertainDate {
    edtf
    label
    earliest
    latest
    note
  }

  fragment Name on Actor {
    key
    name
  }

  fragment Proposition on Claim {
    key
    proposition
  }

  fragment Asked on Demand {
    key
    text
    remedy
    madeBy {
      ...Name
    }
    addressees {
      ...Name
    }
  }

  fragment Cited on Citation {
    source {
      key
      title
    }
    locator
  }

  fragment Counted on Figure {
    quantity
    value
    min
    max
    unit
    asWritten
    note
    citation {
      ...Cited
    }
  }

  fragment Changed on MeasureStatusChange {
    measure {
      key
      headline
    }
    status
    date {
      ...Day
    }
    note
    development {
      ...Headline
    }
  }

  fragment Headline on Development {
    key
    headline
    date {
      label
    }
  }
`
