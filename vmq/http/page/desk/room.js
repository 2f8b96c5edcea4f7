// The agents' desk: my state, my call, what waits for me, and my day. Whose desk it is says the session, else the address.
import { CallCard } from "./call.js";
import { StatusCard } from "./status.js";
import { Telephone } from "./telephone.js";
import { Due } from "./due.js";
import { useKeys } from "./keys.js";
import { AllowNotices, useOfferNotice } from "./notice.js";
import { useLive, useSession } from "../live/use.js";
import { DayFigures } from "../parts/day.js";
import { DialForm } from "../parts/dial.js";
import { html } from "../parts/html.js";
import { Notes } from "../parts/notes.js";
import { agentName } from "../parts/state.js";
import { roomAddress } from "../where.js";
import { t } from "../words/words.js";

export function DeskRoom({ where }) {
  const session = useSession();
  const name = session.agent || where.rest[0] || "";
  const agent = useLive((state) => state.floor.agents.get(name));
  const isKnown = useLive((state) => state.floor.last_id > 0 || state.floor.agents.size > 0);
  if (!agent) return isKnown ? html`<${ChooseAgent} name=${name} />` : html`<p class="empty">${t("link.connecting")}</p>`;
  return html`<${Desk} key=${name} agent=${agent} mayChange=${!session.agent} />`;
}

/** Somebody who is no agent himself looks at an agent's desk. */
function ChooseAgent({ name }) {
  const agents = useLive((state) => state.floor.agents);
  const go = (event) => {
    event.preventDefault();
    location.hash = roomAddress("desk", [new FormData(event.target).get("agent")]);
  };
  return html`
    <section class="card narrow">
      <h2>${t("desk.whose")}</h2>
      ${name && html`<p role="alert">${t("desk.unknown", { agent: name })}</p>`}
      ${agents.size === 0 && html`<p>${t("agents.none")}</p>`}
      <form class="row" onSubmit=${go}>
        <label>${t("agent")} <select name="agent" autofocus>${[...agents.values()].map((agent) => html`
          <option key=${agent.name} value=${agent.name}>${agentName(agent)}</option>`)}</select></label>
        <button class="main">${t("desk.open")}</button></form>
    </section>`;
}

function Desk({ agent, mayChange }) {
  useOfferNotice(agent.name);
  const keys = useKeys(agent);
  return html`
    <div class="desk">
      <div class="desk-main">
        <${Notes} agent=${agent} />
        <${StatusCard} agent=${agent} />
        <${CallCard} agent=${agent} />
      </div>
      <div class="desk-side">
        <section class="card" aria-labelledby="day-title"><h2 id="day-title">${t("day.mine")}</h2><${DayFigures} agent=${agent} /></section>
        <${Telephone} agent=${agent} />
        <${Due} agent=${agent} />
        <${DialForm} agent=${agent} />
        <${AllowNotices} />
        <details class="card"><summary>${t("keys")}</summary>
          <dl class="keys">${keys.map(({ key, words }) => html`<div key=${key}><dt><kbd>Alt</kbd> <kbd>Shift</kbd> <kbd>${key}</kbd></dt><dd>${words}</dd></div>`)}</dl></details>
        ${mayChange && html`<p><a href=${roomAddress("desk")}>${t("desk.other")}</a></p>`}
      </div>
    </div>`;
}
