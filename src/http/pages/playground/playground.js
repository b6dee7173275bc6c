/* global authorization, fetcher, GraphiQL, GraphiQLPluginExplorer, React, ReactDOM, setPane, TOKEN */
// Starts GraphiQL with the worked queries beside it. Browsers run this file as it is.

const { createElement } = React

/** The longest link that is made, in characters. Servers and proxies commonly refuse a request line over 8 KiB. */
const LONGEST_LINK = 8000

/** The condition of the narrow layout in playground.css. */
const NARROW = '(max-width: 700px), (max-width: 900px) and (orientation: portrait)'

/** The names of operations. */
const OPERATIONS = /\b(?:query|mutation|subscription)\s+(\w+)/g

/** Opens what the query string of an address names. Browsers follow the links of the list until GraphiQL is ready. */
let openLink

/** Changes to the tab with an id, if it is still open. A query of the user's own has no other address. */
let openTab

/** Stops the operation that runs. */
let stopOperation

/**
 * Makes the run button run one operation of a query that has several, the one that a link names, instead of asking for one. It asks again when
 * the user has chosen another operation, query or tab.
 */
let presetOperation

/** The operation that is preset, as GraphiQL sends it. */
let preset

/** The operation that the editor has chosen, which may have changed in the same moment. */
let chosenOperation

/** Whether the address names what is shown. It does not until the link with which the page was opened is read. */
let isAddressCurrent = false

async function start() {
  const response = await fetch('/assets/worked-queries.json', { headers: authorization() })
  const worked = response.ok ? await response.json() : []
  listQueries(worked)
  const properties = {
    fetcher: (operation, options) =>
      fetcher(
        preset && operation.operationName === preset ? { ...operation, operationName: chosenOperation() } : operation,
        options,
      ),
    // GraphiQL keeps the tabs of a returning visitor instead.
    defaultTabs: worked.length > 0 ? worked.slice(0, 1) : undefined,
    plugins: [GraphiQLPluginExplorer.explorerPlugin()],
    shouldPersistHeaders: false,
  }
  const toolbar = createElement(GraphiQL.Toolbar, null, (buttons) => createElement(Tools, { worked, buttons }))
  ReactDOM.createRoot(document.getElementById('graphiql')).render(createElement(Playground, { properties, toolbar }))
}

function Playground({ properties, toolbar }) {
  const [operationName, setOperationName] = React.useState()
  presetOperation = setOperationName
  preset = operationName
  const onEditOperationName = () => setOperationName(undefined)
  return createElement(GraphiQL, { ...properties, operationName, onEditOperationName }, toolbar)
}

/** Fills the list where the page came without it, because reading needs a token. */
function listQueries(worked) {
  const nav = document.getElementById('queries')
  if (nav.childElementCount > 0) return
  for (const [question, queries] of Map.groupBy(worked, (entry) => entry.question)) {
    const heading = Object.assign(document.createElement('h2'), { textContent: question })
    const list = document.createElement('ul')
    for (const { title, name } of queries) {
      const href = `/graphql?${new URLSearchParams({ operationName: name })}`
      const link = Object.assign(document.createElement('a'), { textContent: title, href })
      list.appendChild(document.createElement('li')).append(link)
    }
    nav.append(heading, list)
  }
}

/** The field for the token. The page starts anew with another token, so that the schema is loaded with it. */
function followToken(field) {
  field.value = sessionStorage.getItem(TOKEN) ?? ''
  field.addEventListener('change', () => {
    const token = field.value.trim().replace(/^bearer +/i, '')
    if (token === '') sessionStorage.removeItem(TOKEN)
    else sessionStorage.setItem(TOKEN, token)
    location.reload()
  })
}

