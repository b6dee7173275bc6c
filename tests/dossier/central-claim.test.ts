import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, test } from 'vitest'
import { importDossiers } from '../../src/dossier/import/import.ts'
import { check, STORY, storyWith } from '../_support/ferry-dossier.ts'
import { openDesk } from '../_support/desk.ts'
import { planned, setting } from '../_support/planned-changes.ts'
import { openTemporaryStore, temporaryFile } from '../_support/temporary-store.ts'

type Change = readonly [from: string, to: string]

const central = (claim: string): Change => [
  '    parties: [north, south]\n',
  `    parties: [north, south]\n    central-claim: ${claim}\n`,
]
const bridge: Change = [
  'disputes:\n',
  'disputes:\n  - {key: bridge, title: The bridge, summary: Who owns it., period: 2024/.., parties: [north, south]}\n',
]
const ofBridge: Change = ['{key: ferry/sunk, dispute: ferry,', '{key: ferry/sunk, dispute: bridge,']

it.each<[what: string, changes: Change[], problems: string[]]>([
  ['one of its own claims', [central('ferry/sunk')], []],
  [
    'an unknown claim',
    [central('ferry/snuk')],
    [
      'story.yaml:8:20 dispute ferry central-claim: there is no claim "ferry/snuk"; did you mean ferry/sunk or ferry/rock?',
    ],
  ],
  [
    'a record of another kind',
    [central('ferry/pay')],
    ['story.yaml:8:20 dispute ferry central-claim: there is no claim "ferry/pay"; a demand has that key'],
  ],
  [
    'a claim of another dispute',
    [central('ferry/sunk'), bridge, ofBridge],
    [
      'story.yaml:9:20 dispute ferry central-claim: the claim "ferry/sunk" is part of the dispute "bridge"; name a claim of this dispute',
    ],
  ],
])('a dispute names as its central claim %s', async (_, changes, problems) => {
  expect((await check(storyWith(...changes))).problems).toEqual(problems)
})

/** The problems of importing texts one after the other, each into the store as the one before left it. */
async function importAll(...texts: readonly string[]): Promise<readonly string[]> {
  using place = temporaryFile()
  await using opened = await openTemporaryStore()
  let problems: readonly string[] = []
  for (const text of texts) {
    const file = join(place.folder, 'story.yaml')
    writeFileSync(file, text)
    const result = await importDossiers(opened.store, { files: [file] })
    problems = result.problems.map(({ record, path, code }) => `${record} ${path.join('.')} ${code}`)
  }
  return problems
}

const CLAIM = 'claims: [{key: ferry/sunk, dispute: bridge, proposition: The South sank the ferry.}]'
const BRIDGE = 'disputes: [{key: bridge, title: B, summary: S, period: 2024, parties: [north]}]'

it('is checked with the claims and the disputes of the store', async () => {
  const dispute = (key: string, claim: string) =>
    `dossier: 1\ndisputes: [{key: ${key}, title: T, summary: S, period: 2024/.., parties: [north], central-claim: ${claim}}]`
  const first = storyWith(central('ferry/sunk'))
  expect(await importAll(first, dispute('ferry', 'ferry/rock'))).toEqual([])
  expect(await importAll(first, dispute('bridge', 'ferry/rock'))).toEqual([
    'dispute bridge central-claim CLAIM_OF_OTHER_DISPUTE',
  ])
  // The claim leaves the dispute that turns on it.
  expect(await importAll(first, `dossier: 1\n${BRIDGE}\n${CLAIM}`)).toEqual([
    'claim ferry/sunk dispute CLAIM_OF_OTHER_DISPUTE',
  ])
  expect(await importAll(STORY, `dossier: 1\n${BRIDGE}\n${CLAIM}`)).toEqual([])
  const moved = `${dispute('ferry', 'ferry/rock')}\n${CLAIM}`.replace(
    'disputes: [',
    'disputes: [{key: bridge, title: B, summary: S, period: 2024, parties: [north]}, ',
  )
  expect(await importAll(first, moved)).toEqual([])
})

test('a mutation saves a central claim, refuses that of another dispute, and clears it', async () => {
  const other = { key: 'bridge', title: 'B', summary: 'S', period: '2024', parties: ['north'] }
  await using desk = await openDesk([setting, [planned('dispute', other)]])
  const SAVE = `mutation ($input: DisputeInput!) { saveDispute(input: $input) {
    __typename
    ... on DisputeSaved { dispute { revision centralClaim { key } } }
    ... on InvalidInput { problems { path code } } } }`
  const ferry = { key: 'ferry', title: 'F', summary: 'S', period: '2024/..', parties: ['north', 'south'] }
  expect(await desk.change(SAVE, { input: { ...ferry, centralClaim: 'ferry/sunk' } })).toEqual({
    __typename: 'DisputeSaved',
    dispute: { revision: 2, centralClaim: { key: 'ferry/sunk' } },
  })
  expect(await desk.change(SAVE, { input: { ...other, centralClaim: 'ferry/sunk' } })).toEqual({
    __typename: 'InvalidInput',
    problems: [{ path: 'input.centralClaim', code: 'CLAIM_OF_OTHER_DISPUTE' }],
  })
  const MOVE = `mutation { saveClaim(input: { key: "ferry/sunk", dispute: "bridge", proposition: "P." }) {
    __typename ... on InvalidInput { problems { path code } } } }`
  expect(await desk.change(MOVE, {})).toEqual({
    __typename: 'InvalidInput',
    problems: [{ path: 'input.dispute', code: 'CLAIM_OF_OTHER_DISPUTE' }],
  })
  expect(await desk.change(SAVE, { input: ferry })).toEqual({
    __typename: 'DisputeSaved',
    dispute: { revision: 3, centralClaim: null },
  })
  expect(await desk.change(MOVE, {})).toEqual({ __typename: 'ClaimSaved' })
})
