import { describe, expect, it } from 'vitest'
import { Recent } from '../../src/model/text/lru-cache.ts'

describe('what was met lately', () => {
  it('is remembered, at least the last that many', () => {
    const recent = new Recent<number, string>(3)
    for (let number = 1; number <= 10; number++) recent.set(number, `${number}`)
    expect([8, 9, 10].map((number) => recent.get(number))).toEqual(['8', '9', '10'])
  })

  it('is forgotten when much else came since', () => {
    const recent = new Recent<number, string>(3)
    for (let number = 1; number <= 10; number++) recent.set(number, `${number}`)
    expect(recent.get(1)).toBeUndefined()
  })

  it('stays while it is asked for', () => {
    const recent = new Recent<number, string>(3)
    recent.set(0, 'asked for')
    for (let number = 1; number <= 100; number++) {
      recent.set(number, `${number}`)
      expect(recent.get(0)).toBe('asked for')
    }
  })

  it('is nothing once it is cleared', () => {
    const recent = new Recent<number, string>(3)
    for (let number = 1; number <= 5; number++) recent.set(number, `${number}`)
    recent.clear()
    expect([1, 2, 3, 4, 5].map((number) => recent.get(number))).toEqual(Array(5).fill(undefined))
  })
})
