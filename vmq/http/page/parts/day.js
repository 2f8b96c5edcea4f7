// An agent's figures of the day: what is over by the figures, what lasts by the clock.
import { duration, eachSecond, now } from "../live/clock.js";
import { agentDay, lasted } from "../live/today.js";
import { useLive } from "../live/use.js";
import { html } from "./html.js";
import { useEffect, useReducer } from "../vendor/hooks.js";
import { t } from "../words/words.js";

const TIMES = ["talk_s", "wrap_up_s", "paused_s", "logged_in_s"];

export function DayFigures({ agent }) {
  const counted = useLive((state) => agentDay(state.today, agent.name));
  const countedTo = useLive((state) => state.today?.at ?? 0);
  const [, tick] = useReducer((count) => count + 1, 0);
  useEffect(() => eachSecond(tick), []);
  if (!counted) return html`<p class="soft">${t("day.none")}</p>`;
  const figures = { ...counted };
  for (const [name, seconds] of Object.entries(lasted(agent, now(), countedTo))) {
    if (name in figures) figures[name] += seconds;
  }
  if (agent.offer?.connected_at) figures.talk_s += now() - Math.max(agent.offer.connected_at, countedTo);
  return html`
    <dl class="figures">
      ${["completed", "missed", "refused"].map((name) => html`<div key=${name}><dt>${t(`day.${name}`)}</dt><dd>${figures[name]}</dd></div>`)}
      ${TIMES.map((name) => html`<div key=${name}><dt>${t(`day.${name}`)}</dt><dd>${duration(figures[name])}</dd></div>`)}
    </dl>`;
}
