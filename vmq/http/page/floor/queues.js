// The table of queues: who waits, how long, who could take them, and the day's figures.
import { useQueues } from "./choose.js";
import { dropTarget } from "./drag.js";
import { countsOf, waitingSince } from "../live/floor.js";
import { levelOf, queueDay } from "../live/today.js";
import { useLive } from "../live/use.js";
import { Age } from "../parts/age.js";
import { html } from "../parts/html.js";
import { memo } from "../parts/memo.js";
import { keepStop, Open, walk } from "../parts/rows.js";
import { percent, t } from "../words/words.js";

export function Queues({ chosen, onChoose, onOpen }) {
  const queues = useQueues();
  const floor = useLive((state) => state.floor);
  const today = useLive((state) => state.today);
  const counts = countsOf(floor);
  return html`
    <section class="pane queues" aria-labelledby="queues-title">
      <header class="pane-head"><h2 id="queues-title">${t("queues")}</h2>
        <label class="inline">${t("queues.show")}
          <select value=${chosen} onChange=${(event) => onChoose(event.target.value)}>
            <option value="">${t("queues.all")}</option>
            ${queues.map(({ name }) => html`<option key=${name} value=${name}>${name}</option>`)}
          </select></label></header>
      <div class="scroll">
      <table id="queues">
        <thead><tr>
          <th scope="col">${t("queue")}</th>
          <th scope="col" class="number">${t("queue.waiting")}</th>
          <th scope="col" class="number cut">${t("queue.longest")}</th>
          <th scope="col" class="number wide">${t("queue.ringing")}</th>
          <th scope="col" class="number">${t("queue.talking")}</th>
          <th scope="col" class="number">${t("queue.ready")}</th>
          <th scope="col" class="number wide" title=${t("queue.level.long")}>${t("queue.level")}</th>
          <th scope="col" class="number wide">${t("queue.answered")}</th>
          <th scope="col" class="number wide">${t("queue.lost")}</th>
        </tr></thead>
        <tbody onKeyDown=${(event) => walk(event)} onFocusIn=${keepStop}>
          ${queues.map((queue, at) => {
            const count = counts.get(queue.name);
            const callers = queue.line.map((id) => floor.callers.get(id)).filter(Boolean);
            return html`<${QueueRow} key=${queue.name} isFirst=${at === 0} name=${queue.name} isChosen=${queue.name === chosen}
              waiting=${callers.length} since=${waitingSince(floor, queue)}
              ringing=${callers.reduce((sum, caller) => sum + caller.ringing.length, 0)} talking=${queue.talking.length}
              ready=${count.ready} working=${count.working} today=${queueDay(today, queue.name)} onOpen=${onOpen} />`;
          })}
        </tbody>
      </table></div>
    </section>`;
}

const QueueRow = memo((row) => html`
  <tr class=${row.isChosen ? "is-chosen" : ""} ...${dropTarget(row.name)}>
    <th scope="row"><${Open} id=${row.name} isFirst=${row.isFirst} onOpen=${() => row.onOpen(row.name)}>${row.name}<//></th>
    <td class=${`number ${row.waiting ? "strong" : ""}`}>${row.waiting}</td>
    <td class=${`number ${row.waiting && !row.ready ? "is-warn" : ""}`}><${Age} since=${row.since} /></td>
    <td class="number wide">${row.ringing}</td>
    <td class="number">${row.talking}</td>
    <td class="number">${t("queue.ready.of", { ready: row.ready, working: row.working })}</td>
    <td class="number wide">${row.today ? percent(levelOf(row.today)) : "–"}</td>
    <td class="number wide">${row.today ? row.today.answered : "–"}</td>
    <td class="number wide">${row.today ? row.today.abandoned : "–"}</td>
  </tr>`);
