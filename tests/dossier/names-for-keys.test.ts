import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it, test } from 'vitest'
import { checkDossiers } from '../../src/dossier/check/check.ts'
import { importDossiers } from '../../src/dossier/import/import.ts'
import { check, STORY, storyWith } from '../_support/ferry-dossier.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

const named = ['name: Ada North', 'name: Ada North\n    aliases: [Ада Север, "Əda Nort", O’Nort]'] as const

test.each([
  [
    'speakers: [minister]',
    'speakers: [Ada North]',
    '"Ada North" is not a key; did you mean minister, an actor of that name?',
  ],
  [
    'speakers: [minister]',
    'speakers: [ada NORTH]',
    '"ada NORTH" is not a key; did you mean minister, an actor of that name?',
  ],
  [
    'speakers: [minister]',
    'speakers: [ада север]',
    '"ада север" is not a key; did you mean minister, an actor of that name?',
  ],
  [
    'speakers: [minister]',
    'speakers: [Əda Nort]',
    '"Əda Nort" is not a key; did you mean minister, an actor of that name?',
  ],
  [
    'speakers: [minister]',
    'speakers: [Ada Norht]',
    '"Ada Norht" is not a key; did you mean minister, an actor of a similar name?',
  ],
  ['targets: [south]', 'targets: [South]', '"South" is not a key; did you mean south, an actor of that name?'],
  ['targets: [south]', 'targets: [soothland]', '"soothland"; did you mean south or north, actors of similar names?'],
  ['places: [ford]', 'places: [The Ford]', '"The Ford" is not a key; did you mean ford, a place of that name?'],
  [
    'claim: ferry/sunk, stance',
    'claim: The South sank the ferry., stance',
    '"The South sank the ferry." is not a key; did you mean ferry/sunk, a claim of that name?',
  ],
  [
    'demands: [ferry/pay]',
    'demands: [Pay for it]',
    '"Pay for it" is not a key; did you mean ferry/pay, a demand of that name?',
  ],
  [
    'development: ferry/sinking',
    'development: The ferry sinks',
    '"The ferry sinks" is not a key; did you mean ferry/sinking, a development of that name?',
  ],
])('%s: %s', async (from, to, says) => {
  const { problems } = await check(storyWith(named, [from, to]))
  expect(problems.map((line) => line.replace(/^.*?(?=")/, ''))).toEqual([says])
})

it('suggests the key of a title, and of an alias for a key that does not exist', async () => {
  const { problems } = await check(
    storyWith(
      ['imposed-by: [north]', 'imposed-by: [o-nort]'],
      named,
      ['    disputes: [ferry]\n    places', '    disputes: [The ferry]\n    places'],
      ['language: en, citation: gazette', 'language: en, citation: THE GAZETTE'],
    ),
  )
  expect(problems.map((line) => line.replace(/^.*?(?=there is|the development|"THE|"The)/, ''))).toEqual([
    '"The ferry" is not a key; did you mean ferry, a dispute of that name?',
    '"THE GAZETTE" is not a key; did you mean gazette, a source of that name?',
    'there is no actor "o-nort"; did you mean minister, an actor of that name?',
  ])
})

it('says what a key is where no record has the name, or the name is the own key', async () => {
  const { problems } = await check(
    storyWith(['speakers: [minister]', 'speakers: [Justin Trudeau]'], ['key: ford', 'key: The Ford']),
  )
  expect(problems).toEqual([
    expect.stringContaining('"The Ford" is not a key: a key consists of'),
    expect.stringContaining('there is no place "ford"'),
    expect.stringContaining('"Justin Trudeau" is not a key: a key consists of a-z, 0-9 and "-"'),
  ])
})

it('knows the names of records in the store', async () => {
  await using opened = await openTemporaryStore()
  const file = join(dirname(opened.file), 'story.yaml')
  writeFileSync(file, STORY)
  await importDossiers(opened.store, { files: [file] })
  writeFileSync(file, 'dossier: 1\nclaims: [{key: ferry/storm, dispute: The ferry, proposition: A storm.}]\n')
  const { problems } = await checkDossiers([file], opened.store)
  expect(problems.map(({ message }) => message)).toEqual([
    '"The ferry" is not a key; did you mean ferry, a dispute of that name?',
  ])
})
