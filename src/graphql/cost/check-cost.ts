import { GraphQLError, type OperationDefinitionNode } from 'graphql'
import type { ErrorCode } from '../../model/error-codes.ts'
import type { Limits } from '../../model/limits.ts'
import { PAGE_SIZE_MAX } from '../../store/queries/keyset.ts'
import type { OperationCost } from './query-cost.ts'

export type CostLimits = Pick<Limits, 'depth' | 'rootFields' | 'aliases' | 'pageSize' | 'complexity'>

/** The refusal of an operation that is too deep, has too many fields or too long a page, or costs too much. */
export function checkCost(
  operation: OperationDefinitionNode,
  counted: OperationCost,
  limits: CostLimits,
): GraphQLError | undefined {
  const { depth, rootFields, aliases, page, cost, costliest } = counted
  const refuse = (code: ErrorCode, message: string, extensions?: object) =>
    new GraphQLError(message, { nodes: operation, extensions: { code, ...extensions } })
  const remedy = 'Split it into several operations.'
  if (depth > limits.depth) {
    return refuse('QUERY_TOO_DEEP', `The operation is ${depth} fields deep; the limit is ${limits.depth}. ${remedy}`)
  }
  if (rootFields > limits.rootFields) {
    const problem = `The operation has ${rootFields} root fields; the limit is ${limits.rootFields}.`
    return refuse('TOO_MANY_ROOT_FIELDS', `${problem} ${remedy}`)
  }
  if (aliases > limits.aliases) {
    return refuse('TOO_MANY_ALIASES', `The operation has ${aliases} aliases; the limit is ${limits.aliases}. ${remedy}`)
  }
  // Resolvers refuse what is longer than any page can be, each for its own field.
  if (page.size > limits.pageSize && limits.pageSize < PAGE_SIZE_MAX) {
    const problem = `\`${page.path}\` requests a page of ${page.size} items; the limit is ${limits.pageSize}.`
    return refuse('BAD_PAGING', `${problem} Request shorter pages.`)
  }
  if (cost > limits.complexity) {
    const problem = `The operation costs ${cost}; the limit is ${limits.complexity}.`
    const where = `The costliest field is \`${costliest.path}\` (${costliest.cost}).`
    const message = `${problem} ${where} Request shorter pages, fewer fields or counts, or simpler filters.`
    return refuse('QUERY_TOO_COMPLEX', message, { cost, limit: limits.complexity, costliest })
  }
  return undefined
}
