/** Whether an address is that of a file. A browser that opens one in a tab sends no token; a page can try the one that its tab has. */
export function isFile(path: string): boolean {
  return /^\/export\/|\.(atom|graphql|json)$/.test(path)
}
