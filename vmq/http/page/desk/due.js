// What waits for me: the queues I serve, and who is to be called back.
import { useLive } from "../live/use.js";
import { waitingSince } from "../live/floor.js";
import { Age } from "../parts/age.js";
import { html } from "../parts/html.js";
import { nameOf } from "../parts/state.js";
import { t } from "../words/words.js";

export function Due({ agent }) {
  const floor = useLive((state) => state.floor);
  const queues = agent.memberships.map((member) => floor.queues.get(member.queue)).filter(Boolean);
  const callbacks = queues.flatMap((queue) => queue.line.map((id) => floor.callers.get(id))).filter((caller) => caller?.is_callback);
  return html`
    <section class="card" aria-labelledby="mine-title"><h2 id="mine-title">${t("desk.queues")}</h2>
      <ul class="mine">
        ${queues.map((queue) => html`
          <li key=${queue.name}><b>${queue.name}</b> <span>${t("callers.count", { n: queue.line.length })}</span> <${Age} since=${waitingSince(floor, queue)} /></li>`)}
      </ul></section>
    <section class="card" aria-labelledby="due-title"><h2 id="due-title">${t("callbacks")}</h2>
      ${callbacks.length === 0 && html`<p class="soft">${t("callbacks.none")}</p>`}
      <ul class="mine">
        ${callbacks.map((caller) => html`
          <li key=${caller.call_id}><b>${nameOf(caller)}</b> <span>${caller.queue}</span> <${Age} since=${caller.entered_at} />
            ${caller.callback_tries > 0 && html`<span class="soft">${t("callbacks.tries", { n: caller.callback_tries })}</span>`}</li>`)}
      </ul></section>`;
}
