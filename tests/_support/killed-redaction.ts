import Database from 'better-sqlite3'
import { Node } from '../../src/store/nodes/node.ts'
import { PostgresLog } from '../../src/store/nodes/postgres-log.ts'
import { redactRecord } from '../../src/store/open.ts'

/** Redacts a place, or follows a log in which it is redacted, and is killed after that is committed, before the file is cleaned. */
const [, , file = '', url] = process.argv
Database.prototype.exec = new Proxy(Reflect.get(Database.prototype, 'exec'), {
  apply(exec, connection, [sql]: [string]) {
    if (sql === 'vacuum') process.kill(process.pid, 'SIGKILL')
    return Reflect.apply(exec, connection, [sql])
  },
})
if (url === undefined) await redactRecord(file, { key: 'ford', reason: 'A court ordered it.' })
else await (await Node.open({ file, log: new PostgresLog({ url }) })).look()
