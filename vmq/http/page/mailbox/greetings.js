// A mailbox's greetings: heard, recorded or uploaded, switched on and off, ended at a time, taken away.
import { address, ask, command, get, part } from "../api.js";
import { duration } from "../live/clock.js";
import { say } from "../parts/act.js";
import { html } from "../parts/html.js";
import { Player } from "../sound/player.js";
import { Recorder } from "../sound/recorder.js";
import { useEffect, useState } from "../vendor/hooks.js";
import { dateOf, t, tOr } from "../words/words.js";

const KINDS = ["unavail", "busy", "internal", "temp", "absence", "closed", "holiday", "name", ...["1", "2", "3", "4", "5", "6", "7", "8", "9"]];

export const greetingName = (kind) => (/^\d$/.test(kind) ? t("greeting.number", { n: kind }) : tOr(`greeting.${kind}`, kind));

export function Greetings({ number }) {
  const [items, setItems] = useState(null);
  const [problem, setProblem] = useState("");
  const path = `/mailboxes/${part(number)}/greetings`;
  const load = () => get(path).then((found) => setItems(found.items), (refusal) => setProblem(refusal.message));
  useEffect(() => {
    load();
  }, [number]);
  const run = async (work) => {
    try {
      await work();
      await load();
      return true;
    } catch (refusal) {
      say(refusal.status ? refusal.message : t("problem.network"), "failure");
      return false;
    }
  };
  if (problem) return html`<p role="alert" class="empty">${problem}</p>`;
  if (!items) return html`<p class="empty">${t("history.loading")}</p>`;
  return html`
    <${NewGreeting} path=${path} run=${run} />
    ${items.length === 0 && html`<p class="empty">${t("greetings.none")}</p>`}
    <ul class="cards">
      ${items.map((greeting) => html`<${Greeting} key=${`${greeting.kind} ${greeting.recorded_at}`} greeting=${greeting} path=${`${path}/${part(greeting.kind)}`} run=${run} />`)}
    </ul>`;
}

function NewGreeting({ path, run }) {
  const [wav, setWav] = useState(null);
  const [round, setRound] = useState(0);
  const keep = async (event) => {
    event.preventDefault();
    const kind = new FormData(event.target).get("kind");
    const put = () => ask(address(`${path}/${part(kind)}`), { method: "PUT", body: wav, headers: { "Content-Type": "audio/wav" } });
    if (await run(put)) {
      setWav(null);
      setRound(round + 1);
      say(t("greeting.kept", { greeting: greetingName(kind) }));
    }
  };
  return html`
    <form class="card" onSubmit=${keep}>
      <h2>${t("greeting.new")}</h2>
      <p class="row"><label>${t("greeting.kind")} <select name="kind">${KINDS.map((kind) => html`<option key=${kind} value=${kind}>${greetingName(kind)}</option>`)}</select></label></p>
      <${Recorder} key=${round} onTake=${setWav} />
      <p class="buttons start"><button class="main" disabled=${!wav}>${t("greeting.keep")}</button></p>
    </form>`;
}

function Greeting({ greeting, path, run }) {
  const change = (body) => run(() => command(path, body, "PATCH"));
  const end = (event) => {
    event.preventDefault();
    const at = new FormData(event.target).get("ends");
    change({ ends_at: at ? new Date(at).toISOString() : null });
  };
  return html`
    <li class="card">
      <h3>${greetingName(greeting.kind)}</h3>
      <p class="soft">${dateOf(greeting.recorded_at)} · ${duration(greeting.duration_s)}${greeting.ends_at ? ` · ${t("greeting.ends", { at: dateOf(Date.parse(greeting.ends_at) / 1000) })}` : ""}</p>
      <${Player} path=${path} length=${greeting.duration_s} />
      <p class="row">
        <label><input type="checkbox" checked=${greeting.is_on} onChange=${(event) => change({ is_on: event.target.checked })} /> ${t("greeting.on")}</label>
        <label><input type="checkbox" checked=${greeting.is_blocking} onChange=${(event) => change({ is_blocking: event.target.checked })} /> ${t("greeting.blocking")}</label></p>
      <form class="row" onSubmit=${end}><label>${t("greeting.until")} <input type="datetime-local" name="ends" /></label><button>${t("set")}</button></form>
      <p class="buttons start"><button class="danger" onClick=${() => run(() => command(path, undefined, "DELETE"))}>${t("greeting.remove")}</button></p>
    </li>`;
}
