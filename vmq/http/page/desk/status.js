// My state in large letters, since when, and what I can make of it; at log-in also at which telephone.
import { part } from "../api.js";
import { doing, doingSince } from "../live/floor.js";
import { useLive } from "../live/use.js";
import { act } from "../parts/act.js";
import { Age } from "../parts/age.js";
import { html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { agentName, Device } from "../parts/state.js";
import { StateButtons } from "../parts/states.js";
import { t, tOr } from "../words/words.js";

export function StatusCard({ agent }) {
  const what = doing(agent);
  return html`
    <section class=${`card status is-${what}`} aria-labelledby="me">
      <h2 id="me">${agentName(agent)}</h2>
      <p class="big" role="status"><${Icon} name=${what} /> <span>${tOr(`state.${what}`, what)}${agent.reason && agent.status === "paused" ? ` · ${agent.reason}` : ""}</span></p>
      <p class="timer">${what === "wrap_up" && agent.until
        ? html`<${Age} until=${agent.until} /> <span class="soft">${t("desk.left")}</span>`
        : html`<${Age} since=${doingSince(agent)} />`}</p>
      ${agent.next_status && html`<p class="soft">${t("agent.then", { status: t(`state.${agent.next_status}`) })} ${agent.reason && `(${agent.reason})`}</p>`}
      <p class="buttons start"><${StateButtons} agent=${agent} hasLogin=${false} /></p>
      ${agent.status === "offline" ? html`<${LogIn} agent=${agent} />` : html`
        <p class="soft">${agent.dial.join(", ") || agent.device} · <${Device} state=${agent.device_state} /></p>`}
    </section>`;
}

/** Start work, at one's own telephone or at another. */
function LogIn({ agent }) {
  const agents = useLive((state) => state.floor.agents);
  const telephones = [...new Set([...agents.values()].map(({ dial, device }) => dial.join("&") || device))].sort();
  const own = agent.dial.join("&") || agent.device;
  const begin = async (event) => {
    event.preventDefault();
    const dial = new FormData(event.target).get("dial").trim();
    const isThere = dial === own || (await act(`/agents/${part(agent.name)}/move`, { dial }));
    if (isThere) await act(`/agents/${part(agent.name)}/login`);
  };
  return html`
    <form class="row" onSubmit=${begin}>
      <label>${t("desk.telephone")} <input name="dial" list="telephones" defaultValue=${own} maxlength="200" autocomplete="off" /></label>
      <datalist id="telephones">${telephones.map((dial) => html`<option key=${dial} value=${dial} />`)}</datalist>
      <button class="main">${t("agent.login.do")}</button></form>`;
}
