import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventParser, type StreamEvent } from '../../src/client/event-stream.ts'

function parse(pieces: readonly string[]): Partial<StreamEvent>[] {
  const parser = eventParser()
  return pieces
    .flatMap(parser)
    .map((event) => Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined)))
}

test.each<[what: string, stream: string, events: Partial<StreamEvent>[]]>([
  ['an event', 'id: a\nevent: next\ndata: {}\n\n', [{ event: 'next', id: 'a', data: '{}' }]],
  ['an id alone', 'id: a\n\n', [{ event: 'message', id: 'a' }]],
  ['the time to wait', 'retry: 2000\n\n', [{ event: 'message', retry: 2000 }]],
  ['no time that is not a number', 'retry: 2s\n\n', [{ event: 'message' }]],
  ['data of several lines', 'data: a\ndata:\ndata:  b\n\n', [{ event: 'message', data: 'a\n\n b' }]],
  ['data with colons', 'data:a: b\n\n', [{ event: 'message', data: 'a: b' }]],
  ['a field without a colon', 'data\n\n', [{ event: 'message', data: '' }]],
  ['no comments', ':\n\n: data: x\n\ndata: a\n\n', [{ event: 'message', data: 'a' }]],
  ['no field of its own', 'data : a\n\ndata: b\n\n', [{ event: 'message', data: 'b' }]],
  ['no event that was cut', 'data: a\n\ndata: b\n', [{ event: 'message', data: 'a' }]],
  ['no event that was cut within its end', 'data: a\n\nevent: complete\n', [{ event: 'message', data: 'a' }]],
  [
    'each event for itself',
    'id: a\nevent: next\ndata: 1\n\ndata: 2\n\n',
    [
      { event: 'next', id: 'a', data: '1' },
      { event: 'message', data: '2' },
    ],
  ],
  ['no id with a NUL', 'id: a\nid: b\0c\ndata: 1\n\n', [{ event: 'message', id: 'a', data: '1' }]],
])('reads %s', (_, stream, events) => {
  expect(parse([stream])).toEqual(events)
})

const LINES = fc.constantFrom('data: a', 'data: é😀', 'id: 1', 'event: next', ': ping', 'retry: 5', '', '', 'data')

test('reads the same from pieces of any size and with any ends of lines', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(LINES, fc.constantFrom('\n', '\r\n', '\r'))), fc.array(fc.nat(6)), (lines, sizes) => {
      // A line feed right after a carriage return would belong to it, and the last carriage return waits for one.
      const text = `${lines.map(([line, end]) => `${line}${line === '' && end === '\n' ? '\r\n' : end}`).join('')}:\n`
      const plain = `${lines.map(([line]) => `${line}\n`).join('')}:\n`
      const pieces: string[] = []
      let rest = text
      for (const size of sizes) {
        pieces.push(rest.slice(0, size))
        rest = rest.slice(size)
      }
      expect(parse([...pieces, rest])).toEqual(parse([plain]))
    }),
  )
})

test.each([
  ['lines of data', 'data\n'],
  ['fields of one name', 'id: 1\n'],
])('refuses an event of millions of short %s', (_, line) => {
  const parseMore = eventParser()
  const piece = line.repeat(10_000)
  const more = (pieces: number) => {
    for (let read = 0; read < pieces; read++) parseMore(piece)
  }
  expect(() => more(80)).not.toThrow()
  expect(() => more(20)).toThrow('an event of more than')
})

test('keeps nothing of fields that it does not know', () => {
  const parseMore = eventParser()
  for (let field = 0; field < 40; field++) parseMore(`field-${field}: ${'x'.repeat(1_000_000)}\n`)
  expect(parseMore('data: a\n\n')).toMatchObject([{ data: 'a' }])
})
