import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { checkDossiers } from '../../src/dossier/check/check.ts'
import { formatProblem } from '../../src/dossier/format/problems.ts'
import { temporaryFile } from './temporary-store.ts'

/** A small dossier with a record of every kind, valid and without warnings. */
export const STORY = `dossier: 1
disputes:
  - key: ferry
    title: The ferry
    summary: Who sank it.
    period: 2024/..
    parties: [north, south]
actors:
  - key: north
    name: Northland
    kind: state
    country: NO
  - key: south
    name: Southland
    kind: state
  - key: minister
    name: Ada North
    kind: person
    affiliations: [{to: north, relation: office-holder, office: Minister, date: 2024/..}]
places:
  - {key: ford, name: The Ford, latitude: 60.5, longitude: 10}
sources:
  - key: gazette
    title: The Gazette
    published: 2025-02-05
    language: en
    reliability: B
    url: https://gazette.example/2025
claims:
  - {key: ferry/sunk, dispute: ferry, proposition: The South sank the ferry.}
  - {key: ferry/rock, dispute: ferry, proposition: It hit a rock., relations: [{relation: contradicts, claim: ferry/sunk}]}
demands:
  - {key: ferry/pay, dispute: ferry, text: Pay for it., remedy: compensation, made-by: [north], addressees: [south]}
developments:
  - event: ferry/sinking
    headline: The ferry sinks
    summary: It sank at the ford.
    date: 2024-12-31
    evidential-status: established
    event-kind: incident
    disputes: [ferry]
    places: [ford]
    participants: [{actor: south, role: affected}]
    figures: [{quantity: killed, value: 3, citation: gazette}]
    citations: [{source: gazette, credibility: 2, basis: own-reporting}]
  - statement: ferry/accusation
    headline: The North accuses the South
    summary: Its minister said that the South sank the ferry.
    date: 2025-01-01
    evidential-status: reported
    disputes: [ferry]
    speakers: [minister]
    on-behalf-of: [north]
    acts: [accuse]
    channel: speech
    codings: [{type: accuse, modes: [allege], initiators: [north], recipients: [south]}]
    quotes: [{text: They sank it., language: en, citation: gazette}]
    positions: [{claim: ferry/sunk, stance: asserts}]
    demands: [ferry/pay]
    citations: [{source: gazette, credibility: 2, basis: own-reporting}]
    links: [{relation: in-response-to, development: ferry/sinking}]
  - measure: ferry/recall
    headline: The North recalls its ambassador
    summary: It did so at once.
    date: 2025-01-03
    evidential-status: reported
    measure-kind: ambassador-recalled
    legal-character: retorsion
    disputes: [ferry]
    imposed-by: [north]
    targets: [south]
    status: announced
    citations: [{source: gazette, credibility: 2, basis: own-reporting}]
`

/** The dossier with texts replaced. Each text must occur in it exactly once. */
export function storyWith(...changes: readonly (readonly [from: string, to: string])[]): string {
  return changes.reduce((story, [from, to]) => {
    if (story.split(from).length !== 2) throw new Error(`"${from}" stands ${story.split(from).length - 1} times`)
    return story.replace(from, () => to)
  }, STORY)
}

/** The problems and warnings of `check` for a text, one per line, without the folder of the file. */
export async function check(
  text: string | Uint8Array,
  name = 'story.yaml',
): Promise<{ problems: string[]; warnings: string[] }> {
  using place = temporaryFile()
  const file = join(place.folder, name)
  writeFileSync(file, text)
  const checked = await checkDossiers([file])
  const inWords = (list: typeof checked.problems) =>
    list.map((problem) =>
      formatProblem({ ...problem, file: basename(problem.file) }).replaceAll(`${place.folder}/`, ''),
    )
  return { problems: inWords(checked.problems), warnings: inWords(checked.warnings) }
}
