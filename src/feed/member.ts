import type { Backlog, Part } from './backlog.ts'
import type { Message, Recipient } from './message.ts'
import type { DemarcheError } from '../model/errors.ts'
import type { Store } from '../store/store.ts'

/** What a member needs of its group. */
export interface MemberGroup<M extends Message> {
  readonly store: Store
  readonly backlog: Backlog<M>
  /** All members, at the head or not. */
  readonly members: Set<Member<M>>
  /** Milliseconds. */
  readonly heartbeatEvery: number | undefined
  /** The head of the log as it was noticed last. */
  head(): number
  /** Adds a member to those at the head if it has everything that they were sent. Returns whether it has. */
  join(member: Member<M>): boolean
  leave(member: Member<M>): void
  /** The seq up to which a member at the head has everything that matches, which it was sent up to `sentUpTo`. */
  seqOf(sentUpTo: number): number
  cursorAt(seq: number): string
  /** A heartbeat that says that everything up to `seq` has been sent. */
  heartbeatAt(seq: number): Promise<M>
  report(error: unknown): void
}

interface MemberOptions<M extends Message> {
  readonly group: MemberGroup<M>
  /** It has been sent everything up to here. */
  readonly seq: number
  /** Resolves when it may read on behind the head. */
  readonly turn: () => Promise<unknown>
  readonly onEnd: () => void
}

/** STALLED: its recipient takes no more. */
type State = 'NEW' | 'BEHIND' | 'AT_HEAD' | 'STALLED' | 'ENDED'

/** Messages that a member behind the head is sent in one turn of the event loop, if they are made already. */
const MESSAGES_A_TURN = 100

/** One subscriber: reads on by itself until it has joined its group at the head, and again whenever it fell behind. */
export class Member<M extends Message> {
  readonly #options: Omit<MemberOptions<M>, 'group'>
  #group: MemberGroup<M>
  #recipient: Recipient<M> | undefined
  #state: State = 'NEW'
  /** Set if it failed before it was started. */
  #failure: { readonly reason: DemarcheError | undefined } | undefined
  /** At the head, the seq of its last message; the group knows how far it has read since. */
  #sentUpTo: number
  #quietSince = 0
  /** Whether a heartbeat has said that the backlog is done. */
  #hasCaughtUp = false

  constructor({ group, ...options }: MemberOptions<M>) {
    this.#options = options
    this.#group = group
    this.#sentUpTo = options.seq
    this.#hasCaughtUp = group.heartbeatEvery === undefined
  }

  /** Every item up to here has been sent or does not match. */
  get seq(): number {
    return this.#state === 'AT_HEAD' ? this.#group.seqOf(this.#sentUpTo) : this.#sentUpTo
  }

  /** The cursor from which to resume. */
  get cursor(): string {
    return this.#group.cursorAt(this.seq)
  }

