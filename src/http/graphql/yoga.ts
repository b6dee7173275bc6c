import { useEngine } from '@envelop/core'
import { createYoga, type YogaServerInstance } from 'graphql-yoga'
import type { Limits } from '../../model/limits.ts'
import type { Metrics } from '../metrics.ts'
import type { AllowedOperations } from './allowed-operations.ts'
import { costLimit } from './cost-limit.ts'
import type { ErrorMasking } from './error-masking.ts'
import { documentCache, type Executor } from './executor.ts'
import { feedCursor } from './feed-cursor.ts'
import { forgeryCheck } from './forgery-check.ts'
import { responseType } from './negotiation.ts'
import type { OperationContext } from './operation.ts'
import { requestParameters } from './request-parameters.ts'
import { responseStatus } from './response-status.ts'

export type GraphqlServer = YogaServerInstance<OperationContext, object>

export interface YogaOptions {
  readonly executor: Executor
  readonly errorMasking: ErrorMasking
  readonly limits: Limits
  /** Undefined if every operation is accepted. */
  readonly allowedOperations?: AllowedOperations | undefined
  readonly metrics?: Metrics | undefined
}

/** The GraphQL server: Yoga with the executor as its engine and one plugin per concern. */
export function createGraphqlServer({
  executor,
  errorMasking,
  limits,
  allowedOperations,
  metrics,
}: YogaOptions): GraphqlServer {
  const { parse, validate, execute, subscribe } = executor
  return createYoga<OperationContext>({
    schema: executor.schema,
    logging: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    cors: false,
    // The server has read the body, and limited it.
    maxRequestBodySize: false,
    maskedErrors: { maskError: errorMasking.present },
    parserAndValidationCache: {
      documentCache: executor.documents,
      errorCache: documentCache<Error>(),
      // The executor remembers what it validated. Yoga's cache joins the names of all rules for each request.
      validationCache: false,
    },
    plugins: [
      useEngine({ parse, validate, execute, subscribe }),
      forgeryCheck,
      requestParameters(allowedOperations),
      costLimit(executor, limits),
      feedCursor,
      responseStatus(metrics),
      responseType,
    ],
  })
}
