import { GraphQLError, OperationTypeNode, type ExecutionArgs, type ValidatedExecutionArgs } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Limits } from '../../model/limits.ts'
import { checkCost } from '../../graphql/core/query-cost.ts'
import { introspectionSize } from '../../graphql/introspection-size.ts'
import type { Executor } from './executor.ts'
import { isPrepared } from './operation.ts'

/** Refuses operations that are nested too deep or may cost too much, before anything is read. */
export function costLimit(executor: Executor, limits: CheckedLimits): Plugin {
  const check = ({ args, setResultAndStopExecution }: Checked) => {
    const prepared = executor.prepare(args)
    const error = isPrepared(prepared)
      ? (checkCost(prepared, limitsOf(prepared, limits)) ?? checkIntrospection(prepared, limits))
      : undefined
    if (error !== undefined) setResultAndStopExecution({ errors: [error] })
  }
  return { onExecute: check, onSubscribe: check }
}

type CheckedLimits = Pick<Limits, 'depth' | 'complexity' | 'eventComplexity' | 'resultFields'>

/** A subscription costs again for each event, for as long as it is open. */
function limitsOf({ operation }: ValidatedExecutionArgs, { depth, complexity, eventComplexity }: CheckedLimits) {
  return { depth, complexity: operation.operation === OperationTypeNode.SUBSCRIPTION ? eventComplexity : complexity }
}

/** Introspection has no cost, and always returns the same: its fields are counted. */
function checkIntrospection(
  prepared: ValidatedExecutionArgs,
  { resultFields }: CheckedLimits,
): GraphQLError | undefined {
  if (introspectionSize(prepared, resultFields) <= resultFields) return undefined
  const message = `The introspection selects more than ${resultFields} fields, the limit. Select fewer fields, or each one once.`
  return new GraphQLError(message, { nodes: prepared.operation, extensions: { code: 'QUERY_TOO_COMPLEX' } })
}

interface Checked {
  readonly args: ExecutionArgs
  readonly setResultAndStopExecution: (result: { readonly errors: readonly GraphQLError[] }) => void
}
