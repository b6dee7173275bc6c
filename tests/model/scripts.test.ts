import { expect, test } from 'vitest'
import { isUnspaced, piecesOf } from '../../src/model/text/scripts.ts'

test('every letter of a script without spaces is a unit, and no other letter is', () => {
  const told: string[] = []
  for (let code = 0; code <= 0x10ffff; code++) {
    const letter = String.fromCodePoint(code)
    if (isUnspaced(letter) !== (piecesOf(`a${letter}b`).length === 3)) told.push(code.toString(16))
  }
  expect(told).toEqual([])
})

test.each<[string, string[]]>([
  ['ประเทศ', ['ป', 'ระ', 'เท', 'ศ']],
  ['AZALตก8243', ['AZAL', 'ต', 'ก', '8243']],
  ['ขแมร์ขฺมร', ['ข', 'แม', 'ร์', 'ขฺ', 'ม', 'ร']],
  ['ຫນ້າຫົນ', ['ຫນ້າ', 'ຫົ', 'ນ']],
  ['ស្ត្រី', ['ស្ត្រី']],
  ['ｶﾞー々', ['ｶﾞ', 'ー', '々']],
  ['ำเ', ['ำ', 'เ']],
])('%s is cut into %j', (run, pieces) => expect(piecesOf(run)).toEqual(pieces))
