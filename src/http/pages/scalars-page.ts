import { KEY_MAX_LENGTH } from '../../model/records/key.ts'
import { html } from './parts/html.ts'
import { layout } from './parts/layout.ts'

/** The specifications that the schema names for the two scalars of its own (`@specifiedBy`). The ids are parts of the contract. */
export function describeScalars(publicUrl: string): string {
  return layout(
    { title: 'Scalars', path: '/docs/scalars', crumbs: [{ name: 'Scalars' }], main: MAIN },
    { publicUrl, service: null },
  )
}

const MAIN = html`<h1>Scalars</h1>
    <p>
      The <a href="/schema.graphql">schema</a> names a specification for each of its scalars (<code>@specifiedBy</code>). Two scalars are Demarche's own and are specified here. In JSON both are strings.
    </p>
    <h2 id="key">Key</h2>
    <p>The public name of a record, such as <code>j2-8243/crash</code>.</p>
    <ul>
      <li>
        It consists of the characters <code>a</code> to <code>z</code>, <code>0</code> to <code>9</code> and <code>-</code>, in parts that are separated by <code>/</code>. Each part starts with a letter or a digit.
      </li>
      <li>It has at most ${KEY_MAX_LENGTH} characters.</li>
      <li>It is unique among records of one type. Developments of all kinds share one space of keys.</li>
      <li>It never changes and is never reused, not even after a retraction.</li>
      <li>Two keys are equal if their characters are equal.</li>
    </ul>
    <p>
      A value of another form is refused with <code>BAD_VALUE</code>. A key of this form that no record has is refused
      with <code>UNKNOWN_KEY</code> in a filter, and gives null in a field that looks up one record.
    </p>
    <h2 id="feedcursor">FeedCursor</h2>
    <p>A position in the feed of one store: everything up to one change has been seen.</p>
    <ul>
      <li>It is opaque. Its characters are those of base64url. Clients compare cursors for equality only.</li>
      <li>
        Pass it back as <code>after</code> exactly as received. The next message is the first one after that position,
        and none is skipped or repeated.
      </li>
      <li>It stays valid as long as the store exists, across restarts and upgrades.</li>
      <li>
        A store that is restored from a backup accepts earlier cursors up to the change that the backup ends with.
      </li>
    </ul>
    <p>
      A value that is no cursor is refused with <code>CURSOR_INVALID</code>, a cursor of another store with
      <code>CURSOR_FOREIGN</code>, and a cursor that the store has not reached with <code>CURSOR_AHEAD</code>.
    </p>`
