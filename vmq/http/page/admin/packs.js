// The personalities: which there are, which can't be used and why; a new one is uploaded, and checked first.
import { address, ask } from "../api.js";
import { html } from "../parts/html.js";
import { roomAddress } from "../where.js";
import { useState } from "../vendor/hooks.js";
import { t } from "../words/words.js";
import { useGet, Waiting, wordsOf } from "./load.js";
import { PackCard } from "./pack.js";

export function PacksPage({ name }) {
  const { data, problem, again } = useGet("/packs");
  if (!data) return html`<${Waiting} problem=${problem} />`;
  const chosen = data.items.find(({ id }) => id === name);
  return html`
    <div class="split">
      <div>
        <section class="pane" aria-label=${t("admin.personalities")}><div class="scroll"><table><tbody>
          ${data.items.map((pack) => html`
            <tr key=${pack.id} class=${pack.id === name ? "is-chosen" : ""}><td><a href=${roomAddress("admin", ["personalities", pack.id])}>${pack.title || pack.id}</a>
              ${pack.refused && html` <span class="tag">${t("packs.refused")}</span>`}</td><td class="soft">${pack.languages.join(", ")}</td></tr>`)}
        </tbody></table></div></section>
        <${Upload} onDone=${again} />
      </div>
      ${chosen && html`<${PackCard} key=${chosen.id} pack=${chosen} />`}
    </div>`;
}

function Upload({ onDone }) {
  const [state, setState] = useState({});
  const send = async (event) => {
    event.preventDefault();
    const form = event.target;
    const [file] = form.elements.pack.files;
    setState({ isBusy: true });
    try {
      const answer = await ask(address("/packs"), { method: "POST", body: file, headers: { "Content-Type": "application/zip" } });
      setState({ done: t("packs.installed", { id: (await answer.json()).id }) });
      form.reset();
      onDone();
    } catch (problem) {
      setState({ problem });
    }
  };
  return html`
    <form class="card" onSubmit=${send} aria-labelledby="upload-title"><h2 id="upload-title">${t("packs.upload")}</h2>
      <p class="soft">${t("packs.upload.what")}</p>
      <p class="row"><label class="file">${t("packs.file")} <input name="pack" type="file" accept=".zip,application/zip" required /></label>
        <button disabled=${state.isBusy}>${t(state.isBusy ? "packs.checking" : "packs.check")}</button></p>
      ${state.done && html`<p role="status">${state.done}</p>`}
      ${state.problem && html`<div role="alert" class="is-bad"><p>${state.problem.title || wordsOf(state.problem)}: ${state.problem.detail ?? ""}</p>
        <ul class="findings">${(state.problem.errors ?? []).map((line) => html`<li key=${line} class="is-wrong"><span aria-hidden="true">–</span><span>${line}</span></li>`)}</ul></div>`}
    </form>`;
}
