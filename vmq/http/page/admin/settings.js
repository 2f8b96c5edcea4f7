// The configuration's tables of one kind: a list, and a form for the one that is open. A change is reviewed as lines of
// the file before it is saved; one that somebody else made meanwhile is never overwritten.
import { address, ask, get, part } from "../api.js";
import { say } from "../parts/act.js";
import { html } from "../parts/html.js";
import { keepStop, walk } from "../parts/rows.js";
import { roomAddress } from "../where.js";
import { useEffect, useState } from "../vendor/hooks.js";
import { t, tOr } from "../words/words.js";
import { previewed, Review } from "./diff.js";
import { Settings } from "./field.js";
import { useGet, Waiting, wordsOf } from "./load.js";
import { startOf } from "./schema.js";

const NEW = "+";
const CHANGED = ["RulesReloaded"];
/** Settings that name something else of the configuration, and what. */
const NAMES = { schedule: "schedules", penalty_rule: "penalty-rules", class_of_service: "classes-of-service" };

export function SettingsPage({ page, name }) {
  const schema = useGet("/config/schema");
  const kind = schema.data?.items.find(({ plural }) => plural === page);
  const list = useGet(`/config/${page}`, {}, CHANGED);
  const [find, setFind] = useState("");
  const go = (to) => {
    location.hash = roomAddress("admin", [page, to]);
  };
  if (!kind || !list.data) return html`<${Waiting} problem=${schema.problem ?? list.problem} />`;
  const items = list.data.items.filter((item) => labelOf(item, kind).toLowerCase().includes(find.toLowerCase()));
  return html`
    <div class="split">
      <section class="pane" aria-labelledby="list-title">
        <header class="pane-head"><h2 id="list-title">${t(`admin.${page}`)} <span class="count">${list.data.items.length}</span></h2>
          <button onClick=${() => go(NEW)}>${t("setting.new")}</button></header>
        <p class="hint"><input type="search" aria-label=${t("setting.find.one")} placeholder=${t("setting.find.one")} value=${find} onInput=${(event) => setFind(event.target.value)} /></p>
        <div class="scroll"><table><tbody onKeyDown=${(event) => walk(event)} onFocusIn=${keepStop}>
          ${items.map((item, at) => html`
            <tr key=${item[kind.key]} class=${item[kind.key] === name ? "is-chosen" : ""}>
              <td><button class="row-open" tabindex=${at === 0 ? 0 : -1} onClick=${() => go(item[kind.key])}>${labelOf(item, kind)}</button></td></tr>`)}
        </tbody></table></div>
        ${list.data.items.length === 0 && html`<p class="empty">${t("setting.none")}</p>`}
      </section>
      ${name && html`<${Editor} key=${`${page} ${name}`} kind=${kind} name=${name} onSaved=${(to) => {
        list.again();
        go(to);
      }} />`}
    </div>`;
}

const labelOf = (item, kind) => [item[kind.key], item.full_name || (kind.key !== "name" && item.name)].filter(Boolean).join(" · ");

/** One table, as it is now and as it shall be. */
function Editor({ kind, name, onSaved }) {
  const isNew = name === NEW;
  const [values, setValues] = useState(isNew ? startOf(kind.json_schema) : null);
  const [etag, setEtag] = useState("");
  const [problem, setProblem] = useState(null);
  const [faults, setFaults] = useState({});
  const [change, setChange] = useState(null);
  const [filter, setFilter] = useState("");
  const names = useNames();
  const load = async () => {
    setProblem(null);
    setValues(null);
    try {
      const answer = await ask(address(`/config/${kind.plural}/${part(name)}`));
      setEtag(answer.headers.get("etag") ?? "");
      setValues(await answer.json());
    } catch (refusal) {
      setProblem(refusal);
    }
  };
  useEffect(() => {
    if (!isNew) load();
  }, []);
  const review = async (settings) => {
    setProblem(null);
    const wanted = { plural: kind.plural, name: isNew ? values[kind.key]?.trim() : name, settings, etag };
    if (!wanted.name) return say(t("setting.name.missing"), "failure");
    const found = await previewed(wanted);
    return found.problem ? setProblem(found.problem) : setChange({ ...wanted, diff: found.diff });
  };
  const send = (event) => {
    event.preventDefault();
    const fault = Object.entries(faults).find(([, text]) => text);
    if (fault) return say(`${fault[0]}: ${fault[1]}`, "failure");
    return review(values);
  };
  if (!values) return html`<section class="card"><${Waiting} problem=${problem} /></section>`;
  return html`
    <form class="card" onSubmit=${send} aria-labelledby="editor-title">
      <h2 id="editor-title">${isNew ? t("setting.new") : name}</h2>
      <p class="soft">${kind.json_schema.description ?? ""}</p>
      ${problem && html`<${Refusal} problem=${problem} onAgain=${load} />`}
      <p class="row"><label>${t("setting.find")} <input type="search" value=${filter} onInput=${(event) => setFilter(event.target.value.trim())} /></label></p>
      <${Settings} schema=${kind.json_schema} root=${kind.json_schema} values=${values} secrets=${kind.secrets} fixed=${isNew ? "" : kind.key}
        filter=${filter} names=${names} onChange=${setValues} onFault=${(path, text) => setFaults((before) => ({ ...before, [path]: text }))} />
      <p class="buttons start"><button class="main">${t("review")}</button>
        ${!isNew && html`<button type="button" class="danger" onClick=${() => review(null)}>${t("setting.remove")}</button>`}</p>
      ${change && html`<${Review} change=${change} onClose=${() => setChange(null)} onSaved=${() => {
        onSaved(change.settings === null ? "" : change.name);
        if (!isNew && change.settings !== null) load();
      }} />`}
    </form>`;
}

/** What is wrong with a change, mistake by mistake; one that collides with somebody else's offers to read anew. */
const Refusal = ({ problem, onAgain }) => html`
  <div role="alert" class="is-bad">
    <p>${problem.id === "changed-meanwhile" ? t("setting.conflict") : tOr(`problem.${problem.id}`, problem.title || wordsOf(problem))}</p>
    <ul class="findings">${(problem.errors ?? []).map((line) => html`<li key=${line} class="is-wrong"><span aria-hidden="true">–</span><span>${line}</span></li>`)}</ul>
    ${!problem.errors?.length && problem.detail && html`<p>${problem.detail}</p>`}
    ${problem.id === "changed-meanwhile" && html`<button type="button" onClick=${onAgain}>${t("setting.again")}</button>`}
  </div>`;

/** What can be named in a setting, by the setting. */
function useNames() {
  const zones = Intl.supportedValuesOf("timeZone");
  const [names, setNames] = useState({ zone: zones, time_zone: zones });
  useEffect(() => {
    const known = (setting, found) => setNames((before) => ({ ...before, [setting]: found }));
    for (const [setting, plural] of Object.entries(NAMES)) {
      get(`/config/${plural}`).then(({ items }) => known(setting, items.map((item) => item.name)), () => {});
    }
    get("/packs").then(({ items }) => {
      const usable = (subject) => items.filter((pack) => pack.subjects.includes(subject)).map((pack) => pack.id);
      known("personality", usable("voicemail"));
      known("voice", usable("queue_voice"));
    }, () => {});
  }, []);
  return names;
}
