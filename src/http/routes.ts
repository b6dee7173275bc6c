import { printSdl } from '../graphql/sdl.ts'
import type { Store } from '../store/store.ts'
import { Assets } from './pages/assets.ts'
import { answerDevelopment } from './pages/development-page.ts'
import { send, wantsPage } from './request-context.ts'
import { answerGet, answerPost, type GraphqlHttp } from './graphql/over-http.ts'
import { answerLive, answerReady } from './health.ts'
import { answerHome, type HomeSite } from './pages/home-page.ts'
import { answerPlayground } from './pages/playground.ts'
import type { Route } from './router.ts'

export interface Site extends GraphqlHttp, HomeSite {
  readonly store: Store
}

/** All that is served, by its address. */
export function routesOf(site: Site): readonly Route[] {
  const assets = new Assets()
  const sdl = printSdl()
  return [
    { path: '/', get: (exchange) => answerHome(site, exchange) },
    {
      path: '/graphql',
      get: (exchange) => {
        const visits = wantsPage(exchange) && !exchange.url.searchParams.has('query')
        return visits ? answerPlayground(exchange) : answerGet(site, exchange)
      },
      post: (exchange) => answerPost(site, exchange),
    },
    { path: '/developments/', get: (exchange, key) => answerDevelopment(site, exchange, key) },
    { path: '/assets/', get: (exchange, name) => assets.answer(exchange, name) },
    { path: '/favicon.ico', get: (exchange) => assets.answer(exchange, 'icon.svg') },
    {
      path: '/schema.graphql',
      get: (exchange) => send(exchange, { type: 'text/plain; charset=utf-8', body: sdl }),
    },
    { path: '/health/live', get: answerLive },
    { path: '/health/ready', get: (exchange) => answerReady(site.store, site.openStreams.cut, exchange) },
  ]
}
