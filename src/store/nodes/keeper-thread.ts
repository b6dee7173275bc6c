import { parentPort, workerData } from 'node:worker_threads'
import { sent } from '../append.ts'
import { type Answered, type Asked, beginTurn, type KeeperData } from './keeper.ts'
import { type Node, openNode } from './node.ts'

/* Writes the file of a node on a thread of its own: a batch of thousands takes a second to project, and readers must not wait for that. */

const port = parentPort
if (port === null) throw new Error('the keeper runs on a thread of its own')
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of Node has no origin
const tell = (answered: Answered): void => port.postMessage(answered)

let node: Node | undefined
try {
  node = await openNode({
    ...(workerData as KeeperData), // `Keeper` passes it
    onRebuild: (done, total) => tell({ rebuilt: [done, total] }),
    onChange: (committed) => node && tell({ state: node.state(), committed }),
  })
  port.on('message', (asked: Asked) => void answer(asked))
  tell({ opened: true, state: node.state(), committed: false })
  void node.look()
} catch (error) {
  tell({ failed: sent(error) })
  port.close()
}

async function answer({ id, turn, call, args }: Asked): Promise<void> {
  try {
    // An append begins when its turn with the file has come.
    const begin = () => beginTurn(turn)
    const isAppend = call === 'append'
    if (!isAppend && !begin()) return
    // The arguments are those of the call, as `Keeper` types them.
    const run = node?.[call] as ((...args: readonly unknown[]) => Promise<unknown>) | undefined
    const value = await run?.apply(node, isAppend ? [...args, begin] : [...args])
    tell({ id, value })
    if (call === 'close') port?.close()
  } catch (error) {
    tell({ id, failed: sent(error) })
  }
}
