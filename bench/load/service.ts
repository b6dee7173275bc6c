import { endChild, startNode, type Child } from './child.ts'
import { Connection } from './connection.ts'

/** A process that serves `POST /graphql`. */
export class Service implements AsyncDisposable {
  readonly url: URL
  readonly #child: Child

  private constructor(child: Child, url: URL) {
    this.#child = child
    this.url = url
  }

  /** Starts Demarche, as users start it. */
  static start(store: string): Promise<Service> {
    return Service.#start(startNode('src/demarche.mjs', ['serve', '--store', store, '--port', '0']))
  }

  /** Starts a script of `baseline/`, which the service is compared with. */
  static startBaseline(name: string, ...parameters: readonly string[]): Promise<Service> {
    return Service.#start(startNode(`bench/baseline/${name}.ts`, parameters))
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

/** Resolves with the address that the process prints when it listens. */
function addressOf(child: Child): Promise<URL> {
  return new Promise((resolve, reject) => {
    let printed = ''
    child.process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      const [, address] = /(http:\S+)\/graphql/.exec(printed) ?? []
      if (address !== undefined && printed.includes('Ready')) resolve(new URL(address))
    })
    child.process.once('exit', (status) => {
      reject(new Error(`the service ended with ${status}: ${child.errors()}`))
    })
  })
}
