/** Saves what a response sends, under the name that the server gives it, or else the end of its address. */
export async function save(response: Response): Promise<void> {
  const named = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1]
  const { pathname } = new URL(response.url)
  const href = URL.createObjectURL(await response.blob())
  const saved = document.createElement('a')
  saved.href = href
  saved.download = named ?? pathname.slice(pathname.lastIndexOf('/') + 1)
  saved.click()
  setTimeout(() => URL.revokeObjectURL(href), RELEASED)
}

/** Milliseconds after which the browser has begun to save a file. */
const RELEASED = 60_000
