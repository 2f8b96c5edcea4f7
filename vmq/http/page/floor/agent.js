// One agent: what he does and did today, and what a supervisor can set: his state, telephone, queues.
import { CallActions } from "./call.js";
import { useQueues } from "./choose.js";
import { part } from "../api.js";
import { doing, doingSince } from "../live/floor.js";
import { useLive } from "../live/use.js";
import { act } from "../parts/act.js";
import { Age } from "../parts/age.js";
import { DialForm } from "../parts/dial.js";
import { Drawer, Facts } from "../parts/drawer.js";
import { html } from "../parts/html.js";
import { WriteNote } from "../parts/notes.js";
import { PauseButton, StateButtons } from "../parts/states.js";
import { DayFigures } from "../parts/day.js";
import { agentName, Device, nameOf, State } from "../parts/state.js";
import { percent, t, timeOf } from "../words/words.js";

export function AgentDrawer({ id, onClose, onOpen }) {
  const agent = useLive((state) => state.floor.agents.get(id));
  const caller = useLive((state) => state.floor.callers.get(agent?.offer?.call_id));
  if (!agent) return html`<${Drawer} subject=${id} title=${id} onClose=${onClose}><p>${t("agent.gone")}</p><//>`;
  return html`
    <${Drawer} subject=${id} title=${agentName(agent)} onClose=${onClose}>
      <${Facts} facts=${[
        [t("state"), html`<${State} of=${doing(agent)} detail=${agent.reason} />`],
        [t("since"), html`<${Age} since=${doingSince(agent)} />`],
        [t("agent.until"), agent.until ? html`<${Age} until=${agent.until} />` : null],
        [t("agent.next"), agent.next_status ? t(`state.${agent.next_status}`) : null],
        [t("device"), html`${agent.dial.join(", ") || agent.device} · <${Device} state=${agent.device_state} />`],
        [t("agent.call"), caller && html`<button class="link" onClick=${() => onOpen("caller", caller.call_id)}>${nameOf(caller)}</button>`],
        [t("agent.login"), agent.logged_in_at ? timeOf(agent.logged_in_at) : null],
        [t("agent.occupancy"), agent.status === "offline" ? null : percent(agent.occupancy)],
        [t("agent.skills"), Object.entries(agent.skills).map(([name, level]) => `${name} ${level}`).join(", ")],
      ]} />
      <p class="buttons start"><${StateButtons} agent=${agent} /></p>
      ${agent.offer?.state === "connected" && html`<${CallActions} callId=${agent.offer.call_id} offer=${agent.offer} />`}
      <h3>${t("day")}</h3>
      <${DayFigures} agent=${agent} />
      <${WriteNote} agent=${agent} />
      <${Telephone} agent=${agent} />
      <${Memberships} agent=${agent} />
    <//>`;
}

/** Another telephone, or his own again. */
function Telephone({ agent }) {
  const move = (event) => {
    event.preventDefault();
    act(`/agents/${part(agent.name)}/move`, { dial: new FormData(event.target).get("dial").trim() });
  };
  return html`
    <h3>${t("device")}</h3>
    <form class="row" onSubmit=${move}>
      <label>${t("desk.telephone")} <input name="dial" placeholder=${t("desk.telephone.own")} maxlength="200" autocomplete="off" /></label>
      <button>${t("set")}</button></form>
    <${DialForm} agent=${agent} />`;
}

function Memberships({ agent }) {
  const queues = useQueues().filter(({ name }) => !agent.queues.includes(name));
  const path = `/agents/${part(agent.name)}`;
  const setPenalty = (queue) => (event) => {
    event.preventDefault();
    act(`${path}/penalty`, { queue, penalty: Number(new FormData(event.target).get("penalty")) });
  };
  const join = (event) => {
    event.preventDefault();
    act(`/queues/${part(new FormData(event.target).get("queue"))}/members`, { agent: agent.name });
  };
  const leave = (queue) => act(`/queues/${part(queue)}/members/${part(agent.name)}`, undefined, "DELETE");
  return html`
    <h3>${t("queues")}</h3>
    <ul class="members">
      ${agent.memberships.map((member) => html`
        <li key=${member.queue}>
          <b>${member.queue}</b>${member.is_paused && html` <span class="tag">${t("member.paused")}${member.reason && ` · ${member.reason}`}</span>`}
          <span class="soft">${t("member.calls", { n: member.calls })}</span>
          <span class="buttons">
            <form class="row tight" onSubmit=${setPenalty(member.queue)}>
              <label>${t("member.penalty")} <input name="penalty" type="number" min="0" required defaultValue=${member.penalty} key=${member.penalty} /></label>
              <button>${t("set")}</button></form>
            ${member.is_paused
              ? html`<button onClick=${() => act(`${path}/unpause`, { queue: member.queue })}>${t("agent.unpause")}</button>`
              : html`<${PauseButton} agent=${agent} queue=${member.queue} />`}
            ${member.is_dynamic && html`<button class="danger" onClick=${() => leave(member.queue)}>${t("member.remove")}</button>`}
          </span>
        </li>`)}
    </ul>
    ${queues.length > 0 && html`
      <form class="row" onSubmit=${join}>
        <label>${t("member.add")} <select name="queue">${queues.map(({ name }) => html`<option key=${name}>${name}</option>`)}</select></label>
        <button>${t("add")}</button></form>`}`;
}
