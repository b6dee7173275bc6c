import { Node } from '../../src/store/nodes/node.ts'
import { PostgresLog } from '../../src/store/nodes/postgres-log.ts'
import { planned } from './planned-changes.ts'

/** Appends a place through a node that is killed after the log has committed, before its own file has. */
const [, , file = '', url = '', key = ''] = process.argv
const log = new PostgresLog({ url })
const append = log.append.bind(log)
log.append = async (offer) => {
  const logged = await append(offer)
  process.kill(process.pid, 'SIGKILL')
  return logged
}
const node = await Node.open({ file, log })
await node.append({ batches: [[planned('place', { key, name: 'A place' })]], origin: 'API' })
