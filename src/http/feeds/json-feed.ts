import { jsonOf } from '../request-context.ts'
import type { FeedDocument } from './feed-document.ts'

/** JSON Feed 1.1. */
export function printJsonFeed({ title, home, self, next, entries }: FeedDocument): string {
  return jsonOf({
    version: 'https://jsonfeed.org/version/1.1',
    title,
    home_page_url: home,
    feed_url: self,
    authors: [{ name: 'Demarche' }],
    next_url: next,
    items: entries.map((entry) => ({
      id: entry.id,
      url: entry.url,
      title: entry.title,
      content_text: entry.summary,
      date_published: entry.publishedAt,
      date_modified: entry.updatedAt,
      ...(entry.authors.length > 0 && { authors: entry.authors.map((name) => ({ name })) }),
      tags: entry.categories.map(({ label }) => label),
    })),
  })
}
