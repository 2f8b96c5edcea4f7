// The table of agents: what each does, since when, on which telephone, with whom. Filtered by state and text, sorted.
import { agentsOf, useQueues } from "./choose.js";
import { doing, doingSince } from "../live/floor.js";
import { useLive, useSession } from "../live/use.js";
import { Age } from "../parts/age.js";
import { html } from "../parts/html.js";
import { memo } from "../parts/memo.js";
import { keepStop, Open, walk } from "../parts/rows.js";
import { agentName, Device, nameOf, State } from "../parts/state.js";
import { Spacer, useWindow } from "../parts/window.js";
import { useState } from "../vendor/hooks.js";
import { t } from "../words/words.js";

const STATES = ["ready", "ringing", "connecting", "talking", "wrap_up", "busy", "paused", "offline"];
const ORDERS = {
  name: (row) => agentName(row.agent).toLowerCase(),
  state: (row) => STATES.indexOf(row.state),
  since: (row) => row.since || Infinity,
};

export function Agents({ queue: only, onOpen }) {
  const session = useSession();
  const agents = useLive((state) => state.floor.agents);
  const callers = useLive((state) => state.floor.callers);
  const queues = useQueues().map(({ name }) => name).filter((name) => !only || name === only);
  const [text, setText] = useState("");
  const [state, setState] = useState("");
  const [order, setOrder] = useState("state");
  const rows = agentsOf(agents, queues, !only && !session.queues.length)
    .map((agent) => ({ agent, state: doing(agent), since: doingSince(agent) }))
    .filter(({ agent }) => fits(agent, text));
  const counts = Object.fromEntries(STATES.map((name) => [name, rows.filter((row) => row.state === name).length]));
  const shown = sorted(rows.filter((row) => !state || row.state === state), order);
  const { scroller, onScroll, from, to, rowHeight } = useWindow(shown.length);
  return html`
    <section class="pane agents" aria-labelledby="agents-title">
      <header class="pane-head"><h2 id="agents-title">${t("agents")} <span class="count">${t("agents.count", { n: rows.length })}</span></h2>
        <input type="search" aria-label=${t("agents.find")} placeholder=${t("agents.find")} value=${text} onInput=${(event) => setText(event.target.value)} /></header>
      <div class="chips" role="group" aria-label=${t("agents.filter")}>
        ${["", ...STATES].filter((name) => !name || counts[name] || name === state).map((name) => html`
          <button key=${name} class="chip" aria-pressed=${name === state} onClick=${() => setState(name)}>
            ${name ? html`<${State} of=${name} /> <b>${counts[name]}</b>` : t("agents.all")}</button>`)}
      </div>
      <div class="scroll" ref=${scroller} onScroll=${onScroll}>
      <table id="agents" aria-rowcount=${shown.length + 1}>
        <thead><tr>
          <${Sorted} name="name" order=${order} onSort=${setOrder}>${t("agent")}<//>
          <${Sorted} name="state" order=${order} onSort=${setOrder}>${t("state")}<//>
          <${Sorted} name="since" order=${order} onSort=${setOrder} style="number">${t("since")}<//>
          <th scope="col" class="wide">${t("device")}</th>
          <th scope="col">${t("agent.call")}</th>
          <th scope="col" class="wide">${t("queues")}</th>
        </tr></thead>
        <tbody onKeyDown=${(event) => walk(event)} onFocusIn=${keepStop}>
          <${Spacer} key="above" rows=${from} rowHeight=${rowHeight} />
          ${shown.slice(from, to).map(({ agent }, at) => html`
            <${AgentRow} key=${agent.name} index=${from + at + 2} isFirst=${at === 0} agent=${agent} caller=${callers.get(agent.offer?.call_id)} onOpen=${onOpen} />`)}
          <${Spacer} key="below" rows=${shown.length - to} rowHeight=${rowHeight} />
        </tbody>
      </table>
      ${shown.length === 0 && html`<p class="empty">${t("agents.none")}</p>`}
      </div>
    </section>`;
}

function fits(agent, text) {
  const wanted = text.trim().toLowerCase();
  return !wanted || [agent.name, agent.full_name, agent.device, agent.reason, ...agent.queues, ...Object.keys(agent.skills)]
    .some((word) => word.toLowerCase().includes(wanted));
}

function sorted(rows, order) {
  const keyed = rows.map((row) => [ORDERS[order](row), ORDERS.name(row), row]);
  const compare = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
  return keyed.sort((one, other) => compare(one[0], other[0]) || compare(one[1], other[1])).map(([, , row]) => row);
}

const Sorted = ({ name, order, onSort, style = "", children }) => html`
  <th scope="col" class=${style} aria-sort=${order === name ? "ascending" : null}>
    <button class="sort" onClick=${() => onSort(name)}>${children}<span aria-hidden="true">${order === name ? " ▾" : ""}</span></button></th>`;

const AgentRow = memo(({ agent, caller, index, isFirst, onOpen }) => html`
  <tr aria-rowindex=${index}>
    <th scope="row"><${Open} id=${agent.name} isFirst=${isFirst} onOpen=${() => onOpen(agent.name)}>${agentName(agent)}<//></th>
    <td class="cut"><${State} of=${doing(agent)} detail=${agent.status === "paused" ? agent.reason : ""} />
      ${agent.next_status && html`<span class="soft"> ${t("agent.then", { status: t(`state.${agent.next_status}`) })}</span>`}</td>
    <td class="number"><${Age} since=${doingSince(agent)} /></td>
    <td class="wide"><${Device} state=${agent.device_state} /></td>
    <td class="cut">${agent.offer ? `${agent.offer.queue} · ${caller ? nameOf(caller) : ""}` : ""}
      ${agent.offer?.held.length ? html` <span class="tag">${t("call.held")}</span>` : ""}
      ${agent.offer && Object.keys(agent.offer.supervisors).length ? html` <span class="tag">${t("call.heard")}</span>` : ""}</td>
    <td class="wide cut">${agent.queues.join(", ")}</td>
  </tr>`);
