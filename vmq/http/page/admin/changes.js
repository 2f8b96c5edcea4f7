// What was changed since the server was started, newest first; the last change can be undone.
import { dateOf, t } from "../words/words.js";
import { html } from "../parts/html.js";
import { Diff, undo } from "./diff.js";
import { tried, useGet, Waiting } from "./load.js";

export function ChangesPage() {
  const { data, problem, again } = useGet("/config/changes", {}, ["RulesReloaded"]);
  if (!data) return html`<${Waiting} problem=${problem} />`;
  const back = async () => {
    await tried(undo, t("changes.undone"));
    again();
  };
  return html`
    ${data.items.length === 0 && html`<p class="empty">${t("changes.none")}</p>`}
    ${data.items.map((edit, at) => html`
      <section class="card" key=${edit.at}>
        <h2>${dateOf(edit.at)}${edit.by && ` · ${edit.by}`}</h2>
        <${Diff} diff=${edit.diff} />
        ${at === 0 && html`<p class="buttons start"><button onClick=${back}>${t("changes.undo")}</button></p>`}
      </section>`)}`;
}
