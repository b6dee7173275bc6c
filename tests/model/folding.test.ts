import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { termsOf, wordsOf } from '../../src/model/folding.ts'

describe('the words of a text', () => {
  it.each([
    ['Bakıda Əliyev', ['bakida', 'aliyev']],
    ["The President's office, 25 December", ['the', 'president', 's', 'office', '25', 'december']],
    ['中国外交部', ['中', '国', '外', '交', '部']],
    ['', []],
  ])('of %j are %j', (text, terms) => expect(termsOf(text)).toEqual(terms))

  it('are the same with their places and without, met before or not', () => {
    const pieces = ['Bakı', 'İstanbul', 'Straße', 'ﬁne', 'ประเทศไทย', '中国', 'ABC', 'a', '5', '⑴', '́', ' ', '-', '.']
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
