import { html, type Html } from './html.ts'

interface Field {
  /** The parameter of the address. */
  readonly name: string
  readonly label: string
  /** As it was given, however wrong. */
  readonly value: string
  /** What is wrong with the value. */
  readonly problem: string | undefined
}

/** A field for a text or a day. A browser shows nothing of a value that is no day in a field for days: that one becomes a field for a text. */
export function inputField(field: Field, type: 'text' | 'search' | 'date'): Html {
  const { name, value, problem } = field
  const isPlain = type === 'date' && (problem !== undefined || value.length > 10)
  return labelled(
    field,
    html`<input id="f-${name}" type="${isPlain ? 'text' : type}" name="${name}" value="${value === '' ? undefined : value}" aria-invalid="${problem && 'true'}" aria-describedby="${problem && `f-${name}-problem`}" />`,
  )
}

/** A field with a choice. A value that is none of the choices stands after them. */
export function selectField(field: Field, choices: readonly (readonly [value: string, words: string])[]): Html {
  const { name, value, problem } = field
  const isOffered = value === '' || choices.some(([choice]) => choice === value)
  const offered = isOffered ? choices : [...choices, [value, value] as const]
  return labelled(
    field,
    html`<select id="f-${name}" name="${name}" aria-invalid="${problem && 'true'}" aria-describedby="${problem && `f-${name}-problem`}">${offered.map(([choice, words]) => html`<option value="${choice}" selected="${choice === value}">${words}</option>`)}</select>`,
  )
}

/** Parameters that a form sends as they are. */
export function hiddenFields(parameters: readonly (readonly [name: string, value: string])[]): Html {
  return parameters.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)
}

/** A field with its label and its problem, which stay together where the fields of a form are broken into lines. */
function labelled({ name, label, problem }: Field, control: Html): Html {
  return html`<p class="fd">
    <label for="f-${name}">${label}</label> ${control}
    ${problem && html`<span class="flag" id="f-${name}-problem">${problem}</span>`}
  </p>`
}
