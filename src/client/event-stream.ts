/** One event of a stream. `data` is undefined for an event that has only an id. */
export interface StreamEvent {
  readonly event: string
  readonly id: string | undefined
  readonly data: string | undefined
  /** Milliseconds to wait before reconnecting. */
  readonly retry: number | undefined
}

/** The service sends smaller events at any setting. */
const EVENT_MAX = 33_554_432

/** The memory of a line beside its characters: an event may have millions of lines. */
const LINE = 32
const FIELDS = ['event', 'id', 'data', 'retry']

/**
 * A parser of `text/event-stream` as the HTML standard defines it. Pass the text in pieces of any size; each call returns the events that the
 * piece completes. An event that was cut off is never returned. Throws a RangeError if an event does not end.
 */
export function eventParser(): (piece: string) => StreamEvent[] {
  let unread = ''
  let endsWithReturn = false
  let fields: Record<string, string> = {}
  let held = 0
  return (piece) => {
    const events: StreamEvent[] = []
    // A long line comes in many pieces. It is split once, when its end has come.
    const hasLineEnd = endsWithReturn || /[\r\n]/.test(piece)
    unread += piece
    if (piece !== '') endsWithReturn = piece.endsWith('\r')
    if (unread.length + held > EVENT_MAX)
      throw new RangeError(`The service sent an event of more than ${EVENT_MAX} characters.`)
    if (!hasLineEnd) return events
    // A line feed may follow the carriage return at the end.
    const lines = unread.split(/\r\n|\n|\r(?!$)/)
    unread = lines.pop() ?? ''
    for (const line of lines) {
      const [, name = '', value = ''] = /^([^:]*):? ?([^]*)$/.exec(line) ?? []
      if (name === 'id' && value.includes('\0')) continue
      if (line !== '') {
        if (!FIELDS.includes(name)) continue
        held += line.length + LINE
        fields[name] = name === 'data' && 'data' in fields ? `${fields['data']}\n${value}` : value
        continue
      }
      const { event = 'message', id, data, retry } = fields
      fields = {}
      held = 0
      if ((id ?? data ?? retry) !== undefined)
        events.push({ event, id, data, retry: /^\d+$/.test(retry ?? '') ? Number(retry) : undefined })
    }
    return events
  }
}
