/*
 * What analysts ask of a whole dispute. `analysis-by-hand.ts` answers the same.
 */

/** Who holds what about each claim, the current positions quoted to their sources, with what was held before. */
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

/** What is demanded, how it stands answered, and how that came about. */
export const LEDGER = `query Ledger($dispute: Key!) {
  dispute(key: $dispute) {
    demands {
      key text remedy madeBy { key name } addressees { key name } response
      assessments { response date { edtf } note development { key headline } }
    }
  }
}`

/** How conflict and cooperation went, month by month. */
export const TENSION = `query Tension($dispute: Key!) {
  dispute(key: $dispute) {
    tension(bucket: MONTH) { straddling buckets { from to count mean sum cooperation conflict } }
  }
}`
