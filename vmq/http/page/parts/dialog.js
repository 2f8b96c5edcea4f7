// A question in front of the page: the browser's own dialog, so that Escape, focus and the page behind it are its business.
import { useEffect, useRef } from "../vendor/hooks.js";
import { t } from "../words/words.js";
import { html } from "./html.js";

/** A form in a dialog: `onSubmit` gets its fields, `onClose` is called when it is gone, either way. */
export function Ask({ title, submit, onSubmit, onClose, children }) {
  const dialog = useRef();
  useEffect(() => dialog.current.showModal(), []);
  const send = (event) => {
    event.preventDefault();
    onSubmit(Object.fromEntries(new FormData(event.target)));
    dialog.current.close();
  };
  return html`
    <dialog ref=${dialog} onClose=${onClose} aria-labelledby="ask-title">
      <form onSubmit=${send}>
        <h2 id="ask-title">${title}</h2>
        ${children}
        <p class="buttons">
          <button type="button" onClick=${() => dialog.current.close()}>${t("cancel")}</button>
          <button class="main">${submit}</button>
        </p>
      </form>
    </dialog>`;
}

/** A field with its label. */
export const Field = ({ label, children }) => html`<label class="field"><span>${label}</span>${children}</label>`;
