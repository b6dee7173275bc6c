const SHOWN = 60

/** A value as a message shows it: text in quotes and cut short, lists and maps by name, numbers and the like as they are. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length <= SHOWN ? value : `${value.slice(0, SHOWN)}…`)
  if (Array.isArray(value)) return 'a list'
  if (value === undefined || value === null) return 'nothing'
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'a map'
}

/** `an event`, `a statement` */
export function article(noun: string): string {
  return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`
}
