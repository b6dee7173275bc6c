export const KEY_MAX_LENGTH = 120
export const KEY_PATTERN = /^[a-z0-9][a-z0-9-]*(?:\/[a-z0-9][a-z0-9-]*)*$/

/** What is wrong with a key, in words that name the remedy; null where it is a good one. */
export function keyProblem(key: string): string | null {
  if (key.length > KEY_MAX_LENGTH) return `a key has at most ${KEY_MAX_LENGTH} characters, this one ${key.length}`
  if (KEY_PATTERN.test(key)) return null
  return 'a key is made of a-z, 0-9 and "-", starts with a letter or digit, with "/" between its parts'
}

/**
 * Of `candidates`, the at most `limit` that are most like `key` and like enough to be meant: a Levenshtein distance of at most a third of
 * the key's length (2 at the least), or one containing the other. Nearest first, then by name.
 */
export function nearestKeys(key: string, candidates: Iterable<string>, limit = 3): string[] {
  const allowed = Math.max(2, Math.floor(key.length / 3))
  const near: { candidate: string; distance: number }[] = []
  for (const candidate of candidates) {
    const contained = key.length >= 3 && (candidate.includes(key) || (candidate.length >= 3 && key.includes(candidate)))
    const distance = contained ? 1 : editDistance(key, candidate, allowed)
    if (distance <= allowed) near.push({ candidate, distance })
  }
  near.sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
  return near.slice(0, limit).map(({ candidate }) => candidate)
}

/** Levenshtein distance, cut short: a distance over `most` comes back as `most + 1`. */
function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    let least = row
    for (let column = 1; column <= b.length; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1
      const value = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + cost,
      )
      current.push(value)
      least = Math.min(least, value)
    }
    if (least > most) return most + 1
    previous = current
  }
  return previous[b.length] ?? most + 1
}
