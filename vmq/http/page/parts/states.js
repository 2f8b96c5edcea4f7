// The buttons that change an agent's state, as far as it can be changed now: for himself, and for a supervisor.
import { part } from "../api.js";
import { act } from "./act.js";
import { Ask, Field } from "./dialog.js";
import { html } from "./html.js";
import { useState } from "../vendor/hooks.js";
import { t } from "../words/words.js";

const REASONS = ["lunch", "break", "meeting", "training", "paperwork"];
const EXTEND_S = 30;

/** What can be done: log in and out, pause, take calls again, end or extend the wrap-up. */
export function StateButtons({ agent, hasLogin = true }) {
  const send = (action, body) => () => act(`/agents/${part(agent.name)}/${action}`, body);
  if (agent.status === "offline") return hasLogin ? html`<button class="main" onClick=${send("login")}>${t("agent.login.do")}</button>` : null;
  const pausesNext = agent.next_status === "paused";
  return html`
    ${agent.status === "wrap_up" && html`
      <button class="main" onClick=${send("wrap-up-end")}>${t("agent.wrapup.end")}</button>
      <button onClick=${send("wrap-up-extend", { by_s: EXTEND_S })}>${t("agent.wrapup.extend", { n: EXTEND_S })}</button>`}
    ${agent.status === "paused" || pausesNext
      ? html`<button class=${agent.status === "paused" ? "main" : ""} onClick=${send("unpause")}>${t("agent.unpause")}</button>`
      : html`<${PauseButton} agent=${agent} />`}
    ${agent.next_status === "offline"
      ? html`<button onClick=${send("login")}>${t("agent.stay")}</button>`
      : html`<button onClick=${send("logout")}>${t("agent.logout")}</button>`}`;
}

/** Asks for the reason first. `queue`: in this one alone. */
export function PauseButton({ agent, queue = "" }) {
  const [isAsking, setIsAsking] = useState(false);
  const pause = ({ reason }) => act(`/agents/${part(agent.name)}/pause`, { reason: reason.trim(), queue });
  return html`
    <button onClick=${() => setIsAsking(true)}>${t(queue ? "agent.pause.here" : "agent.pause")}</button>
    ${isAsking && html`
      <${Ask} title=${t("pause.title", { agent: agent.full_name || agent.name })} submit=${t("agent.pause")} onSubmit=${pause} onClose=${() => setIsAsking(false)}>
        <${Field} label=${t("pause.reason")}>
          <input name="reason" list="reasons" maxlength="64" autocomplete="off" autofocus /><//>
        <datalist id="reasons">${REASONS.map((name) => html`<option key=${name} value=${t(`pause.${name}`)} />`)}</datalist>
      <//>`}`;
}
