// Every call, in the order they came; the one that is opened with all its offers on a time line.
import { Nothing, useReport } from "./load.js";
import { Timeline } from "./timeline.js";
import { duration } from "../live/clock.js";
import { Drawer, Facts } from "../parts/drawer.js";
import { html } from "../parts/html.js";
import { keepStop, Open, walk } from "../parts/rows.js";
import { nameOf } from "../parts/state.js";
import { useEffect, useState } from "../vendor/hooks.js";
import { addWords, dateOf, t, tOr } from "../words/words.js";

const PART = 100;

export function CallsReport({ question }) {
  const state = useReport("calls", question, PART);
  const [opened, setOpened] = useState(null);
  if (!state.rows?.length) return html`<${Nothing} state=${state} />`;
  return html`
    <div class=${`floor${opened ? " has-drawer" : ""}`}>
      <div class="panes single"><div class="scroll"><table id="calls">
        <thead><tr><th scope="col">${t("caller.entered")}</th><th scope="col">${t("caller")}</th><th scope="col">${t("queue")}</th>
          <th scope="col">${t("outcome")}</th><th scope="col">${t("agent")}</th><th scope="col" class="number">${t("caller.wait")}</th>
          <th scope="col" class="number">${t("caller.talk")}</th><th scope="col" class="number wide">${t("offers")}</th><th scope="col" class="wide">${t("disposition")}</th></tr></thead>
        <tbody onKeyDown=${(event) => walk(event)} onFocusIn=${keepStop}>
          ${state.rows.map((call, at) => html`
            <tr key=${call.id} class=${opened?.id === call.id ? "is-chosen" : ""}><td>${dateOf(call.entered_at)}</td>
              <th scope="row"><${Open} id=${call.id} isFirst=${at === 0} onOpen=${() => setOpened(call)}>${nameOf(call)}<//></th>
              <td>${call.queue}</td><td>${outcome(call)}</td><td>${call.agent}</td>
              <td class="number">${duration(call.wait_s)}</td><td class="number">${call.talk_s ? duration(call.talk_s) : ""}</td>
              <td class="number wide">${call.offers.length || ""}</td><td class="wide">${call.disposition}</td></tr>`)}
        </tbody>
      </table></div>
      ${state.next !== null && html`<p><button onClick=${state.more}>${t("history.more")}</button></p>`}</div>
      ${opened && html`<${CallDetail} call=${opened} onClose=${() => setOpened(null)} />`}
    </div>`;
}

const outcome = (call) => tOr(`outcome.${call.outcome}`, call.outcome) + (call.why && call.outcome !== "completed" ? ` · ${tOr(`why.${call.why}`, call.why)}` : "");

/** What was recorded, to be heard; where it lies is said too. */
function Recordings({ call }) {
  const [{ Player }, setPlayer] = useState({}); // comes when somebody opens a call that has one
  useEffect(() => {
    Promise.all([import("../sound/player.js"), addWords("sound")]).then(([module]) => setPlayer(module), () => {});
  }, []);
  return html`
    <h3>${t("call.recordings")}</h3>
    ${call.recordings.map((path, at) => html`
      ${Player && html`<${Player} key=${path} path=${`/reports/calls/${call.id}/recordings/${at + 1}`} />`}
      <p class="soft words"><code>${path}</code></p>`)}`;
}

function CallDetail({ call, onClose }) {
  return html`
    <${Drawer} subject=${call.id} title=${nameOf(call)} onClose=${onClose}>
      <${Facts} facts=${[
        [t("caller.entered"), dateOf(call.entered_at)],
        [t("queue"), call.queue],
        [t("caller.did"), call.did],
        [t("caller.place"), call.position || null],
        [t("caller.priority"), call.priority || null],
        [t("outcome"), outcome(call)],
        [t("call.by"), call.outcome === "completed" ? tOr(`by.${call.why}`, call.why) : null],
        [t("agent"), call.agent],
        [t("caller.wait"), duration(call.wait_s)],
        [t("caller.talk"), call.talk_s ? duration(call.talk_s) : null],
        [t("call.hold.time"), call.hold_s ? duration(call.hold_s) : null],
        [t("call.transferred"), call.transfer && `${t(`transfer.${call.transfer}`)} · ${call.transfer_to}`],
        [t("disposition"), call.disposition],
        [t("disposition.note"), call.note],
        [t("call.heard"), call.supervisors.join(", ")],
        [t("survey"), Object.entries(call.survey).map(([name, answer]) => `${name}: ${answer}`).join(", ")],
      ]} />
      ${call.recordings.length > 0 && html`<${Recordings} key=${call.id} call=${call} />`}
      <h3>${t("timeline")}</h3>
      <${Timeline} call=${call} />
    <//>`;
}
