import { GraphQLError, type ExecutionArgs, type ValidatedExecutionArgs } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Limits } from '../../config.ts'
import { weigh } from '../../graphql/core/query-cost.ts'
import type { Executor } from './executor.ts'
import { isPrepared } from './operation.ts'

/** Refuses operations that are nested too deep or may cost too much, before anything is read. */
export function costLimit(executor: Executor, limits: Pick<Limits, 'depth' | 'complexity'>): Plugin {
  const check = ({ args, setResultAndStopExecution }: Checked) => {
    const prepared = executor.prepare(args)
    const error = isPrepared(prepared) ? exceeded(prepared, limits) : undefined
    if (error !== undefined) setResultAndStopExecution({ errors: [error] })
  }
  return { onExecute: check, onSubscribe: check }
}

interface Checked {
  readonly args: ExecutionArgs
  readonly setResultAndStopExecution: (result: { readonly errors: readonly GraphQLError[] }) => void
}

function exceeded(
  prepared: ValidatedExecutionArgs,
  limits: Pick<Limits, 'depth' | 'complexity'>,
): GraphQLError | undefined {
  const { operation } = prepared
  const { depth, complexity } = weigh(prepared)
  if (depth > limits.depth) {
    const message = `The operation is ${depth} fields deep; the limit is ${limits.depth}. Split it into several operations.`
    return new GraphQLError(message, { nodes: operation, extensions: { code: 'QUERY_TOO_DEEP' } })
  }
  if (complexity > limits.complexity) {
    const message = `The operation costs ${complexity}; the limit is ${limits.complexity}. Ask for shorter pages, fewer fields or counts, or use simpler filters.`
    return new GraphQLError(message, { nodes: operation, extensions: { code: 'QUERY_TOO_COMPLEX' } })
  }
  return undefined
}
