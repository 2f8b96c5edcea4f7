// Rows that are walked with the arrow keys and opened with Enter: one tab stop a table, as in a list.
import { html } from "./html.js";

/** Key handler of a table's body. `onKey(event, row key)` gets the keys that it doesn't take itself. */
export function walk(event, onKey = () => {}) {
  const button = event.target.closest("button.row-open");
  if (!button) return;
  const buttons = [...event.currentTarget.querySelectorAll("button.row-open")];
  const at = buttons.indexOf(button);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
  if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) {
    onKey(event, button.dataset.key);
  } else if (buttons[to]) {
    event.preventDefault();
    buttons[to].focus();
  }
}

/** Focus handler of a table's body: who was focused last is the table's tab stop. */
export function keepStop(event) {
  const button = event.target.closest("button.row-open");
  if (!button) return;
  for (const other of event.currentTarget.querySelectorAll('button.row-open[tabindex="0"]')) other.tabIndex = -1;
  button.tabIndex = 0;
}

/** The button that opens a row. */
export const Open = ({ id, isFirst, onOpen, children }) => html`
  <button class="row-open" data-key=${id} tabindex=${isFirst ? 0 : -1} onClick=${onOpen}>${children}</button>`;
