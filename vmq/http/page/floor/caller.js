// One caller: what is known of him, why he waits in the engine's words, and what a supervisor can do with him.
import { CallActions } from "./call.js";
import { useQueues } from "./choose.js";
import { moveTo } from "./drag.js";
import { callerState } from "./callers.js";
import { get, part } from "../api.js";
import { useLive } from "../live/use.js";
import { act } from "../parts/act.js";
import { Age } from "../parts/age.js";
import { Drawer, Facts } from "../parts/drawer.js";
import { html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { nameOf, State } from "../parts/state.js";
import { useEffect, useRef, useState } from "../vendor/hooks.js";
import { t, timeOf } from "../words/words.js";

const ASK_AGAIN_MS = 1500;

export function CallerDrawer({ id, onClose, onOpen }) {
  const caller = useLive((state) => state.floor.callers.get(id));
  const queue = useLive((state) => state.floor.queues.get(caller?.queue));
  const offer = useLive((state) => state.floor.agents.get(caller?.agent)?.offer);
  if (!caller) {
    return html`<${Drawer} subject=${id} title=${t("caller.gone.title")} onClose=${onClose}><p>${t("caller.gone")}</p><//>`;
  }
  const position = (queue?.line.indexOf(id) ?? -1) + 1;
  const isWaiting = position > 0 && (caller.state === "waiting" || caller.state === "offered");
  return html`
    <${Drawer} subject=${id} title=${nameOf(caller)} onClose=${onClose}>
      <${Facts} facts=${[
        [t("state"), html`<${State} of=${callerState(caller)} />`],
        [t("queue"), caller.queue],
        [t("caller.place"), position || null],
        [t("caller.wait"), caller.state === "talking" ? null : html`<${Age} since=${caller.entered_at} />`],
        [t("caller.talk"), caller.state === "talking" ? html`<${Age} since=${caller.connected_at} />` : null],
        [t("caller.entered"), timeOf(caller.entered_at)],
        [t("agent"), caller.agent && html`<button class="link" onClick=${() => onOpen("agent", caller.agent)}>${caller.agent}</button>`],
        [t("caller.priority"), caller.priority],
        [t("caller.needs"), caller.needs],
        [t("caller.prefers"), caller.prefers],
        [t("caller.tries"), caller.callback_tries || null],
      ]} />
      ${isWaiting && html`<${WaitingActions} caller=${caller} position=${position} />`}
      ${caller.state === "talking" && offer && html`<${CallActions} callId=${id} offer=${offer} />`}
      ${caller.state !== "talking" && html`<${Why} caller=${caller} queue=${queue} />`}
    <//>`;
}

/** The other place, queue, priority; or out. */
function WaitingActions({ caller, position }) {
  const others = useQueues().filter(({ name }) => name !== caller.queue);
  const path = `/callers/${part(caller.call_id)}`;
  const send = (work) => (event) => {
    event.preventDefault();
    work(Object.fromEntries(new FormData(event.target)));
  };
  return html`
    <h3>${t("do")}</h3>
    <p class="buttons start">
      <button disabled=${position === 1} onClick=${() => moveTo(caller.call_id, 1)}>${t("caller.first")}</button>
      <button disabled=${position === 1} onClick=${() => moveTo(caller.call_id, position - 1)}>${t("caller.up")}</button>
      <button onClick=${() => moveTo(caller.call_id, position + 1)}>${t("caller.down")}</button>
    </p>
    ${others.length > 0 && html`
      <form class="row" onSubmit=${send(({ to }) => act(`${path}/move`, { to }))}>
        <label>${t("caller.to")} <select name="to">${others.map(({ name }) => html`<option key=${name}>${name}</option>`)}</select></label>
        <button>${t("caller.move")}</button></form>`}
    <form class="row" onSubmit=${send(({ priority }) => act(`${path}/priority`, { priority: Number(priority) }))}>
      <label>${t("caller.priority")} <input name="priority" type="number" step="1" required defaultValue=${caller.priority} key=${caller.priority} /></label>
      <button>${t("set")}</button></form>
    <form class="row" onSubmit=${send(({ info }) => act(`${path}/withdraw`, { info }))}>
      <label>${t("caller.info")} <input name="info" maxlength="64" autocomplete="off" /></label>
      <button class="danger">${t("caller.withdraw")}</button></form>`;
}

/** The engine's reasons, asked again when something on the floor changed. */
function Why({ caller, queue }) {
  const agents = useLive((state) => state.floor.agents);
  const [why, setWhy] = useState(null);
  const timer = useRef(0);
  const load = () => get("/floor/why", { caller: caller.call_id }).then(setWhy, () => setWhy(null));
  useEffect(() => {
    load();
  }, [caller.call_id]);
  useEffect(() => {
    if (!timer.current) {
      timer.current = setTimeout(() => {
        timer.current = 0;
        load();
      }, ASK_AGAIN_MS);
    }
  }, [caller, queue, agents]);
  useEffect(() => () => clearTimeout(timer.current), []);
  if (!why) return null;
  return html`
    <h3>${t("why")}</h3>
    <p lang="en">${why.reason}</p>
    <ul class="why" lang="en">
      ${why.agents.map(({ agent, is_eligible, reason }) => html`
        <li key=${agent} class=${is_eligible ? "is-good" : ""}><${Icon} name=${is_eligible ? "good" : "offline"} /><b>${agent}</b> ${reason}</li>`)}
    </ul>`;
}
