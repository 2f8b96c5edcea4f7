// One personality: chosen for a mailbox, heard cue by cue, its keys as a card, its flows as pictures.
import { address, ask, get, part } from "../api.js";
import { say } from "../parts/act.js";
import { useSession } from "../live/use.js";
import { Facts } from "../parts/drawer.js";
import { html } from "../parts/html.js";
import { soundOf } from "../sound/fetch.js";
import { roomAddress } from "../where.js";
import { useEffect, useRef, useState } from "../vendor/hooks.js";
import { t } from "../words/words.js";
import { previewed, Review } from "./diff.js";
import { useGet, Waiting, wordsOf } from "./load.js";

const PARTS = ["hear", "card", "flows"];
const SHOWN = 80;

export function PackCard({ pack }) {
  const [shown, setShown] = useState("hear");
  const path = `/packs/${part(pack.id)}`;
  if (pack.refused) return html`<section class="card"><h2>${pack.id}</h2><pre class="diff" tabindex="0">${pack.refused}</pre></section>`;
  return html`
    <section class="card" aria-labelledby="pack-title">
      <h2 id="pack-title">${pack.title}</h2>
      <${Facts} facts=${[[t("packs.languages"), pack.languages.join(", ")], [t("packs.subjects"), pack.subjects.join(", ")], [t("packs.based"), pack.based_on]]} />
      ${pack.subjects.includes("voicemail") && html`<${Choose} pack=${pack.id} /><${Try} />`}
      <p class="tabs">${PARTS.map((each) => html`<button key=${each} aria-pressed=${each === shown} onClick=${() => setShown(each)}>${t(`packs.${each}`)}</button>`)}</p>
      ${shown === "hear" && html`<${Cues} path=${path} languages=${pack.languages} />`}
      ${shown === "card" && html`<${Card} path=${path} />`}
      ${shown === "flows" && html`<${Flows} path=${path} />`}
    </section>`;
}

/** How to have it on the telephone, where there are telephones in the browser. */
function Try() {
  const { telephone } = useSession();
  if (!telephone?.stand_in.length) return null;
  return html`<p class="soft">${t("packs.try")} <a href=${roomAddress("telephone")}>${t("room.telephone")}</a></p>`;
}

/** Let a mailbox, or all of a class, have this personality. */
function Choose({ pack }) {
  const [change, setChange] = useState(null);
  const boxes = useGet("/config/mailboxes");
  const classes = useGet("/config/classes-of-service");
  const all = [
    ...(classes.data?.items ?? []).map((each) => ({ plural: "classes-of-service", name: each.name, label: `${t("packs.class")} ${each.name}` })),
    ...(boxes.data?.items ?? []).map((each) => ({ plural: "mailboxes", name: each.number, label: `${each.number} ${each.name}` })),
  ];
  if (!all.length) return null;
  const choose = async (event) => {
    event.preventDefault();
    const { plural, name } = all[Number(new FormData(event.target).get("whose"))];
    try {
      const answer = await ask(address(`/config/${plural}/${part(name)}`));
      const wanted = { plural, name, etag: answer.headers.get("etag") ?? "", settings: { ...(await answer.json()), personality: pack } };
      const found = await previewed(wanted);
      if (found.problem) throw found.problem;
      setChange({ ...wanted, diff: found.diff });
    } catch (problem) {
      say(wordsOf(problem), "failure");
    }
  };
  return html`
    <form class="row" onSubmit=${choose}><label>${t("packs.choose")} <select name="whose">${all.map((each, at) => html`<option key=${at} value=${at}>${each.label}</option>`)}</select></label>
      <button>${t("review")}</button></form>
    ${change && html`<${Review} change=${change} onClose=${() => setChange(null)} onSaved=${() => {}} />`}`;
}

/** What it says, heard by a click; `new=3` and the like tell it what of. */
function Cues({ path, languages }) {
  const [language, setLanguage] = useState(languages[0]);
  const [find, setFind] = useState("");
  const [facts, setFacts] = useState("");
  const audio = useRef(new Audio());
  const { data, problem } = useGet(`${path}/cues`, { language });
  useEffect(() => () => audio.current.pause(), []);
  const hear = async (cue) => {
    try {
      const query = new URLSearchParams({ language });
      facts.split(/[\s,]+/).filter(Boolean).forEach((fact) => query.append("fact", fact));
      audio.current.src = await soundOf(`${path}/cues/${part(cue)}/audio?${query}`);
      await audio.current.play();
    } catch (refusal) {
      say(refusal.status ? refusal.message : String(refusal.message), "failure");
    }
  };
  const cues = (data?.items ?? []).filter(({ cue, text }) => `${cue} ${text}`.toLowerCase().includes(find.toLowerCase()));
  return html`
    <p class="filters">
      <label>${t("language")} <select value=${language} onChange=${(event) => setLanguage(event.target.value)}>${languages.map((each) => html`<option key=${each}>${each}</option>`)}</select></label>
      <label>${t("messages.find")} <input type="search" value=${find} onInput=${(event) => setFind(event.target.value)} /></label>
      <label>${t("packs.facts")} <input value=${facts} placeholder="new=3 old=1" onInput=${(event) => setFacts(event.target.value)} /></label></p>
    ${!data && html`<${Waiting} problem=${problem} />`}
    <div class="scroll"><table><tbody>${cues.slice(0, SHOWN).map(({ cue, text }) => html`
      <tr key=${cue}><td><button onClick=${() => hear(cue)} aria-label=${t("packs.play", { cue })}>▶</button></td><td><code>${cue}</code></td><td class="soft words">${text}</td></tr>`)}</tbody></table></div>
    ${cues.length > SHOWN && html`<p class="soft">${t("packs.more", { n: cues.length - SHOWN })}</p>`}`;
}

function Card({ path }) {
  const { data, problem } = useGet(`${path}/card`);
  if (!data) return html`<${Waiting} problem=${problem} />`;
  return data.chapters.map((chapter) => html`
    <h3 key=${chapter.title}>${chapter.title}</h3>
    ${chapter.sections.map((section) => html`
      <h4>${section.title}${section.like && html` <span class="soft">${t("packs.like", { title: section.like })}</span>`}</h4>
      <dl class="facts">${section.lines.map((line) => html`<div><dt><kbd>${line.keys}</kbd></dt><dd>${line.text}</dd></div>`)}</dl>`)}`);
}

function Flows({ path }) {
  const { data, problem } = useGet(`${path}/diagrams`);
  const [flow, setFlow] = useState("");
  const [url, setUrl] = useState("");
  const chosen = data?.items.find((each) => each.flow === flow) ?? data?.items[0];
  useEffect(() => {
    if (!chosen) return undefined;
    const made = URL.createObjectURL(new Blob([chosen.svg], { type: "image/svg+xml" }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [chosen]);
  if (!data) return html`<${Waiting} problem=${problem} />`;
  return html`
    <p class="filters"><label>${t("packs.flow")} <select value=${chosen?.flow} onChange=${(event) => setFlow(event.target.value)}>
      ${data.items.map((each) => html`<option key=${each.flow}>${each.flow}</option>`)}</select></label></p>
    <div class="diagram" tabindex="0">${url && html`<img src=${url} alt=${t("packs.diagram", { flow: chosen.flow })} />`}</div>`;
}
