// The table of callers, queue by queue in their order, then those who talk. Rows can be dragged, or moved by Alt and arrows.
import { useQueues } from "./choose.js";
import { draggable, dropTarget, moveTo } from "./drag.js";
import { useLive } from "../live/use.js";
import { Age } from "../parts/age.js";
import { html } from "../parts/html.js";
import { memo } from "../parts/memo.js";
import { keepStop, Open, walk } from "../parts/rows.js";
import { nameOf, State } from "../parts/state.js";
import { Spacer, useWindow } from "../parts/window.js";
import { useState } from "../vendor/hooks.js";
import { t } from "../words/words.js";

const UNANSWERED = new Set(["waiting", "offered"]);

export function Callers({ queue: only, onOpen }) {
  const queues = useQueues().filter((queue) => !only || queue.name === only);
  const callers = useLive((state) => state.floor.callers);
  const agents = useLive((state) => state.floor.agents);
  const [showsTalks, setShowsTalks] = useState(true);
  const rows = queues.flatMap((queue) => rowsOf(queue, callers, showsTalks));
  const waiting = queues.reduce((sum, queue) => sum + queue.line.length, 0);
  const { scroller, onScroll, from, to, rowHeight } = useWindow(rows.length);
  const onKey = (event, id) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = rows.find(({ caller }) => caller.call_id === id);
    if (!step || !event.altKey || !row?.position) return;
    event.preventDefault();
    if (row.position + step > 0) moveTo(id, row.position + step);
  };
  return html`
    <section class="pane callers" aria-labelledby="callers-title">
      <header class="pane-head"><h2 id="callers-title">${t("callers")} <span class="count">${t("callers.count", { n: waiting })}</span></h2>
        <label class="inline"><input type="checkbox" checked=${showsTalks} onChange=${(event) => setShowsTalks(event.target.checked)} />
          ${t("callers.talking")}</label></header>
      <div class="scroll" ref=${scroller} onScroll=${onScroll}>
      ${rows.length > 0 && html`
      <table id="callers" aria-rowcount=${rows.length + 1}>
        <thead><tr>
          <th scope="col" class="number place" title=${t("caller.place")}><span aria-hidden="true">#</span><span class="hidden">${t("caller.place")}</span></th>
          <th scope="col">${t("caller")}</th>
          <th scope="col">${t("queue")}</th>
          <th scope="col">${t("state")}</th>
          <th scope="col" class="number">${t("since")}</th>
          <th scope="col" class="wide">${t("agent")}</th>
          <th scope="col" class="number wide">${t("caller.priority")}</th>
        </tr></thead>
        <tbody onKeyDown=${(event) => walk(event, onKey)} onFocusIn=${keepStop}>
          <${Spacer} key="above" rows=${from} rowHeight=${rowHeight} />
          ${rows.slice(from, to).map(({ caller, position }, at) => html`
            <${CallerRow} key=${caller.call_id} index=${from + at + 2} isFirst=${at === 0} caller=${caller} position=${position} agent=${agents.get(caller.agent)?.full_name || caller.agent} onOpen=${onOpen} />`)}
          <${Spacer} key="below" rows=${rows.length - to} rowHeight=${rowHeight} />
        </tbody>
      </table>`}
      ${rows.length === 0 && html`<p class="empty">${t("callers.none")}</p>`}
      </div>
      <p class="hint">${t("callers.hint")}</p>
    </section>`;
}

function rowsOf(queue, callers, showsTalks) {
  const known = (ids, isInLine) => ids
    .map((id, at) => ({ caller: callers.get(id), position: isInLine ? at + 1 : 0 }))
    .filter(({ caller }) => caller);
  return [...known(queue.line, true), ...(showsTalks ? known(queue.talking, false) : [])];
}

/** What a caller does, in one word. */
export function callerState(caller) {
  if (caller.is_callback) return "callback";
  return caller.state === "offered" ? "ringing" : caller.state;
}

const CallerRow = memo(({ caller, position, agent, index, isFirst, onOpen }) => {
  const movable = UNANSWERED.has(caller.state) && position > 0;
  const drag = movable ? { ...draggable(caller), ...dropTarget(caller.queue, position) } : {};
  return html`
    <tr aria-rowindex=${index} class=${movable ? "is-movable" : ""} ...${drag}>
      <td class="number place">${position || ""}</td>
      <th scope="row"><${Open} id=${caller.call_id} isFirst=${isFirst} onOpen=${() => onOpen(caller.call_id)}>${nameOf(caller)}<//></th>
      <td class="cut">${caller.queue}</td>
      <td><${State} of=${callerState(caller)} /></td>
      <td class="number"><${Age} since=${caller.connected_at || caller.entered_at} /></td>
      <td class="wide cut">${caller.ringing.length > 1 ? t("caller.rings", { n: caller.ringing.length }) : agent}</td>
      <td class="number wide">${caller.priority || ""}</td>
    </tr>`;
});
