import { expect, test } from 'vitest'
import { isUnspaced, piecesOf } from '../../src/model/text/scripts.ts'

test('every letter of a script without spaces is a unit', () => {
  const wrong: string[] = []
  for (let code = 0; code <= 0x10ffff; code++) {
    const letter = String.fromCodePoint(code)
    if (isUnspaced(letter) && piecesOf(`a${letter}b`).length !== 3) wrong.push(code.toString(16))
  }
  expect(wrong).toEqual([])
})

test.each<[string, string[]]>([
  ['ประเทศ', ['ป', 'ระ', 'เท', 'ศ']],
  ['AZALตก8243', ['AZAL', 'ต', 'ก', '8243']],
  ['NATO는', ['NATO', '는']],
  ['푸틴은', ['푸', '틴', '은']],
  ['푸틴'.normalize('NFD'), ['푸'.normalize('NFD'), '틴'.normalize('NFD')]],
  ['الـNATO', ['الـ', 'NATO']],
  ['2025г', ['2025', 'г']],
  ['१२दिसंबर', ['१२', 'दिसंबर']],
  ['ราคา๒๕๖๗บาท', ['รา', 'คา', '๒๕๖๗', 'บา', 'ท']],
  ['MiG29', ['MiG29']],
  ['µm', ['µm']],
  ['می\u200Cگوید', ['می', '\u200C', 'گوید']],
  ['Сургyладзе', ['Сургуладзе']],
  ['ขแมร์ขฺมร', ['ข', 'แม', 'ร์', 'ขฺ', 'ม', 'ร']],
  ['ຫນ້າຫົນ', ['ຫນ້າ', 'ຫົ', 'ນ']],
  ['ស្ត្រី', ['ស្ត្រី']],
  ['ｶﾞー々', ['ｶﾞ', 'ー', '々']],
  ['ำเ', ['ำ', 'เ']],
])('%s is cut into %j', (run, pieces) => expect(piecesOf(run)).toEqual(pieces))
