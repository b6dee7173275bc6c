import { LongTail, Random } from './random.ts'

const ONSETS = [
  'b',
  'd',
  'f',
  'g',
  'k',
  'l',
  'm',
  'n',
  'p',
  'r',
  's',
  't',
  'v',
  'z',
  'br',
  'dr',
  'gr',
  'kr',
  'st',
  'tr',
]
const VOWELS = ['a', 'e', 'i', 'o', 'u', 'ə', 'ı', 'ö']
const CODAS = ['', '', '', 'n', 'r', 'l', 's', 'k']
const WORDS = 8_000

/** Invented words, a few of them frequent and most of them rare, as in any text. */
const words = new LongTail(
  Array.from({ length: WORDS }, (_, index) => wordAt(index)),
  0.9,
)

/** The n-th word. Words of different indices differ, up to some thousands. */
export function wordAt(index: number): string {
  const random = new Random(index, 'word')
  const syllables = Array.from(
    { length: 2 + random.below(2) },
    () => `${random.pick(ONSETS)}${random.pick(VOWELS)}${random.pick(CODAS)}`,
  )
  return syllables.join('')
}

export function sentence(random: Random, length: number): string {
  const text = Array.from({ length }, () => words.draw(random)).join(' ')
  return `${capital(text)}.`
}

export function title(random: Random, length: number): string {
  return sentence(random, length).slice(0, -1)
}

export function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
