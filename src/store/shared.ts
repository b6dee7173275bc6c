/**
 * Work that many ask for at once. It runs once at a time, and all who ask while it runs share the next run: what they get began after they
 * asked.
 */
export function shared<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let running: Promise<unknown> = Promise.resolve()
  let next: Promise<Result> | undefined
  return () => {
    if (next !== undefined) return next
    const asked = running.then(() => {
      next = undefined
      return work()
    })
    next = asked
    running = asked.catch(() => {})
    return asked
  }
}
