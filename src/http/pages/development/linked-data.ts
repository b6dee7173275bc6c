import { phrase } from '../parts/chips.ts'
import type { Development, Item } from './parts.ts'

/*
 * A development in the words of schema.org, for programs that read pages (JSON-LD).
 *
 * The page is a `Report`: it retells what was reported, in words of the record, and has no author. A quote has its speaker as creator, if
 * the source says that its words are not translated. The report is of an `Event` where the record says that one occurred and when it began.
 * Dates are as precise as the record has them: a year, a month, a day or an instant. Other dates are left out.
 */

/** Undefined for a retracted development. `publicUrl` has no slash at its end. */
export function linkedData(development: Development, publicUrl: string): object | undefined {
  if (development.retraction !== null) return undefined
  const report = describeReport(development, publicUrl)
  const event = describeEvent(development)
  return { '@context': 'https://schema.org', ...(event === undefined ? report : { ...event, subjectOf: report }) }
}

function describeReport(development: Development, publicUrl: string): object {
  const { key, kind, headline, summary, evidentialStatus, disputes, citations, revision, recordedAt, amendedAt } =
    development
  const sources = new Map(citations.map(({ source }) => [source.key, source]))
  return {
    '@type': 'Report',
    url: `${publicUrl}/developments/${key}`,
    headline,
    abstract: summary,
    keywords: [phrase(kind), phrase(evidentialStatus)],
    about: listed(
      disputes.map((dispute) => ({
        '@type': 'Thing',
        name: dispute.title,
        url: `${publicUrl}/disputes/${dispute.key}`,
      })),
    ),
    contentLocation: describePlaces(development),
    version: revision,
    dateCreated: recordedAt,
    dateModified: amendedAt ?? undefined,
    hasPart: describeQuotes(development),
    citation: [...sources.values()].map(describeSource),
  }
}

/** Where the record says no more than that somebody alleges an event, or that it is contested, it may not have occurred. */
const OCCURRED: ReadonlySet<string> = new Set([
  'FOUND_BY_COURT',
  'FOUND_BY_INVESTIGATION',
  'ACKNOWLEDGED',
  'ESTABLISHED',
  'REPORTED',
])

function describeEvent(development: Development): object | undefined {
  const { kind, headline, summary, date, evidentialStatus } = development
  // An interval has two parts. What was once between two bounds is written in brackets, and has no exact part.
  const [start = '', end = ''] = date.edtf.split('/')
  const startDate = date.instant ?? exactDate(start)
  if (kind !== 'EVENT' || !OCCURRED.has(evidentialStatus) || startDate === undefined) return undefined
  return {
    '@type': 'Event',
    name: headline,
    description: summary,
    startDate,
    endDate: exactDate(end),
    location: describePlaces(development),
  }
}

/** A year, a month or a day (EDTF, level 0), which ISO 8601 writes in the same way. Undefined for any other date. */
function exactDate(edtf: string): string | undefined {
  return /^\d{4}(-\d{2}){0,2}$/.test(edtf) ? edtf : undefined
}

function describePlaces({ places }: Development): readonly object[] | undefined {
  return listed(
    places.map(({ name, country, latitude, longitude }) => ({
      '@type': 'Place',
      name,
      ...(country !== null && { address: { '@type': 'PostalAddress', addressCountry: country } }),
      ...(latitude !== null && longitude !== null && { geo: { '@type': 'GeoCoordinates', latitude, longitude } }),
    })),
  )
}

function describeQuotes({ quotes = [], speakers = [], participations }: Development): readonly object[] | undefined {
  const kinds = new Map(participations.map(({ actor }) => [actor.key, actor.kind]))
  const creator = speakers.map(({ key, name }) => describeActor(name, kinds.get(key)))
  const original = quotes.filter(({ translated }) => translated === false)
  return listed(original.map(({ text, language }) => ({ '@type': 'Quotation', text, inLanguage: language, creator })))
}

function describeSource({
  title,
  author,
  outlet,
  url,
  archiveUrl,
  publishedOn,
  language,
}: Item<'citations'>['source']): object {
  return {
    '@type': 'CreativeWork',
    name: title,
    author: author ?? undefined,
    publisher: outlet === null ? undefined : describeActor(outlet.name, outlet.kind),
    datePublished: publishedOn === null ? undefined : exactDate(publishedOn.edtf),
    inLanguage: language,
    url: url ?? undefined,
    archivedAt: archiveUrl ?? undefined,
  }
}

/** Groups and unnamed sources are neither persons nor organisations. */
function describeActor(name: string, kind = 'UNNAMED'): object {
  const isVague = kind === 'GROUP' || kind === 'UNNAMED'
  return { '@type': kind === 'PERSON' ? 'Person' : isVague ? 'Thing' : 'Organization', name }
}

/** An empty list says nothing. */
function listed<Value>(values: readonly Value[]): readonly Value[] | undefined {
  return values.length > 0 ? values : undefined
}
