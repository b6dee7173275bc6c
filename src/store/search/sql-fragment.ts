/** A row that stands for a revision: the SQL of its chronology, its development's id and its own id. */
export interface Candidate {
  readonly sort: string
  readonly development: string
  readonly revision: string
}

/** SQL, and what its named parameters stand for. */
export interface Bound {
  readonly sql: string
  readonly values: Readonly<Record<string, unknown>>
}
