// What came of a call: one of the queue's words, or any where it has none; and a note.
import { part } from "../api.js";
import { useLive } from "../live/use.js";
import { act, say } from "../parts/act.js";
import { html } from "../parts/html.js";
import { t } from "../words/words.js";

export function Disposition({ callId, queue, chosen }) {
  const words = useLive((state) => state.floor.queues.get(queue)?.dispositions) ?? [];
  const send = async (event) => {
    event.preventDefault();
    const { disposition, note } = Object.fromEntries(new FormData(event.target));
    const isSent = await act(`/calls/${part(callId)}/disposition`, { disposition, note });
    if (isSent) say(t("disposition.kept"));
  };
  return html`
    <form class="disposition" onSubmit=${send} key=${callId}>
      <label class="field"><span>${t("disposition")}</span>
        ${words.length
          ? html`<select id="disposition" name="disposition" required value=${chosen}>
              <option value="" disabled selected=${!chosen}>${t("disposition.choose")}</option>
              ${words.map((word) => html`<option key=${word} selected=${word === chosen}>${word}</option>`)}</select>`
          : html`<input id="disposition" name="disposition" required maxlength="64" autocomplete="off" defaultValue=${chosen} />`}</label>
      <label class="field grow"><span>${t("disposition.note")}</span><input name="note" maxlength="2000" autocomplete="off" /></label>
      <button>${t("disposition.keep")}</button></form>`;
}