/** The list of worked queries beside the editor. Its entries are links, so that each can also be opened in a new window. */
function followList(list) {
  list.open = matchMedia('(min-width: 1000px)').matches
  list.addEventListener('click', (event) => {
    const link = event.target.closest('a')
    if (!link || !openLink || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    history.pushState(null, '', link.href)
    openLink(link.search)
    // In the narrow layout the list covers the editor.
    if (matchMedia(NARROW).matches) list.open = false
  })
}

function markInList(name) {
  for (const link of document.querySelectorAll('#worked-queries a')) {
    if (new URLSearchParams(link.search).get('operationName') === name) link.setAttribute('aria-current', 'true')
    else link.removeAttribute('aria-current')
  }
}

/** The buttons beside the query. This component is always shown; it also connects GraphiQL with the rest of the page. */
function Tools({ worked, buttons: { prettify, merge, copy } }) {
  const editors = GraphiQL.React.useEditorContext({ nonNull: true })
  const { stop } = GraphiQL.React.useExecutionContext({ nonNull: true })
  const { queryEditor, variableEditor, headerEditor, responseEditor, tabs, activeTabIndex } = editors
  const isReady = Boolean(queryEditor && variableEditor && responseEditor)
  React.useEffect(() => {
    if (!isReady) return
    setPane((result) => {
      const response = JSON.stringify(result, null, 2)
      responseEditor.setValue(response)
      editors.updateActiveTabValues({ response })
    })
    openTab = (wanted) => {
      const index = tabs.findIndex((tab) => tab.id === wanted)
      if (index >= 0 && index !== activeTabIndex) editors.changeTab(index)
    }
    stopOperation = stop
    chosenOperation = () => queryEditor.operationName
    openLink = (search) => {
      const { problem, query, variables, operationName } = readLink(search, worked)
      notify(problem ?? '')
      if (query === undefined) return
      isAddressCurrent = false
      openInTab({ query, variables }, { editors, stop, worked })
      isAddressCurrent = true
      if (operationName !== undefined) editors.setOperationName(operationName)
      presetOperation(operationName)
      pointTo(operationName, queryEditor)
      // The panel of variables may be closed.
      if (variables.trim() !== '') document.querySelector('.graphiql-editor-tools [data-name="variables"]')?.click()
    }
  })
  const { id, title, query, variables } = tabs[activeTabIndex] ?? {}
  React.useEffect(() => {
    if (isAddressCurrent) follow({ id, query, variables }, worked)
  }, [id, query, variables])
  React.useEffect(() => {
    markInList(title)
    document.querySelector('.graphiql-tab-active')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [title, activeTabIndex])
  React.useEffect(() => {
    adjust(queryEditor, 'Query')
    adjust(variableEditor, 'Variables')
    adjust(headerEditor, 'Headers')
    adjust(responseEditor, 'Result')
  }, [queryEditor, variableEditor, headerEditor, responseEditor])
  // A tab cannot be added within an effect.
  React.useEffect(() => void (isReady && setTimeout(openAddress, 0, { id, query, variables }, worked)), [isReady])
  const copyLink = () => {
    const shown = { query: queryEditor.getValue(), variables: variableEditor.getValue() }
    const operationName = operationNames(shown.query).length > 1 ? queryEditor.operationName : undefined
    void share(linkTo(location.origin, { ...shown, operationName }))
  }
  const link = createElement(
    GraphiQL.React.ToolbarButton,
    { label: 'Copy link to this query', onClick: copyLink },
    createElement(LinkIcon),
  )
  return createElement(React.Fragment, null, prettify, merge, copy, link)
}

/** Opens what the address names as the page is opened. If that is nothing, the address names what is shown from now on. */
function openAddress(shown, worked) {
  openLink(location.search)
  isAddressCurrent = true
  if (location.search === '') follow(shown, worked)
}

/** Lets the address name what is shown, so that a reload shows it again, and does not say that something else is shown. */
function follow(shown, worked) {
  const search = addressOf(location.search, shown, worked)
  if (search !== location.search) history.replaceState({ tab: shown.id }, '', `/graphql${search}`)
}

/** The query string that opens what is shown: the present one if it does, else that of a worked query, else none. */
function addressOf(search, { query, variables }, worked) {
  const isShown = (operation) => operation.query === query && (operation.variables ?? '') === (variables ?? '')
  if (isShown(readLink(search, worked))) return search
  const found = worked.find(isShown)
  return found === undefined ? '' : `?${new URLSearchParams({ operationName: found.name })}`
}

/** Shows an operation: in the tab that has it, else in place of an unchanged worked query, else in a new tab. */
function openInTab({ query, variables }, { editors, stop, worked }) {
  const { tabs, activeTabIndex, queryEditor, variableEditor, responseEditor } = editors
  const isSame = (other) => other.query === query && (other.variables ?? '') === variables
  const active = { query: queryEditor.getValue(), variables: variableEditor.getValue() }
  if (isSame(active)) return
  stop()
  const index = tabs.findIndex((tab, place) => place !== activeTabIndex && isSame(tab))
  if (index >= 0) {
    ReactDOM.flushSync(() => editors.changeTab(index))
    return
  }
  const isUnchanged = worked.some(
    (entry) => entry.query === active.query && (entry.variables ?? '') === active.variables,
  )
  if (active.query.trim() !== '' && !isUnchanged) ReactDOM.flushSync(editors.addTab)
  queryEditor.setValue(query)
  variableEditor.setValue(variables)
  responseEditor.setValue('')
  editors.updateActiveTabValues({ query, variables, operationName: null, response: null })
}

/** Places the cursor, because GraphiQL runs the operation in which it stands. */
function pointTo(operationName, queryEditor) {
  const index = operationName === undefined ? 0 : indexOfOperation(queryEditor.getValue(), operationName)
  queryEditor.setCursor(queryEditor.posFromIndex(index))
  // On a phone the focus would raise the keyboard over the result.
  if (!matchMedia(NARROW).matches) queryEditor.focus()
}

/** Wraps lines, and names an editor for screen readers. Tab moves the focus on instead of indenting, so that the keyboard is not trapped. */
function adjust(editor, name) {
  if (!editor) return
  editor.setOption('lineWrapping', true)
  editor.setOption('screenReaderLabel', name)
  editor.setOption('extraKeys', { ...editor.getOption('extraKeys'), Tab: false, 'Shift-Tab': false })
}

/**
 * The operation that the query string of an address names: `query`, with `variables` and `operationName`; or `operationName` alone, for a
 * worked query. `problem` says what is wrong with it.
 */
function readLink(search, worked) {
  const link = new URLSearchParams(search)
  const operationName = link.get('operationName') || undefined
  const query = link.get('query')
  if (query) {
    const operation = { query, variables: link.get('variables') ?? '' }
    if (operationName !== undefined && !operationNames(query).includes(operationName)) {
      return { ...operation, problem: `The query of this link has no operation "${clip(operationName)}".` }
    }
    return { ...operation, operationName, problem: problemOfVariables(operation.variables) }
  }
  if (operationName === undefined) return {}
  const found = worked.find(({ name }) => name === operationName)
  if (found === undefined)
    return { problem: `There is no worked query "${clip(operationName)}". Choose one of the list.` }
  const variables = link.get('variables') ?? found.variables ?? ''
  return { query: found.query, variables, problem: problemOfVariables(variables) }
}

function operationNames(query) {
  return [...query.matchAll(OPERATIONS)].map(([, name]) => name)
}

function indexOfOperation(query, operationName) {
  return [...query.matchAll(OPERATIONS)].find(([, name]) => name === operationName)?.index ?? 0
}

function clip(text) {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

function problemOfVariables(variables) {
  if (variables.trim() === '') return undefined
  try {
    const value = JSON.parse(variables)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return undefined
  } catch {}
  return 'The variables of this link are not a JSON object. Correct them under Variables.'
}

/** The address that opens an operation. Headers are left out, because they may hold secrets. */
function linkTo(origin, { query, variables, operationName }) {
  const link = new URLSearchParams({ query })
  if (variables.trim() !== '') link.set('variables', variables)
  if (operationName) link.set('operationName', operationName)
  return `${origin}/graphql?${link}`
}

/** Copies a link. Where the page may not use the clipboard, the link goes into the address bar. */
async function share(link) {
  if (link.length > LONGEST_LINK) {
    return notify(
      `This query is too long for a link: ${link.length} characters, at most ${LONGEST_LINK}. Copy the query instead.`,
    )
  }
  try {
    await navigator.clipboard.writeText(link)
    notify('Link copied.')
  } catch {
    history.replaceState(null, '', link)
    notify('The link is in the address bar. The browser does not let this page copy it.')
  }
}

/** Shows a notice, until the next click or Escape. Screen readers announce it. */
function notify(text) {
  document.getElementById('notice').textContent = text
}

function LinkIcon() {
  const d = 'M10 14a5 5 0 0 0 7 0l3-3a5 5 0 0 0-7-7l-1 1M14 10a5 5 0 0 0-7 0l-3 3a5 5 0 0 0 7 7l1-1'
  const drawing = {
    viewBox: '0 0 24 24',
    fill: 'none',
    stroke: 'currentColor',
    strokeWidth: 1.5,
    strokeLinecap: 'round',
  }
  const path = createElement('path', { d })
  return createElement('svg', { className: 'graphiql-toolbar-icon', 'aria-hidden': 'true', ...drawing }, path)
}

// GraphiQL would show further messages of a subscription in the tab that is active then.
document.addEventListener(
  'click',
  ({ target }) => {
    if (target.closest('.graphiql-tab-add, .graphiql-tab-close')) stopOperation?.()
    if (target.closest('.graphiql-tabs, .graphiql-tab-add')) presetOperation?.(undefined)
  },
  { capture: true },
)
document.addEventListener('pointerdown', () => notify(''))
document.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape') notify('')
})
addEventListener('popstate', ({ state }) =>
  location.search === '' ? openTab?.(state?.tab) : openLink?.(location.search),
)
followList(document.getElementById('worked-queries'))
followToken(document.getElementById('token'))
start().catch((error) => {
  document.getElementById('graphiql').textContent = `The playground could not start: ${error.message}`
})
