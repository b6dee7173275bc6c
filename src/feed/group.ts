import type { Store } from '../store/store.ts'
import { Backlog, type BacklogOptions, type Part } from './backlog.ts'
import type { FeedQuery } from './feed-query.ts'
import type { Member, MemberGroup } from './member.ts'
import type { Message } from './message.ts'

export interface GroupOptions<M> extends Omit<BacklogOptions<M>, 'query'> {
  readonly createQuery: () => FeedQuery
  /** Milliseconds. */
  readonly heartbeatEvery: number | undefined
  readonly cursorAt: (seq: number) => string
  readonly report: (error: unknown) => void
}

/** Members that are sent a message in one turn of the event loop: a few milliseconds. */
const SLICE = 256

/** Milliseconds for which a heartbeat is sent to those who catch up, so that thousands who resume together cost a few. */
const HEARTBEAT_SHARED = 250

/** Members that ask the same. Those at the head are sent each message together. */
export class Group<M extends Message> implements MemberGroup<M> {
  readonly members = new Set<Member<M>>()
  readonly store: Store
  readonly backlog: Backlog<M>
  readonly heartbeatEvery: number | undefined
  readonly #options: GroupOptions<M>
  readonly #atHead = new Set<Member<M>>()
  /** Everything up to here has been sent to the members at the head, as soon as they have the last message. */
  #seq = 0
  /** The seq of the last message that is sent, or was. */
  #lastSent = 0
  #isSending = false
  #quietSince = performance.now()
  #timer: NodeJS.Timeout | undefined
  #heartbeat: { readonly seq: number; readonly at: number; readonly message: Promise<M> } | undefined

  constructor(options: GroupOptions<M>) {
    this.#options = options
    this.store = options.store
    this.heartbeatEvery = options.heartbeatEvery
    this.backlog = new Backlog({ ...options, query: options.createQuery() })
  }

  head(): number {
    return this.#options.head()
  }

  join(member: Member<M>): boolean {
    if (this.#atHead.size === 0) {
      if (member.seq < this.head()) return false
      this.#seq = Math.max(this.#seq, member.seq)
      this.#quietSince = performance.now()
    } else if (member.seq < this.#seq) return false
    this.#atHead.add(member)
    // Others are woken by commits already, and when a heartbeat is due.
    if (this.#atHead.size === 1) this.wake()
    return true
  }

  leave(member: Member<M>): void {
    this.#atHead.delete(member)
    if (this.#atHead.size === 0) clearTimeout(this.#timer)
  }

  seqOf(sentUpTo: number): number {
    return sentUpTo < this.#lastSent ? sentUpTo : Math.max(sentUpTo, this.#seq)
  }

  cursorAt(seq: number): string {
    return this.#options.cursorAt(seq)
  }

  /** Says that the log has grown. */
  wake(): void {
    this.backlog.noticeCommit()
    if (!this.#isSending) void this.#sendAll()
  }

  /** A group that asks the same, without members, and without what this one has read and sent. */
  renewed(): Group<M> {
    return new Group(this.#options)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.backlog.close()
  }

  report(error: unknown): void {
    this.#options.report(error)
  }

  heartbeatAt(seq: number): Promise<M> {
    const now = performance.now()
    if (this.#heartbeat?.seq !== seq || now - this.#heartbeat.at > HEARTBEAT_SHARED) {
      const { store, render } = this.#options
      const item = { type: 'HEARTBEAT', seq, cursor: this.cursorAt(seq), at: store.now() } as const
      const heartbeat = { seq, at: now, message: render(item).then(({ message }) => message) }
      this.#heartbeat = heartbeat
      // Only those who wait for it already share its error.
      heartbeat.message.catch(() => {
        if (this.#heartbeat === heartbeat) this.#heartbeat = undefined
      })
    }
    return this.#heartbeat.message
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true
    try {
      while (this.#atHead.size > 0) {
        if (this.#seq < this.head()) await this.#sendNext()
        else if (this.#untilHeartbeat() <= 0) await this.#sendHeartbeat()
        else break
      }
    } catch (error) {
      this.report(error)
      for (const member of this.#atHead) member.fail()
    }
    this.#isSending = false
    this.#waitForHeartbeat()
  }

  async #sendNext(): Promise<void> {
    await this.#options.turn()
    const part = await this.backlog.read(this.#seq)
    if (part.messages.length > 0) await this.#send(part)
    this.#seq = Math.max(this.#seq, part.upTo)
  }

  async #send(part: Part<M>): Promise<void> {
    const last = part.seqs.at(-1) ?? 0
    this.#seq = Math.max(this.#seq, last)
    this.#lastSent = Math.max(this.#lastSent, last)
    this.#quietSince = performance.now()
    let sent = 0
    // A set that grows or shrinks meanwhile is walked to its end, once.
    for (const member of this.#atHead) {
      if (sent >= SLICE) {
        sent = 0
        await this.#options.turn()
      }
      // What was redacted meanwhile must not be sent: the rest of the members reads the log again.
      if (sent === 0 && this.store.lastRedaction() > part.head) return this.#sendBack(last)
      sent += 1 + member.take(part)
    }
  }

  #sendBack(last: number): void {
    for (const member of this.#atHead) if (member.seq < last) member.fallBehind()
  }

  async #sendHeartbeat(): Promise<void> {
    const seq = this.#seq
    await this.#options.turn()
    const heartbeat = [await this.heartbeatAt(seq)]
    this.#quietSince = performance.now()
    let sent = 0
    for (const member of this.#atHead) {
      if (++sent % SLICE === 0) await this.#options.turn()
      member.takeHeartbeat(heartbeat, seq)
    }
  }

  #waitForHeartbeat(): void {
    clearTimeout(this.#timer)
    const wait = this.#untilHeartbeat()
    if (wait < Infinity && this.#atHead.size > 0) this.#timer = setTimeout(() => this.wake(), wait)
  }

  /** Milliseconds. */
  #untilHeartbeat(): number {
    const { heartbeatEvery = Infinity } = this
    return Math.max(0, heartbeatEvery - (performance.now() - this.#quietSince))
  }
}
