// Who did what, when, from where, and what came of it; newest first.
import { get } from "../api.js";
import { html } from "../parts/html.js";
import { useEffect, useState } from "../vendor/hooks.js";
import { dateOf, t } from "../words/words.js";
import { Waiting } from "./load.js";

const FIELDS = ["who", "action", "target", "result"];

export function AuditPage() {
  const [query, setQuery] = useState({});
  const [state, setState] = useState({ items: null, next: null, problem: null });
  const load = (before, items) => get("/audit", { ...query, before }).then(
    (page) => setState({ items: [...items, ...page.items], next: page.next, problem: null }),
    (problem) => setState({ items: null, next: null, problem }),
  );
  useEffect(() => {
    load("", []);
  }, [query]);
  const ask = (event) => {
    event.preventDefault();
    setQuery(Object.fromEntries(new FormData(event.target)));
  };
  return html`
    <form class="filters" onSubmit=${ask}>
      ${FIELDS.map((name) => html`<label key=${name}>${t(`audit.${name}`)} <input name=${name} maxlength="200" autocomplete="off" /></label>`)}
      <button>${t("audit.ask")}</button></form>
    ${!state.items && html`<${Waiting} problem=${state.problem} />`}
    ${state.items?.length === 0 && html`<p class="empty">${t("audit.none")}</p>`}
    ${state.items?.length > 0 && html`
      <section class="pane tall" aria-label=${t("admin.audit")}><div class="scroll" tabindex="0"><table>
        <thead><tr><th scope="col">${t("audit.at")}</th>${FIELDS.map((name) => html`<th key=${name} scope="col">${t(`audit.${name}`)}</th>`)}<th scope="col" class="wide">${t("audit.details")}</th><th scope="col" class="wide">${t("audit.address")}</th></tr></thead>
        <tbody>${state.items.map((entry) => html`
          <tr key=${entry.id}><td>${dateOf(entry.at)}</td><td>${entry.who}</td><td>${entry.action}</td><td>${entry.target}</td>
            <td class=${entry.result === "done" ? "" : "is-bad"}>${entry.result}</td><td class="wide">${Object.entries(entry.details).map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`).join(", ").slice(0, 120)}</td><td class="wide">${entry.address}</td></tr>`)}</tbody>
      </table></div></section>`}
    ${state.next && html`<p><button onClick=${() => load(state.next, state.items)}>${t("history.more")}</button></p>`}`;
}
