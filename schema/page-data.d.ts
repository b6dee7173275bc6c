// Generated from the queries of the pages by `npm run generate:contracts`.
export type ActorDemandsData = {
  readonly dispute: {
    readonly key: string
    readonly title: string
    readonly lastReportedOn: string | null
    readonly period: {
      readonly label: string
    } & ChartDate
    readonly parties: readonly ({
      readonly key: string
    })[]
    readonly demands: readonly ({
      readonly madeIn: readonly ({
        readonly key: string
        readonly date: ChartDate
      })[]
    } & Demanded)[]
  } | null
}
export type ChartDate = {
  readonly earliest: string | null
  readonly latest: string | null
  readonly reading: string
  readonly approximate: boolean
  readonly uncertain: boolean
  readonly ongoing: boolean
  readonly instant: string | null
}
export type Demanded = {
  readonly key: string
  readonly text: string
  readonly remedy: string
  readonly madeBy: readonly (Affiliated)[]
  readonly addressees: readonly (Affiliated)[]
  readonly response: string | null
  readonly assessment: Assessed | null
  readonly assessments: readonly (Assessed)[]
}
export type Affiliated = {
  readonly key: string
  readonly name: string
  readonly affiliations: readonly ({
    readonly relation: string
    readonly organisation: {
      readonly key: string
    }
  })[]
}
export type Assessed = {
  readonly id: string
  readonly response: string
  readonly note: string | null
  readonly by: readonly ({
    readonly key: string
    readonly name: string
  })[]
  readonly date: {
    readonly edtf: string
    readonly earliest: string | null
    readonly latest: string | null
    readonly approximate: boolean
    readonly uncertain: boolean
    readonly ongoing: boolean
    readonly reading: string
    readonly shortLabel: string
  }
  readonly development: {
    readonly key: string
  }
  readonly citation: Published | null
}
export type Published = {
  readonly source: {
    readonly publishedOn: {
      readonly latest: string | null
    } | null
  }
}
export type ActorData = {
  readonly actor: {
    readonly key: string
    readonly name: string
    readonly kind: string
    readonly country: string | null
    readonly description: string | null
    readonly aliases: readonly (string)[]
    readonly identifiers: readonly ({
      readonly scheme: string
      readonly value: string
      readonly url: string | null
    })[]
    readonly affiliations: readonly ({
      readonly relation: string
      readonly office: string | null
      readonly date: {
        readonly label: string
      } | null
      readonly organisation: {
        readonly key: string
        readonly name: string
      }
    })[]
    readonly members: {
      readonly totalCount: number | null
      readonly nodes: readonly ({
        readonly relation: string
        readonly office: string | null
        readonly date: {
          readonly label: string
        } | null
        readonly actor: {
          readonly key: string
          readonly name: string
        }
      })[]
    }
    readonly all: {
      readonly totalCount: number | null
    }
    readonly developments: {
      readonly totalCount: number | null
      readonly nodes: readonly (Dated)[]
      readonly facets: {
        readonly disputes: readonly ({
          readonly value: {
            readonly key: string
            readonly title: string
          }
          readonly count: number
        })[]
        readonly disputeCount: number
      } | null
    }
  } | null
}
export type Dated = {
  readonly key: string
  readonly kind: string
  readonly headline: string
  readonly date: {
    readonly edtf: string
    readonly shortLabel: string
  }
}
export type ActorMeasuresData = {
  readonly by: {
    readonly totalCount: number | null
    readonly nodes: readonly (ChartMeasure)[]
  } | null
  readonly against: {
    readonly totalCount: number | null
    readonly nodes: readonly (ChartMeasure)[]
  } | null
}
export type ChartMeasure = {
  readonly key: string
  readonly headline: string
  readonly measureKind: string
  readonly legalCharacter: string
  readonly imposedBy: readonly ({
    readonly key: string
    readonly name: string
  })[]
  readonly date: {
    readonly shortLabel: string
  } & ChartDate
  readonly status: string | null
  readonly statusHistory: readonly ({
    readonly status: string
    readonly development: {
      readonly key: string
    }
    readonly date: {
      readonly shortLabel: string
    } & ChartDate
  })[]
  readonly lastReportedOn: string | null
}
export type ActorPartiesData = {
  readonly disputes: {
    readonly pageInfo: {
      readonly hasNextPage: boolean
      readonly endCursor: string | null
    }
    readonly nodes: readonly ({
      readonly key: string
      readonly parties: readonly ({
        readonly key: string
      })[]
    })[]
  } | null
}
export type ActorPositionsData = {
  readonly actor: {
    readonly currentPositions: readonly ({
      readonly shifted: boolean
      readonly claim: {
        readonly key: string
        readonly proposition: string
      }
      readonly current: Held
      readonly history: readonly ({
        readonly date: ChartDate
      } & Stated)[]
    })[] | null
  } | null
}
export type Held = {
  readonly statement: Doubt
} & Stated
export type Stated = {
  readonly id: string
  readonly stance: string
  readonly attribution: string
  readonly date: {
    readonly edtf: string
    readonly earliest: string | null
    readonly latest: string | null
    readonly reading: string
    readonly shortLabel: string
  }
  readonly statement: {
    readonly key: string
  }
  readonly citations: readonly (Published)[]
}
export type Doubt = {
  readonly evidentialStatus: string
  readonly credibility: string
  readonly citations: readonly ({
    readonly basis: string
  })[]
}
export type CentralPositionsData = {
  readonly claim: {
    readonly currentPositions: readonly ({
      readonly holder: {
        readonly key: string
        readonly name: string
      }
    } & Held)[] | null
    readonly positions: {
      readonly totalCount: number | null
      readonly nodes: readonly ({
        readonly holder: {
          readonly key: string
        }
      } & Stated)[]
    }
  } | null
}
export type ClaimData = {
  readonly claim: {
    readonly key: string
    readonly proposition: string
    readonly dispute: {
      readonly key: string
      readonly title: string
      readonly lastReportedOn: string | null
      readonly period: ChartDate
      readonly parties: readonly ({
        readonly key: string
        readonly name: string
      })[]
    }
    readonly currentPositions: readonly ({
      readonly holder: {
        readonly key: string
        readonly name: string
      }
    } & Held)[] | null
    readonly positions: {
      readonly totalCount: number | null
      readonly nodes: readonly (HeldOnClaim)[]
    }
    readonly bearings: {
      readonly totalCount: number | null
      readonly nodes: readonly ({
        readonly bearing: string
        readonly note: string | null
        readonly by: readonly ({
          readonly key: string
          readonly name: string
        })[]
        readonly development: {
          readonly key: string
          readonly headline: string
          readonly date: {
            readonly edtf: string
            readonly shortLabel: string
          }
        }
        readonly citation: {
          readonly credibility: string
          readonly excerpt: string | null
          readonly locator: string | null
          readonly source: NamedSource
        }
      })[]
    }
    readonly relations: readonly ({
      readonly relation: string
      readonly claim: RelatedClaim
    })[]
    readonly relatedFrom: readonly ({
      readonly relation: string
      readonly claim: RelatedClaim
    })[]
  } | null
}
export type RelatedClaim = {
  readonly key: string
  readonly proposition: string
  readonly currentPositions: readonly ({
    readonly stance: string
    readonly holder: {
      readonly key: string
      readonly name: string
    }
  })[] | null
}
export type HeldOnClaim = {
  readonly id: string
  readonly stance: string
  readonly attribution: string
  readonly note: string | null
  readonly alternative: {
    readonly key: string
    readonly proposition: string
  } | null
  readonly holder: {
    readonly key: string
    readonly name: string
  }
  readonly date: {
    readonly edtf: string
    readonly shortLabel: string
  } & ChartDate
  readonly statement: {
    readonly key: string
    readonly headline: string
  } & Doubt
  readonly citations: readonly ({
    readonly locator: string | null
    readonly source: NamedSource
  })[]
}
export type NamedSource = {
  readonly key: string
  readonly author: string | null
  readonly outlet: {
    readonly key: string
    readonly name: string
  } | null
  readonly publishedOn: {
    readonly shortLabel: string
    readonly latest: string | null
  } | null
}
export type ClaimPositionsData = {
  readonly claim: {
    readonly positions: {
      readonly pageInfo: {
        readonly hasPreviousPage: boolean
        readonly startCursor: string | null
      }
      readonly nodes: readonly (HeldOnClaim)[]
    }
  } | null
}
export type DisputeInShortData = {
  readonly dispute: {
    readonly key: string
    readonly title: string
    readonly summary: string
    readonly lastReportedOn: string | null
    readonly period: {
      readonly label: string
    } & ChartDate
    readonly parties: readonly ({
      readonly key: string
      readonly name: string
    })[]
    readonly centralClaim: {
      readonly key: string
      readonly proposition: string
    } | null
    readonly demands: readonly ({
      readonly response: string | null
    })[]
    readonly measuresInForceCount: number | null
    readonly developments: {
      readonly totalCount: number | null
      readonly nodes: readonly (Dated)[]
    }
    readonly sources: {
      readonly totalCount: number | null
    }
  } | null
}
export type DisputeBasisData = {
  readonly dispute: {
    readonly developments: {
      readonly pageInfo: {
        readonly hasNextPage: boolean
        readonly endCursor: string | null
      }
      readonly nodes: readonly ({
        readonly date: {
          readonly precision: string
          readonly approximate: boolean
          readonly uncertain: boolean
        }
        readonly citations: readonly ({
          readonly source: {
            readonly key: string
            readonly publishedOn: {
              readonly latest: string | null
            } | null
          }
        })[]
      })[]
    }
  } | null
}
export type CurrentOnClaimData = {
  readonly claim: {
    readonly currentPositions: readonly ({
      readonly holder: {
        readonly key: string
        readonly name: string
      }
      readonly previous: {
        readonly previous: Stated | null
      } & Stated | null
    } & Held)[] | null
  } | null
}
export type DisputeEvidenceData = {
  readonly dispute: {
    readonly claims: readonly ({
      readonly key: string
      readonly proposition: string
      readonly relations: readonly ({
        readonly relation: string
        readonly claim: {
          readonly key: string
        }
      })[]
      readonly bearings: {
        readonly totalCount: number | null
        readonly nodes: readonly ({
          readonly bearing: string
          readonly by: readonly ({
            readonly key: string
            readonly name: string
          })[]
          readonly development: {
            readonly key: string
            readonly headline: string
            readonly date: {
              readonly edtf: string
              readonly earliest: string | null
              readonly latest: string | null
              readonly shortLabel: string
            }
          }
          readonly citation: Published
        })[]
      }
    })[]
  } | null
}
export type DisputeFacetsData = {
  readonly dispute: {
    readonly developments: {
      readonly facets: {
        readonly kinds: readonly ({
          readonly value: string
          readonly count: number
        })[]
        readonly actors: readonly ({
          readonly value: {
            readonly key: string
            readonly name: string
          }
          readonly count: number
        })[]
      } | null
    }
  } | null
}
export type DisputeData = {
  readonly dispute: {
    readonly key: string
    readonly title: string
    readonly summary: string
    readonly lastReportedOn: string | null
    readonly centralClaim: {
      readonly key: string
      readonly proposition: string
    } | null
    readonly period: {
      readonly label: string
    } & ChartDate
    readonly parties: readonly ({
      readonly key: string
      readonly name: string
    })[]
    readonly demands: readonly ({
      readonly madeIn: readonly ({
        readonly key: string
        readonly date: ChartDate
      })[]
    } & Demanded)[]
    readonly developments: {
      readonly totalCount: number | null
    }
    readonly all: {
      readonly totalCount: number | null
    }
    readonly oldest: {
      readonly nodes: readonly ({
        readonly date: ChartDate
      })[]
    }
    readonly newest: {
      readonly nodes: readonly ({
        readonly date: ChartDate
      })[]
    }
  } | null
}
export type DisputeMeasuresData = {
  readonly dispute: {
    readonly parties: readonly ({
      readonly key: string
      readonly name: string
    })[]
    readonly measuresInForce: readonly (ChartMeasure)[] | null
    readonly measuresInForceCount: number | null
  } | null
  readonly measures: {
    readonly totalCount: number | null
    readonly nodes: readonly (ChartMeasure)[]
  } | null
}
export type DisputePartyData = {
  readonly statements: {
    readonly nodes: readonly ({
      readonly key: string
      readonly headline: string
      readonly date: {
        readonly edtf: string
        readonly shortLabel: string
      }
    })[]
  } | null
  readonly measures: {
    readonly totalCount: number | null
    readonly nodes: readonly ({
      readonly key: string
      readonly measureKind: string
    })[]
  } | null
}
export type DisputePositionsData = {
  readonly dispute: {
    readonly contradictions: readonly ({
      readonly holder: {
        readonly key: string
        readonly name: string
      }
      readonly positions: readonly ({
        readonly claim: {
          readonly key: string
          readonly proposition: string
        }
      })[]
    })[] | null
    readonly positions: {
      readonly cells: readonly ({
        readonly claim: {
          readonly key: string
        }
        readonly holder: {
          readonly key: string
          readonly name: string
        }
        readonly shifted: boolean
        readonly current: Held
        readonly history: readonly (Stated)[]
      })[]
    } | null
  } | null
}
export type DisputeSourcesData = {
  readonly dispute: {
    readonly sources: {
      readonly totalCount: number | null
      readonly nodes: readonly (ListedSource)[]
    }
  } | null
}
export type ListedSource = {
  readonly key: string
  readonly title: string
  readonly author: string | null
  readonly reliability: string
  readonly outlet: {
    readonly key: string
    readonly name: string
  } | null
  readonly publishedOn: {
    readonly edtf: string
    readonly latest: string | null
    readonly label: string
    readonly shortLabel: string
  } | null
}
export type DisputeStoryData = {
  readonly dispute: {
    readonly parties: readonly ({
      readonly key: string
      readonly name: string
    })[]
    readonly phases: readonly ({
      readonly label: string
      readonly date: {
        readonly label: string
      } & ChartDate
      readonly summary: string
      readonly sources: readonly ({
        readonly publishedOn: ChartDate | null
      })[]
    })[]
    readonly centralClaim: {
      readonly key: string
      readonly early: {
        readonly totalCount: number | null
        readonly nodes: readonly (StoryPosition)[]
      }
      readonly late: {
        readonly nodes: readonly (StoryPosition)[]
      }
    } | null
    readonly sources: {
      readonly totalCount: number | null
      readonly nodes: readonly ({
        readonly key: string
        readonly author: string | null
        readonly outlet: {
          readonly name: string
        } | null
        readonly publishedOn: ChartDate | null
      })[]
    }
  } | null
}
export type StoryPosition = {
  readonly id: string
  readonly holder: {
    readonly key: string
    readonly name: string
  }
  readonly stance: string
  readonly attribution: string
  readonly statement: {
    readonly key: string
  }
  readonly citations: readonly (Published)[]
  readonly date: ChartDate
}
export type DisputeTensionData = {
  readonly dispute: {
    readonly parties: readonly ({
      readonly key: string
      readonly name: string
    })[]
    readonly tension: {
      readonly scale: string
      readonly straddling: number
      readonly marks: {
        readonly totalCount: number | null
        readonly pageInfo: {
          readonly endCursor: string | null
          readonly hasNextPage: boolean
        }
        readonly nodes: readonly ({
          readonly development: {
            readonly key: string
            readonly headline: string
          }
          readonly type: string
          readonly modes: readonly (string)[]
          readonly score: number
          readonly date: {
            readonly shortLabel: string
          } & ChartDate
          readonly initiators: readonly ({
            readonly key: string
            readonly name: string
          })[]
          readonly recipients: readonly ({
            readonly key: string
            readonly name: string
          })[]
        })[]
      }
    } | null
  } | null
}
export type DisputeTimelineData = {
  readonly dispute: {
    readonly developments: {
      readonly totalCount: number | null
      readonly pageInfo: {
        readonly hasNextPage: boolean
        readonly hasPreviousPage: boolean
        readonly startCursor: string | null
        readonly endCursor: string | null
      }
      readonly nodes: readonly (Entry)[]
    }
  } | null
}
export type Entry = {
  readonly key: string
  readonly kind: string
  readonly headline: string
  readonly date: {
    readonly edtf: string
    readonly earliest: string | null
    readonly latest: string | null
    readonly approximate: boolean
    readonly uncertain: boolean
    readonly ongoing: boolean
    readonly reading: string
    readonly label: string
  }
  readonly retraction: {
    readonly at: string
  } | null
  readonly citations: readonly ({
    readonly source: {
      readonly key: string
      readonly author: string | null
      readonly outlet: {
        readonly key: string
        readonly name: string
      } | null
      readonly publishedOn: {
        readonly latest: string | null
        readonly shortLabel: string
      } | null
    }
  })[]
} & Doubt & Partial<{
  readonly speakers: readonly ({
    readonly key: string
    readonly name: string
  })[]
  readonly addressees: readonly ({
    readonly key: string
    readonly name: string
  })[]
}> & Partial<{
  readonly imposedBy: readonly ({
    readonly key: string
    readonly name: string
  })[]
  readonly targets: readonly ({
    readonly key: string
    readonly name: string
  })[]
}>
export type FrameData = {
  readonly service: {
    readonly version: string
    readonly developments: number
    readonly head: string
    readonly headAt: string | null
    readonly recordedFrom: string | null
  }
}
export type DisputesData = {
  readonly disputes: {
    readonly totalCount: number | null
    readonly pageInfo: {
      readonly hasNextPage: boolean
      readonly hasPreviousPage: boolean
      readonly startCursor: string | null
      readonly endCursor: string | null
    }
    readonly nodes: readonly ({
      readonly key: string
      readonly title: string
    })[]
  } | null
}
export type HowManyDevelopmentsData = {
  readonly developments: {
    readonly totalCount: number | null
  } | null
}
export type CitedSourcesData = {
  readonly developments: {
    readonly facets: {
      readonly sourceCount: number
      readonly sources: readonly ({
        readonly value: {
          readonly key: string
        }
      })[]
    } | null
  } | null
}
export type ListedClaimsData = {
  readonly dispute: {
    readonly key: string
    readonly title: string
    readonly parties: readonly ({
      readonly key: string
    })[]
    readonly claims: readonly ({
      readonly key: string
      readonly proposition: string
      readonly bearings: {
        readonly totalCount: number | null
      }
    })[]
  } | null
}
export type ListedDemandsData = {
  readonly dispute: {
    readonly key: string
    readonly title: string
    readonly lastReportedOn: string | null
    readonly period: ChartDate
    readonly demands: readonly ({
      readonly madeIn: readonly ({
        readonly key: string
        readonly date: ChartDate
      })[]
    } & Demanded)[]
  } | null
}
export type ListedSourcesData = {
  readonly dispute: {
    readonly key: string
    readonly title: string
    readonly sources: {
      readonly totalCount: number | null
      readonly pageInfo: {
        readonly hasNextPage: boolean
        readonly hasPreviousPage: boolean
        readonly startCursor: string | null
        readonly endCursor: string | null
      }
      readonly nodes: readonly (ListedSource)[]
    }
  } | null
}
export type NewlyRecordedData = {
  readonly service: {
    readonly headAt: string | null
  }
  readonly developments: {
    readonly totalCount: number | null
    readonly pageInfo: {
      readonly hasNextPage: boolean
      readonly endCursor: string | null
    }
    readonly nodes: readonly ({
      readonly key: string
      readonly kind: string
      readonly headline: string
      readonly summary: string
      readonly recordedAt: string
      readonly amendedAt: string | null
      readonly retraction: {
        readonly at: string
        readonly reason: string
      } | null
      readonly permalink: string
      readonly disputes: readonly ({
        readonly key: string
        readonly title: string
      })[]
      readonly citations: readonly ({
        readonly source: {
          readonly author: string | null
          readonly outlet: {
            readonly name: string
          } | null
        }
      })[]
    } & Partial<{
      readonly speakers: readonly ({
        readonly name: string
      })[]
    }>)[]
  } | null
}
export type SearchDevelopmentsData = {
  readonly developments: {
    readonly totalCount: number | null
    readonly pageInfo: {
      readonly hasNextPage: boolean
      readonly hasPreviousPage: boolean
      readonly startCursor: string | null
      readonly endCursor: string | null
    }
    readonly facets: {
      readonly kinds: readonly ({
        readonly value: string
        readonly count: number
      })[]
      readonly actors: readonly ({
        readonly value: {
          readonly key: string
          readonly name: string
        }
        readonly count: number
      })[]
      readonly disputes: readonly ({
        readonly value: {
          readonly key: string
          readonly title: string
        }
        readonly count: number
      })[]
      readonly sources: readonly ({
        readonly value: {
          readonly key: string
          readonly title: string
        }
        readonly count: number
      })[]
    } | null
    readonly edges: readonly ({
      readonly snippet: readonly ({
        readonly text: string
        readonly match: boolean
      })[] | null
      readonly node: Entry & Partial<{
        readonly positions: readonly ({
          readonly claim: {
            readonly key: string
            readonly proposition: string
          }
        })[]
      }>
    })[]
  } | null
}
export type SearchNamesData = {
  readonly disputes: {
    readonly totalCount: number | null
    readonly nodes: readonly ({
      readonly key: string
      readonly title: string
    })[]
  } | null
  readonly actors: {
    readonly totalCount: number | null
    readonly nodes: readonly ({
      readonly key: string
      readonly name: string
      readonly kind: string
    })[]
  } | null
}
export type SourceDevelopmentsData = {
  readonly developments: {
    readonly totalCount: number | null
    readonly pageInfo: {
      readonly hasNextPage: boolean
      readonly endCursor: string | null
    }
    readonly nodes: readonly ({
      readonly citations: readonly ({
        readonly credibility: string
        readonly basis: string
        readonly locator: string | null
        readonly via: readonly ({
          readonly key: string
          readonly name: string
        })[]
        readonly source: {
          readonly key: string
          readonly publishedOn: {
            readonly latest: string | null
          } | null
        }
      })[]
    } & Dated)[]
  } | null
}
export type SourceData = {
  readonly source: {
    readonly key: string
    readonly title: string
    readonly author: string | null
    readonly genre: string
    readonly language: string
    readonly note: string | null
    readonly url: string | null
    readonly archiveUrl: string | null
    readonly accessedOn: string | null
    readonly reliability: string
    readonly outlet: {
      readonly key: string
      readonly name: string
    } | null
    readonly republishedBy: {
      readonly key: string
      readonly name: string
    } | null
    readonly publishedOn: {
      readonly edtf: string
      readonly latest: string | null
      readonly label: string
      readonly shortLabel: string
    } | null
  } | null
}
export type WhichDevelopmentsData = {
  readonly developments: {
    readonly nodes: readonly ({
      readonly key: string
    })[]
  } | null
}
export type WithdrawnData = {
  readonly developments: {
    readonly totalCount: number | null
    readonly pageInfo: {
      readonly hasNextPage: boolean
      readonly endCursor: string | null
    }
    readonly nodes: readonly ({
      readonly key: string
      readonly headline: string
      readonly retraction: {
        readonly at: string
        readonly reason: string
      } | null
    })[]
  } | null
}
export type EverythingAboutOneData = {
  readonly development: {
    readonly id: string
    readonly key: string
    readonly kind: string
    readonly headline: string
    readonly summary: string
    readonly date: {
      readonly precision: string
      readonly approximate: boolean
      readonly uncertain: boolean
      readonly ongoing: boolean
      readonly reading: string
      readonly instant: string | null
    } & Day
    readonly evidentialStatus: string
    readonly credibility: string
    readonly independentSources: number
    readonly disputes: readonly ({
      readonly key: string
      readonly title: string
    })[]
    readonly contextOf: readonly ({
      readonly key: string
      readonly title: string
    })[]
    readonly participations: readonly ({
      readonly actor: {
        readonly kind: string
        readonly country: string | null
      } & Name
      readonly role: string
      readonly note: string | null
    })[]
    readonly places: readonly ({
      readonly key: string
      readonly name: string
      readonly country: string | null
      readonly latitude: number | null
      readonly longitude: number | null
    })[]
    readonly citations: readonly ({
      readonly source: {
        readonly key: string
        readonly title: string
        readonly outlet: {
          readonly kind: string
        } & Name | null
        readonly republishedBy: Name | null
        readonly genre: string
        readonly author: string | null
        readonly note: string | null
        readonly url: string | null
        readonly archiveUrl: string | null
        readonly publishedOn: {
          readonly edtf: string
          readonly label: string
          readonly shortLabel: string
          readonly latest: string | null
        } | null
        readonly language: string
        readonly reliability: string
      }
      readonly credibility: string
      readonly basis: string
      readonly locator: string | null
      readonly excerpt: string | null
      readonly via: readonly (Name)[]
    })[]
    readonly codings: readonly ({
      readonly type: string
      readonly modes: readonly (string)[]
      readonly contexts: readonly (string)[]
      readonly auxiliaries: readonly (string)[]
      readonly initiators: readonly (Name)[]
      readonly recipients: readonly (Name)[]
      readonly quadClass: string
      readonly score: number
      readonly scale: string
    })[]
    readonly figures: readonly (Amount)[]
    readonly disagreements: readonly ({
      readonly quantity: string
      readonly unit: string | null
      readonly figures: readonly (Amount)[]
    })[]
    readonly bearings: readonly ({
      readonly claim: Proposition
      readonly bearing: string
      readonly by: readonly (Name)[]
      readonly citation: Cited
      readonly note: string | null
    })[]
    readonly assessments: readonly ({
      readonly demand: Asked
      readonly response: string
      readonly date: Day
      readonly by: readonly (Name)[]
      readonly citation: Cited | null
      readonly note: string | null
      readonly previous: {
        readonly response: string
        readonly date: Day
        readonly development: {
          readonly key: string
        }
        readonly citation: Cited | null
      } | null
    })[]
    readonly statusChanges: readonly (StatusChange)[]
    readonly links: readonly ({
      readonly relation: string
      readonly note: string | null
      readonly development: Headline
    })[]
    readonly linkedFrom: {
      readonly totalCount: number | null
      readonly nodes: readonly ({
        readonly relation: string
        readonly note: string | null
        readonly development: Headline
      })[]
    }
    readonly revision: number
    readonly revisions: readonly ({
      readonly number: number
      readonly kind: string
      readonly note: string | null
      readonly recordedAt: string
      readonly recordedBy: string | null
    })[]
    readonly recordedAt: string
    readonly amendedAt: string | null
    readonly retraction: {
      readonly reason: string
      readonly at: string
    } | null
    readonly entryCursor: string
    readonly permalink: string
  } & Partial<{
    readonly eventKind: string
  }> & Partial<{
    readonly speakers: readonly (Name)[]
    readonly onBehalfOf: readonly (Name)[]
    readonly addressees: readonly (Name)[]
    readonly acts: readonly (string)[]
    readonly channel: string
    readonly quotes: readonly ({
      readonly text: string
      readonly language: string
      readonly translated: boolean | null
      readonly citation: Cited
    })[]
    readonly positions: readonly ({
      readonly claim: Proposition
      readonly holder: Name
      readonly stance: string
      readonly attribution: string
      readonly alternative: Proposition | null
      readonly note: string | null
      readonly date: Day
      readonly citations: readonly (Cited)[]
      readonly quotes: readonly ({
        readonly text: string
        readonly language: string
        readonly translated: boolean | null
      })[]
      readonly previous: {
        readonly stance: string
        readonly attribution: string
        readonly date: Day
        readonly statement: {
          readonly key: string
        }
        readonly citations: readonly (Cited)[]
      } | null
    })[]
    readonly demands: readonly (Asked)[]
  }> & Partial<{
    readonly measureKind: string
    readonly legalCharacter: string
    readonly legalBasis: string | null
    readonly status: string | null
    readonly imposedBy: readonly (Name)[]
    readonly targets: readonly (Name)[]
    readonly beneficiaries: readonly (Name)[]
    readonly statusHistory: readonly (StatusChange)[]
  }> | null
}
export type Day = {
  readonly edtf: string
  readonly label: string
  readonly shortLabel: string
  readonly earliest: string | null
  readonly latest: string | null
  readonly reading: string
  readonly note: string | null
}
export type Name = {
  readonly key: string
  readonly name: string
}
export type Proposition = {
  readonly key: string
  readonly proposition: string
}
export type Asked = {
  readonly key: string
  readonly text: string
  readonly remedy: string
  readonly madeBy: readonly (Name)[]
  readonly addressees: readonly (Name)[]
}
export type Cited = {
  readonly source: {
    readonly key: string
    readonly title: string
    readonly publishedOn: {
      readonly latest: string | null
    } | null
  }
  readonly locator: string | null
}
export type Amount = {
  readonly id: string
  readonly quantity: string
  readonly value: number | null
  readonly min: number | null
  readonly max: number | null
  readonly unit: string | null
  readonly asWritten: string | null
  readonly note: string | null
  readonly citation: Cited
}
export type StatusChange = {
  readonly measure: {
    readonly key: string
    readonly headline: string
  }
  readonly status: string
  readonly date: Day
  readonly note: string | null
  readonly development: Headline
}
export type Headline = {
  readonly key: string
  readonly headline: string
  readonly date: {
    readonly edtf: string
    readonly label: string
    readonly shortLabel: string
  }
}
