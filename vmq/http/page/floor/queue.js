// One queue: its rules in short, the day's figures, and who serves it.
import { agentsOf } from "./choose.js";
import { doing, doingSince, waitingSince } from "../live/floor.js";
import { levelOf, queueDay } from "../live/today.js";
import { useLive } from "../live/use.js";
import { Age } from "../parts/age.js";
import { Drawer, Facts } from "../parts/drawer.js";
import { html } from "../parts/html.js";
import { agentName, State } from "../parts/state.js";
import { duration } from "../live/clock.js";
import { percent, t, tOr } from "../words/words.js";

export function QueueDrawer({ id, onClose, onOpen }) {
  const floor = useLive((state) => state.floor);
  const today = useLive((state) => queueDay(state.today, id));
  const queue = floor.queues.get(id);
  if (!queue) return html`<${Drawer} subject=${id} title=${id} onClose=${onClose}><p>${t("queue.gone")}</p><//>`;
  const mean = (sum, count) => (count ? duration(sum / count) : "–");
  return html`
    <${Drawer} subject=${id} title=${queue.name} onClose=${onClose}>
      <${Facts} facts=${[
        [t("queue.waiting"), queue.line.length],
        [t("queue.longest"), html`<${Age} since=${waitingSince(floor, queue)} />`],
        [t("queue.talking"), queue.talking.length],
        [t("queue.open"), queue.is_open ? null : t("queue.closed")],
        [t("queue.strategy"), tOr(`strategy.${queue.strategy}`, queue.strategy.replaceAll("_", " "))],
        [t("queue.goal"), duration(queue.service_level_s)],
        [t("queue.max"), queue.max_length || null],
        [t("queue.weight"), queue.weight || null],
      ]} />
      ${today && html`
        <h3>${t("day")}</h3>
        <${Facts} facts=${[
          [t("queue.level"), percent(levelOf(today))],
          [t("queue.offered"), today.offered],
          [t("queue.answered"), today.answered],
          [t("queue.lost"), today.abandoned],
          [t("queue.wait.mean"), mean(today.wait_s, today.answered)],
          [t("queue.talk.mean"), mean(today.talk_s, today.completed)],
        ]} />`}
      <h3>${t("agents")}</h3>
      <ul class="members">
        ${agentsOf(floor.agents, [id]).map((agent) => html`
          <li key=${agent.name}><button class="link" onClick=${() => onOpen("agent", agent.name)}>${agentName(agent)}</button>
            <${State} of=${doing(agent)} /> <${Age} since=${doingSince(agent)} /></li>`)}
      </ul>
    <//>`;
}
