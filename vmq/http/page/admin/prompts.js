// The prompt sets: heard clip by clip, recorded in the browser, a studio's take brought in.
import { address, ask, command, part } from "../api.js";
import { say } from "../parts/act.js";
import { html } from "../parts/html.js";
import { Recorder } from "../sound/recorder.js";
import { soundOf } from "../sound/fetch.js";
import { roomAddress } from "../where.js";
import { useEffect, useRef, useState } from "../vendor/hooks.js";
import { t } from "../words/words.js";
import { tried, useGet, Waiting, wordsOf } from "./load.js";

const SHOWN = 100;
const WAV = { "Content-Type": "audio/wav" };

export function PromptsPage({ name }) {
  const { data, problem } = useGet("/prompts");
  if (!data) return html`<${Waiting} problem=${problem} />`;
  return html`
    <p class="tabs">${data.items.map((set) => html`
      <a key=${set.name} href=${roomAddress("admin", ["prompts", set.name])} aria-current=${set.name === name ? "page" : null}>${set.name} <span class="count">${set.clips}</span></a>`)}</p>
    ${name && html`<${PromptSet} key=${name} name=${name} />`}`;
}

function PromptSet({ name }) {
  const path = `/prompts/${part(name)}`;
  const { data, problem, again } = useGet(path);
  const [find, setFind] = useState("");
  const [opened, setOpened] = useState("");
  const audio = useRef(new Audio());
  useEffect(() => () => audio.current.pause(), []);
  if (!data) return html`<${Waiting} problem=${problem} />`;
  const clips = data.items.filter(({ id, text }) => `${id} ${text}`.toLowerCase().includes(find.toLowerCase()));
  const place = (id) => `${path}/clips/${id.split("/").map(part).join("/")}`;
  const hear = (id) => tried(async () => {
    audio.current.src = await soundOf(place(id));
    await audio.current.play();
  });
  const withdraw = async (id) => {
    await tried(() => command(place(id), undefined, "DELETE"), t("prompts.withdrawn"));
    again();
  };
  return html`
    <p class="filters"><label>${t("messages.find")} <input type="search" value=${find} onInput=${(event) => setFind(event.target.value)} /></label></p>
    <section class="pane tall" aria-label=${name}><div class="scroll"><table>
      <tbody>${clips.slice(0, SHOWN).map((clip) => html`
        <tr key=${clip.id}>
          <td><button disabled=${clip.is_silent} onClick=${() => hear(clip.id)} aria-label=${t("packs.play", { cue: clip.id })}>▶</button></td>
          <td><code>${clip.id}</code></td><td class="words">${clip.text} ${clip.is_own && html`<span class="tag">${t("prompts.own")}</span>`}${clip.is_silent && html`<span class="tag">${t("prompts.silent")}</span>`}</td>
          <td class="number"><button aria-expanded=${opened === clip.id} onClick=${() => setOpened(opened === clip.id ? "" : clip.id)}>${t("prompts.record")}</button>
            ${clip.is_own && html` <button class="danger" onClick=${() => withdraw(clip.id)}>${t("prompts.withdraw")}</button>`}</td></tr>
        ${opened === clip.id && html`<tr key=${`${clip.id} record`}><td colspan="4"><${RecordClip} place=${place(clip.id)} text=${clip.text} onDone=${() => {
          setOpened("");
          again();
        }} /></td></tr>`}`)}</tbody></table></div>
      ${clips.length > SHOWN && html`<p class="hint">${t("packs.more", { n: clips.length - SHOWN })}</p>`}</section>
    <${Take} path=${path} onDone=${again} />`;
}

function RecordClip({ place, text, onDone }) {
  const [wav, setWav] = useState(null);
  const keep = async () => {
    if (await tried(() => ask(address(place), { method: "PUT", body: wav, headers: WAV }), t("prompts.kept"))) onDone();
  };
  return html`<p>${t("prompts.say")} <b>${text}</b></p><${Recorder} onTake=${setWav} />
    <p class="buttons start"><button class="main" disabled=${!wav} onClick=${keep}>${t("prompts.use")}</button></p>`;
}

function Take({ path, onDone }) {
  const [state, setState] = useState({});
  const send = async (event) => {
    event.preventDefault();
    const form = event.target;
    setState({ isBusy: true });
    try {
      const query = { everything: form.elements.everything.checked };
      const answer = await ask(address(`${path}/take`, query), { method: "POST", body: form.elements.take.files[0], headers: WAV });
      setState({ report: await answer.json() });
      onDone();
    } catch (problem) {
      setState({});
      say(wordsOf(problem), "failure");
    }
  };
  const { report } = state;
  return html`
    <form class="card" onSubmit=${send} aria-labelledby="take-title"><h2 id="take-title">${t("prompts.take")}</h2>
      <p class="soft">${t("prompts.take.what")}</p>
      <p class="row"><label class="file">${t("prompts.take.file")} <input name="take" type="file" accept=".wav,audio/wav" required /></label>
        <label><input type="checkbox" name="everything" /> ${t("prompts.take.all")}</label>
        <button disabled=${state.isBusy}>${t(state.isBusy ? "prompts.take.busy" : "prompts.take.do")}</button></p>
      ${report && html`<p role="status">${t("prompts.take.done", { n: report.lines.filter((line) => line.is_taken).length, all: report.lines.length })}</p>
        <ul class="findings">${report.lines.filter((line) => line.doubts.length).map((line) => html`
          <li key=${line.id} class="is-wrong"><span aria-hidden="true">–</span><span><code>${line.id}</code>: ${line.doubts.join("; ")}</span></li>`)}</ul>`}
    </form>`;
}
