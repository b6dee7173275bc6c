import Database from 'better-sqlite3'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DemarcheError } from '../../src/model/errors.ts'
import { indexedWords } from '../../src/model/text/variants.ts'
import { foldedWords, needleOf, parseSearch, TEXT_MAX } from '../../src/model/text/search-query.ts'

/** Terms as their words, with `…` after a prefix. */
const read = (text: string) => parseSearch(text).map(({ words, prefix }) => `${words.join(' ')}${prefix ? '…' : ''}`)

describe('a search text', () => {
  test.each<[string, string[]]>([
    ['Bakıda Əliyev', ['bakida', 'aliyev']],
    ['aliyev ALIYEV Əliyev', ['aliyev']],
    ['"air defence" azer*', ['air defence', 'azer…']],
    ['„Luftabwehr“ «défense aérienne»', ['luftabwehr', 'defense aerienne']],
    ['"air def*"', ['air def…']],
    ['"air defence', ['air defence']],
    ["J2-8243 l'Azerbaïdjan U.S. Baku,Moscow", ['j2 8243', 'l azerbaidjan', 'u s', 'baku', 'moscow']],
    ['AND OR NOT NEAR(a b) ^c -d e:f', ['and', 'or', 'not', 'near', 'a', 'b', 'c', 'd', 'e', 'f']],
    ['俄罗斯外交部', ['俄 罗 斯', '外 交 部']],
    ['"俄罗斯外交部"', ['俄 罗 斯 外 交 部']],
    ['外*', ['外']],
    ['阿利耶夫总统', ['阿 利 耶 夫', '总 统']],
    ['プーチン大統領 ロシア*', ['プ ー チ ン'.normalize('NFKD'), '大 統 領', 'ロ シ ア']],
    ['กระทรวงการต่างประเทศ', ['ก ระ ท ร ว ง กา ร ต่า ง ป ระ เท ศ']],
    ['ปูตินขอโทษ* อาลีเยฟ', ['ปู ติ น ข อ โท ษ', 'อา ลี เย ฟ']],
    ['พ.ศ.๒๕๖๗ AZALตก', ['พ ศ 2567', 'azal ต ก']],
    ['O‘zbekiston oʻzbek* `o´z` ‘so’', ['o zbekiston', 'o zbek…', 'o z', 'so']],
    ['צה"ל רוסיה "צה"ל הודיע" ניו־יורק', ['צה ל', 'רוסיה', 'צה ל הודיע', 'ניו יורק']],
    ['푸틴은 대통령*', ['푸 틴 은', '대 통 령'].map((words) => words.normalize('NFKD'))],
    ['NATO는 2025г. می\u200Cگوید', ['nato', '는'.normalize('NFKD'), '2025 г', 'مي گويد']],
    ['ﺍﻟﻘﺎﻫﺮﺓ ΟΔΟΣ Ёлка', ['القاهره', 'οδοσ', 'елка']],
  ])('%s has the terms %j', (text, terms) => {
    expect(read(text)).toEqual(terms)
  })

  test.each([
    ['', 'the search text contains no letter or digit; write a word'],
    [' "" ', 'the search text contains no letter or digit; write a word'],
    ['😀 — !', 'the search text contains no letter or digit; write a word'],
    ['*', 'a * stands for the rest of a word'],
    ['*defence', 'a * stands for the rest of a word'],
    ['de*ence', 'a * stands for the rest of a word'],
    ['"air* defence"', 'a * stands for the rest of a word'],
    ['a b c d e f g h i j k', 'has 11 terms with 11 words; the limit is 10 terms'],
    ['a-'.repeat(50), 'has 1 terms with 50 words; the limit is 10 terms with 40 words'],
    ['a'.repeat(TEXT_MAX + 1), 'the search text has 201 characters; the limit is 200'],
  ])('%j is refused', (text, message) => {
    expect(() => parseSearch(text)).toThrow(expect.objectContaining({ code: 'TEXT_NOT_SEARCHABLE' }))
    expect(() => parseSearch(text)).toThrow(message)
  })
})

describe('any search text', () => {
  const typed = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc
      .array(
        fc.constantFrom(
          '"',
          '*',
          '^',
          '-',
          ':',
          '(',
          ')',
          '+',
          '{',
          ' ',
          'AND',
          'NEAR',
          'a',
          'Ə',
          '外',
          'ก',
          'ำ',
          'เ',
          'ន្',
          'ʼ',
          'ン',
          '½',
          '😀',
          '\0',
        ),
      )
      .map((parts) => parts.join('')),
  )
  let database: Database.Database

  beforeAll(() => {
    database = new Database(':memory:')
    database.exec(`create virtual table t using fts5(words, content='', tokenize="ascii")`)
  })

  afterAll(() => database.close())

  const terms = (text: string) => {
    try {
      return parseSearch(text)
    } catch (error) {
      if (error instanceof DemarcheError && error.code === 'TEXT_NOT_SEARCHABLE') return []
      throw error
    }
  }

  test('is parsed or refused with a reason, and the index accepts the terms', () => {
    const find = database.prepare('select count(*) as count from t where t match ?')
    fc.assert(
      fc.property(typed, (text) => {
        for (const { words, prefix } of terms(text)) {
          find.get(`"${words.join(' ')}"${prefix ? ' *' : ''}`)
          for (const word of words) expect(word).not.toMatch(/[\s"*]|^$/)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  test('every term of a text finds the text', () => {
    fc.assert(
      fc.property(typed, (text) => {
        const words = foldedWords([indexedWords(text)])
        for (const term of terms(text)) expect(words).toContain(needleOf(term))
      }),
      { numRuns: 2_000 },
    )
  })

  test('a word is found whatever is written next to it without a space', () => {
    const southeastAsian = 'ปูติน ขอโทษ อาลีเยฟ น้ำ แม่ เกาะ ອາລີເຢບ ໜ້າ ខ្មែរ អាលីយេវ ភ្នំ ရုရှား အာလီယက်ဗ် သင်္ဘော'.split(' ')
    const others = 'プーチン ガス 大統領 阿利耶夫 道歉 AZAL 8243'.split(' ')
    const words = fc.constantFrom(...southeastAsian, ...others)
    fc.assert(
      fc.property(fc.array(words), words, fc.array(words), (before, word, behind) => {
        const text = [...before, word, ...behind].join('')
        // Letters and digits of a script with spaces form one word with their neighbours.
        fc.pre(!/[A-Z0-9]{5}/.test(text))
        const stored = foldedWords([indexedWords(text)])
        for (const term of [...terms(word), ...terms(`${word}*`), ...terms(`"${word}"`), ...terms(before.join(''))]) {
          expect(stored).toContain(needleOf(term))
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('the index and the folded words agree on what contains a term', () => {
    fc.assert(
      fc.property(fc.array(typed, { minLength: 1, maxLength: 6 }), typed, (texts, text) => {
        database.exec("insert into t (t) values ('delete-all')")
        const insert = database.prepare('insert into t (rowid, words) values (?, ?)')
        const all = texts.map((each) => foldedWords([indexedWords(each)]))
        all.forEach((words, at) => insert.run(at + 1, words))
        const find = database.prepare('select rowid from t where t match ? order by rowid').pluck()
        for (const { words, prefix } of texts.flatMap(terms).concat(terms(text))) {
          const needle = needleOf({ words, prefix })
          const holding = all.flatMap((each, at) => (each.includes(needle) ? [at + 1] : []))
          expect(find.all(`"${words.join(' ')}"${prefix ? ' *' : ''}`)).toEqual(holding)
        }
      }),
      { numRuns: 300 },
    )
  })
})
