// The wallboard: a tile a queue, in figures that are read across a room, and a sign where one is past its threshold.
// The thresholds stand in the address, so that a screen on the wall is set up by a bookmark.
import { LIMITS, limitsOf, past } from "./limits.js";
import { Setup } from "./setup.js";
import { useQueues } from "../floor/choose.js";
import { countsOf, waitingSince } from "../live/floor.js";
import { eachSecond, now } from "../live/clock.js";
import { levelOf, queueDay } from "../live/today.js";
import { useLive } from "../live/use.js";
import { Age } from "../parts/age.js";
import { html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { roomAddress } from "../where.js";
import { useEffect, useReducer } from "../vendor/hooks.js";
import { percent, t } from "../words/words.js";

export function WallRoom({ where }) {
  const floor = useLive((state) => state.floor);
  const today = useLive((state) => state.today);
  const [, tick] = useReducer((count) => count + 1, 0);
  useEffect(() => eachSecond(tick), []); // waits grow past their thresholds without an event
  const wanted = (where.query.get("queues") ?? "").split(",").filter(Boolean);
  const queues = useQueues().filter(({ name }) => !wanted.length || wanted.includes(name));
  const limits = limitsOf(where.query);
  const counts = countsOf(floor);
  const isFull = where.query.has("full");
  const query = Object.fromEntries(where.query);
  const { full, ...without } = query;
  return html`
    <div class=${`wall${isFull ? " is-full" : ""}`}>
      <div class="tiles">
        ${queues.map((queue) => html`
          <${Tile} key=${queue.name} queue=${queue} floor=${floor} count=${counts.get(queue.name)} today=${queueDay(today, queue.name)} limits=${limits} />`)}
      </div>
      <p class="wall-foot">
        <a href=${roomAddress("wall", [], isFull ? without : { ...query, full: "1" })}>${t(isFull ? "wall.small" : "wall.full")}</a>
      </p>
      ${!isFull && html`<${Setup} query=${query} limits=${limits} />`}
    </div>`;
}

function Tile({ queue, floor, count, today, limits }) {
  const since = waitingSince(floor, queue);
  const level = levelOf(today);
  const values = { waiting: queue.line.length, wait: since ? now() - since : 0, level: level === null ? null : level * 100 };
  const grades = Object.fromEntries(Object.keys(LIMITS).map((name) => [name, past(name, values[name], limits)]));
  const worst = ["bad", "warn"].find((grade) => Object.values(grades).includes(grade)) ?? "good";
  return html`
    <section class=${`tile is-${worst}`} aria-label=${queue.name}>
      <h2>${worst !== "good" && html`<${Icon} name=${worst} />`}${queue.name}<span class="grade">${t(`grade.${worst}`)}</span></h2>
      <dl>
        <${Figure} name="waiting" grade=${grades.waiting}>${queue.line.length}<//>
        <${Figure} name="longest" grade=${grades.wait}><${Age} since=${since} /><//>
        <${Figure} name="level" grade=${grades.level}>${percent(level)}<//>
      </dl>
      <dl class="small">
        <${Figure} name="ready">${count.ready}<//>
        <${Figure} name="talking">${count.talking}<//>
        <${Figure} name="wrapup">${count.wrap_up}<//>
        <${Figure} name="paused">${count.paused}<//>
        <${Figure} name="answered">${today?.answered ?? "–"}<//>
        <${Figure} name="lost">${today?.abandoned ?? "–"}<//>
      </dl>
    </section>`;
}

const Figure = ({ name, grade = "", children }) => html`
  <div class=${grade && grade !== "good" ? `is-${grade}` : ""}><dt>${t(`wall.${name}`)}</dt>
    <dd>${children}${grade && grade !== "good" && html`<span class="hidden"> ${t(`grade.${grade}`)}</span>`}</dd></div>`;
