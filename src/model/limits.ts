interface Limit {
  readonly default: number
  /** The least and the greatest value that can be configured. */
  readonly least: number
  readonly most: number
  /** For the schema and the README. */
  readonly description: string
}

/** Every limit of a service. `service.limits` publishes each under its name, and the variable `DEMARCHE_LIMIT_…` of that name sets it. */
export const LIMITS = {
  depth: { default: 12, least: 1, most: 100, description: 'How deep the fields of an operation may nest.' },
  rootFields: {
    default: 100,
    least: 1,
    most: 100_000,
    description: 'The fields that an operation selects from Query, Mutation or Subscription.',
  },
  aliases: {
    default: 300,
    least: 0,
    most: 100_000,
    description: 'The aliased fields of an operation. Those of a fragment count wherever it is spread.',
  },
  pageSize: {
    default: 100,
    least: 20,
    most: 100,
    description:
      'The items of one page, which `first` and `last` may request. If it is below 100, pass `first` where its default is 100.',
  },
  complexity: {
    default: 50_000,
    least: 1,
    most: 100_000_000,
    description: 'The cost of an operation, which is estimated from its fields, page sizes and filters before it runs.',
  },
  countedRows: {
    default: 50_000_000,
    least: 1_000,
    most: 1_000_000_000,
    description:
      'The rows that all counts and facets of developments in one operation may read, about 0.1 µs each. A look-up counts as several.',
  },
  eventComplexity: {
    default: 5_000,
    least: 1,
    most: 100_000_000,
    description: 'The cost of one event of a subscription.',
  },
  tokens: { default: 2_000, least: 1, most: 100_000, description: 'The lexical tokens of a document.' },
  bodyBytes: {
    default: 1_048_576,
    least: 1_024,
    most: 1_073_741_824,
    description: 'The size of the body of a request, or of a WebSocket message.',
  },
  recordingBodyBytes: {
    default: 16_777_216,
    least: 1_024,
    most: 1_073_741_824,
    description:
      'The size of the body of a request with a token of scope RECORD, instead of `bodyBytes` if that is smaller.',
  },
  bodiesBytes: {
    default: 67_108_864,
    least: 1_024,
    most: 2_147_483_647,
    description:
      'The size of all bodies and messages together that are being read or wait to be executed. One client may have a quarter of it, but at least one body.',
  },
  executionMilliseconds: {
    default: 5_000,
    least: 1,
    most: 600_000,
    description:
      'The time in milliseconds in which one result is made, checked for each item of a list. One read of the store is never interrupted.',
  },
  resultFields: {
    default: 200_000,
    least: 1,
    most: 100_000_000,
    description: 'The fields of one result, counted while it is made.',
  },
  introspectionFields: {
    default: 60_000,
    least: 1,
    most: 100_000_000,
    description:
      'The fields of an introspection, counted before it runs. What tools send to learn the whole schema has some 20,000.',
  },
  resultBytes: {
    default: 10_485_760,
    least: 1_024,
    most: 268_435_456,
    description:
      'The size of the data of one result as JSON, counted while it is made. An event of a subscription may have a tenth of it.',
  },
  subscriptions: {
    default: 20_000,
    least: 1,
    most: 10_000_000,
    description: 'The subscriptions of all clients together, over all transports.',
  },
  subscriptionsPerClient: {
    default: 1_000,
    least: 1,
    most: 10_000_000,
    description: 'The subscriptions of one client: of an IPv4 address, or of a network of IPv6 addresses (/64).',
  },
  connectionsPerClient: {
    default: 250,
    least: 1,
    most: 1_000_000,
    description: 'The event streams and WebSockets of one client.',
  },
  operationsPerSocket: {
    default: 200,
    least: 1,
    most: 1_000_000,
    description: 'The operations that run on one WebSocket at the same time, subscriptions among them.',
  },
  initMilliseconds: {
    default: 3_000,
    least: 100,
    most: 600_000,
    description: 'The time in milliseconds in which a new WebSocket must send `connection_init`.',
  },
  stalledMilliseconds: {
    default: 30_000,
    least: 100,
    most: 3_600_000,
    description:
      'The time in milliseconds in which a subscriber, or the client of an export, must take some of the bytes that wait for it. Else its connection is closed with SLOW_CONSUMER, and a subscriber may resume by its cursor.',
  },
  connectionMilliseconds: {
    default: 86_400_000,
    least: 1_000,
    most: 2_147_483_647,
    description:
      'The age in milliseconds at which an event stream or a WebSocket is ended, so that its client connects anew and resumes. It is checked every 12 seconds.',
  },
  requestsPerClient: {
    default: 100,
    least: 1,
    most: 1_000_000,
    description: 'The requests of one client that are not answered yet.',
  },
  exports: {
    default: 4,
    least: 1,
    most: 1_000,
    description: 'The exports that are sent to all clients together. Each has a thread and up to 200 MB of memory.',
  },
  exportsPerClient: {
    default: 2,
    least: 1,
    most: 1_000,
    description: 'The exports that are sent to one client.',
  },
  waitingChanges: {
    default: 100,
    least: 1,
    most: 100_000,
    description: 'The mutations of all clients that wait while another one records.',
  },
  waitingDossiers: {
    default: 4,
    least: 1,
    most: 1_000,
    description: 'The dossiers of all clients that wait while another one is imported. They are held in memory.',
  },
} as const satisfies Readonly<Record<string, Limit>>

export type LimitName = keyof typeof LIMITS

export type Limits = Readonly<Record<LimitName, number>>

export const LIMIT_NAMES = Object.keys(LIMITS) as readonly LimitName[] // the type of keys is not inferred

/** The variable that sets a limit: `DEMARCHE_LIMIT_BODY_BYTES` sets `bodyBytes`. */
export function limitVariable(name: LimitName): `DEMARCHE_LIMIT_${string}` {
  return `DEMARCHE_LIMIT_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}
