import { describe, expect, test } from 'vitest'
import type { RecordOf } from '../../src/model/records/definitions.ts'
import { read } from '../_support/answer.ts'
import { openApp } from '../_support/app.ts'
import { openBundledRecord } from '../_support/bundled-record.ts'
import { planned, setting, statement } from '../_support/planned-changes.ts'

/** The text of a page without markup and line breaks. */
function textOf(page: string): string {
  return page
    .replaceAll(/<(?=\/?(?:li|td|th|h\d|p|span class="(?:m|was)"))/g, ' <')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ')
}

const held = (stance: 'asserts' | 'denies', attribution: 'quoted' | 'inferred'): RecordOf<'statement'>['positions'] => [
  { claim: 'ferry/sunk', stance, attribution },
]

describe('the page of a claim', () => {
  test('says who holds what, what was held before, and how closely the words are followed', async () => {
    await using app = await openBundledRecord()
    const page = await (await app.fetch('/claims/j2-8243/russian-fire')).text()
    const text = textOf(page)
    for (const part of [
      '14 positions by 7 holders, from 4 documents. None is quoted word for word; 2 are inferred and never outweigh what was said.',
      'Changed Affirms it 9 Oct 2025 Before: gives another account, about 25 Dec 2024, inferred →',
      'Supports Azerbaijani investigators gather fragments of a Pantsir missile',
      'Other accounts in its place Birds struck the aircraft.',
    ]) {
      expect(text).toContain(part)
    }
    expect(page).toContain(`<link rel="canonical" href="${app.url}/claims/j2-8243/russian-fire"/>`)
    expect(page).toContain('href="/graphql?operationName=Claim&amp;variables=')
    expect(page).toContain('data-follows="{&quot;claims&quot;:[&quot;j2-8243/russian-fire&quot;]}"')
  })

  test('lists positions in the order in which one displaces another, the latest first, as the page of the actor does', async () => {
    await using app = await openBundledRecord()
    const page = await (await app.fetch('/claims/j2-8243/russian-fire')).text()
    const rows = Array.from(
      page.matchAll(/data-l="When">(?:<time[^>]*>)?([^<]*).*?data-l="Who"><b><a href="\/actors\/([^"]*)"/gs),
      ([, day = '', holder = '']) => ({ day, holder }),
    )
    expect(rows[0]).toEqual({ day: '9 Oct 2025', holder: 'russia' })
    const daysOf = (key: string) => rows.filter(({ holder }) => holder === key).map(({ day }) => day.toLowerCase())
    expect(daysOf('azerbaijan')[0]).toBe('between 1 jan and 1 jul 2025')
    const query = `{ claim(key: "j2-8243/russian-fire") {
      currentPositions { holder { key } date { shortLabel } }
    } actor(key: "russia") { currentPositions { claim { key } history { date { shortLabel } } } } }`
    const { claim, actor } = (await read(app, query)) as {
      claim: { currentPositions: { holder: { key: string }; date: { shortLabel: string } }[] }
      actor: { currentPositions: { claim: { key: string }; history: { date: { shortLabel: string } }[] }[] }
    }
    const current = claim.currentPositions.find(({ holder }) => holder.key === 'azerbaijan')
    expect(daysOf('azerbaijan')[0]).toBe(current?.date.shortLabel.toLowerCase())
    const history = actor.currentPositions.find(({ claim: { key } }) => key === 'j2-8243/russian-fire')?.history
    expect(daysOf('russia').toReversed()).toEqual(history?.map(({ date }) => date.shortLabel.toLowerCase()))
  })

  test('shows with `known` what was recorded by then, and follows nothing', async () => {
    let now = Date.UTC(2026, 0, 1)
    await using app = await openApp({
      recorded: [setting, [planned('statement', statement({ positions: held('asserts', 'inferred') }))]],
      now: () => now,
    })
    now += 86_400_000
    const later = { positions: held('denies', 'quoted'), date: '2025-06-01' }
    await app.record(planned('statement', statement({ ...later, statement: 'ferry/denial' })))
    const textAt = async (query: string) => textOf(await (await app.fetch(`/claims/ferry/sunk${query}`)).text())
    expect(await textAt('')).toContain('Changed Denies it')
    const past = await app.fetch('/claims/ferry/sunk?known=2026-01-01T12:00:00Z')
    const page = await past.text()
    expect(textOf(page)).toContain('As recorded here by 1 January 2026, 12:00 UTC.')
    expect(textOf(page)).toContain('1 position by 1 holder, from 1 document.')
    expect(textOf(page)).not.toContain('Denies it')
    expect(page).not.toContain('data-follows')
  })

  test('answers an instant that cannot be read with 400 and the reason, and an unknown key with 404', async () => {
    await using app = await openApp({ recorded: [setting] })
    const bad = await app.fetch('/claims/ferry/sunk?known=yesterday')
    expect([bad.status, textOf(await bad.text())]).toEqual([400, expect.stringContaining('is not an instant')])
    const unknown = await app.fetch('/claims/ferry/sunkk', { headers: { accept: 'text/html' } })
    expect(unknown.status).toBe(404)
    expect(await unknown.text()).toContain('<a href="/claims/ferry/sunk">')
  })

  test('names no document that had not appeared by the day', async () => {
    await using app = await openBundledRecord()
    const linkAt = async (times: string) =>
      /href="\/sources\/(tca-2025-07-02)/.exec(
        await (await app.fetch(`/claims/j2-8243/russian-fire?${times}`)).text(),
      )?.[1]
    expect(await linkAt('reported=2025-07-02')).toBe('tca-2025-07-02')
    expect(await linkAt('reported=2025-07-01')).toBeUndefined()
  })

  test('says where nobody holds anything', async () => {
    await using app = await openApp({ recorded: [setting] })
    expect(textOf(await (await app.fetch('/claims/ferry/sunk')).text())).toContain(
      'Nobody’s position on it is on record.',
    )
  })
})
