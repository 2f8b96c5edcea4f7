// My call: offered, under way, or being wrapped up. Who it is, what is known of him, and what I can do.
import { Disposition } from "./disposition.js";
import { Earlier } from "./earlier.js";
import { Transfer } from "./transfer.js";
import { part } from "../api.js";
import { RecordButtons } from "../floor/call.js";
import { useLive } from "../live/use.js";
import { act } from "../parts/act.js";
import { Age } from "../parts/age.js";
import { Facts } from "../parts/drawer.js";
import { html } from "../parts/html.js";
import { Icon } from "../parts/icon.js";
import { nameOf } from "../parts/state.js";
import { duration } from "../live/clock.js";
import { t } from "../words/words.js";

export function CallCard({ agent }) {
  const caller = useLive((state) => state.floor.callers.get(agent.offer?.call_id));
  if (agent.offer && caller) return html`<${Call} agent=${agent} offer=${agent.offer} caller=${caller} />`;
  if (agent.status === "wrap_up" && agent.wraps_up) return html`<${After} agent=${agent} />`;
  return html`
    <section class="card call is-none" aria-labelledby="call-title"><h2 id="call-title">${t("call")}</h2>
      <p class="soft">${t(agent.status === "available" ? "call.none" : "call.none.now")}</p></section>`;
}

function Call({ agent, offer, caller }) {
  const isTalking = offer.state === "connected";
  const rings = offer.state === "created" || offer.state === "ringing";
  const path = `/calls/${part(offer.call_id)}`;
  const isHeld = offer.held.includes("music");
  return html`
    <section class=${`card call ${isTalking ? "is-talking" : "is-ringing"}`} aria-labelledby="call-title">
      <h2 id="call-title"><${Icon} name=${isTalking ? "talking" : "ringing"} /> ${t(isTalking ? "call.talking" : rings ? "call.rings" : "call.connecting")}</h2>
      <p class="big">${nameOf(caller)}</p>
      <${Facts} facts=${[
        [t("queue"), offer.queue],
        [t("caller.wait"), isTalking ? duration(offer.connected_at - caller.entered_at) : html`<${Age} since=${caller.entered_at} />`],
        [t("caller.talk"), isTalking ? html`<${Age} since=${offer.connected_at} />` : null],
        [t("caller.priority"), caller.priority || null],
        [t("caller.needs"), caller.needs],
        [t("call.line"), offer.line],
        [t("call.held"), offer.held.map((side) => t(`held.${side}`)).join(", ")],
        [t("call.recorded"), offer.recording ? t(offer.is_recording_paused ? "call.recorded.paused" : "call.recorded.yes") : null],
        [t("call.heard"), Object.keys(offer.supervisors).join(", ")],
      ]} />
      ${offer.url && html`<p><a class="button" href=${safe(offer.url)} target="_blank" rel="noopener noreferrer"><${Icon} name="out" /> ${t("call.page")}</a></p>`}
      ${rings && html`<p class="soft">${t("call.answer")}</p>
        <p class="buttons start"><button class="danger" onClick=${() => act(`/offers/${part(offer.offer_id)}/refuse`)}>${t("call.refuse")}</button></p>`}
      ${isTalking && html`
        <p class="buttons start">
          <button aria-pressed=${isHeld} onClick=${() => act(`${path}/${isHeld ? "unhold" : "hold"}`)}>${t(isHeld ? "call.unhold" : "call.hold")}</button>
          <${RecordButtons} path=${path} offer=${offer} />
          <button class="danger" onClick=${() => act(`${path}/end`)}>${t("call.end")}</button></p>
        <${Transfer} path=${path} />
        <${Disposition} callId=${offer.call_id} queue=${offer.queue} chosen=${agent.disposition ?? ""} />`}
      <${Earlier} number=${caller.number} callId=${caller.call_id} />
    </section>`;
}

/** After the talk: what came of it. */
function After({ agent }) {
  const last = agent.last_call?.call_id === agent.wraps_up ? agent.last_call : null;
  return html`
    <section class="card call is-after" aria-labelledby="call-title">
      <h2 id="call-title"><${Icon} name="wrap_up" /> ${t("call.after")}</h2>
      ${last && html`<p class="big">${nameOf(last)}</p>`}
      <${Facts} facts=${[[t("queue"), agent.wraps_up_queue], [t("caller.talk"), last ? duration(last.talk_s) : null]]} />
      <${Disposition} callId=${agent.wraps_up} queue=${agent.wraps_up_queue} chosen=${last?.disposition ?? ""} />
      ${last && html`<${Earlier} number=${last.number} callId=${last.call_id} />`}
    </section>`;
}

/** A page is opened only by a web address: it may come from a caller's dialplan. */
const safe = (url) => (/^https?:\/\//i.test(url) ? url : "about:blank");
