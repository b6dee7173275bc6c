import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { describe, expect, test } from 'vitest'
import { readConfig, readLogSettings, storeFileOf, TOKEN_VARIABLE, VARIABLES } from '../src/config.ts'
import { LIMIT_NAMES, LIMITS, limitVariable } from '../src/model/limits.ts'

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

describe('the configuration', () => {
  test('has a default for every setting, and is frozen', () => {
    const config = readConfig({}, {})
    expect(config).toMatchObject({
      store: 'demarche.db',
      host: '127.0.0.1',
      port: 4000,
      origins: [],
      publicUrl: undefined,
      logLevel: 'info',
    })
    for (const part of [config, config.limits]) expect(Object.isFrozen(part)).toBe(true)
  })

  test('takes flags before the environment, and the environment before defaults', () => {
    const environment = { DEMARCHE_STORE: 'a.db', HOST: '::', PORT: '80' }
    expect(readConfig(environment, {})).toMatchObject({ store: 'a.db', host: '::', port: 80 })
    expect(readConfig(environment, { store: 'b.db', host: '::1', port: '0' })).toMatchObject({
      store: 'b.db',
      host: '::1',
      port: 0,
    })
    expect(readConfig({ DEMARCHE_ADMIN_PORT: '1' }, { adminPort: '2' }).adminPort).toBe(2)
    expect(() => readConfig({}, { adminPort: 'x' })).toThrow('--admin-port is "x"; expected a whole number')
  })

  test('takes an empty variable as unset', () => {
    expect(readConfig({ PORT: '', LOG_LEVEL: '', DEMARCHE_STORE: '' }, {})).toMatchObject({
      port: 4000,
      logLevel: 'info',
      store: 'demarche.db',
    })
    expect(storeFileOf({ DEMARCHE_STORE: '' }, undefined)).toBe('demarche.db')
  })

  test('reads lists of hosts and proxies', () => {
    const environment = {
      DEMARCHE_HOSTS: 'a.example, B [2001:db8::1]',
      DEMARCHE_TRUSTED_PROXIES: '10.0.0.0/8,fd00::/8 192.0.2.1',
    }
    expect(readConfig(environment, {})).toMatchObject({
      hosts: ['a.example', 'B', '[2001:db8::1]'],
      trustedProxies: ['10.0.0.0/8', 'fd00::/8', '192.0.2.1'],
    })
    expect(readConfig({ DEMARCHE_HOSTS: '*' }, {}).hosts).toEqual(['*'])
  })

  test('has room for one body in the budget of all', () => {
    const environment = { DEMARCHE_LIMIT_BODY_BYTES: '100000000', DEMARCHE_LIMIT_BODIES_BYTES: '2000' }
    expect(readConfig(environment, {}).limits.bodiesBytes).toBe(100_000_000)
  })

  test('reads a list of origins, and a public address without its last slash', () => {
    const environment = {
      DEMARCHE_ORIGINS: 'https://a.example, http://localhost:3000',
      DEMARCHE_PUBLIC_URL: 'https://record.example/base/',
    }
    expect(readConfig(environment, {})).toMatchObject({
      origins: ['https://a.example', 'http://localhost:3000'],
      publicUrl: 'https://record.example/base',
    })
  })

  test.each([
    ['PORT', ['-1', '65536', '80.5', '1e3', '0x50', 'http', '99999999999999999999']],
    ['DEMARCHE_ADMIN_PORT', ['-1', '65536', 'off']],
    ['DEMARCHE_ORIGINS', ['example.org', 'https://a.example/', 'https://a.example/x', 'ftp://a.example', 'null']],
    ['DEMARCHE_PUBLIC_URL', ['example.org', 'ftp://a.example', 'https://a.example/?x', 'https://u:p@a.example', '//a']],
    ['LOG_LEVEL', ['INFO', 'verbose']],
    ['DEMARCHE_LIMIT_BODY_BYTES', ['0', '1023', 'many']],
    ['DEMARCHE_LIMIT_COMPLEXITY', ['0', '100000001']],
    ['DEMARCHE_LIMIT_TOKENS', ['0', '100001']],
    ['DEMARCHE_LIMIT_SUBSCRIPTIONS', ['0', '-1']],
    ['DEMARCHE_LIMIT_REQUESTS_PER_CLIENT', ['0', '1000001']],
    ['DEMARCHE_LIMIT_RESULT_BYTES', ['1023', '268435457']],
    ['DEMARCHE_HOSTS', ['http://a.example', 'a.example:80', 'a.example/', 'a b@c']],
    ['DEMARCHE_LOG_POLL', ['9', '60001', '1s']],
    ['DEMARCHE_LOG_PATIENCE', ['0', '99', '600001']],
    ['DEMARCHE_LOG_GRACE', ['-1', '604801']],
    ['DEMARCHE_NODE', [' ']],
    ['DEMARCHE_TRUSTED_PROXIES', ['proxy', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', 'fd00::/129', '10.0.0']],
  ])('refuses invalid values of %s, and names it', (variable, values) => {
    for (const value of values) {
      expect(() => readConfig({ [variable]: value }, {})).toThrow(
        expect.objectContaining({
          code: 'MISCONFIGURED',
          message: expect.stringMatching(
            new RegExp(`^${variable} is ${JSON.stringify(value).replace(/[.?*/]/g, '\\$&')}; `),
          ),
        }),
      )
    }
  })

  test.each(LIMIT_NAMES)('takes the limit %s from its variable, between its bounds', (name) => {
    const { least, most, default: unset } = LIMITS[name]
    const variable = limitVariable(name)
    const read = (value: number) => readConfig({ [variable]: String(value) }, {}).limits[name]
    expect(readConfig({}, {}).limits[name]).toBe(unset)
    expect([unset >= least, unset <= most]).toEqual([true, true])
    // The budget of all bodies is never less than one body.
    expect(read(least)).toBe(name === 'bodiesBytes' ? LIMITS.recordingBodyBytes.default : least)
    expect(read(most)).toBe(most)
    const expected = `${variable} is "%"; expected a whole number from ${least} to ${most}`
    for (const value of [least - 1, most + 1]) {
      expect(() => read(value)).toThrow(expected.replace('%', String(value)))
    }
  })

  test('reads where the log is, also for commands that need nothing else', () => {
    const url = 'postgres://demarche_node:secret@db.example/demarche?sslmode=verify-full'
    const log = { url, poll: 1_000, patience: 5_000, grace: 300_000, node: hostname() }
    for (const other of [url, url.replace('postgres:', 'postgresql:')])
      expect(readConfig({ DEMARCHE_LOG: other }, {}).log).toEqual({ ...log, url: other })
    const given = { DEMARCHE_LOG: url, DEMARCHE_LOG_POLL: '10', DEMARCHE_LOG_PATIENCE: '100', DEMARCHE_LOG_GRACE: '1' }
    expect(readLogSettings({ ...given, DEMARCHE_NODE: 'a', PORT: 'x' })).toEqual({
      url,
      poll: 10,
      patience: 100,
      grace: 1_000,
      node: 'a',
    })
    for (const none of [{}, { DEMARCHE_LOG: '' }, { DEMARCHE_LOG_POLL: '10' }]) {
      expect(readLogSettings(none)).toBe(undefined)
      expect(readConfig(none, {}).log).toBe(undefined)
    }
  })

  test.each([
    ['mysql://u:secret@db/demarche', '"mysql://u@db/demarche"'],
    ['http://u:secret@db/demarche?password=secret', '"http://u@db/demarche"'],
    ['postgres:secret', '"…"'],
    ['secret', '"…"'],
  ])('refuses the log %s without showing its password', (url, shown) => {
    const message = `DEMARCHE_LOG is ${shown}; expected the address of a log in PostgreSQL, such as postgres://demarche_node@db.example/demarche`
    for (const read of [() => readConfig({ DEMARCHE_LOG: url }, {}), () => readLogSettings({ DEMARCHE_LOG: url })]) {
      expect(read).toThrow(expect.objectContaining({ code: 'MISCONFIGURED', message }))
    }
  })

  test('reads whether reading needs a token', () => {
    const read = ['1', 'true', '0', 'false', ''].map((value) => readConfig({ DEMARCHE_PRIVATE: value }, {}).isPrivate)
    expect(read).toEqual([true, true, false, false, false])
    expect(() => readConfig({ DEMARCHE_PRIVATE: 'yes' }, {})).toThrow('DEMARCHE_PRIVATE is "yes"; expected 1 or 0')
  })

  test('has the variables and the defaults that the README shows', () => {
    const table = README.slice(README.indexOf('| variable | default | what |')).split('\n\n')[0] ?? ''
    const shown = new Map(
      [...table.matchAll(/^\| (`[A-Z].*?) \| (.*?) \|/gm)].flatMap(([, names = '', defaults = '']) => {
        const values = defaults.split(', ')
        return [...names.matchAll(/`([A-Z_]+)`/g)].map(([, name = ''], index) => [name, values[index] ?? ''] as const)
      }),
    )
    const limits = new Set<string>(LIMIT_NAMES.map(limitVariable))
    expect(new Set([...shown.keys()].filter((name) => !limits.has(name)))).toEqual(
      new Set(VARIABLES.filter((name) => !limits.has(name))),
    )
    const unset = readConfig({}, {})
    const absent = [...shown].filter(([, value]) => /^(none|from .*)$/.test(value))
    expect(absent).toHaveLength(Object.values(unset).filter((value) => [value].flat()[0] === undefined).length)
    for (const [name, value] of shown) {
      if (limits.has(name) || /^(none|from .*)$/.test(value)) continue
      expect(readConfig({ [name]: value.replaceAll('`', '') }, {})).toEqual(unset)
      expect(value).not.toBe('')
    }
  })

  test.each([
    ['the README', README],
    ['the page for operators', readFileSync(new URL('../docs/operating.md', import.meta.url), 'utf8')],
  ])('has every variable that %s names', (_, page) => {
    const named = [...page.matchAll(/\bDEMARCHE_[A-Z_]*[A-Z]\b/g)].map(([name]) => name)
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((name) => !VARIABLES.includes(name) && name !== TOKEN_VARIABLE)).toEqual([])
  })

  test('refuses an unknown variable with its own prefix', () => {
    const misspelt = { DEMARCHE_LIMIT_DEPHT: '3', DEMARCHE_COLOUR: '1', DEPTH: '3' }
    expect(() => readConfig(misspelt, {})).toThrow(
      'DEMARCHE_LIMIT_DEPHT is not a setting of this version; did you mean DEMARCHE_LIMIT_DEPTH?\n' +
        'DEMARCHE_COLOUR is not a setting of this version; remove it',
    )
  })
})
