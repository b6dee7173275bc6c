import { describe, expect, test } from 'vitest'
import { decodeFeedCursor, encodeFeedCursor, type FeedStore } from '../../src/feed/cursor.ts'

const store = storeAt(10, { epoch: 'b', bornAt: 2, honouredUpTo: null })

describe('a feed cursor', () => {
  test('identifies one seq of one store', () => {
    for (const seq of [0, 1, 9, 10]) expect(decodeFeedCursor(store, encodeFeedCursor(store, seq))).toBe(seq)
  })

  test('is refused by another store', () => {
    const other = storeAt(10, { epoch: 'x', bornAt: 1, honouredUpTo: null })
    expect(() => decodeFeedCursor(store, encodeFeedCursor(other, 3))).toThrow(refusal('CURSOR_FOREIGN'))
  })

  test('is refused ahead of the log', () => {
    expect(() => decodeFeedCursor(store, encodeFeedCursor(store, 11))).toThrow(refusal('CURSOR_AHEAD'))
  })

  test('of an earlier epoch is accepted as far as the store shares its log, and no further', () => {
    const before = storeAt(20, { epoch: 'a', bornAt: 1, honouredUpTo: null })
    const restored = storeAt(
      10,
      { epoch: 'a', bornAt: 1, honouredUpTo: 7 },
      { epoch: 'b', bornAt: 2, honouredUpTo: null },
    )
    expect(decodeFeedCursor(restored, encodeFeedCursor(before, 7))).toBe(7)
    expect(() => decodeFeedCursor(restored, encodeFeedCursor(before, 8))).toThrow(refusal('CURSOR_AHEAD'))
    expect(decodeFeedCursor(restored, encodeFeedCursor(restored, 8))).toBe(8)
  })

  test('is refused if any part of it is changed', () => {
    const cursor = encodeFeedCursor(store, 7)
    const mangled = [
      '',
      'x',
      '7',
      'null',
      `${cursor}=`,
      `${cursor}A`,
      ` ${cursor}`,
      cursor.slice(0, -1),
      cursor.slice(1),
      cursor.toLowerCase(),
      Buffer.from('1.b.8.0').toString('base64url'),
      ...Array.from(cursor, (character, index) => replaceAt(cursor, index, character === 'A' ? 'B' : 'A')),
    ]
    for (const text of mangled) expect(() => decodeFeedCursor(store, text)).toThrow(refusal('CURSOR_INVALID'))
  })
})

type Epochs = ReturnType<FeedStore['epochs']>

function storeAt(furthest: number, ...epochs: Epochs): FeedStore {
  return { furthest: () => furthest, epoch: () => epochs.at(-1)?.epoch ?? '', epochs: () => epochs }
}

function refusal(code: string) {
  return expect.objectContaining({ code })
}

function replaceAt(text: string, index: number, character: string): string {
  return text.slice(0, index) + character + text.slice(index + 1)
}