  start(recipient: Recipient<M>): void {
    if (this.#failure !== undefined) recipient.fail(this.#failure.reason)
    if (this.#state !== 'NEW') return
    this.#recipient = recipient
    this.#quietSince = performance.now()
    // The turn in which it starts is its own: it may send what is made already.
    void this.#catchUp({ sent: 0 })
  }

  /** Says that the recipient takes more. */
  resume(): void {
    if (this.#state === 'STALLED') void this.#catchUp()
  }

  /** Ends it: nothing more is sent. */
  end(): void {
    if (this.#state === 'ENDED') return
    this.#become('ENDED')
    this.#group.members.delete(this)
    this.#options.onEnd()
  }

  /** Ends it because the feed cannot be read, or cannot be read from where it is, as the reason says. */
  fail(reason?: DemarcheError): void {
    if (this.#state === 'ENDED') return
    // A member that has not been started tells its recipient when it is.
    if (this.#state === 'NEW') this.#failure = { reason }
    this.end()
    this.#recipient?.fail(reason)
  }

  /** Goes on in another group, from where it is. What it waits for in its former group is not sent. */
  moveTo(group: MemberGroup<M>): void {
    const isReading = this.#state === 'AT_HEAD' || this.#state === 'BEHIND'
    if (isReading) this.#become('BEHIND')
    this.#group.members.delete(this)
    group.members.add(this)
    this.#group = group
    if (isReading) void this.#catchUp()
  }

  /** Sends those messages that it was not sent before. Returns how many. */
  take({ seqs, messages }: Pick<Part<M>, 'seqs' | 'messages'>): number {
    const last = seqs.at(-1) ?? 0
    if (last <= this.#sentUpTo) return 0
    const first = seqs.findIndex((seq) => seq > this.#sentUpTo)
    const unsent = first === 0 ? messages : messages.slice(first)
    this.#send(unsent, last)
    return unsent.length
  }

  /** Sends a heartbeat, unless it was sent more than that says. */
  takeHeartbeat(heartbeat: readonly M[], seq: number): void {
    if (seq >= this.seq) this.#send(heartbeat, seq)
  }

  /** Leaves the members at the head. */
  fallBehind(): void {
    if (this.#state !== 'AT_HEAD') return
    this.#become('BEHIND')
    void this.#catchUp()
  }

  /** Takes another state than that of a member at the head. */
  #become(state: State): void {
    this.#sentUpTo = this.seq
    this.#group.leave(this)
    this.#state = state
  }

  /** Returns whether they were sent. If its recipient fails, the member ends, and no other. */
  #send(messages: readonly M[], seq: number): boolean {
    try {
      if (this.#recipient?.isReady?.() === false) {
        this.#become('STALLED')
        return false
      }
      this.#sentUpTo = seq
      this.#quietSince = performance.now()
      const takesMore = this.#recipient?.send(messages, seq) === true
      if (!takesMore && this.#state !== 'ENDED') this.#become('STALLED')
      return true
    } catch (error) {
      this.#group.report(error)
      this.fail()
      return false
    }
  }

  /** `sent` is how many messages were sent in this turn. */
  async #catchUp({ sent } = { sent: MESSAGES_A_TURN }): Promise<void> {
    const { turn } = this.#options
    const group = this.#group
    this.#state = 'BEHIND'
    // The first heartbeat goes with the messages before it.
    let isInTurn = sent === 0
    try {
      while (this.#isBehindIn(group)) {
        if (this.#hasCaughtUp && group.join(this)) {
          this.#state = 'AT_HEAD'
          this.#recipient?.caughtUp?.()
          return
        }
        const isDue = this.#isHeartbeatDue()
        const isDone = (isDue || !this.#hasCaughtUp) && this.#sentUpTo >= group.head()
        if (isDue || (isDone && !this.#hasCaughtUp)) {
          if (!isInTurn) await turn()
          isInTurn = false
          await this.#sendHeartbeat(group, { isDone })
          if (isDone || !this.#isBehindIn(group)) continue
        }
        if (sent >= MESSAGES_A_TURN) {
          await turn()
          if (!this.#isBehindIn(group)) return
          sent = 0
          isInTurn = true
        }
        let part = group.backlog.peek(this.#sentUpTo)
        if (part === undefined) {
          part = await group.backlog.read(this.#sentUpTo, turn)
          if (!this.#isBehindIn(group)) return
          sent = 0
          isInTurn = true
        }
        sent += 1 + this.take(part)
        if (this.#isBehindIn(group)) this.#sentUpTo = Math.max(this.#sentUpTo, part.upTo)
      }
    } catch (error) {
      if (group !== this.#group) return
      group.report(error)
      this.fail()
    }
  }

  async #sendHeartbeat(group: MemberGroup<M>, { isDone }: { readonly isDone: boolean }): Promise<void> {
    if (!this.#isBehindIn(group)) return
    const message = await group.heartbeatAt(this.#sentUpTo)
    if (!this.#isBehindIn(group)) return
    if (this.#send([message], this.#sentUpTo)) this.#hasCaughtUp ||= isDone
  }

  /** Whether it still reads for itself in a group. */
  #isBehindIn(group: MemberGroup<M>): boolean {
    return this.#state === 'BEHIND' && this.#group === group
  }

  #isHeartbeatDue(): boolean {
    const { heartbeatEvery = Infinity } = this.#group
    return performance.now() - this.#quietSince >= heartbeatEvery
  }
}
