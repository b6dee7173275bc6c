import { Postgres } from './postgres.ts'

/** A process that starts a server, sends its port to its parent, and runs until it is killed. */
const { port } = await Postgres.start()
process.send?.(port)
process.on('disconnect', () => {})
