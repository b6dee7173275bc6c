import type { ExecutionArgs, GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Limits } from '../../config.ts'
import { checkCost } from '../../graphql/core/query-cost.ts'
import type { Executor } from './executor.ts'
import { isPrepared } from './operation.ts'

/** Refuses operations that are nested too deep or may cost too much, before anything is read. */
export function costLimit(executor: Executor, limits: Pick<Limits, 'depth' | 'complexity'>): Plugin {
  const check = ({ args, setResultAndStopExecution }: Checked) => {
    const prepared = executor.prepare(args)
    const error = isPrepared(prepared) ? checkCost(prepared, limits) : undefined
    if (error !== undefined) setResultAndStopExecution({ errors: [error] })
  }
  return { onExecute: check, onSubscribe: check }
}

interface Checked {
  readonly args: ExecutionArgs
  readonly setResultAndStopExecution: (result: { readonly errors: readonly GraphQLError[] }) => void
}
