// A few words to an agent: shown on his desk until he has read them, and written by his supervisor.
import { part } from "../api.js";
import { t, timeOf } from "../words/words.js";
import { act } from "./act.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";

/** Those that he hasn't read; announced when one comes. */
export const Notes = ({ agent }) => html`
  <div role="status" class="notes">
    ${(agent.notes ?? []).map((note) => html`
      <section class="card note" key=${note.note_id}>
        <p><${Icon} name="talking" /> ${note.text}</p>
        <p class="soft">${note.by && `${note.by}, `}${timeOf(note.at, { timeStyle: "short" })}
          <button onClick=${() => act(`/agents/${part(agent.name)}/notes/${part(note.note_id)}`, undefined, "DELETE")}>${t("note.read")}</button></p>
      </section>`)}
  </div>`;

/** Writes one, and shows what he hasn't read yet. */
export function WriteNote({ agent }) {
  const send = async (event) => {
    event.preventDefault();
    const form = event.target;
    if (await act(`/agents/${part(agent.name)}/notes`, { text: new FormData(form).get("text").trim() })) form.reset();
  };
  return html`
    <h3>${t("note")}</h3>
    <form class="row" onSubmit=${send}>
      <label class="field grow"><span>${t("note.text")}</span><input name="text" required pattern=".*\\S.*" maxlength="500" autocomplete="off" /></label>
      <button>${t("note.send")}</button></form>
    ${(agent.notes ?? []).length > 0 && html`
      <ul class="earlier">${agent.notes.map((note) => html`
        <li key=${note.note_id}><time>${timeOf(note.at, { timeStyle: "short" })}</time> <span>${note.text}</span> <span class="tag">${t("note.unread")}</span></li>`)}</ul>`}`;
}
