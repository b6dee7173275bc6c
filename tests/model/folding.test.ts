import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compoundsOf, termsOf, wordsOf } from '../../src/model/text/folding.ts'

describe('the words of a text', () => {
  it.each([
    ['Bakıda Əliyev', ['bakida', 'aliyev']],
    ["The President's office, 25 December", ['the', 'president', 's', 'office', '25', 'december']],
    ['中国外交部', ['中', '国', '外', '交', '部']],
    ['プーチン大統領', ['プ'.normalize('NFKD'), 'ー', 'チ', 'ン', '大', '統', '領']],
    ['AZAL航空 2024年', ['azal', '航', '空', '2024', '年']],
    ['ปูตินขอโทษ', ['ปู', 'ติ', 'น', 'ข', 'อ', 'โท', 'ษ']],
    ['เกาะเพราะน้ำ', ['เกาะ', 'เพ', 'ราะ', 'น้\u0e4d\u0e32']],
    ['ອາລີເຢບ', ['ອາ', 'ລີ', 'ເຢ', 'ບ']],
    ['ភ្នំពេញ', ['ភ្នំ', 'ពេ', 'ញ']],
    ['သင်္ဘော', ['သ', 'င်္ဘော']],
    ['Словʼянськ', ['слов', 'янськ']],
    ['ʻOkina Rusʹ Saʿūd ŉ', ['okina', 'rus', 'sa', 'ud', 'n']],
    ['‘so’', ['so']],
    ['', []],
  ])('of %j are %j', (text, terms) => expect(termsOf(text)).toEqual(terms))

  it.each([
    ['มา', 'มี'],
    ['ขา', 'ข้า'],
    ['ກິນ', 'ກີນ'],
    ['ការ', 'ការ៉ុ'],
    ['ကို', 'ကူ'],
    ['カス', 'ガス'],
  ])('of %s and %s differ by their vowels and marks', (one, other) => {
    expect(termsOf(one)).not.toEqual(termsOf(other))
  })

  it.each([
    ['น้ำ', 'น้\u0e4d\u0e32', 'น\u0e4d้\u0e32'],
    ['แม่', '\u0e40\u0e40ม่'],
    ['ນ້ຳ', 'ນ້\u0ecd\u0eb2', 'ນ\u0ecd້\u0eb2'],
    ['ໜ້າ', 'ຫນ້າ'],
    ['ガス', 'カ\u3099ス', 'ｶﾞｽ'],
    ['ကို\u200bကို', 'ကိုကို', 'ကို\u2060ကို'],
    ...["o'z", 'o’z', 'o‘z', 'oʼz', 'oʻz', 'oʹz', 'o′z', 'o＇z', 'o`z', 'oʿz'].map((each) => ["o'z", each]),
  ])('of %s are those of %s, however it is encoded', (...all) => {
    for (const text of all) expect(termsOf(text)).toEqual(termsOf(all[0] ?? ''))
  })

  it('are grouped by a dictionary, each in one group', () => {
    const compounds = (text: string) => compoundsOf(text).map((words) => text.slice(words[0]?.start, words.at(-1)?.end))
    expect(compounds('俄罗斯外交部 AZAL')).toEqual(['俄罗斯', '外交部', 'AZAL'])
    expect(compounds('กระทรวงการต่างประเทศ')).toEqual(['กระทรวง', 'การ', 'ต่าง', 'ประเทศ'])
    const text = fc
      .array(fc.constantFrom('น้ำ', 'ก', 'ำ', 'เ', 'ប្', 'ရ', '中', 'ー', 'ﾞ', 'a', '5', 'ʼ', ' '))
      .map((all) => all.join(''))
    fc.assert(
      fc.property(text, (written) => {
        expect(compoundsOf(written).flat()).toEqual(wordsOf(written))
      }),
    )
  })

  it('are the same with and without offsets, cached or not', () => {
    const pieces = [
      'Bakı',
      'İstanbul',
      'Straße',
      'ﬁne',
      'ประเทศไทย',
      'น้ำ',
      '\u0e33',
      'ភ្នំ',
      'ガス',
      'ﾞ',
      'ʼ',
      '中国',
      'ABC',
      'a',
      '5',
      '⑴',
      '́',
      ' ',
      '-',
      '.',
    ]
    const text = fc
      .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'grapheme' })))
      .map((all) => all.join(''))
    fc.assert(
      fc.property(text, (written) => {
        const terms = wordsOf(written).map(({ term }) => term)
        expect(termsOf(written)).toEqual(terms)
        expect(termsOf(written)).toEqual(terms)
      }),
    )
  })
})
