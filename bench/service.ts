import { endChild, startNode, type Child } from './child.ts'
import { Connection } from './connection.ts'

/** Something that answers `POST /graphql`, in a process of its own. */
export class Service implements AsyncDisposable {
  readonly url: URL
  readonly #child: Child

  private constructor(child: Child, url: URL) {
    this.#child = child
    this.url = url
  }

  /** The service itself, as anybody starts it. */
  static start(store: string): Promise<Service> {
    return Service.#start(startNode('src/demarche.mjs', ['serve', '--store', store, '--port', '0']))
  }

  /** The loop that the service is compared with. */
  static startHandWritten(store: string): Promise<Service> {
    return Service.#start(startNode('bench/hand-written.ts', [store]))
  }

  /** What the analyses of a dispute are compared with. */
  static startAnalysisByHand(store: string): Promise<Service> {
    return Service.#start(startNode('bench/analysis-by-hand.ts', [store]))
  }

  static async #start(child: Child): Promise<Service> {
    try {
      return new Service(child, await addressOf(child))
    } catch (error) {
      await endChild(child)
      throw error
    }
  }

  get pid(): number {
    return this.#child.process.pid ?? 0
  }

  connect(): Promise<Connection> {
    return Connection.open(this.url)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await endChild(this.#child)
  }
}

/** What it prints once it listens. */
function addressOf(child: Child): Promise<URL> {
  return new Promise((resolve, reject) => {
    let printed = ''
    child.process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      const [, address] = /(http:\S+)\/graphql/.exec(printed) ?? []
      if (address !== undefined && printed.includes('Ready')) resolve(new URL(address))
    })
    child.process.once('exit', (status) => {
      reject(new Error(`the service ended with ${status}: ${child.complaint()}`))
    })
  })
}
