/**
 * Copies a well-formed text into memory of its own. Substrings and regular expression matches keep the whole original alive, so a cache
 * that outlives the original must detach its keys. A module of its own, because dates, records and texts share it.
 */
export function detachString(text: string): string {
  return Buffer.from(text).toString()
}
