import { execFileSync } from 'node:child_process'

/*
 * The rules of Atom (RFC 4287) and JSON Feed 1.1 that a document must keep, as far as they concern what a feed can have. Each function returns
 * the rules that the document breaks.
 */

/** An element of XML with what is in it. */
export interface Element {
  /** With its namespace in braces. */
  readonly tag: string
  readonly attributes: Readonly<Record<string, string>>
  readonly text: string
  readonly children: readonly Element[]
}

/** Throws for a document that is not well formed, such as one with a character that XML forbids. */
export function parseXml(xml: string): Element {
  const program = `
import json, sys, xml.etree.ElementTree as tree
def read(element):
    return {'tag': element.tag, 'attributes': element.attrib, 'text': element.text or '', 'children': [read(child) for child in element]}
print(json.dumps(read(tree.fromstring(sys.stdin.buffer.read()))))`
  const output = execFileSync('python3', ['-c', program], { input: xml, encoding: 'utf8', stdio: 'pipe' })
  return JSON.parse(output) as Element
}

const ATOM = '{http://www.w3.org/2005/Atom}'

export function childrenOf({ children }: Element, name: string): readonly Element[] {
  return children.filter(({ tag }) => tag === ATOM + name)
}

const TEXT = ['type']
const PERSON = ['name', 'uri', 'email']
const OF_BOTH = ['author', 'category', 'contributor', 'id', 'link', 'rights', 'title', 'updated']

/** The schema of RFC 4287, appendix B: the elements within an element, and its attributes beside `xml:base` and `xml:lang`. */
const SCHEMA: Readonly<
  Record<string, { readonly within?: readonly string[]; readonly attributes?: readonly string[] }>
> = {
  feed: { within: [...OF_BOTH, 'generator', 'icon', 'logo', 'subtitle', 'entry'] },
  entry: { within: [...OF_BOTH, 'content', 'published', 'source', 'summary'] },
  source: { within: [...OF_BOTH, 'generator', 'icon', 'logo', 'subtitle'] },
  author: { within: PERSON },
  contributor: { within: PERSON },
  link: { attributes: ['href', 'rel', 'type', 'hreflang', 'title', 'length'] },
  category: { attributes: ['term', 'scheme', 'label'] },
  generator: { attributes: ['uri', 'version'] },
  content: { attributes: ['type', 'src'] },
  rights: { attributes: TEXT },
  subtitle: { attributes: TEXT },
  summary: { attributes: TEXT },
  title: { attributes: TEXT },
}

/** The elements whose content is elements only. */
const STRUCTURES = ['feed', 'entry', 'source', 'author', 'contributor']

/** What the schema does not allow, in an element and in all within it. Elements of other namespaces are allowed everywhere. */
function checkSchema(broken: Rules, element: Element): void {
  const name = element.tag.slice(ATOM.length)
  const { within = [], attributes = [] } = SCHEMA[name] ?? {}
  const allowed = new Set([...attributes, `${XML}base`, `${XML}lang`])
  for (const attribute of Object.keys(element.attributes)) {
    const isForeign = attribute.startsWith('{') && !attribute.startsWith(XML)
    broken.unless(isForeign || allowed.has(attribute), `${name}: no attribute ${attribute}`)
  }
  if (STRUCTURES.includes(name)) broken.unless(element.text.trim() === '', `${name}: no text of its own`)
  for (const child of element.children.filter(({ tag }) => tag.startsWith(ATOM))) {
    const known = child.tag.slice(ATOM.length)
    broken.unless(within.includes(known), `${name}: no ${known} in it`)
    checkSchema(broken, child)
  }
}

const XML = '{http://www.w3.org/XML/1998/namespace}'

