// A change of the configuration file: shown line by line, then saved, or not.
import { address, ask, command, part } from "../api.js";
import { say } from "../parts/act.js";
import { html } from "../parts/html.js";
import { useEffect, useRef, useState } from "../vendor/hooks.js";
import { t } from "../words/words.js";
import { wordsOf } from "./load.js";

const CLASSES = { "+": "is-added", "-": "is-removed", "@": "is-place" };

/** The lines of a diff: what comes and goes has its sign, and its colour. */
export const Diff = ({ diff }) => html`
  <pre class="diff" tabindex="0" aria-label=${t("diff")}>${diff.split("\n").map((line, at) => html`<span key=${at} class=${CLASSES[line[0]] ?? ""}>${line}${"\n"}</span>`)}</pre>`;

/** Ask what a change would change: { diff } or { problem }. `settings` null = to be taken out. */
export async function previewed({ plural, name, settings, etag }) {
  const options = { method: "POST", headers: { "Content-Type": "application/json", "If-Match": etag }, body: JSON.stringify({ settings }) };
  try {
    return await (await ask(address(`/config/${plural}/${part(name)}/preview`), options)).json();
  } catch (problem) {
    return { problem };
  }
}

async function carriedOut({ plural, name, settings, etag }) {
  const path = address(`/config/${plural}/${part(name)}`);
  const headers = { "Content-Type": "application/json", "If-Match": etag };
  if (settings === null) return ask(path, { method: "DELETE", headers });
  return ask(path, { method: "PUT", headers, body: JSON.stringify(settings) });
}

/** Shows a previewed change (`change` has its `diff`); `onSaved` and `onClose` say how it ended. */
export function Review({ change, onSaved, onClose }) {
  const dialog = useRef();
  const [problem, setProblem] = useState(null);
  useEffect(() => dialog.current.showModal(), []);
  const save = async (event) => {
    event.preventDefault();
    try {
      await carriedOut(change);
      say(t("setting.saved"));
      onSaved();
      dialog.current.close();
    } catch (refusal) {
      setProblem(refusal);
    }
  };
  return html`
    <dialog class="wide" ref=${dialog} onClose=${onClose} aria-labelledby="review-title">
      <form onSubmit=${save}>
        <h2 id="review-title">${t("review.title")}</h2>
        ${change.diff ? html`<${Diff} diff=${change.diff} />` : html`<p>${t("review.nothing")}</p>`}
        ${problem && html`<p role="alert" class="is-bad">${wordsOf(problem)}</p>`}
        <p class="buttons"><button type="button" onClick=${() => dialog.current.close()}>${t("cancel")}</button>
          ${change.diff && html`<button class="main" autofocus>${t("review.save")}</button>`}</p>
      </form>
    </dialog>`;
}

/** Undo the last change that was made by the API. */
export const undo = () => command("/config/undo");
