import { GraphQLError, OperationTypeNode, type ExecutionArgs, type ValidatedExecutionArgs } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Limits } from '../../model/limits.ts'
import { costOf } from '../../graphql/cost/query-cost.ts'
import { checkCost, type CostLimits } from '../../graphql/cost/check-cost.ts'
import { introspectionSize } from '../../graphql/cost/introspection-size.ts'
import type { Executor } from './executor.ts'
import { isPrepared, operationOf, type AcceptedCost } from './operation.ts'

/** Refuses operations that are nested too deep, have too many fields or may cost too much, before anything is read. */
export function costLimit(executor: Executor, limits: CheckedLimits): Plugin {
  const check = ({ args, setResultAndStopExecution }: Checked) => {
    const error = costRefusal(args, executor, limits)
    if (error !== undefined) setResultAndStopExecution({ errors: [error] })
  }
  return { onExecute: check, onSubscribe: check }
}

/** Why an operation is refused before anything is read. */
export function costRefusal(args: ExecutionArgs, executor: Executor, limits: CheckedLimits): GraphQLError | undefined {
  const prepared = executor.prepare(args)
  if (!isPrepared(prepared)) return undefined
  const known = accepted.get(prepared)
  const cost = known ?? acceptedCost(prepared, limits)
  if (cost instanceof GraphQLError) return cost
  if (known === undefined) accepted.set(prepared, cost)
  operationOf(args).cost = cost
  return undefined
}

/** What accepted operations cost. All limits of a service but the depth of `/feed` are the same. */
const accepted = new WeakMap<ValidatedExecutionArgs, AcceptedCost>()

/** What an operation costs, or why it is refused. */
function acceptedCost(prepared: ValidatedExecutionArgs, limits: CheckedLimits): AcceptedCost | GraphQLError {
  const { operation } = prepared
  // A subscription costs again for each event, for as long as it is open.
  const isSubscription = operation.operation === OperationTypeNode.SUBSCRIPTION
  const complexity = isSubscription ? limits.eventComplexity : limits.complexity
  const counted = costOf(prepared)
  const error = checkCost(operation, counted, { ...limits, complexity }) ?? checkIntrospection(prepared, limits)
  return error ?? { cost: counted.cost, limit: complexity, costliest: counted.costliest }
}

export type CheckedLimits = CostLimits & Pick<Limits, 'eventComplexity' | 'introspectionFields'>

/** Introspection has no cost, and always returns the same: its fields are counted. */
function checkIntrospection(
  prepared: ValidatedExecutionArgs,
  { introspectionFields }: CheckedLimits,
): GraphQLError | undefined {
  if (introspectionSize(prepared, introspectionFields) <= introspectionFields) return undefined
  const message = `The introspection selects more than ${introspectionFields} fields, the limit. Select fewer fields, or each one once.`
  return new GraphQLError(message, { nodes: prepared.operation, extensions: { code: 'QUERY_TOO_COMPLEX' } })
}

interface Checked {
  readonly args: ExecutionArgs
  readonly setResultAndStopExecution: (result: { readonly errors: readonly GraphQLError[] }) => void
}