export function brokenRulesOfAtom(feed: Element): readonly string[] {
  const entries = childrenOf(feed, 'entry')
  const broken = new Rules()
  checkSchema(broken, feed)
  broken.unless(feed.tag === `${ATOM}feed`, 'the root is a feed of Atom')
  for (const [where, element] of [['feed', feed] as const, ...entries.map((entry) => ['entry', entry] as const)]) {
    for (const name of ['id', 'title', 'updated']) {
      broken.unless(childrenOf(element, name).length === 1, `${where}: exactly one ${name}`)
    }
    for (const name of ['published', 'summary', 'content', 'rights', 'source', 'generator', 'icon', 'logo', 'subtitle'])
      broken.unless(childrenOf(element, name).length <= 1, `${where}: at most one ${name}`)
    for (const { text } of childrenOf(element, 'id')) {
      broken.unless(isIri(text), `${where}: the id is an absolute IRI`)
    }
    for (const { text } of ['updated', 'published'].flatMap((name) => childrenOf(element, name))) {
      broken.unless(isInstant(text), `${where}: dates are RFC 3339`)
    }
    for (const { attributes, children } of ['title', 'summary'].flatMap((name) => childrenOf(element, name))) {
      const isPlain = (attributes['type'] ?? 'text') === 'text' && children.length === 0
      broken.unless(isPlain, `${where}: text has no elements`)
    }
    for (const author of ['author', 'contributor'].flatMap((name) => childrenOf(element, name))) {
      for (const name of ['uri', 'email'])
        broken.unless(childrenOf(author, name).length <= 1, `${where}: an author has one ${name} at most`)
      for (const { text } of childrenOf(author, 'email'))
        broken.unless(/^[^\s@]+@[^\s@]+$/.test(text), `${where}: an email has an @`)
      const [name, another] = childrenOf(author, 'name')
      broken.unless(name !== undefined && name.text !== '' && another === undefined, `${where}: an author has one name`)
    }
    for (const { attributes } of childrenOf(element, 'category')) {
      broken.unless((attributes['term'] ?? '') !== '', `${where}: a category has a term`)
    }
    const links = childrenOf(element, 'link').map(({ attributes }) => attributes)
    for (const { href } of links) broken.unless(isAddress(href), `${where}: a link has an absolute address`)
    for (const { rel = 'alternate' } of links)
      broken.unless(/^[a-z][a-z0-9.-]*$/.test(rel) || isIri(rel), `${where}: a relation is a name or an IRI`)
    for (const { hreflang = 'en' } of links)
      broken.unless(/^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/.test(hreflang), `${where}: a language is a tag`)
    for (const { length = '0' } of links) broken.unless(/^\d+$/.test(length), `${where}: a length is a number`)
    for (const { type } of links) broken.unless(/^\w+\/[\w+.-]+$/.test(type ?? 'a/b'), `${where}: a type is of media`)
    const alternates = links.filter(({ rel = 'alternate' }) => rel === 'alternate').map(({ type }) => type)
    broken.unless(isUnique(alternates), `${where}: one alternate link of a type`)
    const isWhole = where === 'feed' || childrenOf(element, 'content').length > 0 || alternates.length > 0
    broken.unless(isWhole, 'entry: content or an alternate link')
    const hasAuthor = (one: Element) => childrenOf(one, 'author').length > 0
    broken.unless(
      hasAuthor(feed) || (entries.length > 0 && entries.every(hasAuthor)),
      'an author on feed or each entry',
    )
  }
  for (const rel of ['self', 'next', 'previous']) {
    const links = childrenOf(feed, 'link').filter(({ attributes }) => attributes['rel'] === rel)
    broken.unless(links.length <= 1 && (rel !== 'self' || links.length === 1), `feed: one ${rel} link`)
  }
  broken.unless(isUnique(entries.map((entry) => childrenOf(entry, 'id')[0]?.text)), 'the ids of entries are unique')
  return broken.all()
}

type Json = Readonly<Record<string, unknown>>

export function brokenRulesOfJsonFeed(feed: Json): readonly string[] {
  const broken = new Rules()
  const items = listOf(feed['items'])
  broken.unless(feed['version'] === 'https://jsonfeed.org/version/1.1', 'the version is an address')
  broken.unless(isText(feed['title']), 'feed: a title')
  broken.unless(Array.isArray(feed['items']), 'feed: items')
  broken.unless(isAddress(feed['feed_url']), 'feed: its own address')
  broken.unless(feed['next_url'] !== feed['feed_url'], 'feed: the next address is another')
  for (const name of ['home_page_url', 'next_url', 'icon', 'favicon']) {
    broken.unless(isAbsent(feed[name]) || isAddress(feed[name]), `feed: ${name} is an absolute address`)
  }
  for (const item of items) {
    broken.unless(isText(item['id']), 'item: an id that is text')
    broken.unless([item['content_text'], item['content_html']].some(isText), 'item: content')
    for (const name of ['url', 'external_url', 'image']) {
      broken.unless(isAbsent(item[name]) || isAddress(item[name]), `item: ${name} is an absolute address`)
    }
    for (const name of ['date_published', 'date_modified']) {
      broken.unless(isAbsent(item[name]) || isInstant(item[name]), `item: ${name} is RFC 3339`)
    }
    const { tags = [] } = item
    broken.unless(Array.isArray(tags) && tags.every(isText), 'item: tags are texts')
  }
  const lists = [feed, ...items].map((one) => one['authors'])
  for (const authors of lists) {
    const isList = isAbsent(authors) || (Array.isArray(authors) && authors.length > 0)
    broken.unless(
      isList && listOf(authors).every(({ name, url }) => isText(name) || isAddress(url)),
      'authors are named',
    )
  }
  const [ofFeed, ...ofItems] = lists.map((authors) => listOf(authors).length > 0)
  broken.unless(ofFeed === true || (ofItems.length > 0 && ofItems.every(Boolean)), 'an author on feed or each item')
  broken.unless(isUnique(items.map(({ id }) => id)), 'the ids of items are unique')
  return broken.all()
}

class Rules {
  readonly #broken = new Set<string>()

  unless(isKept: boolean, rule: string): void {
    if (!isKept) this.#broken.add(rule)
  }

  all(): readonly string[] {
    return [...this.#broken]
  }
}

function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : []
}

function isAbsent(value: unknown): boolean {
  return value === undefined
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isUnique(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length
}

function isAddress(value: unknown): boolean {
  return typeof value === 'string' && /^https?:\/\/[^\s<>"{}|\\^`]+$/.test(value) && URL.canParse(value)
}

function isIri(value: string): boolean {
  return /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i.test(value)
}

/** With a zone, and with capitals as RFC 4287 demands. */
function isInstant(value: unknown): boolean {
  const form = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/
  return typeof value === 'string' && form.test(value) && !Number.isNaN(Date.parse(value))
}
