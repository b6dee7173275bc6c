export const KEY_MAX_LENGTH = 120
export const KEY_PATTERN = /^[a-z0-9][a-z0-9-]*(?:\/[a-z0-9][a-z0-9-]*)*$/

/** What a key must be, if this one is not; null if it is valid. */
export function keyProblem(key: string): string | null {
  if (key.length > KEY_MAX_LENGTH)
    return `a key has at most ${KEY_MAX_LENGTH} characters, and this one has ${key.length}`
  if (KEY_PATTERN.test(key)) return null
  return 'a key consists of a-z, 0-9 and "-", starts with a letter or digit, and has "/" between its parts'
}

/** The most letters by which a candidate may differ. */
const MOST_DIFFERENT = 12
/** How many candidates are compared letter by letter. */
const COMPARED = 100

/**
 * The candidates most similar to `key`, at most `limit`, nearest first, then by name. A candidate that differs only in case is the only
 * one. Others are similar if their Levenshtein distance is at most a third of the key's length (at least 2 and at most 12) and less than
 * the length of either, or if one contains the other. Of many candidates, the 100 with the most letters in common are compared. Nothing is
 * similar to a text that is too long for a key.
 */
export function nearestKeys(key: string, candidates: Iterable<string>, limit = 3): string[] {
  if (key.length > KEY_MAX_LENGTH) return []
  const allowed = Math.min(Math.max(2, Math.floor(key.length / 3)), MOST_DIFFERENT, key.length - 1)
  const letters = countLetters(key)
  const small = key.toLowerCase()
  const near: { candidate: string; distance: number }[] = []
  /** By a lower bound of their distance. */
  const possible: string[][] = Array.from({ length: allowed + 1 }, () => [])
  for (const candidate of candidates) {
    if (candidate.length === key.length && candidate.toLowerCase() === small) return [candidate]
    if (key.length >= 3 && (candidate.includes(key) || (candidate.length >= 3 && key.includes(candidate)))) {
      if (near.length < COMPARED) near.push({ candidate, distance: 1 })
    } else if (Math.abs(candidate.length - key.length) <= allowed) {
      const equals = possible[letterDistance(key, letters, candidate)]
      if (equals !== undefined && equals.length < COMPARED) equals.push(candidate)
    }
  }
  for (const candidate of possible.flat().slice(0, COMPARED)) {
    const distance = editDistance(key, candidate, allowed)
    if (distance <= allowed && distance < candidate.length) near.push({ candidate, distance })
  }
  near.sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
  return near.slice(0, limit).map(({ candidate }) => candidate)
}

/** How often each letter occurs. Letters of other scripts share the counters of ASCII. */
function countLetters(text: string): Uint8Array {
  const counts = new Uint8Array(128)
  for (let index = 0; index < text.length; index++) {
    const letter = text.charCodeAt(index) & 127
    counts[letter] = (counts[letter] ?? 0) + 1
  }
  return counts
}

const left = new Uint8Array(128)

/** How many letters one text has and the other lacks: at most their Levenshtein distance. */
function letterDistance(text: string, letters: Uint8Array, other: string): number {
  left.set(letters)
  let common = 0
  for (let index = 0; index < other.length; index++) {
    const letter = other.charCodeAt(index) & 127
    const count = left[letter] ?? 0
    if (count === 0) continue
    left[letter] = count - 1
    common++
  }
  return Math.max(text.length, other.length) - common
}

/** The Levenshtein distance, or `most + 1` if it is greater than `most`. Only cells within `most` of the diagonal can matter. */
function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let previous = new Uint8Array(b.length + 1).map((_, column) => Math.min(column, most + 1))
  let current = new Uint8Array(b.length + 1)
  for (let row = 1; row <= a.length; row++) {
    const first = Math.max(1, row - most)
    const last = Math.min(b.length, row + most)
    current[first - 1] = first === 1 ? Math.min(row, most + 1) : most + 1
    let least = current[first - 1] ?? 0
    for (let column = first; column <= last; column++) {
      const cost = a.charCodeAt(row - 1) === b.charCodeAt(column - 1) ? 0 : 1
      const above = column < row + most ? (previous[column] ?? 0) : most
      const before = Math.min(above, current[column - 1] ?? 0) + 1
      const distance = Math.min(before, (previous[column - 1] ?? 0) + cost, most + 1)
      current[column] = distance
      least = Math.min(least, distance)
    }
    if (least > most) return most + 1
    ;[previous, current] = [current, previous]
  }
  return previous[b.length] ?? most + 1
}
