export const KEY_MAX_LENGTH = 120
export const KEY_PATTERN = /^[a-z0-9][a-z0-9-]*(?:\/[a-z0-9][a-z0-9-]*)*$/

/** What a key must be, if this one is not; null if it is valid. */
export function keyProblem(key: string): string | null {
  if (key.length > KEY_MAX_LENGTH)
    return `a key has at most ${KEY_MAX_LENGTH} characters, and this one has ${key.length}`
  if (KEY_PATTERN.test(key)) return null
  return 'a key consists of a-z, 0-9 and "-", starts with a letter or digit, and has "/" between its parts'
}

/**
 * The candidates most similar to `key`, at most `limit`, nearest first, then by name. A candidate is similar if its Levenshtein distance is
 * at most a third of the key's length (at least 2), or if one contains the other.
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

/** The Levenshtein distance, or `most + 1` if it is greater than `most`. */
function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1
      current.push(
        Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (previous[column - 1] ?? 0) + cost),
      )
    }
    if (Math.min(...current) > most) return most + 1
    previous = current
  }
  return previous[b.length] ?? most + 1
}
