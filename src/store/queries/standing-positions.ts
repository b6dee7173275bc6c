import type { Attribution, Stance } from '../../model/vocabulary/claim.ts'
import type { Reader } from '../sqlite/prepared.ts'
import { OPEN } from '../schema/developments.ts'

/** A position as the open revision of a development that stands has it. */
export interface StandingPosition {
  readonly claim: string
  readonly development: string
  readonly stance: Stance
  readonly attribution: Attribution
  /** The development's. */
  readonly earliest: string | null
  readonly latest: string | null
}

/** What a holder has said in all that stands now, in the order of entry. */
export function standingPositionsOf(reader: Reader, holder: string): StandingPosition[] {
  return reader.all(
    `select c.key as claim, d.key as development, p.stance, p.attribution, r.earliest, r.latest
     from actors a
     join positions p on p.holder_id = a.id
     join claims c on c.id = p.claim_id
     join revisions r on r.id = p.revision_id
     join developments d on d.id = p.development_id
     where a.key = @holder and p.until_seq = @open and p.retracted = 0
     order by p.development_id, p.ordinal`,
    { holder, open: OPEN },
  )
}
