/*
 * Analyses of a whole dispute. `baseline/analyses.ts` computes the same results.
 */

/** The current position of each holder on each claim with its sources, and the earlier positions. */
export const MATRIX = `query Matrix($dispute: Key!) {
  dispute(key: $dispute) {
    positions {
      claims { key proposition }
      holders { key name kind }
      cells {
        claim { key } holder { key } shifted
        current { stance attribution date { edtf } statement { key headline } citations { credibility source { key title } } }
        history { stance date { edtf } }
      }
    }
  }
}`

/** Each demand with its current response and the history of responses. */
export const LEDGER = `query Ledger($dispute: Key!) {
  dispute(key: $dispute) {
    demands {
      key text remedy madeBy { key name } addressees { key name } response
      assessments { response date { edtf } note development { key headline } }
    }
  }
}`

/** Conflict and cooperation by month. */
export const TENSION = `query Tension($dispute: Key!) {
  dispute(key: $dispute) {
    tension(bucket: MONTH) { straddling buckets { from to count mean sum cooperation conflict } }
  }
}`
