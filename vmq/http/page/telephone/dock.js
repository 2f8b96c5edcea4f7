// The telephone in use, at the edge of the page whatever room is open: its display, its keys, and the bell.
import { Bell } from "./tones.js";
import { html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { useEffect, useReducer, useState } from "../vendor/hooks.js";
import { render } from "../vendor/preact.js";
import { t, tOr } from "../words/words.js";

const KEYS = [..."123456789*0#"];
const SHOWN = 4;
const bell = new Bell();
const watchers = new Set();
let current = null;
let turns = 0; // who wants two at once gets the later one
let place = null;

/** Use this line: who used one before gives it up. Throws a Problem, or a TypeError when nobody answers. */
export async function useLine(line) {
  leave();
  const turn = turns;
  await line.open();
  if (turn !== turns) {
    line.close();
    return;
  }
  current = line;
  line.subscribe((shown) => line === current && bell.ring(shown.isOpen ? shown.state : ""));
  addStyle();
  place ??= document.body.appendChild(Object.assign(document.createElement("div"), { className: "telephone-place" }));
  draw();
}

/** Give the line up; its calls end. */
export function leave() {
  const line = current;
  turns += 1;
  current = null;
  line?.close();
  bell.ring("");
  draw();
}

/** Draws a component again when there is another line; gives the line. */
export function useCurrentLine() {
  const [, redraw] = useReducer((count) => count + 1, 0);
  useEffect(() => {
    watchers.add(redraw);
    return () => watchers.delete(redraw);
  }, []);
  return current;
}

function draw() {
  if (place) render(current && html`<${Telephone} key=${current.title} line=${current} />`, place);
  for (const redraw of watchers) redraw();
}

function addStyle() {
  if (place) return;
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = "/page/style/telephone.css";
  document.head.append(sheet);
}

function Telephone({ line }) {
  const [shown, setShown] = useState(line.shown);
  useEffect(() => {
    setShown(line.shown);
    return line.subscribe(setShown);
  }, [line]);
  const { state } = shown;
  const problem = shown.problem && tOr(shown.problem, shown.problem);
  const press = (event) => {
    if (state !== "connected" || event.altKey || event.ctrlKey || event.metaKey || !KEYS.includes(event.key)) return;
    if (event.target.closest("input")) return;
    event.preventDefault();
    line.press(event.key);
  };
  return html`
    <section class=${`telephone is-${state}`} aria-labelledby="telephone-title" onKeyDown=${press}>
      <header><h2 id="telephone-title">${line.title}</h2>
        ${shown.isLit && html`<span class="tag">${t("telephone.fresh", { n: shown.fresh })}</span>`}
        <button class="sign" aria-label=${t("telephone.leave")} title=${t("telephone.leave")} onClick=${leave}><${Icon} name="close" /></button></header>
      <p class="display" role="status"><${Icon} name=${SIGNS[state]} /> <b>${t(shown.isOpen ? `telephone.${state}` : "telephone.closed")}</b> ${shown.with}</p>
      ${problem && html`<p role="alert" class="is-bad">${problem}</p>`}
      ${!shown.isOpen && html`<p><button onClick=${() => line.open().catch((lost) => line.show({ problem: lost.message }))}>${t("telephone.again")}</button></p>`}
      ${shown.isOpen && !shown.hasMicrophone && html`<p class="soft">${t("telephone.mute")}</p>`}
      ${shown.isOpen && html`<${Actions} line=${line} shown=${shown} />`}
      ${shown.heard.length > 0 && html`
        <ul class="heard" role="log" aria-label=${t("telephone.heard")}>
          ${shown.heard.slice(-SHOWN).map(({ id, kind, text }) => html`<li key=${id}><span class="soft">${t(`heard.${kind}`)}</span> ${text}</li>`)}</ul>`}
    </section>`;
}

const SIGNS = { idle: "offline", calling: "connecting", ringing: "ringing", connected: "talking" };

/** What can be done now. */
function Actions({ line, shown }) {
  const [number, setNumber] = useState("");
  const { state, isHeld, isMuted } = shown;
  const isTalking = state === "connected";
  const send = (event) => {
    event.preventDefault();
    if (!number) return;
    if (isTalking) line.transfer(number);
    else line.dial(number);
    setNumber("");
  };
  return html`
    ${state === "ringing" && html`
      <p class="buttons start"><button class="main" onClick=${() => line.answer()}>${t("telephone.answer")}</button>
        <button class="danger" onClick=${() => line.refuse()}>${t("telephone.refuse")}</button></p>`}
    ${(isTalking || state === "calling") && html`
      <p class="buttons start">
        ${isTalking && html`<button aria-pressed=${isHeld} onClick=${() => line.hold(!isHeld)}>${t("telephone.hold")}</button>
          <button aria-pressed=${isMuted} onClick=${() => line.mute(!isMuted)}>${t("telephone.mute.do")}</button>`}
        <button class="danger" onClick=${() => line.hangUp()}>${t("telephone.end")}</button></p>`}
    ${(isTalking || state === "idle") && html`
      <form class="row" onSubmit=${send}>
        <input aria-label=${t("telephone.number")} value=${number} onInput=${({ target }) => setNumber(target.value.replace(/[^0-9*#+]/g, ""))} inputmode="tel" autocomplete="off" maxlength="40" />
        <button>${t(isTalking ? "telephone.transfer" : "telephone.call")}</button></form>
      <div class="keypad">${KEYS.map((key) => html`
        <button key=${key} aria-label=${t("telephone.key", { key })} onClick=${() => (isTalking ? line.press(key) : setNumber(number + key))}>${key}</button>`)}</div>`}`;
}
