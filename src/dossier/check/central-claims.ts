import { show } from '../../model/errors.ts'
import { disputesTurningOn } from '../../store/queries/reference-records.ts'
import type { Staging } from '../../store/sqlite/staging.ts'
import type { AddressOf, FieldAddress, ProblemList } from '../format/problems.ts'
import { addressOf } from '../format/sections.ts'
import type { ResolvedRecords } from './resolved-records.ts'

/* The central claim of a dispute is one of its own claims: when the dispute is saved, and when the claim is. */

/** Notes the central claim of a dispute, valid or not. */
export function noteCentralClaim(staging: Staging, raw: unknown, own: string, at: AddressOf): void {
  const claim: unknown = typeof raw === 'object' && raw !== null ? Reflect.get(raw, 'central-claim') : undefined
  if (typeof claim === 'string') staging.note('central', own, claim, at(['central-claim']))
}

/** Reports every noted central claim that is of another dispute, and every claim that leaves the dispute that turns on it. */
export function checkCentralClaims(records: ResolvedRecords, problems: ProblemList): void {
  const { staging, reader } = records
  for (const { first: own, second: claim, data } of staging.notes('central')) {
    const dispute = records.find('claim', claim)?.dispute
    if (dispute === undefined || dispute === own || !records.isApplied('dispute', own)) continue
    const message = `the claim ${show(claim)} is part of the dispute ${show(dispute)}; name a claim of this dispute`
    problems.add({ at: data as FieldAddress, code: 'CLAIM_OF_OTHER_DISPUTE', message }) // as noted above
  }
  if (reader === undefined) return
  for (const staged of staging.records(['claim'])) {
    const { key } = staged
    const dispute = records.find('claim', key)?.dispute
    if (dispute === undefined || !records.isApplied('claim', key)) continue
    // A dispute that is staged too was noted above.
    const left = disputesTurningOn(reader, key).filter((one) => one !== dispute && !records.isApplied('dispute', one))
    for (const one of left) {
      const message = `the dispute ${show(one)} has this claim as its central claim; keep the claim in it, or save the dispute with another central claim`
      const at = { ...addressOf(staged), record: `claim ${key}`, path: ['dispute'] }
      problems.add({ at, code: 'CLAIM_OF_OTHER_DISPUTE', message })
    }
  }
}
