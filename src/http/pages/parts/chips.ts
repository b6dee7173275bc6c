import { Stance, stanceGroupOf } from '../../../model/vocabulary/claim.ts'
import { html, type Html } from './html.ts'

/** A value of a vocabulary as words: `IN_FORCE` becomes `in force`. */
export function lower(value: string): string {
  return value.toLowerCase().replaceAll('_', ' ')
}

/** The same at the start of a line: `In force`. */
export function phrase(value: string): string {
  return capital(lower(value))
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Where nothing is: in the record, or in the past of it that a page shows. */
export function onRecord(isPast: boolean): string {
  return isPast ? 'on record by then' : 'on record'
}

/** A number with its noun: `1 claim`, `3 claims`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** Words that stand together in a list: `a`, `a and b`, `a, b and c`. */
export function enumerate(items: readonly Html[], conjunction = 'and'): Html {
  return items.map((item, index) => [index > 0 && (index === items.length - 1 ? ` ${conjunction} ` : ', '), item])
}

const KINDS: Readonly<Record<string, string>> = { STATEMENT: 'ks', EVENT: 'ke', MEASURE: 'km' }

/** The kind of a development, as a class of the style sheet. */
export function kindClass(kind: string): string {
  return KINDS[kind] ?? 'ke'
}

/** Doubt about what stands beside it. */
export function flag(words: string): Html {
  return html` <b class="flag">${words}</b>`
}

/** Nothing on record, in a cell of a table. */
export function nothing(words = 'Not on record'): Html {
  return html`<span class="none"><span aria-hidden="true">–</span><span class="vh">${words}</span></span>`
}

/** What is new since the day that the reader asked for. */
export function fresh(words = 'New'): Html {
  return html`<b class="new">${words}</b>${' '}`
}

const STANCES: Readonly<Record<Stance, string>> = {
  ASSERTS: 'asserts it',
  AFFIRMS: 'affirms it',
  PARTIALLY_ACCEPTS: 'accepts it in part',
  AWAITS_INVESTIGATION: 'awaits the inquiry',
  DOES_NOT_ADDRESS: 'does not address it',
  QUESTIONS: 'doubts it',
  DENIES: 'denies it',
  OFFERS_ALTERNATIVE: 'gives another account',
  REPORTS_WITHOUT_ENDORSING: 'passes it on, not its own',
  RETRACTS: 'takes its position back',
}

/** A stance as a predicate of its holder: `does not address it`. */
export function stanceOf(stance: string): string {
  return Stance.has(stance) ? STANCES[stance] : lower(stance)
}

/** The group of a stance, as a class of the style sheet. */
export function groupOf(stance: string): 'for' | 'part' | 'open' | 'against' | 'gone' {
  return Stance.has(stance) ? GROUPS[stanceGroupOf(stance)] : 'open'
}

const GROUPS = { FOR: 'for', IN_PART: 'part', OPEN: 'open', AGAINST: 'against', WITHDRAWN: 'gone' } as const

export function stanceChip(stance: string): Html {
  return html`<span class="st ${groupOf(stance)}">${capital(stanceOf(stance))}</span>`
}

/** A change of position, by what the holder said or only inferred. */
export function changeNote(isInferred = false): Html {
  return html`<b class="${isInferred ? 'shift soft' : 'shift'}">${isInferred ? 'Change inferred' : 'Changed'}</b> `
}

/** How closely a position follows its holder's words, where it does not follow them. */
export function attributionNote(attribution: string): Html {
  if (attribution === 'INFERRED') return html`, <i>inferred</i>`
  return attribution === 'CHARACTERISED' && html`, <i>as the source puts it</i>`
}

const ATTRIBUTIONS: Readonly<Record<string, string>> = { CHARACTERISED: 'as the source puts it' }

/** How closely a position follows its holder’s words: `paraphrased`. */
export function attributionWords(attribution: string): string {
  return ATTRIBUTIONS[attribution] ?? lower(attribution)
}

/** What speaks against taking a development, or what it reports, as a fact. */
export function doubts({ evidentialStatus, credibility, citations }: Doubtful): Html {
  const isSlight =
    citations.length > 0 && citations.every(({ basis }) => basis === 'LINKED_HEADLINE' || basis === 'IMAGE_TEXT')
  return [
    /^(ALLEGED|UNVERIFIED|CONTESTED)$/.test(evidentialStatus) && flag(phrase(evidentialStatus)),
    /^(DOUBTFUL|IMPROBABLE)$/.test(credibility) && flag(phrase(credibility)),
    isSlight && flag('Headline or picture only'),
  ]
}

interface Doubtful {
  readonly evidentialStatus: string
  readonly credibility: string
  readonly citations: readonly { readonly basis: string }[]
}
