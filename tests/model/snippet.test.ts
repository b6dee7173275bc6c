import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSearch } from '../../src/model/text/search-query.ts'
import { snippetOf, SNIPPET_WORDS } from '../../src/model/text/snippet.ts'

/** A snippet as one text, with its matches in brackets. */
const shown = (texts: readonly string[], search: string) =>
  snippetOf(texts, parseSearch(search))
    ?.map(({ text, match }) => (match ? `[${text}]` : text))
    .join('') ?? null

const filler = (count: number) => Array.from({ length: count }, (_, at) => `w${at}`).join(' ')

describe('a snippet', () => {
  test.each([
    ['The plane came down near Aktau.', 'AKTAU plane', 'The [plane] came down near [Aktau].'],
    ['Air defence, and air-defence.', '"air defence"', '[Air defence], and [air-defence].'],
    ['Bakıda Əliyev danışdı', 'baki* aliyev', '[Bakıda] [Əliyev] danışdı'],
    ['俄罗斯外交部发言人', '外交', '俄罗斯[外交]部发言人'],
    ['กระทรวงการต่างประเทศ', 'ประเทศ', 'กระทรวงการต่าง[ประเทศ]'],
    ['ปูตินขอโทษอาลีเยฟ', 'อาลีเยฟ ขอโทษ', 'ปูติน[ขอโทษอาลีเยฟ]'],
    ['ปูตินขอโทษอาลีเยฟ', 'ปูติน อาลีเยฟ*', '[ปูติน]ขอโทษ[อาลีเยฟ]'],
    ['アゼルバイジャンのアリエフ大統領', 'アリエフ', 'アゼルバイジャンの[アリエフ]大統領'],
    ['Oʻzbekiston va O‘zbekiston', "o'zbekiston", '[Oʻzbekiston] va [O‘zbekiston]'],
    ['He said ‘so’.', 'so', 'He said ‘[so]’.'],
    ['<b>bold</b> & "quoted"', 'bold', '<b>[bold]</b> & "quoted"'],
    ['a b a b a', '"a b a"', '[a b a b a]'],
  ])('of %s for %s: %s', (text, search, snippet) => {
    expect(shown([text], search)).toBe(snippet)
  })

  test('comes from the text with the most terms, the first of equals', () => {
    expect(shown(['A crash.', 'The crash near Aktau.', 'Crash: Aktau.'], 'crash aktau')).toBe(
      'The [crash] near [Aktau].',
    )
    expect(shown(['A fire.', 'A fire.'], 'crash')).toBe(null)
  })

  test('is cut around the first match, with an ellipsis at each cut', () => {
    const words = Array.from({ length: 100 }, (_, at) => `w${at}`)
    const snippet = shown([words.join(' ')], 'w50 w55 w90') ?? ''
    expect(snippet).toMatch(/^…w44 .*\[w50\] .*\[w55\] .* w73…$/)
    expect(snippet.split(' ')).toHaveLength(SNIPPET_WORDS)
    expect(shown([words.join(' ')], 'w99')).toMatch(/^…w70 .* \[w99\]$/)
    expect(shown([words.join(' ')], '"w28 w29 w30 w31" w3')).toMatch(/^w0 .*\[w3\].* \[w28 w29 w30 w31\]…$/)
  })

  test.each([
    ["Azerbaijan's", 'government'],
    ['J2-8243', 'flight'],
    ['U.S.A', 'army'],
    ['NATO는', 'x'],
  ])('is not cut within %s', (word, next) => {
    for (let before = 0; before <= 6; before++) {
      const cut = shown([`${filler(40)} ${word} ${next} ${filler(before)} match ${filler(40)}`], 'match') ?? ''
      expect(cut).toMatch(new RegExp(`^…(?:${word}|${next}|w\\d+) `))
    }
    for (let after = 20; after <= 26; after++) {
      const cut = shown([`match ${filler(after)} ${word} ${next} ${filler(40)}`], 'match') ?? ''
      expect(cut).toMatch(new RegExp(` (?:${word}|${next}|w\\d+)…$`))
    }
  })

  test('cuts a text without spaces at dictionary words, and never within a match', () => {
    const text = `${'กระทรวงการต่างประเทศ'.repeat(20)}อัคเตา${'กระทรวงการต่างประเทศ'.repeat(20)}`
    expect(shown([text], 'อัคเตา')).toMatch(/^…[ก-๛]{20,40}\[อัคเตา\][ก-๛]{60,150}…$/u)
  })

  test('costs little whatever stands beside the cut', () => {
    for (const run of ['x'.repeat(400), 'กระทรวงการต่างประเทศ'.repeat(20), 'é9'.repeat(200), 'a-'.repeat(200)]) {
      // To read the run in every way in which it can be divided takes most of a second.
      for (let times = 0; times < 200; times++) {
        expect(shown([`${filler(40)} ${run}! ${filler(6)} match ${filler(22)} ${run}`], 'match')).toContain('[match]')
      }
    }
  })

  test('is always an excerpt of the text', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom(' ', '-', 'a', 'b', '外', 'ก', 'เ', 'ำ', 'ʼ'),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
      maxLength: 200,
    })
    fc.assert(
      fc.property(text, fc.constantFrom('a', 'b*', '"a b"', '外', 'ก', 'a b'), (whole, search) => {
        const parts = snippetOf([whole], parseSearch(search))
        if (parts === null) return
        const piece = parts.map((part) => part.text).join('')
        expect(parts.some(({ match }) => match)).toBe(true)
        expect(`…${whole}…`).toContain(piece)
      }),
      { numRuns: 1_000 },
    )
  })
})
